package cli

import (
	"bytes"
	"fmt"

	"roomsync/internal/config"
	"roomsync/internal/export"
	"roomsync/internal/room"
)

type renderCmd struct{}

// Help is shown below the flags.
func (renderCmd) Help() string {
	return `Prints the one file that layers, defaults, anchors and variables come to, with the
file and line that says each setting behind it. No request is made. What is printed
is a file like any other: it loads as the same rooms.

Examples:
  roomsync render -f base.yaml -f prod.yaml --var-file prod.env
  diff <(roomsync render -f base.yaml -f dev.yaml) <(roomsync render -f base.yaml -f prod.yaml)`
}

// Run prints the effective file.
func (renderCmd) Run(a *app) error {
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
	if _, err := loaded(b.Bytes(), d); err != nil {
		return hinted{fmt.Errorf("the effective file does not load as the same: %w", err), "this is a bug in roomsync: please report it"}
	}
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
		for name, at := range want.At {
			r.Notes[name] = place(at)
		}
		d.Rooms = append(d.Rooms, r)
	}
	return d
}

// place is a file and a line.
func place(at room.Pos) string { return fmt.Sprintf("%s:%d", at.File, at.Line) }
