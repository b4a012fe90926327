package render

import (
	"fmt"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
)

// OperationLine says in one line what an operation does.
func OperationLine(op plan.Operation) string {
	var changes []string
	for _, c := range op.Changes {
		switch {
		case isLong(c.Before) || isLong(c.After):
			changes = append(changes, c.Setting)
		case op.Action == plan.Create:
			changes = append(changes, c.Setting+": "+value(c.After))
		default:
			changes = append(changes, c.Setting+": "+value(c.Before)+" → "+value(c.After))
		}
	}
	text := diag.Printable(op.Name()) + " would be " + done[op.Action]
	if from := op.From(); from != "" {
		text = diag.Printable(from) + " would be renamed to " + diag.Printable(op.Name())
	}
	if len(changes) > 0 {
		text += ": " + strings.Join(changes, ", ")
	}
	return clip(text, longestProse)
}

// DriftLine says in one line how a live room differs from the file.
func DriftLine(op plan.Operation) string {
	text := diag.Printable(op.Name()) + ": " + driftMessage(op)
	if op.Action != plan.Update {
		return text
	}
	var differences []string
	for _, d := range newDiffering(op.Changes) {
		if isLong(d.Live) || isLong(d.File) {
			differences = append(differences, d.Setting)
			continue
		}
		differences = append(differences, fmt.Sprintf("%s (live %s, file %s)", d.Setting, value(d.Live), value(d.File)))
	}
	return clip(diag.Printable(op.Name())+": changed: "+strings.Join(differences, ", "), longestProse)
}
