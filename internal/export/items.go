package export

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"roomsync/internal/room"
	"roomsync/schema"
)

// Additions are the live rooms of some IDs as a file with defaults can hold
// them, by name, and those that it cannot hold. all is a whole listing.
func Additions(all []room.Live, ids map[string]bool, defaults map[room.Kind]room.Settings) (add []Room, left []Left) {
	for _, l := range rooms(all, &left) {
		if !ids[l.ID] {
			continue
		}
		settings, why := beside(l, defaults[l.Kind])
		if why != "" {
			left = append(left, Left{Kind: l.Kind, Name: l.Name, ID: l.ID, Why: why})
			continue
		}
		kept, comments := expressible(l.Kind, settings)
		add = append(add, Room{Kind: l.Kind, Name: l.Name, Settings: kept, Comments: comments})
	}
	return add, slices.DeleteFunc(left, func(l Left) bool { return !ids[l.ID] })
}

// beside are the settings that a room needs in a file that has defaults: what
// it has anyway is left out, unless a default would change it. If that cannot
// be helped, why says so.
func beside(l room.Live, defaults room.Settings) (settings room.Settings, why string) {
	settings = Reduced(l)
	for name, v := range defaults {
		s, _ := schema.Lookup(string(l.Kind), name)
		live := l.Settings[name]
		if room.Equal(s, live, v) {
			delete(settings, name)
			continue
		}
		if !live.IsSet() {
			live = room.Null()
		}
		if why := refused(s, room.Canonical(s, live)); why != "" {
			return nil, "the defaults have another " + name + ", and " + why
		}
		settings[name] = live
	}
	// A moment of the room can be out of order with one of the defaults.
	together := make(room.Settings)
	for _, name := range doorTimes {
		if together[name] = settings[name]; !settings[name].IsSet() {
			together[name] = defaults[name]
		}
		s, _ := schema.Lookup(string(l.Kind), name)
		together[name] = room.Canonical(s, together[name])
	}
	if why := disorder(together); why != "" && len(defaults) > 0 {
		return nil, why
	}
	return settings, ""
}

// doorTimes are the settings that must come in this order.
var doorTimes = []string{"join_from", "join_until", "remove_at"}

// disorder says which moment does not come after an earlier one.
func disorder(moments room.Settings) string {
	for _, name := range doorTimes {
		if v := moments[name]; v.IsSet() {
			if why := early(moments, name, v); why != "" {
				return name + " " + why
			}
		}
	}
	return ""
}

// remove takes rooms out of the files.
func (p *puller) remove(names []string) {
	gone := make(map[*file]map[int]bool)
	for _, name := range names {
		want := p.rooms[name]
		entries, o := p.entries(want)
		if o != nil {
			p.kept = append(p.kept, Kept{Kind: want.Kind, Room: name, Pos: want.Pos, Why: o.why, Hint: o.hint})
			continue
		}
		for f, indexes := range entries {
			if gone[f] == nil {
				gone[f] = make(map[int]bool)
			}
			for _, i := range indexes {
				gone[f][i] = true
			}
		}
	}
	for _, f := range p.files {
		switch {
		case gone[f] == nil:
		case f.rooms.Style&yaml.FlowStyle != 0:
			f.removeInFlow(gone[f])
		default:
			f.removeLines(gone[f])
		}
	}
}

// entries are where a room is written, by file.
func (p *puller) entries(want room.Desired) (map[*file][]int, *obstacle) {
	const byHand = "remove the room by hand"
	found := make(map[*file][]int)
	for _, f := range p.files {
		for i, entry := range f.items {
			first := p.begins[room.Pos{File: f.path, Line: entry.room.Line, Col: entry.room.Column}]
			if first != want.Name && entry.name != want.Name {
				if first == "" && entry.name == "" && len(p.files) > 1 {
					return nil, &obstacle{"a room whose name holds a variable may be this one", byHand}
				}
				continue
			}
			switch dash, inBlock := f.dash[entry.node]; {
			case f.shared(entry.node):
				return nil, &obstacle{"an anchor in it is used elsewhere", byHand + ", and give what uses the anchor its values"}
			case f.at[f.rooms].property():
				return nil, &obstacle{"the list of rooms has an anchor", byHand}
			case inBlock && !f.blank(f.lineStart(dash), dash):
				return nil, &obstacle{"it does not stand on lines of its own", byHand}
			}
			found[f] = append(found[f], i)
		}
	}
	if len(found) == 0 {
		return nil, &obstacle{"nothing tells where the file has it", byHand}
	}
	return found, nil
}

// commentAt tells whether the line that begins at an offset has a comment and
// nothing else, and at which column.
func (d *document) commentAt(i int) (column int, is bool) {
	line := d.text[i:d.lineEnd(i)]
	rest := strings.TrimLeft(line, " \t")
	return len(line) - len(rest), strings.HasPrefix(rest, "#")
}

// blankLine tells whether the line that begins at an offset is empty.
func (d *document) blankLine(i int) bool { return i < len(d.text) && d.blank(i, d.lineEnd(i)) }

// removeLines removes entries of a list in block style with their lines, the
// comments right above them, and the empty lines that set them apart.
func (f *file) removeLines(gone map[int]bool) {
	first := true   // all entries so far go
	cut := 0        // where the last one of them ended
	breaks := false // what follows the last one that stays must not be an empty line
	for i, entry := range f.items {
		if !gone[i] {
			first, breaks = false, f.keepsBreaks(entry.node)
			continue
		}
		dash := f.dash[entry.node]
		column := dash - f.lineStart(dash)
		lower := f.nextLine(f.at[f.rooms].from)
		if i > 0 {
			lower = f.nextLine(f.at[f.items[i-1].node].end)
		}
		from := f.above(f.lineStart(dash), lower, func(line int) bool { c, is := f.commentAt(line); return is && c == column })
		to := f.nextLine(f.at[entry.node].end)
		for to < len(f.text) {
			if c, is := f.commentAt(to); (!is || c <= column) && !(f.blankLine(to) && f.swallows(to, column+1)) {
				break
			}
			to = f.nextLine(to)
		}
		if !first || len(gone) == len(f.items) {
			from = f.above(from, lower, f.blankLine)
		}
		if first && len(gone) < len(f.items) || breaks {
			for f.blankLine(to) {
				to = f.nextLine(to)
			}
		}
		f.replace(max(from, cut), to, "")
		cut = to
	}
	if first {
		at := f.at[f.rooms].from
		f.replace(at, at, " []")
	}
}

// above goes up from the start of a line, over lines of a kind.
func (d *document) above(line, lower int, is func(line int) bool) int {
	for line > lower {
		before := d.lineStart(line - 1)
		if !is(before) {
			break
		}
		line = before
	}
	return line
}

// comma is where the comma behind an entry of a list in flow style is, or -1.
func (f *file) comma(n *yaml.Node) int {
	if at := f.gap(f.at[n].end, ""); f.text[at] == ',' {
		return at
	}
	return -1
}

// restIsComment tells whether what is behind an offset on its line is blank or
// a comment.
func (d *document) restIsComment(i int) bool {
	rest := strings.TrimLeft(d.text[i:d.lineEnd(i)], " \t")
	return (rest == "" || rest[0] == '#') && d.lineEnd(i) < len(d.text)
}

// removeInFlow removes entries of a list in flow style with their commas.
func (f *file) removeInFlow(gone map[int]bool) {
	list := f.at[f.rooms]
	if len(gone) == len(f.items) && !strings.Contains(f.text[list.value:list.end], "#") {
		f.replace(list.value, list.end, "[]")
		return
	}
	last := -1 // the last entry that stays
	for i := range f.items {
		if !gone[i] {
			last = i
		}
	}
	lower := list.value + 1
	for i, entry := range f.items {
		e, comma := f.at[entry.node], f.comma(entry.node)
		end := e.end
		if comma >= 0 {
			end = comma + 1
		}
		if !gone[i] {
			lower = end
			continue
		}
		from, to := e.start, end
		switch line := f.lineStart(from); {
		case line >= lower && f.blank(line, from) && f.restIsComment(to):
			column := from - line
			from = f.above(line, f.nextLine(lower), func(at int) bool { c, is := f.commentAt(at); return is && c == column })
			to = f.nextLine(to)
		case i > last:
			from -= len(f.text[lower:from]) - len(strings.TrimRight(f.text[lower:from], " \t"))
		default:
			to += len(f.text[to:]) - len(strings.TrimLeft(f.text[to:], " \t"))
		}
		f.replace(from, to, "")
		lower = to
	}
	if final := f.items[len(f.items)-1]; last >= 0 && last < len(f.items)-1 && f.comma(final.node) < 0 {
		at := f.comma(f.items[last].node)
		f.replace(at, at+1, "")
	}
}

// add appends rooms to the last list of rooms that there is.
func (p *puller) add(all []Room) {
	files := slices.DeleteFunc(slices.Clone(p.files), func(f *file) bool { return f.rooms == nil })
	if len(files) == 0 {
		for _, r := range all {
			p.kept = append(p.kept, Kept{Kind: r.Kind, Room: r.Name, Why: "no file has a list of rooms that could be added to", Hint: "give one of them rooms: []"})
		}
		return
	}
	f := files[len(files)-1]
	list := f.at[f.rooms]
	empty := len(f.items) == 0
	switch inFlow := f.listInFlow(); {
	case !inFlow, empty && f.root.Style&yaml.FlowStyle == 0 && !strings.ContainsAny(f.text[list.from:list.end], "\n#"):
		f.addLast(all)
	default:
		f.addInFlow(all)
	}
}

// addLast appends rooms to a list in block style, or to an empty one, which is
// one from then on.
func (f *file) addLast(all []Room) {
	if len(f.items) == 0 {
		var lines []string
		for _, r := range all {
			lines = append(lines, strings.Split(strings.TrimSuffix(Item(r), "\n"), "\n")...)
		}
		f.putLines(f.at[f.rooms], "", lines)
		return
	}
	last := f.items[len(f.items)-1].node
	dash := f.dash[last]
	column := dash - f.lineStart(dash)
	apart := false
	if n := len(f.items); n > 1 {
		between := f.nextLine(f.at[f.items[n-2].node].end)
		for line := between; line < f.lineStart(dash); line = f.nextLine(line) {
			apart = apart || f.blankLine(line)
		}
	}
	width := 2 // of the dash and the blanks behind it
	if v := f.at[last].value; f.blank(dash+1, v) && f.lineStart(v) == f.lineStart(dash) {
		width = v - dash
	}
	var b strings.Builder
	for i, r := range all {
		if apart && !(i == 0 && f.keepsBreaks(last)) {
			b.WriteByte('\n')
		}
		if last.Kind == yaml.MappingNode && last.Style&yaml.FlowStyle != 0 {
			b.WriteString(strings.Repeat(" ", column) + "-" + strings.Repeat(" ", width-1) + Inline(r) + "\n")
			continue
		}
		for i, line := range strings.SplitAfter(Item(r), "\n") {
			switch {
			case i == 0:
				b.WriteString(strings.Repeat(" ", column) + "-" + strings.Repeat(" ", width-1) + line[roomIndent:])
			case len(line) > roomIndent:
				b.WriteString(strings.Repeat(" ", column+width) + line[roomIndent:])
			default:
				b.WriteString(strings.TrimLeft(line, " "))
			}
		}
	}
	end := f.at[last].end
	for next := f.nextLine(end); next < len(f.text); next = f.nextLine(next) {
		if c, is := f.commentAt(next); is && c >= column && c > 0 && (c > column || !f.blankLine(end)) {
			end = next // it is about the last room, or one of those that are no more
		} else if !f.blankLine(next) || !f.swallows(next, column+1) {
			break
		}
	}
	f.addLines(b.String(), end)
}

// addInFlow appends rooms to a list in flow style: on lines of their own, if
// that is how the last one stands.
func (f *file) addInFlow(all []Room) {
	list := f.at[f.rooms]
	texts := make([]string, len(all))
	for i, r := range all {
		if texts[i] = Inline(r); f.asJSON() {
			texts[i] = inJSONRoom(r)
		}
	}
	if len(f.items) == 0 {
		f.replace(list.value+1, list.value+1, strings.Join(texts, ", "))
		return
	}
	last := f.items[len(f.items)-1].node
	e, comma := f.at[last], f.comma(last)
	end := e.end
	if comma >= 0 {
		end = comma + 1
	} else {
		f.replace(end, end, ",")
	}
	sep, line := " ", f.lineStart(e.start)
	if f.restIsComment(end) {
		sep = f.eol(end)
		if f.blank(line, e.start) {
			sep += f.text[line:e.start]
		} else {
			sep += strings.Repeat(" ", f.column(e.start))
		}
		end = f.lineEnd(end)
	}
	text := sep + strings.Join(texts, ","+sep)
	if comma >= 0 {
		text += ","
	}
	f.replace(end, end, text)
}

// asJSON tells whether rooms in flow style are to be written as JSON, too: the
// last one is.
func (f *file) asJSON() bool {
	in := f.root
	if n := len(f.items); n > 0 {
		in = f.items[n-1].room
	}
	return in.Style&yaml.FlowStyle != 0 && in.Content[0].Style&yaml.DoubleQuotedStyle != 0
}

// inJSONRoom is a room as a JSON object on one line.
func inJSONRoom(r Room) string {
	var b strings.Builder
	b.WriteString(`{"name": ` + jsonText(r.Name))
	if r.Kind == room.Room {
		b.WriteString(`, "prebuilt_ui": false`)
	}
	for _, name := range r.Settings.Names(r.Kind) {
		b.WriteString(`, "` + name + `": ` + inJSON(decoded(r.Settings[name])))
	}
	return b.String() + "}"
}
