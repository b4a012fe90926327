package room

import "roomsync/schema"

// Replaced tells from the answer to an update whether the server replaces a
// room instead of changing it: every setting that was not sent, has a
// documented default and did not hold it has fallen back to it. (A single one
// that moved elsewhere, or stayed, is somebody's edit or none.)
func Replaced(before Live, sent Settings, answer Live) bool {
	fallen := false
	for _, s := range schema.Settings(string(before.Kind)) {
		was := before.Settings[s.Name]
		if s.ReadOnly || s.Default == "" || sent[s.Name].IsSet() || !was.IsSet() {
			continue
		}
		initial, err := Parse([]byte(s.Default))
		if err != nil || Equal(s, was, initial) {
			continue
		}
		if !Equal(s, answer.Settings[s.Name], initial) {
			return false
		}
		fallen = true
	}
	return fallen
}

// FullSettings is the body of an update for a server that replaces: what is
// asked, and everything else as it was, nulls left out.
func FullSettings(before Live, asked Settings) Settings {
	body := make(Settings, len(before.Settings)+len(asked))
	for name, v := range before.Settings {
		if s, known := schema.Lookup(string(before.Kind), name); known && !s.ReadOnly && v.IsSet() && !v.IsNull() {
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
		if !s.ReadOnly && !sent[s.Name].IsSet() && was.IsSet() && is.IsSet() && !Equal(s, was, is) {
			moved = append(moved, Change{Setting: s.Name, Before: was, After: is})
		}
	}
	return moved
}
