package apply

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
)

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
