package apply

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

func TestARoomThatIsGoneIsDeleted(t *testing.T) {
	f := &fake{delete: func(string) error { return goneRoom{} }}
	if diff := cmp.Diff([]string{"old-00 applied: it was gone already"}, outcomes(run(planned(0, 0, 1), f, Options{}))); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

// A failed look that every other request would fail like ends the run, as such
// a write does.
func TestAFatalLookEndsTheRun(t *testing.T) {
	f := &fake{look: func(string) (room.Live, error) { return room.Live{}, unauthorized{} }}
	want := []string{
		"old-00 failed: delete room old-00: not deleted: look whether it is in use: 401 Unauthorized",
		"old-01 skipped: not begun after delete of old-00 failed: delete room old-00: not deleted: look whether it is in use: 401 Unauthorized",
	}
	if diff := cmp.Diff(want, outcomes(run(planned(0, 0, 2), f, Options{Parallelism: 1}))); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

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
		{"not seen", plan.Refuse, func(string) (room.Live, error) { return room.Live{}, errors.New("503") }, "old-00 failed: delete room old-00: not deleted: look whether it is in use: 503", false, false},
		{"not seen, for want of an answer", plan.Refuse, func(string) (room.Live, error) { return room.Live{}, noAnswer{} }, "old-00 failed: delete room old-00: not deleted: look whether it is in use: connection reset", false, false},
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
