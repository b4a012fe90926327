package signalwire

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"roomsync/internal/room"
)

// errNamesakes is a name that does not find one room, but several.
type errNamesakes struct {
	name  string
	count int
}

func (e errNamesakes) Error() string {
	return fmt.Sprintf("%d conferences are named %s", e.count, e.name)
}

// find looks for a room by its name, after a write whose answer was lost. What
// it says was so after it was called. Two rooms of the name are an error.
func (c *Client) find(ctx context.Context, kind room.Kind, name string) (l room.Live, found bool, err error) {
	if kind == room.Room {
		return c.findRoom(ctx, name)
	}
	byName, err := c.lookups.conferences(ctx, c)
	if err != nil {
		return room.Live{}, false, err
	}
	switch all := byName[name]; len(all) {
	case 0:
		return room.Live{}, false, nil
	case 1:
		return all[0], true, nil
	default:
		return room.Live{}, false, errNamesakes{name, len(all)}
	}
}

// findRoom uses that the API finds rooms by name where it finds them by ID (O).
func (c *Client) findRoom(ctx context.Context, name string) (room.Live, bool, error) {
	path, err := c.path(room.Room, name)
	if err != nil {
		return room.Live{}, false, err
	}
	a, err := c.do(ctx, "GET", path, "", nil)
	var e *Error
	if errors.As(err, &e) && e.Gone() {
		return room.Live{}, false, nil
	}
	if err != nil {
		return room.Live{}, false, err
	}
	l, err := c.read(a, room.Room, "", false)
	if err == nil && l.Name != name {
		err = c.unusable(a, fmt.Errorf("asked for the room %s, the answer is the room %s", name, l.Name))
	}
	return l, err == nil, err
}

// lookups lists the conferences once for all who ask at a moment. Whoever asks
// while a listing is under way waits for the next one: the one under way may
// have passed the place of what is looked for.
type lookups struct {
	mu            sync.Mutex
	running, next *lookup
}

type lookup struct {
	done   chan struct{}
	byName map[string][]room.Live
	err    error
}

func (ls *lookups) conferences(ctx context.Context, c *Client) (map[string][]room.Live, error) {
	ls.mu.Lock()
	var mine *lookup
	switch {
	case ls.running == nil:
		mine = &lookup{done: make(chan struct{})}
		ls.running = mine
		ls.mu.Unlock()
		ls.run(ctx, c)
	case ls.next == nil:
		mine = &lookup{done: make(chan struct{})}
		ls.next = mine
		before := ls.running
		ls.mu.Unlock()
		<-before.done // its requests end with their contexts
		ls.run(ctx, c)
	default:
		mine = ls.next
		ls.mu.Unlock()
	}
	select {
	case <-mine.done:
		return mine.byName, mine.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// run carries out the running lookup, and makes the next one the running one.
func (ls *lookups) run(ctx context.Context, c *Client) {
	ls.mu.Lock()
	l := ls.running
	ls.mu.Unlock()
	lists, err := c.list(ctx, ListOptions{}, room.Conference)
	l.err = err
	if err == nil {
		l.byName = make(map[string][]room.Live, len(lists[0]))
		for _, live := range lists[0] {
			l.byName[live.Name] = append(l.byName[live.Name], live)
		}
	}
	ls.mu.Lock()
	ls.running, ls.next = ls.next, nil
	ls.mu.Unlock()
	close(l.done)
}
