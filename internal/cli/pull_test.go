package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roomsync/internal/config"
)

// TestPullWritesAllOrNothing finds one of two files changed since it was read.
func TestPullWritesAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")
	for _, path := range []string{a, b} {
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := &taking{
		file:  &config.File{Sources: []config.Source{{Path: a, Data: []byte("old")}, {Path: b, Data: []byte("older")}}},
		texts: map[string][]byte{a: []byte("new"), b: []byte("new")},
	}
	if _, err := p.write(); err == nil || !strings.Contains(err.Error(), "b.yaml: it has changed since it was read; nothing was written") {
		t.Errorf("write says %v", err)
	}
	if got, _ := os.ReadFile(a); string(got) != "old" {
		t.Errorf("a.yaml is %q", got)
	}
	p.file.Sources[1].Data = []byte("old")
	if written, err := p.write(); err != nil || len(written) != 2 {
		t.Errorf("wrote %v, %v", written, err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 2 {
		t.Errorf("%d files are there", len(files))
	}
}
