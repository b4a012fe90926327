package render

import (
	"cmp"
	"io"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// FormatVersion is the version of every JSON document roomsync writes. It
// changes when a reader of the last version could misunderstand the new one.
const FormatVersion = 1

// Failure is the document of a command that came to no result.
type Failure struct {
	FormatVersion int       `json:"format_version"`
	ExitCode      int       `json:"exit_code"`
	Error         string    `json:"error"`
	Hint          string    `json:"hint,omitempty"`     // what to do about it
	Problems      []Problem `json:"problems,omitempty"` // of the file, if it is at fault
}

// Problem is a problem of a file in JSON.
type Problem struct {
	Severity string  `json:"severity"`
	Lint     string  `json:"lint,omitempty"` // the name by which it can be switched off
	Message  string  `json:"message"`
	Hint     string  `json:"hint,omitempty"`
	Source   *Source `json:"source,omitempty"`
}

// Source is a place in a file, counted from 1.
type Source struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column,omitempty"`
}

// NewFailure is the document of an error and, if a file is at fault, of its
// problems.
func NewFailure(exitCode int, message, hint string, problems diag.List) Failure {
	return Failure{FormatVersion, exitCode, message, hint, NewProblems(problems)}
}

// NewProblems turns a list of problems into JSON's.
func NewProblems(list diag.List) []Problem {
	problems := make([]Problem, 0, len(list))
	for _, p := range list {
		problems = append(problems, Problem{p.Severity.String(), p.Lint, p.Message, p.Hint, source(p.Pos)})
	}
	return problems
}

func source(p diag.Pos) *Source {
	if p.Line == 0 {
		return nil
	}
	return &Source{p.File, p.Line, p.Col}
}

// planDocument is what schema/plan.schema.json describes.
type planDocument struct {
	FormatVersion int                 `json:"format_version"`
	Space         string              `json:"space"`
	Project       string              `json:"project"`
	Prune         bool                `json:"prune"`
	Digest        string              `json:"digest"`
	Summary       planCounts          `json:"summary"`
	Operations    []operationDocument `json:"operations"`
	Unchanged     []bystanderDocument `json:"unchanged"`
	Ignored       []bystanderDocument `json:"ignored"`
	Excluded      []bystanderDocument `json:"excluded"`
	Unmanaged     []bystanderDocument `json:"unmanaged"`
	Conflicts     []conflictDocument  `json:"conflicts"`
	Guards        []guardDocument     `json:"guards"`
	Warnings      []Problem           `json:"warnings"`
	Options       optionsDocument     `json:"options"`
	Checksum      string              `json:"checksum"` // last: of all that is above
}

// optionsDocument is what a plan depends on beside the rooms.
type optionsDocument struct {
	Rooms      int              `json:"rooms"`
	Manage     *[]string        `json:"manage"` // null: the file has none
	Protect    []string         `json:"protect"`
	Ignore     []ignoreDocument `json:"ignore"`
	Only       []string         `json:"only"`
	Unmatched  []string         `json:"only_unmatched,omitempty"`
	AllowEmpty bool             `json:"allow_empty"`
	MaxDeletes *int             `json:"max_deletes"`
	InUse      plan.InUse       `json:"in_use"`
}

type ignoreDocument struct {
	Rooms    string   `json:"rooms"`
	Settings []string `json:"settings,omitempty"`
	Until    string   `json:"until,omitempty"`
	Reason   string   `json:"reason,omitempty"`
}

type planCounts struct {
	Rename    int `json:"rename"`
	Create    int `json:"create"`
	Update    int `json:"update"`
	Delete    int `json:"delete"`
	Skipped   int `json:"skipped,omitempty"` // rooms in use: in none of the above
	Unchanged int `json:"unchanged"`
	Ignored   int `json:"ignored"`
	Excluded  int `json:"excluded"`
	Live      int `json:"live"`
	Managed   int `json:"managed"` // live rooms the file answers for
	Unmanaged int `json:"unmanaged"`
	Conflicts int `json:"conflicts"`
}

type operationDocument struct {
	Action     plan.Action      `json:"action"`
	Kind       room.Kind        `json:"kind"`
	Name       string           `json:"name"`
	From       string           `json:"from,omitempty"` // of a rename: the name that the room has
	ID         string           `json:"id,omitempty"`
	Source     *Source          `json:"source,omitempty"`
	Previously []string         `json:"previously,omitempty"`
	Changes    []changeDocument `json:"changes,omitempty"`
	Ignored    []changeDocument `json:"ignored,omitempty"`
	Because    string           `json:"ignored_because,omitempty"`
	Before     room.Settings    `json:"before,omitempty"` // of a delete: all there is to lose
	Session    *sessionDocument `json:"session,omitempty"`
}

type changeDocument struct {
	Setting string     `json:"setting"`
	Before  room.Value `json:"before,omitzero"` // missing: there is none yet; null: null
	After   room.Value `json:"after"`
	Implied bool       `json:"implied,omitempty"`
}

type bystanderDocument struct {
	Kind      room.Kind `json:"kind"`
	Name      string    `json:"name"`
	ID        string    `json:"id"` // empty: there is no live room
	Reason    string    `json:"reason,omitempty"`
	Prunable  bool      `json:"prunable,omitempty"`
	Protected bool      `json:"protected,omitempty"`

	Changes []changeDocument `json:"changes,omitempty"`
}

type conflictDocument struct {
	Kind   room.Kind      `json:"kind"`
	Name   string         `json:"name"`
	Source *Source        `json:"source,omitempty"`
	Reason string         `json:"reason"`
	Hint   string         `json:"hint"`
	Live   []liveDocument `json:"live"`
}

type liveDocument struct {
	Kind room.Kind `json:"kind"`
	ID   string    `json:"id"`
}

type guardDocument struct {
	Name    string   `json:"name"`
	Message string   `json:"message"`
	Lift    string   `json:"lift"`
	Rooms   []string `json:"rooms"`
}

// PlanJSON writes a plan as schema/plan.schema.json describes it: ReadPlan
// reads it again.
func PlanJSON(w io.Writer, p plan.Plan) error {
	d := planDocument{
		FormatVersion: FormatVersion, Space: p.Space, Project: p.Project, Prune: p.Prune, Digest: p.Digest(),
		Summary: planCounts{
			Rename: p.Count(plan.Rename), Create: p.Count(plan.Create), Update: p.Count(plan.Update), Delete: p.Count(plan.Delete), Skipped: p.CountLeftOut(),
			Unchanged: len(p.Unchanged), Ignored: len(p.Ignored), Excluded: len(p.Excluded),
			Live: p.Live, Managed: p.Managed, Unmanaged: len(p.Unmanaged), Conflicts: len(p.Conflicts),
		},
		Operations: each(p.Operations, newOperation),
		Unchanged:  each(p.Unchanged, newBystander),
		Ignored:    each(p.Ignored, newBystander),
		Excluded:   each(p.Excluded, newBystander),
		Unmanaged:  each(p.Unmanaged, newBystander),
		Conflicts:  each(p.Conflicts, newConflict),
		Guards:     each(p.Guards, newGuard),
		Warnings:   each(p.Warnings, newWarning),
		Options:    newOptions(p),
	}
	d.Checksum = d.sum()
	return WriteJSON(w, d)
}

func newOptions(p plan.Plan) optionsDocument {
	d := optionsDocument{
		Rooms: p.Rooms, AllowEmpty: p.AllowEmpty, MaxDeletes: p.MaxDeletes, InUse: cmp.Or(p.InUse, plan.Refuse),
		Protect: each(p.Protect, func(r room.Protection) string { return r.Rooms }),
		Ignore:  each(p.Ignore, func(i room.Ignore) ignoreDocument { return ignoreDocument{i.Rooms, i.Settings, i.Until, i.Reason} }),
		Only:    append([]string{}, p.Only...), Unmatched: p.Unmatched,
	}
	if p.Scope.Stated {
		manage := append([]string{}, p.Scope.Globs...)
		d.Manage = &manage
	}
	return d
}

func newWarning(w plan.Warning) Problem {
	return Problem{"warning", w.Lint, w.Message, w.Hint, source(w.Pos)}
}

func newGuard(g plan.Guard) guardDocument {
	return guardDocument{g.Name, g.Message, g.Lift, append([]string{}, g.Rooms...)}
}

// each turns a list into JSON's; an empty one is [], not null.
func each[A, B any](list []A, turn func(A) B) []B {
	turned := make([]B, 0, len(list))
	for _, a := range list {
		turned = append(turned, turn(a))
	}
	return turned
}

func newOperation(op plan.Operation) operationDocument {
	d := operationDocument{Action: op.Action, Kind: op.Kind(), Name: op.Name(), From: op.From(), ID: op.Live.ID,
		Source: source(op.Desired.Pos), Previously: op.Desired.Was, Changes: newChanges(op.Changes), Ignored: newChanges(op.Ignored), Because: op.Because}
	if op.Action == plan.Delete {
		d.Before = op.Live.Settings
	}
	if op.Session.InProgress() {
		d.Session = newSession(op.Session)
	}
	return d
}

// newChanges is nil for none, so that the document leaves them out.
func newChanges(changes []room.Change) []changeDocument {
	var all []changeDocument
	for _, c := range changes {
		all = append(all, changeDocument{c.Setting, c.Before, c.After, c.Implied})
	}
	return all
}

func newBystander(b plan.Bystander) bystanderDocument {
	return bystanderDocument{b.Kind, b.Name, b.ID, b.Reason, b.Prunable, b.Protected, newChanges(b.Changes)}
}

func newConflict(c plan.Conflict) conflictDocument {
	return conflictDocument{c.Desired.Kind, c.Desired.Name, source(c.Desired.Pos), c.Reason, c.Hint,
		each(c.Live, func(l room.Live) liveDocument { return liveDocument{l.Kind, l.ID} })}
}
