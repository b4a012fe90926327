package render

import (
	"bufio"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fatih/color"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// change is how a changed setting is told in text.
type change struct {
	setting       string
	column        int        // where values stand, behind the longest name
	short         string     // all that changes, where a line has room for it
	before, after room.Value // what is told on several lines where none has
	sides         [2]string  // what before and after are; empty: the old and the new
	note          string     // behind that; may be empty
}

// writeChange writes a change beside the name of its setting, or below it.
func writeChange(b *bufio.Writer, c change, style Style) {
	long := isLong(c.before) || isLong(c.after)
	head := strings.Repeat(" ", detail) + c.setting + ":"
	beside := head + strings.Repeat(" ", max(1, detail+c.column+len(": ")-len(head))) + c.short
	under := strings.Repeat(" ", below) + c.short
	switch {
	case !long && style.fits(beside+c.note):
		style.line(b, 0, beside+c.note)
	case !long && style.fits(under):
		style.line(b, below, head+c.note)
		style.line(b, 0, under)
	default:
		lines, inWords := longChange(c.before, c.after, style)
		style.line(b, below, head+c.legend(inWords, style)+c.note)
		writeLines(b, lines, inWords, style)
	}
}

// below is how far what does not go beside a setting's name is set in.
const below = 6

// writeLines writes what longChange tells. The marks stand alone in their
// column.
func writeLines(b *bufio.Writer, lines []string, inWords bool, style Style) {
	for _, line := range lines {
		hang := below
		if !inWords {
			hang += textAt(line)
		}
		style.line(b, hang, strings.Repeat(" ", below)+line)
	}
}

// textAt is where the text of a line begins, behind its mark and its own
// indentation.
func textAt(line string) int {
	n := 0
	for ; line != ""; line = line[1:] {
		switch {
		case line[0] == '\x1b':
			line = line[strings.IndexByte(line, 'm'):]
		case line[0] == ' ' || n == 0:
			n++
		default:
			return n
		}
	}
	return n
}

// legend says which side is which, where that is not the old and the new.
func (c change) legend(inWords bool, style Style) string {
	switch {
	case c.sides[0] == "":
		return ""
	case inWords:
		return "  " + style.removed(c.sides[0]) + ", " + style.added(c.sides[1])
	}
	return style.paint("  - "+c.sides[0]+", + "+c.sides[1], color.Faint)
}

// columnOf is where values stand behind names of settings, at most in the
// middle of a terminal: a single long name must not push all of them aside.
func columnOf(changes []room.Change, style Style) int {
	column := 0
	for _, c := range changes {
		column = max(column, len(c.Setting))
	}
	if style.Width > 0 {
		column = min(column, style.Width/2-2)
	}
	return column
}

// longChange tells two values apart: one line of text word by word if that
// reads well, anything else line by line.
func longChange(before, after room.Value, style Style) (lines []string, inWords bool) {
	if line, ok := inlineChange(before, after, style); ok {
		return []string{line}, true
	}
	all := lineDiff(before, after)
	if style.Width > 0 {
		all = unchangedCut(all, cutMark, 2)
	}
	for i := range all {
		all[i].text = style.hide(all[i].text)
	}
	for i := 0; i < len(all); {
		gone, come := run(all[i:], '-'), 0
		come = run(all[i+gone:], '+')
		if gone == 0 && come == 0 {
			lines = append(lines, all[i].plain())
			i++
			continue
		}
		olds, news := all[i:i+gone], all[i+gone:i+gone+come]
		var told []string // of news
		for j := range max(gone, come) {
			switch {
			case j >= come:
				lines = append(lines, style.paint("- "+olds[j].text, tintRemoved))
			case j >= gone:
				told = append(told, style.paint("+ "+news[j].text, tintAdded))
			default:
				old, new := pairOfLines(olds[j].text, news[j].text, style)
				lines, told = append(lines, old), append(told, new)
			}
		}
		lines = append(lines, told...)
		i += gone + come
	}
	return lines, false
}

// cutMark is of a line that stands for others. It begins where marks do, which no
// line of a text does.
const cutMark = 0

// plain is a line as it is without colours.
func (l diffLine) plain() string {
	if l.mark == cutMark {
		return l.text
	}
	return string(l.mark) + " " + l.text
}

// run is how many lines a list begins with that have a mark.
func run(all []diffLine, mark byte) int {
	n := slices.IndexFunc(all, func(l diffLine) bool { return l.mark != mark })
	if n < 0 {
		return len(all)
	}
	return n
}

// pairOfLines is a line and the one that it becomes, with the words marked in
// which they differ.
func pairOfLines(before, after string, style Style) (old, new string) {
	var parts []part
	if style.Color && mayBeAlike(before, after) {
		parts = wordDiff(before, after)
	}
	if !alike(parts) {
		return style.paint("- "+before, tintRemoved), style.paint("+ "+after, tintAdded)
	}
	old, new = style.paint("- ", tintRemoved), style.paint("+ ", tintAdded)
	for _, p := range blanksOutside(parts) {
		switch {
		case p.Removed:
			old += style.removed(p.Text)
		case p.Added:
			new += style.added(p.Text)
		default:
			old += style.paint(p.Text, tintRemoved)
			new += style.paint(p.Text, tintAdded)
		}
	}
	return old, new
}

// inlineChange tells two texts of one line apart word by word, in one line. It
// is for prose: of two names, or addresses, one wants to see each.
func inlineChange(before, after room.Value, style Style) (string, bool) {
	x, isText := before.Str()
	y, both := after.Str()
	if !isText || !both || strings.Contains(x+y, "\n") || !strings.Contains(x, " ") || !strings.Contains(y, " ") {
		return "", false
	}
	x, y = style.hide(diag.Printable(x)), style.hide(diag.Printable(y))
	if !mayBeAlike(x, y) {
		return "", false
	}
	parts := wordDiff(x, y)
	if !alike(parts) {
		return "", false
	}
	parts = blanksOutside(parts)
	if style.Width > 0 && !strings.Contains(x+y, ellipsis) {
		for i, p := range parts {
			if !p.Removed && !p.Added {
				parts[i].Text = middleCut(p.Text)
			}
		}
	}
	return style.inline(parts)
}

// mayBeAlike tells whether two texts have words enough in common to be alike, in
// whatever order: it takes a small part of the time that comparing them does.
func mayBeAlike(x, y string) bool {
	size := func(word string) int { return utf8.RuneCountInString(strings.ReplaceAll(word, " ", "")) }
	left := make(map[string]int)
	ofX, ofY, shared := 0, 0, 0
	for _, word := range tokens(x) {
		left[word]++
		ofX += size(word)
	}
	for _, word := range tokens(y) {
		ofY += size(word)
		if left[word] > 0 {
			left[word]--
			shared += size(word)
		}
	}
	return shared > min(ofX, ofY)-shared
}

// alike tells whether two texts share so much that one reads what is between
// them rather than both. Blanks do not count.
func alike(parts []part) bool {
	var shared, removed, added int
	for _, p := range parts {
		n := utf8.RuneCountInString(strings.ReplaceAll(p.Text, " ", ""))
		switch {
		case p.Removed:
			removed += n
		case p.Added:
			added += n
		default:
			shared += n
		}
	}
	return shared > min(removed, added)
}

// blanksOutside takes the blank before a replaced word out of the marks.
func blanksOutside(parts []part) []part {
	var all []part
	for i := 0; i < len(parts); i++ {
		if i+1 < len(parts) && parts[i].Removed && parts[i+1].Added && parts[i].Text[0] == ' ' && parts[i+1].Text[0] == ' ' {
			if n := len(all); n > 0 {
				all[n-1].Text += " "
			} else {
				all = append(all, part{Text: " "})
			}
			all = append(all, part{Text: parts[i].Text[1:], Removed: true}, part{Text: parts[i+1].Text[1:], Added: true})
			i++
			continue
		}
		all = append(all, parts[i])
	}
	return all
}

const ellipsis = "…"

// middleCut leaves the middle out of a long stretch that has not changed. It
// cuts between words.
func middleCut(text string) string {
	const around, longest = 24, 64 // columns on each side, and of what is not cut
	if diag.Width(text) <= longest {
		return text
	}
	words := tokens(text)
	begin, end, from, to := "", "", 0, len(words)
	for from < to && diag.Width(begin+words[from]) <= around {
		begin += words[from]
		from++
	}
	for to > from && diag.Width(words[to-1]+end) <= around {
		to--
		end = words[to] + end
	}
	return begin + " " + ellipsis + " " + strings.TrimPrefix(end, " ")
}

// The marks of git diff --word-diff.
const (
	removedOpen, removedClose = "[-", "-]"
	addedOpen, addedClose     = "{+", "+}"
)

// inline is what two texts have in common and what they do not, in one line. A
// text in which something looks like a mark of ours is not told so.
func (s Style) inline(parts []part) (string, bool) {
	var b strings.Builder
	removed, added := 0, 0
	for _, p := range parts {
		switch {
		case p.Removed:
			removed++
			b.WriteString(s.removed(p.Text))
		case p.Added:
			added++
			b.WriteString(s.added(p.Text))
		default:
			b.WriteString(p.Text)
		}
	}
	line := b.String()
	if s.Color {
		return line, true
	}
	sound := strings.Count(line, removedOpen) == removed && strings.Count(line, removedClose) == removed &&
		strings.Count(line, addedOpen) == added && strings.Count(line, addedClose) == added
	return line, sound
}

// removed marks what is gone of a text, and added what has come to it: by
// strokes as well as by colours, which not everybody can tell apart. Some
// terminals, such as that of macOS, do not strike text; all underline it.
func (s Style) removed(text string) string {
	if !s.Color {
		return removedOpen + text + removedClose
	}
	return s.paint(text, tintRemoved, color.CrossedOut)
}

func (s Style) added(text string) string {
	if !s.Color {
		return addedOpen + text + addedClose
	}
	return s.paint(text, tintAdded, color.Underline)
}
