// Package apply carries out a plan and reports what became of each operation.
// It decides nothing about rooms, plans nothing anew, and knows the API only
// as a Writer.
package apply

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// Writer changes rooms. An error whose Ambiguous method says true may stand
// for a write that happened although no answer says so; one whose Gone method
// says true is about a room that is not there.
type Writer interface {
	// Create makes a room and returns it as it then is.
	Create(ctx context.Context, kind room.Kind, name string, s room.Settings) (room.Live, error)
	// Update sets what s names, leaves the rest, and returns the room as it then is.
	Update(ctx context.Context, kind room.Kind, id string, s room.Settings) (room.Live, error)
	// Delete ends a room.
	Delete(ctx context.Context, kind room.Kind, id string) error
}

// Options say how to carry out a plan. The zero value is sane.
type Options struct {
	Parallelism int           // operations at a time; 0: DefaultParallelism
	Grace       time.Duration // how long requests in flight may go on after an interrupt; 0: 7 s
	Done        func(Result)  // told of each operation as it ends, one at a time; may be nil
}

// DefaultParallelism keeps a space at 20 ms distance below SignalWire's limit
// of 1,380 writes a second.
const DefaultParallelism = 16

// defaultGrace is below the 10 s that container runtimes wait before they kill.
const defaultGrace = 7 * time.Second

// Run carries out p: updates and creates side by side, then, if none of them
// failed, the deletes. A failure does not stop the others. When ctx ends
// nothing new begins, and what is under way may end within the grace time;
// when now ends, too, it is broken off. Run always returns a Result for every
// operation, in the plan's order.
func Run(ctx, now context.Context, p plan.Plan, w Writer, o Options) Report {
	if o.Parallelism < 1 {
		o.Parallelism = DefaultParallelism
	}
	if o.Grace == 0 {
		o.Grace = defaultGrace
	}
	inFlight, cancel := context.WithCancelCause(now)
	defer cancel(nil)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(o.Grace):
			cancel(errGrace)
		case <-inFlight.Done():
		}
	})
	defer stop()

	r := runner{ctx: ctx, inFlight: inFlight, writer: w, options: o, results: make([]Result, len(p.Operations))}
	var first, last []int
	for i, op := range p.Operations {
		r.results[i] = Result{Operation: op}
		if op.Action == plan.Delete {
			last = append(last, i)
		} else {
			first = append(first, i)
		}
	}
	r.run(first)
	if failed := r.firstFailure(first); failed != nil {
		r.skip(last, fmt.Sprintf("nothing is deleted after a failure: %s of %s %s", failed.Operation.Action, failed.Operation.Name(), failed.Outcome))
	} else {
		r.run(last)
	}
	report := Report{Plan: p, Results: r.results}
	report.Interrupted = ctx.Err() != nil && report.Count(Applied) < len(r.results)
	return report
}

var errGrace = errors.New("broken off after the interrupt")

// interrupted is why an operation was not begun.
const interrupted = "interrupted before it began"

type runner struct {
	ctx, inFlight context.Context
	writer        Writer
	options       Options
	results       []Result
	telling       sync.Mutex // one Done at a time
}

// run carries out the operations at the indexes, several at a time.
func (r *runner) run(indexes []int) {
	queue := make(chan int)
	var workers sync.WaitGroup
	for range min(r.options.Parallelism, len(indexes)) {
		workers.Go(func() {
			for i := range queue {
				r.one(i)
			}
		})
	}
	for n, i := range indexes {
		select {
		case queue <- i:
			continue
		case <-r.ctx.Done():
		}
		r.skip(indexes[n:], interrupted)
		break
	}
	close(queue)
	workers.Wait()
}

// one carries out one operation. A panic in it is this operation's failure:
// the others and the report must not be lost with it.
func (r *runner) one(i int) {
	result := &r.results[i]
	if r.ctx.Err() != nil {
		r.skip([]int{i}, interrupted)
		return
	}
	began := time.Now()
	defer func() {
		if p := recover(); p != nil {
			result.Outcome, result.Err = Unknown, fmt.Errorf("internal error: %v", p)
		}
		result.Duration = time.Since(began)
		r.tell(*result)
	}()
	result.Err = r.carryOut(result)
	result.Outcome = outcome(result.Err)
}

func (r *runner) skip(indexes []int, reason string) {
	for _, i := range indexes {
		r.results[i].Outcome, r.results[i].Reason = Skipped, reason
		r.tell(r.results[i])
	}
}

func (r *runner) tell(result Result) {
	if r.options.Done != nil {
		r.telling.Lock()
		defer r.telling.Unlock()
		r.options.Done(result)
	}
}

func (r *runner) firstFailure(indexes []int) *Result {
	for _, i := range indexes {
		if r.results[i].Outcome == Failed || r.results[i].Outcome == Unknown {
			return &r.results[i]
		}
	}
	return nil
}

func outcome(err error) Outcome {
	var a interface{ Ambiguous() bool }
	switch {
	case err == nil:
		return Applied
	case errors.As(err, &a) && a.Ambiguous():
		return Unknown
	}
	return Failed
}
