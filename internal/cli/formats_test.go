package cli

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"roomsync/internal/render"
)

// What a command has is what --format takes, and has a document for when there
// is no result: who awaits one gets one.
func TestFormatsAreWhole(t *testing.T) {
	field, _ := reflect.TypeFor[globals]().FieldByName("Format")
	taken := strings.Split(field.Tag.Get("enum"), ",")
	had := map[string]bool{"text": true, "json": true}
	for command := range formats {
		for _, format := range formats[command] {
			had[format] = true
			if !slices.Contains(taken, format) {
				t.Errorf("%s has %s, which --format does not take", command, format)
			}
			var out bytes.Buffer
			a := &app{System: System{Out: &out, LookupEnv: func(string) (string, bool) { return "", false }}, command: command}
			a.Format = format
			if err := a.printFailure(render.NewFailure(exitError, "it failed", "see to it", nil)); err != nil {
				t.Fatal(err)
			}
			// Text goes to standard error, and a shell that reads variables is to get none.
			forPeople := slices.Contains([]string{"text", "table", "dotenv", "github-env"}, format)
			if says := strings.Contains(out.String(), "t failed"); says == forPeople {
				t.Errorf("%s --format %s: a failure writes %q", command, format, out.String())
			}
		}
	}
	for _, format := range taken {
		if !had[format] {
			t.Errorf("--format takes %s, and no command has it", format)
		}
	}
}
