package config

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"roomsync/internal/diag"
)

// node is a value of the file with its aliases followed and its merge keys
// (<<) merged in. What an anchor names is one node, however often it is used.
type node struct {
	src    *source // the file it is written in
	at     mark    // how it is written there
	data   any     // as encoding/json decodes it, numbers as json.Number
	fields []field // of a mapping: its own in their order, then merged ones
	items  []*node // of a list
	size   int     // how much is in it, what aliases stand for included: see weight
	broken bool    // a problem with it has been told already
	filled bool    // its text comes, at least in part, from variables
	layer  int     // of a room: which layer names it first
}

// mark is what is kept of a node of yaml.v3's. Theirs are four times the size,
// and in a large file most of what there is.
type mark struct {
	spot
	Value string
	Style yaml.Style
}

// spot is a place in a file.
type spot struct{ Line, Column int }

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
	for i := range n.fields {
		if n.fields[i].name == name {
			return &n.fields[i]
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
	return nil, &diag.Problem{Pos: s.pos(spot{second.Line, second.Column}), Message: "a second document begins here",
		Hint: "one file holds one document: remove the --- above"}
}

// pos is a spot as a position.
func (s *source) pos(at spot) diag.Pos {
	return diag.Pos{File: s.path, Line: at.Line, Col: at.Column}
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
		return spot{r.above + y.Line, y.Column}
	}
	return spot{y.Line, y.Column}
}

// node is a node for one of yaml.v3's.
func (r *resolver) node(y *yaml.Node) *node {
	return &node{src: r.source, at: mark{r.spot(y), y.Value, y.Style}, size: weight(y)}
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
	n.items = make([]*node, 0, len(y.Content))
	data := make([]any, 0, len(y.Content))
	for _, c := range y.Content {
		item := r.resolve(c, depth+1)
		n.items = append(n.items, item)
		data = append(data, item.data)
		n.grow(item)
	}
	n.data = data
}

func (r *resolver) mapping(n *node, y *yaml.Node, depth int) {
	content := y.Content
	n.fields = make([]field, 0, len(content)/2)
	data := make(map[string]any, len(content)/2)
	n.data = data
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
		if _, twice := data[name]; twice {
			r.problem(key, fmt.Sprintf("%s appears twice in this mapping", name),
				fmt.Sprintf("first on line %d", n.field(name).key.Line))
			continue
		}
		n.fields = append(n.fields, field{name, r.source, r.spot(key), value})
		data[name] = value.data
		n.grow(value)
	}
	if merge != nil {
		r.merge(n, data, mergeKey, merge)
	}
}

// merge adds what n does not say itself. Of several sources the first that
// has a key wins, as YAML's merge type says.
func (r *resolver) merge(n *node, data map[string]any, key *yaml.Node, from *node) {
	sources := []*node{from}
	if _, isList := from.data.([]any); isList {
		sources = from.items
	}
	for _, s := range sources {
		if s.broken {
			n.broken = true
			continue
		}
		if _, isMap := s.data.(map[string]any); !isMap {
			r.problem(key, "<< merges mappings, and this is "+described(s), "name an anchor of a mapping: <<: *brand")
			continue
		}
		if r.merged += len(s.fields); r.bomb(key, r.merged) {
			return
		}
		for _, f := range s.fields {
			if _, own := data[f.name]; !own {
				n.fields = append(n.fields, f)
				data[f.name] = f.value.data
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
