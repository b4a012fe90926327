package apply

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// A room that was found after its answer was lost may be somebody else's: what
// differs is set.
func TestAFoundRoomIsBroughtUpToDate(t *testing.T) {
	for _, c := range []struct {
		there room.Value
		calls []string
	}{
		{room.Int(5), []string{"create new-00"}},
		{room.Int(9), []string{"create new-00", "update id-new-00 map[max_members:5]"}},
	} {
		f := &fake{found: true, create: func(name string, s room.Settings) (room.Live, error) {
			return living(name, room.Settings{"max_members": c.there}), nil
		}}
		r := run(planned(1, 0, 0), f, Options{})
		if diff := cmp.Diff(c.calls, f.calls); diff != "" || !r.Complete() {
			t.Errorf("outcomes %q, calls (-want +got):\n%s", outcomes(r), diff)
		}
	}
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
