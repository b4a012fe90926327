package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Problems at one place come in one order: a log can be compared with the last.
func TestProblemsAtOnePlaceAreInOrder(t *testing.T) {
	text := []byte("version: 1\nx-s: &s 5\nrooms:\n  - name: a\n    display_name: *s\n    size: *s\n    quality: *s\n    description: *s\n    layout: *s\n")
	_, first := Parse("rooms.yaml", text)
	if len(first) != 5 {
		t.Fatalf("%d problems: %v", len(first), first)
	}
	for range 20 {
		_, again := Parse("rooms.yaml", text)
		if diff := cmp.Diff(first, again); diff != "" {
			t.Fatalf("(-first +again):\n%s", diff)
		}
	}
}
