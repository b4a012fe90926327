package cli

import (
	"fmt"
	"strings"

	"roomsync/internal/diag"
)

// coloured tells whether what goes to a terminal, or not to one, is painted.
//
//   - --no-color and NO_COLOR (if it is not empty, as no-color.org has it) always
//     win.
//   - FORCE_COLOR and CLICOLOR_FORCE (if neither empty nor 0) paint what goes to a
//     file or a pipe, too: for CI systems whose logs show colours. Nothing is
//     wrapped or cut there all the same. CI by itself changes nothing: many logs
//     show escapes as they are.
//   - Else terminals get colours, unless CLICOLOR is 0 or TERM is dumb, or it is a
//     console of Windows that knows none (before 2016).
func (a *app) coloured(terminal bool) bool {
	on := func(name string) bool { value := a.Getenv(name); return value != "" && value != "0" }
	switch {
	case a.NoColor, a.Getenv("NO_COLOR") != "":
		return false
	case on("FORCE_COLOR"), on("CLICOLOR_FORCE"):
		return true
	}
	return terminal && !a.NoEscapes && a.Getenv("CLICOLOR") != "0" && a.Getenv("TERM") != "dumb"
}

// asideWidth is how many columns commentary has; 0: there is no terminal.
func (a *app) asideWidth() int {
	if !a.ErrTerminal {
		return 0
	}
	return a.columns()
}

// note prints commentary, which --quiet silences.
func (a *app) note(format string, args ...any) {
	if a.Quiet {
		return
	}
	for line := range strings.SplitSeq(fmt.Sprintf(format, args...), "\n") {
		a.say(line, len(line)-len(strings.TrimLeft(line, " "))+2)
	}
}

// say prints a line of commentary. If it has to be wrapped, secrets are taken
// out first: nobody could find one that goes over two lines.
func (a *app) say(line string, hang int) {
	fmt.Fprintln(a.Err, a.wrapped(line, hang))
}

func (a *app) wrapped(line string, hang int) string {
	if a.aside.Width == 0 {
		return line
	}
	return diag.Wrap(a.redacted(line), a.aside.Width, hang)
}

// showProblems prints problems of files over their source lines.
func (a *app) showProblems(problems diag.List) {
	_, _ = problems.Show(a.Err, a.aside.Problems())
}
