package cli

import (
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// reference is all there is to tell about the command line: the manual page and
// .github/docs/commands.md are written from it. It comes from what --help is made of.
type reference struct {
	about    []block
	examples string
	flags    []entry // of every command
	commands []commandReference
}

// commandReference is all there is to tell about a command.
type commandReference struct {
	path             string // such as "tokens list"
	usage            string // the same with its arguments
	summary          string
	about            []block
	arguments, flags []entry
	formats          []string
	examples         string
	readme           []string // what of it the README shows
}

// entry is something that has a name, and what there is to say about it.
type entry struct{ name, about string }

// block is a paragraph, or lines to keep as they are.
type block struct {
	text     string
	verbatim bool
}

// environment is what roomsync reads from the environment, beside what the systems
// that CI runs in tell of a run.
var environment = []entry{
	{"SIGNALWIRE_SPACE", "The space, unless `--space` names one, such as example.signalwire.com."},
	{"SIGNALWIRE_PROJECT_ID", "The project, unless `--project` names one."},
	{"SIGNALWIRE_API_TOKEN", "The API token, unless `--token-file` has it. It needs the Video scope."},
	{"SIGNALWIRE_CA_FILE", "What `--ca-file` names, otherwise."},
	{"ROOMSYNC_VAR_NAME", "The value of the variable `NAME`, unless `--var` or `--var-file` has one."},
	{"HTTPS_PROXY, NO_PROXY", "The proxy to go through, and the hosts to go to without it."},
	{"GITHUB_TOKEN", "In GitHub Actions, what comments and issues are written with (`--github`, `--github-issue`)."},
	{"NO_COLOR", "If it is set, there are no colours. Neither are there any if `TERM` is dumb, or `CLICOLOR` 0."},
	{"FORCE_COLOR, CLICOLOR_FORCE", "If one is set, and not to 0, there are colours without a terminal, too: for logs that show them."},
	{"GOGC, GOMEMLIMIT", "How the Go runtime collects garbage, instead of how roomsync would have it."},
}

// exitCodes say what each means.
var exitCodes = []entry{
	{"0", "done, or nothing to do"},
	{"1", "an error; nothing was written"},
	{"2", "`drift`: live is not as the file has it; `plan --detailed-exitcode`: there is something to do, or a conflict; `fmt --check`: a file would change; `pull`: a difference is left, or `--check` found one"},
	{"3", "`apply`: something failed, is unknown or in conflict; the rest was done; or the result could not be printed. `tokens reset`: whether it was done is not known, or the new token could not be written"},
	{"4", "refused, by a guard or by the person asked; nothing was written"},
	{"5", "the saved plan does not fit any more, or the plan is not the one of `--expect-plan`; nothing was written"},
	{"130", "interrupted"},
}

// literal is what is typed as it is: a flag, a variable.
var literal = regexp.MustCompile(`\B--?[a-z][a-z-]*\b|\$\{?[A-Z][A-Z_]*\}?`)

// marked puts what is typed as it is into backquotes.
func marked(text string) string { return literal.ReplaceAllString(text, "`$0`") }

// referenceOf walks the grammar.
func referenceOf(app *kong.Application) (r reference) {
	r.about = blocks(app.Help)
	_, r.examples = cutExamples(app.Detail)
	r.flags = flagEntries(app.Flags)
	for _, n := range app.Leaves(true) {
		c := commandReference{path: n.Path(), usage: n.Path(), summary: n.Help, flags: flagEntries(n.Flags), formats: formatsOf(n.Path())}
		for _, p := range n.Positional {
			c.usage += " " + p.Summary()
			c.arguments = append(c.arguments, entry{p.Summary(), marked(p.Help)})
		}
		var detail string
		detail, c.examples = cutExamples(n.Detail)
		c.about = blocks(detail)
		c.readme = strings.Fields(n.Tag.Get("readme"))
		r.commands = append(r.commands, c)
	}
	return r
}

// flagEntries are flags as --help has them.
func flagEntries(flags []*kong.Flag) (all []entry) {
	for _, f := range flags {
		if f.Hidden || f.Name == "help" {
			continue
		}
		name := f.String()
		if f.Tag.Negatable != "" {
			name = strings.Replace(name, "--", "--[no-]", 1)
		}
		all = append(all, entry{name, marked(f.Help)})
	}
	return all
}

// blocks reads a help text as kong does: lines that begin with a blank are kept,
// the others of a paragraph belong together.
func blocks(text string) (all []block) {
	fresh := true
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		verbatim := strings.HasPrefix(line, "  ")
		last := len(all) - 1
		switch {
		case strings.TrimSpace(line) == "":
			fresh = true
			continue
		case fresh || all[last].verbatim != verbatim:
			all = append(all, block{strings.TrimSpace(line), verbatim})
		case verbatim:
			all[last].text += "\n" + strings.TrimPrefix(line, "  ")
		default:
			all[last].text += " " + line
		}
		fresh = false
	}
	for i := range all {
		if !all[i].verbatim {
			all[i].text = marked(all[i].text)
		}
	}
	return all
}
