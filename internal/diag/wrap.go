package diag

import "strings"

// Wrap breaks a line at blanks, so that each piece goes into some columns of a
// terminal, and indents all but the first by hang. Between ideographs, and in a
// word that is longer than a line, it breaks anywhere: text from elsewhere must
// not come to stand where lines of ours begin. Where there are no columns, there
// is no terminal, and the line stays as it is.
//
// The line is one that Printable has been over. It may be painted, but nothing
// that is painted may have more paint inside.
func Wrap(line string, columns, hang int) string {
	if columns < 1 {
		return line
	}
	w := wrapping{columns: columns, hang: min(hang, columns/2)}
	if Width(line) <= columns {
		return Isolate(line)
	}
	each(line, func(character string, columns int) bool {
		w.add(character, columns)
		return true
	})
	w.flush()
	w.end()
	return strings.Join(w.lines, "\n")
}

// wrapping is a line on its way to being several.
type wrapping struct {
	columns, hang int

	lines  []string
	line   strings.Builder
	width  int        // of line
	blanks int        // between line and word
	word   []measured // not in line yet
	paint  string     // that is on where line ends; empty: none
}

// measured is a character with the columns that it takes.
type measured struct {
	text    string
	columns int
}

func (w *wrapping) add(character string, columns int) {
	if character == " " {
		w.flush()
		w.blanks++
		return
	}
	if columns > 1 { // ideographs have no blanks between them
		w.flush()
	}
	w.word = append(w.word, measured{character, columns})
}

// widest is how many columns a character takes at most, but for escapes.
const widest = 2

// flush puts the word into the line, or begins another line with it.
func (w *wrapping) flush() {
	width := 0
	for _, c := range w.word {
		width += c.columns
	}
	if width == 0 { // paint stays where it is
		w.put()
		return
	}
	fits, begins := w.width+w.blanks+width <= w.columns, w.width+w.blanks+widest <= w.columns
	if longer := width > w.columns-w.hang; w.begun() && !fits && !(longer && begins) {
		w.next()
	}
	w.write(strings.Repeat(" ", w.blanks), w.blanks)
	w.blanks = 0
	w.put()
}

// put writes the word, over as many lines as it takes.
func (w *wrapping) put() {
	for _, c := range w.word {
		if w.width+c.columns > w.columns && w.begun() {
			w.next()
		}
		w.write(c.text, c.columns)
		switch {
		case c.text[0] != escapeCharacter:
		case w.paint == "":
			w.paint = c.text
		default:
			w.paint = ""
		}
	}
	w.word = w.word[:0]
}

// begun tells whether the line has more than its indentation.
func (w *wrapping) begun() bool {
	return w.width > 0 && (len(w.lines) == 0 || w.width > w.hang)
}

func (w *wrapping) write(text string, columns int) {
	w.line.WriteString(text)
	w.width += columns
}

// next begins another line. The blanks before it are not painted.
func (w *wrapping) next() {
	paint := w.paint
	w.end()
	w.blanks = 0
	w.write(strings.Repeat(" ", w.hang), w.hang)
	w.line.WriteString(paint)
}

// end ends the line, and the paint with it.
func (w *wrapping) end() {
	if w.paint != "" {
		w.line.WriteString("\x1b[0m")
	}
	w.lines = append(w.lines, Isolate(w.line.String()))
	w.line.Reset()
	w.width = 0
}
