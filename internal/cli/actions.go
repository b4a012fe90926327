package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"roomsync/internal/diag"
	"roomsync/internal/github"
	"roomsync/internal/plan"
	"roomsync/internal/render"
)

// actions is the run of GitHub Actions that this is a part of.
type actions struct {
	github.Run
	log io.Writer // standard error as it is: for commands to the runner
}

// enterActions finds out whether this is a part of a workflow run. From then on
// nothing that is printed can give commands to the runner.
func (a *app) enterActions() {
	if !github.InActions(a.Getenv) {
		return
	}
	var event []byte
	if path := a.Getenv("GITHUB_EVENT_PATH"); path != "" {
		event, _ = os.ReadFile(path) // without it the run is about no pull request
	}
	run, err := github.ReadRun(a.Getenv, event)
	a.actions = &actions{run, a.Err}
	a.Err = github.Defuse(a.Err, "text")
	if err != nil {
		a.say("roomsync: "+diag.Printable(err.Error()), 2)
	}
}

// checkLinks refuses files of the repository that are links out of it. Whoever
// proposes a change could have any file of the runner shown, in what is said to
// be wrong with it.
func (a *app) checkLinks() error {
	if a.actions == nil || a.actions.Workspace == "" {
		return nil
	}
	root, err := filepath.EvalSymlinks(a.actions.Workspace)
	if err != nil {
		return nil // there is no checkout
	}
	files, err := a.named()
	if err != nil {
		return err
	}
	for _, path := range append(files, a.VarFile...) {
		absolute, err := filepath.Abs(path)
		if err != nil || path == "-" {
			continue
		}
		target, err := filepath.EvalSymlinks(absolute)
		if err != nil {
			continue // reading tells
		}
		if named := isBelow(a.actions.Workspace, absolute) || isBelow(root, absolute); named && !isBelow(root, target) {
			return fmt.Errorf("%s is a link out of the repository, which is not followed in a workflow run", path)
		}
	}
	return nil
}

func isBelow(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// reported are the commands whose results a run is told of.
var reported = []string{"plan", "apply", "drift", "validate", "fmt"}

// told is what is said of a result beside standard output.
type told struct {
	markdown func(limit int) document
	remarks  []github.Annotation
	outputs  []github.Output
}

// publish tells a workflow run of a result: in the summary of the step, in
// annotations, in outputs, and with --github in the comment on the pull request.
func (a *app) publish(ctx context.Context, t told) error {
	if a.actions == nil {
		return nil
	}
	dir, _ := os.Getwd()
	err := errors.Join(
		a.actions.Annotate(a.actions.log, dir, t.remarks),
		a.writeOutputs(t.outputs),
	)
	if t.markdown == nil {
		return err
	}
	err = errors.Join(err, a.writeSummary(t.markdown))
	if a.comments && !a.commented {
		a.commented = true // also if it fails: the failure is not to be commented
		body, e := written(t.markdown(render.CommentLimit))
		if e == nil {
			e = a.comment(ctx, a.redacted(string(body)))
		}
		err = errors.Join(err, e)
	}
	return err
}

// writeSummary adds to the summary of the step, as far as GitHub takes it.
func (a *app) writeSummary(markdown func(limit int) document) error {
	path := a.actions.Summary
	if path == "" {
		return nil
	}
	limit := github.SummaryLimit
	if info, err := os.Stat(path); err == nil {
		limit -= int(info.Size())
	}
	if limit < render.CommentLimit/4 {
		a.note("the summary of this step is full: it has no room for this result")
		return nil
	}
	text, err := written(markdown(limit))
	if err == nil {
		err = appendTo(path, []byte(a.redacted(string(text))))
	}
	if err != nil {
		return fmt.Errorf("write the summary of the step: %w", err)
	}
	return nil
}

func (a *app) writeOutputs(outputs []github.Output) error {
	if a.actions.Output == "" || len(outputs) == 0 {
		return nil
	}
	text, err := written(func(w io.Writer) error { return github.WriteOutputs(w, rand.Text(), outputs) })
	if err == nil {
		err = appendTo(a.actions.Output, text)
	}
	if err != nil {
		return fmt.Errorf("write the outputs of the step: %w", err)
	}
	return nil
}

func appendTo(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// github is a client for the repository of the run.
func (a *app) github() (*github.Client, error) {
	return github.NewClient(a.actions.Run, a.githubToken(), version(), http.DefaultTransport)
}

func (a *app) githubToken() string { return strings.TrimSpace(a.Getenv("GITHUB_TOKEN")) }

// comment keeps the comment on the pull request that the run is about, or that
// the pushed commit comes from.
func (a *app) comment(ctx context.Context, body string) error {
	if a.actions.Restricted != "" {
		a.note("no comment: %s cannot write any; the summary of this run has the same", a.actions.Restricted)
		return nil
	}
	client, err := a.github()
	if err != nil {
		return err
	}
	number, err := client.PullRequest(ctx)
	switch {
	case err != nil:
	case number == 0:
		a.note("no comment: there is no pull request that this run is about")
		return nil
	default:
		err = client.Comment(ctx, number, render.Marker("", a.environment), body)
	}
	return a.permitted(err, "pull-requests: write")
}

// permitted says which permission is missing.
func (a *app) permitted(err error, permission string) error {
	switch {
	case err == nil:
		return nil
	case github.Unknown(err):
		return hinted{err, "GitHub does not know the token in GITHUB_TOKEN: it may have expired, or be another server's"}
	case github.Denied(err):
		return hinted{err, "give the job this permission: " + permission}
	}
	return err
}

// tellFailure tells a workflow run of a command that came to no result.
func (a *app) tellFailure(f render.Failure, problems diag.List) {
	if a.actions == nil || !slices.Contains(reported, a.command) {
		return
	}
	t := told{remarks: problemRemarks(problems)}
	if len(problems) == 0 {
		message := f.Error
		if f.Hint != "" {
			message += "\n" + f.Hint
		}
		t.remarks = []github.Annotation{{Level: github.Error, Title: "roomsync " + a.command, Message: message}}
	}
	about := a.about()
	t.markdown = func(limit int) document {
		return func(w io.Writer) error { return render.FailureMarkdown(w, f, a.command, about, limit) }
	}
	ctx, cancel := a.lastWords()
	defer cancel()
	if err := a.publish(ctx, t); err != nil && !strings.Contains(f.Error, err.Error()) { // else it has been said
		a.say("roomsync: "+diag.Printable(a.redacted(err.Error())), 2)
	}
}

// lastWords is the time there is to tell of what has happened, also after an
// interrupt: the runner waits some seconds before it ends everything.
func (a *app) lastWords() (context.Context, context.CancelFunc) {
	if a.ctx != nil && a.ctx.Err() == nil {
		return a.ctx, func() {}
	}
	ctx := a.now
	if ctx == nil {
		ctx = context.Background()
	}
	return context.WithTimeout(ctx, 5*time.Second)
}

// reasons are the values of the output failure-reason.
var reasons = map[int]string{
	exitError: "error", exitIncomplete: "incomplete", exitRefused: "refused", exitStale: "plan-changed", exitInterrupted: "interrupted",
}

// conclude says in the outputs of the step why it fails, if it does.
func (a *app) conclude(code int, err error) error {
	if a.actions == nil || !slices.Contains(reported, a.command) {
		return nil
	}
	reason := reasons[code]
	var bad invalid
	switch {
	case errors.As(err, &bad):
		reason = "invalid-file"
	case code == exitDifference && a.command == "drift":
		reason = "drift"
	case code == exitDifference:
		reason = "changes"
	}
	err = a.writeOutputs([]github.Output{{Name: "failure-reason", Value: reason}})
	if a.command == "apply" && code != exitError {
		return nil // its code tells of the rooms, and the report has said it
	}
	return err
}

// counts are the outputs that tell what a plan would do, or drift has found.
func counts(p plan.Plan, planFile string) []github.Output {
	n := func(a plan.Action) string { return strconv.Itoa(p.Count(a)) }
	return []github.Output{
		{Name: "changes", Value: strconv.FormatBool(!p.InSync())},
		{Name: "creates", Value: n(plan.Create)}, {Name: "updates", Value: n(plan.Update)}, {Name: "deletes", Value: n(plan.Delete)}, {Name: "renames", Value: n(plan.Rename)},
		{Name: "digest", Value: p.Digest()}, {Name: "plan-file", Value: planFile},
	}
}
