package diag

import (
	"testing"

	"pgregory.net/rapid"
)

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns int
		want    string
	}{
		{"stage", 5, "stage"}, {"stage", 4, "sta…"}, {"stage", 1, "…"}, {"stage", 0, ""}, {"", 3, ""},
		{"部屋部屋", 8, "部屋部屋"}, {"部屋部屋", 7, "部屋部…"}, {"部屋部屋", 6, "部屋…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
	} {
		if got := Cut(c.text, c.columns); got != c.want {
			t.Errorf("%q in %d columns: %q, want %q", c.text, c.columns, got, c.want)
		}
	}
}

func TestCutFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, columns := Printable(rapid.String().Draw(t, "text")), rapid.IntRange(0, 40).Draw(t, "columns")
		if got := Cut(text, columns); Width(got) > columns {
			t.Fatalf("%q takes %d columns of %d", got, Width(got), columns)
		}
	})
}
