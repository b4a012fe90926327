package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Several files are rewritten or none, and one that somebody else has changed
// meanwhile is none of them.
func TestRewriteAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")
	for _, path := range []string{a, b} {
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := []rewrite{{a, []byte("old"), []byte("new")}, {b, []byte("older"), []byte("new")}}
	if _, err := rewriteAll(files); err == nil || !strings.Contains(err.Error(), "b.yaml: it has changed since it was read; nothing was written") {
		t.Errorf("it says %v", err)
	}
	if got, _ := os.ReadFile(a); string(got) != "old" {
		t.Errorf("a.yaml is %q", got)
	}
	files[1].before = []byte("old")
	if written, err := rewriteAll(append(files, rewrite{"same.yaml", nil, nil})); err != nil || len(written) != 2 {
		t.Errorf("wrote %v, %v", written, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("%d files are there", len(left))
	}
	info, err := os.Stat(a)
	if got, _ := os.ReadFile(a); string(got) != "new" || err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a.yaml is %q, %v", got, info.Mode())
	}
}
