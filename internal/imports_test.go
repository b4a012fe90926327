// Package internal has no code: this test keeps the packages below it in the
// order that CONTRIBUTING describes.
package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// may is what each package imports of ours. A package that is not here may
// import nothing of ours but is a mistake: add it.
var may = map[string][]string{
	"schema":                     nil,
	"examples":                   nil,
	"internal/diag":              nil,
	"internal/sandbox":           nil,
	"internal/room":              {"internal/diag", "schema"},
	"internal/lint":              {"internal/room", "schema"},
	"internal/plan":              {"internal/diag", "internal/lint", "internal/room", "schema"},
	"internal/apply":             {"internal/plan", "internal/room"},
	"internal/signalwire":        {"internal/room", "schema"},
	"internal/config":            {"internal/diag", "internal/room", "schema"},
	"internal/export":            {"internal/diag", "internal/room", "schema"},
	"internal/format":            {"internal/config", "internal/diag", "schema"},
	"internal/github":            nil,
	"internal/github/githubtest": nil,
	"internal/render":            {"internal/apply", "internal/diag", "internal/plan", "internal/room", "schema"},
	"internal/cli": {"examples", "internal/apply", "internal/config", "internal/diag", "internal/export", "internal/format", "internal/github", "internal/lint", "internal/plan", "internal/render",
		"internal/room", "internal/sandbox", "internal/signalwire", "schema"},
	"internal/bench": {"internal/sandbox"},
	".":              {"internal/cli"},
}

// thirdParty is where each module of others is used. Tests are free.
var thirdParty = map[string][]string{
	"gopkg.in/yaml.v3":                         {"internal/bench", "internal/config", "internal/export", "internal/format"},
	"github.com/santhosh-tekuri/jsonschema/v5": {"internal/config"},
	"github.com/alecthomas/kong":               {"internal/cli"},
	"golang.org/x/term":                        {"internal/cli"},
	"golang.org/x/sys/windows":                 {"internal/cli"},
	"github.com/fatih/color":                   {"internal/render"},
	"github.com/sergi/go-diff/diffmatchpatch":  {"internal/render"},
	"golang.org/x/sync/errgroup":               {"internal/bench", "internal/cli", "internal/signalwire"},
	"golang.org/x/sync/semaphore":              {"internal/signalwire"},
	"golang.org/x/time/rate":                   {"internal/signalwire"},
	"github.com/cenkalti/backoff/v5":           {"internal/github", "internal/signalwire"},
	"github.com/google/go-github/v88/github":   {"internal/github"},
}

func TestImportsPointOneWay(t *testing.T) {
	seen := make(map[string]bool)
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != ".." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		dir, err := filepath.Rel("..", filepath.Dir(path))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		seen[dir] = true
		allowed, known := may[dir]
		if !known {
			t.Errorf("%s is a package that the table does not have", dir)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			ours, isOurs := strings.CutPrefix(name, "roomsync/")
			switch {
			case isOurs && !slices.Contains(allowed, ours):
				t.Errorf("%s imports %s, which points the wrong way", path, ours)
			case !isOurs && strings.Contains(name, ".") && !slices.Contains(thirdParty[name], dir):
				t.Errorf("%s imports %s, which belongs into %v", path, name, thirdParty[name])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range may {
		if !seen[dir] {
			t.Errorf("the table has %s, and there is no such package", dir)
		}
	}
}
