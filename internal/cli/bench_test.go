package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roomsync/internal/sandbox"
)

// fileOf is a file of n rooms.
func fileOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString("version: 1\nrooms:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - name: team-%06d\n    display_name: Team %d\n    quality: 1080p\n    enable_chat: true\n", i, i)
	}
	return b.Bytes()
}

// A plan asks for the pages of both kinds and for nothing else: of 10,000
// conferences and no rooms without a prebuilt UI there are eleven.
func TestPlanAsksForPagesOnly(t *testing.T) {
	const rooms = 10_000
	s := sandbox.New(sandbox.Options{Record: true})
	for i := range rooms {
		if _, err := s.Put("conference", fmt.Sprintf("team-%06d", i), map[string]any{"display_name": fmt.Sprintf("Team %d", i), "quality": "1080p"}); err != nil {
			t.Fatal(err)
		}
	}
	w := inSpace(t, s)
	if err := os.WriteFile("rooms.yaml", fileOf(rooms), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main([]string{"plan", "--detailed-exitcode"}, w.system()); code != exitOK {
		t.Fatalf("exit code %d: %s%s", code, w.out.String(), w.err.String())
	}
	asked := make(map[string]int)
	for _, r := range s.Requests() {
		asked[r.Method+" "+r.Path]++
	}
	if asked["GET /api/video/conferences"] != 10 || asked["GET /api/video/rooms"] != 1 || len(asked) != 2 {
		t.Errorf("asked for %v", asked)
	}
}

// BenchmarkValidate runs the command.
func BenchmarkValidate(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000, 100_000} {
		path := filepath.Join(b.TempDir(), "rooms.yaml")
		if err := os.WriteFile(path, fileOf(n), 0o600); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("rooms=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var errors strings.Builder
				if code := Main([]string{"validate", "-f", path}, System{Out: io.Discard, Err: &errors, LookupEnv: func(string) (string, bool) { return "", false }}); code != exitOK {
					b.Fatal(errors.String())
				}
			}
		})
	}
}
