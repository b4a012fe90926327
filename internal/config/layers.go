package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"roomsync/internal/diag"
)

// rule says what becomes of a key that two mappings have.
type rule func(t *tree, base, top field) *node

// The rules by which a file is added to those of its layer, and a layer is laid
// over those below it. A key that is not named is the later one's.
var (
	within = map[string]rule{
		"version": onlyOne, "space": same, "manage": joined, "protect": joined, "ignore": joined, "rooms": joined,
		"defaults": each(each(same)), "roles": each(each(same)), "lint": each(joined),
	}
	between = map[string]rule{
		"version": onlyOne, "protect": joined, "ignore": joined, "rooms": byName,
		"defaults": each(each(last)), "roles": each(each(last)), "lint": each(last),
	}
)

// whole makes one file of layers of files.
func (t *tree) whole(layers [][]*node) *node {
	var whole *node
	for i, files := range layers {
		t.layer = i
		layer := files[0]
		for _, file := range files[1:] {
			layer = t.merge(layer, file, func(name string) rule { return within[name] })
		}
		t.distinct(layer)
		if whole == nil {
			whole = layer
			continue
		}
		whole = t.merge(whole, layer, func(name string) rule { return between[name] })
	}
	return whole
}

// merge is a mapping with the keys of both, each where it stands first. What is
// not a mapping, though it should be, stays, so that it is told.
func (t *tree) merge(base, top *node, rules func(name string) rule) *node {
	if !base.isMapping() {
		return base
	}
	if !top.isMapping() {
		return top
	}
	all := &mapping{slices.Clone(base.fields())}
	merged := &node{src: base.src, at: base.at, data: all, broken: base.broken || top.broken}
	for _, f := range top.fields() {
		old := merged.field(f.name)
		if old == nil {
			all.fields = append(all.fields, f)
			continue
		}
		use := rules(f.name)
		if use == nil {
			use = last
		}
		value := use(t, *old, f)
		if value != old.value {
			old.src, old.key = f.src, f.key
		}
		old.value = value
	}
	return merged
}

// last takes what the later one says.
func last(_ *tree, _, top field) *node { return top.value }

// each merges mappings key by key.
func each(use rule) rule {
	return func(t *tree, base, top field) *node {
		return t.merge(base.value, top.value, func(string) rule { return use })
	}
}

// onlyOne takes the version that is wrong, if one is.
func onlyOne(_ *tree, base, top field) *node {
	if base.value.data != json.Number("1") {
		return base.value
	}
	return top.value
}

// same wants both to say the same: neither of two files of a layer comes first.
func same(t *tree, base, top field) *node {
	if !reflect.DeepEqual(base.value.value(), top.value.value()) && !base.value.broken && !top.value.broken {
		t.problem(top.value.pos(), fmt.Sprintf("%s is %s here, and another file of this layer says %s", top.name, described(top.value), described(base.value)),
			first(base.value.pos(), top.value.pos())+"; say it once, or make the files layers with an -f each")
	}
	return base.value
}

// joined puts lists together.
func joined(_ *tree, base, top field) *node {
	if !base.value.isList() {
		return base.value
	}
	if !top.value.isList() {
		return top.value
	}
	return newList(base.value, slices.Concat(base.value.items(), top.value.items()))
}

// byName lays rooms over those of the same name; new ones come last.
func byName(t *tree, base, top field) *node {
	if !base.value.isList() {
		return base.value
	}
	if !top.value.isList() {
		return top.value
	}
	items := slices.Clone(base.value.items())
	index := make(map[string]int, len(items))
	for i, item := range items {
		index[nameOf(item)] = i
	}
	for _, item := range top.value.items() {
		name := nameOf(item)
		if i, known := index[name]; known && name != "" {
			below := items[i].layer
			items[i] = t.merge(items[i], item, func(string) rule { return last })
			items[i].layer = below
			continue
		}
		added := *item // others may use it
		added.layer = int32(t.layer)
		items = append(items, &added)
	}
	return newList(base.value, items)
}

func newList(like *node, items []*node) *node {
	return &node{src: like.src, at: like.at, data: &sequence{items}, broken: like.broken}
}

// nameOf is the name of a room, or empty.
func nameOf(n *node) string {
	if f := n.field("name"); f != nil {
		return text(f.value)
	}
	return ""
}

// distinct tells of rooms that a layer names twice.
func (t *tree) distinct(layer *node) {
	rooms := layer.field("rooms")
	if rooms == nil {
		return
	}
	seen := make(map[string]diag.Pos, len(rooms.value.items()))
	for _, n := range rooms.value.items() {
		name := nameOf(n)
		if name == "" {
			continue
		}
		at := n.field("name").value.pos()
		before, twice := seen[name]
		if !twice {
			seen[name] = at
			continue
		}
		if at == before { // both have it from one anchor
			at = n.pos()
		}
		t.problem(at, fmt.Sprintf("the name %s appears twice", name), first(before, at)+"; a name is one room, with a prebuilt UI or without")
	}
}

// first says where something stands that here is said again.
func first(pos, here diag.Pos) string {
	if pos.File == here.File {
		return fmt.Sprintf("first on line %d", pos.Line)
	}
	return fmt.Sprintf("first at %s:%d", pos.File, pos.Line)
}
