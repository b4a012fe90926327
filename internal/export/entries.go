package export

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// collection is a mapping or a list whose entries come and go.
type collection struct {
	*document
	extent
	node    *yaml.Node
	inFlow  bool
	entries []entry
	left    int // in block style: the column at which the entries begin
}

// entry is a key with its value, or an item of a list.
type entry struct {
	key, value *yaml.Node // an item has no key
	start, end int        // with a dash or a mark (?)
}

// collection is a mapping or a list with where its entries are.
func (d *document) collection(n *yaml.Node) *collection {
	c := &collection{document: d, extent: d.at[n], node: n, inFlow: n.Style&yaml.FlowStyle != 0}
	before, between := c.value, ""
	if c.inFlow {
		between = ","
		if b := d.text[before]; b == '{' || b == '[' {
			before++
		}
	}
	width := 1
	if n.Kind == yaml.MappingNode {
		width = 2
	}
	for i := 0; i+width <= len(n.Content); i += width {
		e := entry{value: n.Content[i+width-1]}
		if width == 2 {
			e.key = n.Content[i]
		}
		e.start, e.end = d.gap(before, between), d.at[e.value].end
		c.entries = append(c.entries, e)
		before = e.end
	}
	if !c.inFlow {
		c.left = d.column(c.entries[0].start)
	}
	return c
}

// change takes entries out and puts others in. What is added is by the entry
// before which it comes, or by the number of entries if it comes last: lines
// with their ends in block style, texts without commas in flow style. Comments
// stay, but for those that are about what goes; instead is what is written if
// nothing is left of a collection in block style.
func (c *collection) change(gone map[int]bool, added map[int][]string, instead string) {
	switch {
	case !c.inFlow:
		c.changeLines(gone, added)
		if len(gone) == len(c.entries) && len(added) == 0 {
			c.replace(c.from, c.from, " "+instead)
		}
	case len(gone) == len(c.entries) && len(added) == 0 && !c.hasComment(c.node):
		c.replace(c.value+1, c.end-1, "")
	case c.leading() != "" && (len(gone) < len(c.entries) || len(added) == 0):
		c.changeLeading(gone, added)
	default:
		c.changeInFlow(gone, added)
	}
}

// ownLine tells whether nothing is before an entry on its line.
func (c *collection) ownLine(i int) bool {
	start := c.entries[i].start
	line := c.lineStart(start)
	return c.blank(line, start) && (!c.inFlow || line > c.value)
}

// tail is where the lines of an entry in block style end, with the comments
// below that are further in than the entry is.
func (c *collection) tail(i int) int {
	to := c.nextLine(c.entries[i].end)
	for {
		next := to
		for c.blankLine(next) {
			next = c.nextLine(next)
		}
		if column, is := c.commentAt(next); !is || column <= c.left {
			return to
		}
		to = c.nextLine(next)
	}
}

// bottom is where the lines end that are before those of an entry in block
// style and its comments.
func (c *collection) bottom(i int) int {
	if i == 0 {
		return c.nextLine(c.from)
	}
	return c.tail(i - 1)
}

// head is where the lines of an entry begin, with the comments right above it
// that begin where the entry does, or go on further in.
func (d *document) head(start, lower, column int) int {
	line := d.lineStart(start)
	top := line
	for line > lower {
		line = d.lineStart(line - 1)
		c, is := d.commentAt(line)
		if !is || c < column || line < lower {
			break
		}
		if c == column {
			top = line
		}
	}
	return top
}

// changeLines changes a collection in block style.
func (c *collection) changeLines(gone map[int]bool, added map[int][]string) {
	stays := -1 // the last entry so far that stays
	cut := 0    // where the last one so far that goes ended
	for i, e := range c.entries {
		c.insertLines(stays, i, strings.Join(added[i], ""))
		if !gone[i] {
			stays = i
			continue
		}
		if i == 0 && !c.ownLine(0) {
			cut = c.cutInline(gone, added)
			continue
		}
		lower := c.bottom(i)
		from, to := c.head(e.start, lower, c.left), c.tail(i)
		up := c.above(from, lower, c.blankLine)
		below := stays >= 0 && c.keepsBreaks(c.entries[stays].value) // what follows must not be an empty line
		switch {
		case stays < 0 && len(gone) < len(c.entries):
			below = true
		case up == lower:
			from = up
		default: // there is a comment above them
			below = below || up < from
		}
		if below {
			for c.blankLine(to) {
				to = c.nextLine(to)
			}
		}
		if to > cut {
			c.replace(max(from, cut), to, "")
			cut = to
		}
	}
	c.insertLines(stays, len(c.entries), strings.Join(added[len(c.entries)], ""))
}

// cutInline removes the first entry of a collection in block style that stands
// behind a dash. The first one that stays comes there, with all before it gone,
// or, if there are comments, nothing. It returns where what it removes ends.
func (c *collection) cutInline(gone map[int]bool, added map[int][]string) int {
	start := c.entries[0].start
	for i := 1; i < len(c.entries) && len(added[i]) == 0; i++ {
		next := c.entries[i].start
		line, from := c.lineStart(next), c.tail(i-1)
		if !gone[i] && line == from {
			c.replace(start, next, "")
			return next
		}
		if !gone[i] || c.head(next, from, c.left) != from {
			break
		}
	}
	from, to := len(strings.TrimRight(c.text[:start], " \t")), c.tail(0)
	c.replace(from, c.lineEnd(c.lineStart(to-1)), "")
	return to
}

// insertLines puts lines behind an entry that stays, or, if there is none, before
// another.
func (c *collection) insertLines(after, before int, lines string) {
	switch {
	case lines == "":
	case after >= 0:
		at := c.tail(after)
		c.replace(at, at, c.withEOL(lines, c.entries[after].end))
	case before == len(c.entries):
		at := c.tail(before - 1)
		c.replace(at, at, c.withEOL(lines, c.start))
	case before == 0 && !c.ownLine(0): // behind a dash
		at := c.entries[0].start
		c.replace(at, at, c.withEOL(lines[c.left:]+strings.Repeat(" ", c.left), at))
	default:
		start := c.entries[before].start
		at := c.head(start, c.bottom(before), c.left)
		c.replace(at, at, c.withEOL(lines, start))
	}
}

// hasComment tells whether there is a comment in a collection: between its first
// and its last character, and above the first entry of one in block style. An
// anchor or a tag may be taken for one.
func (d *document) hasComment(n *yaml.Node) bool {
	at, found := d.at[n].value, false
	if n.Style&yaml.FlowStyle == 0 {
		at = min(at, d.lineEnd(d.at[n].from))
	}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		e := d.at[n]
		for _, c := range n.Content {
			walk(c)
		}
		if n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode {
			return
		}
		found = found || strings.Contains(d.text[at:max(at, e.value)], "#")
		if at = e.end; e.header > 0 {
			found = found || strings.Contains(d.text[e.header:d.lineEnd(e.header)], "#")
		}
	}
	walk(n)
	end := d.at[n].end
	return found || strings.Contains(d.text[min(at, end):end], "#")
}
