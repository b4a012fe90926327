package render

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fatih/color"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// PlanText writes a plan for people: what is to be done, room by room, what
// cannot be done and why, and one summary line last.
func PlanText(w io.Writer, p plan.Plan, style Style) error {
	b := bufio.NewWriter(w)
	for _, op := range p.Operations {
		writeOperation(b, op, style)
	}
	for _, c := range p.Conflicts {
		fmt.Fprintf(b, "%s  %s\n    conflict: %s\n    %s\n", style.paint("! "+diag.Printable(c.Desired.Name), color.FgMagenta, color.Bold),
			style.paint(origin(c.Desired.Kind, c.Desired.Pos), color.Faint), diag.Printable(c.Reason), diag.Printable(c.Hint))
	}
	if len(p.Operations)+len(p.Conflicts) > 0 {
		b.WriteString("\n")
	}
	writeUnmanaged(b, p)
	for _, g := range p.Guards {
		b.WriteString(style.paint("guard "+g.Name+": ", color.FgRed, color.Bold) + diag.Printable(g.Message) + "\n")
		if len(g.Rooms) > 0 {
			b.WriteString("    rooms: " + names(g.Rooms) + "\n")
		}
		b.WriteString("    to go on: " + diag.Printable(g.Lift) + "\n")
	}
	b.WriteString(style.paint(planSummary(p), color.Bold) + "\n")
	return b.Flush()
}

// planSummary is a plan in one line.
func planSummary(p plan.Plan) string {
	todo := listing(p.Count(plan.Create), "to create", p.Count(plan.Update), "to update", p.Count(plan.Delete), "to delete",
		len(p.Conflicts), "in conflict")
	rest := listing(len(p.Unchanged), "unchanged", len(p.Unmanaged), "not in the file")
	switch {
	case todo == "" && rest == "":
		return "No changes: there are no rooms, and the file wants none."
	case todo == "":
		return "No changes: " + rest + "."
	case rest == "":
		return "Plan: " + todo + "."
	}
	return "Plan: " + todo + "; " + rest + "."
}

// writeOperation writes an operation and its changes below it.
func writeOperation(b *bufio.Writer, op plan.Operation, style Style) {
	look := looks[op.Action]
	fmt.Fprintf(b, "%s  %s\n", style.paint(look.mark+" "+diag.Printable(op.Name()), look.tint, color.Bold),
		style.paint(origin(op.Kind(), op.Desired.Pos), color.Faint))
	if title := op.Live.Settings["display_name"]; op.Action == plan.Delete && title.IsSet() && !title.IsNull() {
		b.WriteString("    display_name: " + value(title) + "\n")
	}
	width := 0
	for _, c := range op.Changes {
		width = max(width, len(c.Setting))
	}
	for _, c := range op.Changes {
		writeChange(b, op.Action, c, width, style)
	}
}

// origin says what kind of room it is and where the file asks for it.
func origin(kind room.Kind, at diag.Pos) string {
	if at.Line == 0 {
		return string(kind)
	}
	return fmt.Sprintf("%s, %s:%d", kind, diag.Printable(at.File), at.Line)
}

func writeChange(b *bufio.Writer, action plan.Action, c room.Change, width int, style Style) {
	name := fmt.Sprintf("    %-*s ", width+1, c.Setting+":")
	note := ""
	if c.Implied {
		note = style.paint("  (the API requires one)", color.Faint)
	}
	switch {
	case isLong(c.Before) || isLong(c.After):
		b.WriteString(strings.TrimRight(name, " ") + "\n")
		writeLineDiff(b, c.Before, c.After, style)
	case action == plan.Create:
		b.WriteString(name + value(c.After) + note + "\n")
	default:
		b.WriteString(name + style.paint(value(c.Before), color.FgRed) + " → " + style.paint(value(c.After), color.FgGreen) + note + "\n")
	}
}

// mostNames is how many names a line of the text output lists.
const mostNames = 10

// writeUnmanaged names the live rooms that are not in the file, those that
// --prune would delete first: nobody should learn of them by losing them.
func writeUnmanaged(b *bufio.Writer, p plan.Plan) {
	var left grouped
	for _, u := range p.Unmanaged {
		left.add(u.Reason, u.Name)
	}
	slices.Sort(left.reasons)
	for _, reason := range left.reasons {
		fmt.Fprintf(b, "left alone, %s: %s\n", reason, names(left.names[reason]))
	}
}

// grouped are names by the reason that they share.
type grouped struct {
	reasons []string // in the order in which they came
	names   map[string][]string
}

func (g *grouped) add(reason, name string) {
	if g.names == nil {
		g.names = make(map[string][]string)
	}
	if g.names[reason] == nil {
		g.reasons = append(g.reasons, reason)
	}
	g.names[reason] = append(g.names[reason], name)
}

// names lists names, the first few of many.
func names(all []string) string {
	shown := make([]string, 0, mostNames)
	for _, n := range all[:min(len(all), mostNames)] {
		shown = append(shown, diag.Printable(n))
	}
	text := strings.Join(shown, ", ")
	if more := len(all) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
