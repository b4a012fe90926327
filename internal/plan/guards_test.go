package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

func TestGuards(t *testing.T) {
	live := []one{{bare, "team-b", "3", ""}, {conf, "team-c", "1", ""}, {conf, "other", "2", ""}, {conf, "team-a", "4", ""}}
	allow := func(o plan.Options) plan.Options {
		o.AllowEmpty = true
		return o
	}
	type guard struct {
		Name  string
		Rooms []string
	}
	unmanaged := func(rooms ...string) guard { return guard{"prune-without-manage", rooms} }
	for _, tt := range []struct {
		name    string
		live    []one
		want    []one
		options plan.Options
		guards  []guard
		deletes int
	}{
		{name: "no --prune, no guards", live: live},
		{name: "not with manage and no rooms either", live: live, options: team("*")},
		{name: "--prune with manage and rooms", live: live, want: []one{{conf, "team-a", "", ""}}, options: pruning(team("team-*")), deletes: 2},
		{name: "--prune without manage", live: live, want: []one{{conf, "team-a", "", ""}}, options: pruning(plan.Options{}), guards: []guard{unmanaged("other", "team-c", "team-b")}},
		{
			name: "which names what is not protected, not left out, and one room only", live: append(live[:4:4], one{conf, "twin", "5", ""}, one{conf, "twin", "6", ""}, one{bare, "team-c", "7", ""}),
			options: pruning(plan.Options{Only: []string{"t*"}, Protect: []room.Protection{{Rooms: "team-b"}}}), guards: []guard{unmanaged("team-a", "team-c")},
		},
		{name: "even with nothing live", want: []one{{conf, "a", "", ""}}, options: pruning(plan.Options{}), guards: []guard{unmanaged()}},
		{name: "--allow-empty does not lift that", live: live, options: allow(pruning(plan.Options{})), guards: []guard{unmanaged("other", "team-a", "team-c", "team-b")}},
		{
			name: "--prune with no rooms names those it would delete, as the plan orders them", live: live, options: pruning(team("team-*")),
			guards: []guard{{"prune-with-no-rooms", []string{"team-a", "team-c", "team-b"}}}, deletes: 3,
		},
		{name: "--allow-empty lifts it", live: live, options: allow(pruning(team("team-*"))), deletes: 3},
		{name: "no rooms and nothing to delete", live: live, options: pruning(team("nobody-*"))},
		{name: "an empty manage is stated", live: live, options: pruning(team())},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.options.MaxDeletes = new(100)
			p := plan.Diff(desired(t, tt.want), lives(t, tt.live), tt.options)
			var got []guard
			for _, g := range p.Guards {
				got = append(got, guard{g.Name, g.Rooms})
				if !strings.Contains(g.Message, "--prune") || g.Lift == "" {
					t.Errorf("%s says too little: %q, %q", g.Name, g.Message, g.Lift)
				}
			}
			if diff := cmp.Diff(tt.guards, got); diff != "" {
				t.Errorf("guards (-want +got):\n%s", diff)
			}
			if n := p.Count(plan.Delete); n != tt.deletes {
				t.Errorf("%d deletes, want %d", n, tt.deletes)
			}
		})
	}
}

// Rooms that --in-use skip leaves out count neither as deletes, nor anywhere
// else, and with them what waits for their names.
func TestWhatIsLeftOutDoesNotCount(t *testing.T) {
	chain := []one{{conf, "c", "", ""}, {conf, "b", "", ""}}
	live := []one{{conf, "a", "1", ""}, {conf, "b", "2", ""}, {conf, "x", "3", ""}, {conf, "y", "4", ""}}
	options := pruning(team("*"))
	options.MaxDeletes = new(1)
	want := desired(t, chain)
	for i, was := range []string{"b", "a"} {
		want[i].Was = []string{was}
	}
	for _, c := range []struct {
		inUse                  plan.InUse
		guard                  string
		deletes, renames, left int
	}{
		{plan.Skip, "", 1, 0, 3},
		{plan.Force, "2 rooms would be deleted, and at most 1 may be", 2, 2, 0},
	} {
		options.InUse = c.inUse
		p := plan.Diff(want, lives(t, live), options)
		for i, op := range p.Operations {
			if op.Live.Name == "x" || op.Live.Name == "b" {
				p.Operations[i].Session = &room.Session{Status: "in-progress"}
			}
		}
		p.CheckGuards()
		got := ""
		for _, g := range p.Guards {
			got += g.Message
		}
		if got != c.guard || p.Count(plan.Delete) != c.deletes || p.Count(plan.Rename) != c.renames || p.CountLeftOut() != c.left {
			t.Errorf("%s: guards %q, %d deletes, %d renames, %d left out", c.inUse, got, p.Count(plan.Delete), p.Count(plan.Rename), p.CountLeftOut())
		}
	}
}
