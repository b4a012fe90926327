package render

import (
	"fmt"
	"io"
	"strings"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
)

// outcomes are how a report shows what became of an operation.
var outcomes = map[apply.Outcome]string{apply.Applied: "✅", apply.Failed: "❌", apply.Skipped: "⏭️", apply.Unknown: "❔"}

// ReportMarkdown writes what became of a plan, to stand where the plan stood: it
// begins with the same Marker. It has at most limit bytes; 0 is no limit.
func ReportMarkdown(w io.Writer, r apply.Report, about About, limit int) error {
	digest := r.Plan.Digest()
	var head strings.Builder
	head.WriteString(marker("", about.Environment, digest) + title("apply", about) + "\n")
	summary := "**" + sentence(strings.TrimSuffix(reportSummary(r), ".")) + ".**"
	switch {
	case r.Complete() && !r.Interrupted:
		head.WriteString(summary + "\n\n")
	case r.Refused != "":
		head.WriteString(alert("WARNING", summary))
	default:
		text := summary
		if onlyConflicts(r) {
			text += "\n>\n> Only conflicts are left, and applying again does not solve them: what is said below does."
		}
		head.WriteString(alert("CAUTION", text))
	}
	if counts := appliedCounts(r); counts != "" {
		head.WriteString(sentence(counts) + ".\n\n")
	}
	var pieces []piece
	for _, outcome := range []apply.Outcome{apply.Failed, apply.Unknown, apply.Skipped, apply.Applied} {
		for _, result := range r.Results {
			if result.Outcome == outcome {
				pieces = append(pieces, resulting(result, r.Refused))
			}
		}
	}
	for _, c := range r.Plan.Conflicts {
		pieces = append(pieces, conflicting(c))
	}
	for _, m := range r.Misfits {
		pieces = append(pieces, misfit(m))
	}
	for _, g := range r.Plan.Guards {
		head.WriteString(guardAlert(g))
	}
	foot := remarks(r.Warnings) + warningsMarkdown(r.Plan.Warnings) + bystandersMarkdown(r.Plan) + reportNext(r, about) + footer(r.Plan, about, digest)
	_, err := io.WriteString(w, fitted(head.String(), pieces, foot, "the report of `roomsync apply --report` has them", limit))
	return err
}

// appliedCounts says what has been done, by action.
func appliedCounts(r apply.Report) string {
	n := make(map[plan.Action]int)
	for _, result := range r.Results {
		if result.Outcome == apply.Applied {
			n[result.Operation.Action]++
		}
	}
	return listing(n[plan.Delete], "deleted", n[plan.Rename], "renamed", n[plan.Update], "updated", n[plan.Create], "created")
}

// resulting is an operation with what became of it.
func resulting(r apply.Result, refused string) piece {
	op := r.Operation
	word := fmt.Sprintf("%s: %s", r.Outcome, op.Action)
	if r.Outcome == apply.Applied {
		word = done[op.Action]
	}
	why := r.Reason
	if r.Err != nil {
		why = r.Err.Error()
	}
	p := folded(outcomes[r.Outcome], word, op.Name(), originOf(op), "", operationDiff(op), nil)
	if why == "" || why == refused { // that has been said
		return p
	}
	said := sentence(why) + ".\n\n"
	for _, fault := range problemPieces(NewProblems(FaultProblems(r))) {
		said += fault.full
	}
	if len(r.Faults) > 0 {
		said += "\n"
	}
	if r.Hint != "" {
		said += sentence(r.Hint) + ".\n\n"
	}
	p.full = strings.Replace(p.full, "</summary>\n\n", "</summary>\n\n"+said, 1)
	p.brief = strings.TrimSuffix(p.brief, "\n") + ": " + prose(why) + "\n"
	return p
}

// misfit is a room for which a plan made earlier is not right any more.
func misfit(m plan.Misfit) piece {
	var lines []string
	for _, d := range m.Settings {
		line := fmt.Sprintf("! %s: planned from %s, live now %s", d.Setting, short(d.Planned), short(d.Live))
		if d.Wanted.IsSet() {
			line += ", wanted " + short(d.Wanted)
		}
		lines = append(lines, line)
	}
	return folded("!", "does not fit any more", m.Operation.Name(), originOf(m.Operation), m.Reason, lines, nil)
}

// remarks are warnings about the run itself.
func remarks(warnings []string) string {
	if len(warnings) == 0 {
		return ""
	}
	return "\n" + bounded(len(warnings), func(i int) string { return "- " + sentence(warnings[i]) + ".\n" })
}

// FailureMarkdown writes why there is no plan, or no report. It begins with the
// Marker of what it stands for, so that it takes the place of one that is not
// true any more.
func FailureMarkdown(w io.Writer, f Failure, what string, about About, limit int) error {
	var b strings.Builder
	kind := ""
	if what == "drift" {
		kind = what
	}
	b.WriteString(marker(kind, about.Environment, "") + title(what, about) + "\n")
	text := "**" + sentence(f.Error) + ".**"
	if f.Hint != "" {
		text += "\n>\n> " + sentence(f.Hint) + "."
	}
	b.WriteString(alert("CAUTION", text))
	pieces := problemPieces(f.Problems)
	var parts []string
	if about.Commit != "" {
		parts = append(parts, "commit "+code(about.Commit))
	}
	if run := link("run", about.Run); run != "" {
		parts = append(parts, run)
	}
	foot := "\n"
	if len(parts) > 0 {
		foot = "\n<sub>" + strings.Join(parts, " · ") + "</sub>\n"
	}
	_, err := io.WriteString(w, fitted(b.String(), pieces, foot, "`roomsync validate` shows them", limit))
	return err
}

func guardAlert(g plan.Guard) string {
	text := "**`apply` refuses this plan** (" + code(g.Name) + "): " + prose(g.Message) + "."
	if len(g.Rooms) > 0 {
		text += " Rooms: " + codes(g.Rooms) + "."
	}
	return alert("WARNING", text+"\n>\n> To go on: "+prose(g.Lift)+".")
}

// problemPieces are the problems of a file, a line each.
func problemPieces(problems []Problem) []piece {
	pieces := make([]piece, len(problems))
	for i, p := range problems {
		line := "- "
		if p.Source != nil {
			line += code(fmt.Sprintf("%s:%d:%d", p.Source.File, p.Source.Line, p.Source.Column)) + " "
		}
		line += prose(p.Message)
		pieces[i] = piece{full: line + "\n", brief: line + "\n", name: line, group: "problems"}
		if p.Hint != "" {
			pieces[i].full = line + " (" + prose(p.Hint) + ")\n"
		}
	}
	return pieces
}
