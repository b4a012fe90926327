package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// inObject are the changes that a write of the room itself carries out.
func inObject(changes []room.Change) []room.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c room.Change) bool { return c.Setting == room.Streams })
}

// streams carries out the change of a room's streams, one after the other:
// addresses that change, then those that are new. What is to end ends last, and
// only if nothing failed before. id is the room's, and live what it has.
func (r *runner) streams(ctx context.Context, op plan.Operation, id string, live []room.Stream, result *Result) error {
	at := slices.IndexFunc(op.Changes, func(c room.Change) bool { return c.Setting == room.Streams })
	if at < 0 {
		return nil
	}
	c := room.CompareStreams(live, op.Desired.Streams)
	end := room.Ended(c.Extra, op.Desired.Streams, op.Changes[at].After, r.salt)
	left := len(c.Replace) + len(c.Add) + len(end)
	step := func(u room.StreamURL, do func() error) error {
		result.Attempts++
		left--
		err := do()
		switch {
		case err == nil:
			return nil
		case left > 0:
			return fmt.Errorf("stream %s: %w (not begun: %d more of the room)", u, err, left)
		}
		return fmt.Errorf("stream %s: %w", u, err)
	}
	for _, change := range c.Replace {
		if err := step(change.New, func() error {
			s, err := r.writer.UpdateStream(ctx, change.Old.ID, change.New)
			return kept(s, change.New, err)
		}); err != nil {
			return err
		}
	}
	for _, u := range c.Add {
		if err := step(u, func() error {
			s, err := r.writer.CreateStream(ctx, op.Kind(), id, u)
			return kept(s, u, err)
		}); err != nil {
			return err
		}
	}
	for _, s := range end {
		if err := step(s.URL, func() error {
			err := r.writer.DeleteStream(ctx, s.ID)
			var gone interface{ Gone() bool }
			if errors.As(err, &gone) && gone.Gone() {
				return nil // it is not live any more, as was wanted
			}
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// kept checks that an answer holds the address that was sent.
func kept(s room.Stream, sent room.StreamURL, err error) error {
	if err == nil && !s.URL.Same(sent) {
		return errors.New("the server accepted the request, and answered with another address")
	}
	return err
}
