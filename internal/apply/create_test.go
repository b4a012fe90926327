package apply

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// After a lost answer the name is looked up before anything else is sent.
func TestALostCreateIsLookedUp(t *testing.T) {
	asked := room.Settings{"max_members": room.Int(5)}
	refusal := errors.New("422 the name is already taken")
	for _, c := range []struct {
		name    string
		answers []error // of the POSTs
		found   []any   // what is found each time: nil, an error or a room's settings
		calls   string
		outcome string
	}{
		{"it was made", []error{noAnswer{}}, []any{asked},
			"create new-00, find new-00", "new-00 applied"},
		{"it was not", []error{noAnswer{}, nil}, []any{nil},
			"create new-00, find new-00, create new-00", "new-00 applied"},
		{"it was made late", []error{noAnswer{}, refusal}, []any{nil, asked},
			"create new-00, find new-00, create new-00, find new-00", "new-00 applied"},
		{"it was made by somebody else", []error{noAnswer{}}, []any{room.Settings{"max_members": room.Int(9)}},
			"create new-00, find new-00, update id-new-00 map[max_members:5]", "new-00 applied"},
		{"looking fails", []error{noAnswer{}}, []any{errors.New("503")},
			"create new-00, find new-00", "new-00 unknown: create room new-00: connection reset; looking whether it is there failed, too: 503"},
		{"it is refused after all", []error{noAnswer{}, refusal}, []any{nil, nil},
			"create new-00, find new-00, create new-00, find new-00", "new-00 failed: create room new-00: 422 the name is already taken"},
		{"a refusal is no lost answer", []error{refusal}, nil,
			"create new-00", "new-00 failed: create room new-00: 422 the name is already taken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{
					create: func(name string, s room.Settings) (room.Live, error) {
						err := c.answers[0]
						c.answers = c.answers[1:]
						if err != nil {
							return room.Live{}, err
						}
						return living(name, s), nil
					},
					find: func(name string) (room.Live, bool, error) {
						what := c.found[0]
						c.found = c.found[1:]
						switch what := what.(type) {
						case error:
							return room.Live{}, false, what
						case room.Settings:
							return living(name, what), true, nil
						}
						return room.Live{}, false, nil
					},
				}
				r := run(planned(1, 0, 0), f, Options{})
				if diff := cmp.Diff([]string{c.outcome}, outcomes(r)); diff != "" {
					t.Errorf("outcomes (-want +got):\n%s", diff)
				}
				if got := strings.Join(f.calls, ", "); got != c.calls {
					t.Errorf("calls: %s\nwant:  %s", got, c.calls)
				}
				if r.Results[0].Attempts != len(f.calls) {
					t.Errorf("%d attempts, %d calls", r.Results[0].Attempts, len(f.calls))
				}
			})
		})
	}
}

func TestARoomThatIsNeverMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{create: func(string, room.Settings) (room.Live, error) { return room.Live{}, noAnswer{} }}
		began := time.Now()
		r := run(planned(1, 0, 0), f, Options{})
		want := []string{"new-00 unknown: create room new-00: asked for 5 times, and it is not there: connection reset"}
		if diff := cmp.Diff(want, outcomes(r)); diff != "" || time.Since(began) != 5*time.Second {
			t.Errorf("after %s, outcomes (-want +got):\n%s", time.Since(began), diff)
		}
	})
}

// A conference cannot be created without a display_name: null follows in a PUT.
func TestCreateWithoutADisplayName(t *testing.T) {
	f := &fake{}
	want := room.Desired{Kind: room.Conference, Name: "a", Settings: room.Settings{"display_name": room.Null()}}
	r := run(plan.Diff([]room.Desired{want}, nil, plan.Options{}), f, Options{})
	calls := []string{"create a", "update id-a map[display_name:null]"}
	if diff := cmp.Diff(calls, f.calls); diff != "" || !r.Complete() {
		t.Errorf("outcomes %q, calls (-want +got):\n%s", outcomes(r), diff)
	}
}

// One 401 is one error, not a thousand.
func TestAFatalErrorStopsTheRun(t *testing.T) {
	f := &fake{create: func(name string, s room.Settings) (room.Live, error) {
		if name >= "new-02" {
			return room.Live{}, unauthorized{}
		}
		return living(name, s), nil
	}}
	r := run(planned(20, 0, 1), f, Options{Parallelism: 1})
	if r.Count(Applied) != 2 || r.Count(Failed) != 1 || r.Count(Skipped) != 18 || r.Interrupted {
		t.Errorf("outcomes: %q", outcomes(r))
	}
	last := r.Results[len(r.Results)-2]
	if want := "not begun after create of new-02 failed: create room new-02: 401 Unauthorized"; last.Reason != want {
		t.Errorf("reason %q, want %q", last.Reason, want)
	}
}

// conferences is a plan that changes the quality of conferences with chat off.
func conferences(names ...string) plan.Plan {
	var want []room.Desired
	var live []room.Live
	for _, name := range names {
		want = append(want, room.Desired{Kind: room.Conference, Name: name, Settings: room.Settings{"quality": room.Text("1080p")}})
		live = append(live, room.Live{Kind: room.Conference, ID: "id-" + name, Name: name, Settings: room.Settings{
			"display_name": room.Text(name), "quality": room.Text("720p"), "enable_chat": room.Bool(false), "size": room.Text("large"),
			"layout": room.Text("grid-responsive"), "description": room.Null(), "meta": room.Text("read-only"),
		}})
	}
	return plan.Diff(want, live, plan.Options{})
}
