package diag_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"roomsync/internal/diag"
)

// excerptOf is the source line and the caret line of a problem at a column,
// without the four blanks before both.
func excerptOf(t interface {
	Helper()
	Fatalf(string, ...any)
}, line string, col int) (text, caret string) {
	t.Helper()
	var b strings.Builder
	list := diag.List{{Pos: diag.Pos{File: "f", Line: 1, Col: col}, Message: "m", Line: line}}
	if _, err := list.WriteTo(&b); err != nil {
		t.Fatalf("%v", err)
	}
	lines := strings.Split(b.String(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[1], "    ") || !strings.HasPrefix(lines[2], "    ") {
		t.Fatalf("not an excerpt: %q", b.String())
	}
	return lines[1][4:], lines[2][4:]
}

func TestCaret(t *testing.T) {
	for _, tt := range []struct {
		name, line  string
		col         int
		text, caret string
	}{
		{"first column", "abc", 1, "abc", "^"},
		{"inside", "abc", 3, "abc", "  ^"},
		{"just past the end", "abc", 4, "abc", "   ^"},
		{"far past the end", "abc", 99, "abc", "   ^"},
		{"a line end is no column", "abc\r\n", 9, "abc", "   ^"},
		{"columns count characters, not bytes", "ä: é", 4, "ä: é", "   ^"},
		{"tabs stay tabs", "\tab\tc", 5, "\tab\tc", "\t  \t^"},
		{"a tab at the caret", "a\tb", 2, "a\tb", " ^"},
		{"escapes take their room", "a\x1bb", 3, `a\x1bb`, "     ^"},
		{"a bad byte is one character", "a\xffb", 3, "a�b", "  ^"},
		{"ideographs take two columns", "名前: x", 5, "名前: x", "      ^"},
		{"kana, Hangul and full-width forms", "かガ한Ａx", 5, "かガ한Ａx", "        ^"},
		{"half-width kana take one", "ｶﾅx", 3, "ｶﾅx", "  ^"},
		{"an emoji takes two", "a😀b", 3, "a😀b", "   ^"},
		{"and older emoji as well", "✅⚡x", 3, "✅⚡x", "    ^"},
		{"a combining mark takes none", "e\u0301x", 3, "e\u0301x", " ^"},
		{"joined emoji are one", "👩\u200d💻x", 4, "👩\u200d💻x", "  ^"},
		{"a skin tone takes none", "👍🏽x", 3, "👍🏽x", "  ^"},
		{"the ideograph at the caret", "名前", 2, "名前", "  ^"},
	} {
		text, caret := excerptOf(t, tt.line, tt.col)
		if text != tt.text || caret != tt.caret {
			t.Errorf("%s: %q column %d\ngot  %q\n     %q\nwant %q\n     %q", tt.name, tt.line, tt.col, text, caret, tt.text, tt.caret)
		}
	}
}

func TestLongLines(t *testing.T) {
	long := strings.Repeat("0123456789", 100)
	for _, col := range []int{1, 60, 67, 68, 69, 100, 101, 500, 990, 1000, 1001, 5000} {
		text, caret := excerptOf(t, long, col)
		if n := utf8.RuneCountInString(text); n > 102 {
			t.Errorf("column %d: the excerpt has %d characters", col, n)
		}
		if strings.HasPrefix(text, "…") != (col >= 68) || strings.HasSuffix(text, "…") != (col < 900) {
			t.Errorf("column %d: the cuts are not marked in %q", col, text)
		}
		runes := []rune(text)
		at := len(caret) - 1
		if col > len(long) {
			if at != len(runes) {
				t.Errorf("column %d: the caret is at %d of %d", col, at, len(runes))
			}
		} else if want := rune(long[col-1]); at >= len(runes) || runes[at] != want {
			t.Errorf("column %d: the caret is at %d of %q, not below %c", col, at, text, want)
		}
	}
}

// Below narrow characters the caret stands below the very character.
func TestCaretPointsAtTheColumn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.StringMatching(`[ a-zé:\t-]{0,300}`).Draw(t, "before")
		after := rapid.StringMatching(`[ a-zé:\t-]{0,300}`).Draw(t, "after")
		text, caret := excerptOf(t, before+"@"+after, utf8.RuneCountInString(before)+1)
		want := strings.Map(func(r rune) rune {
			if r == '\t' {
				return r
			}
			return ' '
		}, text[:strings.IndexByte(text, '@')]) + "^"
		if caret != want {
			t.Fatalf("text  %q\ncaret %q\nwant  %q", text, caret, want)
		}
	})
}
