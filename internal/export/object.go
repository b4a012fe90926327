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
	before, isMap := have.(map[string]any)
	after, stays := want.(map[string]any)
	if isMap && stays && n.Kind == yaml.MappingNode {
		return d.mapping(s, before, after)
	}
	list, isList := have.([]any)
	wanted, stays := want.([]any)
	if isList && stays && n.Kind == yaml.SequenceNode && len(list) == len(wanted) && len(list) == len(n.Content) {
		for i, item := range n.Content {
			at := setting{node: item, parent: d.column(d.at[n].value), inFlow: s.inFlow || n.Style&yaml.FlowStyle != 0, asJSON: s.asJSON}
			if o := d.object(at, list[i], wanted[i]); o != nil {
				return o
			}
		}
		return nil
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
	d.write(s, want)
	return nil
}

// mapping changes, adds and removes keys.
func (d *document) mapping(s setting, have, want map[string]any) *obstacle {
	content := s.node.Content
	own := make(map[string]bool)
	merges := false
	for i := 0; i+1 < len(content); i += 2 {
		own[content[i].Value] = true
		merges = merges || content[i].Tag == "!!merge"
	}
	for _, k := range sortedKeys(have) {
		now, stays := want[k]
		if merges && (!stays || !own[k] && !reflect.DeepEqual(have[k], now)) {
			return &obstacle{fmt.Sprintf("%s is merged in with <<", k), "write it in the place of <<"}
		}
	}
	last := -1 // the last key that stays
	var gone []int
	for i := 0; i+1 < len(content); i += 2 {
		if _, stays := want[content[i].Value]; stays || content[i].Tag == "!!merge" {
			last = i
		} else {
			gone = append(gone, i)
		}
	}
	added := slices.DeleteFunc(sortedKeys(want), func(k string) bool { _, is := have[k]; return is })
	if last < 0 || !d.canCut(s, gone, last, len(added) > 0) || len(added) > 0 && !hasLines(want) {
		return d.whole(s, want)
	}
	for i := 0; i+1 < len(content); i += 2 {
		k := content[i].Value
		now, stays := want[k]
		if !stays || content[i].Tag == "!!merge" {
			continue
		}
		if o := d.object(d.under(s, s.node, content[i], content[i+1]), have[k], now); o != nil {
			return o
		}
	}
	for _, i := range gone {
		if o := d.inside(content[i+1]); o != nil {
			return o
		}
		from, to := d.cut(s, i, last)
		d.replace(from, to, "")
	}
	end := d.at[content[last+1]].end
	for _, k := range added {
		if one := map[string]any{k: want[k]}; s.node.Style&yaml.FlowStyle != 0 {
			text := d.inline(one, d.under(s, s.node, content[last], content[last+1]).asJSON)
			d.replace(end, end, ", "+text[1:len(text)-1])
		} else {
			column := d.column(d.at[s.node].value)
			d.addLines(strings.Repeat(" ", column)+inLines(one, column)+"\n", end)
		}
	}
	return nil
}

// canCut tells whether keys of a mapping can be taken out, and others added
// behind the last one that stays, so that nothing else is touched.
func (d *document) canCut(s setting, gone []int, last int, adds bool) bool {
	flow := s.node.Style&yaml.FlowStyle != 0
	if flow && d.text[d.at[s.node].value] != '{' {
		return false
	}
	if end := d.at[s.node].end; adds && !flow && (d.lineEnd(end) == len(d.text) || d.swallows(end, s.parent+1)) {
		return false // what is below could become a part of a block scalar, or a line break be missing in one
	}
	for _, i := range gone {
		from, to := d.cut(s, i, last)
		switch key := s.node.Content[i]; {
		case flow && strings.ContainsAny(d.text[from:to], "#?"):
			return false
		case !flow && !d.blank(from, d.at[key].start):
			return false
		case !flow && i > 0 && (d.keepsBreaks(s.node.Content[i-1]) || d.swallows(d.at[s.node.Content[i+1]].end, s.parent+1)):
			return false // what is below would become a part of the key before
		}
	}
	return true
}

// cut is what goes with a key of a mapping: its lines, or what is up to the
// next key.
func (d *document) cut(s setting, i, last int) (from, to int) {
	content := s.node.Content
	start, end := d.at[content[i]].start, d.at[content[i+1]].end
	switch {
	case s.node.Style&yaml.FlowStyle == 0:
		return d.lineStart(start), d.nextLine(end)
	case i < last:
		return start, d.at[content[i+2]].start
	}
	return d.at[content[i-1]].end, end
}
