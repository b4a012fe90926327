package render

import (
	"encoding/json"
	"io"
	"slices"

	"roomsync/internal/room"
	"roomsync/schema"
)

// Explained is what is to be explained of rooms.yaml. Everything that is said of
// it is in the schema.
type Explained struct {
	Kind     room.Kind // of a whole kind; empty: of both
	Settings []string
	Keys     []schema.Key
	Lints    []string

	Permissions []string
}

// Everything is all that there is to explain.
func Everything() Explained {
	return Explained{Settings: AllSettings(), Keys: schema.FileKeys(), Lints: schema.Lints(), Permissions: schema.Permissions()}
}

// AllSettings lists the settings of both kinds, each once.
func AllSettings() []string {
	var names []string
	for _, kind := range room.Kinds() {
		for _, s := range schema.Settings(string(kind)) {
			if !slices.Contains(names, s.Name) {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// onKind is a setting on one kind of room.
type onKind struct {
	kind room.Kind
	schema.Setting
}

// facts are what a setting is on the kinds that have it.
func (e Explained) facts(name string) []onKind {
	var all []onKind
	for _, kind := range room.Kinds() {
		if s, ok := schema.Lookup(string(kind), name); ok && (e.Kind == "" || e.Kind == kind) {
			all = append(all, onKind{kind, s})
		}
	}
	return all
}

type explainDocument struct {
	FormatVersion int               `json:"format_version"`
	Settings      []settingDocument `json:"settings"`
	Keys          []keyDocument     `json:"keys"`
	Lints         []meaningDocument `json:"lints"`
	Permissions   []meaningDocument `json:"permissions"`
}

type settingDocument struct {
	Name  string           `json:"name"`
	Kinds []onKindDocument `json:"kinds"`
}

// onKindDocument leaves out what there is none of.
type onKindDocument struct {
	Kind           room.Kind       `json:"kind"`
	Description    string          `json:"description"`
	ReadOnly       bool            `json:"read_only"`
	Type           string          `json:"type,omitempty"`
	Format         string          `json:"format,omitempty"`
	Enum           []string        `json:"enum,omitempty"`
	MaxLength      int             `json:"max_length,omitempty"`
	Minimum        *int            `json:"minimum,omitempty"`
	Maximum        *int            `json:"maximum,omitempty"`
	JSONCharacters int             `json:"json_characters,omitempty"`
	Default        json.RawMessage `json:"default,omitempty"`
	Nullable       bool            `json:"nullable"`
	UpdateOnly     bool            `json:"update_only"`
	UpdateDefault  bool            `json:"update_default"`
	YAML           string          `json:"yaml,omitempty"`
}

type keyDocument struct {
	Path        string          `json:"path"`
	Description string          `json:"description"`
	Required    bool            `json:"required"`
	Type        string          `json:"type,omitempty"`
	Items       string          `json:"items,omitempty"`
	Const       json.RawMessage `json:"const,omitempty"`
	Enum        []string        `json:"enum,omitempty"`
	Pattern     string          `json:"pattern,omitempty"`
	MaxLength   int             `json:"max_length,omitempty"`
	Default     json.RawMessage `json:"default,omitempty"`
	YAML        string          `json:"yaml,omitempty"`
}

// meaningDocument is something that there is nothing else to say of.
type meaningDocument struct {
	Name    string `json:"name"`
	Meaning string `json:"meaning"`
}

// ExplainJSON writes what is known of settings, keys, lints and permissions as data. The
// lists are always there; yaml is how a file would say it.
func ExplainJSON(w io.Writer, e Explained) error {
	return WriteJSON(w, explainDocument{
		FormatVersion,
		each(e.Settings, func(name string) settingDocument { return settingDocument{name, each(e.facts(name), newOnKind)} }),
		each(e.Keys, func(k schema.Key) keyDocument {
			return keyDocument{k.Path, k.Description, k.Required, k.Type, k.Items, json.RawMessage(k.Const), k.Enum, k.Pattern, k.MaxLength, json.RawMessage(k.Default), keyYAML(k)}
		}),
		each(e.Lints, func(name string) meaningDocument { return meaningDocument{name, schema.LintMeaning(name)} }),
		each(e.Permissions, func(name string) meaningDocument { return meaningDocument{name, schema.PermissionMeaning(name)} }),
	})
}

func newOnKind(f onKind) onKindDocument {
	return onKindDocument{
		Kind: f.kind, Description: f.Description, ReadOnly: f.ReadOnly,
		Type: f.Type, Format: f.Format, Enum: f.Enum, MaxLength: f.MaxLength, Minimum: f.Minimum, Maximum: f.Maximum, JSONCharacters: f.JSONCharacters,
		Default: json.RawMessage(f.Default), Nullable: f.Nullable, UpdateOnly: f.UpdateOnly, UpdateDefault: f.UpdateDefault, YAML: settingYAML(f),
	}
}
