package format

import (
	"strings"

	"gopkg.in/yaml.v3"

	"roomsync/internal/config"
)

// reader takes a text apart along the nodes that yaml.v3 has found in it.
type reader struct{ *scanner }

// explicitKey is the panic of a reader that comes upon a key written with ?,
// which no entry of a layout is for.
type explicitKey struct {
	line, column int
	text         string
}

// read is the layout of a text whose line breaks are line feeds, and all
// comments in it. It panics with explicitKey, or if it is lost.
func read(source *config.Document) (d *document, found []string) {
	r := &reader{newScanner(source.Text)}
	d = r.document(source)
	return d, r.found
}

func (r *reader) document(source *config.Document) *document {
	d := &document{root: new(entry)}
	r.skip(0, true)
	for r.at(r.pos) == '%' || r.marker(r.pos) {
		d.prologue = append(d.prologue, r.pending...)
		gap := r.blank
		r.pending, r.blank = nil, false
		if r.at(r.pos) != '%' {
			// What stands beside the --- and above it belongs to it.
			d.root.head, d.root.gap = "---", gap
			start := r.pos
			r.pos += len("---")
			r.value(d.root, source.Root, start, place{role: top, data: source.Data})
			return r.end(d)
		}
		end := r.endOfLine(r.pos)
		d.prologue = append(d.prologue, comment{text: strings.TrimRight(r.text[r.pos:end], " \t"), blank: gap})
		r.pos = end
		r.skip(0, false)
	}
	if source.Root.Style&yaml.FlowStyle != 0 {
		d.prologue, d.root.gap = append(d.prologue, r.pending...), r.blank
		r.pending, r.blank = nil, false
	}
	r.value(d.root, source.Root, r.pos, place{role: top, data: source.Data})
	return r.end(d)
}

// end reads what follows the root: ... and comments.
func (r *reader) end(d *document) *document {
	for r.pos < len(r.text) {
		if !r.marker(r.pos) {
			r.lost()
		}
		end := r.endOfLine(r.pos)
		line := strings.TrimRight(r.text[r.pos:end], " \t")
		if _, beside, is := strings.Cut(line, "#"); is {
			r.found = append(r.found, "#"+beside)
		}
		d.epilogue = append(append(d.epilogue, r.pending...), comment{text: line, blank: r.blank})
		r.pending, r.blank, r.pos = nil, false, end
		r.skip(0, false)
	}
	d.epilogue = append(d.epilogue, r.pending...)
	return d
}

// value reads the value n of an entry that begins at start, from behind its
// colon or -.
func (r *reader) value(e *entry, n *yaml.Node, start int, at place) {
	headEnd := r.pos
	e.column = r.column(start)
	column := e.column
	if e.isRoot() {
		column = -1 // even what is not indented is inside of it
	}
	beside := r.skip(start, e.head == "")
	empty := n.Kind == yaml.ScalarNode && n.Value == "" && n.Style&^yaml.TaggedStyle == 0
	for r.at(r.pos) == '&' || r.at(r.pos) == '!' {
		text, end, alone := r.properties(r.pos)
		if !alone {
			break // they are of the scalar that follows, of the first key or of the next
		}
		if e.props == "" {
			r.expect(n)
			e.props = text
		} else {
			e.props += " " + text
		}
		r.pos = end
		if more := r.skip(start, false); more != nil && beside == nil {
			beside = more
		} else if more != nil {
			r.pending = append([]comment{{text: more.text}}, r.pending...)
		}
	}
	switch {
	case empty:
		e.beside = beside
	case n.Kind != yaml.ScalarNode && n.Kind != yaml.AliasNode && n.Style&yaml.FlowStyle == 0:
		e.beside = beside
		e.value.compact = r.sameLine(start, r.pos)
		e.value.block = r.block(n, column, at)
		if first := e.value.block.entries[0]; e.value.compact && e.head == "-" {
			// What came to stand beside the - cannot have comments above it.
			e.own, first.own = append(e.own, first.own...), nil
		}
	default:
		r.textValue(e, n, start, headEnd, column, beside, at)
	}
	if e.value.isBody {
		return // a comment further in would become part of it
	}
	e.after = r.take(column + 1)
}

// block reads a mapping or a sequence in block style that begins at pos. outer
// is the column of the entry it is the value of.
func (r *reader) block(n *yaml.Node, outer int, at place) *block {
	column := r.column(r.pos)
	b := &block{}
	if n.Kind == yaml.SequenceNode {
		for i, item := range n.Content {
			e := r.entry(false)
			start := r.pos
			if r.at(r.pos) != '-' || !r.ends(r.pos+1) {
				r.lost()
			}
			e.head = "-"
			r.pos++
			r.value(e, item, start, at.item(i))
			b.entries = append(b.entries, e)
		}
	} else {
		for i := 0; i+1 < len(n.Content); i += 2 {
			e := r.entry(at.role == top && i == 0)
			start := r.pos
			e.head = r.key(n.Content[i])
			r.value(e, n.Content[i+1], start, at.key(keyName(n.Content[i])))
			b.entries = append(b.entries, e)
		}
		b.sort(n, at)
	}
	next := -1
	if r.pos < len(r.text) && !r.marker(r.pos) {
		next = r.column(r.pos)
	}
	if column > max(next, outer) {
		b.tail = r.take(column)
	} else {
		b.tail = r.take(column + 1)
	}
	return b
}

// entry begins an entry with what is above it. A comment right above it is its
// own, a comment that a blank line divides from it is not, and neither is the
// first comment of a file.
func (r *reader) entry(first bool) *entry {
	e := &entry{gap: r.blank}
	above := r.pending
	r.pending, r.blank = nil, false
	if len(above) == 0 {
		return e
	}
	if e.gap {
		e.standing = above
		return e
	}
	from := len(above) - 1
	for from > 0 && !above[from].blank {
		from--
	}
	if from == 0 && first {
		e.standing = above
		return e
	}
	e.standing, e.own = above[:from:from], above[from:]
	e.gap, e.own[0].blank = e.own[0].blank, false
	return e
}

// key reads a key with its colon.
func (r *reader) key(n *yaml.Node) string {
	if r.at(r.pos) == '?' && r.ends(r.pos+1) {
		start := r.pos - r.column(r.pos)
		panic(explicitKey{1 + strings.Count(r.text[:start], "\n"), 1 + r.column(r.pos), r.text[start:r.endOfLine(start)]})
	}
	r.expect(n)
	text, end, _ := r.properties(r.pos)
	if text != "" {
		text += " "
		for r.pos = end; isBlank(r.at(r.pos)); r.pos++ {
		}
	}
	if !(r.at(r.pos) == ':' && r.ends(r.pos+1)) {
		start := r.pos
		r.pos = r.scalar(start, 0, false)
		text += r.text[start:r.pos]
		if r.text[start] == '*' {
			text += " " // or others take the colon for a part of the name
		}
	}
	for ; isBlank(r.at(r.pos)); r.pos++ {
	}
	if r.at(r.pos) != ':' || !r.ends(r.pos+1) {
		r.lost()
	}
	r.pos++
	return text + ":"
}

// textValue reads a scalar, an alias or a flow collection.
func (r *reader) textValue(e *entry, n *yaml.Node, start, headEnd, column int, beside *lineComment, at place) {
	if e.props == "" {
		r.expect(n)
	}
	v := &e.value
	from := r.pos
	v.column = r.column(from)
	if v.below = !r.sameLine(headEnd, from); v.below {
		e.beside = beside
		v.above, r.pending = r.pending, nil
	}
	r.blank = false
	text := ""
	if props, end, _ := r.properties(from); props != "" {
		text = props + " "
		for r.pos = end; isBlank(r.at(r.pos)); r.pos++ {
		}
	}
	lineStart := start
	if v.below {
		lineStart = from
	}
	switch c := r.at(r.pos); {
	case c == '|' || c == '>':
		r.blockScalar(v, text, lineStart, column)
		return
	case c == '[' || c == '{':
		v.flow = true
		f := r.flow()
		text += r.ordered(f, n, at)
	default:
		end := r.scalar(r.pos, column+1, false)
		text += r.text[r.pos:end]
		r.pos = end
	}
	for i, l := range strings.Split(text, "\n") {
		bare := l
		if i > 0 {
			bare = strings.TrimLeft(l, " ")
		}
		if t := strings.TrimRight(bare, " \t"); !strings.HasSuffix(t, `\`) {
			bare = t
		}
		v.text = append(v.text, line{len(l) - len(strings.TrimLeft(l, " ")), bare})
	}
	v.beside = r.skip(lineStart, false)
}

// blockScalar reads a scalar that begins with | or >, in an entry at a column.
func (r *reader) blockScalar(v *value, props string, lineStart, column int) {
	v.isBody = true
	start := r.pos
	for r.pos++; strings.IndexByte("+-0123456789", r.at(r.pos)) >= 0 && r.pos < len(r.text); r.pos++ {
	}
	header := r.text[start:r.pos]
	v.keeps = strings.Contains(header, "+")
	if i := strings.IndexAny(header, "123456789"); i >= 0 {
		v.explicit = int(header[i] - '0')
	}
	end := r.endOfLine(r.pos)
	rest := strings.TrimRight(r.text[r.pos:end], " \t")
	if comment := strings.TrimLeft(rest, " \t"); comment != "" {
		r.found = append(r.found, comment)
		gap := len(rest) - len(comment)
		v.beside = &lineComment{comment, runes(r.text[lineStart : r.pos+gap]), gap}
	}
	r.pos = min(end+1, len(r.text))
	unended := r.body(v, column)
	if unended && !strings.Contains(header, "-") {
		// The last line of the file has no end, which is to be no line feed of
		// the value once it has one.
		header, v.keeps = strings.TrimSuffix(strings.Replace(header, "+", "", 1), "-")+"-", false
	}
	v.text = []line{{0, props + header}}
	r.skip(0, true)
}

// body reads the content of a block scalar. It tells whether the file ends in
// it without a line break.
func (r *reader) body(v *value, column int) (unended bool) {
	indent := column + v.explicit
	if v.explicit == 0 {
		indent = r.bodyIndent(column)
	}
	end := r.pos // of the content, empty lines below it aside
	var lines []string
	n := 0 // of lines that belong to the value
	for i := r.pos; i < len(r.text); {
		next := r.endOfLine(i)
		l := r.text[i:next]
		blanks := len(l) - len(strings.TrimLeft(l, " "))
		content := len(l) > indent && blanks >= indent
		if blanks < min(len(l), indent) {
			break // a line further out, which is not blank
		}
		if next == len(r.text) && !content {
			end = next // blanks at the end of the file are nothing
			break
		}
		if content {
			lines = append(lines, l[indent:])
		} else {
			lines = append(lines, "")
		}
		i = min(next+1, len(r.text))
		if content || v.keeps {
			n, end, unended = len(lines), i, next == len(r.text)
		}
	}
	v.body = lines[:n]
	r.pos = end
	return unended
}

// bodyIndent is the indentation of the content of a block scalar that does not
// state it: that of the first line with text, or of a blank line above it that
// is longer.
func (r *reader) bodyIndent(column int) int {
	indent := column + 1
	for i := r.pos; i < len(r.text); {
		next := r.endOfLine(i)
		l := r.text[i:next]
		blanks := len(l) - len(strings.TrimLeft(l, " "))
		indent = max(indent, blanks)
		if blanks < len(l) {
			break
		}
		i = next + 1
	}
	return indent
}
