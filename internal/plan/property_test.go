package plan_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// Whether a world is planned with --prune.
var (
	either = rapid.Bool()
	never  = rapid.Just(false)
	pruned = rapid.Just(true)
)

func TestApplyingLeavesNothingToDo(t *testing.T) {
	checkWorlds(t, either, func(t *rapid.T, w world) {
		first := w.plan()
		s := space{rooms: slices.Clone(w.live)}
		s.apply(t, first)
		w.live = s.rooms
		second := w.plan()
		if len(second.Operations) > 0 {
			t.Fatalf("still to do: %v", summary(second).Operations)
		}
		if diff := cmp.Diff(summary(first).Conflicts, summary(second).Conflicts); diff != "" {
			t.Fatalf("conflicts came or went (-before +after):\n%s", diff)
		}
	})
}

func TestWhatTheFileDoesNotNameNeverMoves(t *testing.T) {
	checkWorlds(t, either, func(t *rapid.T, w world) {
		p := w.plan()
		s := space{rooms: slices.Clone(w.live)}
		s.apply(t, p)
		type key struct {
			kind room.Kind
			id   string
		}
		after := make(map[key]room.Live)
		for _, l := range s.rooms {
			after[key{l.Kind, l.ID}] = l
		}
		wishes := make(map[string]room.Desired)
		for _, d := range w.desired {
			wishes[d.Name] = d
		}
		renamed := make(map[string]room.Desired) // by ID
		for _, op := range p.Operations {
			if op.Action == plan.Rename {
				renamed[op.Live.ID] = op.Desired
			}
		}
		for _, l := range w.live {
			now, ok := after[key{l.Kind, l.ID}]
			if !ok || isShadow(l, w.live) {
				continue // deleted, see below; or what happens to it is another one's matter
			}
			wish, wished := wishes[l.Name]
			if d, moved := renamed[l.ID]; moved {
				wish, wished = d, true
			}
			if now.Name != l.Name && now.Name != wish.Name {
				t.Fatalf("%s became %s", l.Name, now.Name)
			}
			for name, v := range now.Settings {
				implied := l.Kind == room.Conference && name == "display_name" && (l.Settings[name].IsNull() || !l.Settings[name].IsSet())
				if v != l.Settings[name] && (!wished || wish.Kind != l.Kind || !wish.Settings[name].IsSet() && !implied) {
					t.Fatalf("%s %s: %s went from %q to %q, and the file does not ask for that", l.Kind, l.Name, name, l.Settings[name].JSON(), v.JSON())
				}
			}
			for name := range l.Settings {
				if !now.Settings[name].IsSet() {
					t.Fatalf("%s %s: %s is gone", l.Kind, l.Name, name)
				}
			}
		}
	})
}

// A crash between any two steps, and what has been done is not done again.
func TestItConvergesFromAnyStep(t *testing.T) {
	checkWorlds(t, either, func(t *rapid.T, w world) {
		for range 3 {
			p := w.plan()
			p.Operations = steps(p)[:rapid.IntRange(0, len(p.Operations)).Draw(t, "crash after")]
			s := space{rooms: slices.Clone(w.live)}
			s.apply(t, p)
			w.live = s.rooms
		}
		s := space{rooms: slices.Clone(w.live)}
		s.apply(t, w.plan())
		w.live = s.rooms
		if left := w.plan(); len(left.Operations) > 0 {
			t.Fatalf("still to do: %v", summary(left).Operations)
		}
	})
}

// steps are a plan's operations in the order in which they are carried out.
func steps(p plan.Plan) []plan.Operation {
	needs := p.Needs()
	var ordered []plan.Operation
	added := make([]bool, len(needs))
	var add func(i int)
	add = func(i int) {
		if i < 0 || added[i] {
			return
		}
		added[i] = true
		add(needs[i])
		ordered = append(ordered, p.Operations[i])
	}
	for _, action := range []plan.Action{plan.Rename, plan.Create, plan.Update, plan.Delete} {
		for i, op := range p.Operations {
			if op.Action == action {
				add(i)
			}
		}
	}
	return ordered
}

// Whatever the rules: no operation on what they keep from, and one on a
// protected room that would get another name is refused.
func TestRulesHold(t *testing.T) {
	checkWorlds(t, either, func(t *rapid.T, w world) {
		strict(t, &w)
		p := w.plan()
		refused := slices.ContainsFunc(p.Guards, func(g plan.Guard) bool { return g.Name == "rename-of-protected" })
		for _, op := range p.Operations {
			for _, name := range []string{op.Name(), op.Live.Name} {
				if matches(name, w.options.Protect, func(r room.Protection) string { return r.Rooms }) &&
					(op.Action == plan.Delete || op.Action == plan.Rename && !refused) {
					t.Fatalf("%s of %s, which is protected", op.Action, name)
				}
				for _, i := range w.options.Ignore {
					if i.Until == "2026-11-24" || !room.NewGlobs([]string{i.Rooms}).Match(name) {
						continue
					}
					if len(i.Settings) == 0 {
						t.Fatalf("%s of %s, which is ignored", op.Action, name)
					}
					for _, c := range op.Changes {
						if op.Action != plan.Create && slices.Contains(i.Settings, c.Setting) && !c.Implied {
							t.Fatalf("%s of %s changes %s, which is ignored", op.Action, name, c.Setting)
						}
					}
				}
			}
			if only := room.NewGlobs(w.options.Only); len(w.options.Only) > 0 && !only.Match(op.Name()) && !only.Match(op.From()) {
				t.Fatalf("%s of %s, which --only leaves out", op.Action, op.Name())
			}
		}
		s := space{rooms: slices.Clone(w.live)}
		s.apply(t, p) // it can be carried out
	})
}

func matches[T any](name string, rules []T, glob func(T) string) bool {
	return slices.ContainsFunc(rules, func(r T) bool { return room.NewGlobs([]string{glob(r)}).Match(name) })
}

// A plan fits what it was made from, and carries the same digest.
func TestAPlanFitsWhatItWasMadeFrom(t *testing.T) {
	checkWorlds(t, either, func(t *rapid.T, w world) {
		strict(t, &w)
		p := w.plan()
		again, misfits := p.Fit(w.live)
		if len(misfits) > 0 {
			t.Fatalf("misfits: %+v", misfits)
		}
		if p.Digest() != again.Digest() {
			t.Fatal("the digest changed")
		}
		if diff := cmp.Diff(p.Guards, again.Guards); diff != "" {
			t.Fatalf("guards (-before +after):\n%s", diff)
		}
		// Once it is done it fits no more, unless it did nothing.
		s := space{rooms: slices.Clone(w.live)}
		s.apply(t, p)
		if _, misfits := p.Fit(s.rooms); len(misfits) != len(p.Operations) {
			t.Fatalf("%d of %d operations still fit", len(p.Operations)-len(misfits), len(p.Operations))
		}
	})
}

func TestNoDeleteWithoutPrune(t *testing.T) {
	checkWorlds(t, never, func(t *rapid.T, w world) {
		if p := w.plan(); p.Count(plan.Delete) > 0 || len(p.Guards) > 0 {
			t.Fatalf("%v, guards %v", summary(p).Operations, p.Guards)
		}
	})
}

func TestPruneDeletesManagedLeftOversOnly(t *testing.T) {
	checkWorlds(t, pruned, func(t *rapid.T, w world) {
		globs := room.NewGlobs(w.options.Scope.Globs)
		for _, op := range w.plan().Operations {
			if op.Action != plan.Delete {
				continue
			}
			if !w.options.Scope.Stated || !globs.Match(op.Name()) {
				t.Fatalf("%s is deleted, and the file does not manage it", op.Name())
			}
			if slices.ContainsFunc(w.desired, func(d room.Desired) bool { return d.Name == op.Name() }) {
				t.Fatalf("%s is deleted, and it is in the file", op.Name())
			}
			alike := 0
			for _, l := range w.live {
				if l.Name == op.Name() && l.Kind == op.Kind() && !isShadow(l, w.live) {
					alike++
				}
			}
			if alike != 1 {
				t.Fatalf("%s is deleted, and there are %d of it", op.Name(), alike)
			}
		}
	})
}

// What --prune is said to delete is what it deletes.
func TestPrunableIsThePromise(t *testing.T) {
	checkWorlds(t, never, func(t *rapid.T, w world) {
		var promised, deleted []string
		for _, b := range w.plan().Unmanaged {
			if b.Prunable {
				promised = append(promised, b.ID)
			}
		}
		w.options.Prune = true
		for _, op := range w.plan().Operations {
			if op.Action == plan.Delete {
				deleted = append(deleted, op.Live.ID)
			}
		}
		if diff := cmp.Diff(promised, deleted); diff != "" {
			t.Fatalf("(-promised +deleted):\n%s", diff)
		}
	})
}

// isShadow tells whether a room is, or may be, a conference's image.
func isShadow(l room.Live, live []room.Live) bool {
	return l.Kind == room.Room && slices.ContainsFunc(live, func(o room.Live) bool {
		return o.Kind == room.Conference && (o.ID == l.ID || o.Name == l.Name)
	})
}

func TestShadowsAreNotTouched(t *testing.T) {
	checkWorlds(t, either, func(t *rapid.T, w world) {
		for _, op := range w.plan().Operations {
			if op.Action != plan.Create && isShadow(op.Live, w.live) {
				t.Fatalf("%s of the shadow %s %s", op.Action, op.Name(), op.Live.ID)
			}
		}
	})
}

func TestOrderOfTheInputsDoesNotMatter(t *testing.T) {
	checkWorlds(t, either, func(t *rapid.T, w world) {
		p := w.plan()
		w.desired = rapid.Permutation(w.desired).Draw(t, "desired shuffled")
		w.live = rapid.Permutation(w.live).Draw(t, "live shuffled")
		if diff := cmp.Diff(p, w.plan(), sameValue); diff != "" {
			t.Fatalf("(-ordered +shuffled):\n%s", diff)
		}
	})
}

func TestInputsStayAsTheyWere(t *testing.T) {
	checkWorlds(t, either, func(t *rapid.T, w world) {
		before := world{desired: slices.Clone(w.desired), live: slices.Clone(w.live)}
		for i := range before.desired {
			before.desired[i].Settings = maps.Clone(w.desired[i].Settings)
		}
		for i := range before.live {
			before.live[i].Settings = maps.Clone(w.live[i].Settings)
		}
		w.plan()
		if diff := cmp.Diff(before.live, w.live, sameValue); diff != "" {
			t.Fatalf("live (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff(before.desired, w.desired, sameValue); diff != "" {
			t.Fatalf("desired (-before +after):\n%s", diff)
		}
	})
}

func TestEveryRoomIsInOneList(t *testing.T) {
	checkWorlds(t, either, func(t *rapid.T, w world) {
		strict(t, &w)
		live := make(map[string]int)    // by kind and ID
		desired := make(map[string]int) // by name
		p := w.plan()
		for _, op := range p.Operations {
			if op.Action != plan.Delete {
				desired[op.Name()]++
			}
			if op.Action != plan.Create {
				live[string(op.Live.Kind)+op.Live.ID]++
			}
			if (op.Action == plan.Update && len(op.Changes) == 0) || (op.Action == plan.Create) != (op.Live.ID == "") {
				t.Fatalf("%s %s holds %v of %q", op.Action, op.Name(), op.Changes, op.Live.ID)
			}
		}
		for _, b := range p.Unchanged {
			desired[b.Name]++
			live[string(b.Kind)+b.ID]++
		}
		for _, b := range p.Unmanaged {
			live[string(b.Kind)+b.ID]++
		}
		settled := make(map[string]bool) // a name can have a live room of each kind
		for _, b := range slices.Concat(p.Ignored, p.Excluded) {
			if b.ID != "" {
				live[string(b.Kind)+b.ID]++
			}
			if slices.ContainsFunc(w.desired, func(d room.Desired) bool { return d.Name == b.Name }) && !settled[b.Name] {
				settled[b.Name] = true
				desired[b.Name]++
			}
		}
		inFile := func(name string) bool {
			return slices.ContainsFunc(w.desired, func(d room.Desired) bool { return d.Name == name })
		}
		for _, c := range p.Conflicts {
			if inFile(c.Desired.Name) {
				desired[c.Desired.Name]++
			}
			for _, l := range c.Live {
				live[string(l.Kind)+l.ID]++
			}
		}
		for _, d := range w.desired {
			if desired[d.Name] != 1 {
				t.Fatalf("%s of the file is in the plan %d times", d.Name, desired[d.Name])
			}
		}
		for _, l := range w.live {
			if n := live[string(l.Kind)+l.ID]; n != 1 {
				t.Fatalf("%s %s %s is in the plan %d times", l.Kind, l.Name, l.ID, n)
			}
		}
		if len(desired) != len(w.desired) || len(live) != len(w.live) {
			t.Fatalf("the plan has %d and %d rooms, of %d and %d", len(desired), len(live), len(w.desired), len(w.live))
		}
	})
}
