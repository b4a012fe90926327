package room

import (
	"path"
	"slices"
	"strings"

	"roomsync/schema"
)

// Role is a set of permissions that rooms.yaml gives a name.
type Role struct {
	Name        string
	Description string
	Extends     []string // names of the roles whose permissions it has, too
	Permissions []string // its own, as they are written, with wildcards
	Granted     []string // all that it permits, in the order of the catalogue
	Pos         Pos      // where the file says so
}

// Permitted lists the permissions that a text means, in the order of the
// catalogue: the one of that name, or those that a wildcard matches. A * stands
// for anything but a dot, so room.* is not everything: it leaves out what
// concerns other people (room.member.*) and oneself (room.self.*).
func Permitted(text string) []string {
	var all []string
	pattern := strings.ReplaceAll(text, ".", "/")
	for _, p := range schema.Permissions() {
		// path.Match has more wildcards, and a / cannot be in a permission.
		matches, err := path.Match(pattern, strings.ReplaceAll(p, ".", "/"))
		if p == text || matches && err == nil && !strings.ContainsAny(text, `?[\/`) {
			all = append(all, p)
		}
	}
	return all
}

// Union lists the permissions that are in any of several lists, each once and
// in the order of the catalogue.
func Union(lists ...[]string) []string {
	var all []string
	for _, p := range schema.Permissions() {
		if slices.ContainsFunc(lists, func(list []string) bool { return slices.Contains(list, p) }) {
			all = append(all, p)
		}
	}
	return all
}

// PermissionGroup is what a group of permissions concerns.
type PermissionGroup struct {
	Name   string
	Prefix string // of the permissions in it; empty: those in no other group
}

// PermissionGroups are the groups in which permissions are shown.
func PermissionGroups() []PermissionGroup {
	return []PermissionGroup{{"the room", "room."}, {"anybody in it", "room.member."}, {"oneself", "room.self."}, {"something new", ""}}
}

// In lists the permissions of a list that are in the group.
func (g PermissionGroup) In(permissions []string) []string {
	var in []string
	for _, p := range permissions {
		prefix := ""
		for _, other := range PermissionGroups() {
			if len(other.Prefix) > len(prefix) && strings.HasPrefix(p, other.Prefix) {
				prefix = other.Prefix
			}
		}
		if prefix == "room." && strings.Contains(p[len(prefix):], ".") {
			prefix = "" // of a part of the room that is not known here
		}
		if prefix == g.Prefix {
			in = append(in, p)
		}
	}
	return in
}
