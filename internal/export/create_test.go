package export_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"pgregory.net/rapid"

	"roomsync/internal/apply"
	"roomsync/internal/config"
	"roomsync/internal/export"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/internal/sandbox"
	"roomsync/internal/signalwire"
	"roomsync/schema"
)

// practice is an empty space and a client for it.
type practice struct {
	*sandbox.Server
	*signalwire.Client
	close func()
}

func newPractice(t *rapid.T) practice {
	server := sandbox.New(sandbox.Options{})
	web := httptest.NewServer(server)
	client, err := signalwire.New(signalwire.Options{Space: web.URL, Project: sandbox.DemoProject, Token: sandbox.DemoToken, Rate: signalwire.MaxRate})
	if err != nil {
		t.Fatal(err)
	}
	return practice{server, client, web.Close}
}

func (p practice) rooms(t *rapid.T) []room.Live {
	live, err := p.List(context.Background(), signalwire.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return live
}

// TestCreation makes the rooms of one space in an empty one, from their export:
// they must be the same in everything that can be set.
func TestCreation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := newPractice(t), newPractice(t)
		defer from.close()
		defer to.close()
		for _, l := range space().Draw(t, "live") {
			values := make(map[string]any)
			for name, v := range l.Settings {
				values[name] = v
			}
			if _, err := from.Put(string(l.Kind), l.Name, values); err != nil {
				t.Fatal(err)
			}
		}
		live := from.rooms(t)
		d := export.Of(live, rapid.Bool().Draw(t, "full"))
		text := written(t, d)
		file, problems := config.Parse("rooms.yaml", []byte(text))
		if len(problems) > 0 {
			t.Fatalf("%v\n%s", problems, text)
		}
		ctx := context.Background()
		report := apply.Run(ctx, ctx, plan.Diff(file.Rooms, to.rooms(t), plan.Options{}), to.Client, apply.Options{})
		for _, r := range report.Results {
			if r.Outcome != apply.Applied {
				t.Fatalf("%s: %s %v\n%s", r.Operation.Name(), r.Outcome, r.Err, text)
			}
		}
		made := make(map[string]room.Live)
		for _, l := range to.rooms(t) {
			made[l.Name] = l
		}
		was := make(map[string]room.Live)
		for _, l := range live {
			was[l.Name] = l
		}
		for _, r := range d.Rooms {
			if len(r.Comments) > 0 {
				continue // it says what it does not hold
			}
			for _, s := range schema.Settings(string(r.Kind)) {
				a, b := was[r.Name].Settings[s.Name], made[r.Name].Settings[s.Name]
				if a.IsNull() && !s.Nullable {
					continue // nobody can ask for that
				}
				if made[r.Name].Kind != r.Kind || !room.Equal(s, a, b) && !room.Equal(s, b, a) {
					t.Fatalf("%s: %s was %s and is now %s\n%s", r.Name, s.Name, a, b, text)
				}
			}
		}
	})
}
