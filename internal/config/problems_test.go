package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected problems in testdata")

// TestProblems loads every NAME.yaml of the archives in testdata and compares
// what is said of it with NAME.want.
func TestProblems(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives in testdata: %v", err)
	}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := make(map[string]string)
		for _, f := range archive.Files {
			want[f.Name] = string(f.Data)
		}
		var renewed []txtar.File
		for _, f := range archive.Files {
			name, isYAML := strings.CutSuffix(f.Name, ".yaml")
			if !isYAML {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+name, func(t *testing.T) {
				file, problems := Parse("rooms.yaml", f.Data)
				if (file == nil) != (problems.Errors() > 0) {
					t.Errorf("file is nil: %t, errors: %d", file == nil, problems.Errors())
				}
				var got strings.Builder
				if _, err := problems.WriteTo(&got); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want[name+".want"], got.String()); diff != "" && !*update {
					t.Errorf("problems (-want +got):\n%s", diff)
				}
				renewed = append(renewed, f, txtar.File{Name: name + ".want", Data: []byte(got.String())})
			})
		}
		if *update {
			archive.Files = renewed
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
