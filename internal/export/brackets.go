package export

import "strings"

// What changes collections in flow style: entries between brackets, with commas.

// comma is where the comma behind an entry in flow style is, or -1.
func (c *collection) comma(i int) int {
	if at := c.gap(c.entries[i].end, ""); at < len(c.text) && c.text[at] == ',' {
		return at
	}
	return -1
}

// past is the end of an entry in flow style with its comma.
func (c *collection) past(i int) int {
	if at := c.comma(i); at >= 0 {
		return at + 1
	}
	return c.entries[i].end
}

// restIsBlank tells whether nothing but blanks is behind an offset on its line.
// It looks at no more: all of a file can be on one line.
func (d *document) restIsBlank(i int) bool {
	rest := strings.TrimLeft(d.text[i:], " \t")
	return strings.HasPrefix(rest, "\n") || strings.HasPrefix(rest, "\r\n")
}

// restIsComment tells the same, or that a comment is there.
func (d *document) restIsComment(i int) bool {
	return d.restIsBlank(i) || strings.HasPrefix(strings.TrimLeft(d.text[i:], " \t"), "#")
}

// changeInFlow changes a collection in flow style.
func (c *collection) changeInFlow(gone map[int]bool, added map[int][]string) {
	count := len(c.entries)
	last := -1 // the last entry that stays
	for i := range c.entries {
		if !gone[i] {
			last = i
		}
	}
	lower := c.value + 1
	for i, e := range c.entries {
		end := c.past(i)
		if gone[i] {
			from, to := c.span(i, lower, end, i > last)
			c.replace(from, to, "")
			lower = to
			continue
		}
		for _, text := range added[i] {
			if !c.ownLine(i) {
				c.replace(e.start, e.start, text+", ")
				continue
			}
			line := c.lineStart(e.start)
			at := c.head(line, min(c.nextLine(lower), line), e.start-line)
			c.replace(at, at, c.text[line:e.start]+text+","+c.eol(line))
		}
		lower = end
	}
	switch {
	case len(added[count]) > 0:
		c.appendInFlow(last, added[count])
	case last >= 0 && last < count-1 && c.comma(count-1) < 0:
		at := c.comma(last)
		c.replace(at, at+1, "")
	}
}

// risky tells whether what is said of other entries could go with one: in flow
// style, comments that are before its comma, but not on its lines.
func (c *collection) risky(i int) bool {
	if !c.inFlow {
		return false
	}
	end, comma := c.entries[i].end, c.comma(i)
	return comma >= 0 && c.lineEnd(end) < comma && strings.Contains(c.text[c.lineEnd(end):comma], "#") && c.leading() == ""
}

// span is what goes with an entry in flow style, whose end is that of its comma:
// its lines with the comments right above, if it has lines of its own.
func (c *collection) span(i, lower, end int, atEnd bool) (from, to int) {
	from = c.entries[i].start
	line := strings.LastIndexByte(c.text[lower:from], '\n')
	if line >= 0 {
		line += lower + 1
	}
	switch {
	case line >= lower && c.blank(line, from) && c.restIsComment(end):
		return c.head(from, min(c.nextLine(lower), line), from-line), c.nextLine(end)
	case lower == c.value+1 && c.blank(lower, from) && line < lower && c.restIsComment(end): // alone behind the bracket
		return lower, c.lineEnd(end)
	case atEnd || c.restIsBlank(end):
		return lower + len(strings.TrimRight(c.text[lower:from], " \t")), end
	}
	return from, end + len(c.text[end:]) - len(strings.TrimLeft(c.text[end:], " \t"))
}

// appendInFlow puts entries behind the last one that stays: on lines of their
// own, if that is how it stands.
func (c *collection) appendInFlow(last int, texts []string) {
	if last < 0 {
		text := strings.Join(texts, ", ")
		if c.text[c.value+1] == '#' {
			text += " "
		}
		c.replace(c.value+1, c.value+1, text)
		return
	}
	start, end := c.entries[last].start, c.past(last)
	if c.comma(last) < 0 {
		c.replace(end, end, ",")
	}
	sep, line := " ", c.lineStart(start)
	if c.restIsComment(end) {
		sep = c.eol(end)
		if c.blank(line, start) {
			sep += c.text[line:start]
		} else {
			sep += strings.Repeat(" ", c.column(start))
		}
		end = c.lineEnd(end)
	}
	text := sep + strings.Join(texts, ","+sep)
	if c.comma(len(c.entries)-1) >= 0 {
		text += ","
	}
	c.replace(end, end, text)
}

// leading is what is before the second entry of a collection in flow style on
// its line, if that is where the commas are.
func (c *collection) leading() string {
	if len(c.entries) < 2 {
		return ""
	}
	for i, next := range c.entries[1:] {
		end := c.entries[i].end
		line := strings.LastIndexByte(c.text[end:next.start], '\n')
		if line < 0 || c.comma(i) <= end+line || !c.blank(end+line, c.comma(i)) {
			return ""
		}
	}
	start := c.entries[1].start
	return c.text[c.lineStart(start):start]
}

// changeLeading changes a collection in flow style whose lines begin with the
// commas.
func (c *collection) changeLeading(gone map[int]bool, added map[int][]string) {
	prefix := c.leading()
	lower := c.value + 1
	stays := -1 // the last entry so far that stays
	insert := func(texts []string, before int) {
		for _, text := range texts {
			if stays < 0 {
				at := c.entries[before].start
				c.replace(at, at, text+c.eol(at)+prefix)
				continue
			}
			end := c.entries[stays].end
			if c.restIsComment(end) {
				end = c.lineEnd(end)
			}
			c.replace(end, end, c.eol(end)+prefix+text)
		}
	}
	for i, e := range c.entries {
		insert(added[i], i)
		from := e.start
		if i > 0 {
			from = c.comma(i - 1)
		}
		switch line := c.lineStart(from); {
		case !gone[i] && stays < 0 && i > 0:
			c.replace(from, from+1, " ")
			stays = i
		case !gone[i]:
			stays = i
		case line >= lower && c.blank(line, from) && c.restIsComment(e.end):
			c.replace(c.head(from, min(c.nextLine(lower), line), from-line), c.nextLine(e.end), "")
		default:
			c.replace(from, e.end, "")
		}
		lower = e.end
	}
	insert(added[len(c.entries)], len(c.entries))
}
