package sandbox_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

// A file written in place could be caught half done. A second link to the
// old one shows that it is left alone.
func TestSavingReplacesTheFileWhole(t *testing.T) {
	folder := t.TempDir()
	path, link := filepath.Join(folder, "sandbox.json"), filepath.Join(folder, "old")
	s := open(t, path, sandbox.Options{})
	s.Seed()
	shut(t, s)
	old := read(t, path)
	if err := os.Link(path, link); err != nil {
		t.Skip("no hard links here:", err)
	}
	s = open(t, path, sandbox.Options{})
	put(t, s, "room", "a", nil)
	shut(t, s)
	if read(t, link) != old {
		t.Error("the old file was written to")
	}
	if read(t, path) == old {
		t.Error("the change is not in the file")
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 3 { // the other one is the lock
		t.Errorf("something is left over: %v", files)
	}
}

func TestSavingHappensInTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "sandbox.json")
		s := open(t, path, sandbox.Options{})
		// Each change again, also those after a save.
		for _, change := range []func(){
			func() { put(t, s, "conference", "a", nil) },
			func() { _ = s.StartSession("conference", "a") },
			func() { _ = s.EndSession("conference", "a") },
			s.Seed,
		} {
			before, _ := os.ReadFile(path)
			change()
			if now, _ := os.ReadFile(path); string(now) != string(before) {
				t.Error("saved at once: ten thousand changes would be as many files")
			}
			time.Sleep(time.Second)
			synctest.Wait()
			if read(t, path) == string(before) {
				t.Error("not saved after a second")
			}
		}
		saved := read(t, path)
		shut(t, s)
		if diff := cmp.Diff(saved, read(t, path)); diff != "" {
			t.Errorf("Close found something to save (-before +after)\n%s", diff)
		}
	})
}

func TestEveryWriteIsSaved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	last := ""
	during := func(what string, change func(c client)) {
		t.Helper()
		s := open(t, path, sandbox.Options{})
		change(serve(t, s))
		shut(t, s)
		if now := read(t, path); now == last {
			t.Errorf("%s is not saved", what)
		} else {
			last = now
		}
	}
	var conference, token string
	during("create", func(c client) { conference = newConference(c, "a") })
	during("update", func(c client) { c.send("PUT", conference, `{"display_name": "B"}`).want(200) })
	during("reset", func(c client) {
		moderator, _ := tokensOf(c, conference)
		token = moderator["id"].(string)
		c.send("POST", conferenceTokens+"/"+token+"/reset", "").want(200)
	})
	during("delete", func(c client) { c.send("DELETE", conference, "").want(204) })
}

func TestCloseTellsOfAFailureAndTriesAgain(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "sandbox.json")
	s := open(t, path, sandbox.Options{})
	put(t, s, "room", "a", nil)
	// A folder with something in it cannot be replaced by a file, not even by
	// an administrator.
	inTheWay := filepath.Join(path, "x")
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err == nil {
		t.Fatal("no error")
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if files, _ := os.ReadDir(folder); len(files) != 1 { // the lock
		t.Errorf("the failure left %v", files)
	}
	shut(t, s)
	got := serve(t, open(t, path, sandbox.Options{})).get(rooms).listing().names()
	if diff := cmp.Diff([]string{"a"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAfterClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	s := open(t, path, sandbox.Options{})
	shut(t, s)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a change there is nothing to save: %v", err)
	}
	put(t, s, "room", "a", nil)
	serve(t, s).get(rooms + "/a").want(200)
	shut(t, s)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a change after Close was kept: %v", err)
	}
	shut(t, sandbox.New(sandbox.Options{})) // memory only: nothing to do
}
