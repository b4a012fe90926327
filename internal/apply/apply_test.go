package apply

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

func TestEverythingIsApplied(t *testing.T) {
	f := &fake{}
	r := run(planned(3, 3, 3), f, Options{})
	if !r.Complete() || r.Count(Applied) != 9 {
		t.Errorf("complete: %t, outcomes: %q", r.Complete(), outcomes(r))
	}
	for i, call := range f.calls {
		if deletes := strings.HasPrefix(call, "delete") || strings.HasPrefix(call, "look"); deletes != (i >= 6) {
			t.Errorf("call %d is %q: deletes come last, all of them", i, call)
		}
	}
	for _, result := range r.Results {
		attempts := 1
		if result.Operation.Action == plan.Delete {
			attempts = 2 // it is looked at first
		}
		if result.ID != "id-"+result.Operation.Name() || result.Attempts != attempts {
			t.Errorf("%s: ID %q, %d attempts", result.Operation.Name(), result.ID, result.Attempts)
		}
	}
}

func TestParallelismIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{create: func(name string, s room.Settings) (room.Live, error) {
			time.Sleep(time.Second)
			return living(name, s), nil
		}}
		began := time.Now()
		r := run(planned(12, 0, 0), f, Options{Parallelism: 4})
		if f.most != 4 || time.Since(began) != 3*time.Second || r.Count(Applied) != 12 {
			t.Errorf("%d at a time in %s, %d applied; want 4 in 3s, 12", f.most, time.Since(began), r.Count(Applied))
		}
	})
}

func TestOneFailureDoesNotStopTheOthers(t *testing.T) {
	f := &fake{create: func(name string, s room.Settings) (room.Live, error) {
		if name == "new-01" {
			return room.Live{}, errors.New("422 Unprocessable Entity")
		}
		return living(name, s), nil
	}}
	r := run(planned(3, 1, 1), f, Options{Parallelism: 1})
	want := []string{
		"mod-00 applied", "new-00 applied", "new-01 failed: create room new-01: 422 Unprocessable Entity", "new-02 applied",
		"old-00 skipped: nothing is deleted after a failure: create of new-01 failed",
	}
	if diff := cmp.Diff(want, outcomes(r)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if r.Complete() || slices.ContainsFunc(f.calls, func(c string) bool { return strings.HasPrefix(c, "delete") }) {
		t.Errorf("complete: %t, calls: %q", r.Complete(), f.calls)
	}
}

func TestALostAnswerIsUnknown(t *testing.T) {
	f := &fake{update: func(context.Context, string, room.Settings) (room.Live, error) { return room.Live{}, noAnswer{} }}
	r := run(planned(0, 1, 1), f, Options{})
	want := []string{"mod-00 unknown: update room mod-00: connection reset", "old-00 skipped: nothing is deleted after a failure: update of mod-00 unknown"}
	if diff := cmp.Diff(want, outcomes(r)); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func TestAnIgnoredSettingIsAFailure(t *testing.T) {
	f := &fake{update: func(_ context.Context, id string, s room.Settings) (room.Live, error) {
		return living("mod-00", room.Settings{"max_members": room.Int(9)}), nil
	}}
	want := []string{"mod-00 failed: update room mod-00: the server accepted the request but did not do all of it: max_members is 9 instead of 5"}
	if diff := cmp.Diff(want, outcomes(run(planned(0, 1, 0), f, Options{}))); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func TestAnIgnoredSettingOfACreate(t *testing.T) {
	f := &fake{create: func(name string, s room.Settings) (room.Live, error) { return living(name, nil), nil }}
	r := run(planned(1, 0, 0), f, Options{})
	if got := outcomes(r); !strings.Contains(got[0], "new-00 failed") || !strings.Contains(got[0], "max_members is missing instead of 5") {
		t.Errorf("outcomes: %q", got)
	}
	if r.Results[0].ID != "id-new-00" {
		t.Errorf("the ID of a room that was made but not as asked is %q", r.Results[0].ID)
	}
}

func TestAnotherNameThanAskedFor(t *testing.T) {
	f := &fake{create: func(name string, s room.Settings) (room.Live, error) { return living("other", s), nil }}
	if got := outcomes(run(planned(1, 0, 0), f, Options{})); !strings.Contains(got[0], `failed: create room new-00: the server named the new room "other" (ID id-other)`) {
		t.Errorf("outcomes: %q", got)
	}
}

// What POST does not take follows in a PUT, unless the answer holds it anyway.
func TestCreateFinishesWithAnUpdate(t *testing.T) {
	want := room.Desired{Kind: room.Conference, Name: "a", Settings: room.Settings{
		"user_join_video_off": room.Bool(true), "room_join_video_off": room.Bool(false), "size": room.Null(),
	}}
	f := &fake{create: func(name string, s room.Settings) (room.Live, error) {
		if diff := cmp.Diff(room.Settings{"display_name": room.Text("a")}, s, cmp.AllowUnexported(room.Value{})); diff != "" {
			t.Errorf("POST (-want +got):\n%s", diff)
		}
		return room.Live{Kind: room.Conference, ID: "1", Name: name, Settings: room.Settings{
			"display_name": room.Text("a"), "size": room.Text("medium"), "user_join_video_off": room.Bool(false), "room_join_video_off": room.Bool(false),
		}}, nil
	}}
	r := run(plan.Diff([]room.Desired{want}, nil, plan.Options{}), f, Options{})
	wantCalls := []string{"create a", `update 1 map[display_name:a size:null user_join_video_off:true]`}
	if diff := cmp.Diff(wantCalls, f.calls); diff != "" || !r.Complete() || r.Results[0].Attempts != 2 {
		t.Errorf("outcomes: %q, %d attempts, calls (-want +got):\n%s", outcomes(r), r.Results[0].Attempts, diff)
	}
}

func TestAPanicIsOneFailure(t *testing.T) {
	f := &fake{create: func(name string, s room.Settings) (room.Live, error) {
		if name == "new-00" {
			panic("boom")
		}
		return living(name, s), nil
	}}
	want := []string{"new-00 unknown: internal error: boom", "new-01 applied"}
	if diff := cmp.Diff(want, outcomes(run(planned(2, 0, 0), f, Options{Parallelism: 1}))); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func TestEveryResultIsToldOnce(t *testing.T) {
	told := make(map[string]int)
	f := &fake{create: func(string, room.Settings) (room.Live, error) { return room.Live{}, errors.New("no") }}
	r := run(planned(20, 5, 5), f, Options{Done: func(r Result) { told[r.Operation.Name()]++ }})
	if len(told) != 30 || r.Count(Failed) != 20 || r.Count(Applied) != 5 || r.Count(Skipped) != 5 {
		t.Errorf("told %d, outcomes %q", len(told), outcomes(r))
	}
	for name, n := range told {
		if n != 1 {
			t.Errorf("%s was told %d times", name, n)
		}
	}
}

func TestRefuse(t *testing.T) {
	r := Refuse(planned(1, 1, 1), "no")
	if r.Count(Skipped) != 3 || r.Complete() || r.Refused != "no" {
		t.Errorf("refused: %+v", r)
	}
}
