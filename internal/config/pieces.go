package config

import (
	"strings"
	"sync/atomic"

	"gopkg.in/yaml.v3"

	"roomsync/internal/diag"
)

// pieceSize is how many bytes of rooms are parsed at a time. yaml.v3 takes many
// times the size of a text while it parses it.
const pieceSize = 128 << 10

// mostAbove is how many bytes are read once more with each piece, at most.
const mostAbove = pieceSize / 8

// nodes parses the text as YAML and resolves it. Problems inside leave a
// broken node behind; a text that cannot be used at all gives no root. It is
// read in pieces where it can be cut. What is wrong with a text is told of the
// whole.
func (s *source) nodes() (root *node, list diag.List) {
	if c, ok := s.cut(pieceSize); ok {
		if root, list, ok := c.nodes(); ok {
			return root, list
		}
	}
	return s.whole()
}

// cutting is a text whose rooms can be parsed piece by piece.
type cutting struct {
	*source
	key    int     // the line of `rooms:`
	first  spot    // where its list begins
	pieces []piece // of that list
	above  string  // the text up to and with `rooms:`
	below  piece   // what stands behind the list
	// anchors tells that there may be some above, so that pieces are read with
	// what they may name.
	anchors bool
}

// piece is a part of a text.
type piece struct {
	text  string
	above int // lines of the file above it
}

// cut cuts the list of rooms into pieces of about the given size, if it is
// written in block style under a plain `rooms:`, as nearly always. A piece
// begins where an entry of the list seems to. If that is inside of something
// else, such as a text in quotes, the piece before has no end, which is how
// nodes finds out. Of anchors there must be none in the list or behind it, as
// another piece could use them; those above it are read with each piece, if that
// is little beside it.
func (s *source) cut(size int) (c cutting, ok bool) {
	if len(s.text) <= size || strings.HasPrefix(s.text, "%") || strings.Contains(s.text, "\n%") {
		return c, false
	}
	c.source = s
	from, to, indent := 0, len(s.lines), -1 // the lines of the piece, and the blanks before its entries
	for i := 0; i < to; i++ {
		line := s.line(i + 1)
		bare := strings.TrimLeft(line, " ")
		depth, entry := len(line)-len(bare), strings.HasPrefix(bare, "- ")
		switch {
		case c.key == 0:
			if value, is := strings.CutPrefix(line, "rooms:"); is && (value == "" || value[0] == ' ') && blank(value) {
				c.key = i + 1
			}
		case blank(bare):
		case indent < 0 && !entry, strings.HasPrefix(strings.TrimLeft(bare, "- "), "?"):
			return c, false // a key behind a ? has a value where the next entry begins, if it has none
		case indent < 0:
			from, indent, c.first = c.key, depth, spotAt(i+1, depth+1)
		case depth == 0 && !(entry && indent == 0):
			to = i
		case depth == indent && entry && s.lines[i]-s.lines[from] >= size:
			c.pieces = append(c.pieces, s.piece(from, i))
			from = i
		}
	}
	if indent < 0 {
		return c, false
	}
	c.pieces = append(c.pieces, s.piece(from, to))
	c.above, c.below = s.piece(0, c.key).text, s.piece(to, len(s.lines))
	c.anchors = hasAnchor(c.above)
	if c.anchors && len(c.above) > mostAbove || hasAnchor(s.text[len(c.above):]) {
		return cutting{}, false
	}
	return c, true
}

// piece is the lines, counted from 0, from one to before another.
func (s *source) piece(from, to int) piece {
	offset := func(line int) int {
		if line < len(s.lines) {
			return s.lines[line]
		}
		return len(s.text)
	}
	return piece{s.text[offset(from):offset(to)], from}
}

// blank tells whether a line, or the rest of one, says nothing.
func blank(line string) bool {
	line = strings.TrimLeft(line, " \t")
	return line == "" || line[0] == '#'
}

// hasAnchor tells whether there may be an anchor in a text.
func hasAnchor(text string) bool {
	for i := strings.IndexByte(text, '&'); i >= 0; {
		if i == 0 || strings.IndexByte(" \t\n[{,:-?!", text[i-1]) >= 0 && i+1 < len(text) && text[i+1] > ' ' {
			return true
		}
		next := strings.IndexByte(text[i+1:], '&')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// nodes parses the pieces side by side and puts them together. It is not ok if
// one cannot be used: then the text has to be parsed as a whole.
func (c cutting) nodes() (root *node, list diag.List, ok bool) {
	document, problem := c.parse(c.above + c.below.text)
	if problem != nil {
		return nil, nil, false
	}
	r := newResolver(c.source)
	// Lines behind the list have moved up by as many as it has.
	r.from, r.above = c.key, c.below.above-c.key
	empty := c.placeOf(document)
	if empty == nil {
		return nil, nil, false
	}
	rooms := r.node(empty)
	rooms.at = mark{spot: c.first}
	all := new(sequence)
	for _, p := range c.parts() {
		if p == nil {
			return nil, nil, false
		}
		r.written += p.written
		r.merged += p.merged
		r.list = append(r.list, p.list...)
		for _, n := range p.items {
			all.items = append(all.items, n)
			rooms.grow(n)
		}
	}
	rooms.data = all
	// It is there as what anchors name is: resolved already.
	r.anchored[empty] = rooms
	empty.Kind, empty.Alias = yaml.AliasNode, empty
	root = r.resolve(document, 0)
	return root, r.list, !r.fatal && !r.bomb(document, r.merged)
}

// placeOf finds the empty value of `rooms` in the rest of the text, or nil.
func (c cutting) placeOf(document *yaml.Node) *yaml.Node {
	if document.Kind != yaml.MappingNode || document.Style&yaml.FlowStyle != 0 {
		return nil
	}
	for i := 0; i+1 < len(document.Content); i += 2 {
		key, value := document.Content[i], document.Content[i+1]
		if key.Line == c.key && key.Column == 1 && key.Value == "rooms" && key.Style == 0 && value.Kind == yaml.ScalarNode && value.Tag == "!!null" && value.Value == "" && value.Style == 0 {
			return value
		}
	}
	return nil
}

// part is what a piece holds.
type part struct {
	items   []*node
	list    diag.List
	written int
	merged  int
}

// parts reads the pieces. One that cannot be used is nil, and so may be others
// then.
func (c cutting) parts() []*part {
	all := make([]*part, len(c.pieces))
	var failed atomic.Bool
	sideBySide(len(all), func(i int) {
		if failed.Load() {
			return
		}
		if all[i] = c.part(c.pieces[i]); all[i] == nil {
			failed.Store(true)
		}
	})
	return all
}

// part reads a piece, or gives nil.
func (c cutting) part(p piece) (read *part) {
	defer func() {
		if recover() != nil { // the whole text will tell
			read = nil
		}
	}()
	r := newResolver(c.source)
	var rooms *yaml.Node
	if c.anchors {
		rooms = c.withAnchors(&r, p)
	} else if document, problem := c.parse(p.text); problem == nil {
		rooms, r.above = document, p.above
	}
	if rooms == nil || rooms.Kind != yaml.SequenceNode || rooms.Style&yaml.FlowStyle != 0 || rooms.Column != int(c.first.Column) {
		return nil
	}
	// What is above counts once, where the whole is put together.
	written, merged := r.written, r.merged
	r.list = nil
	read = &part{items: make([]*node, 0, len(rooms.Content))}
	for _, y := range rooms.Content {
		read.items = append(read.items, r.resolve(y, 2)) // below the file and `rooms`
	}
	if r.fatal {
		return nil
	}
	read.list, read.written, read.merged = r.list, r.written-written, r.merged-merged
	return read
}

// withAnchors parses a piece below what stands above it in the file, and
// resolves that, so that its anchors are known. It gives the list of the piece,
// or nil.
func (c cutting) withAnchors(r *resolver, p piece) *yaml.Node {
	document, problem := c.parse(c.above + p.text)
	if problem != nil || document.Kind != yaml.MappingNode || document.Style&yaml.FlowStyle != 0 {
		return nil
	}
	r.from, r.above = c.key, p.above-c.key
	last := len(document.Content) - 2
	for i := 1; i < last; i += 2 {
		r.resolve(document.Content[i], 1)
	}
	if r.merged > mostAbove { // short, but not little: once is enough
		return nil
	}
	if key := document.Content[last]; r.fatal || key.Value != "rooms" || key.Line != c.key || key.Column != 1 {
		return nil
	}
	return document.Content[last+1]
}
