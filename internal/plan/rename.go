package plan

import (
	"fmt"
	"slices"
	"strings"

	"roomsync/internal/lint"
	"roomsync/internal/room"
)

// rename finds the live rooms that get a new name. A room of the file takes the
// name while no live room has it and one has a name that it had; in a chain (c
// was b, b was a) the name has to be given up first.
func (d *differ) rename(desired []room.Desired) {
	waiting := make(map[string]room.Desired)
	var names []string
	for _, want := range desired {
		if len(want.Was) > 0 {
			waiting[want.Name] = want
			names = append(names, want.Name)
		}
	}
	slices.Sort(names) // which of several troubles is told first must not depend on the file
	for len(names) > 0 {
		name := names[0]
		names = names[1:]
		want, waits := waiting[name]
		if !waits || d.settled[name] || len(d.byName[name].all()) > 0 {
			continue
		}
		delete(waiting, name)
		if freed := d.move(want); freed != "" {
			names = append(names, freed) // somebody may be waiting for this one
		}
	}
}

// move gives a live room that has a former name of a desired one the name that
// it is to have. It returns the name that is free then.
func (d *differ) move(want room.Desired) (freed string) {
	var found []room.Live
	var former []string
	rule := d.rules.whole(want.Name)
	for _, name := range want.Was {
		if all := d.byName[name].all(); len(all) > 0 {
			found, former = append(found, all...), append(former, name)
			if rule == nil {
				rule = d.rules.whole(name)
			}
		}
	}
	reason, hint := "", ""
	switch {
	case len(found) == 0:
		return ""
	case rule != nil:
	case len(former) > 1:
		reason = fmt.Sprintf("it was %s, and all of them are live", strings.Join(former, " and "))
		hint = "leave the one that it is in previously"
	case len(found) > 1:
		reason = fmt.Sprintf("it was %s, %d live rooms have that name, and nothing tells which one is meant", former[0], len(found))
		hint = "rename or delete all but one of them in the dashboard"
	case want.Kind == room.Room && len(d.byName[former[0]].shadows) > 0:
		reason, hint = fmt.Sprintf("it was %s, and %s", former[0], bothKinds(former[0])), whichKind
		if !d.inFile(former[0]) {
			found = d.byName[former[0]].withShadows()
		}
	case found[0].Kind != want.Kind:
		reason = fmt.Sprintf("it was %s, which is a live %s, the file wants a %s, and the kind of a room cannot be changed", former[0], found[0].Kind.Title(), want.Kind.Title())
		hint = "remove previously to create a new room; with --prune the live one is deleted then, if the file manages its name"
	default:
		d.moves[want.Name] = found[0]
		d.byName[former[0]].left = true
		return former[0]
	}
	// Creating the one, or pruning the other, would be no way to leave it alone.
	d.settled[want.Name] = true
	for _, name := range want.Was {
		if d.inFile(name) {
			d.unsettle(*d.wanted[name], want.Name, rule)
		}
	}
	found = slices.DeleteFunc(found, func(l room.Live) bool { return d.inFile(l.Name) }) // those have been dealt with
	for _, l := range found {
		d.byName[l.Name].left = true
	}
	if rule == nil {
		d.conflict(want, found, reason, hint)
		return ""
	}
	d.Ignored = append(d.Ignored, Bystander{Kind: want.Kind, Name: want.Name, Reason: fmt.Sprintf("%s, so %s keeps its name", ignoring(rule), former[0])})
	if len(found) > 0 {
		d.ignored(room.Desired{}, rule, found...)
	}
	return ""
}

// unsettle leaves a room of the file alone, and down the chain those that would
// follow it: what is live of its name may be what another one was, about which
// nothing can be done, and what is not live would be taken for it.
func (d *differ) unsettle(want room.Desired, claimant string, rule *room.Ignore) {
	if d.settled[want.Name] {
		return
	}
	d.settled[want.Name] = true
	if moved, moves := d.moves[want.Name]; moves { // it was to follow already
		delete(d.moves, want.Name)
		d.byName[moved.Name].left = false
	}
	live := slices.Clone(d.byName[want.Name].all())
	for _, name := range want.Was {
		if d.inFile(name) {
			d.unsettle(*d.wanted[name], want.Name, rule)
		} else if all := d.byName[name].all(); len(all) > 0 {
			live = append(live, all...)
			d.byName[name].left = true
		}
	}
	if n := d.byName[want.Name]; n != nil {
		n.placed = true
	}
	if rule == nil {
		d.conflict(want, live, fmt.Sprintf("what is, or would be, named %s may be what %s was, and about that nothing can be done", want.Name, claimant),
			fmt.Sprintf("see to %s first", claimant))
		return
	}
	named := false
	for _, l := range live {
		named = named || l.Name == want.Name
		d.Ignored = append(d.Ignored, Bystander{Kind: l.Kind, Name: l.Name, ID: l.ID, Reason: fmt.Sprintf("%s, and so is what %s was", ignoring(rule), claimant)})
	}
	if !named {
		d.Ignored = append(d.Ignored, Bystander{Kind: want.Kind, Name: want.Name, Reason: fmt.Sprintf("%s, and so is what %s was", ignoring(rule), claimant)})
	}
}

// spent warns of former names that say nothing any more: the room has its name,
// and another one has the former.
func (d *differ) spent(want room.Desired) {
	for _, name := range want.Was {
		if len(d.byName[name].all()) > 0 {
			d.Warnings = append(d.Warnings, Warning{
				Lint:    lint.SpentPreviously,
				Pos:     want.Pos,
				Message: fmt.Sprintf("previously is spent: %s and %s are both live, so nothing is renamed", want.Name, name),
				Hint:    fmt.Sprintf("remove %s from previously", name),
			})
		}
	}
}
