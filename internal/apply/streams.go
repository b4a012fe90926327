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
// addresses that change, then those that are new, of which one failing does not
// stop the others. What is to end ends last, and only if nothing failed before. id is the room's, and live what it has.
func (r *runner) streams(ctx context.Context, op plan.Operation, id string, live []room.Stream, result *Result) error {
	at := slices.IndexFunc(op.Changes, func(c room.Change) bool { return c.Setting == room.Streams })
	if at < 0 {
		return nil
	}
	c := room.CompareStreams(live, op.Desired.Streams)
	end := room.Ended(c.Extra, op.Desired.Streams, op.Changes[at].After, r.salt)
	left := len(c.Replace) + len(c.Add) + len(end)
	var errs []error
	// step does one thing, unless nothing new is to begin any more.
	step := func(u room.StreamURL, do func() error) bool {
		if r.begin.Err() != nil {
			errs = append(errs, fmt.Errorf("%s: %d of the changes of its streams", r.whyNot(), left))
			return false
		}
		result.Attempts++
		left--
		if err := do(); err != nil {
			errs = append(errs, fmt.Errorf("stream %s: %w", u, err))
			r.stopIfFatal(op, err)
		}
		return true
	}
	for _, change := range c.Replace {
		if !step(change.New, func() error {
			s, err := r.writer.UpdateStream(ctx, change.Old.ID, change.New)
			return kept(s, change.New, err)
		}) {
			return errors.Join(errs...)
		}
	}
	for _, u := range c.Add {
		if !step(u, func() error { return r.stream(ctx, op.Kind(), id, u, result) }) {
			return errors.Join(errs...)
		}
	}
	if len(errs) > 0 && len(end) > 0 {
		errs = append(errs, errors.New("none of its streams is ended after that"))
		return errors.Join(errs...)
	}
	for _, s := range end {
		if !step(s.URL, func() error {
			err := r.writer.DeleteStream(ctx, s.ID)
			var gone interface{ Gone() bool }
			if errors.As(err, &gone) && gone.Gone() {
				return nil // it is not live any more, as was wanted
			}
			return err
		}) {
			break
		}
	}
	return errors.Join(errs...)
}

// stream begins a stream. One that comes out with another address is ended again:
// with each run there would be one more.
func (r *runner) stream(ctx context.Context, kind room.Kind, id string, u room.StreamURL, result *Result) error {
	s, err := r.writer.CreateStream(ctx, kind, id, u)
	wrong := kept(s, u, err)
	if err != nil || wrong == nil || s.URL == "" { // without an address nobody knows which one it has
		return wrong
	}
	result.Attempts++
	if err := r.writer.DeleteStream(ctx, s.ID); err != nil {
		return fmt.Errorf("%w (%s), and ending that stream failed: %w", wrong, s.URL, err)
	}
	return fmt.Errorf("%w (%s), so the stream was ended again", wrong, s.URL)
}

// kept checks that an answer holds the address that was sent.
func kept(s room.Stream, sent room.StreamURL, err error) error {
	if err == nil && !s.URL.Same(sent) {
		return errors.New("the server accepted the request, and answered with another address")
	}
	return err
}
