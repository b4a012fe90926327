package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
)

// stack reads layers of files that are given as texts. Files of a layer are
// called a1.yaml, a2.yaml, those of the next b1.yaml and so on.
func stack(layers [][]string, o Options) (*File, string) {
	var all []Layer
	for i, texts := range layers {
		var l Layer
		for j, text := range texts {
			l = append(l, Source{string(rune('a'+i)) + string(rune('1'+j)) + ".yaml", []byte(text)})
		}
		all = append(all, l)
	}
	file, problems := Read(all, o)
	return file, problems.Error()
}

// effective is what rooms come to, with where each setting is said.
func effective(f *File) string {
	var b strings.Builder
	for _, d := range f.Rooms {
		b.WriteString(d.Name + " " + string(d.Kind) + " " + d.Pos.String() + "\n")
		for _, name := range d.Settings.Names(d.Kind) {
			b.WriteString("  " + name + " " + d.Settings[name].JSON() + " " + d.At.Of(name).String() + "\n")
		}
	}
	return b.String()
}

func TestLayers(t *testing.T) {
	file, problems := stack([][]string{{`version: 1
space: base.signalwire.com
manage: ["team-*", stage]
protect: [team-a]
ignore: [{rooms: stage}]
lint: {disable: [contrast]}
x-brand: &brand {dark_primary: "#000000", size: small}
defaults:
  conference: {quality: 1080p, enable_chat: false}
  room: {max_members: 50}
rooms:
  - name: team-a
    <<: *brand
    display_name: A
  - name: stage
    prebuilt_ui: false
    layout: 5up
    meta: {a: 1, b: 2}
    previously: [hall, team-x]
`}, {`version: 1
space: prod.signalwire.com
manage: ["*"]
protect: [stage]
ignore: [{rooms: team-a, settings: [layout]}]
defaults:
  conference: {enable_chat: true, size: large}
rooms:
  - name: stage
    meta: {c: 3}
    previously: [hall]
  - name: team-b
    display_name: null
  - {name: team-a, dark_primary: "#111111"}
`}, {`
rooms:
  - {name: team-a, display_name: AAA}
`}}, Options{})
	if problems != "" {
		t.Fatal(problems)
	}
	if diff := cmp.Diff(`team-a conference a1.yaml:12:5
  display_name "AAA" c1.yaml:3:34
  quality "1080p" a1.yaml:9:25
  size "small" a1.yaml:7:49
  enable_chat true b1.yaml:7:29
  dark_primary "#111111" b1.yaml:14:34
stage room a1.yaml:15:5
  max_members 50 a1.yaml:10:23
  layout "5up" a1.yaml:17:13
  meta {"c":3} b1.yaml:10:11
team-b conference b1.yaml:12:5
  display_name null b1.yaml:13:19
  quality "1080p" a1.yaml:9:25
  size "large" b1.yaml:7:41
  enable_chat true b1.yaml:7:29
`, effective(file)); diff != "" {
		t.Errorf("rooms (-want +got):\n%s", diff)
	}
	if file.Space != "prod.signalwire.com" || file.SpaceAt.File != "b1.yaml" || file.Path != "a1.yaml, b1.yaml, c1.yaml" {
		t.Errorf("space %s, at %v, of %s", file.Space, file.SpaceAt, file.Path)
	}
	if diff := cmp.Diff([]string{"*"}, file.Manage); diff != "" {
		t.Errorf("manage (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"hall"}, file.Rooms[1].Was); diff != "" {
		t.Errorf("previously (-want +got):\n%s", diff)
	}
	if len(file.Protect) != 2 || len(file.Ignore) != 2 || file.Protect[1].Pos.File != "b1.yaml" {
		t.Errorf("protect and ignore: %v, %v", file.Protect, file.Ignore)
	}
	if len(file.NoLint) != 1 {
		t.Errorf("lints: %v", file.NoLint)
	}
}

// The files of one layer are one file in pieces.
func TestFilesOfALayer(t *testing.T) {
	file, problems := stack([][]string{{
		"version: 1\nmanage: [a-*]\nlint: {disable: [contrast]}\ndefaults: {conference: {size: small}}\nrooms: [{name: a-1}]\n",
		"version: 1\nmanage: [b-*]\nlint: {disable: [window-over]}\ndefaults: {conference: {quality: 1080p, size: small}}\nrooms: [{name: b-1, size: large}]\n",
	}}, Options{})
	if problems != "" {
		t.Fatal(problems)
	}
	if diff := cmp.Diff(`a-1 conference a1.yaml:5:9
  quality "1080p" a2.yaml:4:34
  size "small" a1.yaml:4:31
b-1 conference a2.yaml:5:9
  quality "1080p" a2.yaml:4:34
  size "large" a2.yaml:5:27
`, effective(file)); diff != "" {
		t.Errorf("rooms (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a-*", "b-*"}, file.Manage); diff != "" || len(file.NoLint) != 2 {
		t.Errorf("manage (-want +got):\n%s\nlints: %v", diff, file.NoLint)
	}
}

func TestLayersThatAreWrong(t *testing.T) {
	const ok = "version: 1\nrooms: [{name: a}]\n"
	for name, c := range map[string]struct {
		layers [][]string
		want   string
	}{
		"a name twice in a layer": {
			[][]string{{ok, "\nrooms:\n- name: a\n"}},
			"a2.yaml:3:9: the name a appears twice (first at a1.yaml:2; a name is one room, with a prebuilt UI or without)",
		},
		"a name twice in a later layer": {
			[][]string{{ok}, {"rooms: [{name: a}, {name: a, size: small}]"}},
			"b1.yaml:1:27: the name a appears twice (first on line 1; a name is one room, with a prebuilt UI or without)",
		},
		"two spaces in a layer": {
			[][]string{{"space: a.b\n" + ok, "space: c.d\n"}},
			`a2.yaml:1:8: space is the text "c.d" here, and another file of this layer says the text "a.b" (first at a1.yaml:1; say it once, or make the files layers with an -f each)`,
		},
		"two defaults in a layer": {
			[][]string{{"defaults: {room: {max_members: 5}}\n" + ok, "defaults: {room: {max_members: 6}}\n"}},
			"a2.yaml:1:32: max_members is the number 6 here, and another file of this layer says the number 5 (first at a1.yaml:1; say it once, or make the files layers with an -f each)",
		},
		"a version of the base": {
			[][]string{{"version: 2\nrooms: []\n"}, {ok}},
			"a1.yaml:1:10: version must be 1, not 2: this roomsync reads no other version of rooms.yaml (write version: 1, or look for a newer roomsync)",
		},
		"no version anywhere": {
			[][]string{{"rooms: []\n"}, {"rooms: []\n"}},
			"a1.yaml:1:1: version is missing (begin the file with version: 1)",
		},
		"the kind turns what the base says wrong": {
			[][]string{{"version: 1\nrooms: [{name: a, size: small}]\n"}, {"rooms: [{name: a, prebuilt_ui: false}]\n"}},
			"a1.yaml:2:19: size is a setting of a room with a prebuilt UI, and this is a room without a prebuilt UI (remove it, or remove prebuilt_ui: false)",
		},
		"a wrong list below a right one": {
			[][]string{{"protect: 5\n" + ok}, {"protect: [a]\nrooms: 7\n"}},
			`a1.yaml:1:10: protect must be a list of names and globs, and this is the number 5` + "\n" +
				"b1.yaml:2:8: rooms must be a list of rooms, and this is the number 7",
		},
		"defaults that are none": {
			[][]string{{"defaults: []\n" + ok}, {"defaults: {room: 7}\n"}},
			"a1.yaml:1:11: defaults must be a mapping, and this is a list",
		},
		"outside of the manage of a later layer": {
			[][]string{{"manage: [a]\n" + ok}, {"manage: [b]\n"}},
			"a1.yaml:3:16: a matches nothing in manage, so this file does not answer for it (add it to manage)",
		},
		"an unreadable file among others": {
			[][]string{{ok}, {"rooms: [\n", "- a\n"}},
			"b1.yaml:1:1: not valid YAML: did not find expected node content\nb2.yaml:1:1: the file must be a mapping with version and rooms, and this is a list",
		},
		"an unknown key that both have": {
			[][]string{{"version: 1\nrooms: [{name: a, sice: 1}]\n"}, {"rooms: [{name: a, quality: 720p, sice: 2}]\n"}},
			`b1.yaml:1:34: unknown setting "sice" (did you mean size?)`,
		},
		"one former name in two files": {
			[][]string{{"version: 1\nrooms: [{name: a, previously: [x]}]\n"}, {"rooms: [{name: b, previously: [x]}]\n"}},
			"b1.yaml:1:32: x is a former name of two rooms (first at a1.yaml:2; keep it with the room that it became)",
		},
	} {
		file, problems := stack(c.layers, Options{})
		if file != nil {
			t.Errorf("%s: there is a file", name)
		}
		if diff := cmp.Diff(c.want, problems); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A join window that two layers make together is told where it goes wrong.
func TestCrossChecksOverLayers(t *testing.T) {
	_, problems := stack([][]string{{"version: 1\nrooms: [{name: a, join_from: 2026-05-01}]\n"}, {"rooms: [{name: a, join_until: 2026-04-01}]\n"}}, Options{})
	if want := "b1.yaml:1:31: join_until (2026-04-01T00:00:00Z) of a must come after its join_from (2026-05-01T00:00:00Z)"; problems != want {
		t.Errorf("problems: %s\nwant: %s", problems, want)
	}
}

// An empty layer changes nothing, and laying a file over itself neither.
func TestLayersAreIdempotent(t *testing.T) {
	const text = "version: 1\ndefaults: {room: {max_members: 5}}\nrooms: [{name: a, size: small}, {name: b, prebuilt_ui: false}]\n"
	once, _ := stack([][]string{{text}}, Options{})
	for name, more := range map[string]string{"nothing": "{}", "itself": text} {
		twice, problems := stack([][]string{{text}, {more}}, Options{})
		if problems != "" {
			t.Fatal(problems)
		}
		for i := range once.Rooms {
			if diff := cmp.Diff(once.Rooms[i].Settings, twice.Rooms[i].Settings, cmp.AllowUnexported(room.Value{})); diff != "" {
				t.Errorf("%s over it (-once +twice):\n%s", name, diff)
			}
		}
	}
}
