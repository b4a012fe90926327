package format

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// flow is a collection in brackets or braces as it is written.
type flow struct {
	start, end int
	items      []flowItem
	fixed      bool // its items cannot change places by changing their text
}

// flowItem is an item of a flow sequence, or a key of a flow mapping with its
// value.
type flowItem struct {
	start, end int
	inner      []*flow // the collections in it
}

// flow reads the collection that begins at pos and leaves pos behind it.
func (s *scanner) flow() *flow {
	f := &flow{start: s.pos}
	s.pos++
	begun := false // an item of which the last token ends at pos
	token := func(end int) *flowItem {
		if !begun {
			f.items = append(f.items, flowItem{start: s.pos})
			begun = true
		}
		item := &f.items[len(f.items)-1]
		item.end = end
		return item
	}
	loose := false // the item so far ends with something that needs a blank after it
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		switch {
		case c == ' ' || c == '\t' || c == '\n':
			s.pos++
		case c == '#':
			end := s.endOfLine(s.pos)
			s.found = append(s.found, strings.TrimRight(s.text[s.pos:end], " \t"))
			f.fixed = true
			s.pos = end
		case c == ']' || c == '}':
			f.fixed = f.fixed || loose
			s.pos++
			f.end = s.pos
			return f
		case c == ',':
			f.fixed = f.fixed || loose
			begun, loose = false, false
			s.pos++
		case c == '[' || c == '{':
			item := token(0)
			inner := s.flow()
			item.inner = append(item.inner, inner)
			item.end = inner.end
			f.fixed, loose = f.fixed || inner.fixed, false
		case c == ':' || c == '?':
			token(s.pos + 1)
			f.fixed, loose = f.fixed || c == '?', true
			s.pos++
		case c == '&' || c == '!':
			end := s.property(s.pos)
			token(end)
			s.pos, loose = end, true
		default:
			end := max(s.scalar(s.pos, 0, true), s.pos+1)
			token(end)
			s.pos, loose = end, false
		}
	}
	s.lost()
	return nil
}

// ordered is the text of a flow collection with its keys in order. The commas
// and the space between them stay where they are.
func (s *scanner) ordered(f *flow, n *yaml.Node, at place) string {
	items := make([]string, len(f.items))
	for i, item := range f.items {
		items[i] = s.text[item.start:item.end]
	}
	perItem := 1
	if n.Kind == yaml.MappingNode {
		perItem = 2
	}
	if at.role == free || len(items)*perItem != len(n.Content) {
		return s.text[f.start:f.end]
	}
	for i, item := range f.items {
		value := n.Content[i*perItem+perItem-1]
		if len(item.inner) != 1 || value.Style&yaml.FlowStyle == 0 || item.inner[0].end != item.end {
			continue
		}
		to := at.item(i)
		if n.Kind == yaml.MappingNode {
			to = at.key(keyName(n.Content[i*2]))
		}
		inner := item.inner[0]
		items[i] = s.text[item.start:inner.start] + s.ordered(inner, value, to)
	}
	if rank := at.ranker(); rank != nil && n.Kind == yaml.MappingNode && !f.fixed {
		order := arrange(len(items), func(i int) int { return rank(keyName(n.Content[i*2])) },
			func(i int) (anchors, aliases []string) { return names(n.Content[i*2 : i*2+2]) })
		sorted := make([]string, len(items))
		for to, from := range order {
			sorted[to] = items[from]
		}
		items = sorted
	}
	var b strings.Builder
	last := f.start
	for i, item := range f.items {
		b.WriteString(s.text[last:item.start] + items[i])
		last = item.end
	}
	b.WriteString(s.text[last:f.end])
	return b.String()
}
