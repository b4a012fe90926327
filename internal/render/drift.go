package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

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
	for _, c := range p.Conflicts {
		fmt.Fprintf(b, "%s  %s\n    conflict: %s\n    %s\n", style.paint("! "+diag.Printable(c.Desired.Name), color.FgMagenta, color.Bold),
			style.paint(origin(c.Desired.Kind, c.Desired.Pos, ""), color.Faint), diag.Printable(c.Reason), diag.Printable(c.Hint))
	}
	if len(p.Operations)+len(p.Conflicts) > 0 {
		b.WriteString("\n")
	}
	writeBystanders(b, p)
	for _, w := range p.Warnings {
		fmt.Fprintf(b, "%s %s\n", style.paint("warning:", color.FgYellow), warning(w))
	}
	b.WriteString(style.paint("space: "+diag.Printable(p.Space)+", project: "+diag.Printable(p.Project), color.Faint) + "\n")
	b.WriteString(style.paint(driftSummary(p), color.Bold) + "\n")
	return b.Flush()
}

func writeDrift(b *bufio.Writer, op plan.Operation, style Style) {
	fmt.Fprintf(b, "%s  %s\n", style.paint(driftWords.mark[op.Action]+" "+diag.Printable(op.Name()), looks[op.Action].tint, color.Bold),
		style.paint(driftWords.of[op.Action]+": "+origin(op.Kind(), op.Desired.Pos, ""), color.Faint))
	if from := op.From(); from != "" {
		fmt.Fprintf(b, "    name: live %s, file %s\n", diag.Printable(from), diag.Printable(op.Name()))
	}
	if op.Action != plan.Create && op.Action != plan.Delete {
		width := 0
		for _, c := range op.Changes {
			width = max(width, len(c.Setting))
		}
		for _, c := range op.Changes {
			if c.Implied {
				continue // the API would ask for it: no difference
			}
			name := fmt.Sprintf("    %-*s ", width+1, c.Setting+":")
			if isLong(c.Before) || isLong(c.After) {
				b.WriteString(strings.TrimRight(name, " ") + style.paint("  - live, + file", color.Faint) + elsewhere(op, c.Setting, style) + "\n")
				writeLineDiff(b, c.Before, c.After, style)
				continue
			}
			b.WriteString(name + "live " + style.paint(value(c.Before), color.FgRed) + ", file " + style.paint(value(c.After), color.FgGreen) + elsewhere(op, c.Setting, style) + "\n")
		}
	}
	for _, c := range op.Ignored {
		b.WriteString(style.paint(fmt.Sprintf("    %s: live %s, file %s, ignored", c.Setting, value(c.Before), value(c.After)), color.Faint) + "\n")
	}
	if op.Because != "" {
		b.WriteString(style.paint("    "+diag.Printable(op.Because), color.Faint) + "\n")
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
