package signalwire

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
	"roomsync/schema"
)

func TestRoomLife(t *testing.T) {
	for _, kind := range room.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			c, _ := serveSandbox(t, sandbox.Options{})
			created, _, err := c.Create(t.Context(), kind, "team", room.Settings{
				"display_name": room.Text("Team <A> & B"), "quality": room.Text("720p"), "join_from": room.Text("2026-01-31"),
			})
			if err != nil {
				t.Fatal(err)
			}
			if created.Kind != kind || created.Name != "team" || created.ID == "" {
				t.Errorf("created %+v", created)
			}
			want := room.Settings{
				"display_name": room.Text("Team <A> & B"), "quality": room.Text("720p"), "join_from": room.Text("2026-01-31T00:00:00Z"),
			}
			if missing := room.Missing(kind, want, created); len(missing) > 0 {
				t.Errorf("the answer does not hold %v", missing)
			}
			updated, err := c.Update(t.Context(), kind, created.ID, "", room.Settings{
				"display_name": room.Text("B team"), "join_from": room.Null(),
			})
			if err != nil {
				t.Fatal(err)
			}
			want["display_name"], want["join_from"] = room.Text("B team"), room.Null()
			if missing := room.Missing(kind, want, updated); len(missing) > 0 {
				t.Errorf("the answer does not hold %v", missing)
			}
			read, err := c.Get(t.Context(), kind, created.ID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(updated.Settings, read.Settings, compareValues); diff != "" {
				t.Errorf("read other than answered (-answered +read):\n%s", diff)
			}
			if err := c.Delete(t.Context(), kind, created.ID); err != nil {
				t.Fatal(err)
			}
			_, err = c.Get(t.Context(), kind, created.ID)
			if e := asError(t, err); e.Status != 404 || e.Ambiguous() || e.RequestID == "" {
				t.Errorf("reading what is gone: %v", err)
			}
		})
	}
}

var compareValues = cmp.Comparer(func(a, b room.Value) bool { return a == b })

// What is sent is what was asked: nothing that is not set, null as null.
func TestBodies(t *testing.T) {
	c, s := serveSandbox(t, sandbox.Options{})
	conference, _, err := c.Create(t.Context(), room.Conference, "team", room.Settings{
		"display_name": room.Text("Team"), "size": room.Value{}, "enable_chat": room.Bool(false),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Update(t.Context(), room.Conference, conference.ID, "", room.Settings{
		"display_name": room.Text("Team"), "description": room.Null(), "layout": room.Value{},
	}); err != nil {
		t.Fatal(err)
	}
	var sent []string
	for _, r := range s.Requests() {
		sent = append(sent, fmt.Sprintf("%s %s %s", r.Method, r.Path, r.Body))
	}
	want := []string{
		`POST /api/video/conferences {"display_name":"Team","enable_chat":false,"name":"team"}`,
		`PUT /api/video/conferences/` + conference.ID + ` {"description":null,"display_name":"Team"}`,
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// The settings that a caller passes stay as they were.
func TestSettingsAreNotChanged(t *testing.T) {
	c := saying(t, 200, named("a", "team"))
	s := room.Settings{"max_members": room.Int(5)}
	if _, _, err := c.Create(t.Context(), room.Room, "team", s); err != nil {
		t.Fatal(err)
	}
	if len(s) != 1 {
		t.Errorf("now they are %v", s)
	}
}

func TestRefusedSettings(t *testing.T) {
	c, _ := serveSandbox(t, sandbox.Options{})
	_, _, err := c.Create(t.Context(), room.Room, "team", room.Settings{"max_members": room.Int(9999), "quality": room.Text("8k")})
	e := asError(t, err)
	if e.Status != 422 || len(e.Details) != 2 || e.Ambiguous() {
		t.Errorf("got %+v", e)
	}
	wantText(t, err, "POST /api/video/rooms: 422 Unprocessable Entity: ", "max_members ", "quality ")
}

// A server may answer a PUT without the room. Then the room is read.
func TestUpdateWithoutAnAnswer(t *testing.T) {
	for _, status := range []int{200, 202, 204} {
		var asked []string
		found := 200
		c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method+" "+r.URL.Path)
			if r.Method == "PUT" {
				w.WriteHeader(status)
				return
			}
			w.WriteHeader(found)
			io.WriteString(w, `{"id":"a","name":"team","max_members":7}`)
		}), Options{})
		l, err := c.Update(t.Context(), room.Room, "a", "", room.Settings{"max_members": room.Int(7)})
		if err != nil || l.Settings["max_members"] != room.Int(7) {
			t.Errorf("%d: got %+v, %v", status, l, err)
		}
		if diff := cmp.Diff([]string{"PUT /api/video/rooms/a", "GET /api/video/rooms/a"}, asked); diff != "" {
			t.Errorf("%d: requests (-want +got):\n%s", status, diff)
		}
		// A failing GET must not make the PUT look as if it had not happened.
		found = 404
		_, err = c.Update(t.Context(), room.Room, "a", "", room.Settings{"max_members": room.Int(7)})
		wantText(t, err, fmt.Sprintf("PUT /api/video/rooms/a: %d ", status), "GET /api/video/rooms/a: 404 Not Found")
		if e := asError(t, err); e.Method != "PUT" || !e.Ambiguous() {
			t.Errorf("%d: got %+v", status, e)
		}
	}
}

// Of a POST without the room in its answer, nobody knows what became.
func TestCreateWithoutAnAnswer(t *testing.T) {
	for body, want := range map[string]string{
		"":                                "the answer is empty",
		"null":                            "not an object",
		"{}":                              "without an ID",
		`{"id":7,"name":"team"}`:          "without an ID",
		`{"id":"a","name":`:               "cut short",
		"<html>":                          "web page",
		`[{"id":"a","name":"team"}]`:      "not an object",
		`{"id":"a","name":"team"} {"a":1`: "not JSON",
	} {
		_, _, err := saying(t, 201, body).Create(t.Context(), room.Room, "team", nil)
		wantText(t, err, "POST /api/video/rooms: 201 Created: ", want)
		if e := asError(t, err); !e.Ambiguous() || e.Status != 201 {
			t.Errorf("%s: not ambiguous: %+v", body, e)
		}
	}
}

// O finds a room by its name where an ID is due.
func TestAnotherRoomIsNoAnswer(t *testing.T) {
	c := saying(t, 200, named("b", "a"))
	_, get := c.Get(t.Context(), room.Room, "a")
	_, put := c.Update(t.Context(), room.Room, "a", "", nil)
	for _, err := range []error{get, put} {
		wantText(t, err, "the answer is another room, b")
	}
}

func TestIDsThatWouldChangeThePath(t *testing.T) {
	c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s %s was sent", r.Method, r.URL)
		return say(r, 200, "{}")
	})})
	for _, id := range []string{
		"", ".", "..", "a/b", "../rooms/a", `..\a`, "a?b", "a#b", "a%2fb", "%2e%2e", "a b", "a\r\nX: y", "ä", "\xff", "a;b",
		strings.Repeat("a", 1<<20),
	} {
		_, get := c.Get(t.Context(), room.Room, id)
		_, put := c.Update(t.Context(), room.Room, id, "", nil)
		for _, err := range []error{get, put, c.Delete(t.Context(), room.Room, id)} {
			wantText(t, err, "cannot stand in a path")
			if len(err.Error()) > 500 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		}
	}
	for _, id := range []string{"c22d24f6-5a47-4597-9a23-c7d01e696b92", "RO_1.2~3", "..."} {
		if path, err := c.path(room.Conference, id); err != nil || path != "/api/video/conferences/"+id {
			t.Errorf("%s: %s, %v", id, path, err)
		}
	}
}

// A session that cannot be read is an error for whoever asks for it, and nobody
// else's concern.
func TestASessionThatIsNone(t *testing.T) {
	body := `{"id":"a","name":"team","active_session":[]}`
	if _, err := saying(t, 200, body).Get(t.Context(), room.Room, "a"); err != nil {
		t.Errorf("Get: %v", err)
	}
	_, err := saying(t, 200, body).Look(t.Context(), room.Room, "a")
	wantText(t, err, "room team: its active_session cannot be read")
	listed := listing("", body)
	for _, sessions := range []bool{false, true} {
		c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) { return say(r, 200, listed) })})
		if _, err := c.List(t.Context(), ListOptions{Sessions: sessions}); (err != nil) != sessions {
			t.Errorf("List with sessions %t: %v", sessions, err)
		}
	}
}

func TestLook(t *testing.T) {
	c, s := serveSandbox(t, sandbox.Options{})
	for _, kind := range room.Kinds() {
		id, err := s.Put(string(kind), "team-"+string(kind), nil)
		if err != nil {
			t.Fatal(err)
		}
		if l, err := c.Look(t.Context(), kind, id); err != nil || l.Session.InProgress() {
			t.Errorf("%s: %+v, %v", kind, l.Session, err)
		}
		if err := s.StartSession(string(kind), "team-"+string(kind)); err != nil {
			t.Fatal(err)
		}
		if l, err := c.Look(t.Context(), kind, id); err != nil || !l.Session.InProgress() || l.Session.Started.IsZero() {
			t.Errorf("%s in use: %+v, %v", kind, l.Session, err)
		}
	}
}

func TestDecode(t *testing.T) {
	got, err := decode(room.Conference, []byte(`{
		"id":"a","name":"team","quality":"1080p","join_from":"2022-01-01T23:59:60Z","join_until":"2026-01-31T10:00:00+01:00",
		"size":null,"enable_chat":true,"meta":{"b":1,"a":2},"created_at":"2026-01-01T00:00:00Z","new":{"x":[1]},"Layout":"x",
		"active_session":{"id":"s","status":"in-progress","start_time":"2026-01-31T09:00:00Z","more":1}}`), true)
	if err != nil {
		t.Fatal(err)
	}
	want := room.Live{
		Kind: room.Conference, ID: "a", Name: "team",
		Settings: room.Settings{
			"quality": room.Text("1080p"), "join_from": room.Text("2022-01-02T00:00:00Z"), "join_until": room.Text("2026-01-31T09:00:00Z"),
			"size": room.Null(), "enable_chat": room.Bool(true),
		},
		Session: &room.Session{ID: "s", Status: "in-progress", Started: time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got, compareValues); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
	if meta, _ := schema.Lookup("conference", "meta"); !meta.ReadOnly {
		t.Error("meta of a conference is read-only no more: choose another setting for this test")
	}
}
