package plan_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// sameValue lets cmp look at values, whose text is not exported.
var sameValue = cmp.Options{cmp.Comparer(func(a, b room.Value) bool { return a == b }), cmpopts.IgnoreUnexported(plan.Plan{})}

func settings(t testing.TB, text string) room.Settings {
	t.Helper()
	var s room.Settings
	if text != "" {
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return s
}

// one is a room as a table writes it.
type one struct {
	kind     room.Kind
	name, id string
	settings string // a JSON object, or empty
}

const (
	conf = room.Conference
	bare = room.Room
)

func desired(t testing.TB, list []one) []room.Desired {
	ds := make([]room.Desired, len(list))
	for i, o := range list {
		ds[i] = room.Desired{Kind: o.kind, Name: o.name, Settings: settings(t, o.settings)}
	}
	return ds
}

func lives(t testing.TB, list []one) []room.Live {
	ls := make([]room.Live, len(list))
	for i, o := range list {
		ls[i] = room.Live{Kind: o.kind, Name: o.name, ID: o.id, Settings: settings(t, o.settings)}
	}
	return ls
}

// outcome is a plan in short: who ends up where.
type outcome struct {
	Operations, Unchanged, Unmanaged, Conflicts []string
}

// summary writes every entry of a plan as its kind, name and what else matters.
func summary(p plan.Plan) outcome {
	var o outcome
	for _, op := range p.Operations {
		text := string(op.Action) + " " + string(op.Kind()) + " " + op.Name()
		if op.Live.ID != "" {
			text += " " + op.Live.ID
		}
		for _, c := range op.Changes {
			text += " " + c.Setting + "=" + c.After.String()
		}
		o.Operations = append(o.Operations, text)
	}
	for _, b := range p.Unchanged {
		o.Unchanged = append(o.Unchanged, string(b.Kind)+" "+b.Name+" "+b.ID+b.Reason)
	}
	for _, b := range p.Unmanaged {
		text := string(b.Kind) + " " + b.Name + " " + b.ID + ": " + b.Reason
		if b.Prunable {
			text += " (prunable)"
		}
		o.Unmanaged = append(o.Unmanaged, text)
	}
	for _, c := range p.Conflicts {
		text := string(c.Desired.Kind) + " " + c.Desired.Name + ":"
		for _, l := range c.Live {
			text += " " + string(l.Kind) + " " + l.ID
		}
		o.Conflicts = append(o.Conflicts, text)
	}
	return o
}

const (
	outside    = "outside of what the file manages"
	prunable   = "managed but not in the file: --prune would delete it (prunable)"
	namesakes  = "managed but not in the file: 2 live rooms have this name, so --prune would not touch them"
	shadowName = "a conference has the same name"
	shadowID   = "it is a conference, listed among the rooms too"
)

func team(globs ...string) plan.Options {
	return plan.Options{Scope: plan.Scope{Stated: true, Globs: globs}}
}

func pruning(o plan.Options) plan.Options {
	o.Prune = true
	return o
}

func TestDiff(t *testing.T) {
	for _, tt := range []struct {
		name    string
		live    []one
		want    []one
		options plan.Options
		plan    outcome
	}{
		{name: "nothing and nothing"},
		{
			name: "create both kinds, conferences first, then by name",
			want: []one{{bare, "a", "", `{"max_members":5}`}, {conf, "c", "", ""}, {conf, "b", "", `{"display_name":"B","size":"large"}`}},
			plan: outcome{Operations: []string{"create conference b display_name=B size=large", "create conference c display_name=c", "create room a max_members=5"}},
		},
		{
			name: "update what differs only",
			live: []one{{conf, "a", "1", `{"display_name":"A","quality":"720p","size":"small"}`}, {bare, "b", "2", `{"max_members":20,"layout":"2x1"}`}},
			want: []one{{conf, "a", "", `{"quality":"1080p","size":"small"}`}, {bare, "b", "", `{"max_members":30}`}},
			plan: outcome{Operations: []string{"update conference a 1 quality=1080p", "update room b 2 max_members=30"}},
		},
		{
			name: "no difference",
			live: []one{{conf, "a", "1", `{"dark_primary":"#abcdef","enable_chat":null,"join_from":"2022-01-01T00:00:00Z"}`}, {bare, "b", "2", ""}},
			want: []one{{bare, "b", "", ""}, {conf, "a", "", `{"dark_primary":"#ABCDEF","enable_chat":true,"join_from":"2022-01-01","description":null}`}},
			plan: outcome{Unchanged: []string{"conference a 1", "room b 2"}},
		},
		{
			name: "without manage, other rooms are nobody's",
			live: []one{{conf, "x", "1", ""}, {bare, "a", "2", ""}},
			want: []one{{bare, "a", "", ""}},
			plan: outcome{Unchanged: []string{"room a 2"}, Unmanaged: []string{"conference x 1: " + "not in the file"}},
		},
		{
			name:    "a managed room that is gone from the file stays without --prune",
			live:    []one{{conf, "team-old", "1", ""}, {conf, "other", "2", ""}},
			options: team("team-*"),
			plan:    outcome{Unmanaged: []string{"conference other 2: " + outside, "conference team-old 1: " + prunable}},
		},
		{
			name:    "and goes with it, the others stay",
			live:    []one{{bare, "team-old", "3", ""}, {conf, "team-older", "1", ""}, {conf, "other", "2", ""}, {conf, "team-a", "4", ""}},
			want:    []one{{conf, "team-a", "", ""}},
			options: pruning(team("team-*")),
			plan: outcome{
				Operations: []string{"delete conference team-older 1", "delete room team-old 3"},
				Unchanged:  []string{"conference team-a 4"},
				Unmanaged:  []string{"conference other 2: " + outside},
			},
		},
		{
			name:    "--prune deletes nothing without manage",
			live:    []one{{conf, "x", "1", ""}},
			want:    []one{{conf, "a", "", ""}},
			options: plan.Options{Prune: true, Scope: plan.Scope{Globs: []string{"*"}}},
			plan:    outcome{Operations: []string{"create conference a display_name=a"}, Unmanaged: []string{"conference x 1: " + "not in the file"}},
		},
		{
			name:    "nor with an empty manage",
			live:    []one{{conf, "x", "1", ""}},
			options: pruning(team()),
			plan:    outcome{Unmanaged: []string{"conference x 1: " + outside}},
		},
		{
			name: "two live conferences of one name: a conflict of that name only",
			live: []one{{conf, "a", "2", ""}, {conf, "a", "1", ""}, {conf, "b", "3", `{"display_name":"B","size":"small"}`}},
			want: []one{{conf, "a", "", `{"size":"large"}`}, {conf, "b", "", `{"size":"large"}`}},
			plan: outcome{Operations: []string{"update conference b 3 size=large"}, Conflicts: []string{"conference a: conference 1 conference 2"}},
		},
		{
			name: "two live rooms of one name",
			live: []one{{bare, "a", "2", ""}, {bare, "a", "1", ""}},
			want: []one{{bare, "a", "", ""}},
			plan: outcome{Conflicts: []string{"room a: room 1 room 2"}},
		},
		{
			name:    "namesakes are not pruned either",
			live:    []one{{conf, "a", "2", ""}, {conf, "a", "1", ""}, {bare, "b", "4", ""}, {bare, "b", "3", ""}, {bare, "c", "5", ""}},
			options: pruning(team("*")),
			plan:    outcome{Operations: []string{"delete room c 5"}, Conflicts: []string{"conference a: conference 1 conference 2", "room b: room 3 room 4"}},
		},
		{
			name:    "nor promised to be",
			live:    []one{{bare, "b", "4", ""}, {bare, "b", "3", ""}},
			options: team("*"),
			plan:    outcome{Unmanaged: []string{"room b 3: " + namesakes, "room b 4: " + namesakes}},
		},
		{
			name: "a room does not become a conference",
			live: []one{{bare, "a", "1", ""}},
			want: []one{{conf, "a", "", ""}},
			plan: outcome{Conflicts: []string{"conference a: room 1"}},
		},
		{
			name:    "nor a conference a room, not even by way of --prune",
			live:    []one{{conf, "a", "1", ""}},
			want:    []one{{bare, "a", "", ""}},
			options: pruning(team("*")),
			plan:    outcome{Conflicts: []string{"room a: conference 1"}},
		},
		{
			name:    "a room with a conference's name is its shadow",
			live:    []one{{bare, "a", "9", `{"quality":"720p"}`}, {conf, "a", "1", `{"display_name":"A","quality":"720p"}`}},
			want:    []one{{conf, "a", "", `{"quality":"1080p"}`}},
			options: pruning(team("*")),
			plan:    outcome{Operations: []string{"update conference a 1 quality=1080p"}, Unmanaged: []string{"room a 9: " + shadowName}},
		},
		{
			name:    "the shadow may be the room that the file wants, and nothing tells",
			live:    []one{{bare, "a", "9", ""}, {conf, "a", "1", ""}},
			want:    []one{{bare, "a", "", ""}},
			options: pruning(team("*")),
			plan:    outcome{Conflicts: []string{"room a: conference 1 room 9"}},
		},
		{
			name:    "and is not deleted with the conference",
			live:    []one{{bare, "a", "9", ""}, {conf, "a", "1", ""}},
			options: pruning(team("*")),
			plan:    outcome{Operations: []string{"delete conference a 1"}, Unmanaged: []string{"room a 9: " + shadowName}},
		},
		{
			name:    "a room with a conference's ID is its shadow, whatever its name",
			live:    []one{{bare, "b", "1", ""}, {bare, "c", "2", ""}, {conf, "a", "1", ""}, {conf, "d", "2", ""}},
			want:    []one{{conf, "a", "", ""}, {bare, "b", "", `{"max_members":3}`}},
			options: pruning(team("*")),
			plan: outcome{
				Operations: []string{"delete conference d 2", "create room b max_members=3"},
				Unchanged:  []string{"conference a 1"},
				Unmanaged:  []string{"room b 1: " + shadowID, "room c 2: " + shadowID},
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want, live := desired(t, tt.want), lives(t, tt.live)
			p := plan.Diff(want, live, tt.options)
			if diff := cmp.Diff(tt.plan, summary(p)); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
			slices.Reverse(want)
			slices.Reverse(live)
			if diff := cmp.Diff(p, plan.Diff(want, live, tt.options), sameValue); diff != "" {
				t.Errorf("read backwards the plan is another (-forward +backward):\n%s", diff)
			}
			for _, c := range p.Conflicts {
				if c.Reason == "" || c.Hint == "" {
					t.Errorf("the conflict about %s gives no reason or no way out: %q, %q", c.Desired.Name, c.Reason, c.Hint)
				}
			}
			if got, want := p.InSync(), len(tt.plan.Operations)+len(tt.plan.Conflicts) == 0; got != want {
				t.Errorf("in sync: %v, want %v", got, want)
			}
		})
	}
}

// An operation carries what apply and a reader need, and the plan its options.
func TestOperationsAreComplete(t *testing.T) {
	want := desired(t, []one{{conf, "a", "", `{"quality":"1080p"}`}, {conf, "n", "", ""}})
	want[0].Pos.Line, want[1].Pos.Line = 3, 7
	live := lives(t, []one{{conf, "a", "1", `{"quality":"720p","display_name":null}`}, {conf, "z", "2", `{"size":"small"}`}})
	live[1].Session = &room.Session{Status: "in-progress"}
	o := pruning(team("*"))
	o.Space, o.Project = "example.signalwire.com", "p"
	got := plan.Diff(want, live, o)
	update := []room.Change{
		{Setting: "display_name", Before: room.Null(), After: room.Text("a"), Implied: true},
		{Setting: "quality", Before: room.Text("720p"), After: room.Text("1080p")},
	}
	create := []room.Change{{Setting: "display_name", After: room.Text("n"), Implied: true}}
	if diff := cmp.Diff(plan.Plan{Options: o, Rooms: 2, Live: 2, Managed: 2, Guards: got.Guards, Operations: []plan.Operation{
		{Action: plan.Update, Desired: want[0], Live: live[0], Changes: update},
		{Action: plan.Create, Desired: want[1], Changes: create},
		{Action: plan.Delete, Live: live[1]},
	}}, got, sameValue); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	for action, n := range map[plan.Action]int{plan.Create: 1, plan.Update: 1, plan.Delete: 1, "other": 0} {
		if got.Count(action) != n {
			t.Errorf("%d times %s, want %d", got.Count(action), action, n)
		}
	}
}

// Every live room counts once: an image of a conference is that conference.
func TestLiveRooms(t *testing.T) {
	p := plan.Diff(nil, []room.Live{
		{Kind: room.Conference, ID: "1", Name: "a"}, {Kind: room.Room, ID: "1", Name: "a"}, {Kind: room.Room, ID: "2", Name: "a"},
		{Kind: room.Room, ID: "3", Name: "b"}, {Kind: room.Room, ID: "4", Name: "b"},
	}, plan.Options{Scope: plan.Scope{Stated: true, Globs: []string{"b"}}})
	if p.Live != 3 || p.Managed != 2 {
		t.Errorf("%d live rooms, %d managed; want 3 and 2", p.Live, p.Managed)
	}
}

// Where a bare room is wanted, and a conference and a room have the name, it is
// not said that the live room is of the other kind: there may be two.
func TestARoomAndAConferenceOfOneName(t *testing.T) {
	const why = "a live room with a prebuilt UI and one without are both called a, and SignalWire may list one room as both, so nothing tells which is meant"
	live := lives(t, []one{{bare, "a", "9", ""}, {conf, "a", "1", ""}})
	for name, reason := range map[string]string{"a": why, "b": "it was a, and " + why} {
		want := room.Desired{Kind: bare, Name: name}
		if name != "a" {
			want.Was = []string{"a"}
		}
		p := plan.Diff([]room.Desired{want}, live, plan.Options{})
		got := summary(p)
		if diff := cmp.Diff(outcome{Conflicts: []string{"room " + name + ": conference 1 room 9"}}, got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", name, diff)
		}
		if c := p.Conflicts[0]; c.Reason != reason || c.Hint != "rename or delete the one that is not meant in the dashboard" {
			t.Errorf("%s: %s (%s)", name, c.Reason, c.Hint)
		}
	}
}

// Who wonders why a room is left alone is told which rule says so, and where:
// the first of several.
func TestRulesAreNamed(t *testing.T) {
	at := func(line int) room.Pos { return room.Pos{File: "rooms.yaml", Line: line, Col: 3} }
	options := pruning(team("*"))
	options.Protect = []room.Protection{{Rooms: "lead-*", Pos: at(7)}, {Rooms: "lead-a", Pos: at(8)}, {Rooms: "vault"}}
	options.Ignore = []room.Ignore{{Rooms: "lab", Until: "9999-12-31", Reason: "trial", Pos: at(9)}, {Rooms: "demo", Settings: []string{"size"}, Pos: at(10)}, {Rooms: "x"}}
	want := desired(t, []one{{conf, "demo", "", `{"size":"large"}`}, {conf, "kept", "", ""}})
	p := plan.Diff(want, lives(t, []one{
		{conf, "demo", "1", `{"size":"small"}`}, {conf, "kept", "2", ""}, {conf, "lab", "3", ""}, {conf, "lead-a", "4", ""}, {conf, "vault", "5", ""}, {conf, "x", "6", ""},
	}), options)
	var got []string
	for _, b := range append(p.Ignored, p.Unmanaged...) {
		got = append(got, b.Name+": "+b.Reason)
	}
	if diff := cmp.Diff([]string{
		"demo: size ignored by rooms.yaml:10",
		"lab: ignored until 9999-12-31 (trial) by rooms.yaml:9",
		"x: ignored",
		`lead-a: managed but not in the file, and protected by "lead-*" (rooms.yaml:7): --prune does not touch it`,
		`vault: managed but not in the file, and protected by "vault": --prune does not touch it`,
	}, got); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}
