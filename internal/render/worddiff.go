package render

import (
	"strings"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"
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

// wordDiff tells two texts apart word by word.
func wordDiff(before, after string) []part {
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
	d.DiffTimeout = 0 // a limit would make the output depend on the machine
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
