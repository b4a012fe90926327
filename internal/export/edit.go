package export

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"roomsync/internal/room"
)

// Source is the text of a file.
type Source struct {
	Path string // what positions name
	Data []byte
}

const bom = "\ufeff"

// document is a file that is to be edited.
type document struct {
	*extents
	path    string
	mark    string // a byte order mark, or nothing
	unended bool   // the last line had no line break
	header  string // what the block scalar had that the file ends with
	root    *yaml.Node
	aliased map[*yaml.Node]bool // anchors that are used
	edits   []edit
}

// edit replaces what stands between two offsets.
type edit struct {
	from, to int
	text     string
}

// open reads a file that is known to be valid.
func open(s Source) (*document, error) {
	data, hasMark := bytes.CutPrefix(s.Data, []byte(bom))
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Path, err)
	}
	if n.Kind != yaml.DocumentNode || n.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: %w", s.Path, errors.New("it is not a mapping"))
	}
	d := &document{path: s.Path, root: n.Content[0], aliased: make(map[*yaml.Node]bool)}
	var err error
	if d.extents, err = findExtents(string(data), d.root); err == nil {
		err = d.endLine()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Path, err)
	}
	if hasMark {
		d.mark = bom
	}
	d.findAliases(d.root)
	return d, nil
}

func (d *document) findAliases(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		d.aliased[n.Alias] = true
	}
	for _, c := range n.Content {
		d.findAliases(c)
	}
}

// shared tells whether an anchor at the node, or inside of it, is used.
func (d *document) shared(n *yaml.Node) bool {
	return d.aliased[n] || slices.ContainsFunc(n.Content, d.shared)
}

// replace replaces what is between two offsets.
func (d *document) replace(from, to int, text string) {
	d.edits = append(d.edits, edit{from, to, text})
}

// endLine gives the last line of the file a line break, if it has none. A block
// scalar that it ends, the line break must not become a part of.
func (d *document) endLine() error {
	if d.blank(d.lineStart(len(d.text)), len(d.text)) {
		return nil
	}
	text := d.text
	var header string
	if n := d.blockAtEnd(d.root); n != nil {
		e := d.at[n]
		header = text[e.value:e.header]
		if !strings.Contains(header, "-") {
			text = text[:e.header-len(header)] + strings.Replace(header, "+", "", 1) + "-" + text[e.header:]
		}
	}
	x, err := findExtents(text+d.eol(len(d.text)), d.root)
	d.extents, d.unended, d.header = x, true, header
	return err
}

// blockAtEnd is the block scalar that the file ends with, or nil.
func (d *document) blockAtEnd(n *yaml.Node) *yaml.Node {
	if e := d.at[n]; len(n.Content) == 0 && e.header > 0 && e.end >= d.lineEnd(d.lineStart(len(d.text)-1)) {
		return n
	}
	for _, c := range n.Content[max(0, len(n.Content)-2):] {
		if last := d.blockAtEnd(c); last != nil {
			return last
		}
	}
	return nil
}

// reopen takes the line break from the last line again, if no edit needs it.
func (d *document) reopen() {
	end := d.lineEnd(d.lineStart(len(d.text) - 1))
	from := end // of what must be as it was
	last := d.blockAtEnd(d.root)
	if last != nil {
		from = d.at[last].value
	}
	for _, e := range d.edits {
		if e.to > from && (e.to > end || last != nil) || e.to == end && strings.Contains(e.text, "\n") {
			return
		}
	}
	if last != nil {
		d.replace(from, d.at[last].header, d.header)
	}
	d.replace(end, len(d.text), "")
}

// edited is the file with its edits. What is removed can overlap, and have
// something added in it.
func (d *document) edited() (Source, error) {
	if d.unended {
		d.reopen()
	}
	room.Sort(d.edits, func(a, b *edit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	var b strings.Builder
	b.WriteString(d.mark)
	at := 0
	removed := 0 // where the last of what is removed ends
	for _, e := range d.edits {
		switch {
		case e.from >= at:
			b.WriteString(d.text[at:e.from])
		case at != removed || e.from != e.to && e.text != "":
			return Source{}, fmt.Errorf("%s: two edits overlap at byte %d", d.path, e.from)
		}
		b.WriteString(e.text)
		at = max(at, e.to)
		if e.text == "" {
			removed = max(removed, e.to)
		}
	}
	b.WriteString(d.text[at:])
	return Source{d.path, []byte(b.String())}, nil
}

// eol is the line break of the lines around an offset.
func (d *document) eol(i int) string {
	at := strings.IndexByte(d.text[i:], '\n')
	if at >= 0 {
		at += i
	} else {
		at = strings.LastIndexByte(d.text[:i], '\n')
	}
	if at > 0 && d.text[at-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// withEOL is text of several lines as it is written around an offset.
func (d *document) withEOL(text string, i int) string {
	if eol := d.eol(i); eol != "\n" {
		return strings.ReplaceAll(text, "\n", eol)
	}
	return text
}

// blank tells whether there is nothing but blanks between two offsets.
func (d *document) blank(from, to int) bool { return strings.Trim(d.text[from:to], " \t\r\n") == "" }

// swallows tells whether a block scalar whose lines begin at a column, put
// where something ends, would take the comment below for more of its text.
func (d *document) swallows(end, column int) bool {
	for line := d.nextLine(end); line < len(d.text); line = d.nextLine(line) {
		if !d.blankLine(line) {
			c, is := d.commentAt(line)
			return is && c >= column
		}
	}
	return false
}

// lastOf is the last node in a node.
func lastOf(n *yaml.Node) *yaml.Node {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return n
}

// keepsBreaks tells whether empty lines behind a node would become a part of it.
func (d *document) keepsBreaks(n *yaml.Node) bool {
	e := d.at[lastOf(n)]
	return e.header > 0 && strings.Contains(d.text[e.value:e.header], "+")
}

// hasVariable tells whether a part of a scalar's text is a variable's.
func hasVariable(text string) bool {
	for {
		at := strings.IndexByte(text, '$')
		if at < 0 || at == len(text)-1 {
			return false
		}
		switch text[at+1] {
		case '{':
			return true
		case '$':
			at++
		}
		text = text[at+1:]
	}
}
