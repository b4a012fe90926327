package cli

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"roomsync/internal/sandbox"
)

// pages calls a function with each help text: the program's and its commands'.
func pages(visit func(*kong.Node)) {
	var g grammar
	var look func(*kong.Node)
	look = func(n *kong.Node) {
		visit(n)
		for _, child := range n.Children {
			look(child)
		}
	}
	look(parserOf(&g).Model.Node)
}

// beside is what a help text says beside an example.
var beside = regexp.MustCompile(`(\S)  +.*$`)

// examplesOf are the lines below "Examples:" without what is said beside them.
func examplesOf(n *kong.Node) (lines []string) {
	if _, examples := cutExamples(n.Detail); examples != "" {
		for line := range strings.Lines(examples) {
			lines = append(lines, beside.ReplaceAllString(strings.TrimSpace(line), "$1"))
		}
	}
	return lines
}

// TestHelpFits reads every help text as a person at a terminal of 80 columns
// would: nothing is cut or wrapped, and the end, which stays in view, is what to
// type.
func TestHelpFits(t *testing.T) {
	pages(func(n *kong.Node) {
		path := strings.Fields(n.Path())
		w := &world{}
		if code := Main(append(path, "--help"), w.system()); code != 0 {
			t.Errorf("%v --help: exit code %d", path, code)
		}
		for line := range strings.Lines(w.out.String()) {
			if width := utf8.RuneCountInString(strings.TrimRight(line, "\n")); width > 80 {
				t.Errorf("%v --help: a line of %d columns: %s", path, width, line)
			}
		}
		examples := examplesOf(n)
		if len(examples) == 0 {
			t.Errorf("%v --help has no examples", path)
			return
		}
		_, end, _ := strings.Cut(w.out.String(), "\nExamples:\n")
		if lines := strings.Count(end, "\n"); lines != len(examples) {
			t.Errorf("%v --help does not end with its %d examples, but: %s", path, len(examples), end)
		}
	})
}

// words are what flags and arguments take, as help texts have them.
var words = []string{"ADDRESS", "DIGEST", "DURATION", "FILE", "FORMAT", "GLOB", "HOST", "ID", "JSON", "KIND", "MEDIA", "N", "NAME", "NAME=RATE", "NAME=VALUE", "ROLE", "TEXT", "TIME", "WHAT"}

// TestHelpSaysWhatFlagsTake keeps what is said of flags even: a word for what each
// takes, the unit of durations by an example, and the default.
func TestHelpSaysWhatFlagsTake(t *testing.T) {
	pages(func(n *kong.Node) {
		for _, f := range n.Flags {
			about := f.Help
			if !strings.HasSuffix(about, ".") {
				t.Errorf("%s --%s: %q is no sentence", n.Path(), f.Name, about)
			}
			if f.IsBool() || f.IsCounter() {
				continue
			}
			if !slices.Contains(words, f.PlaceHolder) {
				t.Errorf("%s --%s takes %q, which is none of %v", n.Path(), f.Name, f.PlaceHolder, words)
			}
			if f.HasDefault && !strings.Contains(about, "(default: "+f.Default+")") && !strings.Contains(about, f.Default+" (default)") {
				t.Errorf("%s --%s: %q does not tell the default, %s", n.Path(), f.Name, about, f.Default)
			}
			kind := f.Target.Type().String()
			isDuration := strings.HasSuffix(kind, "time.Duration") || strings.HasSuffix(kind, "cli.span")
			if isDuration != (f.PlaceHolder == "DURATION") || isDuration && !regexp.MustCompile(`\d+(ms|[smh])\b`).MatchString(about) {
				t.Errorf("%s --%s is a %s: --%s=%s, %q", n.Path(), f.Name, kind, f.Name, f.PlaceHolder, about)
			}
		}
	})
}

// TestHelpShowsCommandsThatAreThere runs the examples of every help text, each in
// a folder and a space of its own, as far as they are of roomsync.
func TestHelpShowsCommandsThatAreThere(t *testing.T) {
	found, run := 0, 0
	pages(func(n *kong.Node) {
		for _, line := range examplesOf(n) {
			t.Run(line, func(t *testing.T) {
				calls := commandsIn(line)
				if len(calls) == 0 && !strings.HasPrefix(line, "git ") {
					t.Fatal("no command of roomsync")
				}
				for _, args := range calls {
					found++
					if err := parses(args); err != nil {
						t.Fatal(err)
					}
					// One serves until it is interrupted, the other wants a proxy.
					if args[0] != "sandbox" && !strings.HasPrefix(line, "HTTPS_PROXY=") {
						run++
						runExample(t, args)
					}
				}
			})
		}
	})
	if found < 60 || run < 50 {
		t.Errorf("%d commands found, %d run", found, run)
	}
}

// exampleFile has the rooms that examples name.
const exampleFile = `version: 1
roles: {host: {permissions: ["room.*"]}}
rooms:
  - {name: lobby}
  - {name: my_room}
  - {name: stage, prebuilt_ui: false}
  - {name: team-standup}
`

// runExample runs a command in a folder with the files that examples name.
func runExample(t *testing.T, args []string) {
	t.Helper()
	t.Chdir(t.TempDir())
	server := httptest.NewServer(sandbox.New(sandbox.Options{}))
	t.Cleanup(server.Close)
	prepare := func(args ...string) {
		w := &world{env: exampleEnv(server.URL)}
		if code := Main(args, w.system()); code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, w.err.String())
		}
	}
	files := map[string]string{
		"rooms.yaml": exampleFile, "staging/rooms.yaml": exampleFile, "prod/rooms.yaml": exampleFile, "environments/base.yaml": exampleFile,
		"base.yaml": exampleFile, "prod.yaml": "version: 1\nrooms: [{name: my_room, size: large}]\n", "prod.env": "NAME=value\n",
	}
	for path, text := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	prepare("apply", "--quiet", "--yes")
	prepare("plan", "--quiet", "--out", "plan.json")
	switch args[0] { // what these make is not there yet
	case "init":
		t.Chdir(t.TempDir())
	case "export":
		err := os.Remove("rooms.yaml")
		if err != nil {
			t.Fatal(err)
		}
	}
	w := &world{env: exampleEnv(server.URL), in: strings.NewReader(files["rooms.yaml"])}
	sys := w.system()
	sys.Poll = time.Millisecond
	switch code := Main(args, sys); {
	case code == exitOK, code == exitDifference:
	case code == exitRefused && (args[0] == "apply" || args[0] == "tokens" && args[1] == "reset"): // nobody is there to say yes
	default:
		t.Errorf("exit code %d: %s", code, w.err.String())
	}
}

func exampleEnv(url string) map[string]string {
	return map[string]string{"SIGNALWIRE_SPACE": url, "SIGNALWIRE_PROJECT_ID": sandbox.DemoProject, "SIGNALWIRE_API_TOKEN": sandbox.DemoToken}
}
