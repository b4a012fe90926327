package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

const (
	nameCharacters = `-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789`
	// globCharacters are what a glob that can match a name is made of.
	globCharacters = `*?[]^\` + nameCharacters
)

// glob reads a glob of room names and checks that it can match any.
func (t *tree) glob(n *node) string {
	pattern := text(n)
	if odd := strings.Trim(pattern, globCharacters); odd != "" {
		t.problem(n.pos(), fmt.Sprintf("the glob %s can match no name: names have letters, digits, _ and -", quoted(pattern)),
			"globs have *, ? and [a-z]; there is no ! and no {a,b}")
	} else if err := room.CheckGlob(pattern); err != nil {
		t.problem(n.pos(), fmt.Sprintf("the glob %s cannot be read", quoted(pattern)), "globs have *, ?, [a-z] and \\ before a character meant as it is")
	}
	return pattern
}

// ignore reads an entry of ignore. It is not known if a part of it is broken.
func (t *tree) ignore(n *node) (i room.Ignore, known bool) {
	i, known = room.Ignore{Pos: n.pos()}, true
	for _, f := range n.fields() {
		known = known && !f.value.broken
		for _, item := range f.value.items() {
			known = known && !item.broken
		}
	}
	if f := n.field("rooms"); f != nil {
		i.Rooms = t.glob(f.value)
	}
	if f := n.field("reason"); f != nil {
		i.Reason = text(f.value)
	}
	if f := n.field("until"); f != nil {
		i.Until = text(f.value)
		if _, err := time.Parse(time.DateOnly, i.Until); err != nil && dateForm(i.Until) {
			t.problem(f.value.pos(), "until: there is no such day", "")
		}
	}
	if f := n.field("settings"); f != nil {
		for _, item := range f.value.items() {
			name := text(item)
			i.Settings = append(i.Settings, name)
			if all := slices.Concat(writable(room.Conference), writable(room.Room)); name != "" && !slices.Contains(all, name) {
				t.problem(item.pos(), "there is no setting "+quoted(name)+" that a file can have", diag.DidYouMean(name, all))
			}
		}
	}
	return i, known
}

// dateForm tells what the schema's pattern lets through: other texts have been
// told of.
func dateForm(s string) bool { return len(s) == len(time.DateOnly) && s[4] == '-' && s[7] == '-' }

// formerNames reads a room's previously.
func formerNames(n *node) []string {
	f := n.field("previously")
	if f == nil {
		return nil
	}
	var names []string
	for _, item := range f.value.items() {
		if name := text(item); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// previously checks the names that rooms had: the file must answer for them, a
// name can have become one room only, and renames must not run in a circle.
func (t *tree) previously(items []*node, f *File) {
	scope := room.NewGlobs(f.Manage)
	claimed := make(map[string]diag.Pos) // former names
	at := make(map[string]diag.Pos)      // where a room says what it was called
	byName := make(map[string]room.Desired, len(f.Rooms))
	for _, d := range f.Rooms {
		byName[d.Name] = d
	}
	for _, n := range items {
		list, name := n.field("previously"), n.field("name")
		if list == nil || name == nil {
			continue
		}
		at[text(name.value)] = list.value.pos()
		for _, item := range list.value.items() {
			former, pos := text(item), item.pos()
			_, twice := claimed[former]
			switch {
			case strings.Trim(former, nameCharacters) != "" || former == "":
				continue // told already
			case former == text(name.value):
				t.problem(pos, fmt.Sprintf("%s cannot have been called %s before: that is its name", former, former), "remove it")
			case twice:
				t.problem(pos, fmt.Sprintf("%s is a former name of two rooms", former), first(claimed[former], pos)+"; keep it with the room that it became")
			case f.HasManage && !t.anyName && !scope.Match(former):
				t.problem(pos, fmt.Sprintf("%s matches nothing in manage, so this file may not rename it", former), "add it to manage")
			}
			if !twice {
				claimed[former] = pos
			}
		}
	}
	for _, circle := range circles(byName) {
		names := strings.Join(append(circle, circle[0]), ", which was ")
		t.problem(at[circle[0]], fmt.Sprintf("renames in a circle: %s", names),
			"nothing would tell later whether it has been done; rename one of them to a third name first, in a change of its own")
	}
}

// circles finds the circles in which rooms of the file take each other's names.
func circles(byName map[string]room.Desired) [][]string {
	const (
		open   = 1 // on the path that is being followed
		closed = 2
	)
	state := make(map[string]int, len(byName))
	var found [][]string
	var path []string
	var follow func(name string)
	follow = func(name string) {
		switch {
		case state[name] == closed || len(byName[name].Was) == 0:
			return
		case state[name] == open:
			found = append(found, slices.Clone(path[slices.Index(path, name):]))
			return
		}
		state[name] = open
		path = append(path, name)
		for _, former := range byName[name].Was {
			if former != name {
				follow(former)
			}
		}
		path = path[:len(path)-1]
		state[name] = closed
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		follow(name)
	}
	return found
}
