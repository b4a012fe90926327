package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// was gives rooms of the file the names that they had.
func was(ds []room.Desired, names ...[]string) []room.Desired {
	for i := range names {
		ds[i].Was = names[i]
	}
	return ds
}

func TestRenames(t *testing.T) {
	for _, tt := range []struct {
		name     string
		want     []one
		was      [][]string
		live     []one
		options  plan.Options
		plan     outcome
		warnings []string
	}{
		{
			name: "the old name is live, the new one is not", want: []one{{conf, "new", "", ""}}, was: [][]string{{"old"}},
			live: []one{{conf, "old", "1", `{"display_name":"O"}`}},
			plan: outcome{Operations: []string{"rename conference new 1"}},
		},
		{
			name: "with changes, and a title that the API wants", want: []one{{conf, "new", "", `{"quality":"1080p"}`}}, was: [][]string{{"x", "old"}},
			live: []one{{conf, "old", "1", `{"quality":"720p","display_name":null}`}},
			plan: outcome{Operations: []string{"rename conference new 1 display_name=new quality=1080p"}},
		},
		{
			name: "both are live", want: []one{{conf, "new", "", ""}}, was: [][]string{{"old"}},
			live:     []one{{conf, "old", "1", ""}, {conf, "new", "2", ""}},
			plan:     outcome{Unchanged: []string{"conference new 2"}, Unmanaged: []string{"conference old 1: not in the file"}},
			warnings: []string{"previously is spent: new and old are both live, so nothing is renamed"},
		},
		{
			name: "neither is live", want: []one{{bare, "new", "", ""}}, was: [][]string{{"old"}},
			plan: outcome{Operations: []string{"create room new"}},
		},
		{
			name: "a chain", want: []one{{bare, "b", "", ""}, {bare, "c", "", ""}}, was: [][]string{{"a"}, {"b"}},
			live: []one{{bare, "a", "1", ""}, {bare, "b", "2", ""}},
			plan: outcome{Operations: []string{"rename room b 1", "rename room c 2"}},
		},
		{
			name: "a new room takes the name that is given up", want: []one{{bare, "b", "", ""}, {bare, "c", "", ""}}, was: [][]string{nil, {"b"}},
			live: []one{{bare, "b", "2", ""}},
			plan: outcome{Operations: []string{"create room b", "rename room c 2"}},
		},
		{
			name: "of the other kind", want: []one{{bare, "new", "", ""}}, was: [][]string{{"old"}}, options: pruning(team("*")),
			live: []one{{conf, "old", "1", ""}},
			plan: outcome{Conflicts: []string{"room new: conference 1"}},
		},
		{
			name: "two former names are live", want: []one{{conf, "new", "", ""}}, was: [][]string{{"a", "b"}}, options: pruning(team("*")),
			live: []one{{conf, "a", "1", ""}, {conf, "b", "2", ""}},
			plan: outcome{Conflicts: []string{"conference new: conference 1 conference 2"}},
		},
		{
			name: "two rooms have the former name", want: []one{{conf, "new", "", ""}}, was: [][]string{{"a"}}, options: pruning(team("*")),
			live: []one{{conf, "a", "1", ""}, {conf, "a", "2", ""}},
			plan: outcome{Conflicts: []string{"conference new: conference 1 conference 2"}},
		},
		{
			name: "the new name is the other kind's", want: []one{{conf, "new", "", ""}}, was: [][]string{{"old"}},
			live: []one{{conf, "old", "1", ""}, {bare, "new", "2", ""}},
			plan: outcome{Unmanaged: []string{"conference old 1: not in the file"}, Conflicts: []string{"conference new: room 2"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := plan.Diff(was(desired(t, tt.want), tt.was...), lives(t, tt.live), tt.options)
			if diff := cmp.Diff(tt.plan, summary(p)); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
			var warnings []string
			for _, w := range p.Warnings {
				warnings = append(warnings, w.Message)
			}
			if diff := cmp.Diff(tt.warnings, warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// What a crash in between would turn into something else comes first.
func TestNeeds(t *testing.T) {
	want := was(desired(t, []one{{bare, "a", "", ""}, {bare, "b", "", ""}, {bare, "c", "", ""}, {bare, "d", "", ""}}), nil, []string{"a"}, []string{"b"}, []string{"c"})
	p := plan.Diff(want, lives(t, []one{{bare, "b", "1", ""}}), plan.Options{})
	// b becomes c; before that d is created, or it would be taken for what was c;
	// after it b is created, and only then a.
	if diff := cmp.Diff([]string{"create room a", "create room b", "rename room c 1", "create room d"}, summary(p).Operations); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{1, 2, 3, -1}, p.Needs()); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
}

func TestDelicate(t *testing.T) {
	for _, tt := range []struct {
		before, after string
		delicate      bool
	}{
		{`{"max_members":20}`, `{"max_members":10}`, true},
		{`{"max_members":20}`, `{"max_members":30}`, false},
		{`{"remove_after_seconds_elapsed":null}`, `{"remove_after_seconds_elapsed":60}`, true},
		{`{"remove_after_seconds_elapsed":60}`, `{"remove_after_seconds_elapsed":null}`, false},
		{`{"join_until":"2030-01-01T00:00:00Z"}`, `{"join_until":"2029-01-01T00:00:00Z"}`, true},
		{`{"join_until":"2030-01-01T00:00:00Z"}`, `{"join_until":"2031-01-01T00:00:00Z"}`, false},
		{`{"remove_at":null}`, `{"remove_at":"2031-01-01T00:00:00Z"}`, true},
		{`{"remove_at":"2031-01-01T00:00:00Z"}`, `{"remove_at":null}`, false},
		{`{"join_from":null}`, `{"join_from":"2031-01-01T00:00:00Z"}`, false},
		{`{"layout":"1x1"}`, `{"layout":"2x2"}`, false},
		{"", `{"max_members":1}`, true},
	} {
		p := plan.Diff(desired(t, []one{{bare, "a", "", tt.after}}), lives(t, []one{{bare, "a", "1", tt.before}}), plan.Options{})
		if got := len(p.Delicate()) > 0; got != tt.delicate {
			t.Errorf("%s → %s: delicate %t, want %t", tt.before, tt.after, got, tt.delicate)
		}
	}
	p := plan.Diff(was(desired(t, []one{{bare, "a", "", `{"max_members":1}`}, {bare, "b", "", ""}}), nil, []string{"old"}),
		lives(t, []one{{bare, "old", "1", ""}, {bare, "gone", "2", ""}}), pruning(team("*")))
	if diff := cmp.Diff([]int{1, 2}, p.Delicate()); diff != "" {
		t.Errorf("of %q (-want +got):\n%s", summary(p).Operations, diff)
	}
}

// The digest is that of what is done to which rooms, and of nothing else.
func TestDigest(t *testing.T) {
	want := []one{{conf, "a", "", `{"quality":"1080p"}`}, {conf, "n", "", ""}}
	live := []one{{conf, "a", "1", `{"quality":"720p","display_name":"A","layout":"1x1"}`}, {conf, "z", "2", `{"size":"small"}`}}
	options := pruning(team("*"))
	options.Space, options.Project = "s", "p"
	base := plan.Diff(desired(t, want), lives(t, live), options).Digest()
	for name, change := range map[string]func(w, l []one, o *plan.Options){
		"a layout that does not change": func(w, l []one, o *plan.Options) {
			l[0].settings = `{"quality":"720p","display_name":"A","layout":"2x2"}`
		},
		"a guard":         func(w, l []one, o *plan.Options) { o.MaxDeletes = new(0) },
		"what is ignored": func(w, l []one, o *plan.Options) { o.Ignore = []room.Ignore{{Rooms: "other"}} },
	} {
		w, l, o := append([]one{}, want...), append([]one{}, live...), options
		change(w, l, &o)
		if plan.Diff(desired(t, w), lives(t, l), o).Digest() != base {
			t.Errorf("%s changes the digest", name)
		}
	}
	for name, change := range map[string]func(w, l []one, o *plan.Options){
		"the space":                        func(w, l []one, o *plan.Options) { o.Space = "t" },
		"the project":                      func(w, l []one, o *plan.Options) { o.Project = "q" },
		"no deletes":                       func(w, l []one, o *plan.Options) { o.Prune = false },
		"another value":                    func(w, l []one, o *plan.Options) { w[0].settings = `{"quality":"720p","size":"large"}` },
		"another value before":             func(w, l []one, o *plan.Options) { l[0].settings = `{"quality":null,"display_name":"A"}` },
		"another room of that name":        func(w, l []one, o *plan.Options) { l[0].id = "9" },
		"a setting of what is deleted":     func(w, l []one, o *plan.Options) { l[1].settings = `{"size":"large"}` },
		"another room is to be created":    func(w, l []one, o *plan.Options) { w[1].name = "m" },
		"one of the other kind":            func(w, l []one, o *plan.Options) { w[1].kind = bare },
		"the room has another name so far": func(w, l []one, o *plan.Options) { l[0].name = "b" },
	} {
		w, l, o := append([]one{}, want...), append([]one{}, live...), options
		change(w, l, &o)
		if plan.Diff(desired(t, w), lives(t, l), o).Digest() == base {
			t.Errorf("%s does not change the digest", name)
		}
	}
}

// A rule that is about any name, live or of the file, is not told to be about
// none, whatever becomes of the room.
func TestRulesOfNamesThatArePassedOn(t *testing.T) {
	want := []room.Desired{{Kind: room.Conference, Name: "e", Was: []string{"c"}}}
	live := []room.Live{{Kind: room.Conference, ID: "1", Name: "c", Settings: room.Settings{}}}
	o := plan.Options{Protect: []room.Protection{{Rooms: "c"}}, Ignore: []room.Ignore{{Rooms: "e"}}}
	if got := plan.Diff(want, live, o).Warnings; len(got) > 0 {
		t.Errorf("warnings: %v", got)
	}
}

// The loader refuses circles of names. A plan of one ends, too.
func TestOnlyInACircle(t *testing.T) {
	want := []room.Desired{{Kind: room.Conference, Name: "aa", Was: []string{"bb"}}, {Kind: room.Conference, Name: "bb", Was: []string{"aa"}}}
	plan.Diff(want, nil, plan.Options{Only: []string{"*"}})
}

// Nor does a saved plan whose renames wait for each other hang.
func TestLeftOutInACircle(t *testing.T) {
	live := func(id, name string) room.Live { return room.Live{Kind: room.Conference, ID: id, Name: name} }
	p := plan.Plan{Options: plan.Options{InUse: plan.Skip}, Operations: []plan.Operation{
		{Action: plan.Rename, Live: live("1", "a"), Desired: room.Desired{Kind: room.Conference, Name: "b"}},
		{Action: plan.Rename, Live: live("2", "b"), Desired: room.Desired{Kind: room.Conference, Name: "a"}},
		{Action: plan.Delete, Live: live("3", "c"), Session: &room.Session{Status: "in-progress"}},
	}}
	if n := p.CountLeftOut(); n != 1 {
		t.Errorf("%d left out, want 1", n)
	}
}
