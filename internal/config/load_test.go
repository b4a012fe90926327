package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// parse loads a text that must have no problem.
func parse(t *testing.T, text string) *File {
	t.Helper()
	file, problems := Parse("rooms.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatalf("problems:\n%v", problems)
	}
	return file
}

// settings loads a text of one room and returns its settings as JSON.
func settings(t *testing.T, text string) map[string]string {
	t.Helper()
	file := parse(t, text)
	if len(file.Rooms) != 1 {
		t.Fatalf("%d rooms, want 1", len(file.Rooms))
	}
	got := make(map[string]string)
	for name, v := range file.Rooms[0].Settings {
		got[name] = v.JSON()
	}
	return got
}

func TestFileAsAWhole(t *testing.T) {
	got := parse(t, `# yaml-language-server: $schema=rooms.schema.json
version: 1
space: example.signalwire.com
manage: ["team-*", stage]
x-brand: &brand {dark_primary: "#044EF4", size: large}
defaults:
  conference: {quality: 1080p, enable_chat: false}
  room: {max_members: 50}
rooms:
  - name: team-a
    <<: *brand
    size: small
    enable_chat: true
    description: null
  - name: stage
    prebuilt_ui: false
`)
	want := &File{
		Path: "rooms.yaml", Space: "example.signalwire.com", SpaceAt: diag.Pos{File: "rooms.yaml", Line: 3, Col: 8}, HasManage: true, Manage: []string{"team-*", "stage"},
		Defaults: map[room.Kind]room.Settings{
			room.Conference: {"quality": room.Text("1080p"), "enable_chat": room.Bool(false)}, room.Room: {"max_members": room.Int(50)},
		},
		Rooms: []room.Desired{
			{Kind: room.Conference, Name: "team-a", Pos: diag.Pos{File: "rooms.yaml", Line: 10, Col: 5}, Settings: room.Settings{
				"dark_primary": room.Text("#044EF4"), "size": room.Text("small"), "enable_chat": room.Bool(true),
				"description": room.Null(), "quality": room.Text("1080p"),
			}},
			{Kind: room.Room, Name: "stage", Pos: diag.Pos{File: "rooms.yaml", Line: 15, Col: 5}, Settings: room.Settings{"max_members": room.Int(50)}},
		},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(room.Value{}), cmpopts.IgnoreUnexported(File{}), cmpopts.IgnoreFields(room.Desired{}, "At")); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

// Where a setting is said: by the room, by an anchor, by the defaults.
func TestWhereSettingsAre(t *testing.T) {
	got := parse(t, `version: 1
x-brand: &brand {dark_primary: "#044EF4"}
defaults:
  conference: {quality: 1080p, size: small}
rooms:
  - name: team-a
    <<: *brand
    size: large
`).Rooms[0].At
	at := func(line, col int) room.Pos { return room.Pos{File: "rooms.yaml", Line: line, Col: col} }
	want := room.Places{{Setting: "size", Pos: at(8, 11)}, {Setting: "dark_primary", Pos: at(2, 32)}, {Setting: "quality", Pos: at(4, 25)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("positions (-want +got):\n%s", diff)
	}
}

// What YAML readers disagree about stays what was typed.
func TestTextStaysText(t *testing.T) {
	for _, typed := range []string{"y", "yes", "no", "on", "off", "N", "12:30", "1.2.3", "2026-01-31", "0x", "1e", "+", "~x", "=", "<<x", "10:00:00", "1_a"} {
		got := settings(t, "version: 1\nrooms:\n- name: a\n  display_name: "+typed+"\n")
		if want := room.Text(typed).JSON(); got["display_name"] != want {
			t.Errorf("display_name: %s is %s, want %s", typed, got["display_name"], want)
		}
	}
}

func TestNamesThatLookLikeSomethingElse(t *testing.T) {
	file := parse(t, `
version: 1
rooms:
- name: yes
- name: "123"
- name: 2026-01-31
- name: !!str 0x1F
- name: null-1
`)
	var got []string
	for _, d := range file.Rooms {
		got = append(got, d.Name)
	}
	if diff := cmp.Diff([]string{"yes", "123", "2026-01-31", "0x1F", "null-1"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestTimesAreSentInUTC(t *testing.T) {
	for typed, want := range map[string]string{
		"2026-01-31":                      "2026-01-31T00:00:00Z",
		"2026-01-31T10:00:00+02:00":       "2026-01-31T08:00:00Z",
		`"2026-01-31T10:00:00.250Z"`:      "2026-01-31T10:00:00.25Z",
		"2022-01-01T23:59:60Z":            "2022-01-02T00:00:00Z",
		"2026-01-31t10:00:00z":            "2026-01-31T10:00:00Z",
		"!!str 2026-01-31T10:00:00":       "2026-01-31T10:00:00Z",
		"&when 2026-01-31T10:00:00-00:30": "2026-01-31T10:30:00Z",
	} {
		got := settings(t, "version: 1\nrooms:\n- {name: a, join_from: "+typed+"}\n")
		if got["join_from"] != `"`+want+`"` {
			t.Errorf("join_from: %s is %s, want %s", typed, got["join_from"], want)
		}
	}
}

// null clears, nothing leaves alone, and a default is only for what is not said.
func TestPresence(t *testing.T) {
	got := settings(t, `
version: 1
defaults: {conference: {description: from defaults, size: small, display_name: Default}}
rooms:
- name: a
  description: null
  size: ~
`)
	want := map[string]string{"description": "null", "size": "null", "display_name": `"Default"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestMergeKeys(t *testing.T) {
	got := settings(t, `
version: 1
x-a: &a {size: small, layout: 1x1}
x-b: &b {<<: *a, size: large, quality: 1080p}
x-c: &c {quality: 720p, enable_chat: true}
rooms:
- <<: [*b, *c]
  name: a
  layout: 2x2
`)
	want := map[string]string{"size": `"large"`, "quality": `"1080p"`, "layout": `"2x2"`, "enable_chat": "true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

// Limits are the API's, which counts characters.
func TestLimitsCountCharacters(t *testing.T) {
	for _, c := range []struct {
		setting, value string
		most           int
	}{
		{"display_name", "😀", 200}, {"description", "é", 3000}, {"name", "x", 100},
	} {
		text := func(n int) []byte {
			s := fmt.Sprintf("{%s: %q}", c.setting, strings.Repeat(c.value, n))
			if c.setting != "name" {
				s = "{name: a, " + s[1:]
			}
			return []byte("version: 1\nrooms: [" + s + "]\n")
		}
		if _, problems := Parse("rooms.yaml", text(c.most)); len(problems) > 0 {
			t.Errorf("%s of %d characters: %v", c.setting, c.most, problems)
		}
		_, problems := Parse("rooms.yaml", text(c.most+1))
		if want := fmt.Sprintf("%s has %d characters, and %d are allowed", c.setting, c.most+1, c.most); len(problems) != 1 || problems[0].Message != want {
			t.Errorf("%s of %d characters: %v, want %q", c.setting, c.most+1, problems, want)
		}
	}
}

func TestMetaLimitIsOfItsJSON(t *testing.T) {
	text := func(n int) []byte { // {"k":"…"} has 8 characters around the text
		return []byte("version: 1\nrooms:\n- name: a\n  prebuilt_ui: false\n  meta: {k: " + strings.Repeat("é", n-8) + "}\n")
	}
	if _, problems := Parse("rooms.yaml", text(2000)); len(problems) > 0 {
		t.Errorf("2000 characters: %v", problems)
	}
	if _, problems := Parse("rooms.yaml", text(2001)); len(problems) != 1 {
		t.Errorf("2001 characters: %v", problems)
	}
}

func TestBytes(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"NUL":         {"version: 1\nrooms: []\x00\n", "rooms.yaml:2:10: a NUL character (remove it; is this a text file?)"},
		"not UTF-8":   {"version: 1\nx-é: \xff\nrooms: []\n", `rooms.yaml:2:6: byte \xff is not UTF-8 (save the file as UTF-8)`},
		"UTF-16":      {"\xff\xfev\x00e\x00", "rooms.yaml:1:1: the file is UTF-16 (save it as UTF-8)"},
		"escape code": {"version: 1\nrooms: [] # \x1b[2J\n", `rooms.yaml:2:13: the control character U+001B (remove it, or write "\x1b" in double quotes)`},
		"lone CR":     {"version: 1\rrooms: []\n", "rooms.yaml:1:11: a carriage return without a line feed (end lines with LF or CRLF)"},
	} {
		file, problems := Parse("rooms.yaml", []byte(c.text))
		if file != nil || len(problems) == 0 || problems[0].String() != c.want {
			t.Errorf("%s: %v, want %q", name, problems, c.want)
		}
		// A link can lead to what nobody is to see, and that is often no text.
		if isText := name == "escape code" || name == "lone CR"; len(problems) > 0 && isText != (problems[0].Line != "") {
			t.Errorf("%s: the line is shown as %q", name, problems[0].Line)
		}
	}
	parse(t, "\ufeffversion: 1\r\nrooms:\r\n- name: a\r\n  description: |\r\n    one\r\n    two\r\n")
}

func TestPositionsCountCharacters(t *testing.T) {
	_, problems := Parse("rooms.yaml", []byte("version: 1\nrooms: [{name: a, display_name: \"😀é\", sice: 1}]\n"))
	if len(problems) != 1 || problems[0].Pos != (diag.Pos{File: "rooms.yaml", Line: 2, Col: 39}) {
		t.Errorf("problems: %v, want one at 2:39", problems)
	}
}

func TestLoad(t *testing.T) {
	load := func(path string) (*File, diag.List, error) { return Load([]string{path}, nil, Options{}) }
	if _, _, err := load(filepath.Join(t.TempDir(), "rooms.yaml")); err == nil || !strings.Contains(err.Error(), "there is no file") {
		t.Errorf("a missing file: %v", err)
	}
	path := filepath.Join(t.TempDir(), "rooms.yaml")
	if err := os.WriteFile(path, []byte("version: 1\nrooms: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, problems, err := load(path)
	if err != nil || len(problems) > 0 || file.Path != path {
		t.Errorf("Load: %v, %v, %v", file, problems, err)
	}
}

// A small file must not make a large structure: what merge keys copy counts.
func TestMergeBomb(t *testing.T) {
	var text strings.Builder
	text.WriteString("version: 1\nx-b: &b {")
	for i := range 10_000 {
		fmt.Fprintf(&text, "k%d: 1, ", i)
	}
	text.WriteString("}\nx-c:\n")
	for range 10_000 {
		text.WriteString("- {<<: *b}\n")
	}
	text.WriteString("rooms: []\n")
	_, problems := Parse("rooms.yaml", []byte(text.String()))
	if len(problems) != 1 || !strings.Contains(problems[0].Message, "more than a million values, or as much text") {
		t.Errorf("problems: %v", problems)
	}
	// So does text.
	long := "version: 1\nx-a: &a \"" + strings.Repeat("x", 100_000) + "\"\nrooms:\n- {name: a, prebuilt_ui: false, meta: {k: [" + strings.Repeat("*a, ", 1_000) + "]}}\n"
	if _, problems := Parse("rooms.yaml", []byte(long)); len(problems) != 1 || !strings.Contains(problems[0].Message, "or as much text") {
		t.Errorf("problems: %v", problems)
	}
	// Many rooms that share a block are no bomb.
	text.Reset()
	text.WriteString("version: 1\nx-b: &b {size: small, layout: 1x1, quality: 1080p, enable_chat: true}\nrooms:\n")
	for i := range 5_000 {
		fmt.Fprintf(&text, "- {<<: *b, name: room-%d}\n", i)
	}
	parse(t, text.String())
}

// A file on one line is a program's: its problems are told without the line.
func TestLongLinesAreNotShown(t *testing.T) {
	text := `{"version": 1, "rooms": [{"name": "a", "oops": 1}` + strings.Repeat(" ", 5000) + "]}\n"
	_, problems := Parse("rooms.yaml", []byte(text))
	if len(problems) != 1 || problems[0].Line != "" || problems[0].Pos.Col != 40 {
		t.Errorf("problems: %+v", problems)
	}
}
