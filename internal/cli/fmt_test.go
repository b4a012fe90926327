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

// What a file holds cannot command the terminal that a diff is shown on; into a
// pipe or a file it goes as it is.
func TestADiffOnATerminal(t *testing.T) {
	const odd = "version:  1\nrooms:\n  - name: a # \u202eb\tc\n"
	for terminal, want := range map[bool]string{true: "  - name: a # \\u202eb\tc\n", false: "  - name: a # \u202eb\tc\n"} {
		w := inSpace(t, nil)
		if err := os.WriteFile("rooms.yaml", []byte(odd), 0o600); err != nil {
			t.Fatal(err)
		}
		w.terminal = terminal
		if code := Main([]string{"fmt", "--check", "--diff"}, w.system()); code != exitDifference || !strings.Contains(w.out.String(), want) {
			t.Errorf("terminal %t: exit code %d, %q lacks %q: %s", terminal, code, w.out.String(), want, w.err.String())
		}
	}
}
