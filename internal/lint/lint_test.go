package lint_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/lint"
	"roomsync/internal/room"
	"roomsync/schema"
)

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// pos is a place in line n.
func pos(n int) room.Pos { return room.Pos{File: "rooms.yaml", Line: n, Col: 5} }

// wants makes a room at line 1 of settings in the lines after it, as JSON text.
func wants(kind room.Kind, name string, settings ...string) room.Desired {
	d := room.Desired{Kind: kind, Name: name, Pos: pos(1), Settings: make(room.Settings)}
	for i := 0; i < len(settings); i += 2 {
		v := room.Text(settings[i+1])
		if settings[i+1] == "null" {
			v = room.Null()
		}
		d.Settings[settings[i]] = v
		d.At = append(d.At, room.Place{Setting: settings[i], Pos: pos(2 + i/2)})
	}
	return d
}

func texts(ws []lint.Warning) []string {
	var all []string
	for _, w := range ws {
		all = append(all, w.Pos.String()+": "+w.Message+" ["+w.Lint+"]")
	}
	return all
}

func TestRooms(t *testing.T) {
	dark := room.Live{Kind: room.Conference, Settings: room.Settings{"dark_background": room.Text("#14161a"), "dark_primary": room.Null()}}
	for _, c := range []struct {
		name string
		want room.Desired
		live *room.Live
		told []string
	}{
		{"nothing said", wants(room.Conference, "a"), nil, nil},
		{"readable", wants(room.Conference, "a", "dark_foreground", "#F2F4F8", "dark_background", "#14161A", "dark_primary", "#6C8CFF"), nil, nil},
		{"both said", wants(room.Conference, "a", "light_foreground", "#777777", "light_background", "#FFFFFF"), nil, []string{
			"rooms.yaml:3:5: a: light_foreground #777777 has a contrast of 4.47:1 to light_background #FFFFFF, and WCAG AA asks for 4.5:1 for text [contrast]"}},
		{"just enough", wants(room.Conference, "a", "light_foreground", "#767676", "light_primary", "#949494"), nil, nil},
		{"buttons need less", wants(room.Conference, "a", "light_primary", "#AAAAAA"), nil, []string{
			"rooms.yaml:2:5: a: light_primary #AAAAAA has a contrast of 2.32:1 to light_background #FFFFFF (the default), and WCAG AA asks for 3:1 for buttons [contrast]"}},
		{"a background beside the defaults", wants(room.Conference, "a", "dark_background", "#14161A"), nil, []string{
			"rooms.yaml:2:5: a: dark_foreground #1D2127 (the default) has a contrast of 1.12:1 to dark_background #14161A, and WCAG AA asks for 4.5:1 for text [contrast]",
			"rooms.yaml:2:5: a: dark_primary #044EF4 (the default) has a contrast of 2.93:1 to dark_background #14161A, and WCAG AA asks for 3:1 for buttons [contrast]"}},
		{"cleared is the default", wants(room.Conference, "a", "dark_foreground", "#FFFFFF", "dark_background", "null"), nil, []string{
			"rooms.yaml:3:5: a: dark_foreground #FFFFFF has a contrast of 1.00:1 to dark_background #FFFFFF (the default), and WCAG AA asks for 4.5:1 for text [contrast]"}},
		{"beside what is live", wants(room.Conference, "a", "dark_foreground", "#1D2127"), &dark, []string{
			"rooms.yaml:2:5: a: dark_foreground #1D2127 has a contrast of 1.12:1 to dark_background #14161a (as it is live), and WCAG AA asks for 4.5:1 for text [contrast]"}},
		{"live, and fine with it", wants(room.Conference, "a", "dark_foreground", "#F2F4F8"), &dark, nil},
		{"live only: not the file's", wants(room.Conference, "a", "enable_chat", "true"), &dark, nil},
		{"the door has closed", wants(room.Room, "a", "join_until", "2026-11-25T12:00:00Z"), nil, []string{
			"rooms.yaml:2:5: a: nobody can join any more: join_until was 2026-11-25T12:00:00Z [window-over]"}},
		{"it closes in a second", wants(room.Room, "a", "join_until", "2026-11-25T12:00:01Z", "join_from", "2020-01-01T00:00:00Z"), nil, nil},
		{"no door", wants(room.Room, "a", "join_until", "null"), nil, nil},
	} {
		got := texts(lint.Rooms([]lint.Subject{{Want: c.want, Live: c.live}}, now))
		if diff := cmp.Diff(c.told, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// What many rooms have from one place is told once.
func TestToldOnce(t *testing.T) {
	var subjects []lint.Subject
	for _, name := range []string{"d", "b", "c", "a", "e"} {
		subjects = append(subjects, lint.Subject{Want: wants(room.Conference, name, "join_until", "2020-01-01T00:00:00Z")})
	}
	want := []string{"rooms.yaml:2:5: a, b, c and 2 more: nobody can join any more: join_until was 2020-01-01T00:00:00Z [window-over]"}
	if diff := cmp.Diff(want, texts(lint.Rooms(subjects, now))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSimilar(t *testing.T) {
	at := func(line int, name string, was ...string) room.Desired {
		return room.Desired{Kind: room.Room, Name: name, Was: was, Pos: pos(line)}
	}
	for _, c := range []struct {
		name  string
		rooms []room.Desired
		live  []string
		told  []string
	}{
		{"none", []room.Desired{at(1, "team-a"), at(2, "team-b"), at(3, "teama")}, []string{"team-a", "other"}, nil},
		{"capitals", []room.Desired{at(2, "Team-a"), at(1, "team-a")}, nil, []string{"rooms.yaml:2:5: team-a and Team-a differ only in capitals, and are two rooms [similar-names]"}},
		{"dashes", []room.Desired{at(1, "team-a"), at(2, "team_a")}, nil, []string{"rooms.yaml:2:5: team-a and team_a differ only in - and _, and are two rooms [similar-names]"}},
		{"both", []room.Desired{at(1, "team-a"), at(2, "TEAM_A")}, nil, []string{"rooms.yaml:2:5: team-a and TEAM_A differ only in capitals and in - and _, and are two rooms [similar-names]"}},
		{"live", []room.Desired{at(1, "team-a")}, []string{"team-a", "team_a", "team_a"}, []string{"rooms.yaml:1:5: team-a and the live room team_a, which is not in the file, differ only in - and _ [similar-names]"}},
		{"being renamed", []room.Desired{at(1, "team-a", "team_a")}, []string{"team_a"}, nil},
	} {
		if diff := cmp.Diff(c.told, texts(lint.Similar(c.rooms, c.live))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Offline, only what no live room can change is told.
func TestFile(t *testing.T) {
	rooms := []room.Desired{wants(room.Conference, "team-a")}
	ignore := []room.Ignore{
		{Rooms: "gone-*", Pos: pos(10)},
		{Rooms: "gone-*", Settings: []string{"layout"}, Pos: pos(11)},
		{Rooms: "team-*", Settings: []string{"layout"}, Until: "2026-11-24", Pos: pos(12)},
		{Rooms: "team-*", Settings: []string{"layout"}, Until: "2026-11-25", Pos: pos(13)},
	}
	want := []string{
		"rooms.yaml:11:5: ignore: gone-* matches no room of the file, and settings are ignored of those only [unmatched-glob]",
		"rooms.yaml:12:5: ignoring layout of team-* ended with 2026-11-24 [ignore-ended]",
	}
	if diff := cmp.Diff(want, texts(lint.File(rooms, ignore, now))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWithout(t *testing.T) {
	ws := []lint.Warning{{Lint: lint.LookAlike, Message: "a"}, {Message: "b"}, {Lint: lint.IgnoreEnded, Message: "c"}}
	got := texts(lint.Without(slices.Clone(ws), []string{"look-alike", ""}))
	if diff := cmp.Diff([]string{": b []", ": c [ignore-ended]"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every lint can be switched off, and there is none besides.
func TestNames(t *testing.T) {
	want := []string{lint.Contrast, lint.ExtraStreams, lint.IgnoreEnded, lint.LookAlike, lint.NoValue, lint.SimilarNames, lint.SpentPreviously, lint.UnmatchedGlob, lint.WindowOver}
	if diff := cmp.Diff(want, schema.Lints()); diff != "" {
		t.Errorf("lints of the schema (-want +got):\n%s", diff)
	}
}

// A layer that misspells a room makes a second one.
func TestStrayNames(t *testing.T) {
	at := func(line int) room.Pos { return room.Pos{File: "f.yaml", Line: line, Col: 1} }
	rooms := func(names string) (all []room.Desired) {
		for layer, of := range strings.Split(names, "|") {
			for _, name := range strings.Fields(of) {
				all = append(all, room.Desired{Name: name, Layer: layer, Pos: at(len(all) + 1)})
			}
		}
		return all
	}
	for names, want := range map[string]string{
		"all-hands | all-hand":        "all-hand is a new room here, and one letter from all-hands of a lower layer (f.yaml:1)",
		"all-hand | all-hands":        "all-hands is a new room here, and one letter from all-hand of a lower layer (f.yaml:1)",
		"stage | stagf":               "stagf is a new room here, and one letter from stage of a lower layer (f.yaml:1)",
		"stage | satge":               "satge is a new room here, and one letter from stage of a lower layer (f.yaml:1)",
		"x | stage | stag":            "stag is a new room here, and one letter from stage of a lower layer (f.yaml:2)",
		"stage stag | other":          "",
		"stage | other stag-e2":       "",
		"team-1 team-2 | team-3":      "",
		"team-1 | team-12 team":       "",
		"abc | abd":                   "",
		"all-hands | all-hands-2":     "",
		"stage | other | stage-extra": "",
	} {
		var got []string
		for _, w := range lint.Similar(rooms(names), nil) {
			got = append(got, w.Message)
		}
		if text := strings.Join(got, "; "); text != want {
			t.Errorf("%s: %q, want %q", names, text, want)
		}
	}
}
