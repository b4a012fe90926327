package apply_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/internal/sandbox"
	"roomsync/internal/signalwire"
)

// TestItConverges is the promise: whatever goes wrong, wherever the program
// dies, applying again gets there, without duplicates, without touching what
// nobody named, and every report says what happened.
func TestItConverges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sc := draw(rt)
		var err error
		synctest.Test(t, func(t *testing.T) { err = sc.run(t) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// TestEachFaultConverges is the same with one fault at a time, so that each has
// its rounds. With -v it tells how many, and of how many operations.
func TestEachFaultConverges(t *testing.T) {
	// Fourteen times as many rounds as rapid's default would take minutes under
	// the race detector; -rapid.checks=1000 asks for more.
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set("40"); err != nil {
			t.Fatal(err)
		}
		defer f.Value.Set(f.DefValue) //nolint:errcheck // as it was
	}
	for _, f := range strings.Split(sandbox.FaultNames(), ", ") {
		fault := sandbox.Fault(f)
		t.Run(f, func(t *testing.T) {
			rounds, before := 0, operations.Load()
			rapid.Check(t, func(rt *rapid.T) {
				sc := draw(rt)
				sc.Faults = sandbox.Faults{fault: 0.3, sandbox.Twins: 1}
				if fault == sandbox.Replace || fault == sandbox.Reset {
					sc.Faults[fault] = 1 // a server does so or does not
				}
				rounds++
				var err error
				synctest.Test(t, func(t *testing.T) { err = sc.run(t) })
				if err != nil {
					rt.Fatal(err)
				}
			})
			t.Logf("%d rounds, %d operations", rounds, operations.Load()-before)
		})
	}
}

// operations counts what all rounds have planned.
var operations atomic.Int64

func (sc scenario) run(t *testing.T) error {
	w := newWorld(t, sc.Seed)
	if err := w.fill(t, sc.Live); err != nil {
		return err
	}
	before := w.state(t, nil)
	options := plan.Options{Prune: sc.Prune, AllowEmpty: true, Scope: plan.Scope{Stated: true, Globs: []string{"m-*"}}}

	// Once with faults, and perhaps killed on the way.
	w.SetFaults(sc.Faults)
	w.killAt = w.sent.Load() + sc.KillAt
	if sc.KillAt == 0 {
		w.killAt = 0
	}
	ctx, kill := context.WithCancel(context.Background())
	w.kill = kill
	client := w.client(t)
	killed, complete := false, false
	if live, err := listed(ctx, client, sc.Want); err == nil {
		p := plan.Diff(sc.Want, live, options)
		sent := w.sent.Load()
		r := apply.Run(ctx, ctx, p, client, apply.Options{Parallelism: sc.Workers, Track: signalwire.Track, Until: signalwire.Until})
		reported := int64(0)
		for _, result := range r.Results {
			reported += int64(result.Attempts)
		}
		if sent = w.sent.Load() - sent; sent != reported {
			return fmt.Errorf("%d requests were sent, %d are reported", sent, reported)
		}
		killed, complete = ctx.Err() != nil, r.Complete()
		operations.Add(int64(len(r.Results)))
		// What was under way when the program was killed comes to its end.
		time.Sleep(time.Minute)
		if err := truthful(r, before, w.state(t, sc.Faults)); err != nil {
			return err
		}
	} else if ctx.Err() == nil {
		var e *signalwire.Error
		if !errors.As(err, &e) {
			return fmt.Errorf("listing: %w", err)
		}
	}
	kill()
	time.Sleep(time.Minute)

	// Once without.
	w.SetFaults(nil)
	w.killAt = 0
	client = w.client(t)
	sent := w.sent.Load()
	live, err := listed(context.Background(), client, sc.Want)
	if err != nil {
		return err
	}
	if sent = w.sent.Load() - sent; sent != int64(2+len(plan.Concerned(sc.Want, live, options))) {
		return fmt.Errorf("listing took %d requests, for %d rooms with streams", sent, len(plan.Concerned(sc.Want, live, options)))
	}
	p := plan.Diff(sc.Want, live, options)
	r := apply.Run(context.Background(), context.Background(), p, client, apply.Options{Parallelism: sc.Workers})
	operations.Add(int64(len(r.Results)))
	if r.Count(apply.Applied) != len(r.Results) {
		return fmt.Errorf("without faults: %d of %d applied: %+v", r.Count(apply.Applied), len(r.Results), r.Results)
	}
	after := w.state(t, nil)
	left := plan.Diff(sc.Want, after, options)
	if len(left.Operations) > 0 {
		return fmt.Errorf("the next plan is not empty: %+v", left.Operations)
	}
	if err := broadcasts(before, after, sc.Want, left, complete); err != nil {
		return err
	}
	// Between a PUT that replaced and the one that restores, a kill loses what
	// was to be restored: the API has nothing to prevent it.
	replaces := sc.Faults[sandbox.Replace]+sc.Faults[sandbox.Reset] > 0
	if killed && replaces {
		return nil
	}
	return untouched(before, after, sc.Want, replaces)
}

// Two applies at a time end in what the file wants, or in something that is
// reported: by one of them, as a conflict or as a stream too many by the next plan.
func TestTwoAppliesAtATime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sc := draw(rt)
		var err error
		synctest.Test(t, func(t *testing.T) { err = sc.twice(t) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

func (sc scenario) twice(t *testing.T) error {
	w := newWorld(t, sc.Seed)
	if err := w.fill(t, sc.Live); err != nil {
		return err
	}
	faults := sandbox.Faults{sandbox.Slow: 0.3}
	if sc.Faults[sandbox.Twins] > 0 {
		faults[sandbox.Twins] = 1
	}
	w.SetFaults(faults)
	options := plan.Options{Prune: sc.Prune, AllowEmpty: true, Scope: plan.Scope{Stated: true, Globs: []string{"m-*"}}}
	reports := make(chan apply.Report, 2)
	for range 2 {
		go func() {
			client := w.client(t)
			live, err := listed(context.Background(), client, sc.Want)
			if err != nil {
				t.Error(err)
			}
			reports <- apply.Run(context.Background(), context.Background(), plan.Diff(sc.Want, live, options), client, apply.Options{Parallelism: sc.Workers})
		}()
	}
	one, other := <-reports, <-reports
	left := plan.Diff(sc.Want, w.state(t, nil), options)
	// Both may have begun one stream.
	left.Operations = slices.DeleteFunc(left.Operations, func(op plan.Operation) bool {
		return op.Action == plan.Update && len(op.Changes) == 1 && op.Changes[0].Setting == room.Streams && len(op.Live.Streams) > len(op.Desired.Streams)
	})
	if len(left.Operations) > 0 && len(left.Conflicts) == 0 && one.Complete() && other.Complete() {
		return fmt.Errorf("both are complete, and left is %+v", left.Operations)
	}
	return nil
}

// A server that goes away while rooms are created ends the run once the budget
// is spent: the rest is not begun.
func TestAServerThatGoesAwayEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		var want []room.Desired
		for i := range 200 {
			want = append(want, room.Desired{Kind: room.Conference, Name: fmt.Sprintf("m-%03d", i)})
		}
		p := plan.Diff(want, nil, plan.Options{})
		w.SetFaults(sandbox.Faults{sandbox.BadGateway: 1})
		c, err := signalwire.New(signalwire.Options{Space: "http://127.0.0.1", Project: sandbox.DemoProject, Token: sandbox.DemoToken,
			Transport: w, RetryBudget: time.Minute, Rate: signalwire.MaxRate})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		r := apply.Run(context.Background(), context.Background(), p, c, apply.Options{Parallelism: 8, Track: signalwire.Track, Until: signalwire.Until})
		if r.Count(apply.Unknown) != 8 || r.Count(apply.Skipped) != 192 || time.Since(began) > 2*time.Minute {
			t.Errorf("after %s: %d unknown, %d skipped, %d failed: %v", time.Since(began), r.Count(apply.Unknown), r.Count(apply.Skipped), r.Count(apply.Failed), r.Results[0].Err)
		}
	})
}

// Creations whose answers were lost are looked for together: those that ask
// during a listing share the next.
func TestLostAnswersAreListedForTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		w.SetFaults(sandbox.Faults{sandbox.LostAnswer: 1})
		time.AfterFunc(time.Millisecond, func() { w.SetFaults(nil) })
		var want []room.Desired
		for i := range 16 { // as many as go out at once
			want = append(want, room.Desired{Kind: room.Conference, Name: fmt.Sprintf("m-%d", i)})
		}
		r := apply.Run(context.Background(), context.Background(), plan.Diff(want, nil, plan.Options{}), w.client(t), apply.Options{})
		if done := r.Count(apply.Applied); done != len(want) || w.sent.Load() > int64(len(want))+4 {
			t.Errorf("%d of %d applied with %d requests, want as many and a few listings", done, len(want), w.sent.Load())
		}
	})
}
