package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"roomsync/internal/config"
)

// first finds the output of the first command in the README.
var first = regexp.MustCompile("(?s)\\$ go run \\. (apply --sandbox [^\n]*)\n(.*?)```")

// TestReadmeShowsWhatHappens runs the README's first command as a newcomer
// would, and compares what it prints with what the README shows.
func TestReadmeShowsWhatHappens(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "README.md")
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m := first.FindSubmatchIndex(readme)
	if m == nil {
		t.Fatal("the README does not begin with a command to try")
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS("examples", os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	sys := System{In: strings.NewReader(""), Out: &out, Err: &out, LookupEnv: func(string) (string, bool) { return "", false }}
	if code := Main(strings.Fields(string(readme[m[2]:m[3]])), sys); code != 0 {
		t.Errorf("exit code %d", code)
	}
	// The digest depends on the IDs of the rooms, which are made up anew.
	shown := digest.Find(readme[m[4]:m[5]])
	printed := digest.ReplaceAllString(out.String(), string(shown))
	if *update {
		renewed := string(readme[:m[4]]) + printed + string(readme[m[5]:])
		if err := os.WriteFile(path, []byte(renewed), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(readme[m[4]:m[5]]), printed); diff != "" {
		t.Errorf("the README's first output (-README +real):\n%s", diff)
	}
}

// TestExamplesHaveTheirSchema checks the line that editors take the schema
// from, and what they find by it. Files of rooms have it; what is for other
// programs has not.
func TestExamplesHaveTheirSchema(t *testing.T) {
	files, err := filepath.Glob("../../examples/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, path := range files {
		if filepath.Base(filepath.Dir(path)) == "kubernetes" {
			continue // internal/pipelines reads those
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(text), "\n")
		schema, ok := strings.CutPrefix(line, "# yaml-language-server: $schema=")
		if !ok {
			t.Errorf("%s does not begin with a yaml-language-server line", path)
			continue
		}
		compiled, err := jsonschema.Compile(filepath.Join(filepath.Dir(path), schema))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		read, problems := config.Syntax(path, text)
		if len(problems) > 0 {
			t.Errorf("%v", problems)
			continue
		}
		if err := compiled.Validate(read.Data); err != nil {
			t.Errorf("an editor finds %s wrong: %#v", path, err)
		}
	}
}
