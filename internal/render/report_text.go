package render

import (
	"bufio"
	"fmt"
	"io"

	"github.com/fatih/color"

	"roomsync/internal/apply"
	"roomsync/internal/diag"
	"roomsync/internal/plan"
)

// done is what an action is called once it is carried out.
var done = map[plan.Action]string{plan.Rename: "renamed", plan.Create: "created", plan.Update: "updated", plan.Delete: "deleted"}

// ReportText writes a report for people: what became of each operation, what
// went wrong last, and one summary line.
func ReportText(w io.Writer, r apply.Report, style Style) error {
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
	for _, c := range r.Plan.Conflicts {
		fmt.Fprintf(b, "%s not touched: %s\n", style.paint("! "+diag.Printable(c.Desired.Name), color.FgMagenta), diag.Printable(c.Reason))
	}
	for _, m := range r.Misfits {
		writeMisfit(b, m, style)
	}
	for _, text := range r.Warnings {
		fmt.Fprintf(b, "%s %s\n", style.paint("warning:", color.FgYellow), diag.Printable(text))
	}
	b.WriteString(style.paint(reportSummary(r), color.Bold) + "\n")
	return b.Flush()
}

func writeResult(b *bufio.Writer, r apply.Result, style Style) {
	look := looks[r.Operation.Action]
	name := diag.Printable(r.Operation.Name())
	switch r.Outcome {
	case apply.Applied:
		fmt.Fprintf(b, "%s %s", style.paint(look.mark+" "+name, look.tint), done[r.Operation.Action])
		if from := r.Operation.From(); from != "" {
			fmt.Fprintf(b, " from %s", diag.Printable(from))
		}
		if r.Reason != "" {
			fmt.Fprintf(b, " (%s)", diag.Printable(r.Reason))
		}
		b.WriteString("\n")
	default:
		fmt.Fprintf(b, "%s %s: %s\n", style.paint("✗ "+name, color.FgRed), r.Outcome, diag.Printable(r.Err.Error()))
	}
}

// writeMisfit tells why a plan made earlier is not right for a room any more.
func writeMisfit(b *bufio.Writer, m plan.Misfit, style Style) {
	name := style.paint("! "+diag.Printable(m.Operation.Name()), color.FgMagenta, color.Bold)
	if m.Reason != "" {
		fmt.Fprintf(b, "%s  the planned %s does not fit: %s\n", name, m.Operation.Action, diag.Printable(m.Reason))
		return
	}
	fmt.Fprintf(b, "%s  the planned %s does not fit any more\n", name, m.Operation.Action)
	for _, d := range m.Settings {
		fmt.Fprintf(b, "    %s: planned from %s, live now %s", d.Setting, value(d.Planned), value(d.Live))
		if d.Wanted.IsSet() {
			fmt.Fprintf(b, ", wanted %s", value(d.Wanted))
			if d.Live == d.Wanted {
				b.WriteString(": somebody has done that")
			}
		}
		b.WriteString("\n")
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
		fmt.Fprintf(b, "%s skipped: %s\n", style.paint("· "+names(skipped.names[reason]), color.Faint), diag.Printable(reason))
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
