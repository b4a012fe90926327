package plan

import (
	"fmt"
	"slices"

	"roomsync/internal/diag"
	"roomsync/internal/lint"
	"roomsync/internal/room"
)

// Salt is what the marks of streams are salted with.
func (o Options) Salt() string { return o.Space + "\x00" + o.Project }

// streams puts the streams of a room among what is compared. Those of a
// protected room are ended no more than the room is.
func (d *differ) streams(live room.Live, want room.Desired) (room.Live, room.Desired) {
	protected := d.rules.protected(live.Name) || d.rules.protected(want.Name)
	l, w, left := room.MarkStreams(live, want, d.Salt(), d.WholeStreams || d.Prune && !protected)
	if left > 0 {
		hint := "list them, or end them with --prune"
		switch {
		case protected:
			hint = "list them, or take the room out of protect and end them with --prune"
		case !d.Scope.Stated:
			hint = "list them, or end them with --prune, which takes a manage list in the file"
		}
		d.Warnings = append(d.Warnings, Warning{
			Lint: lint.ExtraStreams, Pos: want.At.Of(room.Streams),
			Message: fmt.Sprintf("%s has %s that the file does not list, and %s", want.Name, diag.Counted(left, "live stream"), stay(left)), Hint: hint,
		})
	}
	return l, w
}

func stay(n int) string {
	if n == 1 {
		return "it stays"
	}
	return "they stay"
}

// Concerned lists the live rooms whose streams have to be known for a plan, as
// indexes into live: those that wanted rooms which say something of streams are,
// or will be once they are renamed. None comes twice.
func Concerned(desired []room.Desired, live []room.Live, o Options) []int {
	rules, only := newRules(o), room.NewGlobs(o.Only)
	byName := make(map[string][]int)
	heirs := make(map[string]string) // by names whose rooms may get another one, that
	for _, want := range desired {
		for _, name := range want.Was {
			heirs[name] = want.Name
		}
		if want.Streams != nil {
			for _, name := range append([]string{want.Name}, want.Was...) {
				byName[name] = nil
			}
		}
	}
	for i, l := range live {
		if at, of := byName[l.Name]; of {
			byName[l.Name] = append(at, i)
		}
	}
	var concerned []int
	for _, want := range desired {
		if want.Streams == nil || rules.whole(want.Name) != nil {
			continue
		}
		for _, name := range append([]string{want.Name}, want.Was...) {
			of := slices.DeleteFunc(slices.Clone(byName[name]), func(i int) bool { return live[i].Kind != want.Kind })
			ignored := rules.settings(want.Name, name)[room.Streams] != nil
			if len(of) == 1 && !slices.Contains(concerned, of[0]) && !ignored && (len(o.Only) == 0 || only.Match(want.Name) || only.Match(name)) {
				concerned = append(concerned, of[0])
			}
			if len(byName[name]) > 0 && (heirs[name] == "" || heirs[name] == want.Name) {
				break // the room that is there stays, or is the one that gets this name
			}
		}
	}
	return concerned
}
