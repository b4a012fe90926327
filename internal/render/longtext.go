package render

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// oneLine is how many characters of a value fit on the line of its setting.
const oneLine = 60

// isLong tells whether a value reads better on lines of its own.
func isLong(v room.Value) bool {
	text, isText := v.Str()
	if !isText {
		text = v.JSON()
	}
	return strings.Contains(text, "\n") || utf8.RuneCountInString(text) > oneLine
}

// diffLine is a line of two texts laid over each other.
type diffLine struct {
	mark byte // '-' only before, '+' only after, ' ' in both
	text string
}

// lineDiff compares two values line by line.
func lineDiff(before, after room.Value) []diffLine {
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // a limit would make the output depend on the machine
	x, y, lines := d.DiffLinesToChars(asLines(before), asLines(after))
	var all []diffLine
	for _, part := range d.DiffCharsToLines(d.DiffMain(x, y, false), lines) {
		mark := byte(' ')
		switch part.Type {
		case diffmatchpatch.DiffDelete:
			mark = '-'
		case diffmatchpatch.DiffInsert:
			mark = '+'
		}
		for line := range strings.Lines(part.Text) {
			all = append(all, diffLine{mark, diag.Printable(strings.TrimSuffix(line, "\n"))})
		}
	}
	return all
}

// asLines spreads a value over lines, each with its end: text as it is, an
// object indented. An absent value has none.
func asLines(v room.Value) string {
	text, isText := v.Str()
	switch {
	case !v.IsSet():
		return ""
	case !isText:
		var b bytes.Buffer
		if json.Indent(&b, []byte(v.JSON()), "", "  ") != nil {
			return v.JSON() + "\n"
		}
		text = b.String()
	case !isLong(v):
		text = value(v) // beside a long text, too, "" and null are told apart
	}
	return strings.TrimSuffix(text, "\n") + "\n"
}
