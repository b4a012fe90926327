package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"roomsync/internal/apply"
	"roomsync/internal/signalwire"
)

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
	Format      string        `enum:"text,json,ndjson,table,markdown,html,junit,dotenv,github-env" default:"text" placeholder:"FORMAT" help:"How to print the result: text (default), json, ndjson or table (list; the table is its text), markdown (plan, apply, drift), html (plan, drift), junit (drift), dotenv or github-env (tokens)."`
	NoColor     bool          `help:"Print without colours (as $$NO_COLOR does)."`
	Quiet       bool          `short:"q" help:"Print nothing but the result and errors."`
	Verbose     int           `short:"v" type:"counter" help:"Log every request to standard error; twice (-vv) also connections, TLS, waits and what each took."`
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
makes them so. Try it without an account:
roomsync init, then roomsync plan --sandbox`

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
