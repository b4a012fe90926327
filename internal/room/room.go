// Package room is roomsync's vocabulary: the kinds of room, their settings,
// streams and tokens, a room as the file wants it and as the API has it, and the
// one comparison between the two. It performs no I/O and reads no clock.
package room

import (
	"maps"
	"time"

	"roomsync/schema"
)

// Kind is a kind of room.
type Kind string

// The kinds, named as the API names them.
const (
	Conference Kind = schema.Conference // with a prebuilt UI
	Room       Kind = schema.Room       // without one
)

// Kinds lists both kinds in the order in which they are shown.
func Kinds() []Kind { return []Kind{Conference, Room} }

// Title says in words what a kind is.
func (k Kind) Title() string {
	if k == Room {
		return "room without a prebuilt UI"
	}
	return "room with a prebuilt UI"
}

// Other is the kind that k is not.
func (k Kind) Other() Kind {
	if k == Room {
		return Conference
	}
	return Room
}

// Settings are values by setting name. A name that is not in it is left alone,
// null clears, anything else sets: see Value.
type Settings map[string]Value

// Names lists the settings that are set, null included, in the order of the
// kind's catalogue.
func (s Settings) Names(k Kind) []string {
	names := make([]string, 0, len(s))
	for _, setting := range schema.Settings(string(k)) {
		if s[setting.Name].IsSet() {
			names = append(names, setting.Name)
		}
	}
	return names
}

// with is the settings with one set, and the others as they were.
func (s Settings) with(name string, v Value) Settings {
	all := make(Settings, len(s)+1)
	maps.Copy(all, s)
	all[name] = v
	return all
}

// apart tells whether a setting has no place in the room's object.
func apart(k Kind, setting string) bool {
	s, _ := schema.Lookup(string(k), setting)
	return s.Apart
}

// Desired is a room as rooms.yaml wants it.
type Desired struct {
	Kind     Kind
	Name     string
	Settings Settings
	Streams  []StreamURL // nil: the file does not say; empty: there should be none
	Was      []string    // names that the room had: see plan.Rename
	Layer    int         // which of several layers names it first; 0 is the lowest
	Pos      Pos         // where the file says so
	At       Places      // where it says each setting; nil if nobody knows
}

// Places are where a file says each setting of a room. They are few, and there
// are many rooms, so that a list is smaller than a map, and no slower.
type Places []Place

// Place is where a file says a setting.
type Place struct {
	Setting string
	Pos     Pos
	Empty   bool // nothing stands there, which is null
}

// Of is where a setting is said, or the zero Pos.
func (ps Places) Of(setting string) Pos {
	for i := range ps {
		if ps[i].Setting == setting {
			return ps[i].Pos
		}
	}
	return Pos{}
}

// Live is a room as the API has it.
type Live struct {
	Kind     Kind
	ID       string
	Name     string
	Settings Settings // writable settings only, null where the answer has null
	Streams  []Stream // nil: not asked for; empty: there are none
	Session  *Session // nil: none, or not asked for
}

// Session is what the API says of a meeting in a room.
type Session struct {
	ID      string
	Status  string // "in-progress" or "completed"
	Started time.Time
}

// InProgress tells whether the meeting is going on.
func (s *Session) InProgress() bool { return s != nil && s.Status == "in-progress" }

// InUse says of a meeting that is going on since when it is.
func (s *Session) InUse() string {
	if s.Started.IsZero() {
		return "in use"
	}
	return "in use since " + s.Started.UTC().Format("2006-01-02 15:04Z")
}
