package room

import (
	"strings"
	"time"

	"roomsync/internal/diag"
)

// Pos is a place in rooms.yaml.
type Pos = diag.Pos

// Protection keeps rooms from being deleted or renamed.
type Protection struct {
	Rooms string // names, as a glob
	Pos   Pos
}

// Ignore leaves differences between the file and the live rooms alone.
type Ignore struct {
	Rooms    string   // names, as a glob
	Settings []string // empty: the rooms altogether
	Until    string   // the last day in UTC, as 2006-01-02; empty: for good
	Reason   string   // may be empty
	Pos      Pos
}

// Ended tells whether the last day has passed.
func (i Ignore) Ended(now time.Time) bool {
	return i.Until != "" && i.Until < now.UTC().Format(time.DateOnly)
}

// What says what is left alone, for messages.
func (i Ignore) What() string {
	if len(i.Settings) == 0 {
		return i.Rooms
	}
	return strings.Join(i.Settings, ", ") + " of " + i.Rooms
}
