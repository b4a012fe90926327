package render

import (
	"strings"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// part is a piece of a text that was kept, removed or added.
type part struct {
	Text           string
	Removed, Added bool
}

// mostWords is how many words and signs of two texts are compared one by one.
// The work grows with the square of what differs, and a server can send texts
// of any length.
const mostWords = 3000

// inlineDiff tells two long values apart word by word. A room that comes or
// goes has one of them only, and nothing in it is marked.
func inlineDiff(action plan.Action, c room.Change) []part {
	before, after := printableLines(asLines(c.Before)), printableLines(asLines(c.After))
	switch {
	case action == plan.Create:
		return []part{{Text: after}}
	case action == plan.Delete:
		return []part{{Text: before}}
	}
	// A null beside a long text is no word of it.
	if c.Before.IsNull() || c.After.IsNull() || !c.Before.IsSet() || !c.After.IsSet() {
		return changed(before, after)
	}
	x, y := tokens(before), tokens(after)
	if len(x)+len(y) > mostWords {
		return changed(before, after)
	}
	var parts []part
	for _, d := range diffWords(x, y) {
		parts = append(parts, part{d.Text, d.Type == diffmatchpatch.DiffDelete, d.Type == diffmatchpatch.DiffInsert})
	}
	return parts
}

func changed(before, after string) []part {
	var parts []part
	if before != "" {
		parts = append(parts, part{Text: before, Removed: true})
	}
	if after != "" {
		parts = append(parts, part{Text: after, Added: true})
	}
	return parts
}

// diffWords compares lists of words. To the library, which compares
// characters, each word is one.
func diffWords(before, after []string) []diffmatchpatch.Diff {
	numbers := make(map[string]rune)
	var known []string
	number := func(list []string) []rune {
		runes := make([]rune, len(list))
		for i, word := range list {
			if _, seen := numbers[word]; !seen {
				numbers[word] = firstWord + rune(len(known))
				known = append(known, word)
			}
			runes[i] = numbers[word]
		}
		return runes
	}
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // a limit would make the page depend on the machine
	diffs := d.DiffCleanupSemantic(d.DiffMainRunes(number(before), number(after), false))
	for i := range diffs {
		var b strings.Builder
		for _, r := range diffs[i].Text {
			b.WriteString(known[r-firstWord])
		}
		diffs[i].Text = b.String()
	}
	return diffs
}

// firstWord stands for the first of at most mostWords words: an ideograph, for
// which the library has no special treatment, as it has for blanks.
const firstWord = 0x4e00

// tokens cuts a text into words, each with the blanks before it, and signs,
// line ends included. A word is whatever is neither, so no letter is parted
// from its accents.
func tokens(text string) []string {
	var all []string
	start, inWord := 0, false
	for i, r := range text {
		blank, sign := r == ' ', isSign(r)
		if i > start && (sign || inWord && blank || !inWord && !blank && text[i-1] != ' ') {
			all = append(all, text[start:i])
			start = i
		}
		inWord = !blank && !sign
	}
	if start < len(text) {
		all = append(all, text[start:])
	}
	return all
}

func isSign(r rune) bool {
	return r < unicode.MaxASCII && r != ' ' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// printableLines makes each line of a text printable and keeps the line ends.
func printableLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		content, ended := strings.CutSuffix(line, "\n")
		b.WriteString(diag.Printable(content))
		if ended {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
