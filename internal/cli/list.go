package cli

import (
	"errors"
	"io"

	"roomsync/internal/render"
	"roomsync/internal/signalwire"
)

type listCmd struct{}

// Help is shown below the flags.
func (listCmd) Help() string {
	return `Lists the rooms of both kinds with the sessions in progress. The file is not read.

Examples:
  roomsync list
  roomsync list --format json | jq -r '.rooms[] | select(.session) | .name'
  roomsync list --format ndjson | grep '"kind":"room"'   a room a line`
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
	return a.print(func(w io.Writer) error { return render.RoomsText(w, live, a.style) }, map[string]document{
		"json":   func(w io.Writer) error { return render.RoomsJSON(w, s.space, live) },
		"ndjson": func(w io.Writer) error { return render.RoomsNDJSON(w, live) },
	})
}
