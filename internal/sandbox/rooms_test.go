package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

func TestRoomsAreFoundByNameAndID(t *testing.T) {
	c := fresh(t)
	first := c.create(rooms, `{"name": "first"}`)
	id := first["id"].(string)
	namesake := c.create(rooms, `{"name": "`+id+`"}`) // a valid name, too
	for target, want := range map[string]map[string]any{
		"first":                   first,
		"%66irst":                 first,
		id:                        first, // the id wins over the name
		namesake["id"].(string):   namesake,
		"first?unknown=parameter": first,
	} {
		if diff := cmp.Diff(want, c.get(rooms+"/"+target).want(http.StatusOK).object()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", target, diff)
		}
	}
	c.get(rooms + "/First").want(http.StatusNotFound)
	c.get(rooms + "/first?include_active_session=maybe").want(http.StatusUnprocessableEntity)
	c.get(rooms + "/first?%zz").want(http.StatusBadRequest)

	c.send("PUT", rooms+"/"+id, `{"name": "second"}`).want(http.StatusOK)
	c.get(rooms + "/first").want(http.StatusNotFound)
	c.get(rooms + "/second").want(http.StatusOK)
}

func TestSlashWithinASegment(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	put(t, s, "room", "a/b", nil)
	c := serve(t, s)
	c.get(rooms + "/a%2Fb").want(http.StatusOK)
	c.get(rooms + "/a/b").want(http.StatusNotFound)
}

func TestShadows(t *testing.T) {
	s := sandbox.New(sandbox.Options{Shadows: true})
	c := serve(t, s)
	c.create(rooms, `{"name": "before"}`)
	conference := c.create(conferences, `{"name": "talk", "display_name": "Talk", "quality": "1080p",
		"size": "large", "join_from": "2030-01-01"}`)
	c.create(rooms, `{"name": "after"}`)
	c.create(conferences, `{"name": "after", "display_name": "A"}`)

	var names []string
	for _, o := range c.all(rooms + "?page_size=1") {
		names = append(names, o["name"].(string))
	}
	if diff := cmp.Diff([]string{"before", "talk", "after", "after"}, names); diff != "" {
		t.Errorf("rooms (-want +got)\n%s", diff)
	}
	last := c.follow(c.follow(c.follow(c.get(rooms + "?page_size=1").listing().
		Links["next"]).Links["next"]).Links["next"])
	if diff := cmp.Diff([]string{"after"}, c.follow(last.Links["prev"]).names()); diff != "" {
		t.Errorf("prev (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"talk", "after"}, c.get(conferences).listing().names()); diff != "" {
		t.Errorf("conferences (-want +got)\n%s", diff)
	}
	if got := c.all(rooms + "?starts_after=2030-01-01"); len(got) != 1 || got[0]["name"] != "talk" {
		t.Errorf("rooms from 2030 are %v", got)
	}

	id := conference["id"].(string)
	shadow := c.get(rooms + "/talk").want(http.StatusOK).object()
	want := map[string]any{
		"id": id, "name": "talk", "display_name": "Talk", "description": nil,
		"max_members": 20.0, "quality": "1080p", "fps": 20.0,
		"join_from": "2030-01-01T00:00:00Z", "join_until": nil, "remove_at": nil,
		"remove_after_seconds_elapsed": nil, "layout": "grid-responsive",
		"record_on_start": false, "tone_on_entry_and_exit": true,
		"room_join_video_off": false, "user_join_video_off": false,
		"enable_room_previews": nil, "sync_audio_video": nil, "meta": nil, "prioritize_handraise": false,
		"created_at": conference["created_at"], "updated_at": conference["updated_at"],
	}
	if diff := cmp.Diff(want, shadow); diff != "" {
		t.Errorf("shadow (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(shadow, c.get(rooms+"/"+id).want(http.StatusOK).object()); diff != "" {
		t.Errorf("by id (-by name +by id)\n%s", diff)
	}
	// A name in both is the room.
	if got := c.get(rooms + "/after").object(); got["display_name"] != "after" {
		t.Errorf("the shadow hides the room: %v", got)
	}
	c.send("PUT", rooms+"/"+id, `{"description": "D"}`).want(http.StatusNotFound)
	c.send("DELETE", rooms+"/"+id, "").want(http.StatusNotFound)
	c.get(conferences + "/" + id).want(http.StatusOK)
	c.create(rooms, `{"name": "talk"}`) // the name is not taken among the rooms
}

func TestNoShadowsUnlessAsked(t *testing.T) {
	c := fresh(t)
	id := c.create(conferences, `{"name": "talk", "display_name": "Talk"}`)["id"].(string)
	c.get(rooms + "/talk").want(http.StatusNotFound)
	c.get(rooms + "/" + id).want(http.StatusNotFound)
	if got := c.all(rooms); len(got) != 0 {
		t.Errorf("rooms are %v", got)
	}
}

// Ids in a meta are often larger than what a float64 holds exactly.
func TestMetaKeepsItsNumbers(t *testing.T) {
	const meta = `"meta":{"id":12345678901234567890,"pi":3.10}`
	c := fresh(t)
	if a := c.send("POST", rooms, `{"name": "a", `+meta+`}`).want(200); !strings.Contains(a.body, meta) {
		t.Errorf("no %s in %s", meta, a.body)
	}
}
