package schema

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Key is a key of rooms.yaml that is no setting of a room.
type Key struct {
	Path        string // from the top of the file, such as ignore.until
	Description string
	Type        string   // "string", "boolean", "integer", "array" or "object"; empty: anything
	Items       string   // the type of what an array holds; empty if it is none
	Enum        []string // the values it, or what an array holds, may take, if they are listed
	Const       string   // the only value it may have, as JSON; empty: more than one
	Default     string   // as JSON; empty: none
	Example     string   // a value to show, as JSON; empty: none
	Pattern     string   // a regular expression that a string, or what an array holds, matches
	MaxLength   int      // characters of a string, or of what an array holds; 0: no limit
	Required    bool     // what it stands in has to have it
}

// AnyKey is the path of the keys that are free for anchors: x-brand and so on.
const AnyKey = "x-*"

// FileKeys lists the keys of rooms.yaml that are no settings, each followed by
// those inside of it.
func FileKeys() []Key { return fileKeys }

// mustReadKeys panics like mustRead.
func mustReadKeys(doc []byte) []Key {
	var root struct {
		definition
		Defs map[string]definition `json:"$defs"`
	}
	err := json.Unmarshal(doc, &root)
	var keys []Key
	if err == nil {
		keys, err = readKeys("", root.definition, root.Defs)
	}
	if err != nil {
		panic("rooms.schema.json: " + err.Error())
	}
	return append(keys, Key{Path: AnyKey, Description: root.Patterns["^x-"].Description})
}

// readKeys lists the keys of a mapping, and of the mappings below it.
func readKeys(prefix string, d definition, defs map[string]definition) ([]Key, error) {
	if d.Properties == nil {
		return nil, nil
	}
	names, parts, err := ordered(d.Properties)
	if err != nil {
		return nil, err
	}
	var keys []Key
	for i, part := range parts {
		if prefix == "rooms." && !part.Note.Key {
			continue
		}
		path := prefix + names[i]
		base, err := resolve(part, defs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		k := Key{
			Path: path, Description: part.Description, Const: string(base.Const), Default: string(part.Default),
			Example: part.example(base), Required: slices.Contains(d.Required, names[i]),
		}
		holds, inner := base, base
		if base.Items != nil {
			holds = *base.Items
			if len(holds.AnyOf) > 0 { // the first form is the plain one
				if holds, err = resolve(holds.AnyOf[0], defs); err != nil {
					return nil, fmt.Errorf("%s: %w", path, err)
				}
			}
			inner = holds
			k.Items = holds.single()
		}
		for _, named := range base.Patterns { // there is one, for whatever name
			inner = named
		}
		k.Type, k.Pattern, k.MaxLength = base.single(), holds.Pattern, holds.MaxLength
		for _, e := range holds.Enum {
			k.Enum = append(k.Enum, *e)
		}
		keys = append(keys, k)
		if path == "rooms" {
			// What a room may hold depends on its kind, but for these.
			inner.Properties = defs[Conference].Properties
		}
		below, err := readKeys(path+".", inner, defs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		keys = append(keys, below...)
	}
	return keys, nil
}

// single is the type of what may have no other, null aside.
func (d definition) single() string {
	for _, t := range d.Type {
		if t != "null" {
			return t
		}
	}
	if d.Properties != nil {
		return "object"
	}
	return ""
}
