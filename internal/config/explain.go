package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/schema"
)

// explain tells a failure of the schema in words: what is wrong, at the value
// or key that is to be mended, and how.
func (t *tree) explain(p place, f failure) {
	if p.node.broken && f.keyword != "additionalProperties" && f.keyword != "required" {
		return // told already
	}
	if p.isStreams() {
		t.explainStreams(p, f)
		return
	}
	if p.node.filled {
		before := len(t.list)
		defer func() {
			for i := range t.list[before:] {
				t.list[before+i].Message += ", from " + quoted(p.node.at.Value)
			}
		}()
	}
	if p.kind == "" && len(p.path) > 0 && p.path[0] == "roles" {
		t.explainRole(p, p.path, f)
		return
	}
	at := p.node.pos()
	name := p.name()
	s, _ := schema.Lookup(string(p.kind), name)
	switch f.keyword {
	case "additionalProperties":
		t.unknownKeys(p)
	case "required":
		t.missingKeys(p)
	case "not":
		t.readOnly(p)
	case "false":
		t.problem(p.key.pos(), fmt.Sprintf("defaults cannot say %s", name), "it belongs to each room")
	case "type":
		t.wrongType(p.node, name, p.kind)
	case "const":
		t.problem(at, fmt.Sprintf("version must be 1, not %s: this roomsync reads no other version of rooms.yaml", p.node.spelled()), "write version: 1, or look for a newer roomsync")
	case "enum":
		if p.kind == "" && name == "an entry of disable" {
			s.Enum = schema.Lints()
		}
		hint := diag.DidYouMean(p.node.spelled(), s.Enum)
		t.problem(at, fmt.Sprintf("%s must be one of %s, not %s", name, strings.Join(s.Enum, ", "), quoted(p.node.spelled())), hint)
	case "pattern":
		t.problem(at, wrongForm(name, s, p.node), writeInstead(name, s, text(p.node)))
	case "minItems":
		t.problem(at, name+" must not be empty", "leave it out to ignore the rooms altogether")
	case "minLength":
		t.problem(at, fmt.Sprintf("%s must not be empty", name), "")
	case "maxLength":
		// The validator's message is "length must be <= 100, but got 120".
		most, _, _ := strings.Cut(strings.TrimPrefix(f.message, "length must be <= "), ",")
		t.problem(at, fmt.Sprintf("%s has %d characters, and %s are allowed", name, utf8.RuneCountInString(text(p.node)), most), "")
	case "minimum", "maximum":
		t.problem(at, fmt.Sprintf("%s must be between %d and %d, not %s", name, *s.Minimum, *s.Maximum, p.node.spelled()), "")
	default:
		t.problem(at, strings.TrimSpace(name+" breaks a rule of the schema: "+f.message), "")
	}
}

func text(n *node) string { s, _ := n.data.(string); return s }

// wrongForm says what a text should look like that matches no pattern.
func wrongForm(name string, s schema.Setting, n *node) string {
	given := quoted(n.spelled())
	switch {
	case name == "name", name == "an entry of previously":
		return fmt.Sprintf("the name %s has characters other than letters, digits, _ and -", given)
	case name == "until":
		return fmt.Sprintf("until must be a day such as 2027-01-31, not %s", given)
	case name == "space":
		return fmt.Sprintf("space must be a host such as example.signalwire.com, without https:// or a path, not %s", given)
	case s.Format == "color":
		return fmt.Sprintf(`%s must be a colour such as "#044EF4", not %s`, name, given)
	case s.Format == "time":
		return notTime(name, n)
	}
	return fmt.Sprintf("%s cannot be %s", name, given)
}

func notTime(name string, n *node) string {
	return fmt.Sprintf("%s must be a time such as 2026-01-31T09:00:00Z or a date such as 2026-01-31, not %s", name, quoted(n.spelled()))
}

// wrongType says which type a value must have, and how to write it.
func (t *tree) wrongType(n *node, name string, kind room.Kind) {
	s, _ := schema.Lookup(string(kind), name)
	want, hint := "", ""
	switch {
	case kind != "" && name == "":
		want = "a mapping of settings, such as name: my_room"
	case name == "prebuilt_ui", s.Type == "boolean":
		want = "true or false"
	case len(s.Enum) > 0:
		want = "one of " + strings.Join(s.Enum, ", ")
	case s.Type == "integer":
		want = "a whole number"
	case s.Type == "object":
		want = "a mapping"
	case s.Type == "string" && s.Format == "color":
		want = `a colour such as "#044EF4"`
	case s.Type == "string" && s.Format == "time":
		want = "a time such as 2026-01-31T09:00:00Z"
	case name == "version":
		want = "the number 1"
	case name == "rooms" && kind == "" && !t.isTop(n, "rooms"):
		want = "a name or glob"
	case name == "rooms" && kind == "":
		want = "a list of rooms"
	case (name == "manage" || name == "protect") && t.isTop(n, name):
		want = "a list of names and globs"
	case name == "ignore" && t.isTop(n, name):
		want = "a list of what to leave alone, such as - {rooms: \"demo-*\", settings: [layout]}"
	case name == "an entry of ignore":
		want = "a mapping, such as {rooms: \"demo-*\", settings: [layout]}"
	case name == "previously":
		want = "a list of names"
	case name == "lint" && t.isTop(n, name):
		want = "a mapping, such as {disable: [contrast]}"
	case name == "disable" && kind == "":
		want = "a list of lints"
	case name == "settings" && kind == "":
		want = "a list of settings"
	case name == "defaults", kind != "" && name == string(kind):
		want = "a mapping"
	default:
		want = "text"
	}
	switch d := n.data.(type) {
	case string:
		if b, ok := spokenBool(d); ok && want == "true or false" {
			hint = fmt.Sprintf("write %t", b)
		} else if s.Type == "integer" && jsonNumber.MatchString(d) {
			hint = "remove the quotes"
		} else if strings.HasPrefix(want, "a list of names") || strings.HasPrefix(want, "a list of settings") || strings.HasPrefix(want, "a list of lints") {
			hint = fmt.Sprintf("write %s: [%q]", name, d)
		} else if kind != "" && name == "" && d != "" && !notInNames.MatchString(d) {
			hint = guess + "name: " + d
		} else if want == "a list of rooms" {
			hint = "begin each room with - name:"
		}
	case json.Number, bool:
		if len(s.Enum) > 0 {
			hint = diag.DidYouMean(n.spelled(), s.Enum)
		} else if s.Type == "string" && s.Format == "" || want == "text" {
			hint = fmt.Sprintf("put it in quotes: %q", n.spelled())
		}
	case nil:
		switch {
		case s.Name != "":
			hint = "it cannot be cleared; remove the line to leave it as it is"
			if s.Default != "" {
				hint = fmt.Sprintf("it cannot be cleared; its default is %s", s.Default)
			}
		case name == "rooms":
			hint = "write rooms: [] for none"
		}
	case *mapping:
		if name == "rooms" && kind == "" {
			hint = "begin each room with - name:"
		}
	case *sequence:
		if want == "a name or glob" {
			hint = "write an entry for each"
		}
	}
	if name == "version" {
		hint = "write version: 1"
	}
	what := name
	if what == "" {
		what = "a room"
	}
	t.problem(n.pos(), fmt.Sprintf("%s must be %s, and this is %s", what, want, described(n)), hint)
}

// isTop tells whether n is the value of a key at the top level.
func (t *tree) isTop(n *node, key string) bool {
	f := t.root.field(key)
	return f != nil && f.value == n
}

// spokenBool reads the words that YAML 1.1 took for booleans.
func spokenBool(word string) (value, ok bool) {
	switch strings.ToLower(word) {
	case "true", "yes", "y", "on":
		return true, true
	case "false", "no", "n", "off":
		return false, true
	}
	return false, false
}

// missingKeys tells which keys a mapping needs and does not have.
func (t *tree) missingKeys(p place) {
	if p.kind != "" {
		t.problem(p.node.pos(), "a room without a name", "add name: my_room")
		return
	}
	if p.list == "ignore" {
		t.problem(p.node.pos(), "an entry of ignore without rooms", "add rooms: and a name or glob")
		return
	}
	for _, key := range []struct{ name, hint string }{
		{"version", "begin the file with version: 1"}, {"rooms", "add rooms: and a list of them; rooms: [] for none"},
	} {
		if p.node.field(key.name) == nil && !misspelled(p.node, key.name) {
			t.problem(p.node.pos(), key.name+" is missing", key.hint)
		}
	}
}

// unknownKeys tells of every key that has no place in a mapping.
func (t *tree) unknownKeys(p place) {
	for _, f := range p.node.fields() {
		if kind, seen := t.told[f.pos()]; seen && kind == p.kind {
			continue // it is merged into many rooms
		}
		t.told[f.pos()] = p.kind
		at := f.pos()
		switch {
		case p.list == "ignore":
			if keys := []string{"rooms", "settings", "until", "reason"}; !slices.Contains(keys, f.name) {
				t.problem(at, "unknown key "+quoted(f.name)+" in ignore", diag.DidYouMean(f.name, keys))
			}
		case p.kind == "" && p.key == nil:
			if !strings.HasPrefix(f.name, "x-") && !slices.Contains(schema.TopLevel(), f.name) {
				t.problem(at, "unknown key "+quoted(f.name), diag.DidYouMean(f.name, schema.TopLevel()))
			}
		case p.kind == "" && p.name() == "defaults":
			if f.name != string(room.Conference) && f.name != string(room.Room) {
				t.problem(at, "unknown key "+quoted(f.name)+" in defaults", "there are defaults for conference (with a prebuilt UI) and for room (without)")
			}
		default:
			t.unknownSetting(p, f, at)
		}
	}
}

func (t *tree) unknownSetting(p place, f field, at diag.Pos) {
	if _, known := schema.Lookup(string(p.kind), f.name); known || slices.Contains(schema.Keys(string(p.kind)), f.name) {
		return
	}
	if s, known := schema.Lookup(string(p.kind.Other()), f.name); known && s.ReadOnly {
		t.problem(at, fmt.Sprintf("%s is read-only, and only a %s has one", f.name, p.kind.Other().Title()), "remove it")
		return
	} else if known {
		hint := "remove it, or say prebuilt_ui: false"
		if p.kind == room.Room {
			hint = "remove it, or remove prebuilt_ui: false"
		}
		if p.key != nil { // in defaults
			hint = "move it to defaults." + string(p.kind.Other())
		}
		t.problem(at, fmt.Sprintf("%s is a setting of a %s, and this is a %s", f.name, p.kind.Other().Title(), p.kind.Title()), hint)
		return
	}
	hint := diag.DidYouMean(f.name, append(slices.Clone(schema.Keys(string(p.kind))), writable(p.kind)...))
	if hint == "" {
		if hint = diag.DidYouMean(f.name, writable(p.kind.Other())); hint != "" {
			hint += " it is for a " + p.kind.Other().Title()
		}
	}
	if slices.Contains(schema.TopLevel(), f.name) {
		hint = f.name + " stands at the top of the file, beside rooms"
		if f.name == "protect" || f.name == "ignore" || f.name == "manage" {
			hint += ", and lists the names that it is about"
		}
	}
	t.problem(at, "unknown setting "+quoted(f.name), hint)
}

// writable lists the settings that a file can give to a kind of room.
func writable(kind room.Kind) []string {
	var names []string
	for _, s := range schema.Settings(string(kind)) {
		if !s.ReadOnly {
			names = append(names, s.Name)
		}
	}
	return names
}

// readOnly tells that a setting can only be read, and where it can be set.
func (t *tree) readOnly(p place) {
	hint := "remove it"
	if s, ok := schema.Lookup(string(p.kind.Other()), p.name()); ok && !s.ReadOnly {
		hint = fmt.Sprintf("remove it; only a %s can be given one", p.kind.Other().Title())
	}
	t.problem(p.key.pos(), fmt.Sprintf("%s is read-only on a %s: SignalWire tells it but does not take it", p.name(), p.kind.Title()), hint)
}
