package signalwire

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// operation is what the requests of one context share.
type operation struct {
	sent  *tally          // nil: not counted
	begin context.Context // nil: they wait for as long as their own context lasts
}

// tally counts requests, and keeps when the first was sent.
type tally struct {
	count atomic.Int64
	first atomic.Pointer[time.Time]
}

type operationKey struct{}

func operationOf(ctx context.Context) operation {
	op, _ := ctx.Value(operationKey{}).(operation)
	return op
}

// Track counts the requests that are sent in a context, those sent again
// included, and tells when the first of them was: it may wait long for its turn.
func Track(ctx context.Context) (context.Context, func() (sent int, first time.Time)) {
	op := operationOf(ctx)
	op.sent = new(tally)
	return context.WithValue(ctx, operationKey{}, op), func() (int, time.Time) {
		if first := op.sent.first.Load(); first != nil {
			return int(op.sent.count.Load()), *first
		}
		return 0, time.Time{}
	}
}

// Until lets the requests of a context wait no more once begin has ended,
// neither for their turn nor to be sent again. What has been sent is still
// waited for, for as long as ctx lasts.
func Until(ctx, begin context.Context) context.Context {
	op := operationOf(ctx)
	op.begin = begin
	return context.WithValue(ctx, operationKey{}, op)
}

func (op operation) count() {
	if op.sent != nil {
		now := time.Now()
		op.sent.first.CompareAndSwap(nil, &now)
		op.sent.count.Add(1)
	}
}

// idle tells whether nothing has been sent yet.
func (op operation) idle() bool { return op.sent != nil && op.sent.count.Load() == 0 }

// waiting is a context for waits: it ends with ctx or with begin.
func (op operation) waiting(ctx context.Context) (context.Context, func()) {
	if op.begin == nil {
		return ctx, func() {}
	}
	both, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(op.begin, func() { cancel(errEnding) })
	return both, func() { stop(); cancel(nil) }
}

// errEnding is why a request is not waited for although its context goes on.
var errEnding = errors.New("not sent: the run is ending")

// sleep waits, unless somebody ends the wait.
func (op operation) sleep(ctx context.Context, d time.Duration) bool {
	ctx, done := op.waiting(ctx)
	defer done()
	return sleep(ctx, d)
}

// sleep waits, unless the context ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
