package cli

import (
	"bufio"
	"bytes"
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
func (c *applyCmd) Run(a *app) (err error) {
	if c.Report != "" {
		// A report that cannot be written should show before the first write.
		if err := checkWritable(c.Report); err != nil {
			return fmt.Errorf("--report: %w", err)
		}
	}
	s, err := a.open(false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	p, err := a.plan(s, c.planOptions)
	if err != nil {
		return err
	}
	if err := a.showPlan(p); err != nil {
		return err
	}
	if reason := a.refusal(p, c.Yes); reason != "" {
		return c.finish(a, apply.Refuse(p, reason))
	}
	return c.finish(a, apply.Run(a.ctx, a.now, p, s.Client, apply.Options{
		Parallelism: a.Parallelism, Grace: a.InterruptedGrace, Track: signalwire.Track,
	}))
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
	fmt.Fprintf(a.Err, "\nApply this to %s? Only \"yes\" will do: ", p.Space)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.In).ReadString('\n')
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
		return "interrupted before anything was begun"
	}
}

// finish prints the report, writes it to --report, and ends with its code.
func (c *applyCmd) finish(a *app, r apply.Report) error {
	code := exitOK
	switch {
	case a.ctx.Err() != nil && r.Refused != "", r.Interrupted:
		code = exitInterrupted
	case r.Refused != "":
		code = exitRefused
	case !r.Complete():
		code = exitIncomplete
	}
	var document bytes.Buffer
	err := render.ReportJSON(&document, r, code)
	if err == nil && c.Report != "" {
		err = writeFile(c.Report, document.Bytes())
	}
	if a.Format == "json" {
		_, printing := a.Out.Write(document.Bytes())
		err = errors.Join(err, printing)
	} else {
		err = errors.Join(err, render.ReportText(a.Out, r, a.style))
	}
	if err != nil {
		// What was done is done: the code must say that, too.
		fmt.Fprintf(a.Err, "roomsync: the report could not be written: %v\n", err)
		code = max(code, exitIncomplete)
	}
	if code == exitOK {
		return nil
	}
	return exit(code)
}
