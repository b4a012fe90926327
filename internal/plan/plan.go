// Package plan compares desired rooms with live ones and says what to do. It
// performs no I/O and reads no clock: the same rooms give the same plan, in
// whatever order they come.
package plan

import (
	"cmp"
	"slices"

	"roomsync/internal/room"
)

// Action is what an operation does to a room.
type Action string

// The actions, in the order in which apply carries them out.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
)

// Operation is one write that the plan calls for.
type Operation struct {
	Action  Action
	Desired room.Desired  // of a create and an update
	Live    room.Live     // of an update and a delete: the room as it was listed
	Changes []room.Change // of a create and an update; never empty for an update
}

// Kind is the kind of the room.
func (o Operation) Kind() room.Kind { return cmp.Or(o.Desired.Kind, o.Live.Kind) }

// Name is the name of the room.
func (o Operation) Name() string { return cmp.Or(o.Desired.Name, o.Live.Name) }

// Bystander is a live room that the plan does nothing to.
type Bystander struct {
	Kind   room.Kind
	Name   string
	ID     string
	Reason string // of an unmanaged room: why nothing happens to it
	// Prunable says that the file manages the room's name without holding it,
	// and no other live room has it: --prune would delete it.
	Prunable bool
}

// Conflict is a name about which roomsync cannot tell what to do. Nothing is
// done to its rooms, and apply counts it as a failure.
type Conflict struct {
	Desired room.Desired // as the file has it; of a room it does not hold, only kind and name
	Live    []room.Live  // the live rooms concerned, by ID
	Reason  string
	Hint    string // the way out
}

// Plan is all that apply would do, and what it would leave alone. Each desired
// and each live room is in exactly one of its lists. All lists are ordered by
// kind, then name, then ID.
type Plan struct {
	Space      string // the host that was listed
	Project    string
	Prune      bool
	Operations []Operation
	Unchanged  []Bystander // in the file, and as the file wants them
	Unmanaged  []Bystander // not in the file
	Conflicts  []Conflict
	Guards     []Guard // why apply would refuse; empty if it would not
}

// Options are what a plan depends on beside the rooms. Zero is the sane
// default: nothing is deleted.
type Options struct {
	Space, Project string
	Scope          Scope
	Prune          bool // delete managed live rooms that the file does not hold
	AllowEmpty     bool // lift the guard against pruning with no rooms in the file
}

// Scope is which names the file answers for.
type Scope struct {
	Stated bool     // the file has `manage`
	Globs  []string // its patterns
}

// Count is how many operations of an action the plan has.
func (p Plan) Count(a Action) int {
	n := 0
	for _, o := range p.Operations {
		if o.Action == a {
			n++
		}
	}
	return n
}

// InSync tells whether there is nothing to do and nothing in doubt.
func (p Plan) InSync() bool { return len(p.Operations) == 0 && len(p.Conflicts) == 0 }

func (p *Plan) sort() {
	slices.SortFunc(p.Operations, func(a, b Operation) int {
		return cmp.Or(cmp.Compare(a.Kind(), b.Kind()), cmp.Compare(a.Name(), b.Name()))
	})
	byName := func(a, b Bystander) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(p.Unchanged, byName)
	slices.SortFunc(p.Unmanaged, byName)
	slices.SortFunc(p.Conflicts, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Desired.Kind, b.Desired.Kind), cmp.Compare(a.Desired.Name, b.Desired.Name))
	})
}
