package sandbox_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

func TestSession(t *testing.T) {
	tests := []struct {
		kind, collection string
		settings         map[string]any
		want             map[string]any
	}{
		{"conference", conferences, nil, map[string]any{
			"name": "a", "layout": "grid-responsive", "quality": "720p", "fps": 20.0,
			"start_time": "2030-01-01T00:00:00Z", "status": "in-progress", "record_on_start": false,
		}},
		{"room", rooms, map[string]any{
			"display_name": "A", "join_from": "2029-01-01T00:00:00Z", "remove_after_seconds_elapsed": 60,
			"sync_audio_video": true, "max_members": 7,
		}, map[string]any{
			"name": "a", "display_name": "A", "join_from": "2029-01-01T00:00:00Z",
			"remove_after_seconds_elapsed": 60.0, "layout": "grid-responsive", "max_members": 7.0,
			"quality": "720p", "fps": 20.0, "start_time": "2030-01-01T00:00:00Z", "status": "in-progress",
			"record_on_start": false, "enable_room_previews": false, "audio_video_sync": true,
		}},
	}
	for _, test := range tests {
		t.Run(test.kind, func(t *testing.T) {
			now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
			s := sandbox.New(sandbox.Options{Now: func() time.Time { return now }})
			c := serve(t, s)
			id := put(t, s, test.kind, "a", test.settings)
			self := test.collection + "/" + id
			asked := self + "?include_active_session=true"
			before := c.get(asked).object()
			if err := s.StartSession(test.kind, "a"); err != nil {
				t.Fatal(err)
			}
			session := c.get(asked).object()["active_session"].(map[string]any)
			if session["room_id"] != id || session["id"] == id || session["id"] == "" {
				t.Errorf("the ids are %v in %v", session["id"], session["room_id"])
			}
			if diff := cmp.Diff(test.want, without(session, "id", "room_id")); diff != "" {
				t.Errorf("session (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(before, c.get(self).object()); diff != "" {
				t.Errorf("a session changed the room (-before +after)\n%s", diff)
			}
			if err := s.StartSession(test.kind, "a"); err == nil {
				t.Error("a second session began beside the first")
			}

			// What is said on the door changes; the people inside stay.
			now = now.Add(90 * time.Second)
			c.send("PUT", self, `{"display_name": "B", "quality": "1080p"}`).want(http.StatusOK)
			if err := s.EndSession(test.kind, "a"); err != nil {
				t.Fatal(err)
			}
			ended := c.get(asked).object()["active_session"].(map[string]any)
			session["status"], session["end_time"], session["duration"] = "completed", "2030-01-01T00:01:30Z", 90.0
			if diff := cmp.Diff(session, ended); diff != "" {
				t.Errorf("ended (-want +got)\n%s", diff)
			}
			if err := s.EndSession(test.kind, "a"); err == nil {
				t.Error("a session ended twice")
			}
			if err := s.StartSession(test.kind, "a"); err != nil {
				t.Errorf("no new session after one ended: %v", err)
			}
		})
	}
}

func TestSessionsAreShownOnRequestAlone(t *testing.T) {
	s := sandbox.New(sandbox.Options{Shadows: true})
	c := serve(t, s)
	for _, kind := range []string{"conference", "room"} {
		put(t, s, kind, "busy-"+kind, nil)
		put(t, s, kind, "idle-"+kind, nil)
		if err := s.StartSession(kind, "busy-"+kind); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"", nil},
		{"?include_active_session=false", nil},
		{"?include_active_session=true", []string{"busy-conference", "busy-room"}},
	} {
		busy := func(collection string) (names []string) {
			for _, o := range c.all(collection + test.query) {
				_, asList := o["active_session"]
				one := c.get(collection + "/" + o["id"].(string) + test.query).object()
				if _, alone := one["active_session"]; alone != asList {
					t.Errorf("%s%s: in the list %t, alone %t", o["name"], test.query, asList, alone)
				}
				if asList {
					names = append(names, o["name"].(string))
				}
			}
			return names
		}
		if diff := cmp.Diff(test.want, busy(rooms)); diff != "" {
			t.Errorf("rooms%s (-want +got)\n%s", test.query, diff)
		}
		if diff := cmp.Diff(test.want[:min(1, len(test.want))], busy(conferences)); diff != "" {
			t.Errorf("conferences%s (-want +got)\n%s", test.query, diff)
		}
	}
}

func TestSessionHasDocumentedMembersOnly(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	c := serve(t, s)
	settings := map[string]any{
		"join_from": "2030-01-01T00:00:00Z", "join_until": "2030-01-02T00:00:00Z",
		"remove_at": "2030-01-03T00:00:00Z", "remove_after_seconds_elapsed": 1, "sync_audio_video": false,
	}
	id := put(t, s, "room", "a", settings)
	for _, change := range []func(kind, name string) error{s.StartSession, s.EndSession} {
		if err := change("room", "a"); err != nil {
			t.Fatal(err)
		}
	}
	var room struct {
		Session json.RawMessage `json:"active_session"`
	}
	if err := json.Unmarshal([]byte(c.get(rooms+"/"+id+"?include_active_session=true").body), &room); err != nil {
		t.Fatal(err)
	}
	// The sandbox has no previews to point at; all else is there.
	want := slices.DeleteFunc(slices.Clone(sessionMembers), func(name string) bool { return name == "preview_url" })
	if diff := cmp.Diff(want, members(t, string(room.Session))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSessionErrors(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	put(t, s, "room", "a", nil)
	for name, change := range map[string]func(kind, name string) error{
		"start": s.StartSession, "end": s.EndSession,
	} {
		if change("conference", "a") == nil || change("room", "b") == nil || change("lounge", "a") == nil {
			t.Errorf("%s: no error without such a room", name)
		}
	}
	if s.EndSession("room", "a") == nil {
		t.Error("a session ended that never began")
	}
}
