package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// made counts the rooms that all spaces have made, for their IDs.
var made atomic.Int64

// space is the API in miniature: the rooms of both kinds.
type space struct{ rooms []room.Live }

// apply carries out a plan's operations as apply does, and fails the test on
// one that does not fit what is there. A conference's images among the rooms
// go with it.
func (s *space) apply(t *rapid.T, p plan.Plan) {
	needs := p.Needs()
	done := make([]bool, len(needs))
	var rename func(i int)
	rename = func(i int) {
		op := p.Operations[i]
		if op.Action != plan.Rename || done[i] {
			return
		}
		if needs[i] >= 0 {
			rename(needs[i])
		}
		s.vacant(t, op)
		at := s.find(t, op)
		for i, l := range s.rooms {
			if op.Kind() == room.Conference && l.Kind == room.Room && (l.Name == op.From() || l.ID == op.Live.ID) {
				s.rooms[i].Name = op.Name() // its image goes with it
			}
		}
		s.rooms[at].Name = op.Name()
		merged := make(room.Settings)
		maps.Copy(merged, s.rooms[at].Settings)
		maps.Copy(merged, room.UpdateSettings(op.Live, op.Desired, op.Changes))
		s.rooms[at].Settings = merged
		done[i] = true
	}
	for i := range p.Operations {
		rename(i)
	}
	for _, op := range p.Operations {
		switch op.Action {
		case plan.Rename:
		case plan.Create:
			s.vacant(t, op)
			l := room.Live{Kind: op.Kind(), Name: op.Name(), ID: fmt.Sprintf("new-%d", made.Add(1)), Settings: defaults(t, op.Kind())}
			maps.Copy(l.Settings, room.CreateSettings(op.Desired, op.Changes))
			asked := make(room.Settings)
			for _, c := range op.Changes {
				asked[c.Setting] = c.After
			}
			maps.Copy(l.Settings, room.UpdateSettings(l, op.Desired, room.Missing(l.Kind, asked, l)))
			s.rooms = append(s.rooms, l)
		case plan.Update:
			at := s.find(t, op)
			merged := maps.Clone(s.rooms[at].Settings)
			if merged == nil {
				merged = make(room.Settings)
			}
			maps.Copy(merged, room.UpdateSettings(op.Live, op.Desired, op.Changes))
			s.rooms[at].Settings = merged
		case plan.Delete:
			s.find(t, op)
			s.rooms = slices.DeleteFunc(s.rooms, func(l room.Live) bool {
				image := op.Kind() == room.Conference && l.Kind == room.Room && (l.Name == op.Name() || l.ID == op.Live.ID)
				return image || l.Kind == op.Kind() && l.ID == op.Live.ID
			})
		default:
			t.Fatalf("an operation that is %q", op.Action)
		}
	}
}

// vacant checks that a name is free for the room that is to have it. Images of
// a conference that had it go with the conference.
func (s *space) vacant(t *rapid.T, op plan.Operation) {
	for _, l := range s.rooms {
		if l.Name == op.Name() && !isShadow(l, append(s.rooms, room.Live{Kind: room.Conference, Name: op.From()})) {
			t.Fatalf("%s of %s: the name is taken by %s %s", op.Action, op.Name(), l.Kind, l.ID)
		}
	}
}

func (s *space) find(t *rapid.T, op plan.Operation) int {
	at := slices.IndexFunc(s.rooms, func(l room.Live) bool { return l.Kind == op.Kind() && l.ID == op.Live.ID && l.Name == op.Live.Name })
	if at < 0 {
		t.Fatalf("%s %s %s: there is no such room", op.Action, op.Name(), op.Live.ID)
	}
	return at
}

// defaults is what the API fills in.
func defaults(t *rapid.T, kind room.Kind) room.Settings {
	filled := make(room.Settings)
	for _, s := range schema.Settings(string(kind)) {
		if s.Default == "" {
			continue
		}
		v, err := room.Parse([]byte(s.Default))
		if err != nil {
			t.Fatal(err)
		}
		filled[s.Name] = v
	}
	return filled
}

// names are few, so that file and space meet often.
var allNames = []string{"stage", "team-a", "team-b", "team-c", "lab", "x"}

var names = rapid.SampledFrom(allNames)

var kinds = rapid.SampledFrom([]room.Kind{room.Conference, room.Conference, room.Room})

// someSettings chooses a few settings of a kind.
func someSettings(kind room.Kind) *rapid.Generator[room.Settings] {
	choices := map[room.Kind]map[string][]room.Value{
		room.Conference: {
			"display_name":           {room.Text("A"), room.Text("B"), room.Null()},
			"description":            {room.Text("x"), room.Null()},
			"join_from":              {room.Text("2030-01-01T00:00:00Z"), room.Text("2031-01-01T00:00:00Z"), room.Null()},
			"quality":                {room.Text("720p"), room.Text("1080p")},
			"dark_primary":           {room.Text("#ABCDEF"), room.Text("#abcdef"), room.Text("#000000"), room.Null()},
			"enable_chat":            {room.Bool(true), room.Bool(false)},
			"tone_on_entry_and_exit": {room.Bool(true), room.Bool(false)},
		},
		room.Room: {
			"display_name":         {room.Text("A"), room.Text("B"), room.Null()},
			"max_members":          {room.Int(5), room.Int(20)},
			"remove_at":            {room.Text("2030-01-01T00:00:00Z"), room.Null()},
			"enable_room_previews": {room.Bool(true), room.Bool(false), room.Null()},
		},
	}[kind]
	return rapid.Custom(func(t *rapid.T) room.Settings {
		chosen := make(room.Settings)
		for _, name := range slices.Sorted(maps.Keys(choices)) {
			if rapid.Bool().Draw(t, name) {
				chosen[name] = rapid.SampledFrom(choices[name]).Draw(t, name)
			}
		}
		return chosen
	})
}

// world is everything that a plan depends on.
type world struct {
	desired []room.Desired
	live    []room.Live
	options plan.Options
}

// worlds generates files and spaces with all that can be between them: rooms
// of one name, of the other kind, shadows by name and by ID.
func worlds(prune *rapid.Generator[bool]) *rapid.Generator[world] {
	return rapid.Custom(func(t *rapid.T) world {
		var w world
		for _, name := range rapid.SliceOfNDistinct(names, 0, 5, rapid.ID).Draw(t, "desired") {
			kind := kinds.Draw(t, "kind")
			w.desired = append(w.desired, room.Desired{Kind: kind, Name: name, Settings: someSettings(kind).Draw(t, "wish")})
		}
		for i := range rapid.IntRange(0, 8).Draw(t, "live") {
			l := room.Live{Kind: kinds.Draw(t, "kind"), Name: names.Draw(t, "name"), ID: fmt.Sprintf("id-%d", i)}
			l.Settings = someSettings(l.Kind).Draw(t, "settings")
			w.live = append(w.live, l)
			if l.Kind == room.Conference && rapid.IntRange(0, 3).Draw(t, "shadow") == 0 {
				w.live = append(w.live, room.Live{Kind: room.Room, Name: names.Draw(t, "name"), ID: l.ID})
			}
		}
		rename(t, &w)
		w.options = plan.Options{
			Space: "example.signalwire.com", Project: "p", Prune: prune.Draw(t, "prune"), Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC),
			Scope: plan.Scope{
				Stated: rapid.IntRange(0, 3).Draw(t, "stated") > 0,
				Globs:  rapid.SliceOfN(rapid.SampledFrom([]string{"team-*", "stage", "*", "l?b"}), 0, 2).Draw(t, "manage"),
			},
		}
		return w
	})
}

// rename gives rooms of the file names that they had. A name leads to one room
// only, and there are no circles, because names only come from further on.
func rename(t *rapid.T, w *world) {
	claimed := make(map[string]bool)
	for i := range w.desired {
		d := &w.desired[i]
		for _, former := range allNames[slices.Index(allNames, d.Name)+1:] {
			if !claimed[former] && rapid.IntRange(0, 3).Draw(t, d.Name+" was "+former) == 0 {
				claimed[former] = true
				d.Was = append(d.Was, former)
			}
		}
	}
}

// strict adds what keeps a plan from rooms: protect, ignore and --only.
func strict(t *rapid.T, w *world) {
	globs := rapid.SampledFrom([]string{"team-*", "stage", "team-a", "x", "nobody"})
	for _, glob := range rapid.SliceOfN(globs, 0, 2).Draw(t, "protect") {
		w.options.Protect = append(w.options.Protect, room.Protection{Rooms: glob})
	}
	for _, glob := range rapid.SliceOfN(globs, 0, 3).Draw(t, "ignore") {
		w.options.Ignore = append(w.options.Ignore, room.Ignore{
			Rooms:    glob,
			Settings: rapid.SampledFrom([][]string{nil, {"quality", "display_name"}, {"max_members"}}).Draw(t, "settings"),
			Until:    rapid.SampledFrom([]string{"", "2026-11-24", "2026-11-25"}).Draw(t, "until"),
		})
	}
	w.options.Only = rapid.SliceOfN(globs, 0, 2).Draw(t, "only")
}

func (w world) plan() plan.Plan { return plan.Diff(w.desired, w.live, w.options) }

func checkWorlds(t *testing.T, prune *rapid.Generator[bool], check func(*rapid.T, world)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) { check(t, worlds(prune).Draw(t, "world")) })
}
