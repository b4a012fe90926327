package render

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fatih/color"

	"roomsync/internal/room"
	"roomsync/schema"
)

// explainWidth is where running text is broken.
const explainWidth = 80

// ExplainText writes all that is known of settings, keys, lints and permissions.
func ExplainText(w io.Writer, e Explained, style Style) error {
	var parts []string
	for _, name := range e.Settings {
		parts = append(parts, e.settingText(name, style))
	}
	for _, k := range e.Keys {
		parts = append(parts, keyText(k, style))
	}
	if len(e.Lints) == 1 {
		parts = append(parts, lintText(e.Lints[0], style))
	} else if len(e.Lints) > 1 {
		parts = append(parts, table(each(e.Lints, lintRow)))
	}
	if len(e.Permissions) == 1 {
		parts = append(parts, permissionText(e.Permissions[0], style))
	} else if len(e.Permissions) > 1 {
		parts = append(parts, table(each(e.Permissions, permissionRow)))
	}
	_, err := io.WriteString(w, strings.Join(parts, "\n"))
	return err
}

// line is something that is known, under a label.
type line struct{ label, text string }

// settingText says once what holds on both kinds, and else what on which.
func (e Explained) settingText(name string, style Style) string {
	facts := e.facts(name)
	said := each(facts, func(f onKind) string { return lines(f.lines(), style) + exampleText(settingYAML(f)) })
	shared := len(facts) == 2 && facts[0].Description == facts[1].Description && slices.Equal(facts[0].lines(), facts[1].lines())
	if shared {
		facts, said = facts[:1], said[:1]
	}
	text := style.paint(name, color.Bold) + "\n"
	for i, f := range facts {
		on := "both kinds: with a prebuilt UI (conference) and without (room)"
		if !shared {
			on = f.kind.Title() + " (" + string(f.kind) + ")"
		}
		if i > 0 {
			text += "\n"
		}
		if i == 0 || f.Description != facts[0].Description {
			text += wrapped(f.Description, "  ") + "\n"
		}
		text += lines([]line{{"on", on}}, style) + said[i]
	}
	return text
}

// lines are the facts in words.
func (f onKind) lines() []line {
	if f.ReadOnly {
		told := []line{{"read-only", "SignalWire tells it and does not take it; a file cannot say it"}}
		if s, ok := schema.Lookup(string(f.kind.Other()), f.Name); ok && !s.ReadOnly {
			told = append(told, line{"settable", "on a " + f.kind.Other().Title() + " only"})
		}
		return told
	}
	told := []line{{"type", typeText(f.Setting)}}
	if len(f.Enum) > 0 {
		told = append(told, line{"values", strings.Join(f.Enum, ", ")})
	}
	if limits := f.limits(); limits != "" {
		told = append(told, line{"limits", limits})
	}
	byDefault := cmp.Or(flow(f.Default), "none is documented")
	null := "clears it"
	if !f.Nullable {
		null = "refused: it can be changed and not cleared"
	}
	sent := "creates and updates"
	if f.UpdateOnly {
		sent = "updates only: a new room is created first, and updated right after"
	}
	told = append(told, line{"default", byDefault}, line{"null", null}, line{"set by", sent})
	if f.UpdateDefault {
		told = append(told, line{"resets", "by the API's documentation an update that leaves it out may reset it to the default; roomsync notices, and restores it"})
	}
	return told
}

// typeText says in words what a value is, and how to write it.
func typeText(s schema.Setting) string {
	switch {
	case s.Format == "time":
		return "a time such as 2027-03-01T09:00:00Z or with another offset; a date alone is its first moment in UTC"
	case s.Format == "color":
		return `a colour: # and six hexadecimal digits, in quotes, as a bare # begins a comment`
	}
	return typeWord(s.Type)
}

func typeWord(name string) string {
	switch name {
	case "string":
		return "text"
	case "boolean":
		return "true or false"
	case "integer":
		return "a whole number"
	case "object":
		return "a mapping"
	case "array":
		return "a list"
	}
	return "anything"
}

func (f onKind) limits() string {
	switch {
	case f.MaxLength > 0:
		return fmt.Sprintf("at most %d characters", f.MaxLength)
	case f.JSONCharacters > 0:
		return fmt.Sprintf("at most %d characters, written as JSON", f.JSONCharacters)
	case f.Minimum != nil && f.Maximum != nil:
		return fmt.Sprintf("%d to %d", *f.Minimum, *f.Maximum)
	case f.Minimum != nil:
		return fmt.Sprintf("at least %d", *f.Minimum)
	case f.Maximum != nil:
		return fmt.Sprintf("at most %d", *f.Maximum)
	}
	return ""
}

// keyText explains a key of the file, and lists what is inside of it.
func keyText(k schema.Key, style Style) string {
	told := []line{{"type", keyType(k)}}
	if k.Const != "" {
		told = append(told, line{"value", "always " + k.Const})
	}
	if len(k.Enum) > 0 {
		told = append(told, line{"values", strings.Join(k.Enum, ", ")})
	}
	if k.MaxLength > 0 {
		told = append(told, line{"limits", fmt.Sprintf("at most %d characters", k.MaxLength)})
	}
	if k.Pattern != "" {
		told = append(told, line{"form", k.Pattern})
	}
	if k.Default != "" {
		told = append(told, line{"default", k.Default})
	}
	told = append(told, line{"required", map[bool]string{true: "yes", false: "no"}[k.Required]})
	text := style.paint(k.Path, color.Bold) + "\n" + wrapped(k.Description, "  ") + "\n" + lines(told, style)
	var below []row
	for _, other := range schema.FileKeys() {
		if name, ok := strings.CutPrefix(other.Path, k.Path+"."); ok {
			below = append(below, row{name, keyType(other), other.Description})
		}
	}
	if len(below) > 0 {
		text += "\n" + table(below)
	}
	return text + exampleText(keyYAML(k))
}

func keyType(k schema.Key) string {
	if k.Type != "array" {
		return typeWord(k.Type)
	}
	return "a list of " + map[string]string{"string": "texts", "object": "mappings"}[k.Items]
}

func lintText(name string, style Style) string {
	return style.paint(name, color.Bold) + "\n" + wrapped(schema.LintMeaning(name), "  ") + "\n" +
		lines([]line{{"type", "a lint: a warning, or with --strict an error"}, {"off", "--disable-lint " + name + ", or in the file:"}}, style) +
		exampleText("lint: {disable: ["+name+"]}\n")
}

func permissionText(name string, style Style) string {
	return style.paint(name, color.Bold) + "\n" + wrapped(schema.PermissionMeaning(name), "  ") + "\n" +
		lines([]line{{"type", "a permission of tokens: see roles"}}, style) +
		exampleText("roles:\n  host: {permissions: ["+name+"]}\n")
}

// row is something that can be explained, in one line.
type row struct{ name, kind, meaning string }

func lintRow(name string) row { return row{name, "", schema.LintMeaning(name)} }

func permissionRow(name string) row { return row{name, "", schema.PermissionMeaning(name)} }

// KindText lists the settings of a kind of room.
func KindText(w io.Writer, kind room.Kind, style Style) error {
	var set []row
	var told []string
	for _, s := range schema.Settings(string(kind)) {
		if s.ReadOnly {
			told = append(told, s.Name)
			continue
		}
		set = append(set, row{s.Name, cmp.Or(flow(s.Default), "-"), s.Description})
	}
	_, err := io.WriteString(w, style.paint("A "+kind.Title()+" ("+string(kind)+")", color.Bold)+"\n\n"+
		table(append([]row{{"SETTING", "DEFAULT", "MEANING"}}, set...))+
		"\n"+wrapped("Read-only: "+strings.Join(told, ", ")+".", ""))
	return err
}

// IndexText lists all that can be explained, in a line each.
func IndexText(w io.Writer, style Style) error {
	var both, read []row
	only := make(map[room.Kind][]row)
	for _, kind := range room.Kinds() {
		for _, s := range schema.Settings(string(kind)) {
			other, has := schema.Lookup(string(kind.Other()), s.Name)
			r := row{s.Name, shortType(s), s.Description}
			switch {
			case s.ReadOnly && (!has || other.ReadOnly && kind == room.Conference):
				read = append(read, r)
			case s.ReadOnly:
			case !has || other.ReadOnly:
				only[kind] = append(only[kind], r)
			case kind == room.Conference:
				both = append(both, r)
			}
		}
	}
	keys := each(schema.FileKeys(), func(k schema.Key) row { return row{k.Path, shortType(schema.Setting{Type: k.Type}), k.Description} })
	sections := []struct {
		title string
		rows  []row
	}{
		{"Settings of every room", both},
		{"Settings of a " + room.Conference.Title() + " (conference) only", only[room.Conference]},
		{"Settings of a " + room.Room.Title() + " (room) only", only[room.Room]},
		{"What SignalWire tells and nobody can set", read},
		{"The other keys of rooms.yaml", keys},
		{"Lints", each(schema.Lints(), lintRow)},
		{"Permissions of tokens", each(schema.Permissions(), permissionRow)},
	}
	var all []row
	for _, s := range sections {
		all = append(all, s.rows...)
	}
	names, kinds := widths(all)
	var b bytes.Buffer
	for _, s := range sections {
		fmt.Fprintf(&b, "%s\n%s\n", style.paint(s.title, color.Bold), aligned(s.rows, names, kinds))
	}
	b.WriteString("roomsync explain NAME tells all about one; conference and room list the settings of\na kind with their defaults.\n")
	_, err := w.Write(b.Bytes())
	return err
}

// shortType is a type for a column.
func shortType(s schema.Setting) string {
	switch {
	case s.Format == "time":
		return "time"
	case s.Format == "color":
		return "colour"
	case len(s.Enum) > 0:
		return "choice"
	}
	return map[string]string{"string": "text", "boolean": "true/false", "integer": "number", "object": "mapping", "array": "list"}[s.Type]
}

// table lists rows under each other.
func table(rows []row) string {
	names, kinds := widths(rows)
	return aligned(rows, names, kinds)
}

func widths(rows []row) (names, kinds int) {
	for _, r := range rows {
		names, kinds = max(names, len(r.name)), max(kinds, len(r.kind))
	}
	return names, kinds
}

func aligned(rows []row, names, kinds int) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.TrimRight(fmt.Sprintf("  %-*s  %-*s  %s", names, r.name, kinds, r.kind, firstSentence(r.meaning)), " ") + "\n")
	}
	return b.String()
}

// firstSentence is where a text begins.
func firstSentence(text string) string {
	first, _, more := strings.Cut(text, ". ")
	if more {
		first += "."
	}
	return first
}

// lines writes facts with their labels, broken where they are long.
func lines(told []line, style Style) string { return labelled(told, 12, style) }

// labelled is lines with the width that labels have.
func labelled(told []line, label int, style Style) string {
	var b strings.Builder
	for _, l := range told {
		text := strings.TrimSpace(wrapped(l.text, strings.Repeat(" ", label)))
		fmt.Fprintf(&b, "%s%s\n", style.paint(fmt.Sprintf("  %-*s", label-2, l.label), color.Faint), text)
	}
	return b.String()
}

// exampleText is YAML, set in.
func exampleText(yaml string) string {
	if yaml == "" {
		return ""
	}
	return "\n    " + strings.ReplaceAll(strings.TrimSuffix(yaml, "\n"), "\n", "\n    ") + "\n"
}

// wrapped breaks running text at blanks.
func wrapped(text, indent string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(text) {
		width := len([]rune(word))
		switch {
		case i > 0 && column+1+width <= explainWidth:
			b.WriteString(" ")
			column++
		default:
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(indent)
			column = len(indent)
		}
		b.WriteString(word)
		column += width
	}
	return b.String() + "\n"
}
