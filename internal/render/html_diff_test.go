package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sergi/go-diff/diffmatchpatch"
	"pgregory.net/rapid"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

func TestInlineDiff(t *testing.T) {
	tests := []struct {
		before, after room.Value
		want          string // [-removed-] and {+added+}
	}{
		{room.Text("at 9:00, in the hall\n"), room.Text("at 9:30, in the hall\n"), "at 9:[-00-]{+30+}, in the hall"},
		{room.Text("one\ntwo"), room.Text("one\ntwo and more"), "one\ntwo{+ and more+}"},
		{room.Text("one\ntwo"), room.Null(), "[-one\ntwo-]{+null+}"},
		{room.Value{}, room.Text("one\ntwo"), "{+one\ntwo+}"},
		{room.Text("short"), room.Text("one\ntwo"), "[-short-]{+one\ntwo+}"},
		{room.Text("ein Café\n"), room.Text("ein Cafe\u0301\n"), "ein[- Café-]{+ Cafe\u0301+}"},
		{room.Text("null\nx"), room.Text("x"), "[-null\n-]x"},
		{mustValue(`{"queue":"support","languages":["de","en"],"note":"long enough for lines of their own"}`), mustValue(`{"queue":"sales","languages":["de"],"note":"long enough for lines of their own"}`),
			"{\n  \"languages\": [\n    \"de\"[-,\n    \"en\"-]\n  ],\n  \"note\": \"long enough for lines of their own\",\n  \"queue\": \"[-support-]{+sales+}\"\n}"},
		{room.Text(strings.Repeat("x ", 2000)), room.Text(strings.Repeat("x ", 2001)), "[-" + strings.Repeat("x ", 2000) + "-]{+" + strings.Repeat("x ", 2001) + "+}"},
	}
	for _, test := range tests {
		var got strings.Builder
		for _, p := range inlineDiff(plan.Update, room.Change{Setting: "description", Before: test.before, After: test.after}, nil) {
			switch {
			case p.Removed:
				got.WriteString("[-" + p.Text + "-]")
			case p.Added:
				got.WriteString("{+" + p.Text + "+}")
			default:
				got.WriteString(p.Text)
			}
		}
		if diff := cmp.Diff(test.want, got.String()); diff != "" {
			t.Errorf("%s → %s (-want +got):\n%s", test.before.JSON(), test.after.JSON(), diff)
		}
	}
}

// TestTokensAreTheText: nothing is lost or moved when a text is cut.
func TestTokensAreTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.StringMatching(`[a-c ,.\né]{0,30}`).Draw(t, "before"), rapid.StringMatching(`[a-c ,.\né]{0,30}`).Draw(t, "after")
		if got := strings.Join(tokens(before), ""); got != before {
			t.Fatalf("%q was cut into %q", before, tokens(before))
		}
		var old, is strings.Builder
		for _, d := range diffWords(tokens(before), tokens(after)) {
			if d.Type != diffmatchpatch.DiffInsert {
				old.WriteString(d.Text)
			}
			if d.Type != diffmatchpatch.DiffDelete {
				is.WriteString(d.Text)
			}
		}
		if old.String() != before || is.String() != after {
			t.Fatalf("the diff of %q and %q is one of %q and %q", before, after, old.String(), is.String())
		}
	})
}

// TestLineBreaksOfTextsStay: all else that is not a sign becomes visible, each
// line for itself.
func TestLineBreaksOfTextsStay(t *testing.T) {
	got := inlineDiff(plan.Update, room.Change{Setting: "description", Before: room.Text("one\r\ntw\x00o\n"), After: room.Text("one\r\nthree\n")}, nil)
	want := []part{{Text: "one\\r\n"}, {Text: `tw\x00o`, Removed: true}, {Text: "three", Added: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}

// BenchmarkLongTexts compares texts as long as the API takes that have nothing
// but a few words in common.
func BenchmarkLongTexts(b *testing.B) {
	text := func(seed int) room.Value {
		var t strings.Builder
		for i := 0; t.Len() < 2900; i++ {
			fmt.Fprintf(&t, "%c%d ", 'a'+(i*seed)%26, i*seed%97)
		}
		return room.Text(t.String())
	}
	c := room.Change{Setting: "description", Before: text(7), After: text(11)}
	for b.Loop() {
		inlineDiff(plan.Update, c, nil)
	}
}
