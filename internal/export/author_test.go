package export_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"roomsync/internal/room"
	"roomsync/schema"
)

// author writes files as people do, each line in a style of its own.
type author struct {
	*rapid.T
	anchors int
	merges  bool // there is something to merge
	names   *rapid.Generator[[]string]
}

func (a *author) odds(of int) bool { return rapid.IntRange(1, of).Draw(a.T, "odds") == 1 }

func (a *author) pick(all ...string) string { return rapid.SampledFrom(all).Draw(a.T, "pick") }

func (a *author) number(from, to int) int { return rapid.IntRange(from, to).Draw(a.T, "number") }

var proseWords = []string{"the", "hall", "on", "Monday,", "it's", `"quoted"`, "a#b", "x:y", "100%", "ümlaut", "🎉", "yes", "$5", "$$", "-", "[a]", "{b}", "50", "back\\slash", "and", "longer-word"}

// prose is some words of a text, the first of them harmless.
func (a *author) prose(most int) []string {
	words := []string{a.pick("Some", "Room", "Überall", "A", "(x)")}
	for range a.number(0, most) {
		words = append(words, a.pick(proseWords...))
	}
	return words
}

// lines joins words with blanks, and sometimes with line breaks before which
// and behind which nothing counts.
func (a *author) lines(words []string, margin string) string {
	text := words[0]
	for _, w := range words[1:] {
		switch a.number(0, 7) {
		case 0:
			text += "\n" + margin + w
		case 1:
			text += a.pick(" ", "") + "\n" + a.pick("", " ") + "\n" + margin + a.pick("", "  ", "\t") + w
		case 2:
			text += a.pick("  ", "\t") + w
		default:
			text += " " + w
		}
	}
	return text
}

// text writes a text behind a colon or a dash. In block style it may go on in
// lines that are further in than parent, and its line may end in a comment.
func (a *author) text(parent int, inFlow bool) string {
	margin := strings.Repeat(" ", parent+a.number(1, 4))
	words := a.prose(6)
	style := a.number(0, 9)
	if inFlow {
		style %= 6
	}
	space := " "
	if style < 6 && a.odds(10) {
		space = "\n" + margin
		if a.odds(3) {
			space = " # what follows\n" + margin
		}
	}
	flat := strings.Join(words, " ")
	switch style {
	case 0, 1:
		if inFlow || strings.ContainsAny(flat, "[]{}") {
			return space + a.pick("plain", "Plain text", "it's", "x-1", "~a") + a.comment(inFlow)
		}
		if a.odds(2) {
			return space + a.lines(words, margin) + a.comment(inFlow)
		}
		return space + flat + a.comment(inFlow)
	case 2:
		return space + "'" + strings.ReplaceAll(flat, "'", "''") + "'" + a.comment(inFlow)
	case 3:
		return space + `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(flat) + a.pick("", `\n`, `\t.`, `\x21`, "\ttab", `\u00e9`, " ") + `"` + a.comment(inFlow)
	case 4:
		return space + "'" + strings.ReplaceAll(a.lines(words, margin), "'", "''") + "'" + a.comment(inFlow)
	case 5:
		return space + `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(a.lines(words, margin)) + a.pick("", "\\\n"+margin+"on") + `"` + a.comment(inFlow)
	}
	indicator, header := "", a.pick("|", ">")
	if parent < 0 {
		margin = "  "
	}
	explicit := a.odds(3)
	if explicit {
		indicator = fmt.Sprint(len(margin) - max(parent, 0))
	}
	chomping := a.pick("", "-", "+")
	if a.odds(2) {
		header += indicator + chomping
	} else {
		header += chomping + indicator
	}
	body := ""
	for i := range a.number(0, 4) {
		line := strings.Join(a.prose(8), " ") + a.pick("", "", " ")
		switch n := a.number(0, 5); {
		case n == 0:
			line = ""
		case n == 1 && (i > 0 && body != "" || explicit):
			line = margin + a.pick("  ", "\t", " # ") + line
		default:
			line = margin + line
		}
		body += "\n" + line
	}
	if strings.TrimSpace(body) == "" {
		body = ""
	}
	return " " + header + a.pick("", " # how it is written") + body + strings.Repeat("\n", a.number(0, 2))
}

// comment is what may be at the end of a line.
func (a *author) comment(inFlow bool) string {
	if inFlow || !a.odds(6) {
		return ""
	}
	return a.pick(" # why: so", "   # 'x", "\t# \"y", " #")
}

// between is what may be between two lines of block style.
func (a *author) between(margin string) string {
	if !a.odds(6) {
		return ""
	}
	return a.pick("\n", margin+"# a comment: of its own\n", "# far left\n", margin+"    # far right\n", "\n\n")
}

// quoted writes a text without blanks in one of the ways that mean it.
func (a *author) quoted(s string) string { return a.pick(s, s, "'"+s+"'", `"`+s+`"`, "!!str "+s) }

// value writes a value of a setting.
func (a *author) value(s schema.Setting, parent int, inFlow bool) string {
	if s.Nullable && a.odds(8) {
		if inFlow {
			return " " + a.pick("null", "~")
		}
		return a.pick(" null", " ~", "", " # nothing", " Null")
	}
	var text string
	switch {
	case s.Name == "size" && a.odds(6):
		text = a.pick(`"${SIZE}"`, `'${NONE:-large}'`)
	case s.Name == "display_name" && a.odds(6):
		text = a.pick(`"${TITLE} at $$5"`, `'$${TITLE}'`, `"$$$${X}"`)
	case len(s.Enum) > 0:
		text = a.quoted(a.pick(s.Enum...))
	case s.Format == "color":
		text = a.pick(`"#0A0b0C"`, `'#ffffff'`)
	case s.Format == "time":
		year := map[string]string{"join_from": "2030", "join_until": "2031", "remove_at": "2032"}[s.Name]
		text = a.quoted(year + a.pick("-01-31", "-02-01T10:00:00Z", "-02-01T10:00:00+02:00", "-03-01T10:00:00.5Z"))
	case s.Type == "boolean":
		text = a.pick("true", "false", "True", "FALSE")
	case s.Type == "integer":
		text = fmt.Sprint(a.number(*s.Minimum, *s.Maximum))
	case s.Type == "object":
		return a.object(parent, inFlow, 3)
	default:
		return a.anchor() + a.text(parent, inFlow)
	}
	return a.anchor() + " " + text + a.comment(inFlow)
}

// anchor gives a value an anchor that nobody uses.
func (a *author) anchor() string {
	if !a.odds(20) {
		return ""
	}
	a.anchors++
	return fmt.Sprintf(" &own%d", a.anchors)
}

// object writes a mapping of one's own.
func (a *author) object(parent int, inFlow bool, depth int) string {
	keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b-c", `"q r"`, "'s'", "ü", "tags", "n"}), 0, 4, rapid.ID[string]).Draw(a.T, "keys")
	if inFlow || len(keys) == 0 || a.odds(3) {
		var entries []string
		for _, k := range keys {
			entries = append(entries, k+":"+a.anything(parent, true, depth-1))
		}
		sep := a.pick(", ", ",", ",\n"+strings.Repeat(" ", parent+3))
		if sep == "," {
			sep = ", "
		}
		return " {" + strings.Join(entries, sep) + a.pick("", " ") + "}" + a.comment(inFlow)
	}
	column := parent + a.number(1, 4)
	margin := strings.Repeat(" ", column)
	var b strings.Builder
	b.WriteString(a.comment(false))
	for _, k := range keys {
		b.WriteString("\n" + strings.TrimSuffix(a.between(margin), "\n"))
		if !strings.HasSuffix(b.String(), "\n") {
			b.WriteByte('\n')
		}
		b.WriteString(margin + k + ":" + a.anything(column, false, depth-1))
	}
	return b.String()
}

// list writes a list of anything.
func (a *author) list(parent int, inFlow bool, depth int) string {
	n := a.number(0, 3)
	if inFlow || n == 0 || a.odds(3) {
		items := make([]string, n)
		for i := range items {
			items[i] = strings.TrimPrefix(a.anything(parent, true, depth-1), " ")
		}
		return " [" + strings.Join(items, ", ") + a.pick("]", " ]")
	}
	column := parent + a.number(0, 3)
	var b strings.Builder
	for range n {
		b.WriteString("\n" + strings.Repeat(" ", max(column, 0)) + "-" + a.anything(max(column, 0), false, depth-1))
	}
	return b.String()
}

// anything writes a value in an object.
func (a *author) anything(parent int, inFlow bool, depth int) string {
	n := a.number(0, 6)
	if depth <= 0 && n > 4 {
		n = 0
	}
	switch n {
	case 5:
		return a.object(parent, inFlow, depth)
	case 6:
		return a.list(parent, inFlow, depth)
	case 4:
		return " " + a.pick("1", "-2.5", "true", "null", "~", "1e3", "'1'", `"yes"`, "no")
	}
	return a.text(parent, inFlow)
}

// file writes a file with some rooms.
func (a *author) file() string {
	var b strings.Builder
	b.WriteString(a.pick("", "# yaml-language-server: $schema=x\n", "\n\n", "%YAML 1.1\n---\n", "--- # begin\n", "---\n"))
	if a.names == nil {
		a.names = rapid.SliceOfNDistinct(rapid.StringMatching(`[a-d]{1,3}`), 0, 5, rapid.ID[string])
	}
	names := a.names.Draw(a.T, "names")
	if a.odds(8) {
		return a.json(names)
	}
	b.WriteString("version: 1" + a.comment(false) + "\n")
	rooms := a.rooms(names)
	if a.merges {
		b.WriteString("x-brand: &brand\n  layout: 5x5 # everywhere\n  quality: &q 1080p\n")
		if a.odds(2) {
			b.WriteString("defaults:\n  conference: {enable_chat: false, size: small}\n  room:\n    quality: *q\n")
		}
	}
	after := a.between("")
	if a.odds(3) {
		after += "manage: ['*']\n"
	}
	if a.odds(2) {
		b.WriteString(rooms + after)
	} else {
		b.WriteString(after + rooms)
	}
	return b.String()
}

func (a *author) rooms(names []string) string {
	if len(names) == 0 {
		return "rooms: []" + a.comment(false) + "\n"
	}
	a.merges = a.odds(2)
	if a.odds(6) { // a list in flow style
		open, sep, end := " [", ", ", "]"
		if a.odds(2) {
			open, sep, end = "\n  [\n    ", ",\n    ", a.pick("\n  ]", " ]", ",\n  ]", ", # last\n  ]")
		}
		var items []string
		for _, name := range names {
			items = append(items, a.inline(name))
		}
		return "rooms:" + open + strings.Join(items, sep) + end + a.comment(false) + "\n"
	}
	column, width := a.number(0, 4), a.number(2, 4)
	margin := strings.Repeat(" ", column)
	var b strings.Builder
	b.WriteString("rooms:" + a.comment(false) + "\n")
	apart := a.odds(2)
	for i, name := range names {
		if i > 0 && apart {
			b.WriteByte('\n')
		}
		b.WriteString(a.between(margin))
		b.WriteString(margin + "-" + strings.Repeat(" ", width-1))
		if a.odds(6) {
			b.WriteString(a.inline(name) + a.comment(false) + "\n")
			continue
		}
		inner := column + width
		for j, line := range a.settings(name, inner, false) {
			if j > 0 {
				b.WriteString(a.between(strings.Repeat(" ", inner)))
				b.WriteString(strings.Repeat(" ", inner))
			}
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func (a *author) inline(name string) string {
	return "{" + strings.Join(a.settings(name, 8, true), ", ") + "}"
}

// settings are the keys of a room and their values.
func (a *author) settings(name string, column int, inFlow bool) []string {
	lines := []string{"name: " + a.quoted(name)}
	if a.odds(20) {
		lines[0] = `name: "` + name + `-${ENV}"`
	}
	kind := room.Conference
	if a.odds(2) {
		kind = room.Room
		lines = append(lines, "prebuilt_ui: false")
	}
	for _, s := range schema.Settings(string(kind)) {
		if s.ReadOnly || s.Apart || !a.odds(3) {
			continue
		}
		key := s.Name
		if a.odds(8) {
			key = a.pick(`"`+key+`"`, "'"+key+"'")
		}
		lines = append(lines, key+":"+a.value(s, column, inFlow))
	}
	if a.merges && a.odds(3) {
		lines = append(lines, "<<: *brand")
	}
	return rapid.Permutation(lines).Draw(a.T, "order")
}

// json writes the file as a program does.
func (a *author) json(names []string) string {
	nl, in := "", ""
	if a.odds(2) {
		nl, in = "\n", "  "
	}
	var rooms []string
	for _, name := range names {
		entries := []string{`"name": "` + name + `"`}
		for _, s := range schema.Settings(schema.Conference) {
			if s.ReadOnly || s.Apart || !a.odds(4) {
				continue
			}
			v := value(s).Draw(a.T, s.Name)
			if s.Type == "string" && !v.IsNull() && !a.odds(3) {
				v = room.Text("Plain " + s.Name)
				if len(s.Enum) > 0 {
					v = room.Text(s.Enum[0])
				}
			}
			entries = append(entries, `"`+s.Name+`":`+v.JSON())
		}
		rooms = append(rooms, in+in+"{"+strings.Join(entries, ", ")+"}")
	}
	return "{" + nl + in + `"version": 1,` + nl + in + `"rooms": [` + nl + strings.Join(rooms, ","+nl) + nl + in + "]" + nl + "}" + nl
}

// finish gives the text of a file a mark, other line breaks, or no end.
func (a *author) finish(text string) []byte {
	if a.odds(4) {
		text = strings.TrimRight(text, "\n")
	}
	if a.odds(4) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if a.odds(6) {
		text = "\ufeff" + text
	}
	return []byte(text)
}

// decode is a value as encoding/json decodes it, numbers as json.Number.
func decode(v room.Value) any {
	dec := json.NewDecoder(strings.NewReader(v.JSON()))
	dec.UseNumber()
	var data any
	if err := dec.Decode(&data); err != nil {
		panic(err)
	}
	return data
}
