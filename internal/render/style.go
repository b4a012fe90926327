package render

import (
	"strconv"
	"strings"

	"github.com/fatih/color"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// Style is how text output looks. The zero value is plain.
type Style struct {
	Color bool // use ANSI colours
}

// Marks and colours of the actions. The marks tell them apart without colour.
var looks = map[plan.Action]struct {
	mark string
	tint color.Attribute
}{
	plan.Rename: {">", color.FgCyan},
	plan.Create: {"+", color.FgGreen},
	plan.Update: {"~", color.FgYellow},
	plan.Delete: {"-", color.FgRed},
}

func (s Style) paint(text string, attributes ...color.Attribute) string {
	if !s.Color {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}

// value is a setting's value for people, in one line. Text is bare where
// nothing else can be meant, else in quotes.
func value(v room.Value) string {
	s, isText := v.Str()
	switch {
	case !v.IsSet():
		return "(none)"
	case !isText:
		return diag.Printable(v.JSON())
	case ambiguous(s):
		return diag.Printable(strconv.Quote(s))
	}
	return diag.Printable(s)
}

// ambiguous tells whether bare text could be taken for something else.
func ambiguous(s string) bool {
	if s == "" || s != strings.TrimSpace(s) || strings.HasPrefix(s, `"`) || strings.Contains(s, " → ") {
		return true
	}
	switch s {
	case "null", "true", "false", "(none)":
		return true
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// listing writes "1 to create, 2 to delete", leaving out what there is none of.
func listing(parts ...any) string {
	var said []string
	for i := 0; i+1 < len(parts); i += 2 {
		if n := parts[i].(int); n > 0 {
			said = append(said, strconv.Itoa(n)+" "+parts[i+1].(string))
		}
	}
	return strings.Join(said, ", ")
}
