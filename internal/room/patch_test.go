package room_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
)

// sameValue lets cmp look at values, whose text is not exported.
var sameValue = cmp.Comparer(func(a, b room.Value) bool { return a == b })

// settings reads a JSON object of settings; "" is none at all.
func settings(t testing.TB, text string) room.Settings {
	t.Helper()
	var s room.Settings
	if text != "" {
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return s
}

func live(t testing.TB, kind room.Kind, text string) room.Live {
	return room.Live{Kind: kind, ID: "1", Name: "stage", Settings: settings(t, text)}
}

func want(t testing.TB, kind room.Kind, text string) room.Desired {
	return room.Desired{Kind: kind, Name: "stage", Settings: settings(t, text)}
}

func change(name string, before, after room.Value) room.Change {
	return room.Change{Setting: name, Before: before, After: after}
}

func TestPatch(t *testing.T) {
	var absent room.Value
	stage := room.Text("stage")
	for _, tt := range []struct {
		name       string
		kind       room.Kind
		live, want string
		changes    []room.Change
		put        string // what UpdateSettings makes of it
	}{
		{
			"the file names nothing", room.Conference,
			`{"display_name":"Stage","quality":"720p"}`, ``, nil, `{"display_name":"Stage"}`,
		},
		{
			"all is as asked", room.Room,
			`{"max_members":20,"quality":"720p","remove_at":"2022-01-01T00:00:00Z"}`, `{"max_members":20,"remove_at":"2022-01-01"}`, nil, `{}`,
		},
		{
			"one of several, and a conference's title comes along", room.Conference,
			`{"display_name":"Stage","quality":"720p","size":"small","enable_chat":true}`, `{"quality":"1080p","enable_chat":true}`,
			[]room.Change{change("quality", room.Text("720p"), room.Text("1080p"))},
			`{"display_name":"Stage","quality":"1080p"}`,
		},
		{
			"a room's title does not", room.Room,
			`{"display_name":"Stage","quality":"720p"}`, `{"quality":"1080p"}`,
			[]room.Change{change("quality", room.Text("720p"), room.Text("1080p"))},
			`{"quality":"1080p"}`,
		},
		{
			"a conference without a title gets its name", room.Conference,
			`{"display_name":null,"quality":"720p"}`, `{"quality":"1080p"}`,
			[]room.Change{
				{Setting: "display_name", Before: room.Null(), After: stage, Implied: true},
				change("quality", room.Text("720p"), room.Text("1080p")),
			},
			`{"display_name":"stage","quality":"1080p"}`,
		},
		{
			"also when the answer has no title at all", room.Conference,
			`{}`, `{"quality":"1080p"}`,
			[]room.Change{{Setting: "display_name", After: stage, Implied: true}, change("quality", absent, room.Text("1080p"))},
			`{"display_name":"stage","quality":"1080p"}`,
		},
		{
			"but nothing is implied without a change", room.Conference,
			`{"display_name":null,"quality":"1080p"}`, `{"quality":"1080p"}`, nil, `{"display_name":"stage"}`,
		},
		{
			"nor for a room", room.Room,
			`{"display_name":null,"quality":"720p"}`, `{"quality":"1080p"}`,
			[]room.Change{change("quality", room.Text("720p"), room.Text("1080p"))}, `{"quality":"1080p"}`,
		},
		{
			"a title that is asked to be null stays null", room.Conference,
			`{"display_name":null,"quality":"720p"}`, `{"display_name":null,"quality":"1080p"}`,
			[]room.Change{change("quality", room.Text("720p"), room.Text("1080p"))}, `{"display_name":null,"quality":"1080p"}`,
		},
		{
			"null clears", room.Conference,
			`{"display_name":"Stage","description":"x","join_from":"2022-01-01"}`, `{"description":null,"display_name":null}`,
			[]room.Change{change("display_name", room.Text("Stage"), room.Null()), change("description", room.Text("x"), room.Null())},
			`{"display_name":null,"description":null}`,
		},
		{
			"in the catalogue's order", room.Room,
			`{"meta":null,"max_members":20,"layout":"2x1","display_name":"a"}`, `{"meta":{"a":[]},"layout":"3x3","max_members":9,"display_name":"b"}`,
			[]room.Change{
				change("display_name", room.Text("a"), room.Text("b")),
				change("max_members", room.Int(20), room.Int(9)),
				change("layout", room.Text("2x1"), room.Text("3x3")),
				change("meta", room.Null(), parse(t, `{"a":[]}`)),
			},
			`{"display_name":"b","max_members":9,"layout":"3x3","meta":{"a":[]}}`,
		},
		{
			"settings of the other kind are none of this one's", room.Conference,
			`{"display_name":"Stage"}`, `{"max_members":20}`, nil, `{"display_name":"Stage"}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, w := live(t, tt.kind, tt.live), want(t, tt.kind, tt.want)
			got := room.Patch(l, w)
			if diff := cmp.Diff(tt.changes, got, sameValue); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(settings(t, tt.put), room.UpdateSettings(l, w, got), sameValue); diff != "" {
				t.Errorf("PUT (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	sent := settings(t, `{"quality":"1080p","dark_primary":"#ABCDEF","description":null,"size":"large","display_name":"Stage"}`)
	answer := live(t, room.Conference, `{"quality":"720p","dark_primary":"#abcdef","display_name":"Stage","enable_chat":false}`)
	want := []room.Change{
		change("quality", room.Text("720p"), room.Text("1080p")),
		change("size", room.Value{}, room.Text("large")), // the answer does not say
	}
	if diff := cmp.Diff(want, room.Missing(room.Conference, sent, answer), sameValue); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if got := room.Missing(room.Conference, nil, answer); got != nil {
		t.Errorf("nothing sent, yet missing %v", got)
	}
}

func TestCreation(t *testing.T) {
	var absent room.Value
	stage := room.Text("stage")
	for _, tt := range []struct {
		name    string
		kind    room.Kind
		want    string
		changes []room.Change
		post    string
	}{
		{
			"a conference needs a title", room.Conference, ``,
			[]room.Change{{Setting: "display_name", After: stage, Implied: true}}, `{"display_name":"stage"}`,
		},
		{"a room does not", room.Room, ``, []room.Change{}, `{}`},
		{
			"the file's title", room.Conference, `{"display_name":"Stage","size":"large"}`,
			[]room.Change{change("display_name", absent, room.Text("Stage")), change("size", absent, room.Text("large"))},
			`{"display_name":"Stage","size":"large"}`,
		},
		{
			"what only PUT takes waits for one", room.Conference, `{"display_name":"Stage","tone_on_entry_and_exit":false,"quality":"1080p"}`,
			[]room.Change{
				change("display_name", absent, room.Text("Stage")),
				change("quality", absent, room.Text("1080p")),
				change("tone_on_entry_and_exit", absent, room.Bool(false)),
			},
			`{"display_name":"Stage","quality":"1080p"}`,
		},
		{
			"null matters where the API fills something in", room.Conference,
			`{"display_name":null,"description":null,"size":null,"dark_primary":null,"enable_room_previews":null}`,
			[]room.Change{
				change("display_name", absent, room.Null()),
				change("size", absent, room.Null()),
				change("dark_primary", absent, room.Null()),
			},
			`{"display_name":"stage"}`,
		},
		{
			"for a room as well", room.Room, `{"display_name":null,"enable_room_previews":null,"sync_audio_video":null,"meta":null,"max_members":5}`,
			[]room.Change{
				change("display_name", absent, room.Null()),
				change("max_members", absent, room.Int(5)),
				change("enable_room_previews", absent, room.Null()),
			},
			`{"max_members":5}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := want(t, tt.kind, tt.want)
			got := room.Creation(w)
			if diff := cmp.Diff(tt.changes, got, sameValue); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(settings(t, tt.post), room.CreateSettings(w, got), sameValue); diff != "" {
				t.Errorf("POST (-want +got):\n%s", diff)
			}
		})
	}
}

// A PUT that follows up on a create carries only what the POST did not bring.
func TestFollowUpKeepsTheTitle(t *testing.T) {
	w := want(t, room.Conference, `{"tone_on_entry_and_exit":true}`)
	tone := []room.Change{change("tone_on_entry_and_exit", room.Bool(false), room.Bool(true))}
	for answer, title := range map[string]string{
		`{"display_name":"Kept"}`: "Kept", `{"display_name":null}`: "stage", `{}`: "stage",
	} {
		got := room.UpdateSettings(live(t, room.Conference, answer), w, tone)
		if diff := cmp.Diff(room.Settings{"display_name": room.Text(title), "tone_on_entry_and_exit": room.Bool(true)}, got, sameValue); diff != "" {
			t.Errorf("answer %s: PUT (-want +got):\n%s", answer, diff)
		}
	}
}

func TestNames(t *testing.T) {
	s := settings(t, `{"size":null,"display_name":"a","max_members":3,"light_negative":"#000000"}`)
	s["quality"] = room.Value{} // absent, though the map has the key
	if diff := cmp.Diff([]string{"display_name", "size", "light_negative"}, s.Names(room.Conference)); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestKinds(t *testing.T) {
	for _, k := range room.Kinds() {
		if k.Other() == k || k.Other().Other() != k || k.Other().Title() == k.Title() {
			t.Errorf("%s: other %s, title %q", k, k.Other(), k.Title())
		}
	}
}

func TestInProgress(t *testing.T) {
	for status, want := range map[string]bool{"in-progress": true, "completed": false, "": false} {
		if s := (&room.Session{Status: status}); s.InProgress() != want {
			t.Errorf("a session that is %q: in progress is %v", status, !want)
		}
	}
	if (*room.Session)(nil).InProgress() {
		t.Error("no session is in progress")
	}
}
