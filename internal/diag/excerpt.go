package diag

import (
	"strings"
	"unicode"
)

// excerptWidth is how many columns of a long source line are shown where there
// is no terminal, or one that is wider.
const excerptWidth = 100

// tabColumns is how many columns a tab takes at most.
const tabColumns = 8

// excerpt cuts a window around column col (from 1) out of a line, which takes so
// many columns and two for what marks the cuts, and returns it with the blanks
// that put a caret below that column. Tabs stay tabs in both, so the caret lines
// up at any tab width.
func excerpt(line string, col, width int) (text, blanks string) {
	shown := spelled(strings.TrimRight(line, "\r\n"))
	at := min(col-1, len(shown))
	from, to := window(shown, at, width)
	var b, c strings.Builder
	if from > 0 {
		b.WriteString("…")
		c.WriteString(" ")
	}
	for i := from; i < to; i++ {
		b.WriteString(shown[i].text)
		switch {
		case i >= at:
		case shown[i].text == "\t":
			c.WriteByte('\t')
		default:
			c.WriteString(strings.Repeat(" ", shown[i].columns))
		}
	}
	if to < len(shown) {
		b.WriteString("…")
	}
	return b.String(), c.String()
}

// window is the part of a line to show, when a third of it is to be before the
// place at, and all of it is to go into so many columns.
func window(shown []measured, at, width int) (from, to int) {
	before := 0
	for _, c := range shown[:at] {
		before += c.columns
	}
	if before > width*2/3 {
		for ; before > width/3; from++ {
			before -= shown[from].columns
		}
	}
	used := 0
	for to = from; to < len(shown) && used+shown[to].columns <= width; to++ {
		used += shown[to].columns
	}
	for ; to == len(shown) && from > 0 && used+shown[from-1].columns <= width; from-- { // there is room left
		used += shown[from-1].columns
	}
	for from > 0 && from < at && shown[from].columns == 0 { // an accent without its letter
		from++
	}
	return from, to
}

// spelled is a source line, a character an element.
func spelled(line string) []measured {
	runes := []rune(line)
	all := make([]measured, len(runes))
	base := rune(0)
	for i, r := range runes {
		if r == '\t' {
			all[i] = measured{"\t", tabColumns}
			base = 0
			continue
		}
		next := rune(0)
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		before := base
		var shown string
		shown, base = show(before, r, next)
		joined := i > 0 && runes[i-1] == zeroWidthJoiner && before != 0
		all[i] = measured{shown, columns(before, shown, joined)}
	}
	return all
}

// columns is how many columns of a terminal a character takes, given how it is
// shown, the base before it, and whether it is joined to that base. Emoji that
// are joined are taken for one, as newer terminals and browsers draw them;
// older terminals draw them side by side, and the caret is off by a few.
func columns(base rune, shown string, joined bool) int {
	runes := []rune(shown)
	if len(runes) != 1 {
		return len(runes) // an escape
	}
	switch r := runes[0]; {
	case joined, isModifier(r) && isEmoji(base), isAddition(r) && !isModifier(r) && !unicode.Is(unicode.Mc, r):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}

// wide holds the blocks whose characters take two columns (Unicode's East
// Asian Width W and F), taken whole: a few of their code points are narrow or
// unassigned. The standard library has no such table.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115f, 1}, // Hangul Jamo
		{0x231a, 0x231b, 1}, // from here to 2b55: emoji that are wide by themselves
		{0x23e9, 0x23ec, 1},
		{0x23f0, 0x23f3, 3},
		{0x25fd, 0x25fe, 1},
		{0x2614, 0x2615, 1},
		{0x2648, 0x2653, 1},
		{0x267f, 0x2693, 0x14},
		{0x26a1, 0x26a1, 1},
		{0x26aa, 0x26ab, 1},
		{0x26bd, 0x26be, 1},
		{0x26c4, 0x26c5, 1},
		{0x26ce, 0x26d4, 6},
		{0x26ea, 0x26ea, 1},
		{0x26f2, 0x26f3, 1},
		{0x26f5, 0x26fa, 5},
		{0x26fd, 0x2705, 8},
		{0x270a, 0x270b, 1},
		{0x2728, 0x2728, 1},
		{0x274c, 0x274e, 2},
		{0x2753, 0x2755, 1},
		{0x2757, 0x2757, 1},
		{0x2795, 0x2797, 1},
		{0x27b0, 0x27bf, 0xf},
		{0x2b1b, 0x2b1c, 1},
		{0x2b50, 0x2b55, 5},
		{0x2e80, 0x303e, 1}, // CJK radicals and punctuation
		{0x3041, 0xa4cf, 1}, // kana, ideographs, Yi
		{0xa960, 0xa97f, 1}, // Hangul Jamo
		{0xac00, 0xd7a3, 1}, // Hangul syllables
		{0xf900, 0xfaff, 1}, // compatibility ideographs
		{0xfe30, 0xfe6f, 1}, // vertical and small forms
		{0xff01, 0xff60, 1}, // full-width forms
		{0xffe0, 0xffe6, 1},
	},
	R32: []unicode.Range32{
		{0x1f004, 0x1f004, 1},
		{0x1f0cf, 0x1f0cf, 1},
		{0x1f18e, 0x1f18e, 1},
		{0x1f191, 0x1f19a, 1},
		{0x1f200, 0x1f320, 1}, // emoji
		{0x1f32d, 0x1f335, 1},
		{0x1f337, 0x1f37c, 1},
		{0x1f37e, 0x1f393, 1},
		{0x1f3a0, 0x1f3ca, 1},
		{0x1f3cf, 0x1f3d3, 1},
		{0x1f3e0, 0x1f3f0, 1},
		{0x1f3f4, 0x1f3f4, 1},
		{0x1f3f8, 0x1f43e, 1},
		{0x1f440, 0x1f440, 1},
		{0x1f442, 0x1f4fc, 1},
		{0x1f4ff, 0x1f53d, 1},
		{0x1f54b, 0x1f54e, 1},
		{0x1f550, 0x1f567, 1},
		{0x1f57a, 0x1f57a, 1},
		{0x1f595, 0x1f596, 1},
		{0x1f5a4, 0x1f5a4, 1},
		{0x1f5fb, 0x1f64f, 1},
		{0x1f680, 0x1f6c5, 1},
		{0x1f6cc, 0x1f6cc, 1},
		{0x1f6d0, 0x1f6d2, 1},
		{0x1f6d5, 0x1f6df, 1},
		{0x1f6eb, 0x1f6ec, 1},
		{0x1f6f4, 0x1f6fc, 1},
		{0x1f7e0, 0x1f7f0, 1},
		{0x1f90c, 0x1f93a, 1},
		{0x1f93c, 0x1f945, 1},
		{0x1f947, 0x1f9ff, 1},
		{0x1fa70, 0x1faff, 1},
		{0x20000, 0x3fffd, 1}, // ideographs
	},
}
