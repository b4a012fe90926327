package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"roomsync/schema"
)

var update = flag.Bool("update", false, "rewrite editor.schema.json")

// TestEditorIsMadeOfRooms makes editor.schema.json out of rooms.schema.json.
func TestEditorIsMadeOfRooms(t *testing.T) {
	var doc map[string]any
	dec := json.NewDecoder(bytes.NewReader(schema.Rooms))
	dec.UseNumber() // limits stay as they are written
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	doc = withVariables(doc).(map[string]any)
	delete(doc, "required") // of a layer, another may say it
	for _, role := range doc["properties"].(map[string]any)["roles"].(map[string]any)["patternProperties"].(map[string]any) {
		delete(role.(map[string]any), "anyOf") // likewise
	}
	doc["$defs"].(map[string]any)["variable"] = map[string]any{
		"type": "string", "pattern": `\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}`,
		"description": "A variable: ${NAME}, or ${NAME:-default}. What it stands for is checked once it is known.",
	}
	var want bytes.Buffer
	enc := json.NewEncoder(&want)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("editor.schema.json", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(schema.Editor, want.Bytes()) {
		t.Error("editor.schema.json is not made of rooms.schema.json as it is: go test ./schema -update")
	}
}

// told are the keywords that say something of a value, to people, and allow or
// forbid nothing: they stay where editors look for them.
var told = map[string]bool{"title": true, "description": true, "default": true, "examples": true, "readOnly": true, "doNotSuggest": true, "x-roomsync": true}

// withVariables lets a part of a schema take variables.
func withVariables(part any) any {
	switch part := part.(type) {
	case []any:
		for i := range part {
			part[i] = withVariables(part[i])
		}
	case map[string]any:
		for key, value := range part {
			part[key] = withVariables(value)
		}
		if refusesVariables(part) {
			strict := make(map[string]any)
			for key, value := range part {
				if !told[key] {
					strict[key] = value
					delete(part, key)
				}
			}
			part["anyOf"] = []any{strict, map[string]any{"$ref": "#/$defs/variable"}}
		}
	}
	return part
}

// refusesVariables tells whether a schema is one of scalars, and not of any text.
func refusesVariables(s map[string]any) bool {
	types, _ := s["type"].([]any)
	if one, ok := s["type"].(string); ok {
		types = []any{one}
	}
	text := false
	for _, t := range types {
		if t == "object" || t == "array" {
			return false
		}
		text = text || t == "string"
	}
	return len(types) > 0 && (!text || s["enum"] != nil || s["pattern"] != nil)
}

// Where a value of a certain form is wanted, a variable may stand, and nothing
// else that is not of the form.
func TestEditorTakesVariables(t *testing.T) {
	strict, editor := compile(t, schema.Rooms), compile(t, schema.Editor)
	for _, kind := range []string{schema.Conference, schema.Room} {
		for _, s := range schema.Settings(kind) {
			if s.Type == "array" {
				continue // variables stand in it
			}
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
		`{"rooms": [{"name": "a", "size": "large"}]}`:                                                                                                                     true,
		`{"manage": ["a"]}`: true,
		`{"version": 1, "roles": {"a": {"extends": ["${R}"], "permissions": ["${P}", "room.${P}", "room.*", "room.lock"]}}, "rooms": []}`: true,
		`{"roles": {"a": {"description": "A"}}}`:                                                  true,
		`{"version": 1, "roles": {"a": {"permissions": ["room.locks"]}}, "rooms": []}`:            false,
		`{"version": 1, "rooms": [{"name": "a b"}]}`:                                              false,
		`{"version": 2, "rooms": []}`:                                                             false,
		`{"version": 1, "rooms": [{"name": "a", "streams": ["${S}", "rtmp://a/${KEY}"]}]}`:        true,
		`{"version": 1, "rooms": [{"name": "a", "streams": ["http://a/b"]}]}`:                     false,
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
	if err := json.Unmarshal(schema.Editor, &doc); err != nil || doc.Schema != "https://json-schema.org/draft/2020-12/schema" {
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
