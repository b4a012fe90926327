package render

import (
	"fmt"
	"io"

	"roomsync/internal/diag"
)

// Validated is what can be said of a file without looking at the live rooms.
type Validated struct {
	File     string
	Rooms    int
	Problems diag.List // warnings
	Reason   string    // why there is no plan
}

// ValidatedJSON writes it in the place of a plan, as schema/plan.schema.json
// describes it.
func ValidatedJSON(w io.Writer, v Validated) error {
	return WriteJSON(w, struct {
		FormatVersion int       `json:"format_version"`
		Validated     bool      `json:"validated"`
		Rooms         int       `json:"rooms"`
		Reason        string    `json:"not_planned"`
		Warnings      []Problem `json:"warnings"`
	}{FormatVersion, true, v.Rooms, v.Reason, NewProblems(v.Problems)})
}

// ValidatedMarkdown writes it for a step summary.
func ValidatedMarkdown(w io.Writer, v Validated, about About, limit int) error {
	head := marker("", about.Environment, "") + title("plan", about) + "\n" +
		alert("NOTE", fmt.Sprintf("**%s is valid: %s.** Not planned: %s.", code(v.File), diag.Counted(v.Rooms, "room"), prose(v.Reason)))
	_, err := io.WriteString(w, fitted(head, problemPieces(NewProblems(v.Problems)), "\n", "`roomsync validate` shows them", limit))
	return err
}
