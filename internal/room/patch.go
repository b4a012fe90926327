package room

import (
	"slices"
	"strings"

	"roomsync/schema"
)

// displayName is the setting that the API wants in every PUT of a conference
// and every POST of one (O: required), whether it changes or not.
const displayName = "display_name"

// Change is one setting that is to change.
type Change struct {
	Setting string
	Before  Value // as answered; absent for a room that does not exist yet
	After   Value // as asked for; null clears
	// Implied marks a change that the file does not ask for but the API makes
	// unavoidable: the display_name of a conference that has none.
	Implied bool
}

// Patch compares a live room with the wanted one and lists what is to change,
// in catalogue order. Settings the file does not name are never in it (but see
// Change.Implied). It is the only comparison in the program: what a person
// sees, what is sent and what is reported all come from here.
func Patch(live Live, want Desired) []Change {
	var changes []Change
	for name, asked := range want.Settings { // few of those there are
		before := live.Settings[name]
		if before == asked || !asked.IsSet() {
			continue
		}
		if s, known := schema.Lookup(string(want.Kind), name); known && !Equal(s, before, asked) {
			changes = append(changes, Change{Setting: name, Before: before, After: asked})
		}
	}
	Sort(changes, func(a, b *Change) int {
		return schema.Position(string(want.Kind), a.Setting) - schema.Position(string(want.Kind), b.Setting)
	})
	return withDisplayName(changes, live, want)
}

// withDisplayName adds the change that comes with any PUT to a conference
// without a display_name, also with one that only renames it: the PUT must hold
// one, so it gets the name.
func withDisplayName(changes []Change, live Live, want Desired) []Change {
	// A change of what is kept apart is no PUT of the room.
	inObject := slices.ContainsFunc(changes, func(c Change) bool { return !apart(want.Kind, c.Setting) })
	if want.Kind != Conference || !inObject && live.Name == want.Name || want.Settings[displayName].IsSet() {
		return changes
	}
	if before := live.Settings[displayName]; before.IsNull() || !before.IsSet() {
		implied := Change{Setting: displayName, Before: before, After: Text(want.Name), Implied: true}
		return slices.Insert(changes, 0, implied) // the catalogue's first setting
	}
	return changes
}

// Equal tells whether a live value already is what is asked for. Times are the
// same moment, colours the same without regard to case, null and absence the
// same; a boolean with a documented default is that default while it is null.
func Equal(s schema.Setting, live, asked Value) bool {
	switch {
	case live == asked:
		return true
	case !live.IsSet() || live.IsNull():
		return !asked.IsSet() || asked.IsNull() || (s.Type == "boolean" && s.Default != "" && asked.JSON() == s.Default)
	case s.Format == "color":
		return strings.EqualFold(live.JSON(), asked.JSON())
	case s.Format == "time":
		return Canonical(s, live) == Canonical(s, asked)
	}
	return false
}

// Canonical spells a time in UTC and leaves every other value as it is. A time
// that cannot be read stays what it was.
func Canonical(s schema.Setting, v Value) Value {
	if s.Format != "time" {
		return v
	}
	text, ok := v.Str()
	if !ok {
		return v
	}
	t, err := ParseTime(text)
	if err != nil || plainTime(text) && text[17:19] != "60" {
		return v
	}
	return Time(t)
}

// Missing lists what an answer to a write does not hold of what was sent, as
// changes from what it holds to what was asked.
func Missing(kind Kind, sent Settings, answer Live) []Change {
	var missing []Change
	for _, s := range schema.Settings(string(kind)) {
		if asked := sent[s.Name]; asked.IsSet() && !Equal(s, answer.Settings[s.Name], asked) {
			missing = append(missing, Change{Setting: s.Name, Before: answer.Settings[s.Name], After: asked})
		}
	}
	return missing
}

// Creation lists what a new room will hold, as changes from nothing: what the
// file says, and the display_name that a conference cannot be created without.
// A null is listed only where the API would otherwise fill in a value.
func Creation(want Desired) []Change {
	changes := make([]Change, 0, len(want.Settings)+1)
	for _, s := range schema.Settings(string(want.Kind)) {
		asked := want.Settings[s.Name]
		filledIn := s.Default != "" || s.Name == displayName
		switch {
		case asked.IsSet() && (filledIn || !asked.IsNull()):
			changes = append(changes, Change{Setting: s.Name, After: asked})
		case !asked.IsSet() && s.Name == displayName && want.Kind == Conference:
			changes = append(changes, Change{Setting: s.Name, After: Text(want.Name), Implied: true})
		}
	}
	return changes
}

// CreateSettings is what the POST that begins a creation holds: its changes
// without nulls (there is nothing to clear yet) and without what POST does not
// take. What is left out is up to a PUT after it. A conference always gets a
// display_name.
func CreateSettings(want Desired, changes []Change) Settings {
	body := make(Settings, len(changes)+1)
	for _, c := range changes {
		if s, _ := schema.Lookup(string(want.Kind), c.Setting); !s.UpdateOnly && !s.Apart && !c.After.IsNull() {
			body[c.Setting] = c.After
		}
	}
	if want.Kind == Conference && !body[displayName].IsSet() {
		body[displayName] = Text(want.Name)
	}
	return body
}

// UpdateSettings is what the PUT that carries out changes holds: the changes,
// and for a conference always a display_name: the one asked for, null included,
// else the live one, else the name.
func UpdateSettings(live Live, want Desired, changes []Change) Settings {
	body := make(Settings, len(changes)+1)
	for _, c := range changes {
		if !apart(live.Kind, c.Setting) {
			body[c.Setting] = c.After
		}
	}
	if live.Kind != Conference || body[displayName].IsSet() {
		return body
	}
	switch asked, before := want.Settings[displayName], live.Settings[displayName]; {
	case asked.IsSet():
		body[displayName] = asked
	case before.IsSet() && !before.IsNull():
		body[displayName] = before
	default:
		body[displayName] = Text(want.Name)
	}
	return body
}
