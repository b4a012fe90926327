package cli

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"roomsync/internal/export"
	"roomsync/internal/room"
	"roomsync/internal/sandbox"
)

// TestAnExportThatIsWrongIsNotWritten spoils exports and reads what the proof
// says of them.
func TestAnExportThatIsWrongIsNotWritten(t *testing.T) {
	live := []room.Live{
		{Kind: room.Conference, ID: "1", Name: "sales", Settings: room.Settings{"display_name": room.Text("Sales"), "size": room.Null(), "record_on_start": room.Bool(true)}},
		{Kind: room.Conference, ID: "2", Name: "support", Settings: room.Settings{"description": room.Text("a\nb"), "record_on_start": room.Bool(true)}},
		{Kind: room.Room, ID: "3", Name: "stage", Settings: room.Settings{"max_members": room.Int(5)}},
	}
	d := export.Of(live, false)
	var b strings.Builder
	if err := export.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if err := proven([]byte(text), d, live, nil); err != nil {
		t.Fatalf("it is right, and yet: %v", err)
	}
	for old, c := range map[string]struct{ changed, told string }{
		"display_name: Sales":    {"display_name: sales", `display_name of sales is "sales" in it, and should be "Sales"`},
		"    size: null\n":       {"", "size of sales is missing in it, and should be null"},
		"record_on_start: true":  {"record_on_start: false", "record_on_start of sales is false in it, and should be true"},
		"max_members: 5":         {"max_members: 500", "line 13, of stage: max_members must be"},
		"      b\n":              {"", `description of support is "a" in it, and should be "a\nb"`},
		"    prebuilt_ui: false": {"    display_name: x", "line 13, of stage: max_members is a setting of a room without"},
		"name: support":          {"name: sales", "the name sales appears twice"},
		"rooms:\n":               {"rooms: []\nx-rooms:\n", "it has 0 rooms, not 3"},
		"version: 1":             {"version: 1: 1", "not valid YAML"},
	} {
		spoilt := strings.Replace(text, old, c.changed, 1)
		if spoilt == text {
			t.Errorf("%q is not in the export:\n%s", old, text)
			continue
		}
		if err := proven([]byte(spoilt), d, live, nil); err == nil || !strings.Contains(err.Error(), c.told) {
			t.Errorf("%q → %q: %v, want %s", old, c.changed, err, c.told)
		}
	}
	// A document that is wrong itself is told by the plan.
	live[2].Settings["max_members"] = room.Int(6)
	if err := proven([]byte(text), d, live, nil); err == nil || !strings.Contains(err.Error(), "it would change stage: update, max_members from 6 to 5") {
		t.Errorf("told of a changed room: %v", err)
	}
	if err := proven([]byte(text), d, live[1:], nil); err == nil || !strings.Contains(err.Error(), "it would change sales: create") {
		t.Errorf("told of a room that is not there: %v", err)
	}
	if text, err := new(app).exported(d, live, nil); err == nil || text != nil || !strings.Contains(err.Error(), "so nothing was written") {
		t.Errorf("written all the same: %s, %v", text, err)
	}
}

// BenchmarkExport runs the command: it lists, writes, loads and plans.
func BenchmarkExport(b *testing.B) {
	for _, n := range []int{200, 2_000} {
		b.Run(fmt.Sprintf("rooms=%d", n), func(b *testing.B) {
			server := sandbox.New(sandbox.Options{})
			for i := range n {
				if _, err := server.Put("conference", fmt.Sprintf("team-%05d", i), map[string]any{
					"display_name": "Team: " + strconv.Itoa(i), "description": "A text\nof several lines.\n", "quality": "1080p", "dark_primary": "#ABCDEF",
				}); err != nil {
					b.Fatal(err)
				}
			}
			web := httptest.NewServer(server)
			defer web.Close()
			env := map[string]string{"SIGNALWIRE_SPACE": web.URL, "SIGNALWIRE_PROJECT_ID": sandbox.DemoProject, "SIGNALWIRE_API_TOKEN": sandbox.DemoToken}
			b.ReportAllocs()
			for b.Loop() {
				var errors strings.Builder
				if code := Main([]string{"export"}, System{Out: io.Discard, Err: &errors, LookupEnv: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}); code != 0 {
					b.Fatal(errors.String())
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/room")
		})
	}
}
