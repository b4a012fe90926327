package cli

import (
	"fmt"
	"slices"
	"time"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/lint"
	"roomsync/schema"
)

// lintOptions are the flags about what is only warned of.
type lintOptions struct {
	DisableLint []string `placeholder:"NAME" help:"Switch a lint off: contrast, extra-streams, ignore-ended, look-alike, no-value, similar-names, spent-previously, unmatched-glob, window-over; may be repeated."`
	Strict      bool     `help:"Take warnings for errors."`
}

func (o lintOptions) check() error {
	for _, name := range o.DisableLint {
		if !slices.Contains(schema.Lints(), name) {
			err := fmt.Errorf("--disable-lint: there is no lint %q", name)
			if hint := diag.DidYouMean(name, schema.Lints()); hint != "" {
				return hinted{err, hint}
			}
			return err
		}
	}
	return nil
}

// findings are what lints find in a file by itself.
func (o lintOptions) findings(f *config.File) diag.List {
	ws := lint.Without(lint.File(f.Rooms, f.Ignore, time.Now()), slices.Concat(f.NoLint, o.DisableLint))
	return f.Shown(o.problems(ws))
}

// problems are warnings as problems of the file: errors, if they are to be
// taken for such.
func (o lintOptions) problems(ws []lint.Warning) diag.List {
	severity := diag.Warning
	if o.Strict {
		severity = diag.Error
	}
	var list diag.List
	for _, w := range ws {
		list = append(list, diag.Problem{Pos: w.Pos, Severity: severity, Lint: w.Lint, Message: w.Message, Hint: w.Hint})
	}
	return list
}
