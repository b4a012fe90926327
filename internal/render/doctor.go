package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fatih/color"

	"roomsync/internal/diag"
)

// Check is something that doctor looked at.
type Check struct {
	Name    string     `json:"name"`
	State   CheckState `json:"state"`
	Message string     `json:"message"`        // several are a line each
	Hint    string     `json:"hint,omitempty"` // what to do about it
}

// CheckState is how a check ended.
type CheckState string

// The states.
const (
	CheckOK      CheckState = "ok"
	CheckWarning CheckState = "warning" // it works, and probably not as meant
	CheckFailed  CheckState = "failed"
	CheckSkipped CheckState = "skipped" // something before it failed
)

// Failed counts the checks that did.
func Failed(checks []Check) int {
	n := 0
	for _, c := range checks {
		if c.State == CheckFailed {
			n++
		}
	}
	return n
}

var checkTints = map[CheckState]color.Attribute{
	CheckOK: tintAdded, CheckWarning: tintAttention, CheckFailed: tintRemoved, CheckSkipped: color.Faint,
}

// DoctorText writes checks, each with what to do, and what they come to.
func DoctorText(w io.Writer, checks []Check, s Style) error {
	wide := 0
	for _, c := range checks {
		wide = max(wide, len(c.Name))
	}
	var b strings.Builder
	for _, c := range checks {
		fmt.Fprintf(&b, "%s  %-*s  %s\n", s.paint(fmt.Sprintf("%-7s", c.State), checkTints[c.State]), wide, c.Name, indented(c.Message, 11+wide))
		if c.Hint != "" {
			fmt.Fprintf(&b, "%*s  hint: %s\n", 9+wide, "", diag.Printable(c.Hint))
		}
	}
	switch n := Failed(checks); {
	case n > 0:
		fmt.Fprintf(&b, "\n%s failed. Nothing was written: doctor only reads.\n", diag.Counted(n, "check"))
	default:
		fmt.Fprintf(&b, "\nAll is well. Nothing was written: whether the token may write is not checked.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// indented are the lines of a text, each below the first.
func indented(text string, indent int) string {
	all := strings.Split(text, "\n")
	for i := range all {
		all[i] = diag.Printable(all[i])
	}
	return strings.Join(all, "\n"+strings.Repeat(" ", indent))
}

// DoctorJSON writes checks.
func DoctorJSON(w io.Writer, checks []Check) error {
	checks = slices.Clone(checks)
	for i := range checks {
		checks[i].Message = strings.ReplaceAll(checks[i].Message, "\n", "; ")
	}
	return WriteJSON(w, struct {
		FormatVersion int     `json:"format_version"`
		Healthy       bool    `json:"healthy"`
		Checks        []Check `json:"checks"`
	}{FormatVersion, Failed(checks) == 0, checks})
}
