package apply_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// truthful compares a report with what there is.
func truthful(r apply.Report, before, after []room.Live) error {
	was, is := byName(before), byName(after)
	for _, result := range r.Results {
		op := result.Operation
		live, there := is[op.Name()]
		old, wasThere := was[op.Name()]
		reached := there != (op.Action == plan.Delete)
		if op.Action == plan.Rename {
			reached = live.ID == op.Live.ID
			old, wasThere = was[op.From()]
			if l := is[op.From()]; result.Outcome == apply.Skipped && l.ID == op.Live.ID {
				live, there = l, true
			}
		}
		for _, c := range op.Changes {
			reached = reached && len(room.Missing(op.Kind(), room.Settings{c.Setting: c.After}, live)) == 0
		}
		same := there == wasThere && (!there || len(room.Moved(old, nil, live)) == 0)
		switch {
		case result.Outcome == apply.Applied && !reached:
			return fmt.Errorf("%s of %s is reported applied, and is not: %+v", op.Action, op.Name(), live)
		case result.Outcome == apply.Skipped && op.Action == plan.Create:
			if reached && !renamedTo(r, op.Name()) && !wasThere {
				return fmt.Errorf("create of %s is reported skipped, and the room is there", op.Name())
			}
		case result.Outcome == apply.Failed && reached && !strings.Contains(result.Err.Error(), "restoring them failed"):
			return fmt.Errorf("%s of %s is reported failed (%v), and is done", op.Action, op.Name(), result.Err)
		case result.Outcome == apply.Skipped && !same:
			return fmt.Errorf("%s of %s is reported skipped, and the room changed", op.Action, op.Name())
		case result.Outcome == "" || result.Outcome != apply.Skipped && result.Attempts == 0:
			return fmt.Errorf("%s of %s ended as %q after %d attempts", op.Action, op.Name(), result.Outcome, result.Attempts)
		}
	}
	ids := byID(after)
	for name, l := range was {
		if _, there := ids[l.ID]; !there && !slices.ContainsFunc(r.Results, func(r apply.Result) bool {
			return r.Operation.Action == plan.Delete && r.Operation.Name() == name
		}) {
			return fmt.Errorf("%s is gone, and no delete was planned", name)
		}
	}
	return unique(after)
}

func renamedTo(r apply.Report, name string) bool {
	return slices.ContainsFunc(r.Results, func(r apply.Result) bool {
		return r.Operation.Action == plan.Rename && (r.Operation.Name() == name || r.Operation.From() == name)
	})
}

// untouched checks that what nobody named is as it was.
func untouched(before, after []room.Live, want []room.Desired, replaces bool) error {
	is := byID(after)
	wanted := make(map[string]room.Desired)
	for _, d := range want {
		wanted[d.Name] = d
	}
	for _, l := range before {
		now, there := is[l.ID]
		_, named := wanted[l.Name]
		d := wanted[now.Name]
		switch {
		case !there && (named || !strings.HasPrefix(l.Name, "m-")):
			return fmt.Errorf("%s is gone", l.Name)
		case !there:
			continue // pruned
		case now.Name != l.Name && !slices.Contains(d.Was, l.Name):
			return fmt.Errorf("%s became %s", l.Name, now.Name)
		}
		switch {
		case d.Kind != l.Kind:
			d.Settings = nil
		case d.Streams != nil: // see broadcasts
			d.Settings = maps.Clone(d.Settings)
			d.Settings[room.Streams] = now.Settings[room.Streams]
		}
		for _, c := range room.Moved(l, d.Settings, now) {
			if c.Before.IsNull() && (replaces || c.Setting == "display_name") {
				continue // the API requires one; a server that replaces may not take null
			}
			return fmt.Errorf("%s of %s moved from %s to %s, and nobody asked for it", c.Setting, l.Name, c.Before, c.After)
		}
	}
	return unique(after)
}

// broadcasts checks that rooms have the streams that are wanted of them, each
// once, and of others what they had: without prune none is ended, and with it
// none is left.
func broadcasts(before, after []room.Live, want []room.Desired, left plan.Plan, complete bool) error {
	prune := left.Prune
	was, is := byID(before), byName(after)
	for _, d := range want {
		now, there := is[d.Name]
		if d.Streams == nil || !there || slices.ContainsFunc(left.Conflicts, func(c plan.Conflict) bool { return c.Desired.Name == d.Name }) {
			continue
		}
		old := was[now.ID]
		of := func(streams []room.Stream, u room.StreamURL) (n int) {
			for _, s := range streams {
				if s.URL == u {
					n++
				}
			}
			return n
		}
		for _, u := range d.Streams {
			most := 1
			if !prune {
				most = max(1, of(old.Streams, u))
			}
			if n := of(now.Streams, u); n < 1 || n > most {
				return fmt.Errorf("%s is to have one stream to %s, and has %d", d.Name, string(u), n)
			}
		}
		for _, s := range now.Streams {
			if !slices.Contains(d.Streams, s.URL) && of(now.Streams, s.URL) > of(old.Streams, s.URL) {
				return fmt.Errorf("%s has a stream to %s that nobody began", d.Name, string(s.URL))
			}
		}
		extra := len(room.CompareStreams(old.Streams, d.Streams).Extra)
		switch n := len(now.Streams); {
		case prune && n != len(d.Streams):
			return fmt.Errorf("%s has %d streams, and is to have %d", d.Name, n, len(d.Streams))
		case !prune && n < len(old.Streams):
			return fmt.Errorf("%s had %d streams, and has %d without prune", d.Name, len(old.Streams), n)
		case !prune && complete && n != len(d.Streams)+extra:
			return fmt.Errorf("%s has %d streams, and is to have %d and %d others", d.Name, n, len(d.Streams), extra)
		}
	}
	return nil
}

func byID(live []room.Live) map[string]room.Live {
	m := make(map[string]room.Live)
	for _, l := range live {
		m[l.ID] = l
	}
	return m
}

func byName(live []room.Live) map[string]room.Live {
	m := make(map[string]room.Live)
	for _, l := range live {
		m[l.Name] = l
	}
	return m
}

func unique(live []room.Live) error {
	seen := make(map[string]bool)
	for _, l := range live {
		if seen[l.Name] {
			return fmt.Errorf("two rooms are named %s", l.Name)
		}
		seen[l.Name] = true
	}
	return nil
}
