package plan

import (
	"slices"
	"strconv"

	"roomsync/internal/room"
)

// Delicate lists the operations, as indexes, that people who are meeting in the
// room would notice: those that delete, rename or disturb it. Whoever applies
// the plan should look for sessions there, and nowhere else.
func (p Plan) Delicate() []int {
	var at []int
	for i, op := range p.Operations {
		if op.Action == Delete || op.Action == Rename || op.Action == Update && slices.ContainsFunc(op.Changes, disturbs) {
			at = append(at, i)
		}
	}
	return at
}

// CountLeftOut is how many operations are left out because people are in a room.
func (p Plan) CountLeftOut() int {
	n := 0
	for _, left := range p.LeftOut() {
		if left {
			n++
		}
	}
	return n
}

// LeftOut tells for each operation whether nothing comes of it because people
// are in the room, or in that of the operation it needs, and InUse is Skip.
func (p Plan) LeftOut() []bool {
	left := make([]bool, len(p.Operations))
	if p.InUse != Skip || !slices.ContainsFunc(p.Operations, func(o Operation) bool { return o.Session.InProgress() }) {
		return left
	}
	needs := p.Needs()
	for i := range p.Operations {
		// No chain is longer than the plan, and one in a circle has no end.
		for at, steps := i, 0; at >= 0 && !left[i] && steps < len(needs); at, steps = needs[at], steps+1 {
			left[i] = p.Operations[at].Session.InProgress()
		}
	}
	return left
}

// disturbs tells changes that can show people out of a room, or keep those out
// who are about to come: fewer members, less time, an earlier end.
func disturbs(c room.Change) bool {
	switch c.Setting {
	case "max_members", "remove_after_seconds_elapsed":
		before, errBefore := strconv.ParseInt(c.Before.JSON(), 10, 64)
		after, errAfter := strconv.ParseInt(c.After.JSON(), 10, 64)
		return errAfter == nil && (errBefore != nil || after < before) // without one there is no limit
	case "join_until", "remove_at":
		before, errBefore := room.ParseTime(c.Before.String())
		after, errAfter := room.ParseTime(c.After.String())
		return errAfter == nil && (errBefore != nil || after.Before(before))
	}
	return false
}
