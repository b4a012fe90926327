package render

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestUnified(t *testing.T) {
	before := "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten"
	after := "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n10\n"
	want := `--- rooms.yaml
+++ rooms.yaml
@@ -1,3 +1,4 @@
+zero
 one
 two
 three
@@ -7,4 +8,4 @@
 seven
 eight
 nine
-ten
\ No newline at end of file
+10
`
	if diff := cmp.Diff(want, Unified("rooms.yaml", before, after, nothingSecret)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := Unified("rooms.yaml", before, before, nothingSecret); got != "" {
		t.Errorf("of one text with itself: %s", got)
	}
}

// TestUnifiedIsCarriedOut: patch makes of the one text the other.
func TestUnifiedIsCarriedOut(t *testing.T) {
	patch, err := exec.LookPath("patch")
	if err != nil {
		t.Skip("no patch here")
	}
	dir := t.TempDir()
	text := rapid.Custom(func(t *rapid.T) string {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a\n", "b\n", "c\n", "\n", "d\r\n", "e\n", "f\n", "g\n", "h\n", "- i\n", "+ j\n"}), 0, 30).Draw(t, "lines")
		return strings.Join(lines, "") + rapid.SampledFrom([]string{"", "end"}).Draw(t, "end")
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		diff := Unified("rooms.yaml", before, after, nothingSecret)
		if diff == "" && before == after || after == "" {
			return // patch removes a file that becomes empty
		}
		path := filepath.Join(dir, "rooms.yaml")
		if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(patch, "-p0", "--binary", "-s")
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(diff)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s\n%s", err, out, diff)
		}
		if got, _ := os.ReadFile(path); string(got) != after {
			t.Fatalf("(-want +got):\n%s\n%s", cmp.Diff(after, string(got)), diff)
		}
	})
}

// TestUnifiedTakesNoTime: a file whose lines have all changed is no reason to
// wait.
func TestUnifiedTakesNoTime(t *testing.T) {
	lines := strings.Repeat("a: 1\nb: 2\n", 50_000)
	begun := time.Now()
	if got := Unified("rooms.yaml", lines, strings.ReplaceAll("  "+lines, "\n", "\n  "), nothingSecret); len(got) < 1_000_000 {
		t.Errorf("%d bytes", len(got))
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
}

func nothingSecret(string) []bool { return nil }

// A line that may hold a key is not in a diff, though that it changes is.
func TestUnifiedHidesSecrets(t *testing.T) {
	secret := func(text string) []bool {
		var all []bool
		for line := range strings.Lines(text) {
			all = append(all, strings.Contains(line, "key"))
		}
		return all
	}
	got := Unified("rooms.yaml", "a\n  key: 1\nb\nkey: 2\n", "a\n  key: 3\nb\nkey: 2\n", secret)
	want := `--- rooms.yaml
+++ rooms.yaml
@@ -1,4 +1,4 @@
 a
-  # not shown: it may hold the address of a stream
+  # not shown: it may hold the address of a stream
 b
 # not shown: it may hold the address of a stream
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
