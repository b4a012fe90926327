package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/internal/signalwire"
)

// completing is the hidden command that the scripts of `completion` call:
//
//	roomsync __complete -- WORD…
//
// with the words of a command line up to the one that is being written. It prints
// a candidate a line, with a tab and what it means, or :files for the shell's
// own completion of files. Whatever goes wrong, it prints less.
const completing = "__complete"

// completionPatience is how long somebody who presses Tab waits for live rooms.
const completionPatience = 2 * time.Second

// candidate is a word that may come next.
type candidate struct{ word, about string }

// complete prints what may come next on a command line.
func (a *app) complete(args []string) {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		args = []string{""}
	}
	last := &args[len(args)-1]
	if *last == `""` { // PowerShell passes no empty word
		*last = ""
	}
	var g grammar
	c := completion{app: a, node: parserOf(&g).Model.Node, word: *last}
	found, files := c.next(args[:len(args)-1])
	if files {
		fmt.Fprintln(a.Out, ":files")
		return
	}
	for _, f := range found {
		if strings.HasPrefix(f.word, *last) && diag.Printable(f.word) == f.word {
			about, _, _ := strings.Cut(f.about, "\n")
			fmt.Fprintf(a.Out, "%s\t%s\n", f.word, diag.Printable(about))
		}
	}
}

// completion is a command line that is being written.
type completion struct {
	*app
	node  *kong.Node // the command that it has come to
	word  string     // the one that is being written
	place int        // how many arguments the command has been given
}

// next goes along the words before the last and lists what that may be. files
// says that it is the name of a file.
func (c *completion) next(before []string) (found []candidate, files bool) {
	for i := 0; i < len(before); i++ {
		word := before[i]
		name, value, joined := strings.Cut(word, "=")
		flag := c.flag(name)
		switch {
		case flag != nil && !joined && !flag.IsBool() && !flag.IsCounter():
			i++ // its value
			if i == len(before) {
				return c.values(flag.Value, "")
			}
			value = before[i]
		case strings.HasPrefix(word, "-"):
		default:
			c.descend(word)
			continue
		}
		c.keep(flag, value)
	}
	name, _, joined := strings.Cut(c.word, "=")
	switch {
	case joined && c.flag(name) != nil:
		return c.values(c.flag(name).Value, name+"=")
	case strings.HasPrefix(c.word, "-"):
		return c.flags(), false
	case len(c.node.Children) > 0:
		for _, child := range c.node.Children {
			if !child.Hidden {
				found = append(found, candidate{child.Name, child.Help})
			}
		}
		return found, false
	case c.place < len(c.node.Positional):
		return c.values(c.node.Positional[c.place], "")
	case len(c.node.Positional) > 0 && c.node.Positional[len(c.node.Positional)-1].IsSlice():
		return c.values(c.node.Positional[len(c.node.Positional)-1], "")
	}
	return nil, false
}

// descend takes a word that is no flag.
func (c *completion) descend(word string) {
	for _, child := range c.node.Children {
		if child.Name == word {
			c.node, c.place = child, 0
			return
		}
	}
	c.place++
}

// flag is the flag of a name such as --file or -f.
func (c *completion) flag(name string) *kong.Flag {
	for _, group := range c.node.AllFlags(true) {
		for _, f := range group {
			if name == "--"+f.Name || f.Short != 0 && name == "-"+string(f.Short) {
				return f
			}
		}
	}
	return nil
}

func (c *completion) flags() (found []candidate) {
	for _, group := range c.node.AllFlags(true) {
		for _, f := range group {
			found = append(found, candidate{"--" + f.Name, f.Help})
			if f.Tag.Negatable != "" {
				found = append(found, candidate{"--no-" + f.Name, "Not: " + f.Help})
			}
		}
	}
	room.Sort(found, func(a, b *candidate) int { return cmp.Compare(a.word, b.word) })
	return found
}

// keep remembers flags that decide which rooms there are.
func (c *completion) keep(flag *kong.Flag, value string) {
	if flag == nil {
		return
	}
	switch flag.Name {
	case "file":
		c.File = append(c.File, value)
	case "var":
		c.Var = append(c.Var, value)
	case "var-file":
		c.VarFile = append(c.VarFile, value)
	case "space":
		c.Space = value
	case "project":
		c.Project = value
	case "token-file":
		c.TokenFile = value
	case "sandbox":
		c.Sandbox = true
	}
}

// values are those that a flag or an argument may have.
func (c *completion) values(v *kong.Value, prefix string) (found []candidate, files bool) {
	add := func(words ...string) {
		for _, w := range words {
			found = append(found, candidate{prefix + w, ""})
		}
	}
	command := c.node.Path()
	switch {
	case v.Name == "format":
		add(formatsOf(command)...)
	case v.Enum != "":
		add(v.EnumSlice()...)
	case v.Name == "in-use":
		add("refuse", "skip", "wait", "force")
	case command == "explain" && v.Flag == nil:
		for _, name := range slices.Compact(slices.Sorted(slices.Values(explainable()))) {
			add(name)
		}
	case v.Name == "only", v.Name == "room" && v.Flag == nil:
		add(c.rooms(command == "export" || strings.HasPrefix(command, "tokens"))...)
	case v.Name == "name" && strings.HasPrefix(command, "tokens"):
		add("moderator", "guest")
	case v.Name == "role":
		add(c.roles()...)
	case v.Flag == nil, strings.HasPrefix(v.Flag.PlaceHolder, "FILE"), v.Name == "data":
		return nil, prefix == ""
	}
	return found, false
}

// file is the rooms file, or nil.
func (c *completion) file() *config.File {
	if _, err := os.Stat(c.paths()[0]); err != nil {
		return nil
	}
	vars, err := c.variables()
	if err != nil {
		return nil
	}
	file, _, _ := config.Load(c.paths(), strings.NewReader(""), config.Options{Variable: vars.lookup, AllowUnset: true})
	return file
}

// rooms are the names of the file's rooms and, where they matter, the live ones.
func (c *completion) rooms(live bool) (names []string) {
	if file := c.file(); file != nil {
		for _, r := range file.Rooms {
			names = append(names, r.Name)
		}
	}
	if live || len(names) == 0 {
		for _, l := range c.live() {
			names = append(names, l.Name)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// live are the live rooms, if there are credentials and they come soon.
func (c *completion) live() []room.Live {
	ctx, cancel := context.WithTimeout(context.Background(), completionPatience)
	defer cancel()
	c.ctx, c.Quiet, c.Timeout, c.RetryBudget = ctx, true, completionPatience, 0
	s, err := c.open(true)
	if err != nil {
		return nil
	}
	defer s.close() //nolint:errcheck // nothing was written
	live, _ := s.List(ctx, signalwire.ListOptions{})
	return live
}

func (c *completion) roles() (names []string) {
	if file := c.file(); file != nil {
		for _, r := range file.Roles {
			names = append(names, r.Name)
		}
	}
	return names
}
