package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/schema"
)

// file builds what the file says and checks what a schema cannot: names that
// must differ, moments that must come in order, what is behind a pattern.
// Values with a problem are left out; it is told, so nobody will use the file.
func (t *tree) file() *File {
	f := &File{Path: t.files.name(), files: t.files}
	if s := t.root.field("space"); s != nil {
		f.Space, f.SpaceAt = text(s.value), s.value.pos()
	}
	if m := t.root.field("manage"); m != nil {
		f.HasManage = m.value.isList() // anything else has been told of
		for _, item := range m.value.items() {
			before := len(t.list)
			f.Manage = append(f.Manage, t.glob(item))
			t.anyName = t.anyName || item.broken || len(t.list) > before
		}
	}
	if p := t.root.field("protect"); p != nil {
		for _, item := range p.value.items() {
			if glob := t.glob(item); !item.broken {
				f.Protect = append(f.Protect, room.Protection{Rooms: glob, Pos: item.pos()})
			}
		}
	}
	if i := t.root.field("ignore"); i != nil {
		for _, item := range i.value.items() {
			// One that is not known could be about any room: it is no use to
			// judge the others by.
			if i, known := t.ignore(item); known {
				f.Ignore = append(f.Ignore, i)
			}
		}
	}
	if l := t.root.field("lint"); l != nil {
		if d := l.value.field("disable"); d != nil {
			for _, item := range d.value.items() {
				f.NoLint = append(f.NoLint, text(item))
			}
		}
	}
	f.Roles = t.roles()
	defaults := t.defaults()
	f.Defaults = make(map[room.Kind]room.Settings, len(defaults))
	for kind, wishes := range defaults {
		f.Defaults[kind] = make(room.Settings, len(wishes))
		for _, w := range wishes {
			f.Defaults[kind][w.setting] = w.value
		}
	}
	scope := room.NewGlobs(f.Manage)
	if rooms := t.root.field("rooms"); rooms != nil {
		seen := make(map[string]bool, len(rooms.value.items()))
		renamed := slices.DeleteFunc(slices.Clone(rooms.value.items()), func(n *node) bool { return n.field("previously") == nil })
		for _, b := range t.buildAll(rooms.value.items(), defaults) {
			d := b.room
			t.list = append(t.list, b.list...)
			if !b.named || seen[d.Name] {
				f.Unnamed++ // or told already
				continue
			}
			seen[d.Name] = true
			if f.HasManage && !t.anyName && !scope.Match(d.Name) {
				t.problem(b.name, fmt.Sprintf("%s matches nothing in manage, so this file does not answer for it", d.Name),
					"add it to manage")
			}
			if f.Rooms == nil {
				f.Rooms = make([]room.Desired, 0, len(rooms.value.items()))
			}
			f.Rooms = append(f.Rooms, d)
		}
		t.previously(renamed, f)
	}
	return f
}

// built is what came of the node of a room.
type built struct {
	room  room.Desired
	named bool     // else there is no room
	name  diag.Pos // where the name is
	list  diag.List
}

// buildAll reads rooms side by side, in stretches, and drops their nodes: each is
// far larger than what comes of it.
func (t *tree) buildAll(nodes []*node, defaults map[room.Kind][]wish) []built {
	const stretch = 128
	all := make([]built, len(nodes))
	sideBySide((len(nodes)+stretch-1)/stretch, func(n int) {
		own := tree{files: t.files, empty: t.empty}
		for i := n * stretch; i < min(len(nodes), (n+1)*stretch); i++ {
			b := &all[i]
			if b.room, b.named = own.room(nodes[i], defaults); b.named {
				b.name = nodes[i].field("name").value.pos()
			}
			b.list, own.list = own.list, nil
			nodes[i] = nil
		}
	})
	return all
}

// wish is a setting as the file has it.
type wish struct {
	setting   string
	value     room.Value
	at        diag.Pos
	byDefault bool // the room does not say it itself
	empty     bool // nothing is written there
}

// defaults reads the settings that rooms of each kind have unless they say
// otherwise.
func (t *tree) defaults() map[room.Kind][]wish {
	all := make(map[room.Kind][]wish)
	d := t.root.field("defaults")
	if d == nil {
		return all
	}
	for _, kind := range room.Kinds() {
		if f := d.value.field(string(kind)); f != nil {
			all[kind] = t.wishes(f.value, kind, nil)
		}
	}
	return all
}

// room reads a room with its defaults filled in. It is not ok without a name.
func (t *tree) room(n *node, defaults map[room.Kind][]wish) (room.Desired, bool) {
	name := n.field("name")
	kind, _ := kindOf(n)
	wishes := t.wishes(n, kind, t.scratch[:0])
	if name == nil || text(name.value) == "" {
		return room.Desired{}, false
	}
	d := room.Desired{Kind: kind, Name: text(name.value), Streams: t.streams(n), Was: formerNames(n), Layer: int(n.layer), Pos: n.pos()}
	own := wishes
	for _, w := range defaults[kind] {
		if !slices.ContainsFunc(own, func(o wish) bool { return o.setting == w.setting }) {
			w.byDefault = true
			wishes = append(wishes, w)
		}
	}
	t.scratch = wishes
	d.Settings, d.At = make(room.Settings, len(wishes)), make(room.Places, len(wishes), len(wishes)+1)
	for i, w := range wishes {
		d.Settings[w.setting], d.At[i] = w.value, room.Place{Setting: w.setting, Pos: w.at, Empty: w.empty}
	}
	if d.Streams != nil {
		d.At = append(d.At, room.Place{Setting: room.Streams, Pos: n.field(room.Streams).pos()})
	}
	t.inOrder(d, wishes)
	return d, true
}

// wishes adds the settings of a mapping to all.
func (t *tree) wishes(n *node, kind room.Kind, all []wish) []wish {
	for _, f := range n.fields() {
		s, known := schema.Lookup(string(kind), f.name)
		if !known || s.ReadOnly || s.Apart || f.value.broken {
			continue
		}
		v, err := room.Of(f.value.value())
		if err != nil {
			t.problem(f.value.pos(), fmt.Sprintf("%s: %v", f.name, err), "")
			continue
		}
		t.checkValue(s, f, v)
		all = append(all, wish{setting: f.name, value: room.Canonical(s, v), at: f.value.pos(), empty: v.IsNull() && f.value.at.Value == ""})
	}
	return all
}

// hashValue is a value that YAML takes for a comment, because it has no quotes: a
// colour, or any text that begins with a #. Comments have a blank behind it.
var hashValue = regexp.MustCompile(`^[^"']*?:\s+(#\S.*?)\s*$`)

// checkValue checks what the schema cannot say of a value.
func (t *tree) checkValue(s schema.Setting, f field, v room.Value) {
	at := f.value.pos()
	switch {
	case v.IsNull() && f.value.at.Value == "" && f.value.at.Line == f.key.Line:
		rest := []rune(f.src.line(f.pos().Line))[f.key.Column-1:]
		if m := hashValue.FindStringSubmatchIndex(string(rest)); m != nil {
			at.Col = f.pos().Col + utf8.RuneCountInString(string(rest)[:m[2]])
			written := string(rest)[m[2]:m[3]]
			hint := fmt.Sprintf("put it in quotes: %q; or write null before it", written)
			if s.Format == "color" {
				hint = fmt.Sprintf("put the colour in quotes: %q", strings.Fields(written)[0])
			}
			t.problem(at, f.name+" has no value: a # after a blank begins a comment", hint)
		}
	case s.Format == "time" && !v.IsNull():
		if moment, ok := v.Str(); ok && schemaTime.MatchString(moment) {
			if _, err := room.ParseTime(moment); err != nil {
				t.problem(at, notTime(f.name, f.value), "there is no such moment")
			}
		}
	case s.JSONCharacters > 0:
		if n := utf8.RuneCountInString(v.JSON()); n > s.JSONCharacters {
			t.problem(at, fmt.Sprintf("%s has %d characters when written as JSON, and %d are allowed", f.name, n, s.JSONCharacters), "")
		}
	}
}

// schemaTime is the form that the schema's pattern lets through: other texts
// have been told of.
var schemaTime = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9:]{8}.*)?$`)

// inOrder checks that the door opens before it closes, and closes before
// everybody is shown out.
func (t *tree) inOrder(d room.Desired, wishes []wish) {
	order := []string{"join_from", "join_until", "remove_at"}
	var moments [3]wish
	for _, w := range wishes {
		if i := slices.Index(order, w.setting); i >= 0 {
			moments[i] = w
		}
	}
	for i, later := range order {
		for k, earlier := range order[:i] {
			a, b := moments[k], moments[i]
			if !a.value.IsSet() || !b.value.IsSet() {
				continue
			}
			from, errA := room.ParseTime(a.value.String())
			until, errB := room.ParseTime(b.value.String())
			if errA != nil || errB != nil || from.Before(until) {
				continue
			}
			at := b.at
			if b.byDefault && !a.byDefault {
				at = a.at // the room's own value is the odd one
			}
			t.problem(at, fmt.Sprintf("%s (%s) of %s must come after its %s (%s)", later, b.value, d.Name, earlier, a.value), "")
		}
	}
}
