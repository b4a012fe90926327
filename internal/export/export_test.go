package export_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roomsync/internal/config"
	"roomsync/internal/export"
	"roomsync/internal/github"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

func jsonNumber(v room.Value) json.Number { return json.Number(v.JSON()) }

type failer interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

func written(t failer, d export.Document) string {
	var b strings.Builder
	if err := export.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// loads checks that a document of live rooms loads as what it says, and plans
// nothing.
func loads(t failer, live []room.Live, d export.Document) {
	text := written(t, d)
	file, problems := config.Parse("rooms.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatalf("%v\n%s", problems, text)
	}
	for i, r := range d.Rooms {
		want := make(room.Settings)
		maps.Copy(want, d.Defaults[r.Kind])
		maps.Copy(want, r.Settings)
		if diff := cmp.Diff(want, file.Rooms[i].Settings, cmp.Comparer(func(a, b room.Value) bool { return a == b })); diff != "" {
			t.Fatalf("%s (-written +loaded):\n%s\n%s", r.Name, diff, text)
		}
	}
	p := plan.Diff(file.Rooms, live, plan.Options{})
	if !p.InSync() || len(p.Unchanged) != len(live)-len(d.Left) {
		t.Fatalf("the plan has %d operations, %d conflicts, %d unchanged of %d\n%s", len(p.Operations), len(p.Conflicts), len(p.Unchanged), len(live), text)
	}
}

// TestRoundTrip is the promise of export: whatever the live rooms hold, the
// file loads as what was to be written, and plans nothing.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live := space().Draw(t, "live")
		d := export.Of(live, rapid.Bool().Draw(t, "full"))
		loads(t, live, d)
		text := written(t, d)
		var log bytes.Buffer
		_, _ = github.Defuse(&log, "text").Write([]byte(text))
		if log.String() != text {
			t.Fatalf("in a run of GitHub Actions it reads otherwise (-want +got):\n%s", cmp.Diff(text, log.String()))
		}
	})
}
