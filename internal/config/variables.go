package config

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

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

	secret bool             // what is being filled in is not to be quoted
	empty  map[*node]string // texts with a variable in them that is empty

	seen map[*node]bool // nodes of a file whose variables have been filled in
	list diag.List
}

// variable is what may stand between ${ and }. As in a shell, a default holds
// for an empty value, too.
var variable = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*)(:-([\s\S]*))?$`)

// fill fills in the variables of a file. What is under x-* counts where it is
// used.
func (v *variables) fill(root *node) (*node, diag.List) {
	v.seen, v.list = make(map[*node]bool), nil
	for _, f := range root.fields() {
		if !strings.HasPrefix(f.name, "x-") {
			v.node(f.value)
		}
	}
	root = typed(root, "")
	if d := root.field("defaults"); d != nil {
		for i, kind := range d.value.fields() {
			d.value.fields()[i].value = typed(kind.value, room.Kind(kind.name))
		}
	}
	if rooms := root.field("rooms"); rooms != nil {
		for i, r := range rooms.value.items() {
			rooms.value.items()[i] = typed(r, room.Conference)
		}
	}
	return root, v.list
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
	case *sequence:
		for _, item := range data.items {
			v.node(item)
		}
	case *mapping:
		for _, f := range data.fields {
			was := v.secret
			v.secret = was || f.name == room.Streams
			v.node(f.value)
			v.secret = was
		}
	}
}

// scalar fills in the variables of a text.
func (v *variables) scalar(n *node, written string) {
	var b strings.Builder
	from := begin(n)
	for rest := written; rest != ""; {
		at := strings.IndexByte(rest, '$')
		if at < 0 || at == len(rest)-1 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:at])
		switch rest[at+1] {
		case '$':
			from.after("$$")
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
			v.problem(n, from.after(rest[at:]), "a ${ without its }", "write $${ for the characters themselves")
			return
		}
		value, ok := v.value(n, &from, rest[at:at+end+1])
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
func (v *variables) value(n *node, from *cursor, written string) (string, bool) {
	at := from.after(written)
	m := variable.FindStringSubmatch(written[2 : len(written)-1])
	switch {
	case m == nil:
		what := quoted(written)
		if v.secret {
			what = "a ${…} in streams"
		}
		v.problem(n, at, what+" is not a variable: they look like ${NAME} or ${NAME:-default}", "write $${ for the characters themselves")
		return "", false
	case strings.Contains(m[3], "${"):
		v.problem(n, at, "a default cannot hold a variable", "give the variable a value where it is set, or write $$ for a dollar sign")
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
	case value == "" && v.allowUnset: // a workflow run that is given no secrets has them empty
		if at, found := slices.BinarySearch(v.unset, name); !found {
			v.unset = slices.Insert(v.unset, at, name)
		}
		return "", false
	case !ok:
		v.problem(n, at, fmt.Sprintf("the variable %s has no value", name),
			fmt.Sprintf("set it with --var %s=…, in a file for --var-file, or as ROOMSYNC_VAR_%s; or write a default: ${%s:-…}", name, name, name))
		return "", false
	case !utf8.ValidString(value):
		v.problem(n, at, fmt.Sprintf("the value of the variable %s is not UTF-8", name), "")
		return "", false
	}
	if value == "" {
		if v.empty == nil {
			v.empty = make(map[*node]string)
		}
		v.empty[n] = name
	}
	return value, true
}

func (v *variables) problem(n *node, at diag.Pos, message, hint string) {
	n.broken = true
	v.list = append(v.list, diag.Problem{Pos: at, Message: message, Hint: hint})
}

// cursor finds the places of variables in a scalar, one after the other.
type cursor struct {
	n    *node
	text string // of the file, from where the search goes on; empty if that is not to be found
	at   int    // the offset of that
}

// begin is a cursor at the begin of a scalar. In a line that nobody reads by
// columns the scalar's own place will do.
func begin(n *node) cursor {
	if len(n.src.line(n.pos().Line)) > longestShown {
		return cursor{n: n}
	}
	at := n.src.offset(n.pos())
	// Block scalars are indented in the file, and not in the value.
	length := len(n.at.Value) + (strings.Count(n.at.Value, "\n")+2)*(int(n.at.Column)+100)
	return cursor{n, n.src.text[at:min(len(n.src.text), at+length)], at}
}

// after is where a part of the scalar is written, and goes on behind it.
func (c *cursor) after(part string) diag.Pos {
	part, _, _ = strings.Cut(part, "\n")
	i := strings.Index(c.text, part)
	if i < 0 {
		return c.n.pos()
	}
	// Behind a backslash anything may be written differently, and behind a quote
	// the scalar may have ended.
	quotes := map[yaml.Style]string{yaml.DoubleQuotedStyle: `\"`, yaml.SingleQuotedStyle: `'`}[c.n.at.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle)]
	if before := c.text[min(1, i):i]; quotes != "" && strings.ContainsAny(before, quotes) {
		return c.n.pos()
	}
	found := c.at + i
	c.text, c.at = c.text[i+len(part):], found+len(part)
	return c.n.src.at(found)
}

// typed is a mapping whose values that come from variables have the types that
// the schema wants them to have. A text that cannot be of that type stays text,
// which the schema will find wrong. Others may use the mapping, or a value of
// it, for something else, so what changes is a copy.
func typed(n *node, kind room.Kind) *node {
	own := n
	for i, f := range n.fields() {
		text, isText := f.value.data.(string)
		if !f.value.filled || f.value.broken || !isText {
			continue
		}
		var value any
		switch t := typeOf(f.name, kind); {
		case t == "integer" && jsonNumber.MatchString(text):
			value = json.Number(text)
		case t == "boolean" && (text == "true" || text == "false"):
			value = text == "true"
		default:
			continue
		}
		if own == n {
			copied := *n
			copied.data = &mapping{slices.Clone(n.fields())}
			own = &copied
		}
		of := *f.value
		of.data = value
		own.fields()[i].value = &of
	}
	return own
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
