package sandbox_test

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

func open(t testing.TB, path string, o sandbox.Options) *sandbox.Server {
	t.Helper()
	s, _, err := sandbox.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func shut(t testing.TB, s *sandbox.Server) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// everything is all that a client can learn, as it is sent: objects with
// their sessions and streams, and tokens with their secrets.
func everything(c client) string {
	c.t.Helper()
	var all strings.Builder
	for _, collection := range []string{conferences, rooms} {
		a := c.get(collection + "?page_size=1000&include_active_session=true").want(http.StatusOK)
		all.WriteString(strings.ReplaceAll(a.body, c.url, "") + "\n")
	}
	for _, collection := range []string{conferences, rooms} {
		for _, o := range c.all(collection) {
			list := c.get(collection + "/" + o["id"].(string) + "/streams?page_size=1000").want(http.StatusOK)
			all.WriteString(strings.ReplaceAll(list.body, c.url, "") + "\n")
		}
	}
	for _, o := range c.all(conferences) {
		list := c.get(conferences + "/" + o["id"].(string) + "/conference_tokens").want(http.StatusOK)
		all.WriteString(strings.ReplaceAll(list.body, c.url, "") + "\n")
		for _, token := range list.listing().Data {
			all.WriteString(c.get(conferenceTokens+"/"+token["id"].(string)).want(http.StatusOK).body + "\n")
		}
	}
	return all.String()
}

func TestRestartRestoresEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "er", "sandbox.json")
	s, created, err := sandbox.Open(path, sandbox.Options{})
	if err != nil || !created {
		t.Fatalf("created %t, error %v", created, err)
	}
	c := serve(t, s)
	s.Seed()
	conference := newConference(c, "a")
	c.send("PUT", conference, `{"name": "b", "display_name": "<Ü>", "user_join_video_off": true,
		"join_from": "2030-01-01T00:00:00.123456789Z", "size": null}`).want(http.StatusOK)
	_, guest := tokensOf(c, conference)
	c.send("POST", conferenceTokens+"/"+guest["id"].(string)+"/reset", "").want(http.StatusOK)
	c.create(rooms, `{"name": "r", "meta": {"b": 12345678901234567890, "a": {"<": []}},
		"remove_after_seconds_elapsed": 200000, "remove_at": "2030-01-01"}`)
	newStream(c, conference, "rtmps://live.example.com/app/key?a=<b>&c")
	stream := newStream(c, conference, "rtmp://broadcaster")["id"].(string)
	c.send("PUT", "/api/video/streams/"+stream, `{"url": "rtmp://elsewhere"}`).want(http.StatusOK)
	gone := newConference(c, "gone")
	newStream(c, gone, "rtmp://broadcaster")
	c.send("DELETE", gone, "").want(http.StatusNoContent)
	// What the API would refuse, and sessions in both states.
	put(t, s, "room", "r", map[string]any{
		"quality": nil, "display_name": 7, "remove_at": "2030-01-01T01:00:00+01:00", "meta": []int{1},
		"max_members": 1.5, "description": "2030-01-01T00:00:00Z",
	})
	for _, change := range []func(kind, name string) error{s.StartSession, s.EndSession} {
		if err := change("room", "r"); err != nil {
			t.Fatal(err)
		}
	}
	before := everything(c)
	shut(t, s)

	for i := range 2 { // what was restored can be saved, too
		s, created, err = sandbox.Open(path, sandbox.Options{})
		if err != nil || created {
			t.Fatalf("restart %d: created %t, error %v", i, created, err)
		}
		c = serve(t, s)
		if diff := cmp.Diff(before, everything(c)); diff != "" {
			t.Errorf("restart %d (-before +after)\n%s", i, diff)
		}
		put(t, s, "room", "late", nil)
		c.send("DELETE", rooms+"/"+c.get(rooms + "/late").object()["id"].(string), "").want(http.StatusNoContent)
		shut(t, s)
	}

	// Names and tokens are not only shown but known.
	c.send("POST", rooms, `{"name": "r"}`).want(http.StatusUnprocessableEntity)
	c.send("DELETE", conference, "").want(http.StatusNoContent)
	c.get(conferenceTokens + "/" + guest["id"].(string)).want(http.StatusNotFound)
	if err := s.EndSession("conference", "sales-demo"); err != nil {
		t.Error(err)
	}
}

// A sequence given out twice would hide the second object from whoever still
// holds a cursor at the first.
func TestRestartKeepsCursorsAndSequence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	s := open(t, path, sandbox.Options{})
	for _, name := range span(0, 4) {
		put(t, s, "room", name, nil)
	}
	c := serve(t, s)
	_, query, _ := strings.Cut(c.get(rooms + "?page_size=3").listing().Links["next"], "?")
	for _, name := range span(2, 4) {
		c.send("DELETE", rooms+"/"+c.get(rooms + "/" + name).object()["id"].(string), "").want(http.StatusNoContent)
	}
	shut(t, s)

	s = open(t, path, sandbox.Options{})
	c = serve(t, s)
	put(t, s, "room", "new", nil)
	if diff := cmp.Diff([]string{"new"}, c.get(rooms+"?"+query).listing().names()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	shut(t, s)
}

func TestDamagedFileIsRefusedAndStays(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "sandbox.json")
	s := open(t, whole, sandbox.Options{})
	s.Seed()
	shut(t, s)
	good := read(t, whole)
	once := func(old, new string) string {
		t.Helper()
		if !strings.Contains(good, old) {
			t.Fatalf("no %q in %s", old, good)
		}
		return strings.Replace(good, old, new, 1)
	}
	ids := strings.Split(good, `"id": "`)
	id := func(i int) string { return ids[i][:36] } // a conference, its tokens, the next …
	tests := []struct{ name, content, because string }{
		{"empty", "", "unexpected end"},
		{"no JSON", "rooms:\n  - name: a\n", "invalid character"},
		{"cut short", good[:len(good)/2], "unexpected end"},
		{"two values", good + good, "after top-level value"},
		{"array", "[]", "cannot unmarshal array"},
		{"null", "null", "version 0"},
		{"another program's", `{"name": "package"}`, "version 0"},
		{"later version", once(`"version": 1`, `"version": 2, "streams": []`), "it has version 2"},
		{"unknown member", once(`"version": 1`, `"version": 1, "streams": []`), "streams"},
		{"unknown setting", once(`"quality"`, `"qualité"`), "conference team-standup: unknown setting"},
		{"name among the settings", once(`"quality"`, `"name"`), "unknown setting"},
		{"id among the settings", once(`"quality"`, `"id"`), "unknown setting"},
		{"no id", strings.Replace(good, id(1), "", 1), "missing"},
		{"one id twice", strings.Replace(good, id(4), id(1), 1), "used twice"},
		{"one id for a room and a conference", strings.Replace(good, id(len(ids)-1), id(1), 1), "used twice"},
		{"one token twice", strings.Replace(good, id(3), id(2), 1), "token id"},
		{"order", once(`"sequence": 1,`, `"sequence": 9,`), "out of order"},
		{"one sequence twice", once(`"sequence": 2,`, `"sequence": 1,`), "out of order"},
		{"one sequence in both kinds", strings.Replace(good, `"sequence": 3,`+"\n   ", `"sequence": 2,`+"\n   ", 1), "out of order"},
		{"sequence behind", once(`"sequence": 3,`, `"sequence": 2,`), "behind"},
		{"time that is none", once(`"created_at": "`, `"created_at": "x`), "parsing time"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "sandbox.json")
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			s, _, err := sandbox.Open(path, sandbox.Options{})
			if err == nil || s != nil {
				t.Fatal("it was taken")
			}
			if !strings.Contains(err.Error(), test.because) || !strings.Contains(err.Error(), path) {
				t.Errorf("the error is %v, want %q and the path in it", err, test.because)
			}
			if read(t, path) != test.content {
				t.Error("the file changed")
			}
			if files, _ := os.ReadDir(folder); len(files) != 2 { // the other one is the lock
				t.Errorf("more files than before: %v", files)
			}
		})
	}
}

func TestOpenFailsWhereItCannotSave(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, filepath.Join(file, "sandbox.json")} {
		if _, _, err := sandbox.Open(path, sandbox.Options{}); err == nil {
			t.Errorf("%s was taken", path)
		}
	}
}

func TestStateIsItsOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are not in the mode there")
	}
	folder := filepath.Join(t.TempDir(), "state")
	path := filepath.Join(folder, "sandbox.json")
	s := open(t, path, sandbox.Options{})
	s.Seed()
	shut(t, s)
	if err := os.Chmod(path, 0o644); err != nil { // somebody's mistake is put right by the next save
		t.Fatal(err)
	}
	s = open(t, path, sandbox.Options{})
	put(t, s, "room", "a", nil)
	shut(t, s)
	for name, want := range map[string]os.FileMode{path: 0o600, folder: 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
}

// One file serves one server at a time: the last to save would undo the others.
func TestStateInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "space.json")
	first, _, err := sandbox.Open(path, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := sandbox.Open(path, sandbox.Options{}); err == nil || !strings.Contains(err.Error(), "another sandbox is using it") {
		t.Errorf("a second server opened the file: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, _, err := sandbox.Open(path, sandbox.Options{})
	if err != nil {
		t.Fatalf("the file is not free after Close: %v", err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
}
