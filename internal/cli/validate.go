package cli

import (
	"fmt"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/render"
)

type validateCmd struct {
	lintOptions
}

// Help is shown below the flags.
func (validateCmd) Help() string {
	return `Tells everything that is wrong with the file, each with its place, and warns of
what is allowed and probably not meant: colours that nobody can read, a join
window that is over, names that differ only in capitals. No request is made and no
credentials are needed. The file can switch a lint off: lint: {disable: [contrast]}

Exit codes: 0 the file is right, 1 it is not, or with --strict there is a warning.

Examples:
  roomsync validate
  roomsync validate --strict                 warnings fail, too
  roomsync validate -f staging/rooms.yaml --format json`
}

// validity says of the files that they are valid.
func validity(f *config.File) string {
	if len(f.Sources()) > 1 {
		return f.Path + " are valid"
	}
	return f.Path + " is valid"
}

// Run checks the file.
func (c validateCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	file, err := a.load()
	if err != nil {
		return err
	}
	found := c.findings(file)
	if found.Errors() > 0 {
		return invalid{file.Path, found, true}
	}
	if err := a.publish(a.ctx, told{remarks: problemRemarks(found)}); err != nil {
		return err
	}
	if a.Format == "json" {
		return render.WriteJSON(a.Out, struct {
			FormatVersion int              `json:"format_version"`
			Valid         bool             `json:"valid"`
			Rooms         int              `json:"rooms"`
			Warnings      []render.Problem `json:"warnings"`
		}{render.FormatVersion, true, len(file.Rooms), render.NewProblems(found)})
	}
	if !a.Quiet {
		a.showProblems(found)
	}
	text := diag.Counted(len(file.Rooms), "room")
	if len(found) > 0 {
		text += ", " + diag.Counted(len(found), "warning")
	}
	_, err = fmt.Fprintf(a.Out, "%s: %s.\n", validity(file), text)
	return err
}
