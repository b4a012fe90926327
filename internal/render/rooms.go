package render

import (
	"bufio"
	"io"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// RoomsText writes live rooms as a table.
func RoomsText(w io.Writer, live []room.Live, style Style) error {
	b := bufio.NewWriter(w)
	t := sheet{columns: []column{
		{title: "NAME", least: 12, cut: 4}, {title: "KIND", least: len("conference")}, {title: "DISPLAY NAME", least: 8, cut: 2, spare: 2},
		{title: "SESSION", least: len("in progress"), brief: "in progress", cut: 3}, {title: "ID", least: 8, cut: 1, spare: 1},
	}}
	for _, l := range live {
		t.add(diag.Printable(l.Name), string(l.Kind), value(displayName(l)), session(l), diag.Printable(l.ID))
	}
	t.write(b, style)
	return b.Flush()
}

func displayName(l room.Live) room.Value {
	if v := l.Settings["display_name"]; v.IsSet() {
		return v
	}
	return room.Null()
}

func session(l room.Live) string {
	switch {
	case !l.Session.InProgress():
		return "-"
	case l.Session.Started.IsZero():
		return "in progress"
	}
	return "since " + l.Session.Started.UTC().Format("2006-01-02 15:04Z")
}

type roomsDocument struct {
	FormatVersion int            `json:"format_version"`
	Space         string         `json:"space"`
	Rooms         []roomDocument `json:"rooms"`
}

type roomDocument struct {
	Kind     room.Kind        `json:"kind"`
	Name     string           `json:"name"`
	ID       string           `json:"id"`
	Settings room.Settings    `json:"settings"`
	Session  *sessionDocument `json:"session"`
}

type sessionDocument struct {
	ID      string `json:"id"`
	Started string `json:"started,omitempty"` // RFC 3339, UTC
}

// RoomsNDJSON writes live rooms as RoomsJSON does, each on a line of its own and
// nothing else.
func RoomsNDJSON(w io.Writer, live []room.Live) error {
	b := bufio.NewWriter(w)
	for _, l := range live {
		if err := WriteNDJSON(b, newRoom(l)); err != nil {
			return err
		}
	}
	return b.Flush()
}

// RoomsJSON writes live rooms with their settings, and the session of those
// that have one in progress.
func RoomsJSON(w io.Writer, space string, live []room.Live) error {
	return WriteJSON(w, roomsDocument{FormatVersion, space, each(live, newRoom)})
}

func newRoom(l room.Live) roomDocument {
	d := roomDocument{Kind: l.Kind, Name: l.Name, ID: l.ID, Settings: l.Settings}
	if l.Session.InProgress() {
		d.Session = newSession(l.Session)
	}
	return d
}

func newSession(s *room.Session) *sessionDocument {
	d := &sessionDocument{ID: s.ID}
	if at, ok := room.Time(s.Started).Str(); ok && !s.Started.IsZero() {
		d.Started = at
	}
	return d
}
