package export

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"roomsync/internal/room"
	"roomsync/schema"
)

// Request is what to change in files that are valid.
type Request struct {
	Sources []Source
	Rooms   []room.Desired // as they were read from the sources
	Set     []Set
	Add     []Room   // rooms that no source has
	Remove  []string // names of rooms that are to go
}

// Set is a value that a setting is to have.
type Set struct {
	Room    string
	Setting string
	Value   room.Value
}

// Kept is something that could not be written, and is left as it is.
type Kept struct {
	Kind    room.Kind
	Room    string
	Setting string     // empty: it is about the whole room
	File    room.Value // what the setting is
	Live    room.Value // and what it should have been
	Pos     room.Pos   // where the file says it
	Why     string
	Hint    string // what a person can do
}

// Pull writes values to where the sources have them, and changes nothing else:
// comments, order, quotes, blanks and line breaks stay. A setting that a room
// does not say itself is not written but kept, and so is a value that a file
// cannot hold. The sources come back in their order.
func Pull(r Request) ([]Source, []Kept, error) {
	p, err := newPuller(r)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range p.inOrder(r.Set) {
		p.set(s)
	}
	p.remove(r.Remove)
	edited, err := p.edited()
	if err != nil || len(r.Add) == 0 {
		return edited, p.kept, err
	}
	q, err := newPuller(Request{Sources: edited})
	if err != nil {
		return nil, nil, err
	}
	for i, f := range p.files {
		if len(q.files[i].items) < 2 {
			q.files[i].apart = f.apart // as it was before rooms went
		}
	}
	q.add(r.Add)
	edited, err = q.edited()
	return edited, append(p.kept, q.kept...), err
}

// puller edits sources.
type puller struct {
	files  []*file
	rooms  map[string]room.Desired
	begins map[room.Pos]string // names of rooms, by where they are first written
	uses   map[use]int         // how many rooms take a setting from a place
	kept   []Kept
}

type use struct {
	at      room.Pos
	setting string
}

func newPuller(r Request) (*puller, error) {
	p := &puller{rooms: make(map[string]room.Desired, len(r.Rooms)), begins: make(map[room.Pos]string, len(r.Rooms)), uses: make(map[use]int)}
	for _, s := range r.Sources {
		d, err := open(s)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, newFile(d))
	}
	for _, want := range r.Rooms {
		p.rooms[want.Name] = want
		p.begins[want.Pos] = want.Name
		for _, at := range want.At {
			p.uses[use{at.Pos, at.Setting}]++
		}
	}
	return p, nil
}

func (p *puller) edited() ([]Source, error) {
	all := make([]Source, len(p.files))
	for i, f := range p.files {
		var err error
		if all[i], err = f.edited(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// keep leaves a setting as it is.
func (p *puller) keep(s Set, o obstacle) {
	want := p.rooms[s.Room]
	p.kept = append(p.kept, Kept{Kind: want.Kind, Room: s.Room, Setting: s.Setting, File: want.Settings[s.Setting], Live: s.Value,
		Pos: want.At.Of(s.Setting), Why: o.why, Hint: o.hint})
}

// inOrder keeps the moments of a room that would not come in their order, and
// returns the other values.
func (p *puller) inOrder(sets []Set) []Set {
	after := make(map[string]room.Settings) // of rooms whose moments change
	for _, s := range sets {
		if !slices.Contains(doorTimes, s.Setting) || p.check(s) != nil {
			continue
		}
		if after[s.Room] == nil {
			after[s.Room] = make(room.Settings)
			for _, name := range doorTimes {
				after[s.Room][name] = p.rooms[s.Room].Settings[name]
			}
		}
		after[s.Room][s.Setting] = s.Value
	}
	return slices.DeleteFunc(slices.Clone(sets), func(s Set) bool {
		moments := after[s.Room]
		if moments == nil || !slices.Contains(doorTimes, s.Setting) || p.check(s) != nil {
			return false
		}
		why := disorder(moments)
		if why != "" {
			p.keep(s, obstacle{why, "change the times of the live room, or all of them in the file"})
		}
		return why != ""
	})
}

// check tells what keeps a value from being written.
func (p *puller) check(s Set) *obstacle {
	want := p.rooms[s.Room]
	setting, _ := schema.Lookup(string(want.Kind), s.Setting)
	if why := refused(setting, s.Value); why != "" {
		return &obstacle{why, "give the live room another value, or let the file ignore the setting"}
	}
	at, o := p.find(want, s.Setting)
	if o != nil || setting.Type == "object" {
		return o
	}
	return at.file.inside(at.value)
}

// set writes a value.
func (p *puller) set(s Set) {
	if o := p.check(s); o != nil {
		p.keep(s, *o)
		return
	}
	want := p.rooms[s.Room]
	at, _ := p.find(want, s.Setting)
	f := at.file
	place := f.under(setting{inFlow: f.listInFlow()}, at.item.node, at.key, at.value)
	before := len(f.edits)
	if o := f.object(place, decoded(want.Settings[s.Setting]), decoded(s.Value)); o != nil {
		f.edits = f.edits[:before] // all of it or nothing
		p.keep(s, *o)
	}
}

// find finds where a room says a setting itself.
func (p *puller) find(want room.Desired, setting string) (said, *obstacle) {
	at := want.At.Of(setting)
	i := slices.IndexFunc(p.files, func(f *file) bool { return f.path == at.File })
	if i < 0 {
		return said{}, &obstacle{"nothing tells where the file says it", "change it by hand"}
	}
	f := p.files[i]
	s, found := f.said[saying{at.Line, at.Col, setting}]
	switch {
	case !found || !s.item.may(want.Name):
		return s, f.elsewhere(want, setting, at)
	case p.uses[use{at, setting}] > 1:
		return s, &obstacle{"other rooms take it from here", "set it at each room, or change it here for all"}
	}
	return s, f.foreign(s.value)
}

// file is a document with its list of rooms.
type file struct {
	*document
	rooms *yaml.Node // the list; nil if the file has none in its place
	items []*item
	named map[string][]*item
	said  map[saying]said
	apart bool // empty lines are between rooms
}

// item is an entry of the list.
type item struct {
	node *yaml.Node // an alias, maybe
	room *yaml.Node // the mapping
	name string     // empty if a variable is a part of it
}

// may tells whether the entry can be that of a room.
func (i *item) may(name string) bool { return i.name == name || i.name == "" }

// saying is what a file says of a setting where a value begins.
type saying struct {
	line, col int
	setting   string
}

// said is the place of a setting in a room.
type said struct {
	file       *file
	item       *item
	key, value *yaml.Node
}

func newFile(d *document) *file {
	f := &file{document: d, named: make(map[string][]*item), said: make(map[saying]said)}
	if f.rooms = value(d.root, "rooms"); f.rooms == nil || f.rooms.Kind != yaml.SequenceNode {
		f.rooms = nil
		return f
	}
	for _, n := range f.rooms.Content {
		i := &item{node: n, room: target(n)}
		i.name = nameOf(i.room)
		f.items = append(f.items, i)
		f.named[i.name] = append(f.named[i.name], i)
		if n.Kind != yaml.MappingNode {
			continue
		}
		for c := 0; c+1 < len(n.Content); c += 2 {
			key, v := n.Content[c], n.Content[c+1]
			f.said[saying{v.Line, v.Column, target(key).Value}] = said{f, i, key, v}
		}
	}
	f.apart = f.spaced()
	return f
}

// listInFlow tells whether what is in the list of rooms is between brackets.
func (f *file) listInFlow() bool { return (f.root.Style|f.rooms.Style)&yaml.FlowStyle != 0 }

// target is the node that a node stands for.
func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// value is what a mapping has behind a key, or nil.
func value(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for c := 0; c+1 < len(n.Content); c += 2 {
		if k := target(n.Content[c]); k.Kind == yaml.ScalarNode && k.Value == key {
			return n.Content[c+1]
		}
	}
	return nil
}

// nameOf is the name of a room, or empty if that takes more than a look.
func nameOf(n *yaml.Node) string {
	v := value(n, "name")
	if v == nil || hasVariable(target(v).Value) {
		return ""
	}
	return strings.ReplaceAll(target(v).Value, "$$", "$")
}

// elsewhere says where a room has a setting from that it does not say itself.
func (f *file) elsewhere(want room.Desired, setting string, at room.Pos) *obstacle {
	for _, i := range slices.Concat(f.named[want.Name], f.named[""]) {
		if v := value(i.room, setting); v != nil && isAt(target(v), at) && i.node.Kind == yaml.AliasNode {
			return &obstacle{"the room is written as *" + i.node.Value, "write the room in its place, or change it at &" + i.node.Value}
		} else if v != nil && isAt(target(v), at) && v.Kind == yaml.AliasNode {
			return f.foreign(v)
		}
		switch from := merged(i.room, setting, at); from {
		case "":
		case "<<":
			return &obstacle{"it is merged in with <<", "set it at the room, or change it behind <<"}
		default:
			return &obstacle{"it is merged from *" + from, "set it at the room, or change it at &" + from}
		}
	}
	return &obstacle{"the file says it in defaults", "set it at the room, or change the default"}
}

func isAt(n *yaml.Node, at room.Pos) bool { return n.Line == at.Line && n.Column == at.Col }

// merged is the anchor from which a mapping gets a setting with <<, or empty.
func merged(n *yaml.Node, setting string, at room.Pos) string {
	from := value(n, "<<")
	if from == nil {
		return ""
	}
	sources := []*yaml.Node{from}
	if target(from).Kind == yaml.SequenceNode {
		sources = target(from).Content
	}
	for _, s := range sources {
		m := target(s)
		if v := value(m, setting); v != nil && isAt(target(v), at) || merged(m, setting, at) != "" {
			if s.Kind == yaml.AliasNode {
				return s.Value
			}
			return "<<"
		}
	}
	return ""
}
