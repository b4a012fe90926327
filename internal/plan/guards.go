package plan

// Guard is a reason for apply to refuse the whole plan before any write.
type Guard struct {
	Name    string   // stable, for machines
	Message string   // what is refused and why
	Lift    string   // what to do to go on
	Rooms   []string // the rooms concerned; may be empty
}

func guards(p Plan, desired int, o Options) []Guard {
	var gs []Guard
	if o.Prune && !o.Scope.Stated {
		gs = append(gs, Guard{
			Name:    "prune-without-manage",
			Message: "--prune is refused: the file does not say which names it answers for",
			Lift:    `add a manage list to the file, such as manage: ["team-*"]`,
		})
	}
	if deletes := p.Count(Delete); o.Prune && desired == 0 && deletes > 0 && !o.AllowEmpty {
		g := Guard{
			Name:    "prune-with-no-rooms",
			Message: "--prune is refused: the file holds no rooms, so every room it manages would be deleted",
			Lift:    "put rooms into the file, or pass --allow-empty if it is meant",
		}
		for _, op := range p.Operations { // deletes, all of them
			g.Rooms = append(g.Rooms, op.Name())
		}
		gs = append(gs, g)
	}
	return gs
}
