package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"roomsync/internal/render"
)

type planCmd struct {
	planOptions
	publishing
	Out              fileName `placeholder:"FILE" help:"Also save the plan to a file, for roomsync apply FILE."`
	DetailedExitcode bool     `help:"Exit with 2 if there is anything to do, or a conflict."`
}

// Help is shown below the flags.
func (planCmd) Help() string {
	return `Guards are what apply refuses a plan for, such as many deletes or rooms in use. They are
shown with what lifts them, and change nothing about the exit code. The digest names what
the plan does: apply --expect-plan DIGEST carries out nothing else.

Exit codes: 0 there is a plan, 1 an error; with --detailed-exitcode 0 nothing to do,
2 something to do, or a conflict.

Examples:
  roomsync plan                              compare rooms.yaml with your space
  roomsync plan --prune                      and show what --prune would delete
  roomsync plan --out plan.json              and keep it for apply plan.json
  roomsync plan --format json | jq .summary  for programs
  roomsync plan --sandbox                    try it without an account`
}

// Run prints the plan. Its client cannot write.
func (c *planCmd) Run(a *app) (err error) {
	if err := errors.Join(c.planOptions.check(), c.publishing.use(a)); err != nil {
		return err
	}
	if c.Out != "" {
		if err := checkWritable(string(c.Out), a.inputs("")); err != nil {
			return fmt.Errorf("--out %s: %w", c.Out, err)
		}
	}
	if a.restricted() {
		return c.validateOnly(a)
	}
	s, err := a.open(true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	p, err := a.plan(s, c.planOptions)
	if err != nil {
		return err
	}
	if c.Out != "" {
		saved, err := written(func(w io.Writer) error { return render.PlanJSON(w, p) })
		if err == nil {
			err = a.printable(saved)
		}
		if err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		if err := writeFile(string(c.Out), saved, 0o600); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	about := a.about()
	if err := errors.Join(a.printPlan(p, about), a.publishPlan(p, about, string(c.Out))); err != nil {
		return err
	}
	if c.Out != "" {
		files := ""
		if slices.ContainsFunc(p.Operations, hasStreams) {
			files = " -f … (the same files and variables, for the addresses of streams)"
		}
		a.note("saved: roomsync apply %s%s carries it out%s", c.Out, files, map[bool]string{true: ", once no guard refuses it"}[len(p.Guards) > 0])
	}
	if c.DetailedExitcode && (!p.InSync() || len(p.Guards) > 0) {
		return exit(exitDifference)
	}
	return nil
}
