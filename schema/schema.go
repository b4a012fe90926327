// Package schema holds roomsync's JSON schemas and reads the settings catalogue
// out of rooms.schema.json, the one place that lists settings. It does not
// validate anything: internal/config does, with the same document.
package schema

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Rooms is rooms.schema.json: the JSON schema (draft 2020-12) of rooms.yaml.
//
//go:embed rooms.schema.json
var Rooms []byte

// Editor is editor.schema.json: Rooms for editors. It allows ${VARIABLES} wherever
// one could stand, and files that say only a part of the whole. Validation fills
// variables in and lays layers over each other first, and uses Rooms. A test
// makes it out of Rooms.
//
//go:embed editor.schema.json
var Editor []byte

// Plan is plan.schema.json: the JSON schema of `plan --format json`.
//
//go:embed plan.schema.json
var Plan []byte

// Report is report.schema.json: the JSON schema of `apply --format json`.
//
//go:embed report.schema.json
var Report []byte

// Drift is drift.schema.json: the JSON schema of `drift --format json`.
//
//go:embed drift.schema.json
var Drift []byte

// Pull is pull.schema.json: the JSON schema of `pull --format json`.
//
//go:embed pull.schema.json
var Pull []byte

// The kinds of room, named as the API names their collections' objects.
const (
	Conference = "conference" // with a prebuilt UI: /api/video/conferences
	Room       = "room"       // without one: /api/video/rooms
)

// Setting is one setting of one kind of room, as rooms.schema.json describes it.
type Setting struct {
	Name        string
	Description string
	Type        string   // "string", "boolean", "integer", "object" or "array"; empty if ReadOnly
	Format      string   // "time", "color", or empty
	Enum        []string // the values a string may take, if they are listed
	Default     string   // the documented default as JSON; empty if none is documented
	Example     string   // a value to show, as JSON, and not the default; empty if ReadOnly
	Nullable    bool     // answers may be null, so null may be asked for
	ReadOnly    bool     // only in answers
	UpdateOnly  bool     // taken by PUT, not by POST
	Apart       bool     // not in the room's object: the API has it below the room's path
	// UpdateDefault says that the API documents Default for PUT as well: a
	// server may reset the setting when an update leaves it out.
	UpdateDefault bool

	MaxLength      int  // characters of a string; 0: no limit
	Minimum        *int // of an integer; nil: no limit
	Maximum        *int // of an integer; nil: no limit
	JSONCharacters int  // of an object written as JSON; 0: no limit
}

// Settings lists the settings of a kind in the order of the schema, read-only
// ones included.
func Settings(kind string) []Setting { return of(kind).settings }

// Lookup finds a setting of a kind by name.
func Lookup(kind, name string) (Setting, bool) {
	c := of(kind)
	i, ok := c.index[name]
	if !ok {
		return Setting{}, false
	}
	return c.settings[i], true
}

// Position is where a setting stands in the catalogue of its kind, or -1.
func Position(kind, name string) int {
	if i, ok := of(kind).index[name]; ok {
		return i
	}
	return -1
}

// Keys lists the keys of a rooms.yaml room that are not settings, such as name.
func Keys(kind string) []string { return of(kind).keys }

// TopLevel lists the keys that rooms.yaml may have at its top level, x-* aside.
func TopLevel() []string { return topLevel }

// Lints lists what roomsync warns of, by the names that the file may switch off.
func Lints() []string { return lints }

// LintMeaning says in a sentence what a lint warns of.
func LintMeaning(name string) string { return lintMeanings[name] }

// Permissions lists all that a token can permit, as the API's documents order
// it: what concerns anybody in the room, the room itself, and oneself.
func Permissions() []string { return permissions }

// PermissionMeaning says in a sentence what a permission lets somebody do.
func PermissionMeaning(name string) string { return permissionMeanings[name] }

type kindCatalogue struct {
	settings []Setting
	index    map[string]int
	keys     []string
}

// of is the catalogue of a kind: each is looked into for every setting of every
// room. Of what is no kind it is empty.
func of(kind string) *kindCatalogue {
	switch kind {
	case Conference:
		return &conferences
	case Room:
		return &rooms
	}
	return &kindCatalogue{}
}

var (
	catalogue, topLevel = mustRead(Rooms)
	conferences, rooms  = catalogue[Conference], catalogue[Room]
	lints, lintMeanings = mustReadLints(Rooms)
	fileKeys            = mustReadKeys(Rooms)

	permissions, permissionMeanings = mustReadPermissions(Rooms)
)

// definition is the part of a JSON schema that the catalogue reads.
type definition struct {
	Ref         string            `json:"$ref"`
	Type        types             `json:"type"`
	Enum        []*string         `json:"enum"`
	Const       json.RawMessage   `json:"const"`
	Default     json.RawMessage   `json:"default"`
	Examples    []json.RawMessage `json:"examples"`
	Description string            `json:"description"`
	ReadOnly    bool              `json:"readOnly"`
	MaxLength   int               `json:"maxLength"`
	Minimum     *int              `json:"minimum"`
	Maximum     *int              `json:"maximum"`
	Pattern     string            `json:"pattern"`
	Properties  json.RawMessage   `json:"properties"`
	Required    []string          `json:"required"`
	Items       *definition       `json:"items"`
	AnyOf       []definition      `json:"anyOf"`
	Note        note              `json:"x-roomsync"`

	Patterns map[string]definition `json:"patternProperties"` // by a pattern of their names
}

// note is what x-roomsync may say of a property.
type note struct {
	Key            bool   `json:"key"`            // a key of the file, not a setting of the room
	On             string `json:"on"`             // "update": POST does not take it
	Apart          bool   `json:"apart"`          // the room's object does not hold it
	UpdateDefault  bool   `json:"update_default"` // PUT lists the default, too
	Format         string `json:"format"`
	JSONCharacters int    `json:"json_characters"`
}

// types is JSON Schema's "type": one name or a list of them.
type types []string

func (t *types) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*t = make(types, 1)
		return json.Unmarshal(b, &(*t)[0])
	}
	return json.Unmarshal(b, (*[]string)(t))
}

// mustRead panics on a document that cannot be read: it is compiled in, so
// only its author can be at fault.
func mustRead(doc []byte) (map[string]kindCatalogue, []string) {
	cat, top, err := read(doc)
	if err != nil {
		panic("rooms.schema.json: " + err.Error())
	}
	return cat, top
}

// listed are values with what each means.
type listed struct {
	Enum     []string `json:"enum"`
	Meanings []string `json:"enumDescriptions"`
}

func (l listed) mustMean(what string) (names []string, meanings map[string]string) {
	if len(l.Enum) == 0 || len(l.Meanings) != len(l.Enum) {
		panic("rooms.schema.json lists no " + what + ", or not what they mean")
	}
	meanings = make(map[string]string)
	for i, name := range l.Enum {
		meanings[name] = l.Meanings[i]
	}
	return l.Enum, meanings
}

func mustReadLints(doc []byte) (names []string, meanings map[string]string) {
	var root struct {
		Properties struct {
			Lint struct {
				Properties struct {
					Disable struct {
						Items listed `json:"items"`
					} `json:"disable"`
				} `json:"properties"`
			} `json:"lint"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(doc, &root); err != nil {
		panic("rooms.schema.json: " + err.Error())
	}
	return root.Properties.Lint.Properties.Disable.Items.mustMean("lints")
}

func mustReadPermissions(doc []byte) (names []string, meanings map[string]string) {
	var root struct {
		Defs struct {
			Permission listed `json:"permission"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(doc, &root); err != nil {
		panic("rooms.schema.json: " + err.Error())
	}
	return root.Defs.Permission.mustMean("permissions")
}

func read(doc []byte) (map[string]kindCatalogue, []string, error) {
	var root struct {
		Properties json.RawMessage       `json:"properties"`
		Defs       map[string]definition `json:"$defs"`
	}
	if err := json.Unmarshal(doc, &root); err != nil {
		return nil, nil, err
	}
	top, _, err := ordered(root.Properties)
	if err != nil {
		return nil, nil, err
	}
	cat := make(map[string]kindCatalogue)
	for _, kind := range []string{Conference, Room} {
		names, defs, err := ordered(root.Defs[kind].Properties)
		if err != nil {
			return nil, nil, fmt.Errorf("$defs/%s: %w", kind, err)
		}
		k := kindCatalogue{index: make(map[string]int)}
		for i, name := range names {
			d := defs[i]
			if d.Note.Key {
				k.keys = append(k.keys, name)
				continue
			}
			s, err := setting(name, d, root.Defs)
			if err != nil {
				return nil, nil, fmt.Errorf("$defs/%s/properties/%s: %w", kind, name, err)
			}
			k.index[name] = len(k.settings)
			k.settings = append(k.settings, s)
		}
		cat[kind] = k
	}
	return cat, top, nil
}

// setting reads one property, following its $ref one step into $defs.
func setting(name string, d definition, defs map[string]definition) (Setting, error) {
	base, err := resolve(d, defs)
	if err != nil {
		return Setting{}, err
	}
	s := Setting{
		Name: name, Description: d.Description, Default: string(d.Default), Example: d.example(base),
		ReadOnly: d.ReadOnly, UpdateOnly: d.Note.On == "update", Apart: d.Note.Apart, UpdateDefault: d.Note.UpdateDefault,
		Format: base.Note.Format, MaxLength: base.MaxLength,
		Minimum: base.Minimum, Maximum: base.Maximum, JSONCharacters: base.Note.JSONCharacters,
	}
	for _, t := range base.Type {
		if t == "null" {
			s.Nullable = true
		} else {
			s.Type = t
		}
	}
	for _, e := range base.Enum {
		if e != nil {
			s.Enum = append(s.Enum, *e)
		}
	}
	switch {
	case s.ReadOnly:
	case s.Type == "":
		return Setting{}, errors.New("no type")
	case s.Example == "":
		return Setting{}, errors.New("no examples")
	}
	return s, nil
}

// resolve is what a definition's $ref leads to, or the definition itself.
func resolve(d definition, defs map[string]definition) (definition, error) {
	if d.Ref == "" {
		return d, nil
	}
	base, ok := defs[strings.TrimPrefix(d.Ref, "#/$defs/")]
	if !ok {
		return definition{}, fmt.Errorf("%s leads nowhere", d.Ref)
	}
	return base, nil
}

// example is a value that shows how something is written. Where the values are
// listed, or are true and false, one that is not the default does.
func (d definition) example(base definition) string {
	switch {
	case len(d.Examples) > 0:
		return string(d.Examples[0])
	case len(base.Examples) > 0:
		return string(base.Examples[0])
	case len(base.Type) > 0 && base.Type[0] == "boolean":
		return strconv.FormatBool(string(d.Default) != "true")
	}
	for _, e := range base.Enum {
		if e != nil && strconv.Quote(*e) != string(d.Default) {
			return strconv.Quote(*e)
		}
	}
	return ""
}

// ordered reads a JSON object whose order means something, which
// encoding/json's maps forget.
func ordered(object json.RawMessage) (names []string, defs []definition, err error) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		return nil, nil, err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, nil, err
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		if string(raw) == "false" {
			continue // it may not be there
		}
		var d definition
		if err := json.Unmarshal(raw, &d); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		names, defs = append(names, name.(string)), append(defs, d)
	}
	return names, defs, nil
}
