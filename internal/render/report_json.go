package render

import (
	"io"
	"time"

	"roomsync/internal/apply"
)

// reportDocument is what schema/report.schema.json describes.
type reportDocument struct {
	FormatVersion int                 `json:"format_version"`
	ExitCode      int                 `json:"exit_code"`
	Space         string              `json:"space"`
	Project       string              `json:"project"`
	Interrupted   bool                `json:"interrupted"`
	Refused       string              `json:"refused,omitempty"`
	Warnings      []string            `json:"warnings"`
	Summary       outcomeCounts       `json:"summary"`
	Operations    []resultDocument    `json:"operations"`
	Unmanaged     []bystanderDocument `json:"unmanaged"`
	Conflicts     []conflictDocument  `json:"conflicts"`
	Guards        []guardDocument     `json:"guards"`
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
	Reason   string        `json:"reason,omitempty"`
}

// ReportJSON writes a report as schema/report.schema.json describes it.
// exitCode is what the program is about to exit with.
func ReportJSON(w io.Writer, r apply.Report, exitCode int) error {
	return WriteJSON(w, reportDocument{
		FormatVersion: FormatVersion, ExitCode: exitCode, Space: r.Plan.Space, Project: r.Plan.Project,
		Interrupted: r.Interrupted, Refused: r.Refused, Warnings: append([]string{}, r.Warnings...),
		Summary: outcomeCounts{
			Planned: len(r.Results), Applied: r.Count(apply.Applied), Failed: r.Count(apply.Failed),
			Skipped: r.Count(apply.Skipped), Unknown: r.Count(apply.Unknown),
			Unchanged: len(r.Plan.Unchanged), Conflicts: len(r.Plan.Conflicts),
		},
		Operations: each(r.Results, newResult),
		Unmanaged:  each(r.Plan.Unmanaged, newBystander),
		Conflicts:  each(r.Plan.Conflicts, newConflict),
		Guards:     each(r.Plan.Guards, newGuard),
	})
}

func newResult(r apply.Result) resultDocument {
	d := resultDocument{
		operationDocument: newOperation(r.Operation), Outcome: r.Outcome, Attempts: r.Attempts,
		Seconds: r.Duration.Round(time.Microsecond).Seconds(), Reason: r.Reason,
	}
	if d.ID == "" {
		d.ID = r.ID
	}
	if r.Err != nil {
		d.Error = r.Err.Error()
	}
	return d
}
