package config

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"roomsync/internal/room"
	"roomsync/schema"
)

// fine tells of nearly every room that the schema has nothing against it, at a
// fraction of what it costs to ask. It never says so of a room that the schema
// refuses; of one that is not fine, the schema has the word.
func fine(n *node, kind room.Kind) bool {
	named := false
	for i := range n.fields() {
		f := &n.fields()[i]
		if f.name == "name" {
			name, _ := f.value.data.(string)
			if named = fineName(name); !named {
				return false
			}
			continue
		}
		s, known := schema.Lookup(string(kind), f.name)
		if f.name == "prebuilt_ui" {
			s, known = schema.Setting{Type: "boolean"}, true
		}
		if !known || s.ReadOnly || f.value.broken || !fineValue(&s, f.value.data) {
			return false
		}
	}
	return named
}

// fineValue tells whether a setting may have a value. Lists and mappings are
// rare, and for the schema to judge.
func fineValue(s *schema.Setting, data any) bool {
	switch value := data.(type) {
	case nil:
		return s.Nullable && len(s.Enum) == 0
	case bool:
		return s.Type == "boolean"
	case json.Number:
		return s.Type == "integer" && fineNumber(s, value.String())
	case string:
		return s.Type == "string" && fineText(s, value)
	}
	return false
}

func fineName(name string) bool {
	return name != "" && len(name) <= 100 && allOf(name, nameCharacters)
}

// allOf tells whether a text has no other characters.
func allOf(text, characters string) bool {
	for i := range len(text) {
		if strings.IndexByte(characters, text[i]) < 0 {
			return false
		}
	}
	return true
}

func fineText(s *schema.Setting, text string) bool {
	switch {
	case len(s.Enum) > 0:
		return slices.Contains(s.Enum, text)
	case s.Format == "color":
		return len(text) == 7 && text[0] == '#' && allOf(text[1:], "0123456789abcdefABCDEF")
	case s.Format == "time":
		return hasForm(text, "0000-00-00T00:00:00Z") || hasForm(text, "0000-00-00")
	case s.Format != "":
		return false
	}
	return s.MaxLength == 0 || len(text) <= s.MaxLength || utf8.RuneCountInString(text) <= s.MaxLength
}

// hasForm tells whether a text has digits where a form has 0, and is the form
// elsewhere.
func hasForm(text, form string) bool {
	if len(text) != len(form) {
		return false
	}
	for i := range len(form) {
		if c := text[i]; c != form[i] && (form[i] != '0' || c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func fineNumber(s *schema.Setting, text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && (s.Minimum == nil || n >= *s.Minimum) && (s.Maximum == nil || n <= *s.Maximum)
}
