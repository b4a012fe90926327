package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
	"roomsync/internal/render"
	"roomsync/internal/signalwire"
)

type applyCmd struct {
	planOptions
	Yes    bool   `short:"y" help:"Do not ask."`
	Report string `placeholder:"FILE" help:"Also write the report to a file, as JSON."`
}

// Help is shown below the flags.
func (applyCmd) Help() string {
	return `Shows the plan, asks, and carries it out: creates and updates side by side, then
deletes, and those only with --prune and only if nothing failed before. Settings
that the file does not name are left as they are.

Exit codes: 0 done, 1 error and nothing written, 3 something failed or is
unknown, 4 refused, 130 interrupted.

Examples:
  roomsync apply                           look, and answer yes
  roomsync apply --yes --report out.json   in a pipeline
  roomsync apply --sandbox --yes           try it without an account`
}

// Run plans, shows, asks and applies.
func (c *applyCmd) Run(a *app) error {
	if c.Report != "" {
		// A report that cannot be written should show before the first write.
		if err := checkWritable(c.Report, a.paths()); err != nil {
			return fmt.Errorf("--report %s: %w", c.Report, err)
		}
	}
	s, p, err := c.plan(a)
	if err != nil {
		if c.Report != "" { // else one of yesterday's would stand for today's
			a.reportFailure(c.Report, err)
		}
		return err
	}
	if reason := a.refusal(p, c.Yes); reason != "" {
		return c.finish(a, s, apply.Refuse(p, reason))
	}
	stop := context.AfterFunc(a.ctx, func() {
		a.note("interrupted: what is under way may finish, nothing else begins; once more ends it at once")
	})
	defer stop()
	return c.finish(a, s, apply.Run(a.ctx, a.now, p, s.Client, apply.Options{
		Parallelism: a.Parallelism, Grace: a.InterruptedGrace, Track: signalwire.Track, Until: signalwire.Until,
	}))
}

// plan makes and shows the plan. Unless there is an error, the session is the
// caller's to close.
func (c *applyCmd) plan(a *app) (*session, plan.Plan, error) {
	s, err := a.open(false)
	if err != nil {
		return nil, plan.Plan{}, err
	}
	p, err := a.plan(s, c.planOptions)
	if err == nil {
		err = a.showPlan(p)
	}
	if err != nil {
		return nil, plan.Plan{}, errors.Join(err, s.close())
	}
	return s, p, nil
}

// showPlan prints the plan before it is carried out. With --format json the
// result is the report, so the plan is commentary.
func (a *app) showPlan(p plan.Plan) error {
	switch {
	case a.Format != "json":
		return render.PlanText(a.Out, p, a.style)
	case !a.Quiet:
		return render.PlanText(a.Err, p, render.Style{})
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
		return "refused by the guard " + strings.Join(names, ", ")
	case len(p.Operations) == 0 || yes:
		return ""
	case len(a.File) == 1 && a.File[0] == "-":
		return "the rooms come from standard input, so nobody can be asked there: pass --yes"
	case !a.Terminal:
		return "this is not a terminal, so nobody can be asked: pass --yes"
	}
	if !a.OutTerminal && (a.Format != "json" || a.Quiet) {
		// The plan went elsewhere, and nobody should have to answer blindly.
		_ = render.PlanText(a.Err, p, render.Style{})
	}
	fmt.Fprintf(a.Err, "\nApply this to %s? Only \"yes\" will do: ", p.Space)
	answer := make(chan string, 1)
	go func() {
		line, err := bufio.NewReader(a.In).ReadString('\n')
		if err != nil {
			fmt.Fprintln(a.Err) // the input ended without one
		}
		answer <- strings.TrimSpace(line)
	}()
	select {
	case word := <-answer:
		if word != "yes" {
			return fmt.Sprintf("the answer was %q, not \"yes\"", word)
		}
		return ""
	case <-a.ctx.Done():
		fmt.Fprintln(a.Err)
		return notAnswered
	}
}

// notAnswered is the refusal of somebody who interrupts the question.
const notAnswered = "interrupted before anything was begun"

// keep writes the report to --report.
func (c *applyCmd) keep(r apply.Report, code int) error {
	var document bytes.Buffer
	if err := render.ReportJSON(&document, r, code); err != nil {
		return err
	}
	return writeFile(c.Report, document.Bytes())
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
	case r.Refused != "":
		code = exitRefused
	case !r.Complete(), closing != nil:
		code = exitIncomplete
	}
	if c.Report != "" {
		if err := c.keep(r, code); err != nil {
			code = max(code, exitIncomplete) // not 1, which says that nothing was written
			r.Warnings = append(r.Warnings, fmt.Sprintf("the report could not be kept in %s: %v", c.Report, err))
		}
	}
	var err error
	if a.Format == "json" {
		err = render.ReportJSON(a.Out, r, code)
	} else {
		err = render.ReportText(a.Out, r, a.style)
	}
	if err != nil {
		fmt.Fprintf(a.Err, "roomsync: the report could not be printed: %v\n", err)
		code = max(code, exitIncomplete)
	}
	if code == exitOK {
		return nil
	}
	return exit(code)
}
