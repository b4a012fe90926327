// Package cli is the roomsync command: its grammar, the wiring of the other
// packages, the terminal and the exit codes. It is the only package that knows
// the environment, the file system's layout and who is watching.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"roomsync/internal/apply"
	"roomsync/internal/diag"
	"roomsync/internal/github"
	"roomsync/internal/render"
	"roomsync/internal/signalwire"
)

// System is what a command sees of the world outside of it.
type System struct {
	In               io.Reader
	Out, Err         io.Writer
	LookupEnv        func(string) (string, bool)
	Terminal         bool       // somebody can be asked: input is a terminal
	OutTerminal      bool       // results go to a terminal
	ErrTerminal      bool       // commentary does
	Width            func() int // columns of the terminal; nil: 80
	Signals          <-chan os.Signal
	InterruptedGrace time.Duration // for tests; 0: the default
	Poll             time.Duration // likewise
	MaskPause        time.Duration // likewise
}

// Getenv is a variable of the environment, or empty.
func (s System) Getenv(name string) string {
	value, _ := s.LookupEnv(name)
	return value
}

// columns is how wide the terminal is.
func (s System) columns() int {
	const usual, narrowest = 80, 20
	if s.Width == nil {
		return usual
	}
	if n := s.Width(); n >= narrowest {
		return n
	}
	return usual
}

// OS is the real world.
func OS() System {
	collectSparingly()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	// A reader that goes away must not end an apply without its report: writing
	// fails instead.
	signal.Ignore(syscall.SIGPIPE)
	// net/http logs what a server sends unasked: it would show past --quiet and
	// whatever cleans our own output.
	log.SetOutput(io.Discard)
	return System{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, LookupEnv: os.LookupEnv,
		Terminal:    term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Width: func() int {
			columns, _, _ := term.GetSize(int(os.Stderr.Fd()))
			return columns
		},
		Signals: signals,
	}
}

// globals are the flags that every command takes.
type globals struct {
	File        []string      `short:"f" sep:"none" placeholder:"FILE" help:"The rooms to keep: a file, a directory, a glob, or - for standard input (default: rooms.yaml); may be repeated, each laid over those before."`
	Var         []string      `sep:"none" placeholder:"NAME=VALUE" help:"What $${NAME} stands for in the file ($$ROOMSYNC_VAR_NAME); may be repeated."`
	VarFile     []string      `sep:"none" placeholder:"FILE" help:"A file with lines NAME=VALUE, as for --var; may be repeated."`
	Space       string        `placeholder:"HOST" help:"Your SignalWire space, such as example.signalwire.com ($$SIGNALWIRE_SPACE)."`
	Project     string        `placeholder:"ID" help:"The project ID ($$SIGNALWIRE_PROJECT_ID)."`
	TokenFile   string        `placeholder:"FILE" help:"A file with the API token, instead of $$SIGNALWIRE_API_TOKEN."`
	CAFile      string        `name:"ca-file" placeholder:"FILE" help:"A file with certificates (PEM) to trust beside those of the machine, such as a proxy's ($$SIGNALWIRE_CA_FILE)."`
	Sandbox     bool          `help:"Use a practice space kept in .roomsync/sandbox.json instead of SignalWire."`
	Format      string        `enum:"text,json,markdown,html,junit,dotenv,github-env" default:"text" placeholder:"FORMAT" help:"How to print the result: text (default), json, markdown (plan, apply, drift), html (plan, drift), junit (drift), dotenv or github-env (tokens)."`
	NoColor     bool          `help:"Print without colours (as $$NO_COLOR does)."`
	Quiet       bool          `short:"q" help:"Print nothing but the result and errors."`
	Verbose     bool          `short:"v" help:"Log every request to standard error."`
	Timeout     time.Duration `default:"30s" placeholder:"DURATION" help:"How long one request may take, such as 500ms, 30s or 1m (default: ${default})."`
	Parallelism int           `default:"256" placeholder:"N" help:"How many rooms may be written at a time (default: ${default}); no more are than --rate has use for."`
	Rate        int           `default:"690" placeholder:"N" help:"How many writes are sent a second (default: ${default}); your account has 1380 for everything."`
	RetryBudget time.Duration `default:"2m" placeholder:"DURATION" help:"How long requests may go on failing, all together, before roomsync gives up (default: ${default})."`
}

// grammar is the whole command line. readme names the flags that the README shows.
type grammar struct {
	globals     `group:"Flags of every command:"`
	ShowVersion versionFlag `name:"version" help:"Print the version."`

	Init       initCmd       `cmd:"" readme:"from-live github" help:"Write a first rooms.yaml, with comments. Overwrites nothing."`
	Validate   validateCmd   `cmd:"" readme:"strict disable-lint" help:"Check the file, offline."`
	Plan       planCmd       `cmd:"" readme:"prune only out detailed-exitcode" help:"Show what apply would do. Writes nothing."`
	Apply      applyCmd      `cmd:"" readme:"yes prune only expect-plan report" help:"Make the live rooms what the file says."`
	Drift      driftCmd      `cmd:"" readme:"metrics github-issue" help:"Show how the live rooms differ from the file. Writes nothing."`
	List       listCmd       `cmd:"" help:"List the live rooms and the sessions in progress."`
	Export     exportCmd     `cmd:"" readme:"out full only no-streams reveal" help:"Write the live rooms as a rooms.yaml."`
	Pull       pullCmd       `cmd:"" readme:"check add remove only" help:"Write live values into the file, and leave all else in it as it is."`
	Fmt        fmtCmd        `cmd:"" readme:"check diff" help:"Rewrite files in the canonical key order and style, comments kept."`
	Render     renderCmd     `cmd:"" readme:"reveal" help:"Print the one file that layers, defaults and variables come to."`
	Explain    explainCmd    `cmd:"" help:"Tell what a setting, a key of the file or a lint is."`
	Tokens     tokensCmd     `cmd:"" help:"List, reset and issue the tokens that let people into rooms."`
	Doctor     doctorCmd     `cmd:"" help:"Check the file, the credentials and the way to your space. Writes nothing."`
	SandboxCmd sandboxCmd    `cmd:"" readme:"listen data latency fault" name:"sandbox" help:"Serve the practice space to other programs, such as your tests."`
	Schema     schemaCmd     `cmd:"" help:"Print a JSON schema: of rooms.yaml, or of what a command prints."`
	Completion completionCmd `cmd:"" help:"Print a script that completes commands in bash, zsh, fish or PowerShell."`
	Man        manCmd        `cmd:"" help:"Print the manual page, for man to show."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

const description = `Keep SignalWire video rooms as a file says.

rooms.yaml lists the rooms you want; plan shows how the live ones differ; apply
makes them so. Try it without an account: roomsync plan --sandbox`

// app is one run of a command.
type app struct {
	globals
	System
	ctx     context.Context // ends at the first interrupt
	now     context.Context // ends at the second
	log     *slog.Logger
	style   render.Style
	secrets secretList // to keep out of whatever is printed

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
	a := &app{System: sys}
	a.screen = &screen{w: sys.Err, terminal: sys.ErrTerminal && a.Getenv("TERM") != "dumb", width: sys.columns}
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
		if slices.Contains(reported, args[0]) {
			a.command = args[0] // a step of a workflow run hears why it fails
		}
		return a.end(usageError(err, args), out)
	}
	a.globals, a.command = g.globals, k.Selected().Path()
	if err := errors.Join(a.check(), a.checkFormat(a.command)); err != nil {
		return a.end(hinted{err, "roomsync " + a.command + " --help tells what there is"}, out)
	}
	a.start()
	if a.actions != nil {
		a.Out = github.Defuse(a.Out, a.Format)
	}
	return a.end(k.Run(a), out)
}

// parserOf reads command lines into a grammar. It has no kong.Vars: kong looks
// through each of them again for every flag of every command, which took half of
// the time that all of this takes.
func parserOf(g *grammar, options ...kong.Option) *kong.Kong {
	parser, err := kong.New(g, append(options, kong.Name("roomsync"), kong.Description(description), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100, FlagsLast: true}),
		kong.Exit(func(int) { panic(helpShown{}) }), kong.Help(printHelp))...)
	if err != nil {
		panic(err) // the grammar is compiled in
	}
	parser.Model.HelpFlag.Help = "Print this help."
	return parser
}

// end says what went wrong, if anything did, and returns the code to exit with.
func (a *app) end(err error, out *watched) int {
	code := a.fail(err, out)
	if told := a.conclude(code, err); told != nil {
		fmt.Fprintln(a.Err, "roomsync: "+diag.Printable(told.Error()))
		code = max(code, exitError)
	}
	return code
}

// askedFor is the format that a command line asks for, if kong has not got as
// far as the flag, or has not kept it.
func askedFor(args []string) string {
	format := "text"
	for i, arg := range args {
		switch value, joined := strings.CutPrefix(arg, "--format="); {
		case joined:
			format = value
		case arg == "--format" && i+1 < len(args):
			format = args[i+1]
		}
	}
	return format
}

// maxParallelism is what the client sends at a time at most.
const maxParallelism = apply.DefaultParallelism

// check refuses values of global flags that kong's types let through.
func (g *globals) check() error {
	if g.Parallelism < 1 || g.Parallelism > maxParallelism {
		return fmt.Errorf("--parallelism must be between 1 and %d, not %d", maxParallelism, g.Parallelism)
	}
	if g.Rate < 1 || g.Rate > signalwire.MaxRate {
		return fmt.Errorf("--rate must be between 1 and %d writes a second, not %d", signalwire.MaxRate, g.Rate)
	}
	if g.RetryBudget < 0 {
		return fmt.Errorf("--retry-budget must not be below 0, and is %s", g.RetryBudget)
	}
	if g.Timeout <= 0 {
		return fmt.Errorf("--timeout must be above 0, not %s", g.Timeout)
	}
	return nil
}

// valueMissing is kong's word for a flag that ends the command line and needs a
// value.
var valueMissing = regexp.MustCompile(`^(--?[a-z-]+): expected .* but got "EOL" \(<EOL>\)$`)

// usageError adds where to look after a mistake on the command line.
func usageError(err error, args []string) error {
	if rest, is := strings.CutPrefix(err.Error(), "unexpected argument "+args[0]); is {
		return hinted{errors.New("there is no command " + args[0] + rest), "roomsync --help lists them"}
	}
	if m := valueMissing.FindStringSubmatch(err.Error()); m != nil {
		err = errors.New(m[1] + " needs a value")
	}
	for _, arg := range args {
		if err.Error() == "unexpected argument "+arg && (strings.HasSuffix(arg, ".yaml") || strings.HasSuffix(arg, ".yml")) {
			flag := "-f "
			if args[0] == "export" {
				flag = "--out "
			}
			return hinted{err, "did you mean " + flag + arg + "?"}
		}
	}
	command := "roomsync"
	var p *kong.ParseError
	if errors.As(err, &p) && p.Context != nil && p.Context.Command() != "" {
		for _, word := range strings.Fields(p.Context.Command()) {
			if strings.HasPrefix(word, "<") { // an argument
				break
			}
			command += " " + word
		}
	}
	return hinted{err, command + " --help tells what there is"}
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
	level := slog.LevelInfo
	if a.Verbose {
		level = slog.LevelDebug
	}
	a.log = slog.New(slog.NewTextHandler(a.Err, &slog.HandlerOptions{Level: level}))
	a.style.Color = a.OutTerminal && !a.NoColor && a.Getenv("NO_COLOR") == "" && a.Getenv("TERM") != "dumb"
}

// note prints commentary, which --quiet silences.
func (a *app) note(format string, args ...any) {
	if !a.Quiet {
		fmt.Fprintf(a.Err, format+"\n", args...)
	}
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
