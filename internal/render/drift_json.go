package render

import (
	"io"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// driftDocument is what schema/drift.schema.json describes.
type driftDocument struct {
	FormatVersion int                 `json:"format_version"`
	ExitCode      int                 `json:"exit_code"`
	Space         string              `json:"space"`
	Project       string              `json:"project"`
	Environment   string              `json:"environment,omitempty"`
	Drifted       bool                `json:"drifted"`
	Summary       driftCounts         `json:"summary"`
	Rooms         []driftedDocument   `json:"rooms"`
	Unchanged     []bystanderDocument `json:"unchanged"`
	Ignored       []bystanderDocument `json:"ignored"`
	Unmanaged     []bystanderDocument `json:"unmanaged"`
	Conflicts     []conflictDocument  `json:"conflicts"`
	Warnings      []Problem           `json:"warnings"`
}

type driftCounts struct {
	Changed   int `json:"changed"`
	Missing   int `json:"missing"`
	Extra     int `json:"extra"`
	Renamed   int `json:"renamed"`
	Conflicts int `json:"conflicts"`
	Unchanged int `json:"unchanged"`
	Ignored   int `json:"ignored"`
	Protected int `json:"protected"`
	Live      int `json:"live"`
	Managed   int `json:"managed"`
	Unmanaged int `json:"unmanaged"`
	Coverage  int `json:"coverage_percent"`
}

type driftedDocument struct {
	State       string              `json:"state"`
	Kind        room.Kind           `json:"kind"`
	Name        string              `json:"name"`                // as the file has it; of an extra room, as it is live
	LiveName    string              `json:"live_name,omitempty"` // of a renamed one
	ID          string              `json:"id,omitempty"`
	Source      *Source             `json:"source,omitempty"`
	Differences []differingDocument `json:"differences,omitempty"`
	Ignored     []differingDocument `json:"ignored,omitempty"`
	Because     string              `json:"ignored_because,omitempty"`
	Live        room.Settings       `json:"live,omitempty"` // of an extra one
}

type differingDocument struct {
	Setting string     `json:"setting"`
	Live    room.Value `json:"live,omitzero"` // missing: the server says nothing of it; null: null
	File    room.Value `json:"file"`
}

// DriftJSON writes drift as schema/drift.schema.json describes it. exitCode is
// what the program is about to exit with.
func DriftJSON(w io.Writer, p plan.Plan, about About, exitCode int) error {
	return WriteJSON(w, driftDocument{
		FormatVersion: FormatVersion, ExitCode: exitCode, Space: p.Space, Project: p.Project, Environment: about.Environment, Drifted: !p.InSync(),
		Summary: driftCounts{
			Changed: p.Count(plan.Update), Missing: p.Count(plan.Create), Extra: p.Count(plan.Delete), Renamed: p.Count(plan.Rename),
			Conflicts: len(p.Conflicts), Unchanged: len(p.Unchanged), Ignored: len(p.Ignored), Protected: protected(p),
			Live: p.Live, Managed: p.Managed, Unmanaged: p.Live - p.Managed, Coverage: coverage(p),
		},
		Rooms:     each(p.Operations, newDrifted),
		Unchanged: each(p.Unchanged, newBystander),
		Ignored:   each(p.Ignored, newBystander),
		Unmanaged: each(p.Unmanaged, newBystander),
		Conflicts: each(p.Conflicts, newConflict),
		Warnings:  each(p.Warnings, newWarning),
	})
}

func newDrifted(op plan.Operation) driftedDocument {
	d := driftedDocument{State: driftWords.of[op.Action], Kind: op.Kind(), Name: op.Name(), LiveName: op.From(), ID: op.Live.ID,
		Source: source(op.Desired.Pos), Ignored: newDiffering(op.Ignored), Because: op.Because}
	switch op.Action {
	case plan.Delete:
		d.Live = op.Live.Settings
	case plan.Update, plan.Rename:
		d.Differences = newDiffering(op.Changes)
	}
	return d
}

func newDiffering(changes []room.Change) []differingDocument {
	var all []differingDocument
	for _, c := range changes {
		if !c.Implied {
			all = append(all, differingDocument{c.Setting, c.Before, c.After})
		}
	}
	return all
}
