package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// PlanMarkdown writes a plan for a comment on a pull request: somebody who has
// never seen roomsync should be able to say yes or no to it. It has at most
// limit bytes; 0 is no limit. It begins with Marker.
func PlanMarkdown(w io.Writer, p plan.Plan, about About, limit int) error {
	var head strings.Builder
	digest := p.Digest()
	head.WriteString(marker("", about.Environment, digest) + title("plan", about) + "\n")
	head.WriteString("**" + planSummary(p) + "**\n\n")
	head.WriteString(deleteBanner(p))
	for _, g := range p.Guards {
		head.WriteString(guardAlert(g))
	}
	head.WriteString(conflictBanner(p))
	pieces := each(p.Conflicts, conflicting)
	for _, action := range byWeight {
		for _, op := range p.Operations {
			if op.Action == action {
				pieces = append(pieces, planned(op, p.InUse, planWords))
			}
		}
	}
	foot := warningsMarkdown(p.Warnings) + bystandersMarkdown(p) + nextStep(p, about, digest) + footer(p, about, digest)
	_, err := io.WriteString(w, fitted(head.String(), pieces, foot, "`roomsync plan` shows them", limit))
	return err
}

// title is the heading of a document.
func title(what string, about About) string {
	text := strings.TrimSpace("### roomsync " + what)
	if about.Environment != "" {
		text += " for " + code(about.Environment)
	}
	return text + "\n"
}

// alert is a box that nobody overlooks: of GitHub's kinds NOTE, WARNING and
// CAUTION, which GitLab has too.
func alert(kind, text string) string { return "> [!" + kind + "]\n> " + text + "\n\n" }

// deleteBanner says what would be lost.
func deleteBanner(p plan.Plan) string {
	var gone []string
	left := p.LeftOut()
	for i, op := range p.Operations {
		if op.Action == plan.Delete && !left[i] {
			gone = append(gone, op.Name())
		}
	}
	if len(gone) == 0 {
		return ""
	}
	what := map[bool]string{true: "Its tokens and links end with it", false: "Their tokens and links end with them"}[len(gone) == 1]
	return alert("CAUTION", fmt.Sprintf("**%s will be deleted:** %s. %s.", diag.Counted(len(gone), "room"), manyCodes(gone), what))
}

// byWeight are the actions in the order in which a reviewer should see them.
var byWeight = []plan.Action{plan.Delete, plan.Rename, plan.Update, plan.Create}

// conflictBanner says what nothing can be done about.
func conflictBanner(p plan.Plan) string {
	if len(p.Conflicts) == 0 {
		return ""
	}
	var rooms []string
	for _, c := range p.Conflicts {
		rooms = append(rooms, c.Desired.Name)
	}
	return alert("WARNING", fmt.Sprintf("**%s in conflict, and will not be touched:** %s. `apply` does the rest and fails; applying again does not help, what is said below does.",
		map[bool]string{true: "1 room is", false: fmt.Sprint(len(rooms)) + " rooms are"}[len(rooms) == 1], codes(rooms)))
}

// manyCodes lists as many names as a reader could want.
func manyCodes(all []string) string {
	var b strings.Builder
	for i, n := range all {
		text := code(n)
		if b.Len()+len(text) > mostBytes/4 {
			fmt.Fprintf(&b, " and %d more", len(all)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(text)
	}
	return b.String()
}

// codes lists names as code, the first few of many.
func codes(all []string) string {
	shown := make([]string, 0, mostNames)
	for _, n := range all[:min(len(all), mostNames)] {
		shown = append(shown, code(n))
	}
	text := strings.Join(shown, ", ")
	if more := len(all) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// words are how a comparison is told: as what apply would do to the live rooms,
// or as what of them is not as the file has it.
type words struct {
	of   map[plan.Action]string
	mark map[plan.Action]string
}

var planWords = words{
	of:   map[plan.Action]string{plan.Rename: "rename", plan.Create: "create", plan.Update: "update", plan.Delete: "delete"},
	mark: map[plan.Action]string{plan.Rename: ">", plan.Create: "+", plan.Update: "~", plan.Delete: "-"},
}

// planned is an operation with its changes.
func planned(op plan.Operation, mode plan.InUse, said words) piece {
	lines := operationDiff(op)
	var settings []string
	for _, c := range op.Changes {
		settings = append(settings, c.Setting)
	}
	note := ""
	if op.Session.InProgress() {
		note = op.Session.InUse() + dealings[mode]
	}
	return folded(said.mark[op.Action], said.of[op.Action], op.Name(), originOf(op), note, lines, settings)
}

func originOf(op plan.Operation) []string {
	from := []string{string(op.Kind())}
	if was := op.From(); was != "" {
		from = append(from, "was "+htmlCode(was))
	}
	if at := op.Desired.Pos; at.Line > 0 {
		from = append(from, htmlCode(fmt.Sprintf("%s:%d", at.File, at.Line)))
	}
	return from
}

// folded is a piece whose details open with a click. origin is HTML.
func folded(mark, what, name string, origin []string, note string, lines, settings []string) piece {
	p := piece{name: code(name), group: what, brief: fmt.Sprintf("- **%s** %s", what, code(name))}
	if len(settings) > 0 {
		p.brief += ": " + strings.Join(settings, ", ")
	}
	if mark != "" {
		p.brief = fmt.Sprintf("- %s **%s** %s", code(mark), what, code(name))
		mark = htmlCode(mark) + " "
	}
	p.full = fmt.Sprintf("<details><summary>%s<b>%s</b> %s · %s", mark, what, htmlCode(name), strings.Join(origin, " · "))
	if note != "" {
		p.brief += " (**" + prose(note) + "**)"
		p.full += " · <b>" + htmlCode(note) + "</b>"
	}
	p.brief += "\n"
	p.full += "</summary>\n\n"
	if len(lines) > 0 {
		p.full += fenced("diff", lines)
	}
	p.full += "\n</details>\n\n"
	return p
}

// operationDiff is an operation as the lines of a diff.
func operationDiff(op plan.Operation) []string {
	var lines []string
	if was := op.From(); was != "" {
		lines = append(lines, "- name: "+was, "+ name: "+op.Name())
	}
	if op.Action == plan.Create && len(op.Desired.Was) > 0 {
		lines = append(lines, "  previously: no live room is named "+names(op.Desired.Was))
	}
	changes := op.Changes
	if op.Action == plan.Delete {
		changes = room.Lost(op.Live)
	}
	for _, c := range changes {
		lines = append(lines, changeDiff(op.Action, c)...)
	}
	for _, c := range op.Ignored {
		lines = append(lines, fmt.Sprintf("  %s: stays %s, the file has %s", c.Setting, short(c.Before), short(c.After)))
	}
	if op.Because != "" {
		lines = append(lines, "  "+clip(op.Because, longestProse))
	}
	for i := range lines {
		lines[i] = diag.Printable(lines[i])
	}
	return lines
}

func changeDiff(action plan.Action, c room.Change) []string {
	note := ""
	if c.Implied {
		note = " (the API requires one)"
	}
	var lines []string
	if isLong(c.Before) || isLong(c.After) {
		lines = append(lines, "  "+c.Setting+":")
		for _, line := range unchangedCut(lineDiff(c.Before, c.After), ' ', 1) {
			lines = append(lines, string(line.mark)+"   "+line.text)
		}
		return lines
	}
	if action != plan.Create {
		lines = append(lines, fmt.Sprintf("- %s: %s", c.Setting, value(c.Before)))
	}
	if action != plan.Delete {
		lines = append(lines, fmt.Sprintf("+ %s: %s%s", c.Setting, value(c.After), note))
	}
	return lines
}

// around is how many unchanged lines are shown beside changed ones.
const around = 3

// unchangedCut leaves out unchanged lines that are far from any change, if there
// are at least so many beside each other. What says so has a mark of its own.
func unchangedCut(all []diffLine, mark byte, least int) []diffLine {
	near := make([]bool, len(all))
	for i, line := range all {
		if line.mark != ' ' {
			for j := max(0, i-around); j <= min(len(all)-1, i+around); j++ {
				near[j] = true
			}
		}
	}
	var kept []diffLine
	skipped := 0
	for i, line := range all {
		if !near[i] {
			skipped++
			if i+1 < len(all) && !near[i+1] {
				continue
			}
			if skipped < least {
				kept = append(kept, all[i+1-skipped:i+1]...)
			} else {
				kept = append(kept, diffLine{mark, fmt.Sprintf("… %s unchanged", diag.Counted(skipped, "line"))})
			}
			skipped = 0
			continue
		}
		kept = append(kept, line)
	}
	return kept
}

// short is a value that stands in a line with others.
func short(v room.Value) string { return clip(value(v), longestName) }

// conflicting is a name about which nothing can be done.
func conflicting(c plan.Conflict) piece {
	op := plan.Operation{Desired: c.Desired}
	p := folded("!", "conflict", c.Desired.Name, originOf(op), "", nil, nil)
	live := liveOf(c, code)
	if live != "" {
		live = " Live: " + live + "."
	}
	text := prose(c.Reason) + ": " + prose(c.Hint)
	p.full = strings.Replace(p.full, "\n</details>", "**"+sentence(c.Reason)+".** "+sentence(c.Hint)+"."+live+"\n\n</details>", 1)
	p.brief = strings.TrimSuffix(p.brief, "\n") + ": " + text + "\n"
	return p
}

// A document has at most this much of warnings, and of rooms left alone: what
// is planned matters more.
const (
	mostLines = 20
	mostBytes = 8000
)

// bounded is a list of which the first few lines are shown.
func bounded(n int, line func(i int) string) string {
	var b strings.Builder
	for i := range n {
		text := line(i)
		if i == mostLines || b.Len()+len(text) > mostBytes {
			fmt.Fprintf(&b, "- and %d more\n", n-i)
			break
		}
		b.WriteString(text)
	}
	return b.String()
}

func warningsMarkdown(ws []plan.Warning) string {
	if len(ws) == 0 {
		return ""
	}
	return "\n**" + diag.Counted(len(ws), "warning") + "**\n\n" + bounded(len(ws), func(i int) string {
		w, text := ws[i], "- "
		if w.Pos.Line > 0 {
			text += code(fmt.Sprintf("%s:%d", w.Pos.File, w.Pos.Line)) + " "
		}
		text += prose(w.Message)
		if w.Hint != "" {
			text += "; " + prose(w.Hint)
		}
		if w.Lint != "" {
			text += " (" + code(w.Lint) + ")"
		}
		return text + "\n"
	})
}

func bystandersMarkdown(p plan.Plan) string {
	var left grouped
	for _, u := range slices.Concat(p.Ignored, p.Excluded, p.Unmanaged) {
		left.add(u.Reason, u.Name)
	}
	if len(left.reasons) == 0 {
		return ""
	}
	slices.Sort(left.reasons)
	return "\n**Left alone**\n\n" + bounded(len(left.reasons), func(i int) string {
		reason := left.reasons[i]
		return "- " + prose(reason) + ": " + codes(left.names[reason]) + "\n"
	})
}

// footer says what the document is about and where it comes from.
func footer(p plan.Plan, about About, digest string) string {
	parts := []string{"space " + code(p.Space), "project " + code(p.Project)}
	if said := strings.TrimSpace(flags(p.Options)); said != "" {
		parts = append(parts, "with "+code(said))
	}
	if digest != "" {
		parts = append(parts, "digest "+code(digest))
	}
	if about.Commit != "" {
		parts = append(parts, "commit "+code(about.Commit))
	}
	if run := link("run", about.Run); run != "" {
		parts = append(parts, run)
	}
	if about.Version != "" {
		parts = append(parts, "roomsync "+code(about.Version))
	}
	return "\n<sub>" + strings.Join(parts, " · ") + "</sub>\n"
}
