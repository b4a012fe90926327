package plan

import (
	"fmt"
	"slices"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// Guard is a reason for apply to refuse the whole plan before any write.
type Guard struct {
	Name    string   // stable, for machines
	Message string   // what is refused and why
	Lift    string   // what to do to go on
	Rooms   []string // the rooms concerned; may be empty
}

// mostDeletes is how many rooms may be deleted without --max-deletes where that
// is less than a quarter of the managed live rooms.
const mostDeletes = 10

// MaxAllowed is how many rooms the plan may delete.
func (p Plan) MaxAllowed() int {
	if p.MaxDeletes != nil {
		return *p.MaxDeletes
	}
	return max(1, min(mostDeletes, p.Managed/4))
}

// CheckGuards judges the plan anew: after its sessions have been looked at, or
// its options have changed.
func (p *Plan) CheckGuards() {
	var deletes, renames, occupied []string
	rules := newRules(p.Options)
	left := p.LeftOut()
	for i, op := range p.Operations {
		switch {
		case op.Action == Delete && !left[i]:
			deletes = append(deletes, op.Name())
		case op.Action == Rename:
			if rules.protected(op.From()) || rules.protected(op.Name()) {
				renames = append(renames, title(op))
			}
		}
		if op.Session.InProgress() {
			occupied = append(occupied, title(op))
		}
	}
	p.Guards = nil
	guard := func(holds bool, g Guard) {
		if holds {
			p.Guards = append(p.Guards, g)
		}
	}
	kept, which := p.prunableIfManaged(rules), ""
	if len(kept) > 0 {
		which = ", and so which of these rooms may go"
	}
	guard(p.Prune && !p.Scope.Stated, Guard{
		Name:    "prune-without-manage",
		Message: "--prune is refused: the file does not say which names it answers for" + which,
		Lift:    `add a manage list to the file, such as manage: ["team-*"]`,
		Rooms:   kept,
	})
	guard(p.Prune && p.Rooms == 0 && len(deletes) > 0 && !p.AllowEmpty, Guard{
		Name:    "prune-with-no-rooms",
		Message: "--prune is refused: the file holds no rooms, so every room it manages would be deleted",
		Lift:    "put rooms into the file, or pass --allow-empty if it is meant",
		Rooms:   deletes,
	})
	guard(len(deletes) > p.MaxAllowed(), Guard{
		Name:    "too-many-deletes",
		Message: fmt.Sprintf("%s would be deleted, and at most %d may be", diag.Counted(len(deletes), "room"), p.MaxAllowed()) + p.whyThatMany(),
		Lift:    fmt.Sprintf("pass --max-deletes %d if it is meant, or delete some of them with --only", len(deletes)),
		Rooms:   deletes,
	})
	guard(len(renames) > 0, Guard{
		Name:    "rename-of-protected",
		Message: "a room whose old or new name is protected would be renamed",
		Lift:    "take the name out of protect, or out of previously",
		Rooms:   renames,
	})
	guard(len(occupied) > 0 && (p.InUse == Refuse || p.InUse == ""), Guard{
		Name:    "rooms-in-use",
		Message: "people are meeting in rooms that would be deleted, renamed or disturbed",
		Lift:    "apply when they have left, or pass --in-use skip, wait or force",
		Rooms:   occupied,
	})
	guard(len(p.Unmatched) > 0, Guard{
		Name:    "only-matches-nothing",
		Message: "--only matches no room, in the file or live: " + strings.Join(slices.Sorted(slices.Values(p.Unmatched)), ", "),
		Lift:    "correct --only",
	})
}

// prunableIfManaged are the rooms that --prune would delete if the file said that
// it manages them, and does not because it says nothing of that.
func (p Plan) prunableIfManaged(rules *rules) []string {
	if !p.Prune || p.Scope.Stated {
		return nil
	}
	only, names := room.NewGlobs(p.Only), make(map[string]int)
	for _, b := range p.Unmanaged {
		if b.Reason == notInFile { // and no image of another
			names[b.Name]++
		}
	}
	var kept []string
	for _, b := range p.Unmanaged {
		if b.Reason == notInFile && names[b.Name] == 1 && !rules.protected(b.Name) && (len(p.Only) == 0 || only.Match(b.Name)) {
			kept = append(kept, b.Name)
		}
	}
	return kept
}

// title is what an operation's room is called, and is to be called.
func title(op Operation) string {
	if op.Action == Rename {
		return op.From() + " (to " + op.Name() + ")"
	}
	return op.Name()
}

// whyThatMany says where the limit of deletes comes from if nobody gave one.
func (p Plan) whyThatMany() string {
	if p.MaxDeletes != nil {
		return ""
	}
	return fmt.Sprintf(" (%d, or a quarter of the %s that the file manages)", mostDeletes, diag.Counted(p.Managed, "live room"))
}
