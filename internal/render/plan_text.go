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
		writeOperation(b, op, p.InUse, style)
	}
	for _, c := range p.Conflicts {
		fmt.Fprintf(b, "%s  %s\n    conflict: %s\n    %s\n", style.paint("! "+diag.Printable(c.Desired.Name), color.FgMagenta, color.Bold),
			style.paint(origin(c.Desired.Kind, c.Desired.Pos, ""), color.Faint), diag.Printable(c.Reason), diag.Printable(c.Hint))
	}
	if len(p.Operations)+len(p.Conflicts) > 0 {
		b.WriteString("\n")
	}
	writeBystanders(b, p)
	for _, g := range p.Guards {
		b.WriteString(style.paint("guard "+g.Name+": ", color.FgRed, color.Bold) + diag.Printable(g.Message) + "\n")
		if len(g.Rooms) > 0 {
			b.WriteString("    rooms: " + names(g.Rooms) + "\n")
		}
		b.WriteString("    to go on: " + diag.Printable(g.Lift) + "\n")
	}
	for _, w := range p.Warnings {
		fmt.Fprintf(b, "%s %s\n", style.paint("warning:", color.FgYellow), warning(w))
	}
	b.WriteString(style.paint("space: "+diag.Printable(p.Space)+", project: "+diag.Printable(p.Project)+with(p.Options), color.Faint) + "\n")
	if len(p.Operations) > 0 {
		b.WriteString(style.paint("digest: "+p.Digest(), color.Faint) + "\n")
	}
	b.WriteString(style.paint(planSummary(p), color.Bold) + "\n")
	return b.Flush()
}

// with lists the flags that make a plan do more, or less, than it would.
func with(o plan.Options) string {
	var flags []string
	if o.Prune {
		flags = append(flags, "--prune")
	}
	if o.AllowEmpty {
		flags = append(flags, "--allow-empty")
	}
	for _, glob := range o.Only {
		flags = append(flags, "--only "+glob)
	}
	if o.MaxDeletes != nil {
		flags = append(flags, fmt.Sprintf("--max-deletes %d", *o.MaxDeletes))
	}
	if o.InUse != "" && o.InUse != plan.Refuse {
		flags = append(flags, "--in-use "+string(o.InUse))
	}
	if len(flags) == 0 {
		return ""
	}
	return ", with " + diag.Printable(strings.Join(flags, " "))
}

// planSummary is a plan in one line.
func planSummary(p plan.Plan) string {
	todo := listing(p.Count(plan.Rename), "to rename", p.Count(plan.Create), "to create", p.Count(plan.Update), "to update", p.Count(plan.Delete), "to delete",
		len(p.Conflicts), "in conflict")
	rest := listing(len(p.Unchanged), "unchanged", len(p.Ignored), "ignored", len(p.Excluded), "left out by --only", len(p.Unmanaged), "not in the file")
	switch {
	case todo == "" && len(p.Guards) > 0:
		return "Nothing would be done, and a guard refuses: see above."
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
func writeOperation(b *bufio.Writer, op plan.Operation, mode plan.InUse, style Style) {
	look := looks[op.Action]
	fmt.Fprintf(b, "%s  %s\n", style.paint(look.mark+" "+diag.Printable(op.Name()), look.tint, color.Bold),
		style.paint(origin(op.Kind(), op.Desired.Pos, op.From()), color.Faint))
	if op.Session.InProgress() {
		b.WriteString("    " + style.paint(op.Session.InUse()+dealings[mode], color.FgRed) + "\n")
	}
	if op.Action == plan.Create && len(op.Desired.Was) > 0 {
		b.WriteString(style.paint("    previously: no live room is named "+names(op.Desired.Was), color.Faint) + "\n")
	}
	changes := op.Changes
	if op.Action == plan.Delete {
		changes = room.Lost(op.Live)
	}
	width := 0
	for _, c := range changes {
		width = max(width, len(c.Setting))
	}
	for _, c := range changes {
		writeChange(b, op, c, width, style)
	}
	for _, c := range op.Ignored {
		b.WriteString(style.paint(fmt.Sprintf("    %s: stays %s, the file has %s", c.Setting, value(c.Before), value(c.After)), color.Faint) + "\n")
	}
	if op.Because != "" {
		b.WriteString(style.paint("    "+diag.Printable(op.Because), color.Faint) + "\n")
	}
}

// dealings say what comes of a room in use.
var dealings = map[plan.InUse]string{
	plan.Skip:  ": left out, because of --in-use skip",
	plan.Wait:  ": apply waits for it to end",
	plan.Force: ": done all the same, because of --in-use force",
}

// origin says what kind of room it is, what it was called, and where the file
// asks for it.
func origin(kind room.Kind, at diag.Pos, was string) string {
	text := string(kind)
	if was != "" {
		text += ", was " + diag.Printable(was)
	}
	if at.Line > 0 {
		text += fmt.Sprintf(", %s:%d", diag.Printable(at.File), at.Line)
	}
	return text
}

// warning is a warning in one line.
func warning(w plan.Warning) string {
	text := w.Message
	if w.Pos.Line > 0 {
		text = fmt.Sprintf("%s:%d: %s", w.Pos.File, w.Pos.Line, text)
	}
	if w.Hint != "" {
		text += " (" + w.Hint + ")"
	}
	if w.Lint != "" {
		text += " [" + w.Lint + "]"
	}
	return diag.Printable(text)
}

func writeChange(b *bufio.Writer, op plan.Operation, c room.Change, width int, style Style) {
	name := fmt.Sprintf("    %-*s ", width+1, c.Setting+":")
	note := elsewhere(op, c.Setting, style)
	if c.Implied {
		note = style.paint("  (the API requires one)", color.Faint)
	}
	switch {
	case isLong(c.Before) || isLong(c.After):
		b.WriteString(strings.TrimRight(name, " ") + note + "\n")
		writeLineDiff(b, c.Before, c.After, style)
	case op.Action == plan.Create:
		b.WriteString(name + value(c.After) + note + "\n")
	case op.Action == plan.Delete:
		b.WriteString(name + value(c.Before) + "\n")
	default:
		b.WriteString(name + style.paint(value(c.Before), color.FgRed) + " → " + style.paint(value(c.After), color.FgGreen) + note + "\n")
	}
}

// elsewhere says where a setting is said, if that is in another file than the
// one that the room is shown with.
func elsewhere(op plan.Operation, setting string, style Style) string {
	at := op.Desired.At.Of(setting)
	if at.Line == 0 || at.File == op.Desired.Pos.File {
		return ""
	}
	return style.paint(fmt.Sprintf("  (%s:%d)", diag.Printable(at.File), at.Line), color.Faint)
}

// mostNames is how many names a line of the text output lists.
const mostNames = 10

// writeBystanders names the live rooms that are left alone and not as the file
// wants them: nobody should learn of them by losing them.
func writeBystanders(b *bufio.Writer, p plan.Plan) {
	var left grouped
	for _, u := range slices.Concat(p.Ignored, p.Excluded, p.Unmanaged) {
		left.add(u.Reason, u.Name)
	}
	slices.Sort(left.reasons)
	for _, reason := range left.reasons {
		fmt.Fprintf(b, "left alone, %s: %s\n", diag.Printable(reason), names(left.names[reason]))
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
