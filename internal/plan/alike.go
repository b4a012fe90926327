package plan

import (
	"fmt"

	"roomsync/internal/lint"
	"roomsync/internal/room"
)

// mostPairs bounds how many pairs of rooms are compared setting by setting: the
// hint is a courtesy, and must not make a large plan slow.
const mostPairs = 10_000

// lookAlikes warns of a room that would be created while one much like it is
// not in the file any more: people rename rooms and lose the ID, the tokens and
// the links of the old one.
func (d *differ) lookAlikes() {
	byTitle := make(map[room.Kind]map[room.Value][]room.Live)
	for _, k := range room.Kinds() {
		byTitle[k] = make(map[room.Value][]room.Live)
	}
	for _, l := range d.prunable {
		if title := l.Settings["display_name"]; title != room.Text(l.Name) {
			byTitle[l.Kind][title] = append(byTitle[l.Kind][title], l)
		}
	}
	compared := 0
	for _, op := range d.Operations {
		if op.Action != Create {
			continue
		}
		title := op.Desired.Settings["display_name"]
		alike := byTitle[op.Kind()][title]
		if !title.IsSet() || title.IsNull() || len(alike) > 1 {
			alike = nil
		}
		var unusual []room.Change
		if len(alike) == 0 && len(op.Desired.Settings) >= 3 && compared < mostPairs {
			unusual = telling(op.Desired)
		}
		for i := 0; len(alike) == 0 && len(op.Desired.Settings) >= 3 && i < len(d.prunable) && compared < mostPairs; i++ {
			compared++
			if l := d.prunable[i]; l.Kind == op.Kind() && shared(unusual, l) >= 2 && len(room.Patch(l, op.Desired)) == 0 {
				alike = d.prunable[i : i+1]
			}
		}
		if len(alike) != 1 {
			continue
		}
		verb := "is not in the file"
		if d.Prune {
			verb = "would be deleted"
		}
		d.Warnings = append(d.Warnings, Warning{
			Lint:    lint.LookAlike,
			Pos:     op.Desired.Pos,
			Message: fmt.Sprintf("%s would be created, %s %s, and they look alike", op.Name(), alike[0].Name, verb),
			Hint:    fmt.Sprintf("if it is the same room, give %s previously: [%s]: its ID, tokens and links stay", op.Name(), alike[0].Name),
		})
	}
}

// telling are the settings of a wanted room that a new room would not have.
func telling(want room.Desired) []room.Change {
	return room.Patch(room.Live{Kind: want.Kind, Name: want.Name, Settings: room.Initial(want.Kind)}, want)
}

// shared counts the settings that a live room has like that.
func shared(changes []room.Change, l room.Live) int {
	n := 0
	for _, c := range changes {
		if l.Settings[c.Setting] == c.After {
			n++
		}
	}
	return n
}
