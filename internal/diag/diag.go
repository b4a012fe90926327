// Package diag holds problems found in files: a position, a message at it, a
// list of them, and how they are shown over the source line; and, since that is
// what most of them are shown on, how text from anywhere stands on a terminal:
// printable, measured in columns, cut, wrapped. It reads no files, asks no terminal
// and does not decide what is a problem.
package diag

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Pos is a place in a file. Line and Col count from 1, Col in characters;
// Line 0 stands for the file as a whole.
type Pos struct {
	File      string
	Line, Col int
}

// String writes file:line:col, leaving out what is not known.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Severity tells errors, which stop a command, from warnings, which do not.
type Severity int

// The severities. The zero value is an error.
const (
	Error Severity = iota
	Warning
)

// String is "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Problem is something wrong at a place in a file.
type Problem struct {
	Pos      Pos
	Severity Severity
	Lint     string // the name of the lint that found it, if one did
	Message  string // lower case, no full stop
	Hint     string // what to do about it; may be empty
	Line     string // the source line, for showing; may be empty
}

// String is the problem in one line: file:line:col: message (hint).
func (p Problem) String() string {
	place, severity, rest := p.parts()
	return place + severity + rest
}

// parts are the problem in one line, in three: where it is, that it is a
// warning, and what it is. The first two may be empty.
func (p Problem) parts() (place, severity, rest string) {
	if where := p.Pos.String(); where != "" {
		place = Printable(where) + ": "
	}
	if p.Severity == Warning {
		severity = "warning: "
	}
	rest = p.Message
	if p.Hint != "" {
		rest += " (" + p.Hint + ")"
	}
	if p.Lint != "" {
		rest += " [" + p.Lint + "]"
	}
	return place, severity, Printable(rest)
}

// List is any number of problems. As an error it is one with all of them.
type List []Problem

// Error writes one problem a line.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, p := range l {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Errors counts the problems that are not warnings.
func (l List) Errors() int {
	n := 0
	for _, p := range l {
		if p.Severity == Error {
			n++
		}
	}
	return n
}

// Sort orders problems by file, line and column, keeping the order of those
// at the same place.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col),
		)
	})
}

// WriteTo writes every problem with its source line and a caret under the
// place.
func (l List) WriteTo(w io.Writer) (int64, error) { return l.Show(w, Look{}) }

// Look is how problems are shown. The zero value is plain text.
type Look struct {
	Columns               int                 // of the terminal; 0: there is none
	Place, Error, Warning func(string) string // paint where a problem is and what points at it; nil: nothing is painted
}

// Show writes what WriteTo does for a terminal: lines are wrapped, and of a long
// source line there is what is around the place.
func (l List) Show(w io.Writer, look Look) (int64, error) {
	const indent = "    "
	width := excerptWidth
	if look.Columns > 0 {
		width = min(width, look.Columns-len(indent)-2-1) // two ellipses, and a caret past the end
	}
	paint := func(with func(string) string, text string) string {
		if with == nil || text == "" {
			return text
		}
		return with(text)
	}
	var b strings.Builder
	for _, p := range l {
		place, severity, rest := p.parts()
		tint := look.Error
		if p.Severity == Warning {
			tint = look.Warning
		}
		b.WriteString(Wrap(paint(look.Place, place)+paint(tint, severity)+rest, look.Columns, len(indent)/2) + "\n")
		if p.Line == "" || p.Pos.Col < 1 {
			continue
		}
		line, blanks := excerpt(p.Line, p.Pos.Col, width)
		if look.Columns > 0 {
			line = Isolate(line)
		}
		b.WriteString(indent + line + "\n" + indent + blanks + paint(tint, "^") + "\n")
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}
