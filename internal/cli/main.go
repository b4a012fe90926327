// Package cli is the roomsync command: its grammar, the wiring of the other
// packages, the terminal and the exit codes. It is the only package that knows
// the environment, the file system's layout and who is watching.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"roomsync/internal/diag"
	"roomsync/internal/github"
	"roomsync/internal/render"
	"roomsync/internal/signalwire"
)

// app is one run of a command.
type app struct {
	globals
	System
	ctx     context.Context // ends at the first interrupt
	now     context.Context // ends at the second
	log     *slog.Logger
	style   render.Style // of Out
	aside   render.Style // of Err
	secrets secretList   // to keep out of whatever is printed

	broadcasts hosts // addresses there are kept out, too

	out, err *redactor // what keeps them out of Out and Err
	screen   *screen   // below err

	command     string   // its name, once it is known
	environment string   // what the space is to its users
	actions     *actions // nil outside of GitHub Actions
	comments    bool     // a comment on the pull request is asked for
	commented   bool     // and has been tried
}

// helpShown unwinds the stack when kong has printed a help text: its exit
// function must not return.
type helpShown struct{}

// Main runs roomsync with the arguments after its name and returns the code to
// exit with.
func Main(args []string, sys System) (code int) {
	stdout := sys.Out // kong finds its width
	a := &app{System: sys, log: slog.New(slog.DiscardHandler)}
	a.screen = &screen{w: sys.Err, terminal: sys.ErrTerminal && a.Getenv("TERM") != "dumb", width: sys.columns}
	a.aside = render.Style{Width: a.asideWidth(), Hide: a.redacted} // colours are known once the flags are
	a.out, a.err = &redactor{w: sys.Out, a: a}, &redactor{w: a.screen, a: a}
	out := &watched{w: a.out}
	a.Out, a.Err = out, a.err
	defer func() {
		if err := errors.Join(a.out.flush(), a.err.flush()); err != nil {
			code = max(code, exitError)
		}
	}()
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case helpShown:
			code = exitOK
		default:
			code = a.fail(fmt.Errorf("internal error: %v (a bug in roomsync: please report it)", r), out)
		}
	}()
	var g grammar
	parser := parserOf(&g, kong.Writers(stdout, sys.Err))
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	a.Format = askedFor(args)
	a.hide(a.Getenv("SIGNALWIRE_API_TOKEN"), "API token")
	a.hide(a.Getenv("GITHUB_TOKEN"), "GITHUB_TOKEN")
	if args[0] == completing {
		a.complete(args[1:])
		return exitOK
	}
	a.enterActions()
	for _, arg := range args {
		if !utf8.ValidString(arg) { // kong would make other characters of it
			return a.end(fmt.Errorf("the argument %q is not UTF-8", arg), out)
		}
	}
	k, err := parser.Parse(args)
	if err != nil {
		if i := slices.IndexFunc(args, func(arg string) bool { return slices.Contains(reported, arg) }); i >= 0 {
			a.command = args[i] // a step of a workflow run hears why it fails
		}
		return a.end(usageError(err), out)
	}
	a.globals, a.command = g.globals, k.Selected().Path()
	if err := errors.Join(twice(k), a.check(), a.checkFormat(a.command)); err != nil {
		return a.end(hinted{err, "roomsync " + a.command + " --help tells what there is"}, out)
	}
	a.start()
	if a.actions != nil {
		a.Out = github.Defuse(a.Out, a.Format)
	}
	return a.end(k.Run(a), out)
}

// end says what went wrong, if anything did, and returns the code to exit with.
func (a *app) end(err error, out *watched) int {
	code := a.fail(err, out)
	if told := a.conclude(code, err); told != nil {
		a.say("roomsync: "+diag.Printable(told.Error()), 2)
		code = max(code, exitError)
	}
	return code
}

// start prepares what a command needs once the flags are known.
func (a *app) start() {
	ctx, first := context.WithCancel(context.Background())
	now, second := context.WithCancel(context.Background())
	a.ctx, a.now = ctx, now
	go func() {
		<-a.Signals
		first()
		<-a.Signals
		second()
	}()
	a.log = slog.New(slog.NewTextHandler(a.Err, &slog.HandlerOptions{Level: a.level(), ReplaceAttr: levelName}))
	a.style = render.Style{Color: a.coloured(a.OutTerminal), Hide: a.redacted}
	if a.OutTerminal {
		a.style.Width = a.columns()
	}
	a.aside.Color = a.coloured(a.ErrTerminal)
}

// level is from where on there is something to log.
func (a *app) level() slog.Level {
	switch {
	case a.Verbose > 1:
		return signalwire.LevelTrace
	case a.Verbose == 1:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// levelName gives the level of connections a name of its own.
func levelName(_ []string, a slog.Attr) slog.Attr {
	if level, is := a.Value.Any().(slog.Level); is && level == signalwire.LevelTrace {
		a.Value = slog.StringValue("TRACE")
	}
	return a
}

// watched knows whether anything has been written.
type watched struct {
	w       io.Writer
	written bool
}

func (o *watched) Write(b []byte) (int, error) {
	o.written = o.written || len(b) > 0
	return o.w.Write(b)
}
