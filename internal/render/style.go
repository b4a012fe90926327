package render

import (
	"bufio"
	"strconv"
	"strings"

	"github.com/fatih/color"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// Style is how text output looks. The zero value is plain.
type Style struct {
	Color bool                // use ANSI colours
	Width int                 // columns of the terminal; 0: there is none, and nothing is cut or wrapped
	Hide  func(string) string // takes secrets out before a text is taken apart, when nobody could find them any more; nil: there are none
}

// The palette: three of the 16 colours that every terminal has, in whatever
// shade the person at it has chosen, and bold. On the default palettes of
// xterm, VGA, Windows (before and since 2017), macOS, GNOME, Tango, VS Code and
// Solarized, dark and light, green, red and magenta can be read on both
// backgrounds (3:1 or nearly, but for green on xterm's and macOS's white, at 2.2,
// and for red and magenta on black where they are dark by tradition). Yellow
// and cyan cannot on five of the light ones (1.7 and 2.0 at worst), nor blue on
// seven of the dark ones (1.3): they are not used.
//
// No colour says anything that is not said without it: actions have their marks
// (+ ~ - > !), values an arrow, and words that are gone are struck, those that
// came underlined, so that red and green need not be told apart. What is faint
// is about where something comes from, never what happens.
const (
	tintAdded     = color.FgGreen
	tintRemoved   = color.FgRed // and what failed, or would be refused
	tintChanged   = color.Bold  // no colour: it is neither
	tintAttention = color.FgMagenta
)

// Marks and colours of the actions. The marks tell them apart without colour.
var looks = map[plan.Action]struct {
	mark string
	tint color.Attribute
}{
	plan.Rename: {">", tintChanged},
	plan.Create: {"+", tintAdded},
	plan.Update: {"~", tintChanged},
	plan.Delete: {"-", tintRemoved},
}

func (s Style) paint(text string, attributes ...color.Attribute) string {
	if !s.Color {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}

// line writes a line, wrapped for a terminal: all but its begin is indented.
func (s Style) line(b *bufio.Writer, hang int, text string) {
	if s.Width > 0 {
		text = diag.Wrap(s.hide(text), s.Width, hang)
	}
	b.WriteString(text + "\n")
}

// fits tells whether a line needs no wrapping.
func (s Style) fits(line string) bool {
	return s.Width == 0 || diag.Width(s.hide(line)) <= s.Width
}

func (s Style) hide(text string) string {
	if s.Hide == nil {
		return text
	}
	return s.Hide(text)
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

// Problems is how problems of files look in this style.
func (s Style) Problems() diag.Look {
	look := diag.Look{Columns: s.Width}
	if s.Color {
		look.Place = func(text string) string { return s.paint(text, color.Bold) }
		look.Error = s.Alarm
		look.Warning = func(text string) string { return s.paint(text, tintAttention, color.Bold) }
	}
	return look
}

// Alarm paints what says that something went wrong.
func (s Style) Alarm(text string) string { return s.paint(text, tintRemoved, color.Bold) }
