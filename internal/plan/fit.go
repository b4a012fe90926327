package plan

import (
	"fmt"
	"slices"

	"roomsync/internal/room"
	"roomsync/schema"
)

// Misfit is a room for which a plan that was made earlier is not right any
// more.
type Misfit struct {
	Operation Operation
	Reason    string       // empty if it is all in Differences
	Settings  []Difference // what is not as it was
}

// Difference is a setting that a plan started from and that has changed since.
type Difference struct {
	Setting string
	Planned room.Value // what the plan started from
	Live    room.Value // what it is now; absent: none
	Wanted  room.Value // what the plan would make of it; absent: nothing, as of a delete
}

// Fit compares a plan that was made earlier with what is live now. It returns
// the plan on the rooms as they are now, with its guards judged anew, and the
// rooms for which it is not right any more: then it must not be carried out.
// Rooms that the plan does nothing to do not matter, nor do settings of a
// created, updated or renamed room that it does not change.
func (p Plan) Fit(live []room.Live) (Plan, []Misfit) {
	f := fitting{salt: p.Salt(), byID: make(map[string]room.Live, len(live)), byName: make(map[string][]room.Live, len(live)), leaving: make(map[string]string), images: make(map[string]bool)}
	ids, names := make(map[string]bool), make(map[string]bool) // of conferences
	for _, l := range live {
		if l.Kind == room.Conference {
			ids[l.ID], names[l.Name] = true, true
		}
	}
	managed := room.NewGlobs(p.Scope.Globs)
	p.Live, p.Managed = 0, 0
	for _, l := range live {
		f.byID[string(l.Kind)+" "+l.ID] = l
		if l.Kind == room.Room && (ids[l.ID] || names[l.Name]) {
			f.images[l.ID] = true
			continue // an image of the conference
		}
		f.byName[l.Name] = append(f.byName[l.Name], l)
		p.Live++
		if p.Scope.Stated && managed.Match(l.Name) {
			p.Managed++
		}
	}
	for _, op := range p.Operations {
		if op.Action == Rename {
			f.leaving[op.From()] = op.Live.ID
		}
	}
	fresh := make([]Operation, len(p.Operations))
	var misfits []Misfit
	for i, op := range p.Operations {
		m := Misfit{Operation: op}
		fresh[i], m.Reason, m.Settings = f.fit(op)
		if m.Reason != "" || len(m.Settings) > 0 {
			misfits = append(misfits, m)
		}
	}
	p.Operations = fresh
	p.Conflicts, p.Warnings = slices.Clone(p.Conflicts), slices.Clone(p.Warnings)
	p.Conflicts = slices.DeleteFunc(p.Conflicts, func(c Conflict) bool {
		if len(c.Live) == 0 || !slices.ContainsFunc(c.Live, func(l room.Live) bool { _, there := f.byID[string(l.Kind)+" "+l.ID]; return !there }) {
			return false
		}
		p.Warnings = append(p.Warnings, Warning{Pos: c.Desired.Pos, Message: fmt.Sprintf("the conflict about %s is not there any more", c.Desired.Name), Hint: "plan again to see what is to be done"})
		return true
	})
	p.CheckGuards()
	return p, misfits
}

// fitting is what is live, for looking things up.
type fitting struct {
	byID    map[string]room.Live   // by kind and ID
	byName  map[string][]room.Live // images of conferences left out
	images  map[string]bool        // the IDs of rooms that a conference stands for
	salt    string                 // of the marks of streams
	leaving map[string]string      // the IDs of rooms that are to be renamed, by their names
}

// fit is an operation on the room as it is now, or what speaks against it.
func (f fitting) fit(op Operation) (Operation, string, []Difference) {
	if op.Action == Create || op.Action == Rename {
		for _, l := range f.byName[op.Name()] {
			if op.Action == Rename && l.ID == op.Live.ID {
				return op, fmt.Sprintf("it is named %s already", l.Name), nil
			}
			if f.leaving[l.Name] != l.ID {
				return op, fmt.Sprintf("there is a %s named %s now (ID %s)", l.Kind, l.Name, l.ID), nil
			}
		}
	}
	if op.Action == Create {
		for _, former := range op.Desired.Was {
			for _, l := range f.byName[former] {
				if f.leaving[l.Name] != l.ID {
					return op, fmt.Sprintf("it was %s, which is live now (ID %s): it is to be renamed", former, l.ID), nil
				}
			}
		}
		return op, "", nil
	}
	now, there := f.byID[string(op.Kind())+" "+op.Live.ID]
	now = room.MarkLiveStreams(now, f.salt)
	switch {
	case !there:
		return op, fmt.Sprintf("the %s with the ID %s is gone", op.Kind(), op.Live.ID), nil
	case now.Name != op.Live.Name:
		return op, fmt.Sprintf("it is named %s now", now.Name), nil
	case now.Kind == room.Room && f.images[now.ID]:
		return op, fmt.Sprintf("there is a conference named %s now", now.Name), nil
	case len(f.byName[now.Name]) > 1:
		return op, fmt.Sprintf("%d live rooms are named %s now", len(f.byName[now.Name]), now.Name), nil
	}
	changes := op.Changes
	if op.Action == Delete {
		changes = nil
		for _, s := range schema.Settings(string(op.Kind())) {
			if !s.ReadOnly {
				changes = append(changes, room.Change{Setting: s.Name, Before: op.Live.Settings[s.Name]})
			}
		}
	}
	var moved []Difference
	for _, c := range changes {
		s, _ := schema.Lookup(string(op.Kind()), c.Setting)
		if is := now.Settings[c.Setting]; !room.Equal(s, is, c.Before) || !room.Equal(s, c.Before, is) {
			moved = append(moved, Difference{c.Setting, c.Before, is, c.After})
		}
	}
	op.Live = now
	return op, "", moved
}
