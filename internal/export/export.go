// Package export writes rooms as rooms.yaml: a whole file, or live values into
// files that people wrote, in which nothing else changes. What it writes, internal/config reads back as the
// same values, and other YAML readers, old and new, as the same types. It reads
// no files, makes no requests and compares nothing.
package export

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// Room is a room to write.
type Room struct {
	Kind     room.Kind
	Name     string
	Was      []string          // names that the room had
	Settings room.Settings     // what to write, null included
	Streams  []Address         // nil: say nothing of them
	Comments []string          // comment lines under the name
	Note     string            // a comment at the end of the name's line; may be empty
	Notes    map[string]string // the same by setting; may be nil
}

// Document is a file to write. What is empty is left out, rooms aside.
type Document struct {
	Schema    string   // where editors find the JSON schema
	Head      []string // comment lines under that
	Left      []Left   // what is not in the file, as comments
	Space     string
	Manage    []string
	HasManage bool // tells `manage: []` from no manage at all
	Protect   []room.Protection
	Ignore    []room.Ignore
	NoLint    []string
	Defaults  map[room.Kind]room.Settings
	// DefaultComments are comment lines above those of a kind; may be nil.
	DefaultComments map[room.Kind][]string
	Roles           []room.Role // what they say, not what they come to
	Rooms           []Room
}

// Left is a live room that a file cannot hold.
type Left struct {
	Kind room.Kind
	Name string
	ID   string
	Why  string
}

// String is the room and the reason in one line, fit to be shown.
func (l Left) String() string {
	return fmt.Sprintf("%s %s (ID %s): %s", l.Kind, shown(l.Name), shown(l.ID), l.Why)
}

// Write writes a document.
func Write(w io.Writer, d Document) error {
	var p printer
	p.document(d)
	_, err := io.WriteString(w, p.String())
	return err
}

// Item is a room as an entry of `rooms`: its lines, indented by two. The last
// ends in a line break, and nothing before it depends on what follows.
func Item(r Room) string {
	var p printer
	p.room(r)
	return p.String()
}

// Inline is a room as one flow mapping, for a list in flow style. Comments have
// no place there.
func Inline(r Room) string {
	var p printer
	p.WriteString("{name: " + text(r.Name, flow))
	if r.Kind == room.Room {
		p.WriteString(", prebuilt_ui: false")
	}
	if len(r.Was) > 0 {
		p.WriteString(", previously: ")
		p.inFlow(list(r.Was))
	}
	for _, name := range r.Settings.Names(r.Kind) {
		p.WriteString(", " + name + ": " + Scalar(r.Settings[name], true))
	}
	return p.String() + "}"
}

// Scalar is a value on one line, as it can stand behind a key: in block style,
// or, where inFlow says so, also between the brackets of flow style.
func Scalar(v room.Value, inFlow bool) string {
	var p printer
	data := decoded(v)
	if s, ok := data.(string); ok && !inFlow {
		return text(literal(s), block)
	}
	p.inFlow(data)
	return p.String()
}

// printer writes YAML. Every method that writes the value of a key begins
// behind the key's colon and ends behind a line break.
type printer struct{ strings.Builder }

func (p *printer) document(d Document) {
	if d.Schema != "" {
		p.WriteString("# yaml-language-server: $schema=" + safe(d.Schema) + "\n")
	}
	p.comments(d.Head, 0)
	if len(d.Left) > 0 {
		p.comments([]string{"Live rooms that are not in here, because a file cannot hold them:"}, 0)
		for _, l := range d.Left {
			p.comments([]string{"  " + l.String()}, 0)
		}
	}
	p.WriteString("version: 1\n")
	if d.Space != "" {
		p.WriteString("space: " + text(d.Space, block) + "\n")
	}
	if d.HasManage {
		p.key("manage", 0, list(d.Manage), "")
	}
	if len(d.Protect) > 0 {
		globs := make([]string, len(d.Protect))
		for i, g := range d.Protect {
			globs[i] = g.Rooms
		}
		p.key("protect", 0, list(globs), "")
	}
	if len(d.Ignore) > 0 {
		p.WriteString("ignore:\n")
		for _, i := range d.Ignore {
			p.ignore(i)
		}
	}
	if len(d.NoLint) > 0 {
		p.WriteString("lint:\n")
		p.key("disable", 2, list(d.NoLint), "")
	}
	p.defaults(d)
	p.roles(d.Roles)
	if len(d.Rooms) == 0 {
		p.WriteString("rooms: []\n")
		return
	}
	p.WriteString("rooms:\n")
	for i, r := range d.Rooms {
		if i > 0 {
			p.WriteByte('\n')
		}
		p.room(r)
	}
}

func (p *printer) defaults(d Document) {
	all := d.Defaults
	if len(all) == 0 {
		return
	}
	p.WriteString("defaults:\n")
	for _, kind := range room.Kinds() {
		settings, has := all[kind]
		if !has {
			continue
		}
		p.WriteString("  " + string(kind) + ":")
		if len(settings) == 0 {
			p.WriteString(" {}")
		}
		p.WriteByte('\n')
		p.comments(d.DefaultComments[kind], 4)
		for _, name := range settings.Names(kind) {
			p.key(name, 4, decoded(settings[name]), "")
		}
	}
}

func (p *printer) roles(all []room.Role) {
	if len(all) == 0 {
		return
	}
	p.WriteString("roles:\n")
	for _, r := range all {
		p.WriteString("  " + text(r.Name, block) + ":\n")
		if r.Description != "" {
			p.key("description", 4, r.Description, "")
		}
		if len(r.Extends) > 0 {
			p.key("extends", 4, list(r.Extends), "")
		}
		if len(r.Permissions) > 0 || len(r.Extends) == 0 {
			p.key("permissions", 4, list(r.Permissions), "")
		}
	}
}

func (p *printer) ignore(i room.Ignore) {
	p.WriteString("  - rooms: " + text(i.Rooms, block) + "\n")
	if len(i.Settings) > 0 {
		p.key("settings", 4, list(i.Settings), "")
	}
	if i.Until != "" {
		p.key("until", 4, i.Until, "")
	}
	if i.Reason != "" {
		p.key("reason", 4, i.Reason, "")
	}
}

// roomIndent is where the keys of a room stand.
const roomIndent = 4

func (p *printer) room(r Room) {
	p.WriteString("  - name: " + text(r.Name, block))
	p.note(r.Note)
	if r.Kind == room.Room {
		p.WriteString("    prebuilt_ui: false\n")
	}
	p.comments(r.Comments, roomIndent)
	if len(r.Was) > 0 {
		p.key("previously", roomIndent, list(r.Was), "")
	}
	for _, name := range r.Settings.Names(r.Kind) {
		p.key(name, roomIndent, decoded(r.Settings[name]), r.Notes[name])
	}
	p.streams(r)
}

// comments writes lines of comment.
func (p *printer) comments(lines []string, indent int) {
	for _, line := range lines {
		p.WriteString(strings.TrimRight(strings.Repeat(" ", indent)+"# "+safe(line), " ") + "\n")
	}
}

// note ends a line, with a comment if there is one.
func (p *printer) note(comment string) {
	if comment != "" {
		p.WriteString(" # " + safe(comment))
	}
	p.WriteByte('\n')
}

// safe makes text from elsewhere fit for a comment: one line, which gives no
// commands to whoever reads it, a CI system's log included.
func safe(s string) string {
	return strings.ReplaceAll(diag.Printable(s), runnerCommand, `##\x5b`)
}

// list is a list of texts as a value.
func list(texts []string) []any {
	all := make([]any, len(texts))
	for i, s := range texts {
		all[i] = s
	}
	return all
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
