package signalwire

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// DefaultRate is half of the 1,380 writes a second (13,800 in 10 s) that
	// SignalWire gives an account, which production's own requests share.
	DefaultRate = 690
	// MaxRate is all of them.
	MaxRate = 1380
	// maxBurst is how many writes may go out at once after a pause.
	maxBurst = 100
	// recovery is how long after a 429 the rate is raised again, step by step.
	recovery = time.Second
	// slowest keeps a run going however often the server says 429.
	slowest = 1
)

// pace holds writes to a rate, for all of a run's requests together. Each 429
// halves it for everybody; every second without one gives a tenth of it back.
// GET and DELETE are not limited: the API does not count them. A nil pace
// holds nothing.
type pace struct {
	full    rate.Limit
	limiter *rate.Limiter
	head    chan struct{} // holds the one that is next

	mu      sync.Mutex
	changed time.Time // when the rate was last lowered or raised
	resume  time.Time // nothing is written before this
}

func newPace(perSecond int) *pace {
	return &pace{full: rate.Limit(perSecond), head: make(chan struct{}, 1), limiter: rate.NewLimiter(rate.Limit(perSecond), min(perSecond, maxBurst))}
}

func (p *pace) limits(method string) bool {
	return p != nil && (method == http.MethodPost || method == http.MethodPut)
}

// wait returns with a seat in the window when a write may go out. What turn is
// to end is the wait for the write's turn, waiting only that for a pause.
func (p *pace) wait(waiting, turn context.Context, w *window) (seat, error) {
	for {
		if pause := p.pause(); pause > 0 {
			if !sleep(waiting, pause) {
				return seat{}, context.Cause(waiting)
			}
			continue
		}
		s, err := p.next(turn, w)
		if err != nil || p.pause() <= 0 {
			return s, err
		}
		w.leave() // the server asked for a pause meanwhile
	}
}

// next waits for its turn at the rate. One request at a time does: those behind
// it must neither keep a turn of a rate that has been lowered since, nor go out
// all at once when the window has room again.
func (p *pace) next(turn context.Context, w *window) (seat, error) {
	select {
	case p.head <- struct{}{}:
		defer func() { <-p.head }()
	case <-turn.Done():
		return seat{}, context.Cause(turn)
	}
	if err := p.limiter.Wait(turn); err != nil {
		// rate's own words would hide that it is the context that ended.
		if turn.Err() != nil {
			return seat{}, context.Cause(turn)
		}
		return seat{}, err
	}
	return w.enter(turn)
}

// pause is how long nothing is to be written.
func (p *pace) pause() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.resume)
}

// done learns from what came back.
func (p *pace) done(method string, e *Error, h http.Header) {
	if !p.limits(method) {
		return
	}
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case e != nil && e.Status == http.StatusTooManyRequests:
		// Requests that were under way together get their 429s together: that
		// is one sign, not many.
		if now.Sub(p.changed) >= recovery/10 {
			p.set(now, max(p.limiter.Limit()/2, slowest))
		}
		if pause, ok := retryAfter(h, now); ok {
			p.pauseUntil(now.Add(pause))
		}
	case e == nil && p.limiter.Limit() < p.full && now.Sub(p.changed) >= recovery:
		p.set(now, min(p.limiter.Limit()+p.full/10, p.full))
	}
	if remaining, reset, ok := quota(h); ok {
		if remaining == 0 {
			p.pauseUntil(now.Add(reset))
		} else if fair := rate.Limit(float64(remaining) / reset.Seconds()); fair < p.limiter.Limit() {
			p.set(now, max(fair, slowest))
		}
	}
}

func (p *pace) set(now time.Time, l rate.Limit) {
	p.limiter.SetLimitAt(now, l)
	p.changed = now
}

func (p *pace) pauseUntil(t time.Time) {
	if t.After(p.resume) {
		p.resume = t
	}
}

// quota reads how many requests are left until when, in the spellings that
// gateways use. SignalWire documents none, so both numbers have to be there.
func quota(h http.Header) (remaining int, reset time.Duration, ok bool) {
	for _, prefix := range []string{"RateLimit-", "X-RateLimit-", "X-Rate-Limit-"} {
		left, err1 := strconv.Atoi(h.Get(prefix + "Remaining"))
		seconds, err2 := strconv.Atoi(h.Get(prefix + "Reset"))
		// A reset beyond an hour is a time of day, not a number of seconds.
		if err1 == nil && err2 == nil && left >= 0 && 0 < seconds && seconds <= 3600 {
			return left, min(time.Duration(seconds)*time.Second, maxRetryAfter), true
		}
	}
	return 0, 0, false
}
