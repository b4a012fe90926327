package plan

import (
	"cmp"
	"fmt"
	"slices"

	"roomsync/internal/lint"
	"roomsync/internal/room"
)

// Diff makes the plan that brings live to desired. Names in desired are unique,
// and so are the names that rooms had; live is a complete listing of both kinds
// in which no ID comes twice within one kind.
func Diff(desired []room.Desired, live []room.Live, o Options) Plan {
	d := differ{
		Plan:    Plan{Options: o, Rooms: len(desired)},
		rules:   newRules(o),
		byName:  make(map[string]*namesakes, len(live)),
		wanted:  make(map[string]*room.Desired, len(desired)),
		moves:   make(map[string]room.Live),
		settled: make(map[string]bool),
	}
	d.index(desired, live)
	d.rename(desired)
	for _, l := range d.moves {
		if !d.Scope.Stated && !d.inFile(l.Name) {
			d.Managed++ // the file answers for it by its new name
		}
	}
	lints := d.lint(desired, live)
	for _, want := range desired {
		d.place(want)
	}
	for name, n := range d.byName {
		d.leftOver(name, n)
	}
	room.Sort(d.prunable, func(a, b *room.Live) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind)) })
	d.sort()
	d.lookAlikes()
	d.only(desired, live)
	d.Warnings = append(d.Warnings, d.rules.warnings()...)
	d.Warnings = lint.Without(append(d.Warnings, lints()...), d.NoLint)
	d.sort()
	d.CheckGuards()
	return d.Plan
}

// differ is a plan in the making.
type differ struct {
	Plan
	rules    *rules
	managed  room.Globs
	byName   map[string]*namesakes
	wanted   map[string]*room.Desired // by name
	moves    map[string]room.Live     // the live rooms that get a new name, by it
	settled  map[string]bool          // names of the file that rename has dealt with
	prunable []room.Live              // live rooms that are deleted, or would be with --prune
}

// namesakes are the live rooms of one name.
type namesakes struct {
	conferences, rooms []room.Live
	// shadows are rooms whose name is also a conference's. Whether the API
	// shows conferences among the rooms too is not documented, so they are
	// taken for the conference's image and never written or deleted, as are
	// rooms with the ID of a conference.
	shadows []room.Live
	left    bool // they get another name, or are told of with another
	placed  bool // they have their place in the plan
}

// all are the rooms that have the name and keep it, shadows aside.
func (n *namesakes) all() []room.Live {
	if n == nil || n.left {
		return nil
	}
	return n.everyone()
}

// everyone are the rooms that have the name, images of others aside.
func (n *namesakes) everyone() []room.Live {
	if n == nil {
		return nil
	}
	switch {
	case len(n.rooms) == 0:
		return n.conferences
	case len(n.conferences) == 0:
		return n.rooms
	}
	return slices.Concat(n.conferences, n.rooms)
}

// withShadows are all that have the name. The shadows have their place in the
// plan where these go.
func (n *namesakes) withShadows() []room.Live {
	all := slices.Concat(n.everyone(), n.shadows)
	n.shadows = nil
	return all
}

func bothKinds(name string) string {
	return fmt.Sprintf("a live %s and one without are both called %s, and SignalWire may list one room as both, so nothing tells which is meant", room.Conference.Title(), name)
}

const whichKind = "rename or delete the one that is not meant in the dashboard"

// index sorts the live rooms by their names.
func (d *differ) index(desired []room.Desired, live []room.Live) {
	conferences := make(map[string]bool)
	for _, l := range live {
		if l.Kind == room.Conference && l.ID != "" {
			conferences[l.ID] = true
		}
	}
	names := make([]namesakes, 0, len(live)) // one piece of memory: nearly all names are one room's
	for i := range live {
		l := &live[i]
		if l.Kind == room.Room && conferences[l.ID] {
			d.shadow(*l, "it is a conference, listed among the rooms too")
			continue
		}
		n := d.byName[l.Name]
		if n == nil {
			names = append(names, namesakes{})
			n = &names[len(names)-1]
			d.byName[l.Name] = n
		}
		of := &n.rooms
		if l.Kind == room.Conference {
			of = &n.conferences
		}
		if *of == nil {
			*of = live[i : i+1 : i+1]
		} else {
			*of = append(*of, *l)
		}
	}
	for i := range desired {
		d.wanted[desired[i].Name] = &desired[i]
	}
	// A rule matches something if it matches any name, whatever is done about it.
	for name := range d.byName {
		d.rules.of(name)
	}
	for name := range d.wanted {
		d.rules.of(name)
	}
	d.managed = room.NewGlobs(d.Scope.Globs)
	for name, n := range d.byName {
		if len(n.conferences) > 0 {
			n.shadows, n.rooms = n.rooms, nil
		}
		d.Live += len(n.all())
		if d.Scope.Stated && d.managed.Match(name) || !d.Scope.Stated && d.inFile(name) {
			d.Managed += len(n.all())
		}
	}
}

func (d *differ) inFile(name string) bool { _, in := d.wanted[name]; return in }

// place decides about a desired room and the live ones of its name.
func (d *differ) place(want room.Desired) {
	n := d.byName[want.Name]
	all := n.all()
	live, moves := d.moves[want.Name]
	switch rule := d.rules.whole(want.Name); {
	case d.settled[want.Name]:
		return
	case rule != nil:
		d.ignored(want, rule, all...)
	case moves:
		d.change(Rename, want, live)
	default:
		d.match(want, n, all)
	}
	if n != nil {
		n.placed = true
	}
}

// match decides about a desired room that nothing else has been said about.
func (d *differ) match(want room.Desired, n *namesakes, all []room.Live) {
	switch {
	case len(all) > 0 && want.Kind == room.Room && len(n.shadows) > 0:
		// The room that is wanted may be among them.
		d.conflict(want, n.withShadows(), bothKinds(want.Name), whichKind)
	case len(all) > 0 && all[0].Kind != want.Kind:
		d.conflict(want, all, fmt.Sprintf("the live room is a %s, the file wants a %s, and the kind of a room cannot be changed", all[0].Kind.Title(), want.Kind.Title()),
			"give the new room another name, or delete the live one in the dashboard first (its tokens and links end with it)")
	case len(all) > 1:
		d.conflict(want, all, fmt.Sprintf("%d live rooms have this name, and nothing tells which one is meant", len(all)),
			"rename or delete all but one of them in the dashboard")
	case len(all) == 0:
		want = room.MarkNewStreams(want, d.Salt())
		d.Operations = append(d.Operations, Operation{Action: Create, Desired: want, Changes: room.Creation(want)})
	default:
		d.change(Update, want, all[0])
		d.spent(want)
	}
}

// change plans what brings a live room to what is wanted, if anything does.
func (d *differ) change(action Action, want room.Desired, live room.Live) {
	live, want = d.streams(live, want)
	changes := room.Patch(live, want)
	var ignored []room.Change
	why := ""
	if settings := d.rules.settings(want.Name, live.Name); len(settings) > 0 {
		rest := want
		rest.Settings = make(room.Settings, len(want.Settings))
		for name, v := range want.Settings {
			if settings[name] == nil {
				rest.Settings[name] = v
			}
		}
		for _, c := range changes {
			if settings[c.Setting] != nil && !c.Implied {
				ignored = append(ignored, c)
			}
		}
		want, why, changes = rest, ignoringSettings(ignored, settings), room.Patch(live, rest)
	}
	if len(ignored) > 0 && action == Rename {
		d.rules.warnOfEnd(&d.Plan, want.Name, live.Name)
	}
	b := bystander(live)
	switch {
	case action == Rename || len(changes) > 0:
		d.Operations = append(d.Operations, Operation{Action: action, Desired: want, Live: live, Changes: changes, Ignored: ignored, Because: why})
	case len(ignored) > 0:
		b.Reason, b.Changes = why, ignored
		d.Ignored = append(d.Ignored, b)
	default:
		d.Unchanged = append(d.Unchanged, b)
	}
}

// notInFile is why live rooms are left alone by a file that does not say what it
// manages.
const notInFile = "not in the file"

// leftOver decides about live rooms of one name that the file does not hold.
func (d *differ) leftOver(name string, n *namesakes) {
	for _, l := range n.shadows {
		d.shadow(l, "a conference has the same name")
	}
	all := n.all()
	if len(all) == 0 || n.placed {
		return
	}
	managed := d.Scope.Stated && d.managed.Match(name)
	b := bystander(all[0])
	switch {
	case d.rules.whole(name) != nil:
		d.ignored(room.Desired{}, d.rules.whole(name), all...)
		return
	case !d.Scope.Stated:
		b.Reason = notInFile
	case !managed:
		b.Reason = "outside of what the file manages"
	case d.rules.protected(name):
		b.Protected = true
		b.Reason = "managed but not in the file, and " + d.rules.protectedBy(name) + ": --prune does not touch it"
	case len(all) > 1 && d.Prune:
		d.conflict(room.Desired{Kind: all[0].Kind, Name: name}, all,
			fmt.Sprintf("%d live rooms have this name, and nothing tells which one --prune may delete", len(all)),
			"rename or delete them in the dashboard")
		return
	case len(all) > 1:
		b.Reason = fmt.Sprintf("managed but not in the file: %d live rooms have this name, so --prune would not touch them", len(all))
	case d.Prune:
		d.prunable = append(d.prunable, all[0])
		d.Operations = append(d.Operations, Operation{Action: Delete, Live: all[0]})
		return
	default:
		d.prunable = append(d.prunable, all[0])
		b.Prunable = true
		b.Reason = "managed but not in the file: --prune would delete it"
	}
	for _, l := range all {
		b.ID = l.ID
		d.Unmanaged = append(d.Unmanaged, b)
	}
}

// ignored leaves a name alone altogether: what the file wants and what is live.
func (d *differ) ignored(want room.Desired, rule *room.Ignore, live ...room.Live) {
	if len(live) == 0 {
		d.Ignored = append(d.Ignored, Bystander{Kind: want.Kind, Name: want.Name, Reason: ignoring(rule)})
	}
	for _, l := range live {
		b := bystander(l)
		b.Reason = ignoring(rule)
		if want.Kind == l.Kind {
			b.Changes = room.Patch(l, want)
		}
		d.Ignored = append(d.Ignored, b)
	}
}

func (d *differ) shadow(l room.Live, reason string) {
	b := bystander(l)
	b.Reason = reason
	d.Unmanaged = append(d.Unmanaged, b)
}

func (d *differ) conflict(want room.Desired, live []room.Live, reason, hint string) {
	live = slices.Clone(live)
	room.Sort(live, func(a, b *room.Live) int { return cmp.Compare(a.ID, b.ID) })
	d.Conflicts = append(d.Conflicts, Conflict{Desired: want, Live: live, Reason: reason, Hint: hint})
}

func bystander(l room.Live) Bystander { return Bystander{Kind: l.Kind, Name: l.Name, ID: l.ID} }
