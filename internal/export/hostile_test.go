package export_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"roomsync/internal/room"
	"roomsync/schema"
)

// hostile are texts that YAML writers have got wrong.
var hostile = []string{
	"", " ", "  leading", "trailing ", "a # b", "#", "# a", "a#b", "a: b", "a:", ":", ": a", ":a", "a:b", "::set-output name=a::b", "##[error]", "x ##[y]",
	"🎉 party 👩‍👩‍👧", "a\r\nb\r\nc\r\n", "\r", "a\rb", "a\r\n  b", "a\r\n:: b", "yes", "Yes", "no", "on", "OFF", "y", "N", "true", "False", "null", "Null", "~", "~a",
	"0x1F", "0X1f", "0o17", "017", "010", "0b101", "1_000", "1,000", "1e3", "1E+3", ".5", "5.", ".", "+.inf", "-.INF", ".nan", "12:30", "12:30:45.5", "-1", "+1", "0", "1.5",
	"2026-01-31", "2026-1-1", "2026-01-31T09:00:00Z", "2026-01-31 09:00:00 +1", "2026-01-31 Ball", "=", "=a", "<<", "<<a", "---", "--- a", "...", "...a", "- a", "-a", "-", "-,", "? a", "?", "?a",
	"*a", "&a", "!!x", "!a", "%a", "@a", "`a", "|", ">", "| a", "[a]", "{a}", "a, b", "a]b", "'", `"`, `'a'`, `"a"`, `it's`, `say "hi"`, `back\slash`, `c:\new`, `\`, `a\`,
	"\t", "\ta", "a\tb", "a\t", "a\n\tb", "a\tb\nc", "\x00", "a\x00b", "\x1b[31m", "\x7f", "\u0085", "a\u2028b", "\u2029", "\ufeff", "a\ufeffb", "\ufffe", "\u200b", "\u202e", "\u00a0", "\u0301a", "e\u0301", "\U0010ffff",
	"\n", "\n\n\n", "a\n", "a\n\n", "a\n\n\n", "\na", "\n\n a", "a\nb", "a\n\nb", "a \nb", "a\n b", " a\nb", "  a\n b\nc", "a\n# b", "a\n  ", " \n", "\n ", "a\n---\nb", "a\n...\nb\n", "a\n%b", "::a\nb", "a\n::b", "a\n  :b", "a\n##[b",
	strings.Repeat("x", 81), strings.Repeat("long ", 600), strings.Repeat("ä\n", 1500), strings.Repeat("x", 3000), strings.Repeat("line of text: with # all\n", 100), " " + strings.Repeat("x", 100), strings.Repeat(" ", 200),
	"$", "$$", "${X}", "${X:-y}", "a${", "$${X}", "$X", "a$", "$$$ {", "US$ 5\n${X}\n",
}

// text generates hostile strings of at most most characters.
func text(most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var s string
		switch rapid.IntRange(0, 4).Draw(t, "sort") {
		case 0, 1:
			s = rapid.SampledFrom(hostile).Draw(t, "hostile")
		case 2:
			s = rapid.StringOfN(rapid.Rune(), 0, 200, -1).Draw(t, "unicode")
		case 3:
			s = strings.Join(rapid.SliceOfN(rapid.SampledFrom(hostile), 1, 5).Draw(t, "parts"), rapid.SampledFrom([]string{"", "\n", "\n  ", " "}).Draw(t, "between"))
		default:
			s = rapid.StringOfN(rapid.SampledFrom([]rune("ab \n\r\t:#-'\"\\{}[],&*!|>%@`?~=<0xe1._$\u0085\u2028")), 0, 60, -1).Draw(t, "dense")
		}
		s = strings.ToValidUTF8(s, "\ufffd")
		if r := []rune(s); len(r) > most {
			s = string(r[:most])
		}
		return s
	})
}

// tree generates JSON values as encoding/json decodes them.
func tree(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		most := 8
		if depth == 0 {
			most = 5
		}
		switch rapid.IntRange(0, most).Draw(t, "type") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			v, err := room.Parse([]byte(rapid.SampledFrom([]string{"0", "-1", "1.0", "1e3", "1e30", "1E-7", "-2.5e+40", "12345678901234567890123", "0.000001", "123456789.123456789"}).Draw(t, "number")))
			if err != nil {
				t.Fatal(err)
			}
			return jsonNumber(v)
		case 3, 4, 5:
			return text(300).Draw(t, "text")
		case 6:
			return rapid.SliceOfN(tree(depth-1), 0, 4).Draw(t, "list")
		default:
			return object(depth-1).Draw(t, "object")
		}
	})
}

func object(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		m := make(map[string]any)
		for range rapid.IntRange(0, 4).Draw(t, "keys") {
			key := text(1500).Draw(t, "key")
			m[key] = tree(depth).Draw(t, "value")
		}
		return any(m)
	})
}

// value generates a value that the API could answer for a setting: mostly one
// that a file can ask for.
func value(s schema.Setting) *rapid.Generator[room.Value] {
	return rapid.Custom(func(t *rapid.T) room.Value {
		if rapid.IntRange(0, 4).Draw(t, "null") == 0 {
			return room.Null()
		}
		if rapid.IntRange(0, 40).Draw(t, "odd") == 0 {
			return rapid.SampledFrom([]room.Value{room.Text("12up"), room.Int(-5), room.Bool(true), room.Text(strings.Repeat("y", 4000))}).Draw(t, "oddity")
		}
		switch {
		case len(s.Enum) > 0:
			return room.Text(rapid.SampledFrom(s.Enum).Draw(t, "enum"))
		case s.Format == "color":
			return room.Text(rapid.StringMatching(`#[0-9a-fA-F]{6}`).Draw(t, "colour"))
		case s.Format == "time":
			year := rapid.IntRange(2020, 2029).Draw(t, "year")
			return room.Text(fmt.Sprintf("%d-01-31T09:00:00%sZ", year, rapid.SampledFrom([]string{"", ".5"}).Draw(t, "fraction")))
		case s.Type == "boolean":
			return room.Bool(rapid.Bool().Draw(t, "bool"))
		case s.Type == "integer":
			return room.Int(int64(rapid.IntRange(*s.Minimum, *s.Maximum).Draw(t, "integer")))
		case s.Type == "object":
			v, err := room.Of(object(3).Draw(t, "object"))
			if err != nil {
				t.Fatal(err)
			}
			if len([]rune(v.JSON())) > s.JSONCharacters && rapid.IntRange(0, 9).Draw(t, "keep") > 0 {
				return room.Null()
			}
			return v
		}
		return room.Text(text(s.MaxLength).Draw(t, "text"))
	})
}

// space generates the rooms of a space.
func space() *rapid.Generator[[]room.Live] {
	return rapid.Custom(func(t *rapid.T) []room.Live {
		names := rapid.SliceOfNDistinct(rapid.OneOf(
			rapid.StringMatching(`[A-Za-z0-9_-]{1,6}`),
			rapid.SampledFrom([]string{"yes", "null", "0x1F", "1e3", "-", "---", "_1", "1_000", "n", "2026-01-31"})), 0, 5, rapid.ID[string]).Draw(t, "names")
		var all []room.Live
		for i, name := range names {
			l := room.Live{Kind: rapid.SampledFrom(room.Kinds()).Draw(t, "kind"), Name: name, ID: fmt.Sprintf("id-%d", i), Settings: make(room.Settings)}
			for _, s := range schema.Settings(string(l.Kind)) {
				if !s.ReadOnly && !s.Apart && rapid.IntRange(0, 9).Draw(t, "has "+s.Name) > 0 {
					l.Settings[s.Name] = room.Canonical(s, value(s).Draw(t, s.Name))
				}
			}
			all = append(all, l)
		}
		return all
	})
}
