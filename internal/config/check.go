package config

import (
	"bytes"
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/schema"
)

// schemas are the parts of rooms.schema.json that are validated by themselves:
// rooms one by one, so that a message knows its room and the document's own
// validation stays small.
type schemas struct{ document, room, stream *jsonschema.Schema }

var compiled = sync.OnceValue(func() schemas {
	// Absolute, or it would be taken for a file in the working directory, which
	// may be gone, or have a name that no URL can have.
	const url = "roomsync:///rooms.schema.json"
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	if err := c.AddResource(url, bytes.NewReader(schema.Rooms)); err != nil {
		panic(err) // it is compiled in
	}
	return schemas{
		document: c.MustCompile(url),
		room:     c.MustCompile(url + "#/properties/rooms/items"),
		stream:   c.MustCompile(url + "#/$defs/stream"),
	}
})

// tree checks a resolved file and gathers what is wrong with it.
type tree struct {
	files
	root    *node
	list    diag.List
	layer   int                    // which is being laid over those below it
	told    map[diag.Pos]room.Kind // keys that are unknown, and to rooms of which kind
	empty   map[*node]string       // see variables
	scratch []wish                 // of one room after the other
	anyName bool                   // what manage matches is not known: a part of it is broken
}

func (t *tree) problem(at diag.Pos, message, hint string) {
	t.list = append(t.list, diag.Problem{Pos: at, Message: message, Hint: hint})
}

// check validates the whole file against the schema.
func (t *tree) check() {
	root := t.root
	// Rooms are validated one by one below; what is under x-* is the user's.
	shallow := make(map[string]any)
	for _, f := range root.fields() {
		switch {
		case f.name == "rooms" && f.value.isList():
			shallow[f.name] = []any{}
		case !strings.HasPrefix(f.name, "x-"):
			shallow[f.name] = f.value.value()
		}
	}
	rooms := root.field("rooms")
	t.tell(compiled().document.Validate(shallow), root, "")
	if rooms == nil {
		return
	}
	var doubts []doubt
	known := make(decoded)
	for _, r := range rooms.value.items() {
		t.sameStreams(r)
		if kind, said := kindOf(r); !said || !fine(r, kind) {
			doubts = t.doubt(doubts, r, known)
		}
	}
	sideBySide(len(doubts), func(i int) { doubts[i].err = compiled().room.Validate(doubts[i].data) })
	for _, d := range doubts {
		t.tell(d.err, d.node, d.kind)
	}
}

// doubt is a room that has to be validated.
type doubt struct {
	*node
	data any // as one of the kind that it says or seems to be
	kind room.Kind
	err  error
}

// doubt adds a room to those that have to be validated.
func (t *tree) doubt(doubts []doubt, n *node, known decoded) []doubt {
	kind, said := kindOf(n)
	data := known.of(n)
	if object, isMap := data.(map[string]any); isMap && !said {
		// What prebuilt_ui should have said is told here; meanwhile the guess
		// stands in for it, so that the other settings are judged rightly.
		object = maps.Clone(object)
		object["prebuilt_ui"] = kind == room.Conference
		data = object
		f := n.field("prebuilt_ui")
		if f.value.broken {
			return doubts // which settings there are is not known
		}
		t.wrongType(f.value, "prebuilt_ui", kind)
	}
	return append(doubts, doubt{node: n, data: data, kind: kind})
}

// kindOf is the kind of room that a node describes. If prebuilt_ui is not a
// boolean it is a guess, and said is false.
func kindOf(n *node) (kind room.Kind, said bool) {
	f := n.field("prebuilt_ui")
	if f == nil {
		return room.Conference, true
	}
	switch v := f.value.data.(type) {
	case bool:
		if v {
			return room.Conference, true
		}
		return room.Room, true
	case string:
		if no, ok := spokenBool(v); ok && !no {
			return room.Room, false
		}
	}
	return room.Conference, false
}

// tell turns what a schema found in n into problems. kind is the kind of room
// that n is, or empty for the document.
func (t *tree) tell(err error, n *node, kind room.Kind) {
	if err == nil {
		return
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		t.problem(n.pos(), "cannot be validated: "+err.Error(), "")
		return
	}
	for _, f := range failures(invalid) {
		t.explain(t.find(n, f.location, kind), f)
	}
}

// failure is a value that breaks a keyword of the schema.
type failure struct {
	location string // JSON pointer of the value
	keyword  string // "false" where the schema is just that
	message  string // the validator's
}

// failures lists what is worth telling. Of several failures of one value that
// is the first by rank: that null is no string matters, that it is not in the
// list follows. Keys that a mapping lacks and keys it should not have are
// different matters.
func failures(invalid *jsonschema.ValidationError) []failure {
	var told []failure
	index := make(map[string]int)
	for _, leaf := range leaves(invalid) {
		f := failure{leaf.InstanceLocation, leaf.KeywordLocation[strings.LastIndexByte(leaf.KeywordLocation, '/')+1:], leaf.Message}
		if f.message == "not allowed" {
			f.keyword = "false"
		}
		matter := f.location
		if f.keyword == "required" || f.keyword == "additionalProperties" {
			matter += " " + f.keyword
		}
		if i, seen := index[matter]; !seen {
			index[matter] = len(told)
			told = append(told, f)
		} else if rank(f.keyword) < rank(told[i].keyword) {
			told[i] = f
		}
	}
	// The validator goes through maps. What is told of one place, such as of an
	// anchor that several settings use, must not come in another order each time.
	room.Sort(told, func(a, b *failure) int {
		return cmp.Or(cmp.Compare(a.location, b.location), cmp.Compare(rank(a.keyword), rank(b.keyword)))
	})
	return told
}

// telling is the order in which failures of one value are worth telling.
var telling = []string{"false", "not", "required", "additionalProperties", "type", "const", "enum", "minLength", "pattern"}

func rank(keyword string) int {
	if i := slices.Index(telling, keyword); i >= 0 {
		return i
	}
	return len(telling)
}

// leaves are the failures that have no further cause.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var all []*jsonschema.ValidationError
	for _, c := range e.Causes {
		all = append(all, leaves(c)...)
	}
	return all
}

// place is a value of the file that a schema failure is about.
type place struct {
	node *node
	key  *field    // the field it is the value of; nil for an item or the root
	kind room.Kind // the kind of room it belongs to; empty outside of rooms and defaults
	list string    // for an item of a list: the list's key
	path []string  // the keys that lead to it from where it was looked for
}

// find follows a JSON pointer from n.
func (t *tree) find(n *node, pointer string, kind room.Kind) place {
	p := place{node: n, kind: kind}
	if pointer == "" {
		return p
	}
	for i, step := range strings.Split(pointer[1:], "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if at, err := strconv.Atoi(step); err == nil && at < len(p.node.items()) {
			p.list = p.name()
			p.node, p.key = p.node.items()[at], nil
			continue
		}
		p.path = append(p.path, step)
		f := p.node.field(step)
		if f == nil {
			return p // a guessed value: its problem has been told
		}
		p.node, p.key, p.list = f.value, f, ""
		if kind == "" && i == 1 && strings.HasPrefix(pointer, "/defaults/") {
			p.kind = room.Kind(step)
		}
	}
	return p
}

// name is what the place is called in a message.
func (p place) name() string {
	switch {
	case p.key != nil:
		return p.key.name
	case p.list != "":
		return "an entry of " + p.list
	}
	return ""
}
