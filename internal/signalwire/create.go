package signalwire

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roomsync/internal/room"
)

const (
	// firstSettle is how long a creation without an answer may still be on its
	// way before its name is looked up. It doubles each time.
	firstSettle = time.Second
	maxSettle   = 8 * time.Second
)

// Create makes a room and returns it as the API answers it. There is no
// idempotency key: when it is not known whether the room was made, its name is
// looked up, and only if it is not there it is asked for again. found says that
// the room was found that way: it may be somebody else's.
func (c *Client) Create(ctx context.Context, kind room.Kind, name string, s room.Settings) (l room.Live, found bool, err error) {
	body := asked(s)
	body["name"] = room.Text(name)
	tries := c.newTries()
	defer tries.end()
	settle := firstSettle
	for first := true; ; first = false {
		a, err := c.do(ctx, "POST", collection(kind), "", body)
		if err == nil {
			l, err = c.read(a, kind, "", false)
		}
		var e *Error
		isError := errors.As(err, &e)
		switch {
		case err == nil && first:
			return l, false, nil
		case err == nil:
			return l, false, c.alone(ctx, l)
		case !isError, !e.Ambiguous() && first:
			return room.Live{}, false, err
		}
		// A refusal of a later try can mean that the first one was late.
		if e.Status/100 != 2 || e.Broken {
			if !sleep(ctx, settle) {
				return room.Live{}, false, err
			}
			settle = min(2*settle, maxSettle)
		}
		l, found, lookErr := c.find(ctx, kind, name)
		switch {
		case lookErr != nil:
			return room.Live{}, false, lostError{err, lookErr}
		case found:
			return l, true, nil
		case !e.Ambiguous():
			return room.Live{}, false, err
		case !tries.again(ctx, e):
			return room.Live{}, false, fmt.Errorf("when looked for, it was not there: %w", err)
		}
	}
}

// alone checks that a room that was asked for more than once is the only one
// of its name: a creation can come through after it was looked for.
func (c *Client) alone(ctx context.Context, l room.Live) error {
	other, found, err := c.find(ctx, l.Kind, l.Name)
	var several errNamesakes
	switch {
	case errors.As(err, &several):
		return fmt.Errorf("a creation whose answer was lost came through late: %w; delete one of them in the dashboard", err)
	case err == nil && found && other.ID != l.ID:
		return fmt.Errorf("a creation whose answer was lost came through late: there is a second %s named %s (IDs %s and %s); delete one of them in the dashboard", l.Kind, l.Name, l.ID, other.ID)
	}
	return nil // it was answered, so it is there; the look was for the other one
}

// lostError is a creation of which it is not known what became of it.
type lostError struct{ create, lookup error }

func (e lostError) Error() string {
	return fmt.Sprintf("%v; looking whether it is there failed, too: %v", e.create, e.lookup)
}

func (e lostError) Unwrap() []error { return []error{e.create, e.lookup} }

// Ambiguous says so, whatever the errors in it say.
func (e lostError) Ambiguous() bool { return true }

// Fatal tells whether either of the two is a reason not to go on.
func (e lostError) Fatal() bool {
	for _, err := range e.Unwrap() {
		var f *Error
		if errors.As(err, &f) && f.Fatal() {
			return true
		}
	}
	return false
}
