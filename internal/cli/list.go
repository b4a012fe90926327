package cli

import (
	"errors"

	"roomsync/internal/render"
	"roomsync/internal/signalwire"
)

type listCmd struct{}

// Help is shown below the flags.
func (listCmd) Help() string {
	return `Lists the rooms of both kinds with the sessions in progress. The file is not read.

Examples:
  roomsync list
  roomsync list --format json | jq -r '.rooms[] | select(.session) | .name'`
}

// Run lists the live rooms. Its client cannot write.
func (listCmd) Run(a *app) (err error) {
	s, err := a.open(true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	live, err := a.listed(a.ctx, s, signalwire.ListOptions{Sessions: true})
	if err != nil {
		return advised(err)
	}
	if a.Format == "json" {
		return render.RoomsJSON(a.Out, s.space, live)
	}
	return render.RoomsText(a.Out, live)
}
