// Package lint finds what rooms.yaml may say and probably does not mean:
// colours that nobody can read, a door that has closed, names that are easily
// mixed up. What must not be said at all is config's business. It performs no
// I/O and reads no clock.
package lint

import (
	"cmp"
	"slices"
	"time"

	"roomsync/internal/room"
)

// Warning is something that stops nothing and that somebody should know.
type Warning struct {
	Lint    string   // which of schema.Lints found it; empty: it cannot be switched off
	Pos     room.Pos // where the file says what it is about
	Message string
	Hint    string // what to do about it; may be empty
}

// The lints, by the names that switch them off: schema.Lints lists the same.
const (
	Contrast        = "contrast"         // text or buttons that hardly stand out
	ExtraStreams    = "extra-streams"    // live streams that the file does not list and that stay
	IgnoreEnded     = "ignore-ended"     // ignore that holds no longer
	LookAlike       = "look-alike"       // a room that is created and one that is not in the file are the same, it seems
	NoValue         = "no-value"         // a setting behind which nothing stands
	SimilarNames    = "similar-names"    // names that people take for each other
	SpentPreviously = "spent-previously" // previously that renames nothing any more
	UnmatchedGlob   = "unmatched-glob"   // protect or ignore that is about no room
	WindowOver      = "window-over"      // a door that has closed
)

// File is what can be found in a file alone. now ends join windows and what is
// ignored.
func File(rooms []room.Desired, ignore []room.Ignore, now time.Time) []Warning {
	subjects := make([]Subject, len(rooms))
	for i, want := range rooms {
		subjects[i].Want = want
	}
	ws := slices.Concat(Rooms(subjects, now), Similar(rooms, nil), ignores(rooms, ignore, now))
	Sort(ws)
	return ws
}

// Without leaves out what lints found that are switched off.
func Without(ws []Warning, disabled []string) []Warning {
	return slices.DeleteFunc(ws, func(w Warning) bool { return w.Lint != "" && slices.Contains(disabled, w.Lint) })
}

// Sort brings warnings into the order of the file.
func Sort(ws []Warning) {
	room.Sort(ws, func(a, b *Warning) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Message, b.Message))
	})
}

// Ended is the warning of an ignore that holds no longer.
func Ended(i room.Ignore) Warning {
	return Warning{IgnoreEnded, i.Pos, "ignoring " + i.What() + " ended with " + i.Until, "remove the entry, or give it a later day"}
}

// ignores judges what can be judged of ignore without the live rooms: settings
// are ignored for rooms of the file only, whole rooms also outside of it.
func ignores(rooms []room.Desired, ignore []room.Ignore, now time.Time) []Warning {
	names := make(map[string]bool, len(rooms)) // former ones, too
	for _, d := range rooms {
		names[d.Name] = true
		for _, former := range d.Was {
			names[former] = true
		}
	}
	about := func(glob string) bool {
		if room.IsPlain(glob) {
			return names[glob]
		}
		globs := room.NewGlobs([]string{glob})
		for name := range names {
			if globs.Match(name) {
				return true
			}
		}
		return false
	}
	var ws []Warning
	for _, i := range ignore {
		switch {
		case i.Ended(now):
			ws = append(ws, Ended(i))
		case len(i.Settings) > 0 && !about(i.Rooms):
			ws = append(ws, Warning{UnmatchedGlob, i.Pos, "ignore: " + i.Rooms + " matches no room of the file, and settings are ignored of those only", "correct the glob, or remove the entry"})
		}
	}
	return ws
}
