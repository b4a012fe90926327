package cli

import (
	"fmt"

	"roomsync/internal/render"
)

type validateCmd struct{}

// Help is shown below the flags.
func (validateCmd) Help() string {
	return `Tells everything that is wrong with the file, each with its place. No request is
made and no credentials are needed.

Examples:
  roomsync validate
  roomsync validate -f staging/rooms.yaml --format json`
}

// Run checks the file.
func (validateCmd) Run(a *app) error {
	file, err := a.load()
	if err != nil {
		return err
	}
	if a.Format == "json" {
		return render.WriteJSON(a.Out, struct {
			FormatVersion int  `json:"format_version"`
			Valid         bool `json:"valid"`
			Rooms         int  `json:"rooms"`
		}{render.FormatVersion, true, len(file.Rooms)})
	}
	_, err = fmt.Fprintf(a.Out, "%s is valid: %s.\n", file.Path, counted(len(file.Rooms), "room"))
	return err
}
