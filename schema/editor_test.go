package schema_test

import (
	"encoding/json"
	"testing"

	"roomsync/schema"
)

// Where a value of a certain form is wanted, a variable may stand, and nothing
// else that is not of the form.
func TestEditorTakesVariables(t *testing.T) {
	strict, editor := compile(t, schema.Rooms), compile(t, schema.Editor())
	for _, kind := range []string{schema.Conference, schema.Room} {
		for _, s := range schema.Settings(kind) {
			file := oneRoom(kind, s.Name, `"a ${NAME:-b} c"`)
			err := valid(t, editor, file)
			switch {
			case (s.ReadOnly || s.Type == "object") && err == nil:
				t.Errorf("%s of a %s takes a variable", s.Name, kind)
			case !s.ReadOnly && s.Type != "object" && err != nil:
				t.Errorf("%s of a %s takes no variable: %v", s.Name, kind, err)
			case !s.ReadOnly && (s.Type != "string" || s.Format != "" || s.Enum != nil) && valid(t, strict, file) == nil:
				t.Errorf("%s of a %s takes one in the strict schema, too", s.Name, kind)
			}
			if s.Format == "" && s.Type == "string" && s.Enum == nil {
				continue // any text will do
			}
			for _, bad := range []string{`"$NAME"`, `"$${"`, `"${1}"`, `"nonsense"`, `[]`} {
				if valid(t, editor, oneRoom(kind, s.Name, bad)) == nil {
					t.Errorf("%s of a %s may be %s", s.Name, kind, bad)
				}
			}
		}
	}
	for text, ok := range map[string]bool{
		`{"version": 1, "space": "${SPACE}", "manage": ["${E}-*"], "rooms": [{"name": "${E}-a", "previously": ["${OLD}"], "prebuilt_ui": false, "max_members": "${N}"}]}`: true,
		`{"version": 1, "defaults": {"room": {"max_members": "${N}"}}, "rooms": []}`:                                                                                      true,
		`{"version": 1, "ignore": [{"rooms": "a", "until": "${DAY}"}], "lint": {"disable": ["${LINT}"]}, "rooms": []}`:                                                    true,
		`{"version": 1, "rooms": [{"name": "a b"}]}`:                                              false,
		`{"version": 2, "rooms": []}`:                                                             false,
		`{"version": 1, "rooms": "${ROOMS}"}`:                                                     false,
		`{"version": 1, "rooms": [{"name": "a", "sice": "${N}"}]}`:                                false,
		`{"version": 1, "rooms": [{"name": "a", "prebuilt_ui": false, "enable_chat": "${N}"}]}`:   false,
		`{"version": 1, "rooms": [{"name": "a", "prebuilt_ui": false, "meta": {"any": "${N}"}}]}`: true,
		`{"version": 1, "rooms": [{"name": "a", "prebuilt_ui": false, "max_members": 301}]}`:      false,
		`{"version": 1, "rooms": [{"name": "a", "size": "small", "dark_primary": "#00000g"}]}`:    false,
		`{"version": 1, "rooms": [{"name": "a", "size": "small", "dark_primary": "#000000"}]}`:    true,
	} {
		if err := valid(t, editor, text); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What editors show stays where it was: beside the type, not inside of anyOf.
func TestEditorKeepsWhatItShows(t *testing.T) {
	var doc struct {
		Schema string `json:"$schema"`
		Defs   map[string]struct {
			Properties map[string]map[string]any `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schema.Editor(), &doc); err != nil || doc.Schema != "https://json-schema.org/draft/2020-12/schema" {
		t.Fatalf("%v, $schema %s", err, doc.Schema)
	}
	for _, kind := range []string{schema.Conference, schema.Room} {
		for _, s := range schema.Settings(kind) {
			p := doc.Defs[kind].Properties[s.Name]
			if p["description"] != s.Description || s.Default != "" && p["default"] == nil {
				t.Errorf("%s of a %s: %v", s.Name, kind, p)
			}
		}
	}
}
