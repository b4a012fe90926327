package plan

import (
	"roomsync/internal/lint"
	"roomsync/internal/room"
)

// lint adds what the lints find of the rooms as they will be, and leaves out
// what lints found that are switched off.
func (d *differ) lint(desired []room.Desired, live []room.Live) {
	subjects := make([]lint.Subject, 0, len(desired))
	for _, want := range desired {
		if d.rules.whole(want.Name) != nil {
			continue // nothing happens to it
		}
		s := lint.Subject{Want: want}
		if l, moves := d.moves[want.Name]; moves {
			s.Live = &l
		} else if all := d.byName[want.Name].all(); len(all) == 1 && all[0].Kind == want.Kind {
			s.Live = &all[0]
		}
		subjects = append(subjects, s)
	}
	d.Warnings = append(d.Warnings, lint.Rooms(subjects, d.Now)...)
	d.Warnings = append(d.Warnings, lint.Similar(desired, live)...)
	d.Warnings = lint.Without(d.Warnings, d.NoLint)
}
