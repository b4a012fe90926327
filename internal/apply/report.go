package apply

import (
	"time"

	"roomsync/internal/plan"
)

// Outcome is what became of an operation.
type Outcome string

// The outcomes. Every operation of a report has exactly one.
const (
	Applied Outcome = "applied" // done, and the answer says so
	Failed  Outcome = "failed"  // refused, or not done in full
	Skipped Outcome = "skipped" // not begun
	Unknown Outcome = "unknown" // sent, and no answer says whether it was done
)

// Result is an operation and what became of it.
type Result struct {
	Operation plan.Operation
	Outcome   Outcome
	ID        string        // of the room; empty if none is known
	Attempts  int           // requests sent, those sent again included
	Duration  time.Duration // from the first request to the last answer
	Err       error         // of a failed or unknown one
	Faults    []Fault       // what the server says of single settings
	Hint      string        // what to do about Err; may be empty
	Reason    string        // why a skipped one was, or a remark on an applied one
	Excused   bool          // skipped as was asked for: that leaves the report complete
}

// Fault is what the server finds wrong with a setting, or with the name.
type Fault struct{ Setting, Message string }

// Report is what became of a plan.
type Report struct {
	Plan        plan.Plan
	Results     []Result // one for each operation, in the plan's order
	Warnings    []string // what is to be known beside the results
	Interrupted bool
	Refused     string        // why nothing was begun, if a guard or a person said no
	Stale       bool          // refused because the plan is not the one that was reviewed, or does not fit any more
	Misfits     []plan.Misfit // what of a plan made earlier is not right any more
}

// Refuse is the report on a plan of which nothing was begun.
func Refuse(p plan.Plan, reason string) Report {
	r := Report{Plan: p, Refused: reason, Results: make([]Result, len(p.Operations))}
	for i, op := range p.Operations {
		r.Results[i] = Result{Operation: op, Outcome: Skipped, Reason: reason}
	}
	return r
}

// Count is how many operations had an outcome.
func (r Report) Count(o Outcome) int {
	n := 0
	for _, result := range r.Results {
		if result.Outcome == o {
			n++
		}
	}
	return n
}

// Complete tells whether everything was done that was to be done: every
// operation applied or excused, and no conflict left.
func (r Report) Complete() bool {
	return r.left() == 0 && len(r.Plan.Conflicts) == 0 && r.Refused == ""
}

// left is how many operations there still are to do.
func (r Report) left() int {
	n := 0
	for _, result := range r.Results {
		if result.Outcome != Applied && !result.Excused {
			n++
		}
	}
	return n
}
