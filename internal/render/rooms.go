package render

import (
	"fmt"
	"io"
	"text/tabwriter"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// RoomsText writes live rooms as a table.
func RoomsText(w io.Writer, live []room.Live) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tKIND\tDISPLAY NAME\tSESSION\tID")
	for _, l := range live {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", diag.Printable(l.Name), l.Kind, value(displayName(l)), session(l), diag.Printable(l.ID))
	}
	return t.Flush()
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

// RoomsJSON writes live rooms with their settings, and the session of those
// that have one in progress.
func RoomsJSON(w io.Writer, space string, live []room.Live) error {
	return WriteJSON(w, roomsDocument{FormatVersion, space, each(live, func(l room.Live) roomDocument {
		d := roomDocument{Kind: l.Kind, Name: l.Name, ID: l.ID, Settings: l.Settings}
		if l.Session.InProgress() {
			d.Session = newSession(l.Session)
		}
		return d
	})})
}

func newSession(s *room.Session) *sessionDocument {
	d := &sessionDocument{ID: s.ID}
	if at, ok := room.Time(s.Started).Str(); ok && !s.Started.IsZero() {
		d.Started = at
	}
	return d
}
