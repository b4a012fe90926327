package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFmtAsksWhetherItMayWrite: a file that is write-protected is not replaced,
// though its directory would allow it, and neither is one beside it.
func TestFmtAsksWhetherItMayWrite(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anything")
	}
	const messy = "version:  1\n"
	dir := t.TempDir()
	open, closed := filepath.Join(dir, "open.yaml"), filepath.Join(dir, "closed.yaml")
	for path, mode := range map[string]os.FileMode{open: 0o644, closed: 0o444} {
		if err := os.WriteFile(path, []byte(messy), mode); err != nil {
			t.Fatal(err)
		}
	}
	var out, said bytes.Buffer
	sys := System{In: strings.NewReader(""), Out: &out, Err: &said, LookupEnv: func(string) (string, bool) { return "", false }}
	if code := Main([]string{"fmt", "-f", open, "-f", closed}, sys); code != exitError {
		t.Errorf("exit code %d", code)
	}
	if want := "roomsync: write " + closed + ": permission denied; nothing was written\n"; said.String() != want || out.Len() > 0 {
		t.Errorf("says %q and prints %q, want %q", said.String(), out.String(), want)
	}
	for _, path := range []string{open, closed} {
		if text, err := os.ReadFile(path); err != nil || string(text) != messy {
			t.Errorf("%s holds %q (%v)", path, text, err)
		}
	}
}
