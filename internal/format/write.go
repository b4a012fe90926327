package format

import (
	"strings"
	"unicode/utf8"
)

// step is how much further in a value stands than its key.
const step = 2

// writer writes a layout.
type writer struct {
	strings.Builder
	full bool // a blank line would become part of the block scalar above
}

func (d *document) String() string {
	w := new(writer)
	w.comments(d.prologue, 0)
	if d.root.gap {
		w.blank()
	}
	w.entry(d.root, 0, "")
	w.comments(d.epilogue, 0)
	return w.Builder.String()
}

// line writes a line. An empty one has no indentation.
func (w *writer) line(column int, text string) {
	if text != "" {
		w.WriteString(strings.Repeat(" ", column))
		w.WriteString(text)
	}
	w.WriteByte('\n')
	w.full = false
}

// blank writes a blank line where one can stand.
func (w *writer) blank() {
	if w.Len() > 0 && !w.full {
		w.WriteByte('\n')
	}
}

func (w *writer) comments(all []comment, column int) {
	for _, c := range all {
		if c.blank {
			w.blank()
		}
		w.line(column, c.text)
	}
}

// block writes a block. lead is what is on the line of its first entry already,
// if that is not a line of its own.
func (w *writer) block(b *block, column int, lead string) {
	for i, e := range b.entries {
		if i == 0 && lead != "" {
			w.entry(e, column, lead)
			continue
		}
		w.comments(e.standing, column)
		if e.gap {
			w.blank()
		}
		w.comments(e.own, column)
		w.entry(e, column, "")
	}
	w.comments(b.tail, column)
}

// entry writes an entry from its head on. lead is what is on its line already,
// or empty.
func (w *writer) entry(e *entry, column int, lead string) {
	inner := column + step
	if e.isRoot() {
		inner = column
	}
	if lead == "" {
		lead = strings.Repeat(" ", column)
	}
	v := &e.value
	switch {
	case v.block != nil && e.joins():
		w.block(v.block, inner, lead+"- ")
	case v.block != nil:
		w.head(e, lead)
		w.block(v.block, inner, "")
	case len(v.text) == 0:
		w.head(e, lead)
	case v.below:
		w.head(e, lead)
		w.comments(v.above, inner)
		w.text(e, strings.Repeat(" ", inner), "", column, inner-v.column)
	default:
		head := e.headText()
		if head != "" {
			head += " "
		}
		w.text(e, lead, head, column, column-e.column)
	}
	w.comments(e.after, inner)
}

// isRoot tells whether an entry stands for the whole file.
func (e *entry) isRoot() bool { return e.head == "" || e.head == "---" }

// joins tells whether the block that an item is begins beside its -.
func (e *entry) joins() bool {
	first := e.value.block.entries[0]
	return e.head == "-" && e.props == "" && e.beside == nil && len(first.standing) == 0 && len(first.own) == 0
}

func (e *entry) headText() string {
	if e.props == "" {
		return e.head
	}
	return strings.TrimLeft(e.head+" "+e.props, " ")
}

// head writes the line of an entry whose value is not on it.
func (w *writer) head(e *entry, lead string) {
	if head := e.headText(); head != "" || e.beside != nil {
		w.line(0, lead+head+e.beside.after(head))
	}
}

// after is a comment at the end of a line that holds a text, in the column that
// it had, counted from where the entry begins, if there is room.
func (c *lineComment) after(text string) string {
	if c == nil {
		return ""
	}
	return strings.Repeat(" ", max(1, c.column-runes(text))) + c.text
}

// text writes the text that the value of an entry is, and what belongs to it.
// Lines after the first keep their distance from it but stay further in than
// the entry's column.
func (w *writer) text(e *entry, lead, head string, column, shift int) {
	v := &e.value
	first := head + v.text[0].text
	if len(v.text) == 1 {
		w.line(0, lead+first+v.beside.after(first))
	} else {
		w.line(0, lead+first)
	}
	for i, l := range v.text[min(1, len(v.text)):] {
		text := l.text
		if i == len(v.text)-2 && v.beside != nil {
			text += strings.Repeat(" ", max(1, v.beside.gap)) + v.beside.text
		}
		w.line(l.column(e, column, shift), text)
	}
	if v.isBody {
		indent := column + step
		if v.explicit > 0 {
			indent = column + v.explicit
		}
		for _, l := range v.body {
			w.line(indent, l)
		}
		w.full = v.keeps
	}
}

// column is where a line of the text of an entry is to stand.
func (l line) column(e *entry, column, shift int) int {
	if l.text == "" {
		return 0
	}
	to := l.indent + shift
	switch closes := e.value.flow && strings.IndexByte("]}", l.text[0]) >= 0; {
	case e.isRoot() && shift == 0:
		return l.indent
	case closes:
		return max(to, column)
	case to > column:
		return to
	}
	return column + step
}

func runes(s string) int { return utf8.RuneCountInString(s) }
