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
	writeConflicts(b, p.Conflicts, style)
	if len(p.Operations)+len(p.Conflicts) > 0 {
		b.WriteString("\n")
	}
	writeBystanders(b, p, style)
	for _, g := range p.Guards {
		style.line(b, detail, style.paint("guard "+g.Name+": ", tintRemoved, color.Bold)+diag.Printable(g.Message))
		if len(g.Rooms) > 0 {
			style.line(b, detail+2, "    rooms: "+names(g.Rooms))
		}
		style.line(b, detail+2, "    to go on: "+diag.Printable(g.Lift))
	}
	writeWarnings(b, p.Warnings, style)
	style.line(b, detail, style.paint("space: "+diag.Printable(p.Space)+", project: "+diag.Printable(p.Project)+with(p.Options), color.Faint))
	if len(p.Operations) > 0 {
		// Never wrapped: what is copied must be whole.
		b.WriteString(style.paint("digest: "+p.Digest(), color.Faint) + "\n")
	}
	style.line(b, detail, style.paint(planSummary(p), color.Bold))
	return b.Flush()
}

// detail is how far lines are set in that belong to the one above them.
const detail = 4

func writeConflicts(b *bufio.Writer, conflicts []plan.Conflict, style Style) {
	for _, c := range conflicts {
		style.line(b, detail, style.paint("! "+diag.Printable(c.Desired.Name), tintAttention, color.Bold)+
			"  "+style.paint(origin(c.Desired.Kind, c.Desired.Pos, ""), color.Faint))
		style.line(b, detail+2, "    conflict: "+diag.Printable(c.Reason))
		if live := liveOf(c, diag.Printable); live != "" {
			style.line(b, detail+2, "    live: "+live)
		}
		style.line(b, detail+2, "    "+diag.Printable(c.Hint))
	}
}

// liveOf lists the live rooms that a conflict is about, as they are told apart in
// the dashboard: there is no other way where they have one name. As of names, it
// has the first few of many.
func liveOf(c plan.Conflict, shown func(string) string) string {
	var all []string
	for _, l := range c.Live[:min(len(c.Live), mostNames)] {
		what := string(l.Kind)
		if l.Name != "" && l.Name != c.Desired.Name {
			what += " " + shown(l.Name)
		}
		all = append(all, shown(l.ID)+" ("+what+")")
	}
	text := strings.Join(all, ", ")
	if more := len(c.Live) - len(all); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func writeWarnings(b *bufio.Writer, warnings []plan.Warning, style Style) {
	for _, w := range warnings {
		style.line(b, detail, style.paint("warning:", tintAttention)+" "+warning(w))
	}
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
	rest := listing(p.CountLeftOut(), "left out by --in-use skip", len(p.Unchanged), "unchanged", len(p.Ignored), "ignored", len(p.Excluded), "left out by --only", len(p.Unmanaged), "not in the file")
	switch {
	case todo == "" && len(p.Guards) > 0:
		return "Nothing would be done, and a guard refuses: " + guardNames(p) + "."
	case todo == "" && rest == "":
		return "No changes: there are no rooms, and the file wants none."
	case todo == "":
		return "No changes: " + rest + "."
	case rest == "":
		return "Plan: " + todo + "."
	}
	return "Plan: " + todo + "; " + rest + "."
}

func guardNames(p plan.Plan) string {
	return strings.Join(each(p.Guards, func(g plan.Guard) string { return g.Name }), ", ")
}

// writeOperation writes an operation and its changes below it.
func writeOperation(b *bufio.Writer, op plan.Operation, mode plan.InUse, style Style) {
	look := looks[op.Action]
	style.line(b, detail, style.paint(look.mark+" "+diag.Printable(op.Name()), look.tint, color.Bold)+
		"  "+style.paint(origin(op.Kind(), op.Desired.Pos, op.From()), color.Faint))
	if op.Session.InProgress() {
		style.line(b, detail+2, "    "+style.paint(op.Session.InUse()+dealings[mode], tintRemoved))
	}
	if op.Action == plan.Create && len(op.Desired.Was) > 0 {
		style.line(b, detail+2, style.paint("    previously: no live room is named "+names(op.Desired.Was), color.Faint))
	}
	changes := op.Changes
	if op.Action == plan.Delete {
		changes = room.Lost(op.Live)
	}
	column := columnOf(changes, style)
	for _, c := range changes {
		writeChange(b, plannedChange(op, c, column, style), style)
	}
	for _, c := range op.Ignored {
		style.line(b, detail+2, style.paint(fmt.Sprintf("    %s: stays %s, the file has %s", c.Setting, value(c.Before), value(c.After)), color.Faint))
	}
	if op.Because != "" {
		style.line(b, detail+2, "    "+diag.Printable(op.Because))
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

// plannedChange is how a plan tells of a setting.
func plannedChange(op plan.Operation, c room.Change, column int, style Style) change {
	told := change{setting: c.Setting, column: column, before: c.Before, after: c.After, note: elsewhere(op, c.Setting, style)}
	if c.Implied {
		told.note = style.paint("  (the API requires one)", color.Faint)
	}
	switch op.Action {
	case plan.Create:
		told.short = value(c.After)
	case plan.Delete:
		told.short, told.note = value(c.Before), ""
	default:
		told.short = style.paint(value(c.Before), tintRemoved) + " → " + style.paint(value(c.After), tintAdded)
	}
	return told
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
func writeBystanders(b *bufio.Writer, p plan.Plan, style Style) {
	var left grouped
	for _, u := range slices.Concat(p.Ignored, p.Excluded, p.Unmanaged) {
		left.add(u.Reason, u.Name)
	}
	slices.Sort(left.reasons)
	for i, reason := range left.reasons {
		if i == mostLines { // each rule of the file is a reason, and there can be thousands
			var more []string
			for _, reason := range left.reasons[i:] {
				more = append(more, left.names[reason]...)
			}
			style.line(b, detail, "left alone, for reasons that --format json has: "+names(more))
			break
		}
		style.line(b, detail, "left alone, "+diag.Printable(reason)+": "+names(left.names[reason]))
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
