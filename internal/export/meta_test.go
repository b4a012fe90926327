package export_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roomsync/internal/config"
	"roomsync/internal/room"
)

// metaLine is a line of an object, and the entries that it is of or about, from
// the outermost: if one goes, so does the line.
type metaLine struct {
	text  string
	about []int
}

// metaPlace is a mapping or a list that can be changed.
type metaPlace struct {
	path    []any
	isMap   bool
	inFlow  bool // between brackets
	oneLine bool
	inline  bool // the first entry stands behind a dash
	keys    []string
	entries []int
	scalars []bool
}

// metaAuthor writes objects with comments on all kinds of lines. Each text and
// each comment is there once.
type metaAuthor struct {
	*author
	n      int
	places []metaPlace
}

func (m *metaAuthor) next() int { m.n++; return m.n }

func (m *metaAuthor) note() string { return fmt.Sprintf("# c%d: 'x", m.next()) }

// end is what may be at the end of a line.
func (m *metaAuthor) end() string {
	if !m.odds(3) {
		return ""
	}
	return m.pick(" ", "   ", "\t") + m.note()
}

func (m *metaAuthor) scalar() string {
	return fmt.Sprintf(m.pick("v%d", "'v%d'", `"v%d"`, "%d", "%d.50", "%d.0e+2", `"v%d # no comment"`, "'it''s {v%d'", "v%d#"), m.next())
}

func spaces(n int) string { return strings.Repeat(" ", n) }

// block writes a mapping or a list in lines that begin at a column; the first
// may be left to stand behind a dash.
func (m *metaAuthor) block(column int, isMap, inline, sameColumn bool, path []any, about []int, depth int) []metaLine {
	var lines []metaLine
	add := func(about []int, text string) { lines = append(lines, metaLine{text, about}) }
	place := metaPlace{path: slices.Clone(path), isMap: isMap, inline: inline}
	count := m.number(1, 4)
	for i := range count {
		id := m.next()
		own := append(slices.Clone(about), id)
		if !inline || i > 0 {
			if m.odds(8) {
				add(about, spaces(column)+m.note())
				add(about, "")
			} else if m.odds(5) {
				add(about, "")
			}
			if m.odds(12) {
				add(about, m.note())
			}
			if m.odds(4) {
				add(own, spaces(column)+m.note())
				if m.odds(3) {
					add(own, spaces(column+2)+m.note())
				}
			}
		}
		var key any = i
		head := "-"
		if isMap {
			name := fmt.Sprintf("k%d", id)
			key, head = name, m.pick(name, "'"+name+"'", `"`+name+`"`)+":"
			place.keys = append(place.keys, name)
		}
		start := spaces(column) + head
		if inline && i == 0 {
			start = head
		}
		kind := m.number(0, 9)
		if depth == 0 {
			kind %= 6
		}
		tail := true // comments further in can be below
		switch {
		case kind == 5:
			add(own, start+" "+m.pick("|", "|-", ">", "|+", ">-")+m.end())
			add(own, spaces(column+2)+fmt.Sprintf("v%d # no comment", m.next()))
			if m.odds(2) {
				add(own, spaces(column+2)+"more")
			}
			tail = false
		case kind < 5:
			add(own, start+m.pick(" ", " ", "   ")+m.scalar()+m.end())
		case kind == 6:
			add(own, start+" "+m.oneLine(append(path, key), own)+m.end())
		case kind == 7:
			lines = append(lines, m.lines(start, column, append(path, key), own)...)
		case !isMap && m.odds(2):
			width := m.number(1, 3)
			inner := m.block(column+1+width, m.odds(2), true, false, append(path, key), own, depth-1)
			inner[0].text = start + spaces(width) + inner[0].text
			lines = append(lines, inner...)
		default:
			deep := column + m.number(2, 4)
			asMap := m.odds(2)
			same := isMap && !asMap && m.odds(3)
			if same {
				deep, tail = column, false
			}
			add(own, start+strings.ReplaceAll(m.end(), "\t", " "))
			lines = append(lines, m.block(deep, asMap, false, same, append(path, key), own, depth-1)...)
		}
		if tail && m.odds(6) {
			add(own, spaces(column+1)+m.note())
		}
		place.entries = append(place.entries, id)
		place.scalars = append(place.scalars, kind < 5)
	}
	if !sameColumn && m.odds(5) {
		add(about, spaces(column)+m.note())
	}
	m.places = append(m.places, place)
	return lines
}

// oneLine writes a mapping or a list between brackets.
func (m *metaAuthor) oneLine(path []any, about []int) string {
	place := metaPlace{path: slices.Clone(path), isMap: m.odds(2), inFlow: true, oneLine: true}
	var all []string
	for range m.number(1, 3) {
		id := m.next()
		text := m.flowScalar()
		if place.isMap {
			place.keys = append(place.keys, fmt.Sprintf("k%d", id))
			text = place.keys[len(place.keys)-1] + m.pick(": ", ":  ") + text
		}
		all = append(all, text)
		place.entries = append(place.entries, id)
		place.scalars = append(place.scalars, true)
	}
	m.places = append(m.places, place)
	text := strings.Join(all, m.pick(", ", ",  ", " , "))
	if place.isMap {
		return "{" + text + m.pick("", " ", ",") + "}"
	}
	return "[" + text + m.pick("", " ", ",") + "]"
}

func (m *metaAuthor) flowScalar() string { return strings.TrimSuffix(m.scalar(), "#") }

// lines writes a mapping or a list between brackets with a line for each entry.
func (m *metaAuthor) lines(start string, column int, path []any, about []int) []metaLine {
	place := metaPlace{path: slices.Clone(path), isMap: m.odds(2), inFlow: true}
	open, shut := "[", "]"
	if place.isMap {
		open, shut = "{", "}"
	}
	lines := []metaLine{{start + " " + open + m.end(), about}}
	margin := spaces(column + m.number(2, 4))
	first := m.odds(4) // where the commas are
	count := m.number(1, 4)
	for i := range count {
		id := m.next()
		own := append(slices.Clone(about), id)
		text := m.flowScalar()
		if place.isMap {
			place.keys = append(place.keys, fmt.Sprintf("k%d", id))
			text = place.keys[i] + m.pick(": ", ":  ") + text
		}
		if m.odds(4) {
			lines = append(lines, metaLine{margin + m.note(), own})
		}
		switch {
		case first && i > 0:
			text = ", " + text
		case first:
			text = "  " + text
			if m.odds(2) { // the comment above is further left, so whose it is nobody knows
				lines = lines[:1]
			} else if len(lines) > 1 {
				lines = append(lines[:1], metaLine{margin + "  " + m.note(), own})
			}
		case i < count-1 || m.odds(3):
			text += ","
		}
		lines = append(lines, metaLine{margin + text + m.end(), own})
		place.entries = append(place.entries, id)
		place.scalars = append(place.scalars, true)
	}
	if m.odds(4) {
		lines = append(lines, metaLine{"", about}, metaLine{margin + m.note(), about})
	}
	m.places = append(m.places, place)
	return append(lines, metaLine{spaces(column+1) + shut + m.end(), about})
}

// at changes what is at a path.
func at(data any, path []any, change func(any) any) any {
	if len(path) == 0 {
		return change(data)
	}
	switch d := data.(type) {
	case map[string]any:
		d = maps.Clone(d)
		d[path[0].(string)] = at(d[path[0].(string)], path[1:], change)
		return d
	case []any:
		d = slices.Clone(d)
		d[path[0].(int)] = at(d[path[0].(int)], path[1:], change)
		return d
	}
	panic("no such path")
}

var chomping = regexp.MustCompile(`([|>])[-+]`)

var metaComment = regexp.MustCompile(`# c[0-9]+: 'x`)

// TestPullMeta changes one thing in an object: a key or an item goes, comes, or
// has another value. Every other line must stay as it was, and every comment
// that is not about what goes.
func TestPullMeta(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &metaAuthor{author: &author{T: t}}
		lines := []metaLine{{"version: 1", nil}, {"rooms:", nil}, {"  - name: a", nil}, {"    prebuilt_ui: false", nil}, {"    meta:" + m.end(), nil}}
		lines = append(lines, m.block(m.number(5, 8), true, false, false, nil, nil, 3)...)
		if m.odds(2) {
			lines = append(lines, metaLine{"    " + m.note(), nil}, metaLine{"    max_members: 5", nil})
		}
		if m.odds(2) {
			lines = append(lines, metaLine{"", nil}, metaLine{"  - name: b" + m.end(), nil})
		}
		if m.odds(4) {
			lines = append(lines, metaLine{m.note(), nil})
		}
		var b strings.Builder
		for _, l := range lines {
			b.WriteString(l.text + "\n")
		}
		text := m.finish(b.String())
		file, problems := config.Read([]config.Layer{{{Path: "rooms.yaml", Data: text}}}, config.Options{})
		if problems.Errors() > 0 {
			t.Fatalf("%v\n%s", problems, text)
		}

		place := rapid.SampledFrom(m.places).Draw(t, "place")
		i := m.number(0, len(place.entries)-1)
		goes, fresh := 0, fmt.Sprintf("new%d", m.next())
		what := m.pick("goes", "comes", "changes")
		meta := at(decode(file.Rooms[0].Settings["meta"]), place.path, func(data any) any {
			list, _ := data.([]any)
			object, _ := data.(map[string]any)
			list, object = slices.Clone(list), maps.Clone(object)
			switch {
			case what == "goes" && len(place.entries) == 1 || what == "changes" && !place.scalars[i]:
				t.Skip("that is something else")
			case what == "goes" && place.isMap:
				goes = place.entries[i]
				delete(object, place.keys[i])
			case what == "goes":
				goes = place.entries[i]
				list = slices.Delete(list, i, i+1)
			case what == "changes" && place.isMap:
				object[place.keys[i]] = fresh
			case what == "changes":
				list[i] = fresh
			case place.isMap:
				object[fresh] = m.pick("x", "two\nlines\n")
			default:
				list = slices.Insert(list, i+m.number(0, 1), any(m.pick("x", "two\nlines\n")))
			}
			if place.isMap {
				return object
			}
			return list
		})
		value, err := room.Of(meta)
		if err != nil {
			t.Fatal(err)
		}
		var live []room.Live
		for _, d := range file.Rooms {
			l := room.Live{Kind: d.Kind, Name: d.Name, ID: d.Name, Settings: maps.Clone(d.Settings)}
			if d.Name == "a" {
				l.Settings["meta"] = value
			}
			live = append(live, l)
		}
		got := pull(t, file, live, true, true)
		if len(got.kept)+len(got.plan.Operations) > 0 {
			t.Fatalf("kept %v, left %v\n%s\nwas\n%s", got.kept, got.plan.Operations, got.text, text)
		}

		var before []string
		for _, l := range lines {
			if !slices.Contains(l.about, goes) || goes == 0 {
				before = append(before, l.text)
			}
		}
		after := strings.Split(strings.ReplaceAll(strings.TrimPrefix(string(got.text), "\ufeff"), "\r\n", "\n"), "\n")
		before, after = slices.DeleteFunc(before, blank), slices.DeleteFunc(after, blank)
		if !strings.HasSuffix(string(text), "\n") { // what a text at the end does with line breaks is said another way once it has one
			for _, all := range [][]string{before, after} {
				for n := range all {
					all[n] = chomping.ReplaceAllString(all[n], "$1")
				}
			}
		}
		told := fmt.Sprintf("%s %d of %v\n%s\nwas\n%s", what, i, place.path, got.text, text)

		if place.oneLine || place.inline && i == 0 || what == "changes" {
			x, y := metaComment.FindAllString(strings.Join(before, "\n"), -1), metaComment.FindAllString(strings.Join(after, "\n"), -1)
			if diff := cmp.Diff(x, y); diff != "" {
				t.Fatalf("comments (-want +got):\n%s\n%s", diff, told)
			}
		}
		switch {
		case place.inline && i == 0 && what != "changes":
		case place.oneLine || what == "changes":
			changed := 0
			if len(before) != len(after) {
				t.Fatalf("there are other lines: %s", told)
			}
			for n := range before {
				if before[n] != after[n] {
					changed++
				}
			}
			if changed != 1 {
				t.Fatalf("%d lines changed: %s", changed, told)
			}
		default:
			if place.inFlow { // commas come and go with entries
				for n := range before {
					before[n] = strings.TrimSpace(strings.Replace(before[n], ",", " ", 1))
					before[n] = strings.Join(strings.Fields(before[n]), " ")
				}
				for n := range after {
					after[n] = strings.Join(strings.Fields(strings.Replace(after[n], ",", " ", 1)), " ")
				}
			}
			more := 0
			for n := 0; n < len(before); n++ {
				for n+more < len(after) && after[n+more] != before[n] && what == "comes" {
					more++
				}
				if n+more >= len(after) || after[n+more] != before[n] {
					t.Fatalf("the line %q is not as it was:\n%s\n%s", before[n], cmp.Diff(before, after), told)
				}
			}
			if extra := len(after) - len(before); what == "comes" && (extra < 1 || extra > 3) || what != "comes" && extra != 0 {
				t.Fatalf("%d lines more: %s", extra, told)
			}
		}
	})
}
