package format

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"roomsync/internal/diag"
)

var update = flag.Bool("update", false, "rewrite the expected files in testdata")

// visible shows in an archive what an editor would hide or mend: ␍ is a carriage
// return, ␉ a tab, ␠ a blank at the end of a line, <BOM> a byte order mark, ␄ a
// last line without a line feed.
var visible = strings.NewReplacer("␍", "\r", "␉", "\t", "␠", " ", "<BOM>", bom, "␄\n", "")

// shown is the reverse of visible.
func shown(text string) string {
	text = strings.NewReplacer("\r", "␍", "\t", "␉", bom, "<BOM>", " \n", "␠\n").Replace(text)
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "␄\n"
	}
	return text
}

// TestForms formats every NAME.yaml of the archives in testdata and compares
// with NAME.want, which is empty where nothing is to change, or with
// NAME.problems.
func TestForms(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives in testdata: %v", err)
	}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		wanted := make(map[string]string)
		for _, f := range archive.Files {
			wanted[f.Name] = string(f.Data)
		}
		var renewed []txtar.File
		for _, f := range archive.Files {
			name, isYAML := strings.CutSuffix(f.Name, ".yaml")
			if !isYAML {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+name, func(t *testing.T) {
				text := visible.Replace(string(f.Data))
				formed, err := Source("rooms.yaml", []byte(text))
				var problems diag.List
				if err != nil && !errors.As(err, &problems) {
					t.Fatal(err)
				}
				var said strings.Builder
				if _, err := problems.WriteTo(&said); err != nil {
					t.Fatal(err)
				}
				got := shown(string(formed))
				if err == nil && string(formed) == text {
					got = ""
				}
				want := wanted[name+".want"]
				if diff := cmp.Diff(wanted[name+".problems"], said.String()); diff != "" && !*update {
					t.Errorf("problems (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(want, got); diff != "" && !*update {
					t.Errorf("form (-want +got):\n%s", diff)
				}
				renewed = append(renewed, f)
				if got != "" {
					renewed = append(renewed, txtar.File{Name: name + ".want", Data: []byte(got)})
				}
				if err != nil {
					renewed = append(renewed, txtar.File{Name: name + ".problems", Data: []byte(said.String())})
				}
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

// BenchmarkSource formats files in which every line is to be changed.
func BenchmarkSource(b *testing.B) {
	for _, n := range []int{2_000, 10_000, 50_000} {
		var text strings.Builder
		text.WriteString("x-brand: &brand {dark_primary: \"#044EF4\"}\nrooms:\n")
		for i := range n {
			fmt.Fprintf(&text, "# room %d\n-   size: medium # not small\n    enable_chat:  true\n    <<: *brand\n    description: |\n      Room %d\n\n      goes on\n    name: room-%d\n", i, i, i)
		}
		text.WriteString("version: 1\n")
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				if formed, err := Source("rooms.yaml", []byte(text.String())); err != nil || len(formed) < n {
					b.Fatal(err)
				}
			}
		})
	}
}
