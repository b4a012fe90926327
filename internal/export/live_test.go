package export_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/export"
	"roomsync/internal/room"
)

func conference(name, settings string) room.Live { return live(room.Conference, name, settings) }
func bare(name, settings string) room.Live       { return live(room.Room, name, settings) }

// live is a room whose settings are written as `name: JSON` lines.
func live(kind room.Kind, name, settings string) room.Live {
	l := room.Live{Kind: kind, ID: "id-" + name, Name: name, Settings: make(room.Settings)}
	for _, line := range strings.Split(settings, "\n") {
		if setting, raw, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			v, err := room.Parse([]byte(raw))
			if err != nil {
				panic(err)
			}
			l.Settings[setting] = v
		}
	}
	return l
}

// TestOf are live rooms and the file of them.
func TestOf(t *testing.T) {
	numbers := strings.Repeat("9", 101)
	for name, c := range map[string]struct {
		live []room.Live
		full bool
		want string
	}{
		"nothing": {nil, false, "version: 1\nrooms: []\n"},
		"what a new room has anyway": {[]room.Live{
			conference("a", `display_name: "a"
				quality: "720p"
				size: "medium"
				description: null
				enable_chat: null
				enable_room_previews: null
				record_on_start: null
				dark_primary: "#044ef4"`),
			bare("b", `display_name: "b"
				enable_room_previews: null
				record_on_start: false
				max_members: 20
				meta: null`)}, false, `version: 1
rooms:
  - name: a

  - name: b
    prebuilt_ui: false
`},
		"what it has not": {[]room.Live{
			conference("a", `display_name: null
				description: ""
				size: null
				dark_primary: null
				record_on_start: false
				enable_room_previews: false`),
			bare("b", `display_name: null
				sync_audio_video: false
				meta: {}`)}, false, `version: 1
rooms:
  - name: a
    display_name: null
    description: ""
    size: null
    record_on_start: false
    enable_room_previews: false
    dark_primary: null

  - name: b
    prebuilt_ui: false
    display_name: null
    sync_audio_video: false
    meta: {}
`},
		"defaults are what all say": {[]room.Live{
			conference("b", `quality: "1080p"
				tone_on_entry_and_exit: true
				record_on_start: false
				size: null
				description: "same"
				join_from: "2026-01-01T00:00:00Z"`),
			conference("a", `quality: "1080p"
				tone_on_entry_and_exit: true
				record_on_start: null
				size: null
				description: "same"
				join_from: "2026-01-01T00:00:00Z"`),
			bare("only", "max_members: 5")}, false, `version: 1
defaults:
  conference:
    # What a new room has is not documented of tone_on_entry_and_exit.
    quality: 1080p
    size: null
    tone_on_entry_and_exit: true
rooms:
  - name: a
    description: same
    join_from: "2026-01-01T00:00:00Z"

  - name: b
    description: same
    join_from: "2026-01-01T00:00:00Z"
    record_on_start: false

  - name: only
    prebuilt_ui: false
    max_members: 5
`},
		"full": {[]room.Live{conference("a", `display_name: "a"
				description: null
				quality: "720p"
				record_on_start: null
				enable_chat: null`), conference("b", `quality: "720p"`)}, true, `version: 1
rooms:
  - name: a
    display_name: a
    description: null
    quality: 720p

  - name: b
    quality: 720p
`},
		"names": {[]room.Live{conference("a b", ""), conference("é", ""), bare(strings.Repeat("n", 101), ""), bare("x\ny", ""), conference("ok", "")}, false,
			"# Live rooms that are not in here, because a file cannot hold them:\n" +
				"#   conference \"a b\" (ID \"id-a b\"): names in a file have letters, digits, _ and - only\n" +
				"#   room \"" + strings.Repeat("n", 60) + "…\" (ID \"id-" + strings.Repeat("n", 57) + "…\"): its name has more than 100 characters\n" +
				"#   room \"x\\ny\" (ID \"id-x\\ny\"): names in a file have letters, digits, _ and - only\n" +
				"#   conference \"é\" (ID \"id-é\"): names in a file have letters, digits, _ and - only\n" +
				"version: 1\nrooms:\n  - name: ok\n"},
		"namesakes": {[]room.Live{
			conference("twice", ""), {Kind: room.Conference, ID: "2", Name: "twice"},
			bare("both", ""), {Kind: room.Conference, ID: "3", Name: "both"},
			conference("shadow", ""), bare("shadow", ""), // the same ID
			bare("three", ""), {Kind: room.Room, ID: "4", Name: "three"}, {Kind: room.Room, ID: "5", Name: "three"},
		}, false, `# Live rooms that are not in here, because a file cannot hold them:
#   room "both" (ID "id-both"): a conference has the same name
#   room "three" (ID "4"): 3 live rooms have this name, and nothing tells which one is meant
#   room "three" (ID "5"): 3 live rooms have this name, and nothing tells which one is meant
#   room "three" (ID "id-three"): 3 live rooms have this name, and nothing tells which one is meant
#   conference "twice" (ID "2"): 2 live rooms have this name, and nothing tells which one is meant
#   conference "twice" (ID "id-twice"): 2 live rooms have this name, and nothing tells which one is meant
version: 1
rooms:
  - name: both

  - name: shadow
`},
		"values that a file cannot ask for": {[]room.Live{
			conference("a", `display_name: "`+strings.Repeat("x", 201)+`"
				description: 5
				layout: "12up\n"
				quality: null
				record_on_start: "yes"
				dark_primary: "red"
				join_from: "soon"
				join_until: "2026-01-01T00:00:00Z"`),
			bare("b", `max_members: 301
				remove_after_seconds_elapsed: 1.5
				meta: {"n": `+numbers+`}
				join_from: "2026-01-02T00:00:00Z"
				join_until: "2026-01-02T00:00:00Z"
				remove_at: "2026-01-03T00:00:00Z"`),
			bare("c", `meta: {"n": 1e999}`),
			bare("d", "meta: "+strings.Repeat(`{"a":`, 95)+"1"+strings.Repeat("}", 95)),
			bare("e", `meta: {"a": "`+strings.Repeat("x", 1993)+`"}`),
			bare("f", `meta: []`),
		}, false, `version: 1
rooms:
  - name: a
    # display_name is left out: it has 201 characters, and 200 are allowed
    # description is left out: "5" is no text
    # join_from is left out: "soon" is not a time such as 2026-01-31T09:00:00Z or a date such as 2026-01-31
    # quality is left out: it is null, and a file cannot ask for that
    # layout is left out: this version of roomsync does not know "12up\n"
    # record_on_start is left out: "yes" is neither true nor false
    # dark_primary is left out: "red" is not a colour such as #044EF4
    join_until: "2026-01-01T00:00:00Z"

  - name: b
    prebuilt_ui: false
    # max_members is left out: "301" is not a number that it may be
    # join_until is left out: 2026-01-02T00:00:00Z does not come after join_from, 2026-01-02T00:00:00Z
    # remove_after_seconds_elapsed is left out: "1.5" is not a number that it may be
    # meta is left out: YAML readers differ about the number "` + numbers[:60] + `…"
    join_from: "2026-01-02T00:00:00Z"
    remove_at: "2026-01-03T00:00:00Z"

  - name: c
    prebuilt_ui: false
    # meta is left out: YAML readers differ about the number "1e+999"

  - name: d
    prebuilt_ui: false
    # meta is left out: it nests more than 90 levels deep

  - name: e
    prebuilt_ui: false
    # meta is left out: it has 2001 characters when written as JSON, and 2000 are allowed

  - name: f
    prebuilt_ui: false
    # meta is left out: "[]" is not an object
`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, written(t, export.Of(c.live, c.full))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestDeepest loads what nests as deeply as is let through.
func TestDeepest(t *testing.T) {
	l := bare("a", "meta: "+strings.Repeat(`{"a":`, 90)+"1"+strings.Repeat("}", 90))
	loads(t, []room.Live{l}, export.Of([]room.Live{l}, false))
}

func BenchmarkOf(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000, 100_000} {
		var all []room.Live
		for i := range n {
			all = append(all, conference(fmt.Sprintf("team-%05d", i), `display_name: "Team"
				description: "A text of\nseveral lines\n"
				quality: "1080p"
				layout: "5up"
				tone_on_entry_and_exit: true
				dark_primary: "#ABCDEF"
				join_from: "2026-01-01T00:00:00Z"`),
				bare(fmt.Sprintf("desk-%05d", i), `max_members: 5
				meta: {"languages": ["de", "en"], "queue": "support"}`))
		}
		all = all[:n]
		b.Run(fmt.Sprintf("rooms=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var text strings.Builder
				if err := export.Write(&text, export.Of(all, false)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/room")
		})
	}
}
