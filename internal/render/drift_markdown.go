package render

import (
	"fmt"
	"io"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
)

// DriftTitle is the title of an issue about drift.
func DriftTitle(p plan.Plan, about About) string {
	where := about.Environment
	if where == "" {
		where = p.Space
	}
	return fmt.Sprintf("Drift in %s: %s not as the file has it", clip(diag.Printable(where), longestName), counted(len(p.Operations)+len(p.Conflicts)))
}

func counted(rooms int) string {
	if rooms == 1 {
		return "1 room is"
	}
	return fmt.Sprintf("%d rooms are", rooms)
}

// DriftMarkdown writes drift for an issue or a step summary. It has at most
// limit bytes; 0 is no limit. It begins with Marker("drift", …).
func DriftMarkdown(w io.Writer, p plan.Plan, about About, limit int) error {
	var head strings.Builder
	head.WriteString(marker("drift", about.Environment, p.Digest()) + title("drift", about) + "\n")
	head.WriteString("**" + driftSummary(p) + "**\n\n")
	if len(p.Operations) > 0 {
		head.WriteString("`-` is what is live, `+` what the file has.\n\n")
	}
	pieces := each(p.Conflicts, conflicting)
	for _, op := range p.Operations {
		var settings []string
		if op.Action == plan.Update || op.Action == plan.Rename {
			for _, d := range newDiffering(op.Changes) {
				settings = append(settings, d.Setting)
			}
		}
		pieces = append(pieces, folded("", driftWords.of[op.Action], op.Name(), originOf(op), "", driftDiff(op), settings))
	}
	foot := warningsMarkdown(p.Warnings) + bystandersMarkdown(p) + driftNext(p, about) + footer(p, about, "")
	_, err := io.WriteString(w, fitted(head.String(), pieces, foot, "`roomsync drift` shows them", limit))
	return err
}
