package config

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"roomsync/internal/diag"
)

// node is a value of the file with its aliases followed and its merge keys
// (<<) merged in. What an anchor names is one node, however often it is used.
// In a large file nodes are most of what there is, so they are kept small: three
// of them are as large as one of yaml.v3's.
type node struct {
	src    *source // the file it is written in
	data   any     // nil, bool, string, json.Number, *mapping or *sequence
	at     mark    // how it is written there
	size   int     // how much is in it, what aliases stand for included: see weight
	layer  int32   // of a room: which layer names it first
	broken bool    // a problem with it has been told already
	filled bool    // its text comes, at least in part, from variables
}

// mapping and sequence are the data of nodes that hold others.
type (
	mapping  struct{ fields []field } // its own in their order, then merged ones
	sequence struct{ items []*node }
)

// fields are those of a mapping, none for any other node.
func (n *node) fields() []field {
	if m, is := n.data.(*mapping); is {
		return m.fields
	}
	return nil
}

// items are those of a list, none for any other node.
func (n *node) items() []*node {
	if l, is := n.data.(*sequence); is {
		return l.items
	}
	return nil
}

// isMapping and isList tell what a node is.
func (n *node) isMapping() bool { _, is := n.data.(*mapping); return is }
func (n *node) isList() bool    { _, is := n.data.(*sequence); return is }

// value is the node as encoding/json would decode it, numbers as json.Number.
func (n *node) value() any {
	if n.isMapping() || n.isList() {
		return make(decoded).of(n)
	}
	return n.data
}

// decoded are the values of mappings and lists, so that what an anchor names is made
// once.
type decoded map[*node]any

func (vs decoded) of(n *node) any {
	if known, is := vs[n]; is {
		return known
	}
	switch d := n.data.(type) {
	case *mapping:
		object := make(map[string]any, len(d.fields))
		for i := range d.fields {
			object[d.fields[i].name] = vs.of(d.fields[i].value)
		}
		vs[n] = object
	case *sequence:
		array := make([]any, len(d.items))
		for i, item := range d.items {
			array[i] = vs.of(item)
		}
		vs[n] = array
	default:
		return d
	}
	return vs[n]
}

// mark is what is kept of a node of yaml.v3's.
type mark struct {
	Value string
	spot
	Style yaml.Style
}

// spot is a place in a file.
type spot struct{ Line, Column int32 }

func spotAt(line, column int) spot { return spot{int32(line), int32(column)} }

// pos is where the node is written.
func (n *node) pos() diag.Pos { return n.src.pos(n.at.spot) }

// spelled is the text of a scalar: as it is written, or what its variables
// make of it.
func (n *node) spelled() string {
	if n.filled {
		return fmt.Sprint(n.data)
	}
	return n.at.Value
}

// field is a key of a mapping and its value.
type field struct {
	name  string
	src   *source // of the key
	key   spot
	value *node
}

// pos is where the key is written.
func (f *field) pos() diag.Pos { return f.src.pos(f.key) }

// field finds a field by name, or nil.
func (n *node) field(name string) *field {
	fields := n.fields()
	for i := range fields {
		if fields[i].name == name {
			return &fields[i]
		}
	}
	return nil
}

const (
	// maxDepth is far deeper than any rooms.yaml goes, and far shallower than
	// what would exhaust a stack.
	maxDepth = 100
	// A file whose aliases stand for more than maxGrowth times what is written
	// is an alias bomb, once there are more than freeNodes of them: rooms that
	// share a block of settings by an anchor stay well below.
	maxGrowth = 100
	freeNodes = 1 << 20
)

// whole parses the text as one and resolves it.
func (s *source) whole() (root *node, list diag.List) {
	document, problem := s.parse(s.text)
	if problem != nil {
		return nil, diag.List{*problem}
	}
	return s.resolved(document)
}

// resolved resolves the root of a document.
func (s *source) resolved(document *yaml.Node) (root *node, list diag.List) {
	r := newResolver(s)
	root = r.resolve(document, 0)
	if r.fatal {
		return nil, r.list
	}
	return root, r.list
}

// parse reads the one document of a text, which is the source's or a part of it.
func (s *source) parse(text string) (document *yaml.Node, problem *diag.Problem) {
	defer func() {
		if r := recover(); r != nil { // of yaml.v3's; none is known
			problem = &diag.Problem{Pos: diag.Pos{File: s.path, Line: 1, Col: 1},
				Message: fmt.Sprintf("the YAML reader gave up: %v", r)}
		}
	}()
	dec := yaml.NewDecoder(strings.NewReader(text))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, &diag.Problem{Pos: diag.Pos{File: s.path, Line: 1, Col: 1},
			Message: "the file is empty", Hint: "it needs at least version: 1 and a list of rooms"}
	case err != nil:
		return nil, s.syntaxProblem(err)
	}
	var second yaml.Node
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
		return doc.Content[0], nil
	case err != nil:
		return nil, s.syntaxProblem(err)
	}
	return nil, &diag.Problem{Pos: s.pos(spotAt(second.Line, second.Column)), Message: "a second document begins here",
		Hint: "one file holds one document: remove the --- above"}
}

// pos is a spot as a position.
func (s *source) pos(at spot) diag.Pos {
	return diag.Pos{File: s.path, Line: int(at.Line), Col: int(at.Column)}
}

// resolver turns yaml.v3's nodes into ours.
type resolver struct {
	*source
	list     diag.List
	anchored map[*yaml.Node]*node
	open     map[*yaml.Node]bool // anchors whose value is being read
	written  int                 // how much has been read so far
	merged   int                 // fields copied by merge keys so far
	fatal    bool                // going on would be dangerous
	from     int                 // behind this line of the text that was parsed,
	above    int                 // the lines of the file are further down by this
}

func newResolver(s *source) resolver {
	return resolver{source: s, anchored: make(map[*yaml.Node]*node), open: make(map[*yaml.Node]bool)}
}

// spot is where a node is written in the file.
func (r *resolver) spot(y *yaml.Node) spot {
	if y.Line > r.from {
		return spotAt(r.above+y.Line, y.Column)
	}
	return spotAt(y.Line, y.Column)
}

// node is a node for one of yaml.v3's.
func (r *resolver) node(y *yaml.Node) *node {
	return &node{src: r.source, at: mark{y.Value, r.spot(y), y.Style}, size: weight(y)}
}

// unusable is a node that nothing more is said about.
func (r *resolver) unusable(y *yaml.Node) *node {
	n := r.node(y)
	n.broken, n.size = true, 0
	return n
}

func (r *resolver) problem(at *yaml.Node, message, hint string) {
	r.list = append(r.list, diag.Problem{Pos: r.pos(r.spot(at)), Message: message, Hint: hint})
}

func (r *resolver) resolve(y *yaml.Node, depth int) *node {
	if r.fatal {
		return r.unusable(y)
	}
	if y.Kind == yaml.AliasNode {
		return r.alias(y)
	}
	r.written += weight(y)
	if depth > maxDepth {
		r.problem(y, fmt.Sprintf("nested more than %d levels deep", maxDepth), "")
		r.fatal = true
		return r.unusable(y)
	}
	if y.Anchor != "" {
		r.open[y] = true
		defer delete(r.open, y)
	}
	n := r.node(y)
	if message, hint := tagProblem(y); message != "" {
		r.problem(y, message, hint)
		n.broken = true
		return n
	}
	switch y.Kind {
	case yaml.ScalarNode:
		var message, hint string
		if n.data, message, hint = scalar(y); message != "" {
			r.problem(y, message, hint)
			n.broken = true
		}
	case yaml.SequenceNode:
		r.sequence(n, y, depth)
	case yaml.MappingNode:
		r.mapping(n, y, depth)
	}
	r.bomb(y, n.size)
	if y.Anchor != "" {
		r.anchored[y] = n
	}
	return n
}

// alias follows an alias. The anchor stands before it, so it has been read,
// unless it is a key's, or the alias is inside of what it names.
func (r *resolver) alias(y *yaml.Node) *node {
	if n := r.anchored[y.Alias]; n != nil && !r.open[y.Alias] {
		return n
	}
	if y.Alias.Kind == yaml.ScalarNode {
		return r.resolve(y.Alias, 0)
	}
	r.problem(y, fmt.Sprintf("*%s stands inside of what it names, so it has no end", y.Value), "")
	r.fatal = true
	return r.unusable(y)
}

// weight is how much a node is by itself: one, and more if it is a long text.
func weight(y *yaml.Node) int { return 1 + len(y.Value)/16 }

// bomb tells, once and for good, of aliases that stand for far more than is
// written.
func (r *resolver) bomb(at *yaml.Node, size int) bool {
	if size <= freeNodes || size/maxGrowth <= r.written || r.fatal {
		return r.fatal
	}
	r.problem(at, "aliases in here stand for more than a million values, or as much text", "write less with anchors: this is how alias bombs look")
	r.fatal = true
	return true
}

func (r *resolver) sequence(n *node, y *yaml.Node, depth int) {
	l := &sequence{make([]*node, 0, len(y.Content))}
	n.data = l
	for _, c := range y.Content {
		item := r.resolve(c, depth+1)
		l.items = append(l.items, item)
		n.grow(item)
	}
}

func (r *resolver) mapping(n *node, y *yaml.Node, depth int) {
	content := y.Content
	m := &mapping{make([]field, 0, len(content)/2)}
	n.data = m
	own := names{of: m}
	var merge *node
	var mergeKey *yaml.Node
	for i := 0; i+1 < len(content); i += 2 {
		key := content[i]
		if key.Tag == "!!merge" {
			value := r.resolve(content[i+1], depth+1)
			if merge != nil {
				r.problem(key, "<< appears twice in this mapping", "merge several with one: <<: [*a, *b]")
				continue
			}
			merge, mergeKey = value, key
			continue
		}
		name, ok := r.key(key)
		value := r.resolve(content[i+1], depth+1)
		if !ok {
			n.broken = true
			continue
		}
		if own.has(name) {
			r.problem(key, fmt.Sprintf("%s appears twice in this mapping", name),
				fmt.Sprintf("first on line %d", n.field(name).key.Line))
			continue
		}
		m.fields = append(m.fields, field{name, r.source, r.spot(key), value})
		n.grow(value)
	}
	if merge != nil {
		r.merge(n, own, mergeKey, merge)
	}
}

// names finds the fields of a mapping while they are added to it. Where there
// are more than a few, they are indexed.
type names struct {
	of      *mapping
	index   map[string]bool
	indexed int
}

func (ns *names) has(name string) bool {
	const few = 16
	if len(ns.of.fields) <= few {
		return slices.ContainsFunc(ns.of.fields, func(f field) bool { return f.name == name })
	}
	if ns.index == nil {
		ns.index = make(map[string]bool)
	}
	for ; ns.indexed < len(ns.of.fields); ns.indexed++ {
		ns.index[ns.of.fields[ns.indexed].name] = true
	}
	return ns.index[name]
}

// merge adds what n does not say itself. Of several sources the first that
// has a key wins, as YAML's merge type says.
func (r *resolver) merge(n *node, own names, key *yaml.Node, from *node) {
	sources := []*node{from}
	if from.isList() {
		sources = from.items()
	}
	for _, s := range sources {
		if s.broken {
			n.broken = true
			continue
		}
		if !s.isMapping() {
			r.problem(key, "<< merges mappings, and this is "+described(s), "name an anchor of a mapping: <<: *brand")
			continue
		}
		if r.merged += len(s.fields()); r.bomb(key, r.merged) {
			return
		}
		for _, f := range s.fields() {
			if !own.has(f.name) {
				own.of.fields = append(own.of.fields, f)
				n.grow(f.value)
			}
		}
	}
}

// key reads a mapping's key, which JSON and the API want to be a string.
func (r *resolver) key(y *yaml.Node) (string, bool) {
	if y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	if y.Kind != yaml.ScalarNode {
		r.problem(y, "a key must be plain text", "")
		return "", false
	}
	if message, hint := tagProblem(y); message != "" {
		r.problem(y, message, hint)
		return "", false
	}
	if t := y.ShortTag(); t != "!!str" && t != "!!timestamp" {
		r.problem(y, fmt.Sprintf("the key %s is not text", y.Value), fmt.Sprintf("write %q in quotes", y.Value))
		return "", false
	}
	return y.Value, true
}

// grow counts a child in. Sizes stop growing where they could overflow.
func (n *node) grow(child *node) {
	if n.size < 1<<40 {
		n.size += child.size
	}
}
