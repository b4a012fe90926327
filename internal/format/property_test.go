package format

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// meaning is what a file says, places aside: its rooms, or what is wrong.
func meaning(text []byte) any {
	file, problems := config.Parse("rooms.yaml", text)
	if file == nil {
		var said []string
		for _, p := range problems {
			said = append(said, p.Message)
		}
		slices.Sort(said)
		return slices.Compact(said)
	}
	for i := range file.Rooms {
		file.Rooms[i].Pos, file.Rooms[i].At = diag.Pos{}, nil
	}
	for i := range file.Ignore {
		file.Ignore[i].Pos = diag.Pos{}
	}
	file.SpaceAt = diag.Pos{}
	return *file
}

// TestFormsSayTheSame: whatever a file looks like, its form is read as the same
// rooms or the same mistakes, has all the comments, and is its own form.
func TestFormsSayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := (&hand{T: t}).file()
		formed, err := Source("rooms.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		before, after := meaning([]byte(text)), meaning(formed)
		if diff := cmp.Diff(before, after, cmp.AllowUnexported(room.Value{}), cmpopts.IgnoreUnexported(config.File{})); diff != "" {
			t.Fatalf("says something else (-before +after):\n%s\n%s", diff, text)
		}
		if again, err := Source("rooms.yaml", formed); err != nil || string(again) != string(formed) {
			t.Fatalf("%v\n%s", err, cmp.Diff(string(formed), string(again)))
		}
		if diff := cmp.Diff(written.FindAllString(text, -1), written.FindAllString(string(formed), -1), cmpopts.SortSlices(strings.Compare)); diff != "" {
			t.Fatalf("comments (-before +after):\n%s\n%s", diff, text)
		}
	})
}

// written are the comments that a hand has written.
var written = regexp.MustCompile(`# (above|beside|in) [0-9]+`)

// fragments are what slips into files.
var fragments = []string{"", " ", "  ", "\n", "\n  ", "\r", "\t", "#", "# ", "- ", "- - ", ": ", "? ", "<<: ", "&a ", "*a", "!!str ", "|", "|2-", "|+\n", ">+",
	"\"", "'", "\\", "{", "]", "]: ", ",", "%", "é", bom, "...\n", "\n---\n"}

// TestDamagedFiles: a text that is nearly a rooms.yaml is formatted or cannot be
// read; it is never mistaken for something else.
func TestDamagedFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &hand{T: t}
		text := h.file()
		for range 1 + h.below(4) {
			at := h.below(len(text) + 1)
			for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
				at--
			}
			to := at
			if h.chance(50) {
				for to += min(h.below(8), len(text)-at); to < len(text) && !utf8.RuneStart(text[to]); to++ {
				}
			}
			text = text[:at] + h.pick(fragments...) + text[to:]
		}
		_, err := Source("rooms.yaml", []byte(text))
		var problems diag.List
		if err != nil && !errors.As(err, &problems) {
			t.Fatalf("%v\n%s", err, text)
		}
	})
}
