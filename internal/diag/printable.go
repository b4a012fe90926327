package diag

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes text from elsewhere safe to show. Whatever could move a
// terminal's cursor, colour it, reorder its text or hide in it becomes a
// visible escape, line breaks included: control and format characters, bidi
// overrides, zero-width characters, blanks other than the space, bytes that
// are not UTF-8, and marks that would combine with text of ours.
//
// Letters with combining marks and emoji, those joined of several included,
// stay what they are. The zero-width joiners inside words of Indic and Persian
// scripts do not: nothing tells them from hidden text.
func Printable(s string) string {
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	base := rune(0)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[i])
			base = 0
			i++
			continue
		}
		next, _ := utf8.DecodeRuneInString(s[i+size:])
		var shown string
		shown, base = show(base, r, next)
		b.WriteString(shown)
		i += size
	}
	return b.String()
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// show spells a character that stands between two others. base is the last
// character before it that is not itself an addition to one, 0 if there is
// none; the base for the character after it is returned.
func show(base, r, next rune) (string, rune) {
	switch {
	case isAddition(r):
		if belongs(base, r, next) {
			return string(r), base
		}
	case !hidden(r):
		return string(r), r
	}
	return escape(r), 0
}

// hidden tells whether a character would leave no trace on a screen, or do
// something to it other than showing a sign.
func hidden(r rune) bool {
	return !unicode.IsPrint(r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

const (
	zeroWidthJoiner = 0x200d
	keycap          = 0x20e3 // draws a key around the digit before it
)

// isAddition tells whether a character only changes what is before it.
func isAddition(r rune) bool {
	return r == zeroWidthJoiner || isModifier(r) || unicode.Is(unicode.M, r)
}

// isModifier tells whether a character is one of the five skin tones.
func isModifier(r rune) bool { return 0x1f3fb <= r && r <= 0x1f3ff }

// belongs tells whether an addition does something visible to its base.
func belongs(base, r, next rune) bool {
	switch {
	case r == zeroWidthJoiner:
		return isEmoji(base) && isEmoji(next)
	case isModifier(r):
		return true // without an emoji before it, it is shown as a patch of colour
	case r == 0xfe0e || r == 0xfe0f: // as text, as an emoji
		return isEmoji(base) || next == keycap && takesKeycap(base)
	case 0xe0100 <= r && r <= 0xe01ef: // a variant of an ideograph
		return unicode.Is(unicode.Han, base)
	case hidden(r) || unicode.Is(unicode.Variation_Selector, r):
		return false
	case r == keycap:
		return takesKeycap(base)
	}
	// Not a blank, a quote or a bracket: those may be ours.
	return unicode.IsLetter(base) || unicode.IsNumber(base) || unicode.IsSymbol(base)
}

func takesKeycap(base rune) bool { return '0' <= base && base <= '9' || base == '#' || base == '*' }

// isEmoji is a little wider than Unicode's Extended_Pictographic, which the
// standard library does not have: whole blocks of pictures and arrows.
func isEmoji(r rune) bool {
	switch {
	case r == 0xa9 || r == 0xae || r == 0x2122 || r == 0x2139:
		return true
	case 0x2190 <= r && r <= 0x21ff, 0x2300 <= r && r <= 0x23ff, 0x2460 <= r && r <= 0x27bf,
		0x2900 <= r && r <= 0x297f, 0x2b00 <= r && r <= 0x2bff:
		return true
	}
	return 0x1f000 <= r && r <= 0x1faff
}

func escape(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\t':
		return `\t`
	case r == '\r':
		return `\r`
	case r < 0x20 || r == 0x7f:
		return fmt.Sprintf(`\x%02x`, r)
	case r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
