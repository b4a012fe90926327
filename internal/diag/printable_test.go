package diag_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"roomsync/internal/diag"
)

func TestPrintableKeepsWhatPeopleRead(t *testing.T) {
	for _, s := range []string{
		"", "plain text, \"quoted\" & <b>", `back\slash`,
		"Grüße, žluťoučký kůň", "cafe\u0301", "Việt Nam", "ﷺ",
		"会議室", "ガ", "か\u3099", "한국어", "ไทยที่", "हिन्दी", "தமிழ்", "עִבְרִית", "العَرَبِيَّة",
		"葛\U000e0100",        // an ideograph and the variant that is meant
		"x\u0332\u0305",      // two marks on one letter
		"◌\u0301", "1\u0301", // marks on a symbol and a digit
		"😀", "❤\ufe0f", "☎\ufe0e", "👍🏽", "🏽", "👩\u200d💻", "👩🏽\u200d🚀", "👨\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "❤\ufe0f\u200d🔥",
		"🇩🇪", "1\ufe0f\u20e3", "#\ufe0f\u20e3", "5\u20e3",
		"→ … – — € ©",
	} {
		if got := diag.Printable(s); got != s {
			t.Errorf("%q becomes %s", s, got)
		}
	}
}

func TestPrintableShowsWhatHides(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"a\nb\r\tc", `a\nb\r\tc`},
		{"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"\x1b]8;;http://x\x07", `\x1b]8;;http://x\x07`},
		{"\x00\x08\x7f", `\x00\x08\x7f`},
		{"\u0085\u009b31m", `\u0085\u009b31m`},                                 // C1: a one-character CSI
		{"abc\u202ecba\u202c", `abc\u202ecba\u202c`},                           // bidi override
		{"\u2066x\u2069\u200e\u200f\u061c", `\u2066x\u2069\u200e\u200f\u061c`}, // isolates and marks
		{"a\u200bb\u2060c\ufeff", `a\u200bb\u2060c\ufeff`},                     // zero width
		{"rub\x7fout", `rub\x7fout`},
		{"soft\u00adhyphen", `soft\u00adhyphen`},
		{"a\u200db", `a\u200db`}, // a joiner that joins no emoji
		{"\u200d", `\u200d`},
		{"😀\u200d", `😀\u200d`},
		{"😀\u200d\u200d😀", `😀\u200d\u200d😀`},
		{"می\u200cخواهم", `می\u200cخواهم`}, // Persian, and still not to be told from hidden text
		{"a\u00a0b\u3000c\u2003d", `a\u00a0b\u3000c\u2003d`},
		{"a\u2028b\u2029c", `a\u2028b\u2029c`},
		{"a\ufe0f", `a\ufe0f`}, // a selector that selects nothing
		{"a\ufe00", `a\ufe00`},
		{"a\ufe0f\u20e3", `a\ufe0f\u20e3`},
		{"a\U000e0100", `a\U000e0100`},
		{"😀\U000e0041\U000e007f", `😀\U000e0041\U000e007f`}, // tags
		{"\u034f\u115f\u3164\uffa0\u17b4\u180b", `\u034f\u115f\u3164\uffa0\u17b4\u180b`},
		{"\u0301x", `\u0301x`}, // a mark that would land on text before it
		{"'\u0338", `'\u0338`},
		{" \u0301", ` \u0301`},
		{"\x1b\u0301", `\x1b\u0301`},
		{"\ue000\U000f0000", `\ue000\U000f0000`}, // private use
		{"\ufdd0\U0010ffff", `\ufdd0\U0010ffff`}, // not characters
		{"a\xff\xc3(\xe2\x80", `a\xff\xc3(\xe2\x80`},
		{"\xed\xa0\x80", `\xed\xa0\x80`}, // half of a surrogate pair
		{"\xffe\u0301\u0301", "\\xffe\u0301\u0301"},
	} {
		if got := diag.Printable(tt.in); got != tt.want {
			t.Errorf("%q\nis   %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

// Whatever comes in, nothing of what comes out can act on a terminal or hide.
func TestPrintableIsSafe(t *testing.T) {
	tricky := rapid.SampledFrom([]rune("a1 '#\n\x1b\u009b\u0301\u20e3\u200b\u200c\u200d\u202e\u2066\u034f\ufe0f\ufeff\U000e0041\U000e0100葛😀🏽❤\u3000\u3164"))
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(
			rapid.String(),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
			rapid.StringOf(tricky),
		).Draw(t, "text")
		got := diag.Printable(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q becomes %q, which is not UTF-8", s, got)
		}
		last := rune(0)
		for i, r := range got {
			switch {
			case r == 0x200d:
				if after, _ := utf8.DecodeRuneInString(got[i+3:]); after < 0xa9 || unicode.IsLetter(after) || last < 0xa9 || unicode.IsLetter(last) {
					t.Fatalf("%q becomes %q: a joiner between %q and %q", s, got, last, after)
				}
			case !unicode.IsPrint(r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
				t.Fatalf("%q becomes %q: %U got through", s, got, r)
			case unicode.Is(unicode.Variation_Selector, r) && (last == 0 || last >= 'A' && last <= 'z'):
				t.Fatalf("%q becomes %q: %U selects nothing", s, got, r)
			case unicode.Is(unicode.M, r) && (last == 0 || last == ' ' || last == '\''):
				t.Fatalf("%q becomes %q: %U has no base", s, got, r)
			}
			last = r
		}
		if again := diag.Printable(got); again != got {
			t.Fatalf("%q becomes %q, and that %q", s, got, again)
		}
	})
}

func BenchmarkPrintable(b *testing.B) {
	for name, s := range map[string]string{"ascii": "My Conference Room", "accents": "Grüße aus Žilina", "escapes": "\x1b[31mred"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				diag.Printable(s)
			}
		})
	}
}
