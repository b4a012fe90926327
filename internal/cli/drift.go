package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"roomsync/internal/plan"
	"roomsync/internal/render"
)

type driftCmd struct {
	lintOptions
	naming
	Metrics     fileName `placeholder:"FILE" help:"Also write figures for Prometheus to a file, which node-exporter's textfile collector reads."`
	GithubIssue bool     `help:"In GitHub Actions: keep one issue an environment while there is drift, and close it when there is none."`
}

// Help is shown below the flags.
func (driftCmd) Help() string {
	return `Compares like plan --prune, tells what it finds from the side of the live rooms,
and writes nothing: it cannot. A room that matches manage and is not in the file is
extra; rooms that nobody manages are no difference, and neither is what the file
ignores. Whether rooms are in use does not matter, so nothing but the list is read.

Exit codes: 0 live is as the file has it, 1 error, 2 it is not.

Examples:
  roomsync drift                               look
  roomsync drift --format json | jq .summary   for programs
  roomsync drift --format junit > drift.xml    for a CI system
  roomsync drift --quiet --metrics rooms.prom  in a cron job`
}

// Run prints the drift. Its client cannot write.
func (c *driftCmd) Run(a *app) (err error) {
	if err := errors.Join(c.lintOptions.check(), c.naming.use(a)); err != nil {
		return err
	}
	if c.GithubIssue {
		if err := a.checkGithub("--github-issue"); err != nil {
			return err
		}
	}
	if c.Metrics != "" {
		if err := checkWritable(string(c.Metrics), a.inputs("")); err != nil {
			return fmt.Errorf("--metrics %s: %w", c.Metrics, err)
		}
	}
	s, err := a.open(true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	p, err := a.drift(s, c.lintOptions)
	if err != nil {
		return err
	}
	code := exitOK
	if !p.InSync() {
		code = exitDifference
	}
	about := a.about()
	if c.Metrics != "" {
		figures, err := written(func(w io.Writer) error { return render.DriftMetrics(w, p, about, time.Now()) })
		if err == nil {
			err = writeFile(string(c.Metrics), figures, 0o644) // another user reads it
		}
		if err != nil {
			return fmt.Errorf("--metrics: %w", err)
		}
	}
	err = errors.Join(a.printDrift(p, about, code), a.publishDrift(p, about))
	if c.GithubIssue {
		err = errors.Join(err, a.keepIssue(p, about))
	}
	if err != nil || code == exitOK {
		return err
	}
	return exit(code)
}

// keepIssue keeps the issue about drift.
func (a *app) keepIssue(p plan.Plan, about render.About) error {
	client, err := a.github()
	if err != nil {
		return err
	}
	body, err := written(func(w io.Writer) error { return render.DriftMarkdown(w, p, about, render.CommentLimit) })
	if err != nil {
		return err
	}
	body = []byte(a.redacted(string(body)))
	marker := render.Marker("drift", a.environment)
	if p.InSync() {
		return a.permitted(client.Resolve(a.ctx, marker, string(body)), "issues: write")
	}
	return a.permitted(client.Report(a.ctx, marker, render.DriftTitle(p, about), string(body)), "issues: write")
}

// drift makes the plan that drift is told from. What a guard would refuse does
// not matter: nothing will be applied.
func (a *app) drift(s *session, o lintOptions) (plan.Plan, error) {
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	p, err := a.compare(ctx, s, planOptions{lintOptions: o, pruneManaged: true})
	p.Guards = nil
	return p, err
}
