// Package apply carries out a plan and reports what became of each operation.
// It decides nothing about rooms, plans nothing anew, and knows the API only
// as a Writer.
package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// Writer changes rooms. An error whose Ambiguous method says true may stand
// for a write that happened although no answer says so; one whose Gone method
// says true is about a room that is not there; after one whose Fatal method
// says true nothing else can be expected to work.
type Writer interface {
	// Create makes a room and returns it as it then is. found says that the room
	// was found after the answer was lost: it may be another than was asked for.
	Create(ctx context.Context, kind room.Kind, name string, s room.Settings) (l room.Live, found bool, err error)
	// Update sets what s names, leaves the rest, and returns the room as it then
	// is. A name that is not empty is a new one.
	Update(ctx context.Context, kind room.Kind, id, name string, s room.Settings) (room.Live, error)
	// Delete ends a room.
	Delete(ctx context.Context, kind room.Kind, id string) error
	// CreateStream has a room broadcast to an address.
	CreateStream(ctx context.Context, kind room.Kind, id string, u room.StreamURL) (room.Stream, error)
	// UpdateStream gives a stream another address.
	UpdateStream(ctx context.Context, id string, u room.StreamURL) (room.Stream, error)
	// DeleteStream ends a stream.
	DeleteStream(ctx context.Context, id string) error
	// Look reads a room with the session in it.
	Look(ctx context.Context, kind room.Kind, id string) (room.Live, error)
}

// Options say how to carry out a plan. The zero value is sane.
type Options struct {
	Parallelism int           // operations at a time; 0: DefaultParallelism
	Grace       time.Duration // how long requests in flight may go on after an interrupt; 0: 7 s
	Patience    time.Duration // how long plan.Wait lets deletes wait, all together
	Poll        time.Duration // how often a room that is waited for is looked at; 0: DefaultPoll
	Told        func(string)  // told what is being waited for; may be nil
	Done        func(Result)  // told of each operation as it ends, one at a time; may be nil
	// Track counts the requests sent in a context, those sent again included,
	// and tells when the first was; nil: each call of the Writer counts as one.
	Track func(context.Context) (context.Context, func() (sent int, first time.Time))
	// Until makes the Writer's calls in ctx send nothing more that they would
	// have to wait for once begin has ended; may be nil.
	Until func(ctx, begin context.Context) context.Context
}

// DefaultParallelism is a bound for a Writer that finds out itself how much at a
// time is of use, as the client does: it takes what that is for all that the
// API allows at 185 ms distance.
const DefaultParallelism = 256

// defaultGrace is below the 10 s that container runtimes wait before they kill.
const defaultGrace = 7 * time.Second

// Run carries out p: renames, then updates and creates side by side, then, if
// none of all these failed, the deletes, each after a last look whether the room
// is in use. A failure does not stop the others. When ctx ends
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
	if o.Poll == 0 {
		o.Poll = DefaultPoll
	}
	if o.Until == nil {
		o.Until = func(ctx, _ context.Context) context.Context { return ctx }
	}
	begin, halt := context.WithCancelCause(ctx)
	defer halt(nil)
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

	r := runner{begin: begin, halt: halt, inFlight: inFlight, writer: w, options: o, results: make([]Result, len(p.Operations)), needs: p.Needs(), inUse: p.InUse, salt: p.Salt(), puts: puts{first: make(chan struct{})}}
	var renames, others, deletes []int
	for i, op := range p.Operations {
		r.results[i] = Result{Operation: op}
		switch {
		case op.Session.InProgress() && p.InUse == plan.Skip:
			r.results[i].Excused = true
			r.skip([]int{i}, op.Session.InUse())
		case op.Action == plan.Rename:
			renames = append(renames, i)
		case op.Action == plan.Delete:
			deletes = append(deletes, i)
		default:
			others = append(others, i)
		}
	}
	early := make([]bool, len(p.Operations)) // renames, and creations that have to come before one
	for _, i := range renames {
		for n := i; n >= 0 && !early[n]; n = r.needs[n] {
			early[n] = true
		}
	}
	others = slices.DeleteFunc(others, func(i int) bool {
		if early[i] {
			renames = append(renames, i)
		}
		return early[i]
	})
	r.inOrder(renames)
	r.inOrder(others)
	if failed := r.firstFailure(); failed != nil {
		r.skip(deletes, fmt.Sprintf("nothing is deleted after a failure: %s of %s %s", failed.Operation.Action, failed.Operation.Name(), failed.Outcome))
	} else {
		r.run(deletes)
	}
	report := Report{Plan: p, Results: r.results, Warnings: r.warnings}
	report.Interrupted = ctx.Err() != nil && report.left() > 0
	return report
}

var errGrace = errors.New("broken off after the interrupt")

// fatal is what stops a run: a failure that every other operation would share.
type fatal struct {
	op  plan.Operation
	err error
}

func (f fatal) Error() string {
	return fmt.Sprintf("not begun after %s of %s failed: %v", f.op.Action, f.op.Name(), f.err)
}

type runner struct {
	begin    context.Context // ends when nothing new may begin
	halt     context.CancelCauseFunc
	inFlight context.Context // ends when what is under way is broken off
	writer   Writer
	options  Options
	results  []Result
	needs    []int // see plan.Needs
	inUse    plan.InUse
	salt     string // of the marks of streams
	puts     puts
	patience sync.Once
	deadline time.Time // of waiting for sessions to end; the zero time until somebody waits

	telling  sync.Mutex // one Done, one warning at a time
	warnings []string
}

// stopIfFatal ends the run if every other operation would share a failure.
func (r *runner) stopIfFatal(op plan.Operation, err error) {
	var f interface{ Fatal() bool }
	if errors.As(err, &f) && f.Fatal() {
		r.halt(fatal{op, err})
	}
}

// whyNot is why an operation is not begun any more.
func (r *runner) whyNot() string {
	if f, ok := context.Cause(r.begin).(fatal); ok {
		return f.Error()
	}
	return "interrupted before it began"
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
		case <-r.begin.Done():
		}
		r.skip(indexes[n:], r.whyNot())
		break
	}
	close(queue)
	workers.Wait()
}

// inOrder carries out the operations at the indexes, each after the one it
// needs: a chain of renames begins at its free end.
func (r *runner) inOrder(indexes []int) {
	for len(indexes) > 0 {
		var now, later []int
		for _, i := range indexes {
			if n := r.needs[i]; n >= 0 && r.results[n].Outcome == "" {
				later = append(later, i)
			} else {
				now = append(now, i)
			}
		}
		r.run(now)
		indexes = later
	}
}

// one carries out one operation. A panic in it is this operation's failure:
// the others and the report must not be lost with it.
func (r *runner) one(i int) {
	result := &r.results[i]
	if r.begin.Err() != nil {
		r.skip([]int{i}, r.whyNot())
		return
	}
	if n := r.needs[i]; n >= 0 && r.results[n].Outcome != Applied {
		first := r.results[n]
		result.Excused = first.Excused
		r.skip([]int{i}, fmt.Sprintf("%s, which %s", plan.Blocked(result.Operation, first.Operation), was(first.Outcome)))
		return
	}
	began := time.Now()
	ctx, sent := r.options.Until(r.inFlight, r.begin), func() (int, time.Time) { return result.Attempts, began }
	if r.options.Track != nil {
		ctx, sent = r.options.Track(ctx)
	}
	defer func() {
		if p := recover(); p != nil {
			result.Outcome, result.Err = Unknown, fmt.Errorf("internal error: %v", p)
		}
		if result.Attempts, began = sent(); result.Attempts > 0 {
			result.Duration = time.Since(began)
		}
		r.tell(*result)
	}()
	if result.Err = r.carryOut(ctx, result); result.Err != nil && context.Cause(r.inFlight) == errGrace {
		result.Err = fmt.Errorf("%w: %w", errGrace, result.Err)
	}
	result.Outcome = outcome(result.Err)
	if n, _ := sent(); n == 0 && result.Outcome != Applied && (r.begin.Err() != nil || r.inFlight.Err() != nil) {
		// It was still waiting for its turn.
		result.Outcome, result.Err, result.Reason = Skipped, nil, r.whyNot()
	}
	if left := (leftAlone{}); errors.As(result.Err, &left) {
		result.Outcome, result.Err, result.Reason, result.Excused = Skipped, nil, left.reason, left.excused
	}
	r.stopIfFatal(result.Operation, result.Err)
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

func (r *runner) firstFailure() *Result {
	for i := range r.results {
		if r.results[i].Outcome == Failed || r.results[i].Outcome == Unknown {
			return &r.results[i]
		}
	}
	return nil
}

// warn keeps what is to be said once, beside the results.
func (r *runner) warn(text string) {
	r.telling.Lock()
	defer r.telling.Unlock()
	r.warnings = append(r.warnings, text)
}

// was puts an outcome behind a noun.
func was(o Outcome) string {
	switch o {
	case Failed:
		return "failed"
	case Unknown:
		return "may have failed"
	}
	return "was skipped"
}

func ambiguous(err error) bool {
	var a interface{ Ambiguous() bool }
	return errors.As(err, &a) && a.Ambiguous()
}

func outcome(err error) Outcome {
	switch {
	case err == nil:
		return Applied
	case ambiguous(err):
		return Unknown
	}
	return Failed
}
