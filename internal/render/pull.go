package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// Pull is what went from the live rooms into the files, and what did not.
type Pull struct {
	Space, Project string
	Check          bool // nothing is written: it is what would be
	Pulled         []Pulled
	Left           []PullLeft
	Written        []string // files
	Bases          []string // those that change, or would, and have other layers over them
	Diff           string   // of all files, unified
}

// Pulled is a value that went into a file, or a room that came or went.
type Pulled struct {
	Action  plan.Action // Update; Create and Delete in the file, not live
	Kind    room.Kind
	Room    string
	Setting string     // of an update
	File    room.Value // what the file said
	Live    room.Value // and now says
	Pos     diag.Pos
}

// PullLeft is a difference that is left as it is.
type PullLeft struct {
	Kind    room.Kind
	Room    string
	Setting string     // empty: it is about the whole room
	File    room.Value // of a setting
	Live    room.Value // likewise
	Pos     diag.Pos   // where the file says it; of no line if it does not
	Why     string
	Hint    string // what to do about it; may be empty
}

// PullText writes a pull for people: what was written, what was left and why,
// and one summary line last.
func PullText(w io.Writer, p Pull, style Style) error {
	b := bufio.NewWriter(w)
	for _, d := range p.Pulled {
		look := looks[d.Action]
		head := style.paint(look.mark+" "+diag.Printable(d.Room), look.tint, color.Bold) + "  " + style.paint(placed(d.Pos), color.Faint)
		switch {
		case d.Action != plan.Update:
			b.WriteString(head + "\n")
		case isLong(d.File) || isLong(d.Live):
			style.line(b, detail, head+"  "+d.Setting+":")
			lines, inWords := longChange(d.File, d.Live, style)
			writeLines(b, lines, inWords, style)
		default:
			b.WriteString(head + "  " + d.Setting + ": " + style.paint(value(d.File), tintRemoved) + " → " + style.paint(value(d.Live), tintAdded) + "\n")
		}
	}
	if len(p.Pulled) > 0 {
		b.WriteString("\n")
	}
	return writePullEnd(b, p, style)
}

// PullLeftText writes what a pull leaves, and the summary line.
func PullLeftText(w io.Writer, p Pull, style Style) error {
	return writePullEnd(bufio.NewWriter(w), p, style)
}

func writePullEnd(b *bufio.Writer, p Pull, style Style) error {
	writePullLeft(b, p.Left, style)
	for _, base := range p.Bases {
		b.WriteString(style.paint("note:", tintAttention) + " " + diag.Printable(base) + " is a lower layer: it changes for every environment that uses it\n")
	}
	b.WriteString(style.paint(pullSummary(p), color.Bold) + "\n")
	return b.Flush()
}

func writePullLeft(b *bufio.Writer, left []PullLeft, style Style) {
	// Rooms that the file does not have are named together: there may be many.
	var strangers grouped
	for _, l := range left {
		if l.Setting == "" && l.Pos.Line == 0 {
			strangers.add(l.Why+"\n"+l.Hint, l.Room)
			continue
		}
		b.WriteString(style.paint("! "+diag.Printable(l.Room), tintAttention, color.Bold))
		if l.Pos.Line > 0 {
			b.WriteString("  " + style.paint(placed(l.Pos), color.Faint))
		}
		if l.Setting != "" {
			fmt.Fprintf(b, "  %s: the file says %s, live is %s", l.Setting, clip(value(l.File), oneLine), clip(value(l.Live), oneLine))
		}
		b.WriteString("\n    left as it is: " + diag.Printable(l.Why) + "\n")
		if l.Hint != "" {
			b.WriteString("    " + diag.Printable(l.Hint) + "\n")
		}
	}
	for _, reason := range strangers.reasons {
		why, hint, _ := strings.Cut(reason, "\n")
		b.WriteString(style.paint("! "+names(strangers.names[reason]), tintAttention, color.Bold) + "\n    left as it is: " + diag.Printable(why) + "\n")
		if hint != "" {
			b.WriteString("    " + diag.Printable(hint) + "\n")
		}
	}
	if len(left) > 0 {
		b.WriteString("\n")
	}
}

// placed is a place in a file, without the column.
func placed(at diag.Pos) string {
	at.Col = 0
	return diag.Printable(at.String())
}

func pullSummary(p Pull) string {
	count := make(map[plan.Action]int)
	for _, d := range p.Pulled {
		count[d.Action]++
	}
	var parts []string
	for _, part := range []struct {
		n          int
		noun, verb string
	}{{count[plan.Update], "value", ""}, {count[plan.Create], "room", " added"}, {count[plan.Delete], "room", " removed"}} {
		if part.n > 0 {
			parts = append(parts, diag.Counted(part.n, part.noun)+part.verb)
		}
	}
	left := diag.Counted(len(p.Left), "difference")
	switch done := strings.Join(parts, ", "); {
	case done == "" && len(p.Left) == 0:
		return "Nothing to pull: the file has what is live."
	case done == "":
		return "Nothing pulled. Left: " + left + "."
	case p.Check && len(p.Left) == 0:
		return "To pull: " + done + "."
	case p.Check:
		return "To pull: " + done + ". Would be left: " + left + "."
	case len(p.Left) == 0:
		return "Pulled: " + done + "."
	default:
		return "Pulled: " + done + ". Left: " + left + "."
	}
}

type pullDocument struct {
	FormatVersion int                `json:"format_version"`
	ExitCode      int                `json:"exit_code"`
	Space         string             `json:"space"`
	Project       string             `json:"project"`
	Check         bool               `json:"check"`
	Written       []string           `json:"written"`
	Bases         []string           `json:"bases"`
	Pulled        []pulledDocument   `json:"pulled"`
	Left          []pullLeftDocument `json:"left"`
	Diff          string             `json:"diff"`
}

type pulledDocument struct {
	Action  string     `json:"action"` // set, add or remove
	Kind    room.Kind  `json:"kind"`
	Name    string     `json:"name"`
	Setting string     `json:"setting,omitempty"`
	File    room.Value `json:"file,omitzero"`
	Live    room.Value `json:"live,omitzero"`
	Source  *Source    `json:"source,omitempty"`
}

type pullLeftDocument struct {
	Kind    room.Kind  `json:"kind"`
	Name    string     `json:"name"`
	Setting string     `json:"setting,omitempty"`
	File    room.Value `json:"file,omitzero"`
	Live    room.Value `json:"live,omitzero"`
	Source  *Source    `json:"source,omitempty"`
	Reason  string     `json:"reason"`
	Hint    string     `json:"hint,omitempty"`
}

// PullJSON writes a pull as a document. exitCode is what the program is about
// to exit with.
func PullJSON(w io.Writer, p Pull, exitCode int) error {
	actions := map[plan.Action]string{plan.Update: "set", plan.Create: "add", plan.Delete: "remove"}
	return WriteJSON(w, pullDocument{
		FormatVersion: FormatVersion, ExitCode: exitCode, Space: p.Space, Project: p.Project, Check: p.Check,
		Written: append([]string{}, p.Written...), Bases: append([]string{}, p.Bases...), Diff: p.Diff,
		Pulled: each(p.Pulled, func(d Pulled) pulledDocument {
			return pulledDocument{actions[d.Action], d.Kind, d.Room, d.Setting, d.File, d.Live, source(d.Pos)}
		}),
		Left: each(p.Left, func(l PullLeft) pullLeftDocument {
			return pullLeftDocument{l.Kind, l.Room, l.Setting, l.File, l.Live, source(l.Pos), l.Why, l.Hint}
		}),
	})
}
