package schema

import (
	"bytes"
	"encoding/json"
	"sync"
)

// Editor is the schema of rooms.yaml for editors: Rooms, which is about values,
// with ${VARIABLES} allowed wherever one could stand and would not be a value
// of its setting. Validation itself fills variables in first and uses Rooms.
var Editor = sync.OnceValue(func() []byte {
	var doc map[string]any
	dec := json.NewDecoder(bytes.NewReader(Rooms))
	dec.UseNumber() // limits stay as they are written
	if err := dec.Decode(&doc); err != nil {
		panic("rooms.schema.json: " + err.Error()) // it is compiled in
	}
	doc = withVariables(doc).(map[string]any)
	defs := doc["$defs"].(map[string]any)
	defs["variable"] = map[string]any{
		"type": "string", "pattern": `\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}`,
		"description": "A variable: ${NAME}, or ${NAME:-default}. What it stands for is checked once it is known.",
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		panic("rooms.schema.json: " + err.Error())
	}
	return b.Bytes()
})

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
