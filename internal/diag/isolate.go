package diag

import (
	"strings"
	"unicode"
)

// A terminal that draws Hebrew and Arabic from the right moves what stands
// beside it as well: of "אבג → דהו" it would show the second first, and a mark
// at the begin of the line could end up at its end. So each stretch of such
// text is isolated by characters that have no other effect. Terminals that know
// nothing of directions, which are most, take no notice of them.
const (
	rightToLeftIsolate = "\u2067"
	popIsolate         = "\u2069"
)

// rightToLeft holds the blocks whose letters are written from the right.
var rightToLeft = &unicode.RangeTable{
	R16: []unicode.Range16{{0x0590, 0x08ff, 1}, {0xfb1d, 0xfdff, 1}, {0xfe70, 0xfefc, 1}},
	R32: []unicode.Range32{{0x10800, 0x10fff, 1}, {0x1e800, 0x1efff, 1}},
}

// Isolate isolates what is written from the right in a line for a terminal:
// each stretch of such letters, with the digits and single blanks between and
// after them. What Printable has been over has no such characters of its own.
func Isolate(line string) string {
	if strings.IndexFunc(line, func(r rune) bool { return unicode.Is(rightToLeft, r) }) < 0 {
		return line
	}
	var b strings.Builder
	begin, end := -1, 0 // of the stretch; it ends before blanks
	for i, r := range line {
		belongs := unicode.Is(rightToLeft, r) || begin >= 0 && (unicode.IsDigit(r) || unicode.Is(unicode.M, r))
		switch {
		case belongs && begin < 0:
			b.WriteString(line[end:i])
			begin = i
			fallthrough
		case belongs:
			end = i + len(string(r))
		case begin >= 0 && !(r == ' ' && end == i): // the second blank ends it, too
			b.WriteString(rightToLeftIsolate + line[begin:end] + popIsolate)
			begin = -1
		}
	}
	if begin >= 0 {
		b.WriteString(rightToLeftIsolate + line[begin:end] + popIsolate)
	}
	return b.String() + line[end:]
}
