package sandbox_test

import (
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

// without is an object less what no test can know beforehand.
func without(object map[string]any, names ...string) map[string]any {
	rest := maps.Clone(object)
	for _, name := range names {
		delete(rest, name)
	}
	return rest
}

func TestCreateStartsFromTheDefaults(t *testing.T) {
	tests := []struct {
		kind, collection, body string
		want                   map[string]any
	}{
		{"conference", conferences, `{"name": "plain", "display_name": "Plain"}`, map[string]any{
			"name": "plain", "display_name": "Plain", "description": nil,
			"join_from": nil, "join_until": nil,
			"quality": "720p", "layout": "grid-responsive", "size": "medium",
			"record_on_start": false, "tone_on_entry_and_exit": true,
			"user_join_video_off": false, "room_join_video_off": false,
			"enable_chat": true, "enable_room_previews": nil,
			"dark_primary": "#044EF4", "dark_background": "#FFFFFF", "dark_foreground": "#1D2127",
			"dark_success": "#17BB58", "dark_negative": "#F42C50",
			"light_primary": "#044EF4", "light_background": "#FFFFFF", "light_foreground": "#1D2127",
			"light_success": "#17BB58", "light_negative": "#F42C50",
			"meta": nil,
		}},
		{"room", rooms, `{"name": "plain"}`, map[string]any{
			"name": "plain", "display_name": "plain", "description": nil,
			"max_members": 20.0, "quality": "720p", "fps": 20.0,
			"join_from": nil, "join_until": nil, "remove_at": nil,
			"remove_after_seconds_elapsed": nil, "layout": "grid-responsive",
			"record_on_start": false, "tone_on_entry_and_exit": true,
			"room_join_video_off": false, "user_join_video_off": false,
			"enable_room_previews": false, "sync_audio_video": nil, "meta": nil,
			"prioritize_handraise": false,
		}},
	}
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for _, test := range tests {
		t.Run(test.kind, func(t *testing.T) {
			now := time.Date(2030, 5, 6, 7, 8, 9, 123456789, time.FixedZone("", 3600))
			c := serve(t, sandbox.New(sandbox.Options{Now: func() time.Time { return now }}))
			got := c.create(test.collection, test.body)
			if id, _ := got["id"].(string); !uuid.MatchString(id) {
				t.Errorf("id is %v", got["id"])
			}
			test.want["created_at"] = "2030-05-06T06:08:09.123456Z"
			test.want["updated_at"] = "2030-05-06T06:08:09.123456Z"
			if diff := cmp.Diff(test.want, without(got, "id")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(got, c.get(test.collection+"/"+got["id"].(string)).object()); diff != "" {
				t.Errorf("get differs from create (-create +get)\n%s", diff)
			}
		})
	}
}

func TestCreateKeepsWhatItIsGiven(t *testing.T) {
	tests := []struct {
		kind, collection, body string
		want                   map[string]any
	}{
		{"conference", conferences, `{
			"name": "all", "display_name": "Ä <b> \u2028", "description": "", "join_from": "2030-01-01",
			"join_until": "2030-01-02T03:04:05+02:00", "quality": "1080p", "layout": "10x10", "size": "large",
			"record_on_start": true, "enable_chat": false, "enable_room_previews": true,
			"dark_primary": "#abcdef", "dark_background": "#000001", "dark_foreground": "#000002",
			"dark_success": "#000003", "dark_negative": "#000004", "light_primary": "#000005",
			"light_background": "#000006", "light_foreground": "#000007", "light_success": "#000008",
			"light_negative": null}`,
			map[string]any{
				"name": "all", "display_name": "Ä <b> \u2028", "description": "", "join_from": "2030-01-01T00:00:00Z",
				"join_until": "2030-01-02T01:04:05Z", "quality": "1080p", "layout": "10x10", "size": "large",
				"record_on_start": true, "enable_chat": false, "enable_room_previews": true,
				"dark_primary": "#abcdef", "dark_background": "#000001", "dark_foreground": "#000002",
				"dark_success": "#000003", "dark_negative": "#000004", "light_primary": "#000005",
				"light_background": "#000006", "light_foreground": "#000007", "light_success": "#000008",
				"light_negative": nil,
				// Not given, for creating does not take them.
				"tone_on_entry_and_exit": true, "user_join_video_off": false, "room_join_video_off": false,
				"meta": nil,
			}},
		{"room", rooms, `{
			"name": "all", "display_name": "All", "description": "D", "max_members": 300, "quality": "1080p",
			"join_from": "2030-01-01T00:00:00Z", "join_until": "2030-01-02T00:00:00Z",
			"remove_at": "2030-01-03T00:00:00.5Z", "remove_after_seconds_elapsed": 200000, "layout": "5up",
			"record_on_start": true, "enable_room_previews": true, "sync_audio_video": false,
			"meta": {"b": [1, {"c": null}], "a": "<&>"}}`,
			map[string]any{
				"name": "all", "display_name": "All", "description": "D", "max_members": 300.0, "quality": "1080p",
				"join_from": "2030-01-01T00:00:00Z", "join_until": "2030-01-02T00:00:00Z",
				"remove_at": "2030-01-03T00:00:00.5Z", "remove_after_seconds_elapsed": 200000.0, "layout": "5up",
				"record_on_start": true, "enable_room_previews": true, "sync_audio_video": false,
				"meta": map[string]any{"b": []any{1.0, map[string]any{"c": nil}}, "a": "<&>"},
				"fps":  20.0, "prioritize_handraise": false,
				"tone_on_entry_and_exit": true, "user_join_video_off": false, "room_join_video_off": false,
			}},
	}
	for _, test := range tests {
		t.Run(test.kind, func(t *testing.T) {
			got := fresh(t).create(test.collection, test.body)
			if diff := cmp.Diff(test.want, without(got, "id", "created_at", "updated_at")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestConferenceWithoutNameGetsOne(t *testing.T) {
	c := fresh(t)
	first := c.create(conferences, `{"display_name": "A"}`)["name"].(string)
	second := c.create(conferences, `{"display_name": "A"}`)["name"].(string)
	if first == second || !regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`).MatchString(first) {
		t.Errorf("the names are %q and %q", first, second)
	}
}

func TestUpdateKeepsWhatItLeavesOut(t *testing.T) {
	tests := []struct {
		kind, collection, create, update string
		want                             map[string]any // what changes
	}{
		{"conference", conferences,
			`{"name": "a", "display_name": "A", "quality": "1080p", "size": "large", "layout": "2x2",
			  "enable_chat": false, "dark_primary": "#000000", "description": "D"}`,
			`{"display_name": "A", "tone_on_entry_and_exit": false, "user_join_video_off": true,
			  "room_join_video_off": true, "description": null}`,
			map[string]any{
				"tone_on_entry_and_exit": false, "user_join_video_off": true,
				"room_join_video_off": true, "description": nil,
			}},
		{"room", rooms,
			`{"name": "a", "display_name": "A", "quality": "1080p", "layout": "2x2", "max_members": 7,
			  "meta": {"x": 1}, "record_on_start": true, "remove_after_seconds_elapsed": 60}`,
			`{"remove_after_seconds_elapsed": null, "sync_audio_video": true, "meta": {}}`,
			map[string]any{
				"remove_after_seconds_elapsed": nil, "sync_audio_video": true, "meta": map[string]any{},
			}},
		{"room, nothing", rooms, `{"name": "a", "max_members": 7}`, `{}`, nil},
	}
	for _, test := range tests {
		t.Run(test.kind, func(t *testing.T) {
			now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			c := serve(t, sandbox.New(sandbox.Options{Now: func() time.Time { return now }}))
			want := c.create(test.collection, test.create)
			now = now.Add(time.Hour)
			maps.Copy(want, test.want)
			want["updated_at"] = "2030-01-01T01:00:00Z"
			self := test.collection + "/" + want["id"].(string)
			got := c.send("PUT", self, test.update).want(http.StatusOK).object()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(got, c.get(self).object()); diff != "" {
				t.Errorf("get differs from update (-update +get)\n%s", diff)
			}
		})
	}
}

// The guide renames a room this way; here as it shows it.
func TestUpdateRenames(t *testing.T) {
	c := fresh(t)
	made := c.create(conferences, `{"name": "my_room", "display_name": "My Conference Room",
		"size": "medium", "quality": "1080p", "layout": "grid-responsive",
		"enable_room_previews": true, "enable_chat": true}`)
	got := c.send("PUT", conferences+"/"+made["id"].(string), `{"name": "our_room",
		"display_name": "Our Room's Name", "enable_chat": false,
		"dark_background": "#5BB9A9", "dark_negative": "#2E26A1"}`).want(http.StatusOK).object()
	want := maps.Clone(made)
	maps.Copy(want, map[string]any{
		"name": "our_room", "display_name": "Our Room's Name", "enable_chat": false,
		"dark_background": "#5BB9A9", "dark_negative": "#2E26A1",
	})
	if diff := cmp.Diff(without(want, "updated_at"), without(got, "updated_at")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	// The old name is free, the new one is not.
	c.create(conferences, `{"name": "my_room", "display_name": "A"}`)
	c.send("POST", conferences, `{"name": "our_room", "display_name": "A"}`).want(http.StatusUnprocessableEntity)
}

func TestNamesAreUniqueWithinAKind(t *testing.T) {
	for kind, collection := range map[string]string{"conference": conferences, "room": rooms} {
		t.Run(kind, func(t *testing.T) {
			c := fresh(t)
			named := func(name string) string {
				return strings.ReplaceAll(`{"name": "NAME", "display_name": "A"}`, "NAME", name)
			}
			want := []string{"name: is already taken"}
			first := collection + "/" + c.create(collection, named("a"))["id"].(string)
			second := collection + "/" + c.create(collection, named("b"))["id"].(string)
			for what, a := range map[string]answer{
				"create": c.send("POST", collection, named("a")),
				"rename": c.send("PUT", second, named("a")),
			} {
				if diff := cmp.Diff(want, a.violations()); diff != "" {
					t.Errorf("%s (-want +got)\n%s", what, diff)
				}
			}
			if name := c.get(second).object()["name"]; name != "b" {
				t.Errorf("a refused rename left the name %v", name)
			}
			c.send("PUT", first, named("a")).want(http.StatusOK) // its own name
			c.create(collection, named("A"))                     // another: case counts
			c.send("DELETE", first, "").want(http.StatusNoContent)
			c.create(collection, named("a")) // free again
		})
	}
	t.Run("not between kinds", func(t *testing.T) {
		c := fresh(t)
		c.create(conferences, `{"name": "a", "display_name": "A"}`)
		c.create(rooms, `{"name": "a"}`)
	})
}

func TestDelete(t *testing.T) {
	for kind, collection := range map[string]string{"conference": conferences, "room": rooms} {
		t.Run(kind, func(t *testing.T) {
			c := fresh(t)
			body := `{"name": "a", "display_name": "A"}`
			self := collection + "/" + c.create(collection, body)["id"].(string)
			if gone := c.send("DELETE", self, "").want(http.StatusNoContent); gone.body != "" {
				t.Errorf("the answer has a body: %s", gone.body)
			}
			for _, method := range []string{"GET", "PUT", "DELETE"} {
				c.send(method, self, body).want(http.StatusNotFound)
			}
			if left := c.all(collection); len(left) != 0 {
				t.Errorf("%v is left", left)
			}
		})
	}
}
