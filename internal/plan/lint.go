package plan

import (
	"maps"
	"slices"

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
		s := lint.Subject{}
		if l, moves := d.moves[want.Name]; moves {
			s.Live = &l
		} else if all := d.byName[want.Name].all(); len(all) == 1 && all[0].Kind == want.Kind {
			s.Live = &all[0]
		}
		s.Want = want
		if s.Live != nil {
			s.Want = without(want, d.rules.settings(want.Name, s.Live.Name))
		}
		subjects = append(subjects, s)
	}
	d.Warnings = append(d.Warnings, lint.Rooms(subjects, d.Now)...)
	others := slices.DeleteFunc(slices.Clone(live), func(l room.Live) bool {
		return d.rules.whole(l.Name) != nil || len(d.byName[l.Name].everyone()) == 0
	})
	d.Warnings = append(d.Warnings, lint.Similar(desired, others)...)
	d.Warnings = lint.Without(d.Warnings, d.NoLint)
}

// without is a room without the settings that are ignored: they stay as they
// are live.
func without(want room.Desired, ignored map[string]*room.Ignore) room.Desired {
	if len(ignored) == 0 {
		return want
	}
	want.Settings, want.At = maps.Clone(want.Settings), maps.Clone(want.At)
	for name := range ignored {
		delete(want.Settings, name)
		delete(want.At, name)
	}
	return want
}
