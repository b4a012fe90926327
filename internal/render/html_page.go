package render

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// page is what the template shows. All text in it is printable already: the
// template escapes it for HTML and does nothing else to it.
type page struct {
	CSP string
	CSS template.CSS
	JS  template.JS

	Title, Heading, Summary string
	Facts                   []fact
	Failure                 *failureView

	Deletes   *nameList
	Guards    []guardView
	Conflicts []conflictView
	Warnings  []warningView

	Filters    []filterView
	Operations []operationView
	Looks      []look // what drawings share
	Stages     []stage
	Lists      []bystanderList
	Glossary   []glossaryEntry
}

// fact is a line of the page's head.
type fact struct {
	Label, Text string
	Link        string // https only
	Code        bool
}

// nameList is a list of names of which the first few can stand in a sentence.
type nameList struct {
	Count int
	First string
	All   []string // empty if First has them all
}

type guardView struct {
	Name, Message, Lift string
	Rooms               *nameList
}

type conflictView struct {
	Name, Kind, Source, Reason, Hint string
	Live                             []string
}

type warningView struct{ Source, Message, Hint, Lint string }

type filterView struct {
	actionWords
	Count int
}

type bystanderList struct {
	Heading string
	Rooms   []bystanderView
}

type bystanderView struct {
	Name, Kind, Reason string
	Changes            []string
}

type glossaryEntry struct{ Kind, Setting, Description string }

type failureView struct {
	Heading  string
	Tone     string   // red or amber
	Error    []string // lines
	Hint     string
	Problems []problemView
}

type problemView struct{ Severity, Source, Message, Hint string }

// newPage is a comparison as a page.
func newPage(p plan.Plan, about About, t telling) page {
	v := page{
		Title: t.title + ": " + subject(about, p.Space), Heading: t.title + " for " + subject(about, p.Space), Summary: t.summary(p),
		Facts: facts(p, about, t),
		Conflicts: each(p.Conflicts, func(c plan.Conflict) conflictView {
			return conflictView{diag.Printable(c.Desired.Name), string(c.Desired.Kind), place(c.Desired.Pos), diag.Printable(c.Reason), diag.Printable(c.Hint),
				each(c.Live, func(l room.Live) string { return string(l.Kind) + " " + diag.Printable(l.ID) })}
		}),
		Warnings: each(p.Warnings, func(w plan.Warning) warningView {
			return warningView{place(w.Pos), diag.Printable(w.Message), diag.Printable(w.Hint), diag.Printable(w.Lint)}
		}),
	}
	if t.intends {
		v.Deletes = deletes(p)
		v.Guards = each(p.Guards, func(g plan.Guard) guardView {
			return guardView{g.Name, diag.Printable(g.Message), diag.Printable(g.Lift), newNameList(g.Rooms)}
		})
	}
	for _, action := range t.states {
		if n := p.Count(action); n > 0 {
			v.Filters = append(v.Filters, filterView{t.action(action), n})
		}
	}
	t.hide = about.Hide
	d := newDrafts()
	open := len(p.Operations) <= mostOpen
	for _, op := range p.Operations {
		o := newOperationView(op, p.InUse, t, d)
		o.Open = open
		v.Operations = append(v.Operations, o)
	}
	v.Looks, v.Stages = d.looks, d.stages
	v.Lists = lists(p)
	v.Glossary = glossary(p)
	return v
}

// mostOpen is up to how many operations a page shows in full at first.
const mostOpen = 30

// subject is what a page is about: the environment if it has a name, else the
// space.
func subject(about About, space string) string {
	switch {
	case about.Environment != "":
		return diag.Printable(about.Environment)
	case space != "":
		return diag.Printable(space)
	}
	return "video rooms"
}

// facts say where a plan comes from.
func facts(p plan.Plan, about About, t telling) []fact {
	var all []fact
	if about.Environment != "" {
		all = append(all, fact{Label: "Space", Text: diag.Printable(p.Space)})
	}
	all = append(all, fact{Label: "Project", Text: diag.Printable(p.Project), Code: true})
	options := p.Options
	options.Prune = options.Prune && t.intends // drift always looks for what is not in the file
	if flags := strings.TrimPrefix(with(options), ", with "); flags != "" {
		all = append(all, fact{Label: "With", Text: flags, Code: true})
	}
	if len(p.Operations) > 0 {
		all = append(all, fact{Label: "Digest", Text: p.Digest(), Code: true})
	}
	return append(all, origins(about)...)
}

// origins say what of About there is.
func origins(about About) []fact {
	var all []fact
	if about.Commit != "" {
		all = append(all, fact{Label: "Commit", Text: diag.Printable(about.Commit), Code: true})
	}
	if about.Run != "" {
		all = append(all, fact{Label: "Run", Text: diag.Printable(about.Run), Link: webAddress(about.Run)})
	}
	if about.Version != "" {
		all = append(all, fact{Label: "Made by", Text: "roomsync " + diag.Printable(about.Version)})
	}
	return all
}

// webAddress is text that is an https URL, or empty: nothing else becomes a
// link.
func webAddress(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || diag.Printable(text) != text {
		return ""
	}
	return u.String()
}

// place is a place in a file, or empty.
func place(at diag.Pos) string {
	if at.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", diag.Printable(at.File), at.Line)
}

// deletes are the names of the rooms that a plan deletes, or nil.
func deletes(p plan.Plan) *nameList {
	var gone []string
	for _, op := range p.Operations {
		if op.Action == plan.Delete {
			gone = append(gone, op.Name())
		}
	}
	return newNameList(gone)
}

func newNameList(all []string) *nameList {
	if len(all) == 0 {
		return nil
	}
	l := &nameList{Count: len(all), First: names(all)}
	if len(all) > mostNames {
		l.All = each(all, diag.Printable)
	}
	return l
}

// lists are the rooms that nothing happens to, those first that are not as the
// file wants them.
func lists(p plan.Plan) []bystanderList {
	var all []bystanderList
	add := func(heading string, rooms []plan.Bystander) {
		if len(rooms) > 0 {
			all = append(all, bystanderList{heading, each(rooms, newBystanderView)})
		}
	}
	add("Not in the file", p.Unmanaged)
	add("Ignored", p.Ignored)
	add("Left out by --only", p.Excluded)
	add("Unchanged", p.Unchanged)
	return all
}

func newBystanderView(b plan.Bystander) bystanderView {
	v := bystanderView{Name: diag.Printable(b.Name), Kind: string(b.Kind), Reason: diag.Printable(b.Reason)}
	for _, c := range b.Changes {
		v.Changes = append(v.Changes, fmt.Sprintf("%s stays %s, the file has %s", diag.Printable(c.Setting), value(c.Before), value(c.After)))
	}
	return v
}

// glossary says what the settings mean that a plan changes, in the order of
// the catalogue.
func glossary(p plan.Plan) []glossaryEntry {
	used := make(map[room.Kind]map[string]bool)
	for _, op := range p.Operations {
		if used[op.Kind()] == nil {
			used[op.Kind()] = make(map[string]bool)
		}
		for _, c := range append(shownChanges(op), op.Ignored...) {
			used[op.Kind()][c.Setting] = true
		}
	}
	var entries []glossaryEntry
	for _, kind := range room.Kinds() {
		for _, s := range schema.Settings(string(kind)) {
			if used[kind][s.Name] {
				entries = append(entries, glossaryEntry{string(kind), s.Name, s.Description})
			}
		}
	}
	return entries
}

// newFailurePage is an error as a page.
func newFailurePage(f Failure, about About) page {
	v := failureView{Heading: "Error", Tone: "red", Hint: diag.Printable(f.Hint)}
	for line := range strings.Lines(f.Error) {
		v.Error = append(v.Error, diag.Printable(strings.TrimRight(line, "\r\n")))
	}
	for _, p := range f.Problems {
		view := problemView{Severity: p.Severity, Message: diag.Printable(p.Message), Hint: diag.Printable(p.Hint)}
		if at := p.Source; at != nil {
			view.Source = diag.Pos{File: diag.Printable(at.File), Line: at.Line, Col: at.Column}.String()
		}
		v.Problems = append(v.Problems, view)
	}
	p := page{Title: "roomsync came to no result", Heading: "roomsync came to no result", Failure: &v,
		Summary: fmt.Sprintf("It ended with exit code %d.", f.ExitCode)}
	if about.Environment != "" {
		p.Facts = append(p.Facts, fact{Label: "Environment", Text: diag.Printable(about.Environment)})
	}
	p.Facts = append(p.Facts, origins(about)...)
	return p
}

// newValidatedPage says that there is no plan, and that this is no error.
func newValidatedPage(v Validated, about About) page {
	p := newFailurePage(NewFailure(0, v.Reason, "", v.Problems), about)
	p.Title, p.Heading = "Validated, not planned", "Validated, not planned"
	p.Summary = fmt.Sprintf("%s is valid: %s.", diag.Printable(v.File), diag.Counted(v.Rooms, "room"))
	p.Failure.Heading, p.Failure.Tone = "No plan", "amber"
	return p
}
