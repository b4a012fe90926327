package cli

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/export"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// exported is a document of live rooms as a file, and the proof that it is one:
// it loads as what was meant, and plans no change to the rooms.
func (a *app) exported(d export.Document, live []room.Live, variable func(string) (string, bool)) ([]byte, error) {
	var b bytes.Buffer
	if err := export.Write(&b, d); err != nil {
		return nil, err
	}
	if err := a.noSecret(d, b.String()); err != nil {
		return nil, err
	}
	if err := proven(b.Bytes(), d, live, variable); err != nil {
		return nil, hinted{fmt.Errorf("the export does not hold what is live, so nothing was written: %w", err),
			"this is a bug in roomsync: please report it; --only can export the other rooms"}
	}
	return b.Bytes(), nil
}

// noSecret refuses to write a token into a file for a repository, should a room
// hold it.
func (a *app) noSecret(d export.Document, text string) error {
	if a.withoutTokens(text) == text {
		return nil
	}
	where := "a room"
	for _, r := range d.Rooms {
		for _, name := range r.Settings.Names(r.Kind) {
			if value := r.Settings[name].String(); a.withoutTokens(value) != value {
				where = name + " of " + r.Name
			}
		}
	}
	return hinted{fmt.Errorf("%s holds one of your tokens, so nothing was written", where),
		"take it out and make a new token: whoever can see the room has it"}
}

// proven says what a file of live rooms does not hold of what was meant, or
// would change.
func proven(text []byte, d export.Document, live []room.Live, variable func(string) (string, bool)) error {
	file, err := loaded(text, d, variable)
	if err != nil {
		return err
	}
	p := plan.Diff(file.Rooms, live, plan.Options{Now: time.Now(), WholeStreams: true})
	if len(p.Operations) > 0 {
		op := p.Operations[0]
		what := string(op.Action)
		for _, c := range op.Changes {
			what += fmt.Sprintf(", %s from %s to %s", c.Setting, c.Before.Excerpt(), c.After.Excerpt())
		}
		return fmt.Errorf("it would change %s: %s", op.Name(), what)
	}
	if len(p.Conflicts) > 0 {
		return fmt.Errorf("%s: %s", p.Conflicts[0].Desired.Name, p.Conflicts[0].Reason)
	}
	return nil
}

// loaded reads a document that has been written, and says in what it does not
// load as the rooms that were meant.
func loaded(text []byte, d export.Document, variable func(string) (string, bool)) (*config.File, error) {
	file, problems := config.Read([]config.Layer{{{Path: "the file", Data: text}}}, config.Options{Variable: variable})
	if len(problems) > 0 {
		return nil, fmt.Errorf("line %d, of %s: %s", problems[0].Pos.Line, roomAt(text, problems[0].Pos.Line), problems[0].Message)
	}
	if len(file.Roles) != len(d.Roles) {
		return nil, fmt.Errorf("it has %s, not %d", diag.Counted(len(file.Roles), "role"), len(d.Roles))
	}
	for i, r := range d.Roles {
		if got := file.Roles[i]; got.Name != r.Name || got.Description != r.Description || !slices.Equal(got.Granted, r.Granted) {
			return nil, fmt.Errorf("the role %s is another in it", r.Name)
		}
	}
	if len(file.Rooms) != len(d.Rooms) {
		return nil, fmt.Errorf("it has %s, not %d", diag.Counted(len(file.Rooms), "room"), len(d.Rooms))
	}
	for i, r := range d.Rooms {
		if got := file.Rooms[i]; got.Kind != r.Kind || got.Name != r.Name || !slices.Equal(got.Was, r.Was) {
			return nil, fmt.Errorf("where %s %s should be, it has %s %s", r.Kind, r.Name, got.Kind, got.Name)
		}
		if got := file.Rooms[i].Streams; (got == nil) != (r.Streams == nil) || !slices.EqualFunc(got, r.Streams, func(u room.StreamURL, a export.Address) bool { return u == a.URL }) {
			return nil, fmt.Errorf("the streams of %s are others in it", r.Name)
		}
		want := maps.Clone(d.Defaults[r.Kind])
		if want == nil {
			want = make(room.Settings)
		}
		maps.Copy(want, r.Settings)
		for _, s := range schema.Settings(string(r.Kind)) {
			if got := file.Rooms[i].Settings[s.Name]; got != want[s.Name] {
				return nil, fmt.Errorf("%s of %s is %s in it, and should be %s", s.Name, r.Name, got.Excerpt(), want[s.Name].Excerpt())
			}
		}
	}
	return file, nil
}

// roomAt is the name of the room that a line of an export belongs to.
func roomAt(text []byte, line int) string {
	name := "no room"
	for i, l := range strings.Split(string(text), "\n") {
		if entry, is := strings.CutPrefix(l, "  - name: "); is && i < line {
			name = entry
		}
	}
	return name
}
