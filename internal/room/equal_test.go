package room_test

import (
	"testing"

	"roomsync/internal/room"
	"roomsync/schema"
)

func setting(t testing.TB, kind room.Kind, name string) schema.Setting {
	t.Helper()
	s, ok := schema.Lookup(string(kind), name)
	if !ok {
		t.Fatalf("%s has no %s", kind, name)
	}
	return s
}

func TestEqual(t *testing.T) {
	const absent = ""
	for _, tt := range []struct {
		kind        room.Kind
		name        string
		live, asked string // JSON, or absent
		want        bool
	}{
		// The same instant, however it is spelled.
		{room.Room, "remove_at", `"2022-01-01T00:00:00Z"`, `"2022-01-01"`, true},
		{room.Room, "remove_at", `"2022-01-01T02:00:00.000+02:00"`, `"2022-01-01T00:00:00Z"`, true},
		{room.Conference, "join_from", `"2022-01-02T00:00:00Z"`, `"2022-01-01T23:59:60Z"`, true},
		{room.Conference, "join_from", `"2022-01-01T00:00:00Z"`, `"2022-01-01T00:00:01Z"`, false},
		{room.Conference, "join_from", `"2022-01-01T00:00:00.5Z"`, `"2022-01-01T00:00:00Z"`, false},
		{room.Conference, "join_until", `"soon"`, `"2022-01-01T00:00:00Z"`, false},
		{room.Conference, "join_until", `"soon"`, `"soon"`, true},
		{room.Conference, "join_until", `"soon"`, `"Soon"`, false},
		{room.Conference, "join_until", `null`, `"2022-01-01"`, false},
		{room.Conference, "join_until", `"2022-01-01"`, `null`, false},
		// A time's text elsewhere is just text.
		{room.Conference, "description", `"2022-01-01"`, `"2022-01-01T00:00:00Z"`, false},
		// Colours without regard to case, other texts with.
		{room.Conference, "dark_primary", `"#044ef4"`, `"#044EF4"`, true},
		{room.Conference, "dark_primary", `"#044ef4"`, `"#044EF5"`, false},
		{room.Conference, "dark_primary", `null`, `"#044EF4"`, false}, // the default, but not a boolean
		{room.Conference, "dark_primary", `"#044EF4"`, `null`, false},
		{room.Conference, "display_name", `"stage"`, `"Stage"`, false},
		// Null, absence and what the API left out are one.
		{room.Conference, "description", `null`, `null`, true},
		{room.Conference, "description", absent, `null`, true},
		{room.Conference, "description", `null`, absent, true},
		{room.Conference, "description", absent, absent, true},
		{room.Conference, "description", absent, `"x"`, false},
		{room.Conference, "description", `""`, `null`, false},
		{room.Conference, "description", `null`, `""`, false},
		{room.Conference, "description", `null`, `"null"`, false},
		// A boolean with a documented default is that default while it is null.
		{room.Conference, "enable_chat", `null`, `true`, true},
		{room.Conference, "enable_chat", absent, `true`, true},
		{room.Conference, "enable_chat", `null`, `false`, false},
		{room.Room, "enable_room_previews", `null`, `false`, true},
		{room.Room, "enable_room_previews", `null`, `true`, false},
		{room.Room, "enable_room_previews", `false`, `null`, false},
		{room.Conference, "enable_room_previews", `null`, `false`, false}, // no default documented
		{room.Room, "sync_audio_video", `null`, `false`, false},
		{room.Room, "max_members", `null`, `20`, false}, // the default, but not a boolean
		{room.Conference, "size", `null`, `"medium"`, false},
		// Numbers and objects by value.
		{room.Room, "max_members", `20.0`, `20`, true},
		{room.Room, "max_members", `20`, `21`, false},
		{room.Room, "max_members", `"20"`, `20`, false},
		{room.Room, "meta", `{"b":[],"a":1}`, `{"a":1.0,"b":[]}`, true},
		{room.Room, "meta", `{"a":[1,2]}`, `{"a":[2,1]}`, false},
		{room.Room, "meta", `{}`, `null`, false},
		{room.Room, "meta", `{"c":"#ABCDEF"}`, `{"c":"#abcdef"}`, false},
	} {
		value := func(text string) room.Value {
			if text == absent {
				return room.Value{}
			}
			return parse(t, text)
		}
		if got := room.Equal(setting(t, tt.kind, tt.name), value(tt.live), value(tt.asked)); got != tt.want {
			t.Errorf("%s of a %s: live %s, asked %s: equal is %v", tt.name, tt.kind, tt.live, tt.asked, got)
		}
	}
}

func TestCanonical(t *testing.T) {
	when, color := setting(t, room.Room, "remove_at"), setting(t, room.Conference, "dark_primary")
	for _, tt := range []struct {
		s        schema.Setting
		in, want room.Value
	}{
		{when, room.Text("2022-01-01T01:00:00.50+01:00"), room.Text("2022-01-01T00:00:00.5Z")},
		{when, room.Text("2022-01-01"), room.Text("2022-01-01T00:00:00Z")},
		{when, room.Text("soon"), room.Text("soon")},
		{when, room.Null(), room.Null()},
		{when, room.Value{}, room.Value{}},
		{when, room.Int(2022), room.Int(2022)},
		{color, room.Text("#abcdef"), room.Text("#abcdef")}, // kept as written
	} {
		if got := room.Canonical(tt.s, tt.in); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.s.Name, tt.in, got.JSON(), tt.want.JSON())
		}
	}
}
