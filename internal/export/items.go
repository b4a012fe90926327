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
	if len(names) == 0 {
		return
	}
	index := p.index()
	gone := make(map[*file]map[int]bool)
	for _, name := range names {
		want := p.rooms[name]
		entries := index.named[name]
		if o := index.obstacle(entries); o != nil {
			p.kept = append(p.kept, Kept{Kind: want.Kind, Room: name, Pos: want.Pos, Why: o.why, Hint: o.hint})
			continue
		}
		for _, at := range entries {
			if gone[at.file] == nil {
				gone[at.file] = make(map[int]bool)
			}
			gone[at.file][at.item] = true
		}
	}
	for _, f := range p.files {
		if gone[f] != nil {
			index.lists[f].change(gone[f], nil, "[]")
		}
	}
}

// roomIndex is where rooms are written.
type roomIndex struct {
	named   map[string][]entryAt
	lists   map[*file]*collection
	nowhere string // why a room may not be in it
	unnamed bool   // a room that is not in it can be any
}

// entryAt is an entry of the list of rooms of a file.
type entryAt struct {
	file *file
	item int
}

func (p *puller) index() *roomIndex {
	x := &roomIndex{named: make(map[string][]entryAt), lists: make(map[*file]*collection), nowhere: "nothing tells where the file has it"}
	for _, f := range p.files {
		if f.rooms == nil {
			if v := value(f.root, "rooms"); v != nil && v.Kind == yaml.AliasNode {
				x.nowhere = "the list of rooms comes from *" + v.Value
			}
			continue
		}
		x.lists[f] = f.collection(f.rooms)
		for i, entry := range f.items {
			at := entryAt{f, i}
			first := p.begins[room.Pos{File: f.path, Line: entry.room.Line, Col: entry.room.Column}]
			x.unnamed = x.unnamed || first == "" && entry.name == "" && len(p.files) > 1
			if first != "" {
				x.named[first] = append(x.named[first], at)
			}
			if entry.name != "" && entry.name != first {
				x.named[entry.name] = append(x.named[entry.name], at)
			}
		}
	}
	return x
}

// obstacle tells what keeps the entries of a room from being removed.
func (x *roomIndex) obstacle(entries []entryAt) *obstacle {
	const byHand = "remove the room by hand"
	for _, at := range entries {
		f, c := at.file, x.lists[at.file]
		switch {
		case f.shared(f.items[at.item].node):
			return &obstacle{"an anchor in it is used elsewhere", byHand + ", and give what uses the anchor its values"}
		case c.property():
			return &obstacle{"the list of rooms has an anchor", byHand}
		case !c.inFlow && !c.ownLine(at.item):
			return &obstacle{"it does not stand on lines of its own", byHand}
		case c.risky(at.item):
			return &obstacle{"a comment behind it would be lost", byHand}
		}
	}
	switch {
	case x.unnamed:
		return &obstacle{"a room whose name holds a variable may be this one", byHand}
	case len(entries) == 0:
		return &obstacle{x.nowhere, byHand}
	}
	return nil
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

// add appends rooms to the last list of rooms that there is.
func (p *puller) add(all []Room) {
	files := slices.DeleteFunc(slices.Clone(p.files), func(f *file) bool { return f.rooms == nil })
	if len(files) == 0 {
		o := obstacle{"no file has a list of rooms that could be added to", "give one of them rooms: []"}
		for _, f := range p.files {
			if v := value(f.root, "rooms"); v != nil && v.Kind == yaml.AliasNode {
				o = obstacle{"the list of rooms comes from *" + v.Value, "write the list in its place, or add the room by hand"}
			}
		}
		for _, r := range all {
			p.keepOut(r, o)
		}
		return
	}
	f := files[len(files)-1]
	list := f.at[f.rooms]
	empty := len(f.items) == 0
	if !f.listInFlow() || empty && f.root.Style&yaml.FlowStyle == 0 && !strings.ContainsAny(f.text[list.from:list.end], "\n#") {
		f.addLast(all)
		return
	}
	if f.asJSON() {
		all = slices.DeleteFunc(slices.Clone(all), func(r Room) bool {
			long := hasLongKey(r.data())
			if long {
				p.keepOut(r, longKey)
			}
			return long
		})
	}
	f.addInFlow(all)
}

// keepOut leaves a room out.
func (p *puller) keepOut(r Room, o obstacle) {
	p.kept = append(p.kept, Kept{Kind: r.Kind, Room: r.Name, Why: o.why, Hint: o.hint})
}

// data are the settings of a room as encoding/json decodes them.
func (r Room) data() any {
	all := make(map[string]any, len(r.Settings))
	for name, v := range r.Settings {
		all[name] = decoded(v)
	}
	return all
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
	width := 2 // of the dash and the blanks behind it
	if v := f.at[last].value; f.blank(dash+1, v) && f.lineStart(v) == f.lineStart(dash) {
		width = v - dash
	}
	var b strings.Builder
	for i, r := range all {
		if f.apart && !(i == 0 && f.keepsBreaks(last)) {
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
	f.collection(f.rooms).change(nil, map[int][]string{len(f.items): {b.String()}}, "")
}

// spaced tells whether an empty line is before the last room.
func (f *file) spaced() bool {
	n := len(f.items)
	if f.rooms == nil || n < 2 || f.rooms.Style&yaml.FlowStyle != 0 {
		return false
	}
	dash := f.dash[f.items[n-1].node]
	for line := f.nextLine(f.at[f.items[n-2].node].end); line < f.lineStart(dash); line = f.nextLine(line) {
		if f.blankLine(line) {
			return true
		}
	}
	return false
}

// addInFlow appends rooms to a list in flow style.
func (f *file) addInFlow(all []Room) {
	texts := make([]string, len(all))
	for i, r := range all {
		if texts[i] = Inline(r); f.asJSON() {
			texts[i] = f.inJSON(r)
		}
	}
	f.collection(f.rooms).change(nil, map[int][]string{len(f.items): texts}, "")
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

// inJSON is a room as a JSON object: on one line, or with a line for each
// setting if that is how the last room has them.
func (f *file) inJSON(r Room) string {
	before, between, after := "", ", ", ""
	if n := len(f.items); n > 0 && f.items[n-1].node.Kind == yaml.MappingNode {
		last := f.collection(f.items[n-1].node)
		if margin, own := f.ownMargin(last.value); own && len(last.entries) > 0 && last.ownLine(0) {
			inner, _ := f.ownMargin(last.entries[0].start)
			before, after = f.eol(last.value)+inner, f.eol(last.value)+margin
			between = "," + before
		}
	}
	entries := []string{`"name": ` + jsonText(r.Name)}
	if r.Kind == room.Room {
		entries = append(entries, `"prebuilt_ui": false`)
	}
	for _, name := range r.Settings.Names(r.Kind) {
		entries = append(entries, `"`+name+`": `+inJSON(decoded(r.Settings[name])))
	}
	return "{" + before + strings.Join(entries, between) + after + "}"
}

// ownMargin is what is before an offset on its line, and whether that is blank.
func (d *document) ownMargin(i int) (string, bool) {
	line := d.lineStart(i)
	return d.text[line:i], d.blank(line, i)
}
