// Package plan compares desired rooms with live ones and says what to do. It
// performs no I/O and reads no clock: the same rooms give the same plan, in
// whatever order they come.
package plan

import (
	"cmp"
	"fmt"
	"time"

	"roomsync/internal/lint"
	"roomsync/internal/room"
)

// Action is what an operation does to a room.
type Action string

// The actions, in the order in which apply carries them out.
const (
	Rename Action = "rename" // and whatever else changes: it is one request
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
)

// Operation is one write that the plan calls for.
type Operation struct {
	Action  Action
	Desired room.Desired  // of all but a delete; without what is ignored
	Live    room.Live     // of all but a create: the room as it was listed
	Changes []room.Change // of all but a delete; never empty for an update
	Ignored []room.Change // what differs too and is left as it is
	Because string        // why it is
	Session *room.Session // the one in progress, if it matters and somebody looked: see Plan.Delicate
}

// Kind is the kind of the room.
func (o Operation) Kind() room.Kind { return cmp.Or(o.Desired.Kind, o.Live.Kind) }

// Name is the name of the room; of a rename, the new one.
func (o Operation) Name() string { return cmp.Or(o.Desired.Name, o.Live.Name) }

// From is the name that a rename takes from the room, or empty.
func (o Operation) From() string {
	if o.Action == Rename {
		return o.Live.Name
	}
	return ""
}

// Bystander is a live room that the plan does nothing to.
type Bystander struct {
	Kind   room.Kind
	Name   string
	ID     string // empty for one that the file has, and the space does not
	Reason string // why nothing happens to it; empty if it is as it should be
	// Prunable says that the file manages the room's name without holding it,
	// nothing protects it, and no other live room has the name: --prune would
	// delete it.
	Prunable bool
	// Protected says that it would be so, but for protect.
	Protected bool
	Changes   []room.Change // of an ignored room: what would change
}

// Conflict is a name about which roomsync cannot tell what to do. Nothing is
// done to its rooms, and apply counts it as a failure.
type Conflict struct {
	Desired room.Desired // as the file has it; of a room it does not hold, only kind and name
	Live    []room.Live  // the live rooms concerned, by ID
	Reason  string
	Hint    string // the way out
}

// Warning is something that stops nothing and that somebody should know.
type Warning = lint.Warning

// Plan is all that apply would do, and what it would leave alone. Each desired
// and each live room is in exactly one of its lists. All lists are ordered by
// kind, then name, then ID.
type Plan struct {
	Options
	Rooms   int // how many the file holds
	Live    int // how many live rooms there are; an image of another counts as that one
	Managed int // how many of them the file answers for

	Operations []Operation
	Unchanged  []Bystander // in the file, and as the file wants them
	Ignored    []Bystander // what differs is to be ignored
	Excluded   []Bystander // something would be done, but for Only
	Unmanaged  []Bystander // not in the file
	Conflicts  []Conflict
	Guards     []Guard   // why apply would refuse; empty if it would not
	Warnings   []Warning // in the order of the file
	Unmatched  []string  // the globs of Only that match nothing: surely mistakes
}

// Options are what a plan depends on beside the rooms. Zero is the sane
// default: nothing is deleted.
type Options struct {
	Space, Project string // the host that was listed, and the project ID
	Scope          Scope
	Protect        []room.Protection
	Ignore         []room.Ignore
	Now            time.Time // ends what is ignored until a day, and join windows
	NoLint         []string  // lints that are switched off
	Only           []string  // globs: keep the operations on these rooms; empty: all
	Prune          bool      // delete managed live rooms that the file does not hold
	WholeStreams   bool      // live streams that a room of the file does not list are to go, prune or not
	AllowEmpty     bool      // lift the guard against pruning with no rooms in the file
	MaxDeletes     *int      // nil: a default that depends on Managed
	InUse          InUse     // what to do about rooms in use; empty: Refuse
}

// Scope is which names the file answers for.
type Scope struct {
	Stated bool     // the file has `manage`
	Globs  []string // its patterns
}

// InUse is what to do about a room in which a session is in progress and which
// the plan deletes, renames or disturbs.
type InUse string

// The ways to deal with rooms in use.
const (
	Refuse InUse = "refuse" // the whole plan
	Skip   InUse = "skip"   // the operation
	Wait   InUse = "wait"   // for the session to end, for some time; then refuse
	Force  InUse = "force"  // the operation on the people in the room
)

// Count is how many operations of an action would be carried out: those that
// are left out because people are in the room do not count.
func (p Plan) Count(a Action) int {
	n, left := 0, p.LeftOut()
	for i, o := range p.Operations {
		if o.Action == a && !left[i] {
			n++
		}
	}
	return n
}

// InSync tells whether there is nothing to do and nothing in doubt.
func (p Plan) InSync() bool { return len(p.Operations) == 0 && len(p.Conflicts) == 0 }

// Needs tells for each operation which one must be carried out before it, as
// an index, or -1. An operation that gives a name to a room needs the rename
// that frees the name. And it needs the rename or creation of a room that may
// have had the name: if that did not happen, the next plan would take the one
// for the other.
func (p Plan) Needs() []int {
	before := make(map[string]int) // by the name that is given; former names are unique
	for i, o := range p.Operations {
		if o.Action != Rename && o.Action != Create {
			continue
		}
		for _, former := range o.Desired.Was {
			before[former] = i
		}
		if o.Action == Rename {
			before[o.From()] = i
		}
	}
	needs := make([]int, len(p.Operations))
	for i, o := range p.Operations {
		needs[i] = -1
		if at, needed := before[o.Name()]; needed && (o.Action == Rename || o.Action == Create) {
			needs[i] = at
		}
	}
	return needs
}

// Blocked says what it means for an operation that the one it needs is not
// carried out.
func Blocked(op, need Operation) string {
	if need.Action == Rename && need.From() == op.Name() {
		return fmt.Sprintf("its name is taken until %s is renamed to %s", need.From(), need.Name())
	}
	return fmt.Sprintf("it would be taken for %s, which had its name, until that is there", need.Name())
}

func (p *Plan) sort() {
	room.Sort(p.Operations, func(a, b *Operation) int {
		return cmp.Or(cmp.Compare(a.Kind(), b.Kind()), cmp.Compare(a.Name(), b.Name()))
	})
	byName := func(a, b *Bystander) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	}
	for _, list := range [][]Bystander{p.Unchanged, p.Ignored, p.Excluded, p.Unmanaged} {
		room.Sort(list, byName)
	}
	room.Sort(p.Conflicts, func(a, b *Conflict) int {
		return cmp.Or(cmp.Compare(a.Desired.Kind, b.Desired.Kind), cmp.Compare(a.Desired.Name, b.Desired.Name))
	})
	lint.Sort(p.Warnings)
}
