package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
