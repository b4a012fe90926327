package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// delete ends a room. One that is gone already is as the plan wants it; one
// that has another name by now, or people in it, is left alone.
func (r *runner) delete(ctx context.Context, op plan.Operation, result *Result) error {
	result.ID = op.Live.ID
	if r.inUse != plan.Force {
		now, err := r.vacant(ctx, op, result)
		if gone(err) {
			result.Reason = "it was gone already"
			return nil
		}
		if err != nil {
			return err
		}
		if now.Name != op.Live.Name {
			return fmt.Errorf("it is named %s now, so it is not deleted", now.Name)
		}
		if moved := room.Moved(op.Live, nil, now); len(moved) > 0 {
			return fmt.Errorf("it has changed since it was planned to delete it (%s), so it is not deleted", listed(moved, "%s from %s to %s"))
		}
		result.Operation.Live.Settings = now.Settings // what the report keeps of it
	}
	result.Attempts++
	err := r.writer.Delete(ctx, op.Kind(), op.Live.ID)
	if gone(err) {
		result.Reason = "it was gone already"
		return nil
	}
	return err
}

func gone(err error) bool {
	var g interface{ Gone() bool }
	return errors.As(err, &g) && g.Gone()
}

// notDeleted is a look that failed. Whatever is not known of that request, no
// DELETE was sent: the operation is no unknown one.
type notDeleted struct{ error }

func (n notDeleted) Error() string { return "not deleted: " + n.error.Error() }
func (n notDeleted) Unwrap() error { return n.error }

// Ambiguous says so, whatever the errors in it say.
func (notDeleted) Ambiguous() bool { return false }

// leftAlone is why a room that people are in is not deleted. It is excused if
// whoever applies the plan asked for that.
type leftAlone struct {
	reason  string
	excused bool
}

func (l leftAlone) Error() string { return l.reason }

// vacant looks whether anybody is in a room, waits if that is what to do, and
// returns the room as it is.
func (r *runner) vacant(ctx context.Context, op plan.Operation, result *Result) (room.Live, error) {
	for told := false; ; told = true {
		result.Attempts++
		now, err := r.writer.Look(ctx, op.Kind(), op.Live.ID)
		switch {
		case gone(err):
			return now, err
		case err != nil:
			return now, notDeleted{fmt.Errorf("look whether it is in use: %w", err)}
		case !now.Session.InProgress():
			return now, nil
		case r.inUse != plan.Wait:
			return now, leftAlone{now.Session.InUse(), r.inUse == plan.Skip}
		}
		r.patience.Do(func() { r.deadline = time.Now().Add(r.options.Patience) })
		if time.Now().Add(r.options.Poll).After(r.deadline) {
			return now, leftAlone{reason: now.Session.InUse() + ", and nothing came of waiting"}
		}
		if r.options.Told != nil && !told {
			r.options.Told(fmt.Sprintf("%s is %s: waiting", op.Name(), now.Session.InUse()))
		}
		timer := time.NewTimer(r.options.Poll)
		select {
		case <-timer.C:
		case <-r.begin.Done():
			timer.Stop()
			return now, leftAlone{reason: r.whyNot()}
		}
	}
}

// DefaultPoll is how often a room is looked at that is being waited for.
const DefaultPoll = 5 * time.Second
