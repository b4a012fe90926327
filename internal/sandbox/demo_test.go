package sandbox_test

import (
	"math"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

func TestSeed(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	c := serve(t, s)
	s.Seed()
	if diff := cmp.Diff([]string{"team-standup", "sales-demo"}, c.get(conferences).listing().names()); diff != "" {
		t.Errorf("conferences (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"stage"}, c.get(rooms).listing().names()); diff != "" {
		t.Errorf("rooms (-want +got)\n%s", diff)
	}
	var busy []string
	for _, collection := range []string{conferences, rooms} {
		for _, o := range c.all(collection + "?include_active_session=true") {
			if session, ok := o["active_session"].(map[string]any); ok && session["status"] == "in-progress" {
				busy = append(busy, o["name"].(string))
			}
		}
	}
	if diff := cmp.Diff([]string{"sales-demo"}, busy); diff != "" {
		t.Errorf("in use (-want +got)\n%s", diff)
	}
	if got := c.get(rooms + "/stage").object()["max_members"]; got != 50.0 {
		t.Errorf("the stage holds %v", got)
	}
}

func TestSeedTwiceChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	s := open(t, path, sandbox.Options{})
	c := serve(t, s)
	s.Seed()
	// What people made of the demonstration stays.
	c.send("PUT", rooms+"/"+c.get(rooms + "/stage").object()["id"].(string),
		`{"description": "mine"}`).want(http.StatusOK)
	if err := s.EndSession("conference", "sales-demo"); err != nil {
		t.Fatal(err)
	}
	before := everything(c)
	s.Seed()
	if diff := cmp.Diff(before, everything(c)); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	shut(t, s)

	s = open(t, path, sandbox.Options{})
	s.Seed()
	if diff := cmp.Diff(before, everything(serve(t, s))); diff != "" {
		t.Errorf("after a restart (-before +after)\n%s", diff)
	}
	shut(t, s)
}

// What the seed holds must be within the rules that everybody is held to.
func TestSeedCouldHaveBeenPosted(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	c := serve(t, s)
	s.Seed()
	for _, o := range c.all(conferences) {
		c.send("PUT", conferences+"/"+o["id"].(string),
			`{"name": `+quoted(o["name"].(string))+`, "display_name": `+quoted(o["display_name"].(string))+`}`).
			want(http.StatusOK)
	}
	for _, o := range c.all(rooms) {
		c.send("PUT", rooms+"/"+o["id"].(string), `{"name": `+quoted(o["name"].(string))+`, "display_name": `+
			quoted(o["display_name"].(string))+`, "description": `+quoted(o["description"].(string))+`}`).
			want(http.StatusOK)
	}
}

func TestPutTakesWhatTheAPIRefuses(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	c := serve(t, s)
	first := put(t, s, "room", "twin", map[string]any{"description": "first"})
	second := put(t, s, "room", "twin", map[string]any{
		"quality": nil, "max_members": "many", "display_name": 7, "fps": 60, "enable_room_previews": 1,
		"remove_at": "2030-01-01T01:00:00+01:00", "meta": []any{1}, "tone_on_entry_and_exit": nil,
	})
	if got := c.get(rooms).listing().names(); len(got) != 2 || first == second {
		t.Errorf("the rooms are %v", got)
	}
	want := map[string]any{
		"quality": nil, "max_members": "many", "display_name": 7.0, "fps": 60.0, "enable_room_previews": 1.0,
		"remove_at": "2030-01-01T01:00:00+01:00", "meta": []any{1.0}, "tone_on_entry_and_exit": nil,
		"name": "twin", "description": nil, "layout": "grid-responsive", "join_from": nil, "join_until": nil,
		"remove_after_seconds_elapsed": nil, "record_on_start": false, "room_join_video_off": false,
		"user_join_video_off": false, "sync_audio_video": nil, "prioritize_handraise": false,
	}
	got := c.get(rooms + "/" + second).object()
	if diff := cmp.Diff(want, without(got, "id", "created_at", "updated_at")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}

	// The older of two has the name, whatever happens to them.
	c.send("PUT", rooms+"/"+first, `{"name": "aside"}`).want(http.StatusOK)
	c.send("PUT", rooms+"/"+first, `{"name": "twin"}`).want(http.StatusUnprocessableEntity)
	put(t, s, "room", "aside", nil)
	if got := c.get(rooms + "/aside").object()["id"]; got != first {
		t.Errorf("aside is %v, want %s", got, first)
	}
	c.send("DELETE", rooms+"/"+first, "").want(http.StatusNoContent)
	c.get(rooms + "/aside").want(http.StatusOK)
	c.get(rooms + "/twin").want(http.StatusOK)
}

func TestPutErrors(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	for _, try := range []struct {
		kind     string
		settings map[string]any
	}{
		{"lounge", nil},
		{"room", map[string]any{"size": "small"}},
		{"conference", map[string]any{"max_members": 1}},
		{"room", map[string]any{"name": "b"}},
		{"room", map[string]any{"id": "b"}},
		{"room", map[string]any{"active_session": nil}},
		{"room", map[string]any{"max_members": math.NaN()}},
	} {
		if id, err := s.Put(try.kind, "a", try.settings); err == nil || id != "" {
			t.Errorf("%s %v: id %q, error %v", try.kind, try.settings, id, err)
		}
	}
	if got := serve(t, s).all(rooms); len(got) != 0 {
		t.Errorf("errors left %v", got)
	}
}
