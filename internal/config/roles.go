package config

import (
	"fmt"
	"slices"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/schema"
)

// roles reads the roles of the file, each with all that it permits.
func (t *tree) roles() []room.Role {
	f := t.root.field("roles")
	if f == nil {
		return nil
	}
	var all []room.Role
	place := make(map[string]int, len(f.value.fields()))
	for _, r := range f.value.fields() {
		place[r.name] = len(all)
		role := room.Role{Name: r.name, Pos: r.pos()}
		if d := r.value.field("description"); d != nil {
			role.Description = text(d.value)
		}
		if e := r.value.field("extends"); e != nil {
			for _, item := range extended(e.value) {
				role.Extends = append(role.Extends, text(item))
			}
		}
		if p := r.value.field("permissions"); p != nil {
			for _, item := range p.value.items() {
				role.Permissions = append(role.Permissions, t.permission(item))
			}
		}
		all = append(all, role)
	}
	t.extends(f.value.fields(), all, place)
	grant(all, place)
	return all
}

// extended lists the nodes of extends, which may be one name alone.
func extended(n *node) []*node {
	if _, one := n.data.(string); one {
		return []*node{n}
	}
	return n.items()
}

// permission reads an entry of permissions, and tells if it permits nothing.
func (t *tree) permission(n *node) string {
	written, isText := n.data.(string)
	if !isText || n.broken || len(room.Permitted(written)) > 0 {
		return written // what is no text has been told of
	}
	message, hint := PermissionProblem(written)
	if n.filled {
		message += ", from " + quoted(n.at.Value)
	}
	t.problem(n.pos(), message, hint)
	return written
}

// PermissionProblem says what is wrong with a text that permits nothing, and
// what may have been meant.
func PermissionProblem(written string) (message, hint string) {
	const everything = "room.*, room.member.* and room.self.* together are all there is"
	switch {
	case written == "*":
		return `the permission "*" matches none: a * stands for anything but a dot`, everything
	case strings.Contains(written, "*"):
		message, hint = fmt.Sprintf("the permission %s matches none", quoted(written)), diag.DidYouMean(written, []string{"room.*", "room.self.*", "room.member.*"})
		if hint == "" {
			hint = everything
		}
		return message, hint
	}
	// Of two that are as close, the one that permits less is meant.
	var likely []string
	for _, prefix := range []string{"room.self.", "room.", "room.member."} {
		for _, p := range schema.Permissions() {
			if rest, ok := strings.CutPrefix(p, prefix); ok && !strings.Contains(rest, ".") {
				likely = append(likely, p)
			}
		}
	}
	if hint = diag.DidYouMean(written, likely); hint == "" {
		hint = "roomsync explain roles.permissions lists them"
	}
	return "there is no permission " + quoted(written), hint
}

// extends checks that roles extend others that there are, and not in a circle.
func (t *tree) extends(fields []field, all []room.Role, place map[string]int) {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = r.Name
	}
	suspects := inCircles(all, place)
	told := make(map[string]bool) // roles of circles that have been told of
	for i, r := range all {
		e := fields[i].value.field("extends")
		if e == nil {
			continue
		}
		for _, item := range extended(e.value) {
			other, isText := item.data.(string)
			if !isText || item.broken {
				continue // told already
			}
			if _, known := place[other]; !known {
				t.problem(item.pos(), "there is no role "+quoted(other), diag.DidYouMean(other, names))
				continue
			}
			if !suspects[r.Name] || !suspects[other] || told[r.Name] {
				continue
			}
			circle := append([]string{r.Name}, way(all, place, other, r.Name, make(map[string]bool))...)
			if len(circle) == 1 {
				continue
			}
			for _, name := range circle {
				told[name] = true
			}
			if len(circle) == 2 {
				t.problem(item.pos(), fmt.Sprintf("the role %s extends itself", r.Name), "remove it")
				continue
			}
			t.problem(item.pos(), "roles in a circle: "+strings.Join(circle, ", which extends "), "let one of them have its permissions without extending another")
		}
	}
}

// way lists the roles on a way by extends that leads from one to another, or
// nothing.
func way(all []room.Role, place map[string]int, from, to string, seen map[string]bool) []string {
	at, known := place[from]
	switch {
	case from == to:
		return []string{to}
	case seen[from] || !known:
		return nil
	}
	seen[from] = true
	for _, next := range all[at].Extends {
		if rest := way(all, place, next, to, seen); rest != nil {
			return append([]string{from}, rest...)
		}
	}
	return nil
}

// grant finds what each role permits by itself and by those it extends, each
// once: a role may be extended by many.
func grant(all []room.Role, place map[string]int) {
	begun := make([]bool, len(all))
	var of func(at int) []string
	of = func(at int) []string {
		if begun[at] {
			return all[at].Granted // nothing yet, in a circle, which has been told of
		}
		begun[at] = true
		var lists [][]string
		for _, p := range all[at].Permissions {
			lists = append(lists, room.Permitted(p))
		}
		for _, name := range all[at].Extends {
			if other, known := place[name]; known {
				lists = append(lists, of(other))
			}
		}
		all[at].Granted = room.Union(lists...)
		return all[at].Granted
	}
	for i := range all {
		of(i)
	}
}

// inCircles are the roles that a circle can go through: what is left when those
// that extend none of the rest are taken away, again and again.
func inCircles(all []room.Role, place map[string]int) map[string]bool {
	left := make([]int, len(all))         // how many of those it extends are left
	extendedBy := make([][]int, len(all)) // which roles extend it
	var free []int
	for i, r := range all {
		for _, name := range r.Extends {
			if other, known := place[name]; known {
				left[i]++
				extendedBy[other] = append(extendedBy[other], i)
			}
		}
		if left[i] == 0 {
			free = append(free, i)
		}
	}
	for len(free) > 0 {
		at := free[0]
		free = free[1:]
		for _, i := range extendedBy[at] {
			if left[i]--; left[i] == 0 {
				free = append(free, i)
			}
		}
	}
	names := make(map[string]bool)
	for i, n := range left {
		if n > 0 {
			names[all[i].Name] = true
		}
	}
	return names
}

// roleKeys are what a role may say.
var roleKeys = []string{"description", "extends", "permissions"}

// explainRole tells a failure of the schema in roles. path leads there: the
// names of keys from roles on.
func (t *tree) explainRole(p place, path []string, f failure) {
	role := ""
	if len(path) > 1 {
		role = "the role " + path[1]
	}
	switch f.keyword {
	case "additionalProperties":
		for _, key := range p.node.fields() {
			switch {
			case role != "" && !slices.Contains(roleKeys, key.name):
				t.problem(key.pos(), fmt.Sprintf("unknown key %s in %s", quoted(key.name), role), diag.DidYouMean(key.name, roleKeys))
			case role == "" && (key.name == "" || strings.Trim(key.name, nameCharacters) != ""):
				t.problem(key.pos(), fmt.Sprintf("the name %s of a role has characters other than letters, digits, _ and -", quoted(key.name)), "")
			}
		}
	case "required":
		t.problem(p.node.pos(), role+" says neither permissions nor extends", "write permissions: [] for a role that permits nothing")
	case "enum", "pattern": // permission tells
	case "type":
		t.wrongRoleType(p, path, role)
	default:
		t.problem(p.node.pos(), strings.TrimSpace(role+" breaks a rule of the schema: "+f.message), "")
	}
}

// wrongRoleType says which type something in roles must have.
func (t *tree) wrongRoleType(p place, path []string, role string) {
	what, want, hint := "", "text", ""
	key := path[len(path)-1]
	switch {
	case len(path) == 1:
		what, want = "roles", "a mapping of roles, such as host: {permissions: [room.lock]}"
	case len(path) == 2:
		what, want = role, "a mapping, such as {permissions: [room.lock]}"
	case p.list != "":
		what = "an entry of " + p.list + " of " + role
	case key == "permissions":
		what, want = key+" of "+role, "a list of permissions"
	case key == "extends":
		what, want = key+" of "+role, "a role, or a list of them"
	default:
		what = key + " of " + role
	}
	switch d := p.node.data.(type) {
	case string:
		if key == "permissions" {
			hint = fmt.Sprintf("write %s: [%q]", key, d)
		}
	case *sequence:
		if len(path) == 2 {
			hint = "write the list behind permissions:"
		}
	default:
		if want == "text" && d != nil {
			if !p.node.isMapping() {
				hint = fmt.Sprintf("put it in quotes: %q", p.node.spelled())
			}
		}
	}
	t.problem(p.node.pos(), fmt.Sprintf("%s must be %s, and this is %s", what, want, described(p.node)), hint)
}
