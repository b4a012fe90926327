package cli

import (
	"fmt"
	"io"
	"strings"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/github"
	"roomsync/internal/render"
)

// restricted tells whether this is a run that is given no credentials, on
// purpose: somebody from outside wrote what it is about.
func (a *app) restricted() bool {
	return a.actions != nil && a.actions.Restricted != "" && !a.Sandbox && a.TokenFile == "" && strings.TrimSpace(a.Getenv("SIGNALWIRE_API_TOKEN")) == ""
}

// validateOnly does what can be done without credentials, says that it is not
// more, and passes.
func (c *planCmd) validateOnly(a *app) error {
	// Variables are secrets as often as not, and not given either.
	file, err := a.loadWith(config.Options{AllowUnset: true})
	if err != nil {
		return err
	}
	found := c.findings(file)
	if found.Errors() > 0 {
		return invalid{file.Path, found, true}
	}
	v := render.Validated{Rooms: len(file.Rooms) + file.Unnamed, Problems: found, File: file.Path,
		Reason: a.actions.Restricted + " has no credentials, so the live rooms are not compared with the file"}
	if len(file.Unset) > 0 {
		v.Reason += ", and what depends on " + strings.Join(file.Unset, ", ") + " is not checked"
	}
	about := a.about()
	markdown := func(limit int) document {
		return func(w io.Writer) error { return render.ValidatedMarkdown(w, v, about, limit) }
	}
	err = a.print(func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s: %s. Not planned: %s.\n", validity(file), diag.Counted(v.Rooms, "room"), v.Reason)
		return err
	}, map[string]document{
		"json":     func(w io.Writer) error { return render.ValidatedJSON(w, v) },
		"markdown": markdown(render.CommentLimit),
		"html":     func(w io.Writer) error { return render.ValidatedHTML(w, v, about) },
	})
	if err != nil {
		return err
	}
	if !a.Quiet {
		a.showProblems(found)
	}
	remarks := append(problemRemarks(found), github.Annotation{Level: github.Notice, Title: "roomsync: validated only", Message: v.Reason})
	return a.publish(a.ctx, told{markdown: markdown, remarks: remarks})
}
