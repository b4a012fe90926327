package cli

import (
	"errors"

	"roomsync/internal/plan"
	"roomsync/internal/render"
)

type planCmd struct {
	planOptions
	DetailedExitcode bool `help:"Exit with 2 if there is anything to do."`
}

// Help is shown below the flags.
func (planCmd) Help() string {
	return `Examples:
  roomsync plan                              compare rooms.yaml with your space
  roomsync plan --prune                      and show which rooms --prune would delete
  roomsync plan --format json | jq .summary  for programs
  roomsync plan --sandbox                    try it without an account`
}

// Run prints the plan. Its client cannot write.
func (c *planCmd) Run(a *app) (err error) {
	s, err := a.open(true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	p, err := a.plan(s, c.planOptions)
	if err != nil {
		return err
	}
	if err := a.printPlan(p); err != nil {
		return err
	}
	if c.DetailedExitcode && !p.InSync() {
		return exit(exitDifference)
	}
	return nil
}

func (a *app) printPlan(p plan.Plan) error {
	if a.Format == "json" {
		return render.PlanJSON(a.Out, p)
	}
	return render.PlanText(a.Out, p, a.style)
}
