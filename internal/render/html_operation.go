package render

import (
	"slices"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// operationView is an operation as the page shows it.
type operationView struct {
	actionWords
	Open bool

	Name, From   string
	Kind, Source string
	Session      string // the meeting that is going on, and what comes of it
	Notes        []string

	Columns []string // of the table, beside the setting's name
	Rows    []rowView
	Texts   []textView
	Themes  []themeView
	Paired  bool // one drawing for each theme
	Bare    bool // a room without an interface to draw
}

// rowView is a setting in the table.
type rowView struct {
	settingView
	Cells []cellView // one for each column
}

// settingView is a setting's name and what it is.
type settingView struct{ Name, Title, Note string }

// cellView is a value of a setting.
type cellView struct {
	Text  string
	Color string // a colour to show beside it
	Null  bool
	Wrong bool // not a colour, where one belongs
}

// textView is a setting whose value reads better on lines of its own.
type textView struct {
	settingView
	Parts []part
}

// shownChanges are the changes of an operation; of a delete, what ends with the
// room.
func shownChanges(op plan.Operation) []room.Change {
	if op.Action != plan.Delete {
		return op.Changes
	}
	lost := room.Lost(op.Live)
	return lost[:len(lost):len(lost)]
}

func newOperationView(op plan.Operation, mode plan.InUse, t telling, d *drafts) operationView {
	v := operationView{
		actionWords: t.action(op.Action), Name: diag.Printable(op.Name()), From: diag.Printable(op.From()),
		Kind: string(op.Kind()), Source: place(op.Desired.Pos), Bare: op.Kind() == room.Room,
	}
	if op.Session.InProgress() {
		v.Session = op.Session.InUse()
		if t.intends {
			v.Session += dealings[mode]
		}
	}
	if op.Action == plan.Create && len(op.Desired.Was) > 0 {
		v.Notes = append(v.Notes, "previously: no live room is named "+names(op.Desired.Was))
	}
	if op.Action == plan.Rename && !t.intends {
		v.Notes = append(v.Notes, "the live room still has the name "+v.From)
	}
	if op.Because != "" {
		v.Notes = append(v.Notes, diag.Printable(op.Because))
	}
	switch op.Action {
	case plan.Create:
		v.Columns = []string{t.after}
	case plan.Delete:
		v.Columns = []string{t.before}
	default:
		v.Columns = []string{t.before, t.after}
	}
	for _, c := range shownChanges(op) {
		if !c.Implied || t.intends { // what the API would ask for is no difference
			v.add(op, c, implied(c), t.hide)
		}
	}
	for _, c := range op.Ignored {
		v.add(op, c, "ignored: it stays as it is", t.hide)
	}
	if !v.Bare {
		v.Themes = d.themes(op, t)
		v.Paired = !slices.ContainsFunc(v.Themes, func(t themeView) bool { return len(t.Sides) > 1 })
	}
	return v
}

func implied(c room.Change) string {
	if c.Implied {
		return "the API requires one"
	}
	return ""
}

// add puts a change into the table or among the long texts.
func (v *operationView) add(op plan.Operation, c room.Change, note string, hide func(string) string) {
	s, _ := schema.Lookup(string(op.Kind()), c.Setting)
	setting := settingView{diag.Printable(c.Setting), s.Description, note}
	if isLong(c.Before) || isLong(c.After) {
		v.Texts = append(v.Texts, textView{setting, inlineDiff(op.Action, c, hide)})
		return
	}
	before, after := newCell(s, c.Before), newCell(s, c.After)
	row := rowView{settingView: setting}
	switch op.Action {
	case plan.Create:
		row.Cells = []cellView{after}
	case plan.Delete:
		row.Cells = []cellView{before}
	default:
		row.Cells = []cellView{before, after}
	}
	v.Rows = append(v.Rows, row)
}

func newCell(s schema.Setting, v room.Value) cellView {
	cell := cellView{Text: value(v), Null: !v.IsSet() || v.IsNull()}
	if s.Format == "color" && !cell.Null {
		if text, isText := v.Str(); isText && isColor(text) {
			cell.Color = text
		} else {
			cell.Wrong = true
		}
	}
	return cell
}

// isColor tells whether text is #RRGGBB and nothing else: only then has it a
// contrast.
func isColor(text string) bool {
	_, ok := room.Contrast(text, text)
	return ok
}
