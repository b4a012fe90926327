package plan

import (
	"cmp"
	"fmt"
	"slices"

	"roomsync/internal/room"
)

// Diff makes the plan that brings live to desired. Names in desired are unique;
// live is a complete listing of both kinds in which no ID comes twice within
// one kind.
func Diff(desired []room.Desired, live []room.Live, o Options) Plan {
	p := Plan{Space: o.Space, Project: o.Project, Prune: o.Prune}
	conferences := make(map[string]bool)
	for _, l := range live {
		if l.Kind == room.Conference && l.ID != "" {
			conferences[l.ID] = true
		}
	}
	byName := make(map[string]namesakes, len(live))
	for _, l := range live {
		n := byName[l.Name]
		switch {
		case l.Kind == room.Conference:
			n.conferences = append(n.conferences, l)
		case conferences[l.ID]:
			p.shadow(l, "it is a conference, listed among the rooms too")
			continue
		default:
			n.rooms = append(n.rooms, l)
		}
		byName[l.Name] = n
	}
	for _, d := range desired {
		n := byName[d.Name]
		p.place(d, n)
		// What stands in the file's way is dealt with; only shadows remain.
		if len(n.conferences) > 0 {
			byName[d.Name] = namesakes{shadows: n.rooms}
		} else {
			delete(byName, d.Name)
		}
	}
	scope := room.NewGlobs(o.Scope.Globs)
	for name, n := range byName {
		p.leftOver(n, o, o.Scope.Stated && scope.Match(name))
	}
	p.sort()
	p.Guards = guards(p, len(desired), o)
	return p
}

// namesakes are the live rooms of one name.
type namesakes struct {
	conferences, rooms []room.Live
	// shadows are rooms whose name is also a conference's. Whether the API
	// shows conferences among the rooms too is not documented, so they are
	// taken for the conference's image and never written or deleted, as are
	// rooms with the ID of a conference.
	shadows []room.Live
}

// place decides about a desired room and the live ones of its name.
func (p *Plan) place(d room.Desired, n namesakes) {
	same, other := n.conferences, n.rooms
	if d.Kind == room.Room {
		same, other = n.rooms, n.conferences
		if len(n.conferences) > 0 {
			same = nil // they are shadows
		}
	}
	switch {
	case len(same) > 1:
		p.conflict(d, same, fmt.Sprintf("%d live rooms have this name, and nothing tells which one is meant", len(same)),
			"rename or delete all but one of them in the dashboard")
	case len(same) == 0 && len(other) > 0:
		p.conflict(d, other, fmt.Sprintf("the live room is a %s, the file wants a %s, and the kind of a room cannot be changed", other[0].Kind.Title(), d.Kind.Title()),
			"give the new room another name, or delete the live one first (its tokens and links end with it)")
	case len(same) == 0:
		p.Operations = append(p.Operations, Operation{Action: Create, Desired: d, Changes: room.Creation(d)})
	default:
		if changes := room.Patch(same[0], d); len(changes) > 0 {
			p.Operations = append(p.Operations, Operation{Action: Update, Desired: d, Live: same[0], Changes: changes})
		} else {
			p.Unchanged = append(p.Unchanged, bystander(same[0]))
		}
	}
}

// leftOver decides about live rooms of one name that the file does not hold.
func (p *Plan) leftOver(n namesakes, o Options, managed bool) {
	if len(n.conferences) > 0 {
		n.shadows, n.rooms = append(n.shadows, n.rooms...), nil
	}
	for _, l := range n.shadows {
		p.shadow(l, "a conference has the same name")
	}
	for _, same := range [][]room.Live{n.conferences, n.rooms} {
		if len(same) == 0 {
			continue
		}
		switch {
		case managed && o.Prune && len(same) > 1:
			p.conflict(room.Desired{Kind: same[0].Kind, Name: same[0].Name}, same,
				fmt.Sprintf("%d live rooms have this name, and nothing tells which one --prune may delete", len(same)),
				"rename or delete them in the dashboard")
		case managed && o.Prune:
			p.Operations = append(p.Operations, Operation{Action: Delete, Live: same[0]})
		default:
			for _, l := range same {
				b := bystander(l)
				b.Reason = "outside of what the file manages"
				if !o.Scope.Stated {
					b.Reason = "not in the file"
				}
				switch {
				case managed && len(same) > 1:
					b.Reason = fmt.Sprintf("managed but not in the file: %d live rooms have this name, so --prune would not touch them", len(same))
				case managed:
					b.Prunable = true
					b.Reason = "managed but not in the file: --prune would delete it"
				}
				p.Unmanaged = append(p.Unmanaged, b)
			}
		}
	}
}

func (p *Plan) shadow(l room.Live, reason string) {
	b := bystander(l)
	b.Reason = reason
	p.Unmanaged = append(p.Unmanaged, b)
}

func (p *Plan) conflict(d room.Desired, live []room.Live, reason, hint string) {
	slices.SortFunc(live, func(a, b room.Live) int { return cmp.Compare(a.ID, b.ID) })
	p.Conflicts = append(p.Conflicts, Conflict{Desired: d, Live: live, Reason: reason, Hint: hint})
}

func bystander(l room.Live) Bystander { return Bystander{Kind: l.Kind, Name: l.Name, ID: l.ID} }
