package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// fake is a Writer that does what a test says, and keeps what it was asked.
type fake struct {
	create func(name string, s room.Settings) (room.Live, error)
	update func(ctx context.Context, id string, s room.Settings) (room.Live, error)
	delete func(id string) error
	found  bool // what create makes was there
	rename func(name string) (room.Live, error)
	look   func(id string) (room.Live, error)
	stream func(id string, u room.StreamURL) (room.Stream, error)

	mu    sync.Mutex
	calls []string
	now   int // calls under way
	most  int // the most there were at a time
}

func (f *fake) call(format string, args ...any) func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
	f.now++
	f.most = max(f.most, f.now)
	return func() { f.mu.Lock(); defer f.mu.Unlock(); f.now-- }
}

func (f *fake) Create(_ context.Context, kind room.Kind, name string, s room.Settings) (l room.Live, found bool, err error) {
	defer f.call("create %s", name)()
	if f.create != nil {
		l, err = f.create(name, s)
		return l, f.found, err
	}
	return room.Live{Kind: kind, ID: "id-" + name, Name: name, Settings: s}, f.found, nil
}

func (f *fake) Update(ctx context.Context, kind room.Kind, id, name string, s room.Settings) (room.Live, error) {
	if name != "" {
		defer f.call("rename %s to %s %v", id, name, s)()
		if f.rename != nil {
			return f.rename(name)
		}
		return room.Live{Kind: kind, ID: id, Name: name, Settings: s}, nil
	}
	defer f.call("update %s %v", id, s)()
	if f.update != nil {
		return f.update(ctx, id, s)
	}
	return room.Live{Kind: kind, ID: id, Settings: s}, nil
}

func (f *fake) Delete(_ context.Context, kind room.Kind, id string) error {
	defer f.call("delete %s", id)()
	if f.delete != nil {
		return f.delete(id)
	}
	return nil
}

func (f *fake) CreateStream(_ context.Context, kind room.Kind, id string, u room.StreamURL) (room.Stream, error) {
	defer f.call("stream %s to %s", id, string(u))()
	return f.streamed("s-"+id, u)
}

func (f *fake) UpdateStream(_ context.Context, id string, u room.StreamURL) (room.Stream, error) {
	defer f.call("move %s to %s", id, string(u))()
	return f.streamed(id, u)
}

func (f *fake) DeleteStream(_ context.Context, id string) error {
	defer f.call("end %s", id)()
	_, err := f.streamed(id, "")
	return err
}

func (f *fake) streamed(id string, u room.StreamURL) (room.Stream, error) {
	if f.stream != nil {
		return f.stream(id, u)
	}
	return room.Stream{ID: id, URL: u}, nil
}

func (f *fake) Look(_ context.Context, kind room.Kind, id string) (room.Live, error) {
	defer f.call("look %s", id)()
	if f.look != nil {
		return f.look(id)
	}
	return room.Live{Kind: kind, ID: id, Name: strings.TrimPrefix(id, "id-")}, nil
}

// noAnswer is what became of a request whose answer never came.
type noAnswer struct{}

func (noAnswer) Error() string   { return "connection reset" }
func (noAnswer) Ambiguous() bool { return true }

// unauthorized is an error that every other request would get, too.
type unauthorized struct{}

func (unauthorized) Error() string { return "401 Unauthorized" }
func (unauthorized) Fatal() bool   { return true }

// goneRoom is an answer that says there is no such room.
type goneRoom struct{}

func (goneRoom) Error() string { return "404 Not Found" }
func (goneRoom) Gone() bool    { return true }

func wish(name string, s room.Settings) room.Desired {
	return room.Desired{Kind: room.Room, Name: name, Settings: s}
}

func living(name string, s room.Settings) room.Live {
	return room.Live{Kind: room.Room, ID: "id-" + name, Name: name, Settings: s}
}

// planned is a plan with the given numbers of creates, updates and deletes.
func planned(creates, updates, deletes int) plan.Plan {
	var want []room.Desired
	var live []room.Live
	for i := range creates {
		want = append(want, wish(fmt.Sprintf("new-%02d", i), room.Settings{"max_members": room.Int(5)}))
	}
	for i := range updates {
		name := fmt.Sprintf("mod-%02d", i)
		want = append(want, wish(name, room.Settings{"max_members": room.Int(5)}))
		live = append(live, living(name, room.Settings{"max_members": room.Int(9)}))
	}
	for i := range deletes {
		live = append(live, living(fmt.Sprintf("old-%02d", i), nil))
	}
	return plan.Diff(want, live, plan.Options{Prune: true, Scope: plan.Scope{Stated: true, Globs: []string{"*"}}})
}

func run(p plan.Plan, w Writer, o Options) Report {
	return Run(context.Background(), context.Background(), p, w, o)
}

// outcomes are a report's results in words.
func outcomes(r Report) []string {
	var all []string
	for _, result := range r.Results {
		text := fmt.Sprintf("%s %s", result.Operation.Name(), result.Outcome)
		if result.Err != nil {
			text += ": " + result.Err.Error()
		}
		if result.Reason != "" {
			text += ": " + result.Reason
		}
		all = append(all, text)
	}
	return all
}

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

func TestARoomThatIsGoneIsDeleted(t *testing.T) {
	f := &fake{delete: func(string) error { return goneRoom{} }}
	if diff := cmp.Diff([]string{"old-00 applied: it was gone already"}, outcomes(run(planned(0, 0, 1), f, Options{}))); diff != "" {
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

func TestNothingIsBegunAfterAnInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(context.Background())
		f := &fake{create: func(name string, s room.Settings) (room.Live, error) {
			time.Sleep(2 * time.Second)
			return living(name, s), nil
		}}
		time.AfterFunc(time.Second, interrupt)
		r := Run(ctx, context.Background(), planned(3, 0, 1), f, Options{Parallelism: 2})
		want := []string{"new-00 applied", "new-01 applied", "new-02 skipped: interrupted before it began", "old-00 skipped: interrupted before it began"}
		if diff := cmp.Diff(want, outcomes(r)); diff != "" || !r.Interrupted {
			t.Errorf("interrupted: %t, outcomes (-want +got):\n%s", r.Interrupted, diff)
		}
	})
}

func TestRequestsInFlightHaveTheirGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(context.Background())
		f := &fake{update: func(ctx context.Context, id string, s room.Settings) (room.Live, error) {
			<-ctx.Done()
			return room.Live{}, noAnswer{}
		}}
		began := time.Now()
		time.AfterFunc(time.Second, interrupt)
		r := Run(ctx, context.Background(), planned(0, 1, 0), f, Options{})
		want := []string{"mod-00 unknown: broken off after the interrupt: update room mod-00: connection reset"}
		if diff := cmp.Diff(want, outcomes(r)); diff != "" || time.Since(began) != 8*time.Second || !r.Interrupted {
			t.Errorf("after %s, interrupted %t, outcomes (-want +got):\n%s", time.Since(began), r.Interrupted, diff)
		}
	})
}

func TestTheSecondInterruptEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, first := context.WithCancel(context.Background())
		now, second := context.WithCancel(context.Background())
		f := &fake{update: func(ctx context.Context, id string, s room.Settings) (room.Live, error) {
			<-ctx.Done()
			return room.Live{}, noAnswer{}
		}}
		began := time.Now()
		time.AfterFunc(time.Second, first)
		time.AfterFunc(2*time.Second, second)
		r := Run(ctx, now, planned(0, 1, 0), f, Options{})
		if time.Since(began) != 2*time.Second || r.Count(Unknown) != 1 {
			t.Errorf("after %s: %q", time.Since(began), outcomes(r))
		}
	})
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

// renaming is a plan of a chain: c was b, b was a.
func renaming() plan.Plan {
	s := room.Settings{"max_members": room.Int(5)}
	return plan.Diff([]room.Desired{{Kind: room.Room, Name: "b", Was: []string{"a"}, Settings: s}, {Kind: room.Room, Name: "c", Was: []string{"b"}, Settings: s}},
		[]room.Live{living("a", room.Settings{"max_members": room.Int(9)}), living("b", s)}, plan.Options{})
}

func TestAChainBeginsAtItsFreeEnd(t *testing.T) {
	f := &fake{}
	r := run(renaming(), f, Options{})
	want := []string{"rename id-b to c map[]", "rename id-a to b map[max_members:5]"}
	if diff := cmp.Diff(want, f.calls); diff != "" || !r.Complete() {
		t.Errorf("outcomes %q, calls (-want +got):\n%s", outcomes(r), diff)
	}
}

func TestARenameThatDoesNotHappen(t *testing.T) {
	const wayOut = "if this space does not rename rooms, do it in the dashboard, or remove previously to have a new room created"
	blocked := "b skipped: its name is taken until b is renamed to c, which failed"
	for _, c := range []struct {
		name   string
		rename func(string) (room.Live, error)
		want   string
	}{
		{"ignored", func(string) (room.Live, error) { return living("b", nil), nil }, "c failed: rename room c: the server kept the name b; " + wayOut},
		{"refused", func(string) (room.Live, error) { return room.Live{}, refusedParameter("name") }, "c failed: rename room c: 422 name; " + wayOut},
		{"something else is refused", func(string) (room.Live, error) { return room.Live{}, refusedParameter("size") }, "c failed: rename room c: 422 size"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{rename: c.rename}
			if diff := cmp.Diff([]string{blocked, c.want}, outcomes(run(renaming(), f, Options{}))); diff != "" || len(f.calls) != 1 {
				t.Errorf("calls %q, outcomes (-want +got):\n%s", f.calls, diff)
			}
		})
	}
}

// refusedParameter is a 422 about a parameter.
type refusedParameter string

func (r refusedParameter) Error() string               { return "422 " + string(r) }
func (r refusedParameter) About(parameter string) bool { return parameter == string(r) }

// What happened to a room between the plan and its turn is seen in time.
func TestALastLookBeforeADelete(t *testing.T) {
	began := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	meeting := &room.Session{Status: "in-progress", Started: began}
	busy := func(string) (room.Live, error) {
		l := living("old-00", nil)
		l.Session = meeting
		return l, nil
	}
	for _, c := range []struct {
		name     string
		mode     plan.InUse
		look     func(string) (room.Live, error)
		want     string
		complete bool
		deletes  bool
	}{
		{"in use", plan.Refuse, busy, "old-00 skipped: in use since 2026-11-25 09:00Z", false, false},
		{"in use, skip", plan.Skip, busy, "old-00 skipped: in use since 2026-11-25 09:00Z", true, false},
		{"in use, waited for in vain", plan.Wait, busy, "old-00 skipped: in use since 2026-11-25 09:00Z, and nothing came of waiting", false, false},
		{"in use, force", plan.Force, busy, "old-00 applied", true, true},
		{"gone", plan.Refuse, func(string) (room.Live, error) { return room.Live{}, goneRoom{} }, "old-00 applied: it was gone already", true, false},
		{"edited", plan.Refuse, func(string) (room.Live, error) {
			return living("old-00", room.Settings{"max_members": room.Int(7)}), nil
		},
			"old-00 failed: delete room old-00: it has changed since it was planned to delete it (max_members from 3 to 7), so it is not deleted", false, false},
		{"renamed", plan.Refuse, func(string) (room.Live, error) { return living("kept", nil), nil }, "old-00 failed: delete room old-00: it is named kept now, so it is not deleted", false, false},
		{"not seen", plan.Refuse, func(string) (room.Live, error) { return room.Live{}, errors.New("503") }, "old-00 failed: delete room old-00: look whether it is in use: 503", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := planned(0, 0, 1)
				p.Operations[0].Live.Settings = room.Settings{"max_members": room.Int(3)}
				p.InUse = c.mode
				f := &fake{look: c.look}
				r := run(p, f, Options{Patience: time.Minute})
				deletes := slices.Contains(f.calls, "delete id-old-00")
				if diff := cmp.Diff([]string{c.want}, outcomes(r)); diff != "" || r.Complete() != c.complete || deletes != c.deletes {
					t.Errorf("complete: %t, calls: %q, outcomes (-want +got):\n%s", r.Complete(), f.calls, diff)
				}
			})
		})
	}
}

func TestWaitingForARoomToEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ends := time.Now().Add(30 * time.Second)
		var told []string
		f := &fake{look: func(string) (room.Live, error) {
			l := living("old-00", room.Settings{"max_members": room.Int(3)})
			if time.Now().Before(ends) {
				l.Session = &room.Session{Status: "in-progress"}
			}
			return l, nil
		}}
		p := planned(0, 0, 1)
		p.InUse = plan.Wait
		began := time.Now()
		r := run(p, f, Options{Patience: time.Minute, Told: func(s string) { told = append(told, s) }})
		if !r.Complete() || time.Since(began) != 30*time.Second || len(told) == 0 || told[0] != "old-00 is in use: waiting" {
			t.Errorf("after %s, told %q: %q", time.Since(began), told, outcomes(r))
		}
		// The report keeps the room as it was last.
		if got := r.Results[0].Operation.Live.Settings["max_members"]; got != room.Int(3) {
			t.Errorf("the report has max_members %s", got)
		}
	})
}

func TestRoomsInUseAreSkipped(t *testing.T) {
	p := renaming()
	p.InUse = plan.Skip
	p.Operations[1].Session = &room.Session{Status: "in-progress"} // b, which becomes c
	f := &fake{}
	r := run(p, f, Options{})
	want := []string{"b skipped: its name is taken until b is renamed to c, which was skipped", "c skipped: in use"}
	if diff := cmp.Diff(want, outcomes(r)); diff != "" || len(f.calls) != 0 || !r.Complete() {
		t.Errorf("calls %q, complete %t, outcomes (-want +got):\n%s", f.calls, r.Complete(), diff)
	}
}

// The end of everything may be seen before the end of beginnings is: what has
// sent nothing by then is skipped all the same.
func TestBrokenOffBeforeItsTurn(t *testing.T) {
	now, kill := context.WithCancel(context.Background())
	kill()
	f := &fake{create: func(string, room.Settings) (room.Live, error) { return room.Live{}, context.Canceled }}
	r := Run(context.Background(), now, planned(1, 0, 0), f, Options{Track: func(ctx context.Context) (context.Context, func() (int, time.Time)) {
		return ctx, func() (int, time.Time) { return 0, time.Time{} }
	}})
	if got := r.Results[0]; got.Outcome != Skipped || got.Err != nil || got.Duration != 0 {
		t.Errorf("outcome %s in %s, %v; want skipped", got.Outcome, got.Duration, got.Err)
	}
}
