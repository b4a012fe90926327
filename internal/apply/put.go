package apply

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// puts is what a run has learnt about the server's PUT. The documents disagree
// on whether it keeps what a request leaves out, so the first one of a run
// goes alone, and every answer is looked at.
type puts struct {
	once     sync.Once
	first    chan struct{} // closed once the first PUT has been answered
	mu       sync.Mutex    // guards the rest
	keeps    bool          // the server was seen to keep what it is not sent
	replaces bool          // the server replaces: send everything
}

// put sends changes of a live room and checks that the answer holds them, and
// that it holds everything else as it was.
func (r *runner) put(ctx context.Context, live room.Live, want room.Desired, changes []room.Change, result *Result) error {
	over, err := r.alone(ctx, result.Attempts > 0)
	if err != nil {
		return err
	}
	defer over()
	name := "" // only to rename: not every server knows it in an update
	if live.Name != want.Name {
		name = want.Name
	}
	sent := room.UpdateSettings(live, want, changes)
	if r.replaces() {
		sent = room.FullSettings(live, sent)
	}
	result.Attempts++
	answer, err := r.writer.Update(ctx, live.Kind, live.ID, name, sent)
	if err != nil {
		r.stopIfFatal(result.Operation, err) // before the others go on
		return refusedName(name, err)
	}
	if r.learn(room.Judge(live, sent, answer)) {
		reset := room.Moved(live, sent, answer)
		sent = room.FullSettings(live, sent)
		result.Attempts++
		// An interrupt must not come between what was reset and its restoring.
		answer, err = r.writer.Update(r.options.Until(ctx, r.inFlight), live.Kind, live.ID, name, sent)
		if err != nil {
			return fmt.Errorf("the server reset the settings that were not sent (%s), and restoring them failed: %w", listed(reset, "%s from %s to %s"), err)
		}
	}
	if moved := room.Moved(live, sent, answer); len(moved) > 0 && result.Operation.Action != plan.Create {
		why := "somebody else changed it, too"
		if r.replaces() { // what was null is not sent: not every server takes null
			why = "the server did not keep"
		}
		result.Reason = why + ": " + listed(moved, "%s from %s to %s")
	}
	ignored := ignoredError(room.Missing(live.Kind, sent, answer))
	if name != "" && answer.Name != name {
		return errors.Join(fmt.Errorf("the server kept the name %s; %s", answer.Name, noRenames), ignored)
	}
	return ignored
}

// noRenames is the way out where names stay: the documents disagree about it.
const noRenames = "if this space does not rename rooms, do it in the dashboard, or remove previously to have a new room created; with --prune the old one is deleted then, if the file manages its name"

// refusedName adds the way out to the refusal of a new name.
func refusedName(name string, err error) error {
	var a interface{ About(attribute string) bool }
	if name != "" && errors.As(err, &a) && a.About("name") {
		return fmt.Errorf("%w; %s", err, noRenames)
	}
	return err
}

// alone lets the first PUT of the run go by itself: others wait until it has
// shown what the server does. The function it returns is to be called when the
// PUT is over. An operation that has not sent anything yet does not go on once
// nothing may begin; one that has does so unless it would share a failure.
func (r *runner) alone(ctx context.Context, started bool) (over func(), err error) {
	isFirst := false
	r.puts.once.Do(func() { isFirst = true })
	if isFirst {
		return func() { close(r.puts.first) }, nil
	}
	begin := r.begin
	if started {
		begin = ctx
	}
	select {
	case <-r.puts.first:
	case <-begin.Done():
	case <-ctx.Done():
	}
	if f, stopped := context.Cause(r.begin).(fatal); stopped {
		return nil, f
	}
	return func() {}, begin.Err()
}

func (r *runner) replaces() bool {
	r.puts.mu.Lock()
	defer r.puts.mu.Unlock()
	return r.puts.replaces
}

// learn takes in what an answer shows, and tells whether it is to be repaired:
// the server has reset what it was not sent. One that has been seen to keep
// such things keeps them; what moved then is somebody's edit.
func (r *runner) learn(v room.Verdict) (reset bool) {
	r.puts.mu.Lock()
	defer r.puts.mu.Unlock()
	switch {
	case v == room.Keeps:
		r.puts.keeps = true
	case (v == room.Replaces || v == room.Suspect) && !r.puts.keeps:
		if !r.puts.replaces {
			r.warn("this server resets settings that an update does not send: they were restored, and updates now send all of them")
		}
		r.puts.replaces = true
		return true
	}
	return false
}
