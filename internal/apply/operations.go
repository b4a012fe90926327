package apply

import (
	"errors"
	"fmt"
	"strings"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// carryOut does what an operation says, counting its requests in result.
func (r *runner) carryOut(result *Result) error {
	op := result.Operation
	var err error
	switch op.Action {
	case plan.Create:
		err = r.create(op, result)
	case plan.Update:
		err = r.update(op, result)
	case plan.Delete:
		err = r.delete(op, result)
	default:
		return fmt.Errorf("%s %s: unknown action", op.Action, op.Name())
	}
	if err != nil {
		return fmt.Errorf("%s %s %s: %w", op.Action, op.Kind(), op.Name(), err)
	}
	return nil
}

// create makes a room and then sets what POST does not take: settings that
// only PUT lists, and nulls where the API fills in a value.
func (r *runner) create(op plan.Operation, result *Result) error {
	sent := room.CreateSettings(op.Desired, op.Changes)
	result.Attempts++
	live, err := r.writer.Create(r.inFlight, op.Kind(), op.Name(), sent)
	if err != nil {
		return err
	}
	result.ID = live.ID
	if live.Name != op.Name() {
		return fmt.Errorf("the server named the new room %q (ID %s)", live.Name, live.ID)
	}
	ignored := ignoredError(room.Missing(op.Kind(), sent, live))
	var rest []room.Change
	for _, c := range op.Changes {
		_, done := sent[c.Setting]
		if wish := (room.Settings{c.Setting: c.After}); !done && len(room.Missing(op.Kind(), wish, live)) > 0 {
			rest = append(rest, c)
		}
	}
	if len(rest) == 0 {
		return ignored
	}
	if err := r.put(live, op.Desired, rest, result); err != nil {
		return errors.Join(ignored, fmt.Errorf("the room was created, but not all of its settings were set: %w", err))
	}
	return ignored
}

func (r *runner) update(op plan.Operation, result *Result) error {
	result.ID = op.Live.ID
	return r.put(op.Live, op.Desired, op.Changes, result)
}

// put sends changes of a live room and checks that the answer holds them.
func (r *runner) put(live room.Live, want room.Desired, changes []room.Change, result *Result) error {
	sent := room.UpdateSettings(live, want, changes)
	result.Attempts++
	answer, err := r.writer.Update(r.inFlight, live.Kind, live.ID, sent)
	if err != nil {
		return err
	}
	return ignoredError(room.Missing(live.Kind, sent, answer))
}

// delete ends a room. One that is gone already is as the plan wants it.
func (r *runner) delete(op plan.Operation, result *Result) error {
	result.ID = op.Live.ID
	result.Attempts++
	err := r.writer.Delete(r.inFlight, op.Kind(), op.Live.ID)
	var g interface{ Gone() bool }
	if errors.As(err, &g) && g.Gone() {
		result.Reason = "it was gone already"
		return nil
	}
	return err
}

// ignoredError says which settings an answer does not hold as they were sent.
func ignoredError(missing []room.Change) error {
	if len(missing) == 0 {
		return nil
	}
	parts := make([]string, len(missing))
	for i, c := range missing {
		parts[i] = fmt.Sprintf("%s is %s instead of %s", c.Setting, shown(c.Before), shown(c.After))
	}
	return fmt.Errorf("the server accepted the request but did not do all of it: %s", strings.Join(parts, ", "))
}

// shown is a value for a message, cut where it gets long.
func shown(v room.Value) string {
	const most = 60
	if !v.IsSet() {
		return "missing"
	}
	if text := []rune(v.JSON()); len(text) > most {
		return string(text[:most]) + "…"
	}
	return v.JSON()
}
