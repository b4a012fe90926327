package render

import (
	"io"
	"time"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// reportDocument is what schema/report.schema.json describes.
type reportDocument struct {
	FormatVersion int                 `json:"format_version"`
	ExitCode      int                 `json:"exit_code"`
	Space         string              `json:"space"`
	Project       string              `json:"project"`
	Prune         bool                `json:"prune"`
	Interrupted   bool                `json:"interrupted"`
	Refused       string              `json:"refused,omitempty"`
	Warnings      []string            `json:"warnings"`
	Summary       outcomeCounts       `json:"summary"`
	Operations    []resultDocument    `json:"operations"`
	Ignored       []bystanderDocument `json:"ignored"`
	Excluded      []bystanderDocument `json:"excluded"`
	Unmanaged     []bystanderDocument `json:"unmanaged"`
	Conflicts     []conflictDocument  `json:"conflicts"`
	Guards        []guardDocument     `json:"guards"`
	Options       optionsDocument     `json:"options"`
	Digest        string              `json:"digest"`
	Stale         bool                `json:"stale,omitempty"`
	Misfits       []misfitDocument    `json:"misfits,omitempty"`
}

type misfitDocument struct {
	Action   plan.Action          `json:"action"`
	Kind     room.Kind            `json:"kind"`
	Name     string               `json:"name"`
	Reason   string               `json:"reason,omitempty"`
	Settings []differenceDocument `json:"settings,omitempty"`
}

type differenceDocument struct {
	Setting string     `json:"setting"`
	Planned room.Value `json:"planned_from,omitzero"`
	Live    room.Value `json:"live,omitzero"`
	Wanted  room.Value `json:"wanted,omitzero"`
}

func newMisfit(m plan.Misfit) misfitDocument {
	d := misfitDocument{Action: m.Operation.Action, Kind: m.Operation.Kind(), Name: m.Operation.Name(), Reason: m.Reason}
	for _, s := range m.Settings {
		d.Settings = append(d.Settings, differenceDocument(s))
	}
	return d
}

type outcomeCounts struct {
	Planned   int `json:"planned"`
	Applied   int `json:"applied"`
	Failed    int `json:"failed"`
	Skipped   int `json:"skipped"`
	Unknown   int `json:"unknown"`
	Unchanged int `json:"unchanged"`
	Conflicts int `json:"conflicts"`
}

type resultDocument struct {
	operationDocument
	Outcome  apply.Outcome `json:"outcome"`
	Attempts int           `json:"attempts"`
	Seconds  float64       `json:"duration_seconds"`
	Error    string        `json:"error,omitempty"`
	Hint     string        `json:"hint,omitempty"`
	Problems []Problem     `json:"problems,omitempty"`
	Reason   string        `json:"reason,omitempty"`
	Excused  bool          `json:"excused,omitempty"`
}

// ReportJSON writes a report as schema/report.schema.json describes it.
// exitCode is what the program is about to exit with.
func ReportJSON(w io.Writer, r apply.Report, exitCode int) error {
	warnings := append([]string{}, r.Warnings...)
	for _, w := range r.Plan.Warnings {
		warnings = append(warnings, warning(w))
	}
	return WriteJSON(w, reportDocument{
		FormatVersion: FormatVersion, ExitCode: exitCode, Space: r.Plan.Space, Project: r.Plan.Project,
		Prune: r.Plan.Prune, Interrupted: r.Interrupted, Refused: r.Refused, Warnings: warnings,
		Summary: outcomeCounts{
			Planned: len(r.Results), Applied: r.Count(apply.Applied), Failed: r.Count(apply.Failed),
			Skipped: r.Count(apply.Skipped), Unknown: r.Count(apply.Unknown),
			Unchanged: len(r.Plan.Unchanged), Conflicts: len(r.Plan.Conflicts),
		},
		Operations: each(r.Results, newResult),
		Ignored:    each(r.Plan.Ignored, newBystander),
		Excluded:   each(r.Plan.Excluded, newBystander),
		Unmanaged:  each(r.Plan.Unmanaged, newBystander),
		Conflicts:  each(r.Plan.Conflicts, newConflict),
		Guards:     each(r.Plan.Guards, newGuard),
		Options:    newOptions(r.Plan),
		Digest:     r.Plan.Digest(), Stale: r.Stale, Misfits: each(r.Misfits, newMisfit),
	})
}

func newResult(r apply.Result) resultDocument {
	d := resultDocument{
		operationDocument: newOperation(r.Operation), Outcome: r.Outcome, Attempts: r.Attempts,
		Seconds: r.Duration.Round(time.Microsecond).Seconds(), Reason: r.Reason, Excused: r.Excused,
		Hint: r.Hint, Problems: NewProblems(FaultProblems(r)),
	}
	if d.ID == "" {
		d.ID = r.ID
	}
	if r.Err != nil {
		d.Error = r.Err.Error()
	}
	return d
}
