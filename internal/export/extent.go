package export

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// extent is where a node of a file stands: the offsets of its first byte and of
// the one behind its last. A node that has nothing written (`size:`) stands
// right behind the colon, dash or property before it.
type extent struct {
	from  int // the end of the colon, dash or comma before it
	start int // with its anchor and tag
	value int // without them
	end   int // of a block scalar: without the line break at its end

	tag, tagEnd int // where its tag is, if it has one

	// Of a block scalar only.
	header int // the end of its indicators
	body   int // the end of the last line that is not empty; end may be after it
	indent int // the column at which its lines begin; 0 if it has none
}

// property tells whether the node has an anchor or a tag.
func (e extent) property() bool { return e.start != e.value }

// extents finds where the nodes of a text stand. yaml.v3 tells only where they
// begin; what is between two nodes is blanks, comments and indicators, so each
// can be found from where the one before it ends. Where yaml.v3 says otherwise
// of a beginning, something in the text is not understood, which is an error.
type extents struct {
	text string
	at   map[*yaml.Node]extent
	dash map[*yaml.Node]int  // where the dash of an item of a block list is
	bare map[*yaml.Node]bool // values that are not there, behind a key without a colon
	lone map[*yaml.Node]bool // the same in block style, where the colon would need a line

	line, col, offset int // a place that has been reached: lines and columns are counted from there
}

// findExtents finds the extents of a root node and of what is in it.
func findExtents(text string, root *yaml.Node) (*extents, error) {
	x := &extents{text: text, at: make(map[*yaml.Node]extent), dash: make(map[*yaml.Node]int), bare: make(map[*yaml.Node]bool), lone: make(map[*yaml.Node]bool), line: 1, col: 1}
	start := 0
	for line := 1; line < root.Line; line++ { // over directives and the mark of a document
		next := strings.IndexByte(text[start:], '\n')
		if next < 0 {
			return nil, errLost
		}
		start += next + 1
	}
	for range root.Column - 1 {
		_, size := utf8.DecodeRuneInString(text[start:])
		start += size
	}
	_, err := x.node(root, start, -1, false)
	return x, err
}

var errLost = errors.New("its place in the text cannot be found")

// lost is the error of a text that is not understood.
func (x *extents) lost(n *yaml.Node) error {
	return fmt.Errorf("line %d, column %d: %w", n.Line, n.Column, errLost)
}

// node finds the extent of a node that begins at or after an offset. indent is
// the column of the block around it, counted from 0, -1 if there is none.
func (x *extents) node(n *yaml.Node, from, indent int, inFlow bool) (end int, err error) {
	e := extent{from: from, start: from}
	style := n.Style &^ yaml.TaggedStyle
	empty := n.Kind == yaml.ScalarNode && style == 0 && n.Value == ""
	written := !empty || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0
	if start := x.gap(from, ""); written || strings.HasPrefix(x.text[start:], "!") { // which says nothing, or is the next key's
		if x.place(start) == [2]int{n.Line, n.Column} {
			e.start = start
		} else if written {
			return 0, x.lost(n)
		}
	}
	x.properties(n, &e, inFlow)
	switch {
	case empty:
		e.end = e.value
		x.at[n] = e
		return e.end, nil
	case e.value > e.start:
		e.value = x.gap(e.value, "")
	}
	if e.value >= len(x.text) {
		return 0, x.lost(n)
	}
	switch {
	case n.Kind == yaml.AliasNode:
		e.end, err = x.exactly(n, e.value, "*"+n.Value)
	case n.Kind == yaml.MappingNode && style&yaml.FlowStyle != 0:
		e.end, err = x.flowMapping(n, e.value, indent)
	case n.Kind == yaml.SequenceNode && style&yaml.FlowStyle != 0:
		e.end, err = x.flowSequence(n, e.value, indent)
	case n.Kind == yaml.MappingNode:
		e.end, err = x.blockMapping(n, e.value)
	case n.Kind == yaml.SequenceNode:
		e.end, err = x.blockSequence(n, e.value)
	case style == yaml.DoubleQuotedStyle:
		e.end, err = x.quoted(n, e.value, '"')
	case style == yaml.SingleQuotedStyle:
		e.end, err = x.quoted(n, e.value, '\'')
	case style == yaml.LiteralStyle, style == yaml.FoldedStyle:
		err = x.blockScalar(n, &e, indent)
	default:
		e.end, err = x.plain(n, e.value)
	}
	x.at[n] = e
	return e.end, err
}

// properties steps over the anchor and the tag of a node. The ones in front of
// a block mapping without any are its first key's.
func (x *extents) properties(n *yaml.Node, e *extent, inFlow bool) {
	anchor := n.Anchor != ""
	tagged := n.Style&yaml.TaggedStyle != 0 || n.Kind == yaml.ScalarNode
	e.value = e.start
	for i := e.start; ; i = x.gap(e.value, "") {
		rest := x.text[i:]
		switch {
		case anchor && strings.HasPrefix(rest, "&"+n.Anchor):
			anchor = false
			e.value = i + 1 + len(n.Anchor)
		case tagged && strings.HasPrefix(rest, "!"):
			tagged = false
			stop := " \t\r\n"
			if inFlow && !strings.HasPrefix(rest, "!<") {
				stop += ",[]{}"
			}
			if at := strings.IndexAny(rest, stop); at >= 0 {
				rest = rest[:at]
			}
			e.tag, e.tagEnd = i, i+len(rest)
			e.value = e.tagEnd
		default:
			return
		}
	}
}

// gap steps over blanks, line breaks and comments, and over other characters
// that may stand between nodes.
func (x *extents) gap(i int, others string) int {
	for i < len(x.text) {
		switch c := x.text[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
		case c == '#':
			i = x.lineEnd(i)
		case strings.IndexByte(others, c) < 0:
			return i
		case c == '?' && !x.blankAt(i+1): // a text that begins with it
			return i
		default:
			i++
		}
	}
	return i
}

// blankAt tells whether a blank, a line break or the end of the text is at an
// offset.
func (x *extents) blankAt(i int) bool {
	return i >= len(x.text) || strings.IndexByte(" \t\r\n", x.text[i]) >= 0
}

// lineEnd is where the line of an offset ends, before its line break.
func (x *extents) lineEnd(i int) int {
	end := strings.IndexByte(x.text[i:], '\n')
	switch {
	case end < 0:
		return len(x.text)
	case end > 0 && x.text[i+end-1] == '\r':
		end--
	}
	return i + end
}

// lineStart is where the line of an offset begins.
func (x *extents) lineStart(i int) int { return strings.LastIndexByte(x.text[:i], '\n') + 1 }

// nextLine is where the line after that of an offset begins, or the end of the
// text.
func (x *extents) nextLine(i int) int {
	if end := strings.IndexByte(x.text[i:], '\n'); end >= 0 {
		return i + end + 1
	}
	return len(x.text)
}

// column is the column of an offset, counted from 0.
func (x *extents) column(i int) int { return utf8.RuneCountInString(x.text[x.lineStart(i):i]) }

// place is the line and column of an offset, counted from 1. It is quick for
// offsets that come in their order, also on a long line.
func (x *extents) place(i int) [2]int {
	if i < x.offset {
		return [2]int{} // nowhere: it would be a mistake
	}
	passed := x.text[x.offset:i]
	if n := strings.Count(passed, "\n"); n > 0 {
		x.line, x.col = x.line+n, 1
		passed = passed[strings.LastIndexByte(passed, '\n')+1:]
	}
	x.col += utf8.RuneCountInString(passed)
	x.offset = i
	return [2]int{x.line, x.col}
}

func (x *extents) exactly(n *yaml.Node, i int, what string) (end int, err error) {
	if !strings.HasPrefix(x.text[i:], what) {
		return 0, x.lost(n)
	}
	return i + len(what), nil
}

// quoted finds the quote that closes a scalar.
func (x *extents) quoted(n *yaml.Node, i int, quote byte) (end int, err error) {
	if x.text[i] != quote {
		return 0, x.lost(n)
	}
	for i++; i < len(x.text); i++ {
		switch c := x.text[i]; {
		case c == '\\' && quote == '"':
			i++
		case c == quote && quote == '\'' && strings.HasPrefix(x.text[i+1:], "'"):
			i++
		case c == quote:
			return i + 1, nil
		}
	}
	return 0, x.lost(n)
}

// plain finds the end of a scalar without quotes. It has no escapes: but for
// the blanks where it goes on in another line, what it means is what it says.
func (x *extents) plain(n *yaml.Node, i int) (end int, err error) {
	for rest := n.Value; ; {
		rest = strings.TrimLeft(rest, " \t\n")
		if rest == "" {
			return i, nil
		}
		for i < len(x.text) && x.blankAt(i) {
			i++
		}
		word := rest
		if at := strings.IndexAny(rest, " \t\n"); at >= 0 {
			word = rest[:at]
		}
		if i, err = x.exactly(n, i, word); err != nil {
			return 0, err
		}
		rest = rest[len(word):]
	}
}

// blockScalar finds the end of a scalar in lines of its own.
func (x *extents) blockScalar(n *yaml.Node, e *extent, parent int) error {
	if c := x.text[e.value]; c != '|' && c != '>' {
		return x.lost(n)
	}
	e.header = e.value + 1
	keep := false
	for ; !x.blankAt(e.header); e.header++ {
		switch c := x.text[e.header]; {
		case c == '+':
			keep = true
		case '1' <= c && c <= '9':
			e.indent = max(parent, 0) + int(c-'0')
		case c != '-':
			return x.lost(n)
		}
	}
	e.body = x.lineEnd(e.header)
	e.end = e.body
	deepest := 0 // of the empty lines before the first other
	for i := x.nextLine(e.header); i < len(x.text); i = x.nextLine(i) {
		end := x.lineEnd(i)
		spaces := len(x.text[i:end]) - len(strings.TrimLeft(x.text[i:end], " "))
		blank := i+spaces == end
		if e.indent == 0 {
			if blank {
				deepest = max(deepest, spaces)
			} else {
				e.indent = max(deepest, spaces, parent+1, 1)
			}
		}
		switch {
		case e.indent > 0 && spaces >= e.indent && i+e.indent < end:
			e.body = end
		case !blank, end == len(x.text):
			i = len(x.text)
			continue
		}
		if keep || e.body == end {
			e.end = end
		}
	}
	return nil
}

func (x *extents) blockMapping(n *yaml.Node, i int) (end int, err error) {
	indent := x.column(i)
	for c := 0; c+1 < len(n.Content); c += 2 {
		if i, err = x.pair(n.Content[c], n.Content[c+1], i, indent, false); err != nil {
			return 0, err
		}
	}
	return i, nil
}

// pair finds a key and its value. Of an empty key, or one without a value,
// nothing may be written.
func (x *extents) pair(key, value *yaml.Node, i, indent int, inFlow bool) (end int, err error) {
	if inFlow {
		i = x.gap(i, ",?")
	} else {
		i = x.gap(i, "?")
	}
	if i, err = x.node(key, i, indent, inFlow); err != nil {
		return 0, err
	}
	if colon := x.gap(i, ""); strings.HasPrefix(x.text[colon:], ":") {
		i = colon + 1
	} else {
		x.bare[value], x.lone[value] = inFlow, !inFlow
	}
	return x.node(value, i, indent, inFlow)
}

func (x *extents) blockSequence(n *yaml.Node, i int) (end int, err error) {
	indent := x.column(i)
	for _, item := range n.Content {
		i = x.gap(i, "")
		if !strings.HasPrefix(x.text[i:], "-") {
			return 0, x.lost(item)
		}
		x.dash[item] = i
		if i, err = x.node(item, i+1, indent, false); err != nil {
			return 0, err
		}
	}
	return i, nil
}

// flowMapping also finds the extent of a pair that stands in a list by itself.
func (x *extents) flowMapping(n *yaml.Node, i, indent int) (end int, err error) {
	braces := x.text[i] == '{'
	if braces {
		i++
	} else if len(n.Content) != 2 {
		return 0, x.lost(n)
	}
	for c := 0; c+1 < len(n.Content); c += 2 {
		if i, err = x.pair(n.Content[c], n.Content[c+1], i, indent, true); err != nil {
			return 0, err
		}
	}
	if !braces {
		return i, nil
	}
	return x.exactly(n, x.gap(i, ","), "}")
}

func (x *extents) flowSequence(n *yaml.Node, i, indent int) (end int, err error) {
	if x.text[i] != '[' {
		return 0, x.lost(n)
	}
	i++
	for _, item := range n.Content {
		if i, err = x.node(item, x.gap(i, ","), indent, true); err != nil {
			return 0, err
		}
	}
	return x.exactly(n, x.gap(i, ","), "]")
}
