package render

import (
	"bufio"
	"fmt"
	"io"
	"slices"

	"github.com/fatih/color"

	"roomsync/internal/apply"
	"roomsync/internal/diag"
	"roomsync/internal/plan"
)

// done is what an action is called once it is carried out.
var done = map[plan.Action]string{plan.Rename: "renamed", plan.Create: "created", plan.Update: "updated", plan.Delete: "deleted"}

// ReportText writes a report for people: what became of each operation, what
// went wrong last, one summary line, and below it what to type next, if not all
// is done.
func ReportText(w io.Writer, r apply.Report, about About, style Style) error {
	b := bufio.NewWriter(w)
	for _, outcome := range []apply.Outcome{apply.Applied, apply.Skipped, apply.Unknown, apply.Failed} {
		switch {
		case r.Refused != "": // nothing was begun: the summary says why
		case outcome == apply.Skipped:
			writeSkipped(b, r, style)
		default:
			for _, result := range r.Results {
				if result.Outcome == outcome {
					writeResult(b, result, style)
				}
			}
		}
	}
	for _, hint := range hints(r) {
		style.line(b, detail, "  hint: "+diag.Printable(hint))
	}
	for _, c := range r.Plan.Conflicts {
		style.line(b, detail, style.paint("! "+diag.Printable(c.Desired.Name), tintAttention)+" not touched: "+diag.Printable(c.Reason))
	}
	for _, m := range r.Misfits {
		writeMisfit(b, m, style)
	}
	for _, text := range r.Warnings {
		style.line(b, detail, style.paint("warning:", tintAttention)+" "+diag.Printable(text))
	}
	summary := style.paint(reportSummary(r), color.Bold)
	if !r.Complete() {
		summary = style.Alarm(reportSummary(r))
	}
	style.line(b, detail, summary)
	if what, command := reportNextText(r, about); what != "" {
		writeNext(b, "Next: "+what+":", style.hide(command), style)
	}
	return b.Flush()
}

// writeNext says what to type next. That is never wrapped: what is copied must be
// whole.
func writeNext(b *bufio.Writer, what, command string, style Style) {
	if line := what + " " + command; style.fits(line) {
		b.WriteString(line + "\n")
		return
	}
	style.line(b, detail, what)
	b.WriteString("    " + command + "\n")
}

func writeResult(b *bufio.Writer, r apply.Result, style Style) {
	look := looks[r.Operation.Action]
	name := diag.Printable(r.Operation.Name())
	switch r.Outcome {
	case apply.Applied:
		text := style.paint(look.mark+" "+name, look.tint) + " " + done[r.Operation.Action]
		if from := r.Operation.From(); from != "" {
			text += " from " + diag.Printable(from)
		}
		if r.Reason != "" {
			text += " (" + diag.Printable(r.Reason) + ")"
		}
		style.line(b, detail, text)
	default:
		style.line(b, detail, style.paint("✗ "+name, tintRemoved)+" "+string(r.Outcome)+": "+diag.Printable(r.Err.Error()))
		for _, p := range FaultProblems(r) {
			style.line(b, detail, "    "+p.String())
		}
	}
}

// hints are what to do about what failed, each once.
func hints(r apply.Report) []string {
	var all []string
	for _, result := range r.Results {
		if result.Hint != "" && !slices.Contains(all, result.Hint) {
			all = append(all, result.Hint)
		}
	}
	return all
}

// FaultProblems are what the server finds wrong with settings, at the places where
// the file says them. For one that no file says that is the place of the room.
func FaultProblems(r apply.Result) diag.List {
	var list diag.List
	want := r.Operation.Desired
	for _, f := range r.Faults {
		at, message := want.At.Of(f.Setting), f.Message
		if v := want.Settings[f.Setting]; v.IsSet() {
			message += fmt.Sprintf(" (the file has %s: %s)", f.Setting, value(v))
		}
		if at.Line == 0 {
			at = want.Pos
		}
		list = append(list, diag.Problem{Pos: at, Message: message})
	}
	return list
}

// writeMisfit tells why a plan made earlier is not right for a room any more.
func writeMisfit(b *bufio.Writer, m plan.Misfit, style Style) {
	name := style.paint("! "+diag.Printable(m.Operation.Name()), tintAttention, color.Bold)
	if m.Reason != "" {
		style.line(b, detail, fmt.Sprintf("%s  the planned %s does not fit: %s", name, m.Operation.Action, diag.Printable(m.Reason)))
		return
	}
	style.line(b, detail, fmt.Sprintf("%s  the planned %s does not fit any more", name, m.Operation.Action))
	for _, d := range m.Settings {
		text := fmt.Sprintf("    %s: planned from %s, live now %s", d.Setting, value(d.Planned), value(d.Live))
		if d.Wanted.IsSet() {
			text += ", wanted " + value(d.Wanted)
			if d.Live == d.Wanted {
				text += ": somebody has done that"
			}
		}
		style.line(b, detail+2, text)
	}
}

// writeSkipped names what was not begun, by the reason: there can be many of
// one, and none of them needs a line.
func writeSkipped(b *bufio.Writer, r apply.Report, style Style) {
	var skipped grouped
	for _, result := range r.Results {
		if result.Outcome == apply.Skipped {
			skipped.add(result.Reason, result.Operation.Name())
		}
	}
	for _, reason := range skipped.reasons {
		style.line(b, detail, "· "+names(skipped.names[reason])+" skipped: "+diag.Printable(reason))
	}
}

// reportSummary is a report in one line.
func reportSummary(r apply.Report) string {
	if r.Refused != "" {
		return fmt.Sprintf("Nothing was written: %s.", r.Refused)
	}
	if len(r.Results)+len(r.Plan.Conflicts) == 0 {
		return "Nothing to do: no write was made."
	}
	text := listing(r.Count(apply.Applied), "applied", r.Count(apply.Failed), "failed", r.Count(apply.Unknown), "unknown",
		r.Count(apply.Skipped), "skipped", len(r.Plan.Conflicts), "in conflict")
	switch {
	case r.Interrupted:
		text = "Interrupted: " + text + "."
	case r.Complete():
		return "Done: " + text + "."
	default:
		text = "Incomplete: " + text + "."
	}
	if r.Count(apply.Unknown) > 0 {
		text += " Unknown ones may have been carried out: plan again to see."
	}
	return text
}
