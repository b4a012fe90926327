package render

import (
	"bufio"
	"fmt"
	"io"

	"github.com/fatih/color"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
)

// Drift is a plan told from the other side: not what apply would do to the live
// rooms, but what of them is not as the file has it. The plan it is told from
// has to be made with Prune wherever the file says what it manages, or rooms
// that are too many are not in it.

// driftWords call what is to be created missing, and what is to be deleted
// extra.
var driftWords = words{
	of:   map[plan.Action]string{plan.Rename: "renamed", plan.Create: "missing", plan.Update: "changed", plan.Delete: "extra"},
	mark: map[plan.Action]string{plan.Rename: ">", plan.Create: "-", plan.Update: "~", plan.Delete: "+"},
}

// driftStates are the actions in the order in which drift is counted.
var driftStates = []plan.Action{plan.Update, plan.Create, plan.Delete, plan.Rename}

// coverage is how much of the live rooms the file answers for, in percent,
// rounded down: only all of them are 100.
func coverage(p plan.Plan) int {
	if p.Live == 0 {
		return 100
	}
	return p.Managed * 100 / p.Live
}

// protected is how many live rooms would be extra if they were not protected.
func protected(p plan.Plan) int {
	n := 0
	for _, b := range p.Unmanaged {
		if b.Protected {
			n++
		}
	}
	return n
}

// driftSummary is drift in one line.
func driftSummary(p plan.Plan) string {
	differs := listing(p.Count(plan.Update), "changed", p.Count(plan.Create), "missing", p.Count(plan.Delete), "extra",
		p.Count(plan.Rename), "renamed", len(p.Conflicts), "in conflict")
	text := "Live differs from the file: " + differs + "."
	if differs == "" {
		text = "No drift."
	}
	if n := len(p.Unchanged); n > 0 {
		text += fmt.Sprintf(" As in the file: %d.", n)
	}
	if n := len(p.Ignored); n > 0 {
		text += fmt.Sprintf(" Ignored: %d.", n)
	}
	if n := protected(p); n > 0 {
		text += fmt.Sprintf(" Protected: %d.", n)
	}
	return text + fmt.Sprintf(" Managed: %d of %s (%d%%).", p.Managed, diag.Counted(p.Live, "live room"), coverage(p))
}

// DriftText writes drift for people.
func DriftText(w io.Writer, p plan.Plan, style Style) error {
	b := bufio.NewWriter(w)
	for _, op := range p.Operations {
		writeDrift(b, op, style)
	}
	writeConflicts(b, p.Conflicts, style)
	if len(p.Operations)+len(p.Conflicts) > 0 {
		b.WriteString("\n")
	}
	writeBystanders(b, p, style)
	writeWarnings(b, p.Warnings, style)
	if p.Count(plan.Delete) > 0 {
		style.line(b, detail, "extra rooms: roomsync pull --add puts them into the file, roomsync apply --prune deletes them")
	}
	style.line(b, detail, style.paint("space: "+diag.Printable(p.Space)+", project: "+diag.Printable(p.Project), color.Faint))
	style.line(b, detail, style.paint(driftSummary(p), color.Bold))
	return b.Flush()
}

// driftTints go with the marks of drift, which are not those of a plan.
var driftTints = map[plan.Action]color.Attribute{plan.Rename: tintChanged, plan.Create: tintRemoved, plan.Update: tintChanged, plan.Delete: tintAdded}

func writeDrift(b *bufio.Writer, op plan.Operation, style Style) {
	style.line(b, detail, style.paint(driftWords.mark[op.Action]+" "+diag.Printable(op.Name()), driftTints[op.Action], color.Bold)+
		"  "+style.paint(driftWords.of[op.Action]+": "+origin(op.Kind(), op.Desired.Pos, ""), color.Faint))
	if from := op.From(); from != "" {
		style.line(b, detail+2, "    name: live "+diag.Printable(from)+", file "+diag.Printable(op.Name()))
	}
	if op.Action != plan.Create && op.Action != plan.Delete {
		column := columnOf(op.Changes, style)
		for _, c := range op.Changes {
			if c.Implied {
				continue // the API would ask for it: no difference
			}
			writeChange(b, change{setting: c.Setting, column: column, before: c.Before, after: c.After, sides: [2]string{"live", "file"},
				short: "live " + style.paint(value(c.Before), tintRemoved) + ", file " + style.paint(value(c.After), tintAdded),
				note:  elsewhere(op, c.Setting, style)}, style)
		}
	}
	for _, c := range op.Ignored {
		style.line(b, detail+2, style.paint(fmt.Sprintf("    %s: live %s, file %s, ignored", c.Setting, value(c.Before), value(c.After)), color.Faint))
	}
	if op.Because != "" {
		style.line(b, detail+2, "    "+diag.Printable(op.Because))
	}
}

// driftDiff is a room that differs as the lines of a diff: - is live, + is the
// file.
func driftDiff(op plan.Operation) []string {
	changes := op.Changes
	op.Changes, op.Desired.Was = nil, nil
	for _, c := range changes {
		if !c.Implied {
			op.Changes = append(op.Changes, c)
		}
	}
	return operationDiff(op)
}
