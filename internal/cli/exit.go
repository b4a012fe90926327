package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"roomsync/internal/diag"
	"roomsync/internal/render"
)

// The exit codes. They do not depend on the format.
const (
	exitOK          = 0   // done, or no difference
	exitError       = 1   // an error; nothing was written
	exitDifference  = 2   // plan --detailed-exitcode found one
	exitIncomplete  = 3   // apply: something failed or is unknown
	exitRefused     = 4   // by a guard, or by the person asked
	exitStale       = 5   // the saved plan or the digest no longer fits
	exitInterrupted = 130 // by a signal
)

// exit ends a command with a code of its own. What there is to say has been
// said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// hinted is an error with a line on what to do about it.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// coded is an error that ends the program with a code of its own.
type coded struct {
	error
	code int
}

func (c coded) Unwrap() error { return c.error }

// explained is an error with its hint, in one line.
func (a *app) explained(err error) string {
	var h hinted
	text := err.Error()
	if errors.As(err, &h) {
		text += " (" + h.hint + ")"
	}
	return a.redacted(text)
}

// invalid is a file with problems in it.
type invalid struct {
	path     string
	problems diag.List
	strict   bool // they are warnings, and --strict takes them for errors
}

func (e invalid) Error() string {
	has := " has "
	if strings.Contains(e.path, ",") || strings.HasSuffix(e.path, " together") {
		has = " have "
	}
	if e.strict {
		return e.path + has + diag.Counted(e.problems.Errors(), "warning") + ", and --strict takes them for errors"
	}
	return e.path + has + diag.Counted(e.problems.Errors(), "error")
}

// fail says what went wrong, on standard error and, where a JSON document is
// awaited and none has been begun, in one. It returns the code to exit with.
func (a *app) fail(err error, out *watched) int {
	code := exitError
	var e exit
	var bad invalid
	var h hinted
	var own coded
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &e):
		return int(e)
	case errors.As(err, &own):
		code = own.code
	case errors.Is(err, context.Canceled) && a.ctx != nil && a.ctx.Err() != nil:
		code, err = exitInterrupted, errors.New("interrupted; nothing was written")
	case errors.Is(err, syscall.EPIPE):
		return exitError // whoever read the output has gone: nobody is there to be told
	case errors.As(err, &bad):
		a.showProblems(bad.problems)
	}
	message := strings.ReplaceAll(a.redacted(err.Error()), "\n", "; ")
	for _, one := range several(err) {
		a.say(a.aside.Alarm("roomsync:")+" "+diag.Printable(strings.ReplaceAll(a.redacted(one.Error()), "\n", "; ")), 2)
	}
	if errors.As(err, &h) {
		a.say("  hint: "+diag.Printable(h.hint), 4)
	}
	failure := render.NewFailure(code, message, a.redacted(h.hint), bad.problems)
	if !out.written {
		if err := a.printFailure(failure); err != nil {
			fmt.Fprintln(a.Err, "roomsync: "+err.Error())
		}
	}
	a.tellFailure(failure, bad.problems)
	return code
}

// several are the errors that one was joined of: each has a line of its own.
func several(err error) []error {
	for {
		switch e := err.(type) {
		case hinted:
			err = e.error
		case coded:
			err = e.error
		case concern:
			err = e.error
		case interface{ Unwrap() []error }:
			var all []error
			for _, one := range e.Unwrap() {
				all = append(all, several(one)...)
			}
			if text := err.Error(); text != errors.Join(all...).Error() { // it says more than they do
				return []error{err}
			}
			return all
		default:
			return []error{err}
		}
	}
}

// reportFailure writes the document of an error in the place of a report.
func (a *app) reportFailure(path string, err error) {
	var bad invalid
	var h hinted
	errors.As(err, &bad)
	errors.As(err, &h)
	code := exitError
	if a.ctx.Err() != nil {
		code = exitInterrupted
	}
	var document bytes.Buffer
	err = render.WriteJSON(&document, render.NewFailure(code, a.redacted(err.Error()), a.redacted(h.hint), bad.problems))
	if err = errors.Join(err, writeFile(path, document.Bytes(), 0o600)); err != nil {
		fmt.Fprintf(a.Err, "roomsync: --report: %v\n", err)
	}
}
