package format

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"roomsync/internal/config"
	"roomsync/internal/diag"
)

// FuzzSource formats whatever comes. Source checks itself that its result says
// the same, has all comments and is its own form; here it must not have to
// refuse one, and a text that is refused must be one that cannot be read.
func FuzzSource(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".yaml") {
				f.Add([]byte(visible.Replace(string(file.Data))))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := Source("rooms.yaml", data)
		var problems diag.List
		if err != nil && !errors.As(err, &problems) {
			t.Fatal(err)
		}
		_, wrong := config.Syntax("rooms.yaml", data)
		if len(problems) > 0 && len(wrong) == 0 && !strings.Contains(problems[0].Message, "? before it") {
			t.Errorf("refused: %v", problems)
		}
	})
}
