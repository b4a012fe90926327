package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"roomsync/internal/apply"
	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/render"
	"roomsync/internal/signalwire"
)

type applyCmd struct {
	planOptions
	publishing
	Plan       fileName `arg:"" optional:"" name:"planfile" help:"A plan that roomsync plan --out saved: that is carried out, and nothing else, if it still fits."`
	Yes        bool     `short:"y" help:"Do not ask."`
	ExpectPlan *string  `placeholder:"DIGEST" help:"Carry out the plan only if it has this digest, which roomsync plan prints."`
	Report     fileName `placeholder:"FILE" help:"Also write the report to a file, as JSON."`
}

// Help is shown below the flags.
func (applyCmd) Help() string {
	return `Shows the plan, asks, and carries it out: renames, then creates and updates side
by side, then deletes, and those only with --prune and only if nothing failed
before. Settings that the file does not name are left as they are.

With a PLANFILE, which roomsync plan --out saved, the live rooms are listed
again, and nothing is done unless every setting that the plan changes, and every
room that it deletes, is still as it was. A plan holds the addresses of streams only
as hashes: one that changes streams needs -f, too, and its variables. --in-use,
--max-deletes and --allow-empty may be given anew.

Exit codes: 0 done, 1 error and nothing written, 3 something failed or is
unknown, 4 refused, 5 the plan is not the one that was reviewed or does not fit
any more, 130 interrupted.

Examples:
  roomsync apply                           look, and answer yes
  roomsync apply plan.json --yes           what was reviewed, and nothing else
  roomsync apply --yes --report out.json   in a pipeline
  roomsync apply --sandbox --yes           try it without an account`
}

// Run plans, shows, asks and applies.
func (c *applyCmd) Run(a *app) error {
	if err := errors.Join(c.check(), c.publishing.use(a)); err != nil {
		return err
	}
	if c.Report != "" {
		// A report that cannot be written should show before the first write.
		if err := checkWritable(string(c.Report), a.inputs(string(c.Plan))); err != nil {
			return fmt.Errorf("--report %s: %w", c.Report, err)
		}
	}
	s, p, stale, err := c.plan(a)
	if err != nil {
		if c.Report != "" { // else one of yesterday's would stand for today's
			a.reportFailure(string(c.Report), err)
		}
		return err
	}
	if stale.Stale {
		return c.finish(a, s, stale)
	}
	reason, patience := a.refusal(p, c.Yes), c.patience()
	if reason == "" && p.InUse == plan.Wait {
		began := time.Now()
		misfits, err := a.wait(s, &p, patience)
		patience -= time.Since(began)
		switch {
		case a.ctx.Err() != nil:
			reason = notAnswered
		case len(misfits) > 0:
			return c.finish(a, s, misfitting(p, misfits, "while rooms were waited for, others have changed: plan again, and review that"))
		case err != nil:
			if c.Report != "" {
				a.reportFailure(string(c.Report), err)
			}
			return errors.Join(err, s.close())
		case len(p.Guards) > 0:
			reason = a.refusal(p, c.Yes)
		}
	}
	if reason != "" {
		return c.finish(a, s, apply.Refuse(p, reason))
	}
	stop := context.AfterFunc(a.ctx, func() {
		a.note("interrupted: what is under way may finish, nothing else begins; once more ends it at once")
	})
	defer stop()
	progress := a.progress("applying", "operations", len(p.Operations))
	report := apply.Run(a.ctx, a.now, p, s.Client, apply.Options{
		Done: func(r apply.Result) {
			progress.step(1, r.Operation.Name(), r.Outcome == apply.Failed || r.Outcome == apply.Unknown)
		},
		Parallelism: a.Parallelism, Grace: a.InterruptedGrace, Track: signalwire.Track, Until: signalwire.Until,
		Patience: patience, Poll: a.Poll, Told: func(text string) { a.note("%s", diag.Printable(text)) },
	})
	progress.end()
	advise(report)
	return c.finish(a, s, report)
}

// check refuses flags that make no sense, alone or together.
func (c *applyCmd) check() error {
	if err := c.planOptions.check(); err != nil {
		return err
	}
	// An empty one is a variable that nobody has set: no reason to check nothing.
	if c.ExpectPlan != nil && !digestForm.MatchString(*c.ExpectPlan) {
		return hinted{fmt.Errorf("--expect-plan must be a digest of 64 hexadecimal digits, not %q", *c.ExpectPlan), "roomsync plan prints it, and its JSON has it as .digest"}
	}
	if c.Plan != "" && (c.Prune || len(c.Only) > 0 || c.Strict) {
		return errors.New("--prune, --only and --strict are decided by the saved plan: leave them out, or plan again")
	}
	return nil
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// plan makes, or reads, and shows the plan. One that is not to be carried out,
// because it is not what was reviewed, comes with the report that says so.
// Unless there is an error, the session is the caller's to close.
func (c *applyCmd) plan(a *app) (s *session, p plan.Plan, stale apply.Report, err error) {
	var saved *plan.Plan
	if c.Plan != "" {
		if saved, err = readPlan(string(c.Plan)); err != nil {
			return nil, p, stale, err
		}
	}
	if s, err = a.open(false); err != nil {
		return nil, p, stale, err
	}
	if saved == nil {
		p, err = a.plan(s, c.planOptions)
	} else {
		p, stale, err = a.replan(s, *saved, c.planOptions)
	}
	if err == nil {
		err = a.showPlan(p)
	}
	if err != nil {
		return nil, p, stale, errors.Join(err, s.close())
	}
	if c.ExpectPlan != nil && !stale.Stale && p.Digest() != *c.ExpectPlan {
		stale = apply.Refuse(p, fmt.Sprintf("this is another plan than the expected one: its digest is %s, not %s; the file or the rooms have changed since: review the new plan, and pass its digest", p.Digest(), *c.ExpectPlan))
		stale.Stale = true
	}
	return s, p, stale, nil
}

// showPlan prints the plan before it is carried out. With another format the
// result is the report, so the plan is commentary.
func (a *app) showPlan(p plan.Plan) error {
	switch {
	case a.Format == "text":
		return render.PlanText(a.Out, p, a.style)
	case !a.Quiet:
		return render.PlanText(a.Err, p, a.aside)
	}
	return nil
}

// refusal is why a plan is not to be carried out, or empty.
func (a *app) refusal(p plan.Plan, yes bool) string {
	switch {
	case len(p.Guards) > 0:
		names := make([]string, len(p.Guards))
		for i, g := range p.Guards {
			names[i] = g.Name
		}
		return "refused by the guard" + map[bool]string{true: "s"}[len(names) > 1] + " " + strings.Join(names, ", ")
	case len(p.Operations) == 0 || yes:
		return ""
	case slices.Contains(a.File, "-"):
		return "the rooms come from standard input, so nobody can be asked there: pass --yes"
	case !a.Terminal:
		return nobodyThere
	}
	if !a.OutTerminal && (a.Format == "text" || a.Quiet) {
		// The plan went elsewhere, and nobody should have to answer blindly.
		_ = render.PlanText(a.Err, p, a.aside)
	}
	return a.ask(fmt.Sprintf("\nApply this to %s?", p.Space))
}

// keep writes the report to --report.
func (c *applyCmd) keep(a *app, r apply.Report, code int) error {
	kept, err := written(func(w io.Writer) error { return render.ReportJSON(w, r, code) })
	if err != nil {
		return err
	}
	return writeFile(string(c.Report), []byte(a.redacted(string(kept))), 0o600)
}

// finish prints the report, writes it to --report, and ends with its code.
func (c *applyCmd) finish(a *app, s *session, r apply.Report) error {
	code := exitOK
	closing := s.close()
	if closing != nil {
		r.Warnings = append(r.Warnings, closing.Error())
	}
	if r.Refused == notAnswered {
		r.Interrupted = true
	}
	switch {
	case r.Interrupted:
		code = exitInterrupted
	case r.Stale:
		code = exitStale
	case r.Refused != "":
		code = exitRefused
	case !r.Complete(), closing != nil:
		code = exitIncomplete
	}
	about := a.about()
	about.Plan = string(c.Plan)
	if c.Report != "" && a.actions != nil {
		_ = c.keep(a, r, code) // before anybody is told, which may take its time; below it is kept for good
	}
	if err := a.publishReport(r, about, string(c.Plan)); err != nil {
		r.Warnings = append(r.Warnings, "GitHub was not told all: "+a.explained(err))
	}
	if c.Report != "" {
		if err := c.keep(a, r, code); err != nil {
			code = max(code, exitIncomplete) // not 1, which says that nothing was written
			r.Warnings = append(r.Warnings, fmt.Sprintf("the report could not be kept in %s: %v", c.Report, err))
		}
	}
	if err := a.printReport(r, about, code); err != nil {
		a.say(fmt.Sprintf("roomsync: the report could not be printed: %v", err), 2)
		code = max(code, exitIncomplete)
	}
	if code == exitOK {
		return nil
	}
	return exit(code)
}
