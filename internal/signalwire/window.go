package signalwire

import (
	"context"
	"net/http"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	// firstWindow is how many requests may be under way at a time to begin with.
	firstWindow = 16
	// leastWindow lets a run go on, past a request that hangs as well.
	leastWindow = 4
	// maxWindow is what all writes of an account need at 185 ms distance, and
	// few enough connections for any machine.
	maxWindow = 256
)

// window bounds how many requests are under way at a time, for all of a run's
// together, and finds out how many are of use, as TCP does it: a slow start until
// the first trouble, then additive increase and multiplicative decrease. A request
// that fares well while others find no seat lets one more go beside it; a sign of
// trouble takes a quarter away. Where the pace is what holds the requests
// everybody finds a seat, so the window grows to rate × round trip and no further.
type window struct {
	seats *semaphore.Weighted // first come, first served

	mu      sync.Mutex
	size    int
	busy    int // seats that are taken
	excess  int // seats to be taken away once they are left
	full    int // how often somebody found no seat
	lowered int // how often the size was lowered
	credit  int // answers towards the next seat, after the first trouble
}

// seat is a request's place in the window, with what the window's counts were
// when the request came for it and when it got it.
type seat struct{ full, lowered int }

func newWindow() *window {
	w := &window{seats: semaphore.NewWeighted(maxWindow), size: firstWindow}
	w.seats.TryAcquire(maxWindow - firstWindow)
	return w
}

// enter waits for a seat.
func (w *window) enter(ctx context.Context) (seat, error) {
	if ctx.Err() != nil { // which TryAcquire does not look at
		return seat{}, context.Cause(ctx)
	}
	w.mu.Lock()
	s := seat{w.full, w.lowered}
	free := w.seats.TryAcquire(1)
	if free {
		w.busy++
	} else {
		w.full++
	}
	w.mu.Unlock()
	if free {
		return s, nil
	}
	if w.seats.Acquire(ctx, 1) != nil {
		return seat{}, context.Cause(ctx)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy++
	s.lowered = w.lowered
	return s, nil
}

// leave gives a seat back.
func (w *window) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy--
	w.free()
}

// state is how many requests may be under way, and how many are.
func (w *window) state() (size, busy int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.size, w.busy
}

func (w *window) free() {
	if w.excess > 0 {
		w.excess--
		return
	}
	w.seats.Release(1)
}

// done learns from what came of a request; nil is an answer to build on.
func (w *window) done(s seat, e *Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case e.overload():
		// Requests that were under way together fail together: that is one
		// sign, not many.
		if s.lowered == w.lowered {
			w.lower()
		}
	case e == nil && s.full != w.full && w.size < maxWindow:
		if w.credit++; w.lowered == 0 || w.credit >= w.size {
			w.credit = 0
			w.size++
			w.free()
		}
	}
}

func (w *window) lower() {
	less := min(max(w.size/4, 1), w.size-leastWindow)
	w.size -= less
	w.excess += less
	w.lowered++
	w.credit = 0
}

// overload tells whether a failure may come of too many requests: the server
// says so, fails, or does not answer.
func (e *Error) overload() bool {
	return e != nil && (e.Status == 0 || e.Status == http.StatusTooManyRequests || e.Status >= 500 || e.Broken)
}
