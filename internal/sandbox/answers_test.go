package sandbox_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

// The documented members of each kind, without active_session, which is there
// only on request.
var (
	conferenceMembers = []string{
		"id", "name", "display_name", "description", "join_from", "join_until",
		"quality", "layout", "size", "record_on_start", "tone_on_entry_and_exit",
		"user_join_video_off", "room_join_video_off", "enable_chat", "enable_room_previews",
		"dark_primary", "dark_background", "dark_foreground", "dark_success", "dark_negative",
		"light_primary", "light_background", "light_foreground", "light_success", "light_negative",
		"meta", "created_at", "updated_at",
	}
	roomMembers = []string{
		"id", "name", "display_name", "description", "max_members", "quality", "fps",
		"join_from", "join_until", "remove_at", "remove_after_seconds_elapsed", "layout",
		"record_on_start", "tone_on_entry_and_exit", "room_join_video_off", "user_join_video_off",
		"enable_room_previews", "sync_audio_video", "meta", "prioritize_handraise",
		"created_at", "updated_at",
	}
	// A session leaves out what it does not know; no name outside this list.
	sessionMembers = []string{
		"id", "room_id", "name", "display_name", "join_from", "join_until", "remove_at",
		"remove_after_seconds_elapsed", "layout", "max_members", "fps", "quality", "start_time",
		"end_time", "duration", "status", "record_on_start", "enable_room_previews",
		"preview_url", "audio_video_sync",
	}
)

func TestEveryAnswerHasTheDocumentedMembers(t *testing.T) {
	for _, kind := range []struct {
		name, collection, other string
		want                    []string
	}{
		{"conference", conferences, rooms, conferenceMembers},
		{"room", rooms, conferences, roomMembers},
	} {
		t.Run(kind.name, func(t *testing.T) {
			s := sandbox.New(sandbox.Options{Shadows: true})
			c := serve(t, s)
			same := func(what string, object string, want []string) {
				t.Helper()
				if diff := cmp.Diff(want, members(t, object)); diff != "" {
					t.Errorf("%s (-want +got)\n%s", what, diff)
				}
			}
			body := `{"name": "a", "display_name": "A"}`
			created := c.send("POST", kind.collection, body).want(http.StatusOK)
			same("create", created.body, kind.want)
			self := kind.collection + "/" + created.object()["id"].(string)
			same("get", c.get(self).want(http.StatusOK).body, kind.want)
			same("update", c.send("PUT", self, body).want(http.StatusOK).body, kind.want)
			same("asked for a session there is not",
				c.get(self+"?include_active_session=true").want(http.StatusOK).body, kind.want)

			if err := s.StartSession(kind.name, "a"); err != nil {
				t.Fatal(err)
			}
			withSession := slices.Clone(kind.want)
			at := len(withSession) // last in a conference, before the times in a room
			if kind.name == "room" {
				at = slices.Index(withSession, "created_at")
			}
			withSession = slices.Insert(withSession, at, "active_session")
			same("with a session", c.get(self+"?include_active_session=true").want(http.StatusOK).body, withSession)
			same("with a session nobody asked for", c.get(self).want(http.StatusOK).body, kind.want)

			for _, item := range rawPage(t, c.get(kind.collection)) {
				same("list", item, kind.want)
			}
			for _, item := range rawPage(t, c.get(rooms)) {
				same("list of rooms, shadows included", item, roomMembers)
			}
		})
	}
}

// rawPage is the objects of a page as they were sent.
func rawPage(t *testing.T, a answer) []string {
	t.Helper()
	if diff := cmp.Diff([]string{"links", "data"}, members(t, a.want(http.StatusOK).body)); diff != "" {
		t.Errorf("list (-want +got)\n%s", diff)
	}
	var page struct{ Data []json.RawMessage }
	if err := json.Unmarshal([]byte(a.body), &page); err != nil {
		t.Fatal(err)
	}
	var items []string
	for _, raw := range page.Data {
		items = append(items, string(raw))
	}
	if len(items) == 0 {
		t.Error("the list is empty")
	}
	return items
}

func TestErrorsHaveTheDocumentedMembers(t *testing.T) {
	c := fresh(t)
	refused := c.send("POST", rooms, `{}`).want(http.StatusUnprocessableEntity)
	if diff := cmp.Diff([]string{"errors"}, members(t, refused.body)); diff != "" {
		t.Errorf("422 (-want +got)\n%s", diff)
	}
	var body struct{ Errors []json.RawMessage }
	if err := json.Unmarshal([]byte(refused.body), &body); err != nil {
		t.Fatal(err)
	}
	want := []string{"type", "code", "message", "attribute", "url"}
	for _, entry := range body.Errors {
		if diff := cmp.Diff(want, members(t, string(entry))); diff != "" {
			t.Errorf("422 entry (-want +got)\n%s", diff)
		}
	}
	if got, want := c.get(rooms+"/nobody").body, `{"error":"Not Found"}`; got != want {
		t.Errorf("404 is %s, want %s", got, want)
	}
}
