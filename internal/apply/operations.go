package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// carryOut does what an operation says.
func (r *runner) carryOut(ctx context.Context, result *Result) error {
	op := result.Operation
	var err error
	switch op.Action {
	case plan.Create:
		err = r.create(ctx, op, result)
	case plan.Update, plan.Rename:
		result.ID = op.Live.ID
		if changes := inObject(op.Changes); len(changes) > 0 || op.Action == plan.Rename {
			if err = r.put(ctx, op.Live, op.Desired, changes, result); err != nil {
				break
			}
		}
		err = r.streams(ctx, op, op.Live.ID, op.Live.Streams, result)
	case plan.Delete:
		err = r.delete(ctx, op, result)
	default:
		return fmt.Errorf("%s %s: unknown action", op.Action, op.Name())
	}
	if err != nil {
		return fmt.Errorf("%s %s %s: %w", op.Action, op.Kind(), op.Name(), err)
	}
	return nil
}

// create makes a room and then sets what POST does not take: settings that
// only PUT lists, nulls where the API fills in a value, and its streams.
func (r *runner) create(ctx context.Context, op plan.Operation, result *Result) error {
	sent := room.CreateSettings(op.Desired, op.Changes)
	result.Attempts++
	live, found, err := r.writer.Create(ctx, op.Kind(), op.Name(), sent)
	result.ID = live.ID
	if err != nil {
		return err
	}
	if live.Name != op.Name() {
		return fmt.Errorf("the server named the new room %q (ID %s)", live.Name, live.ID)
	}
	var ignored error
	if !found { // one that was found may be somebody else's: what differs is set below
		ignored = ignoredError(room.Missing(op.Kind(), sent, live))
	}
	var rest []room.Change
	for _, c := range inObject(op.Changes) {
		done := sent[c.Setting] == c.After // a null is sent as what the API fills in
		if wish := (room.Settings{c.Setting: c.After}); (found || !done) && len(room.Missing(op.Kind(), wish, live)) > 0 {
			rest = append(rest, c)
		}
	}
	if len(rest) > 0 {
		if err := r.put(ctx, live, op.Desired, rest, result); err != nil {
			return errors.Join(ignored, fmt.Errorf("the room was created, but not all of its settings were set: %w", err))
		}
	}
	if ignored != nil {
		return ignored
	}
	if err := r.streams(ctx, op, live.ID, nil, result); err != nil {
		return fmt.Errorf("the room was created, but not all of its streams were: %w", err)
	}
	return nil
}

// ignoredError says which settings an answer does not hold as they were sent.
func ignoredError(missing []room.Change) error {
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("the server accepted the request but did not do all of it: %s", listed(missing, "%s is %s instead of %s"))
}

// listed puts changes into a sentence; format has the setting and the values
// before and after.
func listed(changes []room.Change, format string) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		parts[i] = fmt.Sprintf(format, c.Setting, c.Before.Excerpt(), c.After.Excerpt())
	}
	return strings.Join(parts, ", ")
}
