package export

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// obstacle is why a value cannot be written, and what a person can do instead.
type obstacle struct{ why, hint string }

// object writes to a place what differs between the object that is there and
// the one that is wanted: single values where it can, and only where it cannot
// more. have is what node holds, with variables filled in.
func (d *document) object(s setting, have, want any) *obstacle {
	n := s.node
	if reflect.DeepEqual(have, want) {
		return nil
	}
	if o := d.foreign(n); o != nil {
		return o
	}
	switch want := want.(type) {
	case map[string]any:
		if have, isMap := have.(map[string]any); isMap && n.Kind == yaml.MappingNode {
			return d.mapping(s, have, want)
		}
	case []any:
		if have, isList := have.([]any); isList && n.Kind == yaml.SequenceNode && len(have) == len(n.Content) {
			return d.list(s, have, want)
		}
	}
	return d.whole(s, want)
}

// foreign tells what keeps a node from being changed in its place.
func (d *document) foreign(n *yaml.Node) *obstacle {
	switch {
	case n.Kind == yaml.AliasNode:
		return &obstacle{"it comes from *" + n.Value, "write the value in its place, or change it at &" + n.Value}
	case d.lone[n]:
		return &obstacle{"its key has no colon", "write the colon and the value behind it"}
	case d.aliased[n]:
		return &obstacle{"the file uses it in other places, too, by its anchor &" + n.Anchor, "write the value at *" + n.Anchor + ", or change it here for all"}
	}
	return nil
}

var variableNames = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*`)

// inside tells what keeps a node from being replaced as a whole.
func (d *document) inside(n *yaml.Node) *obstacle {
	if o := d.foreign(n); o != nil {
		return o
	}
	if n.Kind == yaml.ScalarNode && hasVariable(n.Value) {
		name := "a variable"
		if found := variableNames.FindAllString(n.Value, -1); len(found) == 1 {
			name = "the variable " + found[0] + "}"
		}
		return &obstacle{"it holds " + name, "change what the variable stands for, or write the value in its place"}
	}
	for _, c := range n.Content {
		if o := d.inside(c); o != nil {
			return o
		}
	}
	return nil
}

// whole replaces what is at a place.
func (d *document) whole(s setting, want any) *obstacle {
	if o := d.inside(s.node); o != nil {
		return o
	}
	if s.node.Kind == yaml.ScalarNode || !d.hasComment(s.node) {
		return d.write(s, want)
	}
	c := d.collection(s.node)
	_, isMap := want.(map[string]any)
	asItIs := want != nil && isMap == (s.node.Kind == yaml.MappingNode)
	if !isEmpty(want) || c.property() || c.inFlow && !asItIs {
		return &obstacle{"comments in it would be lost", "change it by hand, or take the comments out"}
	}
	gone := make(map[int]bool)
	for i := range c.entries {
		gone[i] = true
	}
	instead, _ := d.inline(want, s.asJSON)
	c.change(gone, nil, instead)
	return nil
}

// isEmpty tells whether nothing is in a value.
func isEmpty(data any) bool {
	switch data := data.(type) {
	case map[string]any:
		return len(data) == 0
	case []any:
		return len(data) == 0
	}
	return data == nil
}

// mapping changes, adds and removes keys.
func (d *document) mapping(s setting, have, want map[string]any) *obstacle {
	c := d.collection(s.node)
	own := make(map[string]bool)
	merges := false
	for _, e := range c.entries {
		own[target(e.key).Value] = true
		merges = merges || e.key.Tag == "!!merge"
	}
	for _, k := range sortedKeys(have) {
		now, stays := want[k]
		if merges && (!stays || !own[k] && !reflect.DeepEqual(have[k], now)) {
			return &obstacle{fmt.Sprintf("%s is merged in with <<", k), "write it in the place of <<"}
		}
	}
	gone := make(map[int]bool)
	for i, e := range c.entries {
		if _, stays := want[target(e.key).Value]; !stays && e.key.Tag != "!!merge" {
			gone[i] = true
		}
	}
	var added []any
	for _, k := range sortedKeys(want) {
		if _, is := have[k]; !is {
			added = append(added, map[string]any{k: want[k]})
		}
	}
	return d.entriesOf(s, c, gone, map[int][]any{len(c.entries): added}, want, func(i int) *obstacle {
		e := c.entries[i]
		k := target(e.key).Value
		if e.key.Tag == "!!merge" {
			return nil
		}
		return d.object(d.under(s, s.node, e.key, e.value), have[k], want[k])
	})
}

// list changes, adds and removes items.
func (d *document) list(s setting, have, want []any) *obstacle {
	c := d.collection(s.node)
	from := aligned(have, want)
	gone := make(map[int]bool)
	for i := range have {
		gone[i] = true
	}
	becomes := make(map[int]any)
	added := make(map[int][]any)
	before := len(have) // the next item that stays
	for j, v := range slices.Backward(want) {
		if i := from[j]; i >= 0 {
			before = i
			delete(gone, i)
			becomes[i] = v
		} else {
			added[before] = append(added[before], []any{v})
		}
	}
	for _, items := range added {
		slices.Reverse(items)
	}
	return d.entriesOf(s, c, gone, added, want, func(i int) *obstacle {
		at := setting{node: c.entries[i].value, parent: c.left, inFlow: s.inFlow || c.inFlow, asJSON: s.asJSON}
		if c.inFlow {
			at.parent = d.column(c.value)
		}
		return d.object(at, have[i], becomes[i])
	})
}

// entriesOf changes the entries of a collection that stay, and takes others out
// and adds some: mappings with one key, or lists with one item.
func (d *document) entriesOf(s setting, c *collection, gone map[int]bool, added map[int][]any, want any, change func(i int) *obstacle) *obstacle {
	if pair := c.inFlow && strings.IndexByte("{[", d.text[c.value]) < 0; pair || len(gone) == len(c.entries) && !d.hasComment(s.node) {
		return d.whole(s, want)
	}
	for i, e := range c.entries {
		if !gone[i] {
			if o := change(i); o != nil {
				return o
			}
			continue
		}
		if o := d.inside(e.value); o != nil {
			return o
		}
		switch {
		case e.key != nil && d.shared(e.key):
			return d.foreign(e.key)
		case c.risky(i):
			return &obstacle{"a comment in it would be lost", "change it by hand, or move the comment"}
		}
	}
	texts := make(map[int][]string)
	for before, all := range added {
		for _, one := range all {
			text, o := d.entry(s, c, one)
			if o != nil {
				return o
			}
			texts[before] = append(texts[before], text)
		}
	}
	if len(gone)+len(texts) == 0 {
		return nil
	}
	if len(gone) == len(c.entries) && len(texts) == 0 {
		return d.whole(s, want)
	}
	c.change(gone, texts, "")
	return nil
}

// entry is how a mapping with one key, or a list with one item, is written as
// an entry of a collection: its lines, or what is between commas.
func (d *document) entry(s setting, c *collection, one any) (string, *obstacle) {
	if c.inFlow {
		asJSON := s.asJSON
		if n := len(c.entries); n > 0 && c.entries[n-1].key != nil {
			asJSON = c.entries[n-1].key.Style&yaml.DoubleQuotedStyle != 0
		}
		text, o := d.inline(one, asJSON)
		if o != nil {
			return "", o
		}
		return text[1 : len(text)-1], nil
	}
	return strings.Repeat(" ", c.left) + inLines(one, c.left) + "\n", nil
}
