package render

import (
	"bufio"
	"cmp"
	"slices"
	"strings"

	"github.com/fatih/color"

	"roomsync/internal/diag"
)

// sheet is text in columns, for a terminal or any other reader.
type sheet struct {
	columns []column
	rows    [][]string
}

// column is how a column makes room where the terminal is too narrow for all.
type column struct {
	title string
	least int    // columns of the terminal that it takes at the least, if it has that much
	cut   int    // its turn to be cut; 0: never
	spare int    // its turn to be left out when cutting does not help; 0: never
	brief string // stands for a text that would have to be cut; empty: what there is room for
	width int
}

// gap is the blanks between columns.
const gap = 2

// add adds a row of texts that Printable has been over.
func (t *sheet) add(cells ...string) { t.rows = append(t.rows, cells) }

// write writes the table, every column as wide as its widest text, or what the
// terminal has room for.
func (t *sheet) write(b *bufio.Writer, style Style) {
	for i := range t.columns {
		for _, row := range t.rows {
			row[i] = style.hide(row[i]) // before anything is cut
		}
		t.columns[i].width = t.natural(i)
	}
	if style.Width > 0 {
		t.fit(style.Width)
	}
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.title
	}
	style.line(b, 0, style.paint(t.row(titles), color.Bold))
	for _, row := range t.rows {
		style.line(b, 0, t.row(row))
	}
}

// fit makes the table fit into a terminal: columns are cut to what they need at
// the least, one after the other, and then left out.
func (t *sheet) fit(width int) {
	for _, i := range t.turns(func(c column) int { return c.cut }) {
		c := &t.columns[i]
		if over := t.width() - width; over > 0 {
			c.width = max(c.width-over, min(c.width, c.least))
		}
	}
	for _, i := range t.turns(func(c column) int { return c.spare }) {
		if t.width() > width {
			t.columns[i].width = 0
		}
	}
	// What was cut before another was left out may be more than it need be.
	for _, i := range t.turns(func(c column) int { return -c.cut }) {
		c := &t.columns[i]
		if c.width > 0 {
			c.width = min(c.width+max(0, width-t.width()), t.natural(i))
		}
	}
}

// natural is how wide a column would be with all that is in it.
func (t *sheet) natural(i int) int {
	width := len(t.columns[i].title)
	for _, row := range t.rows {
		width = max(width, diag.Width(row[i]))
	}
	return width
}

// turns are the columns that have a turn, in that order.
func (t *sheet) turns(turn func(column) int) []int {
	var all []int
	for i, c := range t.columns {
		if turn(c) != 0 {
			all = append(all, i)
		}
	}
	slices.SortStableFunc(all, func(i, j int) int { return cmp.Compare(turn(t.columns[i]), turn(t.columns[j])) })
	return all
}

func (t *sheet) width() int {
	width := -gap
	for _, c := range t.columns {
		if c.width > 0 {
			width += c.width + gap
		}
	}
	return width
}

// row is a row in its columns. Nothing follows the last text.
func (t *sheet) row(cells []string) string {
	var b strings.Builder
	blanks := 0
	for i, c := range t.columns {
		if c.width == 0 {
			continue
		}
		text := cells[i]
		if c.brief != "" && diag.Width(text) > c.width {
			text = c.brief
		}
		text = diag.Cut(text, c.width)
		b.WriteString(strings.Repeat(" ", blanks) + text)
		blanks = c.width - diag.Width(text) + gap
	}
	return b.String()
}
