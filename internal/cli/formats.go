package cli

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
	"roomsync/internal/render"
)

// formats are what --format may be, by command. The others have text and JSON.
var formats = map[string][]string{
	"plan":  {"text", "json", "markdown", "html"},
	"apply": {"text", "json", "markdown"},
	"drift": {"text", "json", "markdown", "html", "junit"},
	"list":  {"text", "json", "ndjson", "table"}, // a table is what its text is
	// What these write is a file, and YAML.
	"export": {"text"}, "fmt": {"text"}, "render": {"text"},
	// And these are for a shell, for man, and for as long as they are served.
	"completion": {"text"}, "man": {"text"}, "sandbox": {"text"},
	// For other programs: these are how a token is handed over on purpose.
	"tokens list":  {"text", "json", "dotenv", "github-env"},
	"tokens reset": {"text", "json", "dotenv", "github-env"},
	"tokens issue": {"text", "json", "dotenv", "github-env"},
}

// formatsOf are the formats that a command has.
func formatsOf(command string) []string {
	if has := formats[command]; has != nil {
		return has
	}
	return []string{"text", "json"}
}

// checkFormat refuses a format that a command does not have.
func (g *globals) checkFormat(command string) error {
	has := formatsOf(command)
	if !slices.Contains(has, g.Format) {
		return fmt.Errorf("%s has no --format %s: it has %s", command, g.Format, strings.Join(has, ", "))
	}
	return nil
}

// document is a result in one of the formats.
type document func(w io.Writer) error

// print writes a result in the format that is asked for. by has the formats of
// the command but text.
func (a *app) print(text document, by map[string]document) error {
	write := by[a.Format]
	if write == nil {
		write = text
	}
	return write(a.Out)
}

func (a *app) printPlan(p plan.Plan, about render.About) error {
	return a.print(func(w io.Writer) error { return render.PlanText(w, p, a.style) }, map[string]document{
		"json":     func(w io.Writer) error { return render.PlanJSON(w, p) },
		"markdown": func(w io.Writer) error { return render.PlanMarkdown(w, p, about, render.CommentLimit) },
		"html":     func(w io.Writer) error { return render.PlanHTML(w, p, about) },
	})
}

func (a *app) printReport(r apply.Report, about render.About, code int) error {
	return a.print(func(w io.Writer) error { return render.ReportText(w, r, about, a.style) }, map[string]document{
		"json":     func(w io.Writer) error { return render.ReportJSON(w, r, code) },
		"markdown": func(w io.Writer) error { return render.ReportMarkdown(w, r, about, render.CommentLimit) },
	})
}

func (a *app) printDrift(p plan.Plan, about render.About, code int) error {
	return a.print(func(w io.Writer) error { return render.DriftText(w, p, a.style) }, map[string]document{
		"json":     func(w io.Writer) error { return render.DriftJSON(w, p, about, code) },
		"markdown": func(w io.Writer) error { return render.DriftMarkdown(w, p, about, render.CommentLimit) },
		"html":     func(w io.Writer) error { return render.DriftHTML(w, p, about) },
		"junit":    func(w io.Writer) error { return render.DriftJUnit(w, p, about) },
	})
}

// printFailure writes, where a document is awaited, one that says why there is
// no other. Text goes to standard error, where it has been said; who asks for a
// page of a command that has none has no use for one about that.
func (a *app) printFailure(f render.Failure) error {
	if a.Format != "json" && a.checkFormat(a.command) != nil {
		return nil
	}
	return a.print(func(io.Writer) error { return nil }, map[string]document{
		"json": func(w io.Writer) error { return render.WriteJSON(w, f) },
		"markdown": func(w io.Writer) error {
			return render.FailureMarkdown(w, f, a.command, a.about(), render.CommentLimit)
		},
		"ndjson": func(w io.Writer) error { return render.WriteNDJSON(w, f) },
		"html":   func(w io.Writer) error { return render.FailureHTML(w, f, a.about()) },
		"junit":  func(w io.Writer) error { return render.FailureJUnit(w, f, a.about()) },
	})
}

// written is a document as text.
func written(write document) ([]byte, error) {
	var b bytes.Buffer
	err := write(&b)
	return b.Bytes(), err
}

// about says where what is printed comes from. CI systems tell it in the
// environment.
func (a *app) about() render.About {
	about := render.About{Environment: a.environment, Version: version(), Files: a.File, VarFiles: a.VarFile, Hide: a.redacted}
	for _, v := range a.Var {
		name, _, _ := strings.Cut(v, "=")
		about.Vars = append(about.Vars, name)
	}
	switch {
	case a.Getenv("GITLAB_CI") != "":
		about.Commit, about.Run = a.Getenv("CI_COMMIT_SHA"), a.Getenv("CI_JOB_URL")
	case a.actions != nil:
		about.Commit, about.Run = a.actions.Commit, a.actions.URL
	}
	return about
}
