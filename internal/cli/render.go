package cli

import (
	"bytes"
	"fmt"

	"roomsync/internal/config"
	"roomsync/internal/export"
	"roomsync/internal/room"
)

type renderCmd struct {
	Reveal bool `help:"Print the addresses of streams as they are, secrets included."`
}

// Help is shown below the flags.
func (renderCmd) Help() string {
	return `What is printed is a file like any other, and loads as the same rooms. Behind each
setting is the file and line that says it. Only the addresses of streams are cut off
after their hosts, and do not load: --reveal prints them whole. No request is made.

Examples:
  roomsync render -f base.yaml -f prod.yaml --var-file prod.env
  roomsync render -f base.yaml -f prod.yaml > after.yaml
  git diff --no-index before.yaml after.yaml`
}

// Run prints the effective file.
func (c renderCmd) Run(a *app) error {
	file, err := a.load()
	if err != nil {
		return err
	}
	d := effective(file)
	var b bytes.Buffer
	if err := export.Write(&b, d); err != nil {
		return err
	}
	if err := a.noSecret(d, b.String()); err != nil {
		return err
	}
	// Whoever pastes this somewhere must get what it came from.
	if _, err := loaded(b.Bytes(), d, nil); err != nil {
		return hinted{fmt.Errorf("the effective file does not load as the same: %w", err), "this is a bug in roomsync: please report it"}
	}
	if !c.Reveal && masked(&d) {
		b.Reset()
		if err := export.Write(&b, d); err != nil {
			return err
		}
	}
	a.out.letAddresses() // those of streams are masked, and everything else is as it is
	_, err = a.Out.Write(b.Bytes())
	return err
}

// effective is what a file comes to, with where it says so.
func effective(f *config.File) export.Document {
	d := export.Document{
		Head:  []string{"Made of " + f.Path + ": a comment says where each setting is from."},
		Space: f.Space, Manage: f.Manage, HasManage: f.HasManage, Protect: f.Protect, Ignore: f.Ignore, NoLint: f.NoLint, Roles: f.Roles,
	}
	for _, want := range f.Rooms {
		r := export.Room{Kind: want.Kind, Name: want.Name, Was: want.Was, Settings: want.Settings, Note: place(want.Pos), Notes: make(map[string]string)}
		for _, at := range want.At {
			r.Notes[at.Setting] = place(at.Pos)
		}
		if want.Streams != nil {
			r.Streams = make([]export.Address, len(want.Streams))
			for i, u := range want.Streams {
				r.Streams[i] = export.Revealed(u)
			}
		}
		d.Rooms = append(d.Rooms, r)
	}
	return d
}

// masked leaves of the addresses of streams what is no secret, and says so in the
// file, if there are any.
func masked(d *export.Document) bool {
	any := false
	for _, r := range d.Rooms {
		for i, s := range r.Streams {
			any, r.Streams[i] = true, export.Masked(s.URL)
		}
	}
	if any {
		d.Head = append(d.Head, "Streams are shown up to their hosts, so this does not load: --reveal shows them whole.")
	}
	return any
}

// place is a file and a line.
func place(at room.Pos) string { return fmt.Sprintf("%s:%d", at.File, at.Line) }
