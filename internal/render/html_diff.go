package render

import (
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// inlineDiff tells two long values apart word by word. A room that comes or
// goes has one of them only, and nothing in it is marked.
func inlineDiff(action plan.Action, c room.Change, hide func(string) string) []part {
	before, after := printableLines(asLines(c.Before)), printableLines(asLines(c.After))
	if hide != nil {
		before, after = hide(before), hide(after)
	}
	switch {
	case action == plan.Create:
		return []part{{Text: after}}
	case action == plan.Delete:
		return []part{{Text: before}}
	}
	// A null beside a long text is no word of it.
	if c.Before.IsNull() || c.After.IsNull() || !c.Before.IsSet() || !c.After.IsSet() {
		return changed(before, after)
	}
	return wordDiff(before, after)
}

func changed(before, after string) []part {
	var parts []part
	if before != "" {
		parts = append(parts, part{Text: before, Removed: true})
	}
	if after != "" {
		parts = append(parts, part{Text: after, Added: true})
	}
	return parts
}

// printableLines makes each line of a text printable and keeps the line ends.
func printableLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		content, ended := strings.CutSuffix(line, "\n")
		b.WriteString(diag.Printable(content))
		if ended {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
