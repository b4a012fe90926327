package cli

import (
	"strings"
	"testing"

	"roomsync/schema"
)

func TestHelpNamesEveryLint(t *testing.T) {
	var w world
	if code := Main([]string{"validate", "--help"}, w.system()); code != exitOK {
		t.Fatalf("exit code %d: %s", code, w.err.String())
	}
	help := strings.Join(strings.Fields(w.out.String()), " ")
	if want := "Switch a lint off: " + strings.Join(schema.Lints(), ", ") + "; may"; !strings.Contains(help, want) {
		t.Errorf("%q is not in the help:\n%s", want, w.out.String())
	}
}
