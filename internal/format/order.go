package format

import (
	"cmp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"roomsync/schema"
)

// role is what a value is for, as far as its keys have an order.
type role int

const (
	free role = iota // the author's own: nothing in it is moved
	top
	roomList
	ofRoom
	defaults
	ofKind
	ignoreList
	ofIgnore
	roleList
	ofRole
)

// place is a value of the file by its role, and what it stands for.
type place struct {
	role role
	kind string // of ofKind
	data any
}

// key is the place of a key's value.
func (p place) key(name string) place {
	object, _ := p.data.(map[string]any)
	to := place{data: object[name]}
	switch {
	case p.role == top && name == "rooms":
		to.role = roomList
	case p.role == top && name == "defaults":
		to.role = defaults
	case p.role == top && name == "ignore":
		to.role = ignoreList
	case p.role == top && name == "roles":
		to.role = roleList
	case p.role == roleList:
		to.role = ofRole
	case p.role == defaults && slices.Contains(kinds, name):
		to.role, to.kind = ofKind, name
	}
	return to
}

// item is the place of an item of a list.
func (p place) item(i int) place {
	list, _ := p.data.([]any)
	if i >= len(list) {
		return place{}
	}
	to := place{data: list[i]}
	switch p.role {
	case roomList:
		to.role = ofRoom
	case ignoreList:
		to.role = ofIgnore
	}
	return to
}

var (
	kinds      = []string{schema.Conference, schema.Room}
	ignoreKeys = []string{"rooms", "settings", "until", "reason"}
	roleKeys   = []string{"description", "extends", "permissions"}
)

// ranker is how keys are ordered at a place: by rank, and as they are where
// that is the same.
func (p place) ranker() func(key string) int {
	switch p.role {
	case top:
		return topRank
	case defaults:
		return func(key string) int { return known(kinds, key) }
	case ofIgnore:
		return func(key string) int { return known(ignoreKeys, key) }
	case ofRole:
		return func(key string) int { return known(roleKeys, key) }
	case ofRoom:
		kind := kindOf(p.data)
		return func(key string) int { return settingRank(kind, key) }
	case ofKind:
		return func(key string) int { return settingRank(p.kind, key) }
	}
	return nil
}

// unknown is the rank of keys that nobody knows: they come last.
const unknown = 1 << 20

// topRank orders the keys of the file. Keys that are the author's own stand
// before the defaults, which are the first to use what they hold.
func topRank(key string) int {
	if strings.HasPrefix(key, "x-") || key == "<<" {
		return 2*slices.Index(schema.TopLevel(), "defaults") - 1
	}
	return 2 * known(schema.TopLevel(), key)
}

// known is the rank of a key in a list: << comes before it.
func known(list []string, key string) int {
	if key == "<<" {
		return -1
	}
	if i := slices.Index(list, key); i >= 0 {
		return i
	}
	return unknown
}

// settingRank orders the keys of a room: what it is called, << and then the
// settings as the catalogue has them, those of the other kind below.
func settingRank(kind, key string) int {
	keys := schema.Keys(kind)
	if i := slices.Index(keys, key); i >= 0 {
		return i
	}
	if key == "<<" {
		return len(keys)
	}
	rank := len(keys) + 1
	if i := schema.Position(kind, key); i >= 0 {
		return rank + i
	}
	rank += len(schema.Settings(kind))
	for _, other := range kinds {
		if i := schema.Position(other, key); i >= 0 {
			return rank + i
		}
	}
	return unknown
}

// kindOf is the kind of a room. One that does not say it, because another layer
// does, or the default, is a bare room if it has a setting that only those take.
func kindOf(data any) string {
	object, _ := data.(map[string]any)
	if ui, said := object["prebuilt_ui"]; said {
		if ui == false {
			return schema.Room
		}
		return schema.Conference
	}
	for key := range object {
		bare, inRoom := schema.Lookup(schema.Room, key)
		other, inConference := schema.Lookup(schema.Conference, key)
		if inRoom && !bare.ReadOnly && (!inConference || other.ReadOnly) {
			return schema.Room
		}
	}
	return schema.Conference
}

// sort puts the entries of a mapping in order. Comments that stand divide it
// into parts, each of which is ordered by itself.
func (b *block) sort(n *yaml.Node, at place) {
	rank := at.ranker()
	if rank == nil {
		return
	}
	for from := 0; from < len(b.entries); {
		to := from + 1
		for to < len(b.entries) && len(b.entries[to].standing) == 0 {
			to++
		}
		part := b.entries[from:to]
		order := arrange(len(part), func(i int) int { return rank(keyName(n.Content[2*(from+i)])) },
			func(i int) (anchors, aliases []string) { return names(n.Content[2*(from+i) : 2*(from+i)+2]) })
		sorted := make([]*entry, len(part))
		for to, from := range order {
			sorted[to] = part[from]
		}
		if was, is := part[0], sorted[0]; was != is {
			was.gap, is.gap = is.gap, was.gap
			was.standing, is.standing = nil, was.standing
		}
		copy(part, sorted)
		from = to
	}
}

// arrange orders n entries by rank. An entry never passes another if both
// define an anchor of one name, or one defines it and the other uses it: what
// an entry needs comes before it. The result is the old places in new order.
func arrange(n int, rank func(int) int, names func(int) (anchors, aliases []string)) []int {
	ranks, order := make([]int, n), make([]int, n)
	for i := range n {
		ranks[i], order[i] = rank(i), i
	}
	if slices.IsSorted(ranks) {
		return order
	}
	byRank := func(a, b int) int { return cmp.Or(cmp.Compare(ranks[a], ranks[b]), cmp.Compare(a, b)) }
	before := mustPrecede(n, names)
	slices.SortFunc(order, byRank)
	result := make([]int, 0, n)
	placed := make([]bool, n)
	var put func(i int)
	put = func(i int) {
		if placed[i] {
			return
		}
		placed[i] = true
		slices.SortFunc(before[i], byRank)
		for _, needed := range before[i] {
			put(needed)
		}
		result = append(result, i)
	}
	for _, i := range order {
		put(i)
	}
	return result
}

// mustPrecede lists, for each entry, the entries above it that have to stay
// above it for the sake of an anchor.
func mustPrecede(n int, names func(int) (anchors, aliases []string)) [][]int {
	before := make([][]int, n)
	type last struct {
		definition int
		uses       []int // since then
	}
	seen := make(map[string]*last)
	for i := range n {
		anchors, aliases := names(i)
		for _, name := range aliases {
			l := seen[name]
			if l == nil {
				l = &last{definition: -1}
				seen[name] = l
			}
			if l.definition >= 0 {
				before[i] = append(before[i], l.definition)
			}
			l.uses = append(l.uses, i)
		}
		for _, name := range anchors {
			if l := seen[name]; l != nil {
				for _, use := range l.uses {
					if use != i {
						before[i] = append(before[i], use)
					}
				}
				if l.definition >= 0 {
					before[i] = append(before[i], l.definition)
				}
			}
			seen[name] = &last{definition: i}
		}
	}
	return before
}

// names are the anchors that nodes define and the aliases that they use.
func names(nodes []*yaml.Node) (anchors, aliases []string) {
	for _, n := range nodes {
		switch {
		case n.Kind == yaml.AliasNode:
			aliases = append(aliases, n.Value)
		case n.Anchor != "":
			anchors = append(anchors, n.Anchor)
		}
		inner, used := names(n.Content)
		anchors, aliases = append(anchors, inner...), append(aliases, used...)
	}
	slices.Sort(anchors)
	slices.Sort(aliases)
	return slices.Compact(anchors), slices.Compact(aliases)
}

// keyName is what a key is called.
func keyName(n *yaml.Node) string {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n.Value
}
