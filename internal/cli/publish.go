package cli

import (
	"errors"
	"fmt"
	"io"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
	"roomsync/internal/render"
)

// naming is the flag for what the space is called.
type naming struct {
	Environment *string `placeholder:"NAME" help:"What the space is to those who read the result elsewhere, such as production."`
}

// publishing are the flags about where, beside standard output, a plan and its
// report go.
type publishing struct {
	naming
	Github bool `help:"In GitHub Actions: keep one comment an environment on the pull request, with the plan and what became of it."`
}

// longestEnvironment keeps markers and titles short.
const longestEnvironment = 100

func (n naming) check() error {
	switch {
	case n.Environment == nil:
		return nil
	case *n.Environment == "":
		return errors.New("--environment is empty: leave it out, or name one")
	case len(*n.Environment) > longestEnvironment:
		return fmt.Errorf("--environment has %d bytes, and %d are allowed", len(*n.Environment), longestEnvironment)
	}
	return nil
}

// use makes the flags known to whatever is printed and published.
func (n naming) use(a *app) error {
	if err := n.check(); err != nil {
		return err
	}
	if n.Environment != nil {
		a.environment = *n.Environment
	}
	return nil
}

func (p publishing) use(a *app) error {
	if err := p.naming.use(a); err != nil || !p.Github {
		return err
	}
	if err := a.checkGithub("--github"); err != nil {
		return err
	}
	a.comments = true
	return nil
}

// checkGithub tells before anything is done that a comment or an issue could not
// be written.
func (a *app) checkGithub(flag string) error {
	switch {
	case a.actions == nil:
		return hinted{fmt.Errorf("%s is for GitHub Actions, and this is not a part of a run of it", flag), "elsewhere --format markdown writes the same text"}
	case a.githubToken() == "" && a.actions.Restricted == "":
		return hinted{fmt.Errorf("%s needs a token", flag), "give the step this environment: GITHUB_TOKEN: ${{ github.token }}"}
	}
	return a.actions.CheckWritable()
}

// publishPlan tells a workflow run of a plan.
func (a *app) publishPlan(p plan.Plan, about render.About, file string) error {
	if a.actions == nil {
		return nil // what they are told takes its time
	}
	return a.publish(a.ctx, told{
		markdown: func(limit int) document {
			return func(w io.Writer) error { return render.PlanMarkdown(w, p, about, limit) }
		},
		remarks: planRemarks(p), outputs: counts(p, file),
	})
}

// publishReport tells a workflow run what became of a plan.
func (a *app) publishReport(r apply.Report, about render.About, file string) error {
	if a.actions == nil {
		return nil // what they are told takes its time
	}
	ctx, cancel := a.lastWords()
	defer cancel()
	return a.publish(ctx, told{
		markdown: func(limit int) document {
			return func(w io.Writer) error { return render.ReportMarkdown(w, r, about, limit) }
		},
		remarks: reportRemarks(r), outputs: counts(r.Plan, file),
	})
}

// publishDrift tells a workflow run of drift.
func (a *app) publishDrift(p plan.Plan, about render.About) error {
	if a.actions == nil {
		return nil // what they are told takes its time
	}
	return a.publish(a.ctx, told{
		markdown: func(limit int) document {
			return func(w io.Writer) error { return render.DriftMarkdown(w, p, about, limit) }
		},
		remarks: driftRemarks(p), outputs: counts(p, ""),
	})
}
