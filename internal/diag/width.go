package diag

import "strings"

// Width is how many columns of a terminal a text takes that Printable has been
// over. Colours of ours take none.
func Width(text string) int {
	if plainASCII(text) {
		return len(text)
	}
	n := 0
	each(text, func(_ string, columns int) bool { n += columns; return true })
	return n
}

// Cut is as much of the begin of a text as goes into some columns, with an
// ellipsis where something is missing.
func Cut(text string, columns int) string {
	if columns < 1 || Width(text) <= columns {
		if columns < 1 {
			return ""
		}
		return text
	}
	var b strings.Builder
	left := columns - 1
	each(text, func(character string, columns int) bool {
		if left -= columns; left >= 0 {
			b.WriteString(character)
		}
		return left >= 0
	})
	return b.String() + "…"
}

// each goes over the characters of a text, each with the columns that it adds.
// What paints them is one that adds none: only we can have written an escape
// character after Printable.
func each(text string, do func(character string, columns int) bool) {
	for text != "" {
		plain, rest := text, ""
		if at := strings.IndexByte(text, escapeCharacter); at >= 0 {
			plain, rest = text[:at], text[at:]
		}
		if !eachPlain(plain, do) {
			return
		}
		if rest != "" {
			end := strings.IndexByte(rest, 'm') + 1
			if end == 0 {
				end = len(rest)
			}
			if !do(rest[:end], 0) {
				return
			}
			rest = rest[end:]
		}
		text = rest
	}
}

const escapeCharacter = 0x1b

// eachPlain is each for a text without colours. It tells whether it got to the
// end.
func eachPlain(text string, do func(character string, columns int) bool) bool {
	runes := []rune(text)
	base := rune(0)
	for i, r := range runes {
		next := rune(0)
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		before := base
		var shown string
		shown, base = show(before, r, next)
		joined := i > 0 && runes[i-1] == zeroWidthJoiner && before != 0
		if !do(shown, columns(before, shown, joined)) {
			return false
		}
	}
	return true
}
