package config

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/schema"
)

// variables replaces ${NAME}, ${NAME:-default} and $$ in scalars that have been
// parsed already: whatever a variable holds, it stays one value in its place.
type variables struct {
	lookup     func(name string) (string, bool)
	allowUnset bool
	unset      []string // names without a value, sorted

	seen map[*node]bool // nodes of a file whose variables have been filled in
	list diag.List
}

// variable is what may stand between ${ and }. As in a shell, a default holds
// for an empty value, too.
var variable = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)(:-([\s\S]*))?$`)

// fill fills in the variables of a file. What is under x-* counts where it is
// used.
func (v *variables) fill(root *node) diag.List {
	v.seen, v.list = make(map[*node]bool), nil
	data := root.data.(map[string]any)
	for _, f := range root.fields {
		if !strings.HasPrefix(f.name, "x-") {
			v.node(f.value)
			data[f.name] = f.value.data
		}
	}
	typed(root, "")
	if d := root.field("defaults"); d != nil {
		for _, kind := range d.value.fields {
			typed(kind.value, room.Kind(kind.name))
		}
	}
	if rooms := root.field("rooms"); rooms != nil {
		for _, r := range rooms.value.items {
			typed(r, room.Conference)
		}
	}
	return v.list
}

// node fills in what is in a node, which may be reached by several ways.
func (v *variables) node(n *node) {
	if v.seen[n] {
		return
	}
	v.seen[n] = true
	switch data := n.data.(type) {
	case string:
		if strings.Contains(data, "$") && !n.broken {
			v.scalar(n, data)
		}
	case []any:
		for i, item := range n.items {
			v.node(item)
			data[i] = item.data
		}
	case map[string]any:
		for _, f := range n.fields {
			v.node(f.value)
			data[f.name] = f.value.data
		}
	}
}

// scalar fills in the variables of a text.
func (v *variables) scalar(n *node, written string) {
	var b strings.Builder
	for rest := written; rest != ""; {
		at := strings.IndexByte(rest, '$')
		if at < 0 || at == len(rest)-1 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:at])
		switch rest[at+1] {
		case '$':
			b.WriteByte('$')
			rest = rest[at+2:]
			continue
		case '{':
		default:
			b.WriteByte('$')
			rest = rest[at+1:]
			continue
		}
		end := strings.IndexByte(rest[at:], '}')
		if end < 0 {
			v.problem(n, rest[at:], "a ${ without its }", "write $${ for the characters themselves")
			return
		}
		value, ok := v.value(n, rest[at:at+end+1])
		if !ok {
			n.broken, n.data = true, nil
			value = ""
		}
		b.WriteString(value)
		rest = rest[at+end+1:]
		n.filled = true
	}
	if !n.broken {
		n.data = b.String()
	}
}

// value is what a variable, written as ${…}, stands for.
func (v *variables) value(n *node, written string) (string, bool) {
	m := variable.FindStringSubmatch(written[2 : len(written)-1])
	switch {
	case m == nil:
		v.problem(n, written, fmt.Sprintf("%s is not a variable: they look like ${NAME} or ${NAME:-default}", quoted(written)), "write $${ for the characters themselves")
		return "", false
	case strings.Contains(m[3], "${"):
		v.problem(n, written, "a default cannot hold a variable", "give the variable a value where it is set, or write $$ for a dollar sign")
		return "", false
	}
	name, hasDefault := m[1], m[2] != ""
	var value string
	var ok bool
	if v.lookup != nil {
		value, ok = v.lookup(name)
	}
	switch {
	case value == "" && hasDefault:
		return strings.ReplaceAll(m[3], "$$", "$"), true
	case !ok && v.allowUnset:
		if at, found := slices.BinarySearch(v.unset, name); !found {
			v.unset = slices.Insert(v.unset, at, name)
		}
		return "", false
	case !ok:
		v.problem(n, written, fmt.Sprintf("the variable %s has no value", name),
			fmt.Sprintf("set it with --var %s=…, in a file for --var-file, or as ROOMSYNC_VAR_%s; or write a default: ${%s:-…}", name, name, name))
		return "", false
	case !utf8.ValidString(value):
		v.problem(n, written, fmt.Sprintf("the value of the variable %s is not UTF-8", name), "")
		return "", false
	}
	return value, true
}

// problem tells what is wrong with a variable, and where in the scalar it is.
func (v *variables) problem(n *node, written, message, hint string) {
	n.broken = true
	at := n.pos()
	from := n.src.offset(at)
	window := n.src.text[from:min(len(n.src.text), from+4*len(n.at.Value)+1000)]
	written, _, _ = strings.Cut(written, "\n")
	if i := strings.Index(window, written); i >= 0 {
		at = n.src.at(from + i)
	}
	v.list = append(v.list, diag.Problem{Pos: at, Message: message, Hint: hint})
}

// typed gives the values of a mapping that come from variables the types that
// the schema wants them to have. A text that cannot be of that type stays text,
// which the schema will find wrong.
func typed(n *node, kind room.Kind) {
	data, ok := n.data.(map[string]any)
	if !ok {
		return
	}
	for i, f := range n.fields {
		if !f.value.filled || f.value.broken {
			continue
		}
		value, ok := f.value.data.(string)
		if !ok {
			continue
		}
		switch typeOf(f.name, kind) {
		case "integer":
			if jsonNumber.MatchString(value) {
				data[f.name] = json.Number(value)
			}
		case "boolean":
			if value == "true" || value == "false" {
				data[f.name] = value == "true"
			}
		default:
			continue
		}
		own := *f.value // others may use it for text
		own.data = data[f.name]
		n.fields[i].value = &own
	}
}

// typeOf is the type of a key of a mapping: of the file for no kind, else of a
// room. A setting has one type, whatever the kind.
func typeOf(name string, kind room.Kind) string {
	switch {
	case kind == "" && name == "version":
		return "integer"
	case kind == "":
		return ""
	case name == "prebuilt_ui":
		return "boolean"
	}
	for _, k := range room.Kinds() {
		if s, ok := schema.Lookup(string(k), name); ok && s.Type != "" {
			return s.Type
		}
	}
	return ""
}
