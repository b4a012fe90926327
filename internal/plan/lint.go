package plan

import (
	"maps"
	"slices"

	"roomsync/internal/lint"
	"roomsync/internal/room"
)

// lint looks for what the lints find of the rooms as they will be, once it is
// known which get another name. It goes on beside whatever else is done, until
// somebody wants the warnings.
func (d *differ) lint(desired []room.Desired, live []room.Live) (warnings func() []Warning) {
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
	var others []string
	for i := range live {
		if name := live[i].Name; !d.inFile(name) && d.rules.whole(name) == nil && len(d.byName[name].everyone()) > 0 {
			others = append(others, name)
		}
	}
	return beside(func() []Warning {
		return append(lint.Rooms(subjects, d.Now), lint.Similar(desired, others)...)
	})
}

// beside begins to do something, and waits for it once the result is wanted. A
// panic in it is the caller's.
func beside[T any](do func() T) (result func() T) {
	var done T
	var panicked any
	end := make(chan struct{})
	go func() {
		defer close(end)
		defer func() { panicked = recover() }()
		done = do()
	}()
	return func() T {
		<-end
		if panicked != nil {
			panic(panicked)
		}
		return done
	}
}

// without is a room without the settings that are ignored: they stay as they
// are live.
func without(want room.Desired, ignored map[string]*room.Ignore) room.Desired {
	if len(ignored) == 0 {
		return want
	}
	want.Settings = maps.Clone(want.Settings)
	for name := range ignored {
		delete(want.Settings, name)
	}
	want.At = slices.DeleteFunc(slices.Clone(want.At), func(p room.Place) bool { return ignored[p.Setting] != nil })
	return want
}
