package export_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/config"
	"roomsync/internal/export"
	"roomsync/internal/room"
)

var update = flag.Bool("update", false, "rewrite testdata")

func parsed(t *testing.T, raw string) room.Value {
	v, err := room.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestStyle shows what files look like.
func TestStyle(t *testing.T) {
	d := export.Document{
		Schema: "rooms.schema.json",
		Head:   []string{"A file with everything in it.", "", "text\x1b[31m from\nelsewhere ##[error]"},
		Left:   []export.Left{{Kind: room.Conference, Name: "büro\n1", ID: "id-1", Why: "names in a file have letters, digits, _ and - only"}},
		Space:  "example.signalwire.com", HasManage: true, Manage: []string{"team-*", "stage", "*"},
		Protect: []room.Protection{{Rooms: "team-lead"}},
		Ignore:  []room.Ignore{{Rooms: "team-demo-*", Settings: []string{"layout"}, Until: "2027-01-31", Reason: "events team: experiments"}, {Rooms: "stage"}},
		NoLint:  []string{"contrast"},
		Defaults: map[room.Kind]room.Settings{
			room.Conference: {"record_on_start": room.Bool(false), "quality": room.Text("1080p"), "dark_primary": room.Text("#6C8CFF")},
		},
		Rooms: []export.Room{
			{Kind: room.Conference, Name: "all-hands", Note: "base.yaml:12", Notes: map[string]string{"description": "prod.yaml:3", "size": "base.yaml:14", "join_from": "a\nb"}, Settings: room.Settings{
				"display_name": room.Text("All Hands"), "description": room.Text("Once a month, everybody.\n\n  The recording is on the intranet.\n"),
				"size": room.Null(), "join_from": room.Text("2027-03-01T08:00:00Z"), "layout": room.Text("5up"),
			}},
			{Kind: room.Conference, Name: "from-a-form", Settings: room.Settings{"description": room.Text("Lines of a web form\r\n  end in CR LF:\r\n:this, too.\r\nThe last one does not.")}},
			{Kind: room.Conference, Name: "no", Was: []string{"yes", "old"}, Comments: []string{`layout is left out: this version of roomsync does not know "12up"`},
				Settings: room.Settings{"description": room.Text("  indented\nthen not")}},
			{Kind: room.Room, Name: "stage", Notes: map[string]string{"meta": "base.yaml:20"}, Settings: room.Settings{
				"display_name": room.Text(`The "Stage"`), "max_members": room.Int(200),
				"description": room.Text(strings.Repeat("One long paragraph is one long line. ", 4) + "End."),
				"meta": parsed(t, `{"queue": "support", "<<": 1e30, "yes": "no", "empty": [{}, [], ""], "languages": ["de", "en", "fr", "a, b"],
					"notes": "Two\nlines", "steps": [{"do": "Ring the bell, and wait for somebody to come and open the door", "then": {"seconds": 30}}, "leave", ["a", "b\nc"]]}`),
			}},
			{Kind: room.Room, Name: "support", Settings: room.Settings{"meta": parsed(t, `{"queue": "support", "languages": ["de", "en"], "sla": 0.95}`)}},
		},
	}
	got := written(t, d)
	const golden = "testdata/style.yaml"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, problems := config.Parse(golden, []byte(got)); len(problems) > 0 {
		t.Errorf("it does not load: %v", problems)
	}
}
