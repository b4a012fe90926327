package cli

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/export"
	"roomsync/internal/plan"
	"roomsync/internal/render"
	"roomsync/internal/room"
	"roomsync/schema"
)

// taking is what a pull takes from the live rooms, and what it leaves.
type taking struct {
	file   *config.File
	live   []room.Live
	plan   plan.Plan
	texts  map[string][]byte // the new ones, by path
	pulled []render.Pulled
	left   []render.PullLeft
}

// taken compares the live rooms with the files, edits the texts, and proves
// that nothing but what is told is left.
func (c *pullCmd) taken(a *app, s *session) (*taking, error) {
	file, live, err := a.gather(a.ctx, s)
	if err != nil {
		return nil, err
	}
	p, err := a.diff(s, file, live, c.options())
	if err != nil {
		return nil, err
	}
	if len(p.Unmatched) > 0 {
		return nil, hinted{fmt.Errorf("--only matches no room, in the file or live: %s", strings.Join(p.Unmatched, ", ")), "roomsync list shows the live names"}
	}
	if !a.Quiet {
		a.showProblems(file.Shown(c.problems(p.Warnings)))
	}
	if n := p.Count(plan.Create); c.Remove && !c.AllowEmpty && n > 0 && n == len(file.Rooms) {
		return nil, hinted{fmt.Errorf("not one of the %s in the file is live, so --remove would take all of them out", diag.Counted(n, "room")),
			"make sure that " + s.space + " is the space of this file; --allow-empty goes on"}
	}
	t := &taking{file: file, live: live, plan: p}
	r := c.request(t)
	edited, kept, err := export.Pull(r)
	if err != nil {
		return nil, hinted{fmt.Errorf("pull does not understand how the file is written, so nothing was written: %w", err), "change it by hand, and please report what stands there"}
	}
	t.texts = make(map[string][]byte, len(edited))
	for _, s := range edited {
		t.texts[s.Path] = s.Data
	}
	t.settle(r, kept)
	if err := t.prove(a, s, c.options()); err != nil {
		return nil, hinted{fmt.Errorf("the new text does not hold what is live, so nothing was written: %w", err),
			"this is a bug in roomsync: please report it; --only can pull the other rooms"}
	}
	return t, a.noTokens(t)
}

// request turns the operations of a plan into edits. What no edit is for is
// left.
func (c *pullCmd) request(t *taking) export.Request {
	r := export.Request{Rooms: t.file.Rooms}
	for _, s := range t.file.Sources() {
		r.Sources = append(r.Sources, export.Source(s))
	}
	add := make(map[string]bool) // IDs
	for _, op := range t.plan.Operations {
		switch {
		case op.Action == plan.Update:
			for _, change := range op.Changes {
				if !change.Implied {
					r.Set = append(r.Set, export.Set{Room: op.Name(), Setting: change.Setting, Value: liveValue(op.Kind(), change)})
				}
			}
		case op.Action == plan.Create && c.Remove && t.file.IsBase(op.Desired.Pos.File):
			t.leave(op, op.Desired.Pos.File+" has it, which other environments may use", "take it out by hand, or with pull --remove and that file alone")
		case op.Action == plan.Create && c.Remove:
			r.Remove = append(r.Remove, op.Name())
		case op.Action == plan.Create:
			t.leave(op, "no live room has this name", "pull --remove takes it out of the file, apply creates it")
		case op.Action == plan.Delete && c.Add:
			add[op.Live.ID] = true
		case op.Action == plan.Delete:
			t.leave(op, "it is live, and the file manages its name but does not hold it", "pull --add puts it into the file, apply --prune deletes it")
		case op.Action == plan.Rename:
			t.leave(op, "live it still has the name "+op.From(), "give the room that name in the file and take it out of previously, or let apply rename it")
		}
	}
	for _, conflict := range t.plan.Conflicts {
		t.left = append(t.left, render.PullLeft{Kind: conflict.Desired.Kind, Room: conflict.Desired.Name, Pos: conflict.Desired.Pos, Why: conflict.Reason, Hint: conflict.Hint})
	}
	if c.Add {
		c.strangers(t, add)
		var left []export.Left
		r.Add, left = export.Additions(t.live, add, t.file.Defaults)
		twins := make(map[render.PullLeft]bool) // nothing tells them apart
		for _, l := range left {
			told := render.PullLeft{Kind: l.Kind, Room: l.Name, Why: l.Why, Hint: "a file cannot hold it; change the live room, or let the file ignore it"}
			if !twins[told] {
				twins[told] = true
				t.left = append(t.left, told)
			}
		}
	}
	return r
}

// strangers adds the live rooms that a file could hold and does not, beyond
// those that the plan would delete.
func (c *pullCmd) strangers(t *taking, add map[string]bool) {
	conferences := make(map[string]bool) // names
	for _, l := range t.live {
		conferences[l.Name] = conferences[l.Name] || l.Kind == room.Conference
	}
	only := room.NewGlobs(c.Only)
	for _, b := range t.plan.Unmanaged {
		image := b.Kind == room.Room && conferences[b.Name]
		if (!t.file.HasManage || b.Protected) && !image && (len(c.Only) == 0 || only.Match(b.Name)) {
			add[b.ID] = true
		}
	}
}

func (t *taking) leave(op plan.Operation, why, hint string) {
	t.left = append(t.left, render.PullLeft{Kind: op.Kind(), Room: op.Name(), Pos: op.Desired.Pos, Why: why, Hint: hint})
}

// liveValue is what a setting is live. A server that says nothing of it means
// that it is not set.
func liveValue(kind room.Kind, c room.Change) room.Value {
	if !c.Before.IsSet() {
		return room.Null()
	}
	s, _ := schema.Lookup(string(kind), c.Setting)
	return room.Canonical(s, c.Before)
}

// settle lists what was pulled and what was kept.
func (t *taking) settle(r export.Request, kept []export.Kept) {
	rooms := make(map[string]room.Desired, len(t.file.Rooms))
	for _, d := range t.file.Rooms {
		rooms[d.Name] = d
	}
	type place struct{ room, setting string }
	stays := make(map[place]bool)
	for _, k := range kept {
		stays[place{k.Room, k.Setting}] = true
		t.left = append(t.left, render.PullLeft{Kind: k.Kind, Room: k.Room, Setting: k.Setting, File: k.File, Live: k.Live, Pos: k.Pos, Why: k.Why, Hint: k.Hint})
	}
	for _, s := range r.Set {
		if want := rooms[s.Room]; !stays[place{s.Room, s.Setting}] {
			t.pulled = append(t.pulled, render.Pulled{Action: plan.Update, Kind: want.Kind, Room: s.Room, Setting: s.Setting,
				File: want.Settings[s.Setting], Live: s.Value, Pos: want.At.Of(s.Setting)})
		}
	}
	for _, name := range r.Remove {
		if want := rooms[name]; !stays[place{name, ""}] {
			t.pulled = append(t.pulled, render.Pulled{Action: plan.Delete, Kind: want.Kind, Room: name, Pos: want.Pos})
		}
	}
	for _, add := range r.Add {
		if !stays[place{add.Name, ""}] {
			t.pulled = append(t.pulled, render.Pulled{Action: plan.Create, Kind: add.Kind, Room: add.Name})
		}
	}
}

// prove loads the new texts: they must say what was pulled and, of everything
// else, what they said before; and a plan must have nothing but what is left.
func (t *taking) prove(a *app, s *session, o planOptions) error {
	after, problems := t.file.Again(t.texts)
	if problems.Errors() > 0 {
		return errors.New(problems[0].String())
	}
	now := make(map[string]room.Desired, len(after.Rooms))
	for _, d := range after.Rooms {
		now[d.Name] = d
	}
	want := make(map[string]room.Settings, len(t.file.Rooms))
	for _, d := range t.file.Rooms {
		want[d.Name] = maps.Clone(d.Settings)
	}
	for i, p := range t.pulled {
		switch p.Action {
		case plan.Update:
			want[p.Room][p.Setting] = p.Live
		case plan.Delete:
			delete(want, p.Room)
		case plan.Create:
			want[p.Room] = now[p.Room].Settings // that they are as live, the plan proves
			t.pulled[i].Pos = now[p.Room].Pos
		}
	}
	if len(now) != len(want) {
		return fmt.Errorf("it has %d rooms, and should have %d", len(now), len(want))
	}
	for name, settings := range want {
		if got, has := now[name]; !has || !maps.Equal(got.Settings, settings) {
			return fmt.Errorf("%s is not as it should be", name)
		}
	}
	if after.Space != t.file.Space || !slices.Equal(after.Manage, t.file.Manage) || !slices.Equal(after.NoLint, t.file.NoLint) || !reflect.DeepEqual(after.Defaults, t.file.Defaults) {
		return errors.New("more than rooms has changed")
	}
	o.Strict = false // a warning stops nothing that has got as far as this
	p, err := a.diff(s, after, t.live, o)
	if err != nil {
		return err
	}
	return t.onlyLeft(p)
}

// onlyLeft checks that a plan has all that is left, and nothing else.
func (t *taking) onlyLeft(p plan.Plan) error {
	type place struct{ room, setting string }
	told := make(map[place]bool)
	for _, l := range t.left {
		told[place{l.Room, l.Setting}] = false
	}
	find := func(name, setting string) error {
		if _, is := told[place{name, setting}]; !is {
			return fmt.Errorf("%s of %s still differs", setting, name)
		}
		told[place{name, setting}] = true
		return nil
	}
	var errs []error
	for _, op := range p.Operations {
		if op.Action != plan.Update {
			errs = append(errs, find(op.Name(), ""))
			continue
		}
		for _, c := range op.Changes {
			if !c.Implied {
				errs = append(errs, find(op.Name(), c.Setting))
			}
		}
	}
	for _, c := range p.Conflicts {
		errs = append(errs, find(c.Desired.Name, ""))
	}
	for at, seen := range told {
		if !seen && at.setting != "" {
			errs = append(errs, fmt.Errorf("%s of %s does not differ any more", at.setting, at.room))
		}
	}
	return errors.Join(errs...)
}

// noTokens refuses to write a token into a file for a repository, should a room
// hold it.
func (a *app) noTokens(t *taking) error {
	for _, p := range t.pulled {
		if text := p.Live.String(); a.withoutTokens(text) != text {
			return hinted{fmt.Errorf("%s of %s holds one of your tokens, so nothing was written", p.Setting, p.Room),
				"take it out of the room and make a new token: whoever can see the room has it"}
		}
	}
	for _, s := range t.file.Sources() {
		if old, text := string(s.Data), string(t.texts[s.Path]); a.withoutTokens(text) != text && a.withoutTokens(old) == old {
			return hinted{errors.New("a live room holds one of your tokens, so nothing was written"), "take it out of the room and make a new token: whoever can see the room has it"}
		}
	}
	return nil
}
