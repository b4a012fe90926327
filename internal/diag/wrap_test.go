package diag

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

const red, reset = "\x1b[31m", "\x1b[0m"

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name, line    string
		columns, hang int
		want          string
	}{
		{"it fits", "one two", 7, 2, "one two"},
		{"there is no terminal", "one two three", 0, 2, "one two three"},
		{"at blanks", "one two three", 8, 2, "one two\n  three"},
		{"its own indentation stays", "  one two three", 9, 4, "  one two\n    three"},
		{"many blanks", "one      two", 8, 2, "one\n  two"},
		{"a word longer than a line is broken", "a 0123456789ABCDEF", 8, 2, "a 012345\n  6789AB\n  CDEF"},
		{"a long one goes to the next line if it fits there", "ab 012345", 8, 2, "ab\n  012345"},
		{"between ideographs", "x 会議室東京", 9, 2, "x 会議室\n  東京"},
		{"not between a letter and its accent", "aaaae\u0301bb", 5, 0, "aaaae\u0301\nbb"},
		{"no paint on the indentation", "a " + red + "bb cc" + reset + " d", 5, 2, "a " + red + "bb" + reset + "\n  " + red + "cc" + reset + "\n  d"},
		{"paint takes no room", red + "one" + reset + " " + red + "two" + reset, 7, 2, red + "one" + reset + " " + red + "two" + reset},
	} {
		if got := Wrap(c.line, c.columns, c.hang); got != c.want {
			t.Errorf("%s: %q in %d columns:\ngot  %q\nwant %q", c.name, c.line, c.columns, got, c.want)
		}
	}
}

// Whatever a text holds, its lines fit, nothing but blanks is lost, and none but
// the first begins where lines of ours do.
func TestWrapFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"部屋 部屋部屋部屋部屋部屋部屋", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "é́é́é́é́é́", "\x1b[2J", strings.Repeat("x", 77) + " " + strings.Repeat("y", 77), strings.Repeat(" ", 99) + "- x"}))
		line := "+ " + Printable(text.Draw(t, "begin")) + " " + red + Printable(text.Draw(t, "painted")) + reset + Printable(text.Draw(t, "end"))
		columns, hang := rapid.IntRange(20, 80).Draw(t, "columns"), rapid.IntRange(1, 8).Draw(t, "hang")
		got := withoutIsolates(Wrap(line, columns, hang))
		for i, l := range strings.Split(got, "\n") {
			if Width(l) > columns {
				t.Fatalf("%d columns of %d: %q", Width(l), columns, l)
			}
			if i > 0 && !strings.HasPrefix(l, strings.Repeat(" ", hang)) {
				t.Fatalf("line %d begins where ours do: %q", i, l)
			}
		}
		letters := func(s string) string {
			return strings.NewReplacer(" ", "", "\n", "", red, "", reset, "").Replace(s)
		}
		if letters(got) != letters(line) {
			t.Fatalf("%q became %q", line, got)
		}
	})
}

func withoutIsolates(s string) string {
	return strings.NewReplacer(rightToLeftIsolate, "", popIsolate, "").Replace(s)
}

func TestIsolate(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"plain", "plain"},
		{"~ אבג → דהו", "~ <אבג> → <דהו>"},
		{"name: אבג דהו 12, file", "name: <אבג דהו 12>, file"},
		{"אבג  conference", "<אבג>  conference"},
		{"12 سلام 12", "12 <سلام 12>"},
		{red + "אבג" + reset + red + "דהו" + reset, red + "<אבג>" + reset + red + "<דהו>" + reset},
		{"שָׁלוֹם", "<שָׁלוֹם>"},
	} {
		want := strings.NewReplacer("<", rightToLeftIsolate, ">", popIsolate).Replace(c.want)
		if got := Isolate(c.line); got != want {
			t.Errorf("%q: got %q, want %q", c.line, got, want)
		}
	}
}

// Nothing that is written from the right is outside of an isolate, nothing that
// is written from the left is inside, and all that is added are isolates.
func TestIsolateIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := Printable(rapid.StringOf(rapid.SampledFrom([]rune("ab1 ,→-אבגשס12ّم\u0301"))).Draw(t, "line"))
		got := Isolate(line)
		if withoutIsolates(got) != line {
			t.Fatalf("%q became %q", line, got)
		}
		inside := false
		for _, r := range got {
			switch {
			case string(r) == rightToLeftIsolate || string(r) == popIsolate:
				if inside = !inside; inside != (string(r) == rightToLeftIsolate) {
					t.Fatalf("%q is not in order", got)
				}
			case unicode.Is(rightToLeft, r) && !inside, inside && unicode.Is(unicode.Latin, r), inside && strings.ContainsRune("→,-", r):
				t.Fatalf("%q in %q", r, got)
			}
		}
		if inside {
			t.Fatalf("%q is not closed", got)
		}
	})
}

// On a terminal a problem takes no more columns than there are, and the caret
// points at the character.
func TestProblemsFit(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", " ", "é", "e\u0301", "部", "👩‍💻", "\x1b", "א", "-", "word "})
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string) string { return strings.Join(rapid.SliceOfN(piece, 0, 150).Draw(t, label), "") }
		before := text("before")
		columns := rapid.IntRange(40, 130).Draw(t, "columns")
		list := List{{Pos: Pos{"rooms.yaml", 3, len([]rune(before)) + 1}, Message: text("message"), Hint: "do it", Line: before + "@" + text("after")}}
		var b strings.Builder
		if _, err := list.Show(&b, Look{Columns: columns}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(withoutIsolates(b.String()), "\n"), "\n")
		for _, l := range lines {
			if Width(l) > columns {
				t.Fatalf("%d columns of %d: %q", Width(l), columns, l)
			}
		}
		line, caret := lines[len(lines)-2], lines[len(lines)-1]
		at := strings.IndexByte(line, '@')
		if at < 0 || Width(line[:at])+1 != len(caret) {
			t.Fatalf("the caret is not below @:\n%s\n%s", line, caret)
		}
	})
}

func TestProblemsArePainted(t *testing.T) {
	with := func(mark string) func(string) string { return func(s string) string { return mark + s + mark } }
	list := List{{Pos: Pos{"f", 1, 2}, Message: "m", Line: "ab"}, {Pos: Pos{"f", 2, 1}, Severity: Warning, Message: "w", Line: "c"}}
	var b strings.Builder
	if _, err := list.Show(&b, Look{Place: with("*"), Error: with("!"), Warning: with("?")}); err != nil {
		t.Fatal(err)
	}
	if want := "*f:1:2: *m\n    ab\n     !^!\n*f:2:1: *?warning: ?w\n    c\n    ?^?\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
