package room

import "roomsync/schema"

// Verdict is what an answer to an update shows of settings that were not sent.
type Verdict int

// The verdicts.
const (
	Silent   Verdict = iota // nothing: there was nothing to keep or to lose, or somebody edited
	Keeps                   // what the API documents a default of updates for stayed without being sent
	Replaces                // every setting with a documented default that was not sent fell back to it
	Suspect                 // the same of settings without one: they were cleared
)

// Judge tells from the answer to an update whether the server changes a room
// or replaces it. A setting that moved to anything but what a new room has is
// somebody's edit, and says nothing about the server.
//
// Settings whose default the API documents for updates decide, where there is
// one to judge by: a server may reset those and keep the rest, so that the rest
// staying is no word for them.
func Judge(before Live, sent Settings, answer Live) Verdict {
	var onUpdate, onCreate struct{ fell, stayed int }
	var cleared, remained, edited int
	for _, s := range schema.Settings(string(before.Kind)) {
		was, is := before.Settings[s.Name], answer.Settings[s.Name]
		if s.ReadOnly || s.Apart || sent[s.Name].IsSet() || !was.IsSet() || !is.IsSet() {
			continue
		}
		old, _ := initialValue(s, before)
		initial, documented := initialValue(s, answer) // which may have a new name
		count := &onCreate
		if s.UpdateDefault {
			count = &onUpdate
		}
		switch {
		case Equal(s, was, old) && (old == initial || Equal(s, is, was)):
			// What a new room has: staying and falling back are the same.
		case documented && Equal(s, is, initial):
			count.fell++
		case documented && Equal(s, is, was):
			count.stayed++
		case Equal(s, is, was):
			if s.Type != "boolean" { // which may be what a new room has
				remained++
			}
		case is.IsNull() || s.Type == "boolean" || is == initial:
			cleared++
		default:
			edited++
		}
	}
	switch {
	case onUpdate.stayed > 0:
		return Keeps
	case onUpdate.fell > 0:
		return Replaces
	case onCreate.stayed+remained > 0:
		return Silent
	case onCreate.fell > 0:
		return Replaces
	case cleared > 0 && edited == 0:
		return Suspect
	}
	return Silent
}

// Initial is what the API documents that a new room of a kind has.
func Initial(k Kind) Settings {
	s := make(Settings)
	for _, setting := range schema.Settings(string(k)) {
		if v, documented := initialValue(setting, Live{Kind: k}); documented {
			s[setting.Name] = v
		}
	}
	return s
}

// Lost lists what ends with a room, beyond what every new one has: the settings
// that whoever decides about deleting it should see.
func Lost(l Live) []Change {
	var lost []Change
	for _, s := range schema.Settings(string(l.Kind)) {
		was := l.Settings[s.Name]
		initial, _ := initialValue(s, l)
		if s.Name != displayName && (s.Type == "boolean" && was == Bool(false) || Equal(s, was, initial)) {
			continue // a boolean without a documented default starts as false, most likely
		}
		if !s.ReadOnly && was.IsSet() && !was.IsNull() {
			lost = append(lost, Change{Setting: s.Name, Before: was})
		}
	}
	return lost
}

// initialValue is what a new room has of a setting, and whether the API
// documents it.
func initialValue(s schema.Setting, l Live) (v Value, documented bool) {
	if s.Default != "" {
		if v, err := Parse([]byte(s.Default)); err == nil {
			return v, true
		}
	}
	if s.Name == displayName && l.Kind == Room {
		return Text(l.Name), false // O: defaults to the value of name
	}
	return Null(), false
}

// FullSettings is the body of an update for a server that replaces: what is
// asked, and everything else as it was, nulls left out.
func FullSettings(before Live, asked Settings) Settings {
	body := make(Settings, len(before.Settings)+len(asked))
	for name, v := range before.Settings {
		if s, known := schema.Lookup(string(before.Kind), name); known && !s.ReadOnly && !s.Apart && v.IsSet() && !v.IsNull() {
			body[name] = v
		}
	}
	for name, v := range asked {
		if v.IsSet() {
			body[name] = v
		}
	}
	return body
}

// Moved lists settings that were not sent and that an answer holds otherwise
// than they were, as changes from the one to the other.
func Moved(before Live, sent Settings, answer Live) []Change {
	var moved []Change
	for _, s := range schema.Settings(string(before.Kind)) {
		was, is := before.Settings[s.Name], answer.Settings[s.Name]
		if !s.ReadOnly && !s.Apart && !sent[s.Name].IsSet() && was.IsSet() && is.IsSet() && !Equal(s, was, is) {
			moved = append(moved, Change{Setting: s.Name, Before: was, After: is})
		}
	}
	return moved
}
