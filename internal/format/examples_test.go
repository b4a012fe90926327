package format

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inReadme are the rooms.yaml files that the README shows.
var inReadme = regexp.MustCompile("(?ms)^```yaml\n(# yaml-language-server.*?)^```$")

// TestExamplesAreInForm: what newcomers begin with looks like what fmt makes.
func TestExamplesAreInForm(t *testing.T) {
	texts := make(map[string][]byte)
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range inReadme.FindAllSubmatch(readme, -1) {
		texts[fmt.Sprintf("README.md, file %d", i+1)] = m[1]
	}
	if len(texts) == 0 {
		t.Error("the README shows no rooms.yaml")
	}
	paths, err := filepath.Glob("../../examples/*/*.yaml")
	deeper, _ := filepath.Glob("../../examples/*/*/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, path := range append(paths, deeper...) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// What is for other programs says nothing of our schema.
		if bytes.HasPrefix(text, []byte("# yaml-language-server: $schema=")) {
			texts[path] = text
		}
	}
	for name, text := range texts {
		formed, err := Source(name, text)
		if err != nil {
			t.Error(err)
		} else if diff := cmp.Diff(string(text), string(formed)); diff != "" {
			t.Errorf("%s is not in form (-as it is +formed):\n%s", name, diff)
		}
	}
}
