package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree lists what is in the folder of a test.
func tree(t *testing.T) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		all = append(all, filepath.ToSlash(path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

// Where one of several files cannot be made, none is, and no folder for them.
func TestFilesAreMadeAllOrNone(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("taken", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, last := range []string{"taken", "taken/c", "folder"} {
		files := []newFile{{"a", []byte("a")}, {"folder/b", []byte("b")}, {"new/deep/er/c", []byte("c")}, {last, []byte("d")}}
		if err := createAll(files); err == nil || !strings.Contains(err.Error(), last) {
			t.Errorf("%s: %v", last, err)
		}
		if got := tree(t); got != ". folder taken" {
			t.Errorf("%s: left behind: %s", last, got)
		}
		if text, err := os.ReadFile("taken"); err != nil || string(text) != "mine" {
			t.Errorf("%s: overwritten: %q, %v", last, text, err)
		}
	}
	if err := createAll([]newFile{{"a", []byte("a")}, {"new/deep/er/c", []byte("c")}}); err != nil {
		t.Error(err)
	}
	if got := tree(t); got != ". a folder new new/deep new/deep/er new/deep/er/c taken" {
		t.Errorf("made: %s", got)
	}
}

// A name stands in the file's comments, and must not get out of them.
func TestInitRefusesHiddenCharacters(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"a\nversion: 2 #.yaml", "a\u2028b.yaml", "\u202elmay.yaml", "\x1b[2J.yaml"} {
		w := &world{}
		if code := Main([]string{"init", "-f", name}, w.system()); code != exitError || !strings.Contains(w.err.String(), "has characters that nobody can see") {
			t.Errorf("%q: exit code %d: %s", name, code, w.err.String())
		}
	}
	if got := tree(t); got != "." {
		t.Errorf("written: %s", got)
	}
}

func TestInitWithoutPermission(t *testing.T) {
	if os.Geteuid() <= 0 {
		t.Skip("root may write anywhere, and Windows has other rules")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".github"), 0o500); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	w := &world{}
	if code := Main([]string{"init", "--github"}, w.system()); code != exitError || w.out.String() != "" {
		t.Errorf("exit code %d: %s", code, w.out.String())
	}
	if got := w.err.String(); !strings.HasPrefix(got, "roomsync: make the folder .github/workflows: permission denied; nothing was written\n") {
		t.Errorf("said %s", got)
	}
	if got := tree(t); got != ". .github" {
		t.Errorf("left behind: %s", got)
	}
}
