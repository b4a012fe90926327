package cli

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var (
	// shown is what Markdown has between fences or backquotes.
	shown = regexp.MustCompile("(?ms)^ *```\\w*\n(.*?)^ *```$|`([^`\n]+)`")
	// call is where a shell would begin to run roomsync, and the rest of the line.
	call = regexp.MustCompile(`(?m)(?:^|[($|&;]|run: )\s*(?:\$ +)?(?:[A-Z_]+=\S* +)*(?:go run \.|roomsync) +([a-z].*)$`)
	// word is one of a command line, as far as ours need a shell, or what ends it.
	word = regexp.MustCompile(`'[^']*'|"[^"]*"|\\\||[|&;)<>]|#.*|[^\s|&;)<>'"]+`)
)

// commandsIn finds the command lines of roomsync in a text, each as its words.
func commandsIn(text string) (all [][]string) {
	for _, line := range call.FindAllStringSubmatch(strings.ReplaceAll(text, "\\\n", " "), -1) {
		var args []string
		for _, w := range word.FindAllString(line[1], -1) {
			if strings.ContainsAny(w[:1], "|&;)<>#") {
				break
			}
			args = append(args, strings.Trim(w, `'"`))
		}
		all = append(all, args)
	}
	return all
}

// parses tells whether there is such a command line, without running it.
func parses(args []string) error {
	if slices.ContainsFunc(args, func(w string) bool { return strings.Contains(w, "…") || strings.HasPrefix(w, "[") }) {
		return nil // it is not whole
	}
	var g grammar
	k, err := parserOf(&g, kong.Writers(io.Discard, io.Discard)).Parse(args)
	if err != nil {
		return err
	}
	return (&app{globals: g.globals}).checkFormat(k.Selected().Path())
}

// TestDocumentsShowCommandsThatAreThere parses the command lines of READMEs:
// their commands and flags exist and take what they are given.
func TestDocumentsShowCommandsThatAreThere(t *testing.T) {
	paths, err := filepath.Glob("../../examples/*/README.md")
	docs, _ := filepath.Glob("../../.github/docs/*.md")
	if err != nil || len(docs) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	found := make(map[string]int)
	for _, path := range slices.Concat(paths, docs, []string{"../../README.md"}) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range shown.FindAllStringSubmatch(string(text), -1) {
			for _, args := range commandsIn(m[1] + m[2]) {
				found[filepath.Base(filepath.Dir(path))]++
				if err := parses(args); err != nil {
					t.Errorf("%s shows roomsync %s: %v", path, strings.Join(args, " "), err)
				}
			}
		}
	}
	// So that not finding any is noticed.
	if found["embed"] < 6 || found["environments"] < 5 || found["docs"] < 30 || found[".."] < 20 {
		t.Errorf("commands found by folder: %v", found)
	}
}

// guideRow is a row of the README's table of the guide, its last cell in full.
var guideRow = regexp.MustCompile(`(?m)^\|.*\| (.*) \|$`)

// TestReadmeDoesTheGuide compares the README's table with the script that runs
// the guide: the same commands, in the same order.
func TestReadmeDoesTheGuide(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../../testdata/script/guide-whole.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## The guide, declaratively\n")
	section, _, _ = strings.Cut(section, "\n## ")
	rest, found := strings.NewReplacer("$EXAMPLES/", "examples/", " --yes\n", "\n").Replace(string(script)), 0
	for _, row := range guideRow.FindAllStringSubmatch(section, -1) {
		for _, m := range shown.FindAllStringSubmatch(row[1], -1) {
			found++
			var ok bool
			if _, rest, ok = strings.Cut(rest, "\nexits 0 "+m[2]+"\n"); !ok {
				t.Errorf("the script does not run, or not in its place: %s", m[2])
			}
		}
	}
	if found < 8 {
		t.Errorf("%d commands found in the table", found)
	}
}
