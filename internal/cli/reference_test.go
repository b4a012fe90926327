package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// theReference is what there is to tell about our own grammar.
func theReference() reference {
	var g grammar
	return referenceOf(parserOf(&g).Model)
}

// golden compares a file with what it should be, or writes it.
func golden(t *testing.T, path, want string) {
	t.Helper()
	have, err := os.ReadFile(path)
	if *update {
		err = os.WriteFile(path, []byte(want), 0o644)
	} else if diff := cmp.Diff(string(have), want); diff != "" {
		t.Errorf("%s is not what go test ./internal/cli -update makes (-file +real):\n%s", path, diff)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestCommandsFile makes .github/docs/commands.md.
func TestCommandsFile(t *testing.T) {
	golden(t, "../../.github/docs/commands.md", commandsFile(theReference()))
}

// TestReadmeTables makes the tables of commands and exit codes in the README.
func TestReadmeTables(t *testing.T) {
	r := theReference()
	commands := "| command | does | flags to know |\n|---|---|---|\n"
	for _, c := range r.commands {
		var flags []string
		for _, name := range c.readme {
			flags = append(flags, "`"+shortly(t, c, name)+"`")
		}
		commands += fmt.Sprintf("| `%s` | %s | %s |\n", c.usage, c.summary, strings.Join(flags, ", "))
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := between(t, string(readme), "commands", commands)
	text = between(t, text, "exit codes", table("exit code", "means", exitCodes))
	golden(t, "../../README.md", text)
}

// shortly is a flag of a command without its short form.
func shortly(t *testing.T, c commandReference, name string) string {
	for _, f := range c.flags {
		long := f.name[strings.Index(f.name, "--"):]
		word, value, takes := strings.Cut(long, "=")
		switch {
		case word == "--"+name && takes:
			return word + " " + strings.TrimSuffix(value, ",...")
		case word == "--"+name, word == "--[no-]"+strings.TrimPrefix(name, "no-"):
			return "--" + name
		}
	}
	t.Errorf("%s has no flag --%s for the README", c.path, name)
	return name
}

// between replaces what is between two marks.
func between(t *testing.T, text, mark, content string) string {
	t.Helper()
	begin := "<!-- " + mark + ": made by go test ./internal/cli -update -->\n"
	before, rest, ok := strings.Cut(text, begin)
	_, after, closed := strings.Cut(rest, "<!-- end -->")
	if !ok || !closed {
		t.Fatalf("the README has no %q and <!-- end -->", begin)
	}
	return before + begin + content + "<!-- end -->" + after
}

// table is a table of Markdown.
func table(name, about string, all []entry) string {
	text := fmt.Sprintf("| %s | %s |\n|---|---|\n", name, about)
	for _, e := range all {
		text += fmt.Sprintf("| %s | %s |\n", e.name, strings.ReplaceAll(e.about, "|", `\|`))
	}
	return text
}

// inCode puts names into backquotes.
func inCode(all []entry) (quoted []entry) {
	for _, e := range all {
		quoted = append(quoted, entry{"`" + e.name + "`", markdown(e.about)})
	}
	return quoted
}

// plain are the characters that Markdown could take for something else.
var plain = regexp.MustCompile(`[*_<\[\\]`)

// markdown escapes a text, aside from what is in backquotes.
func markdown(text string) string {
	parts := strings.Split(text, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = plain.ReplaceAllString(parts[i], `\$0`)
	}
	return strings.Join(parts, "`")
}

// saidBeside is what is said beside an example, and would be run with it.
var saidBeside = regexp.MustCompile(`(?m)(\S  +)(\S.*)$`)

// commandsFile is .github/docs/commands.md.
func commandsFile(r reference) string {
	var b strings.Builder
	b.WriteString("<!-- made by go test ./internal/cli -update -->\n# The commands of roomsync\n\nThis is what `roomsync COMMAND --help` and `roomsync man` tell, too; the [README](../../README.md) has the short form.\n\n")
	var links []string
	for _, c := range r.commands {
		links = append(links, fmt.Sprintf("[%s](#%s)", c.path, strings.ReplaceAll(c.path, " ", "-")))
	}
	fmt.Fprintf(&b, "%s; [flags of every command](#flags-of-every-command), [environment](#environment), [exit codes](#exit-codes)\n", strings.Join(links, ", "))
	for _, c := range r.commands {
		fmt.Fprintf(&b, "\n## %s\n\n    roomsync %s [flags]\n\n%s\n", c.path, c.usage, markdown(c.summary))
		for _, block := range c.about {
			if block.verbatim {
				fmt.Fprintf(&b, "\n```\n%s\n```\n", block.text)
			} else {
				fmt.Fprintf(&b, "\n%s\n", markdown(block.text))
			}
		}
		if len(c.arguments) > 0 {
			b.WriteString("\n" + table("argument", "is", inCode(c.arguments)))
		}
		if len(c.flags) > 0 {
			b.WriteString("\n" + table("flag", "does", inCode(c.flags)))
		}
		fmt.Fprintf(&b, "\nFormats: %s.\n\n```sh\n%s\n```\n", strings.Join(c.formats, ", "), saidBeside.ReplaceAllString(strings.ReplaceAll(c.examples[2:], "\n  ", "\n"), "$1# $2"))
	}
	fmt.Fprintf(&b, "\n## Flags of every command\n\n%s", table("flag", "does", inCode(r.flags)))
	fmt.Fprintf(&b, "\n## Environment\n\n%s", table("variable", "is", inCode(environment)))
	fmt.Fprintf(&b, "\n## Exit codes\n\n%s", table("exit code", "means", exitCodes))
	return b.String()
}

// readsVariable finds the variables that the program asks its environment for.
var readsVariable = regexp.MustCompile(`(?:Getenv|LookupEnv)\("([A-Z_]+)"\)`)

// TestReferenceTellsTheEnvironment looks for variables in the code. Those that CI
// systems set for themselves need not be told of.
func TestReferenceTellsTheEnvironment(t *testing.T) {
	told := fmt.Sprint(environment)
	paths, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "bench") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range readsVariable.FindAllStringSubmatch(string(text), -1) {
			name := m[1]
			found++
			if !strings.Contains(told, name) && !slices.Contains([]string{"CI_COMMIT_SHA", "CI_JOB_URL", "GITLAB_CI", "GITHUB_ENV", "GITHUB_EVENT_PATH"}, name) {
				t.Errorf("%s reads %s, of which the reference tells nothing", path, name)
			}
		}
	}
	if found < 10 {
		t.Errorf("%d variables found", found)
	}
}

// macros are those that the manual page may use.
var macros = regexp.MustCompile(`^\.(TH|SH|SS|PP|TP|RS|RE|EX|EE|nr|nh|ad)\b`)

// TestManPage looks at the page as text, and has it laid out by what is there.
func TestManPage(t *testing.T) {
	r := theReference()
	page := manPage(r, "2026-01-31")
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && !macros.MatchString(line) {
			t.Errorf("roff would take this for a command: %s", line)
		}
	}
	for _, c := range r.commands {
		if !strings.Contains(page, ".SS \"roomsync "+roff(c.usage)+"\"\n") {
			t.Errorf("the page has no %s", c.path)
		}
		for _, f := range c.flags {
			if !strings.Contains(page, `\fB`+roff(f.name)+"\\fR\n") {
				t.Errorf("the page has no %s of %s", f.name, c.path)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "roomsync.1")
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"groff", "-man", "-Tutf8", "-ww", path}, {"mandoc", "-Tlint", "-Wwarning", path}, {"man", "--warnings", "-l", path}} {
		if _, err := exec.LookPath(args[0]); err != nil {
			continue
		}
		command := exec.Command(args[0], args[1:]...)
		var warnings strings.Builder
		command.Stderr = &warnings
		out, err := command.Output()
		if err != nil || warnings.Len() > 0 || args[0] == "mandoc" && len(out) > 0 {
			t.Errorf("%v: %v %s%s", args, err, warnings.String(), out)
		}
	}
}

// TestRoff prints what roff could take for something else.
func TestRoff(t *testing.T) {
	p := new(page)
	p.blocks([]block{{`.PP 'is' "text" -- a\b ` + "`-f`" + ` … ~^`, false}})
	p.macro("SS", `a "b" .c`)
	p.blocks([]block{{"  .EE\n  'x' \\n", true}})
	want := `\&.PP \(aqis\(aq "text" \-\- a\eb \fB\-f\fR \[u2026] \(ti\(ha
.SS "a \(dqb\(dq .c"
.RS 4
.EX
\&.EE
\&\(aqx\(aq \en
.EE
.RE
`
	if diff := cmp.Diff(want, p.text.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
