package plan

import (
	"fmt"
	"slices"

	"roomsync/internal/room"
)

// only leaves out what is to be done to rooms that Only does not match.
func (d *differ) only(desired []room.Desired, live []room.Live) {
	if len(d.Only) == 0 {
		return
	}
	globs := room.NewGlobs(d.Only)
	var conflicts []Conflict
	for _, c := range d.Conflicts {
		if globs.Match(c.Desired.Name) || slices.ContainsFunc(c.Live, func(l room.Live) bool { return globs.Match(l.Name) }) {
			conflicts = append(conflicts, c)
			continue
		}
		named := false
		for _, l := range c.Live {
			named = named || l.Name == c.Desired.Name
			d.Excluded = append(d.Excluded, Bystander{Kind: l.Kind, Name: l.Name, ID: l.ID, Reason: "conflict" + leftOut})
		}
		if !named {
			d.Excluded = append(d.Excluded, Bystander{Kind: c.Desired.Kind, Name: c.Desired.Name, Reason: "conflict" + leftOut})
		}
	}
	d.Conflicts = conflicts
	needs := d.Needs()
	var kept []Operation
	keep := make(map[int]bool, len(d.Operations))
	var keeps func(i int) bool
	keeps = func(i int) bool {
		k, known := keep[i]
		if !known {
			op := d.Operations[i]
			keep[i] = false // should operations need each other in a circle
			k = (globs.Match(op.Name()) || globs.Match(op.From())) && (needs[i] < 0 || keeps(needs[i]))
			keep[i] = k
		}
		return k
	}
	for i, op := range d.Operations {
		switch matches := globs.Match(op.Name()) || globs.Match(op.From()); {
		case keeps(i):
			kept = append(kept, op)
		case matches:
			var live []room.Live
			if op.Action != Create {
				live = []room.Live{op.Live}
			}
			holder := d.Operations[needs[i]]
			d.conflict(op.Desired, live, Blocked(op, holder)+", which --only leaves out",
				fmt.Sprintf("add --only %s", holder.Name()))
		default:
			b := Bystander{Kind: op.Kind(), Name: op.Name(), ID: op.Live.ID, Reason: string(op.Action) + leftOut}
			if op.Action == Rename {
				b.Reason = fmt.Sprintf("rename of %s%s", op.From(), leftOut)
			}
			d.Excluded = append(d.Excluded, b)
		}
	}
	d.Operations = kept
	d.Unmatched = unmatched(d.Only, desired, live)
}

const leftOut = " left out by --only"

// unmatched are the globs that match no name at all.
func unmatched(globs []string, desired []room.Desired, live []room.Live) []string {
	var m matcher
	for _, g := range globs {
		m.add(g)
	}
	for _, want := range desired {
		m.match(want.Name)
	}
	for _, l := range live {
		m.match(l.Name)
	}
	var none []string
	for i, used := range m.used {
		if !used {
			none = append(none, globs[i])
		}
	}
	return none
}
