package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	noString  = "must be a string"
	noFlag    = "must be true or false"
	noInteger = "must be an integer"
	noNull    = "must not be null"
	noInstant = "must be an RFC 3339 date and time, or a date"
	noColour  = "must be a colour such as #044EF4"
	noName    = "must consist of letters, digits, _ and -"
	readOnly  = "is read-only"
	noLayout  = "must be one of grid-responsive, grid-responsive-mobile, highlight-1-responsive, " +
		"1x1, 2x1, 2x2, 5up, 3x3, 4x4, 5x5, 6x6, 8x8, 10x10"
	noCreating = "cannot be set when creating, only when updating"
)

// Each case is one parameter with one value. An empty want means that the
// value is taken. It is sent with both creating and updating; what only one
// of them refuses is in other tests.
func TestParameters(t *testing.T) {
	ä := func(n int) string { return quoted(strings.Repeat("ä", n)) } // two bytes each
	tests := []struct {
		kinds     string // c: conference, r: room
		parameter string
		value     string
		want      string
	}{
		{"cr", "name", `"AZaz09_-"`, ""},
		{"cr", "name", quoted(strings.Repeat("n", 100)), ""},
		{"cr", "name", quoted(strings.Repeat("n", 101)), "must have at most 100 characters"},
		{"cr", "name", `""`, noName},
		{"cr", "name", `"a b"`, noName},
		{"cr", "name", `"ä"`, noName},
		{"cr", "name", `"a\n"`, noName},
		{"cr", "name", `"a/b"`, noName},
		{"cr", "name", `null`, noNull},
		{"cr", "name", `7`, noString},

		{"cr", "display_name", ä(200), ""},
		{"cr", "display_name", ä(201), "must have at most 200 characters"},
		{"cr", "display_name", `"😀"`, ""},
		{"cr", "display_name", `""`, ""},
		{"cr", "display_name", `null`, ""},
		{"cr", "display_name", `["a"]`, noString},
		{"cr", "description", ä(3000), ""},
		{"cr", "description", ä(3001), "must have at most 3000 characters"},
		{"cr", "description", `null`, ""},
		{"cr", "description", `true`, noString},

		{"cr", "quality", `"720p"`, ""},
		{"cr", "quality", `"1080p"`, ""},
		{"cr", "quality", `"720P"`, "must be one of 720p, 1080p"},
		{"cr", "quality", `720`, "must be one of 720p, 1080p"},
		{"cr", "quality", `null`, noNull},
		{"cr", "layout", `"highlight-1-responsive"`, ""},
		{"cr", "layout", `"7x7"`, noLayout},
		{"cr", "layout", `null`, noNull},
		{"c", "size", `"small"`, ""},
		{"c", "size", `"huge"`, "must be one of small, medium, large"},
		{"c", "size", `null`, ""},

		{"cr", "record_on_start", `true`, ""},
		{"cr", "record_on_start", `"true"`, noFlag},
		{"cr", "record_on_start", `1`, noFlag},
		{"cr", "record_on_start", `null`, noNull},
		{"c", "enable_chat", `false`, ""},
		{"c", "enable_chat", `null`, noNull},
		{"cr", "enable_room_previews", `null`, ""},
		{"cr", "enable_room_previews", `"no"`, noFlag},
		{"r", "sync_audio_video", `true`, ""},
		{"r", "sync_audio_video", `null`, ""},
		{"r", "sync_audio_video", `{}`, noFlag},

		{"cr", "join_from", `"2030-01-01T00:00:00Z"`, ""},
		{"cr", "join_from", `"2030-01-01"`, ""},
		{"cr", "join_from", `null`, ""},
		{"cr", "join_from", `"tomorrow"`, noInstant},
		{"cr", "join_until", `1893456000`, noInstant},
		{"cr", "join_until", `null`, ""},
		{"r", "remove_at", `"2030-01-01"`, ""},
		{"r", "remove_at", `null`, ""},
		{"r", "remove_at", `""`, noInstant},

		{"c", "dark_primary", `"#aB09fF"`, ""},
		{"c", "dark_primary", `null`, ""},
		{"c", "dark_primary", `"#12345"`, noColour},
		{"c", "dark_background", `"#1234567"`, noColour},
		{"c", "dark_foreground", `"#12345g"`, noColour},
		{"c", "dark_success", `"123456"`, noColour},
		{"c", "dark_negative", `"red"`, noColour},
		{"c", "light_primary", `""`, noColour},
		{"c", "light_background", `"#123456 "`, noColour},
		{"c", "light_foreground", `"x#123456"`, noColour},
		{"c", "light_success", `"#123456\n"`, noColour},
		{"c", "light_negative", `123456`, noString},

		{"r", "max_members", `1`, ""},
		{"r", "max_members", `300`, ""},
		{"r", "max_members", `20.0`, ""},
		{"r", "max_members", `2e1`, ""},
		{"r", "max_members", `0`, "must be between 1 and 300"},
		{"r", "max_members", `301`, "must be between 1 and 300"},
		{"r", "max_members", `1e999`, "must be between 1 and 300"},
		{"r", "max_members", `-1`, "must be between 1 and 300"},
		{"r", "max_members", `1.5`, noInteger},
		{"r", "max_members", `"20"`, noInteger},
		{"r", "max_members", `true`, noInteger},
		{"r", "max_members", `null`, noNull},
		{"r", "remove_after_seconds_elapsed", `1`, ""},
		{"r", "remove_after_seconds_elapsed", `200000`, ""},
		{"r", "remove_after_seconds_elapsed", `0`, "must be between 1 and 200000"},
		{"r", "remove_after_seconds_elapsed", `200001`, "must be between 1 and 200000"},
		{"r", "remove_after_seconds_elapsed", `null`, ""},

		{"r", "meta", `{}`, ""},
		{"r", "meta", `null`, ""},
		{"r", "meta", `[]`, "must be an object"},
		{"r", "meta", `"{}"`, "must be an object"},
		// Eight characters beside the ä.
		{"r", "meta", `{"k":` + ä(1992) + `}`, ""},
		{"r", "meta", `{"k":` + ä(1993) + `}`, "must have at most 2000 characters as JSON"},
		{"r", "meta", `{ "k" :  ` + quoted(strings.Repeat("<", 1992)) + "\n}", ""},

		{"c", "id", `"x"`, readOnly},
		{"r", "id", `null`, readOnly},
		{"cr", "created_at", `"2030-01-01T00:00:00Z"`, readOnly},
		{"cr", "updated_at", `null`, readOnly},
		{"cr", "active_session", `{}`, readOnly},
		{"c", "meta", `{}`, readOnly},
		{"r", "fps", `30`, readOnly},
		{"r", "prioritize_handraise", `true`, readOnly},
		{"r", "tone_on_entry_and_exit", `true`, readOnly},
		{"r", "room_join_video_off", `true`, readOnly},
		{"r", "user_join_video_off", `true`, readOnly},

		{"cr", "colour", `1`, "is not a known parameter"},
		{"cr", "Quality", `"720p"`, "is not a known parameter"},
		{"cr", "", `1`, "is not a known parameter"},
		{"c", "max_members", `20`, "is not a known parameter"},
		{"c", "remove_at", `null`, "is not a known parameter"},
		{"r", "size", `"small"`, "is not a known parameter"},
		{"r", "enable_chat", `true`, "is not a known parameter"},
		{"r", "dark_primary", `"#000000"`, "is not a known parameter"},
	}
	for _, test := range tests {
		for _, kind := range test.kinds {
			value := test.value
			if len(value) > 40 {
				value = fmt.Sprintf("%.20s… (%d bytes)", value, len(value))
			}
			t.Run(fmt.Sprintf("%c %s %s", kind, test.parameter, value), func(t *testing.T) {
				collection, parameters := conferences, map[string]string{"name": `"a"`, "display_name": `"A"`}
				if kind == 'r' {
					collection = rooms
				}
				parameters[test.parameter] = test.value
				var pairs []string
				for name, value := range parameters {
					pairs = append(pairs, quoted(name)+": "+value)
				}
				body := "{" + strings.Join(pairs, ", ") + "}"
				for _, method := range []string{"POST", "PUT"} {
					c, path := fresh(t), collection
					if method == "PUT" {
						path += "/" + c.create(collection, `{"name": "old", "display_name": "A"}`)["id"].(string)
					}
					before := c.all(collection)
					a := c.send(method, path, body)
					if test.want == "" {
						a.want(http.StatusOK)
						continue
					}
					want := []string{test.parameter + ": " + test.want}
					if diff := cmp.Diff(want, a.violations()); diff != "" {
						t.Errorf("%s (-want +got)\n%s", method, diff)
					}
					if diff := cmp.Diff(before, c.all(collection)); diff != "" {
						t.Errorf("a refused %s left traces (-want +got)\n%s", method, diff)
					}
				}
			})
		}
	}
}

func TestFlagsForUpdatesOnly(t *testing.T) {
	for _, flag := range []string{"tone_on_entry_and_exit", "user_join_video_off", "room_join_video_off"} {
		t.Run(flag, func(t *testing.T) {
			c := fresh(t)
			body := `{"display_name": "A", "` + flag + `": VALUE}`
			with := func(value string) string { return strings.Replace(body, "VALUE", value, 1) }
			for _, value := range []string{"true", "null", `"x"`} {
				got := c.send("POST", conferences, with(value)).violations()
				if diff := cmp.Diff([]string{flag + ": " + noCreating}, got); diff != "" {
					t.Errorf("create with %s (-want +got)\n%s", value, diff)
				}
			}
			self := conferences + "/" + c.create(conferences, `{"display_name": "A"}`)["id"].(string)
			for _, value := range []bool{true, false} {
				got := c.send("PUT", self, with(fmt.Sprint(value))).want(http.StatusOK).object()
				if got[flag] != value {
					t.Errorf("updated to %t, it is %v", value, got[flag])
				}
			}
			for value, want := range map[string]string{"null": noNull, "0": noFlag} {
				got := c.send("PUT", self, with(value)).violations()
				if diff := cmp.Diff([]string{flag + ": " + want}, got); diff != "" {
					t.Errorf("update with %s (-want +got)\n%s", value, diff)
				}
			}
		})
	}
}

func TestRequiredParameters(t *testing.T) {
	c := fresh(t)
	conference := conferences + "/" + c.create(conferences, `{"name": "a", "display_name": "A"}`)["id"].(string)
	room := rooms + "/" + c.create(rooms, `{"name": "a"}`)["id"].(string)
	displayName := []string{"display_name: must be present"}
	tests := []struct {
		method, path, body string
		want               []string
	}{
		{"POST", conferences, `{"name": "b"}`, displayName},
		{"PUT", conference, `{"name": "b"}`, displayName},
		{"PUT", conference, `{"enable_chat": true}`, displayName},
		{"PUT", conference, `{"display_name": "B"}`, nil},
		{"POST", rooms, `{"display_name": "B"}`, []string{"name: must be present"}},
		{"PUT", room, `{"description": "B"}`, nil},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.body, func(t *testing.T) {
			a := c.send(test.method, test.path, test.body)
			if test.want == nil {
				a.want(http.StatusOK)
			} else if diff := cmp.Diff(test.want, a.violations()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestEveryViolationIsToldAtOnce(t *testing.T) {
	c := fresh(t)
	c.create(conferences, `{"name": "taken", "display_name": "A"}`)
	got := c.send("POST", conferences, `{"zebra": 1, "name": "taken", "apple": 2, "id": "x",
		"quality": "4k", "size": 3, "user_join_video_off": true, "light_negative": "red"}`).violations()
	want := []string{
		"name: is already taken",
		"id: " + readOnly,
		"display_name: must be present",
		"quality: must be one of 720p, 1080p",
		"size: must be one of small, medium, large",
		"user_join_video_off: " + noCreating,
		"light_negative: " + noColour,
		"apple: is not a known parameter",
		"zebra: is not a known parameter",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	got = c.send("POST", rooms, `{"name": "`+strings.Repeat("!", 101)+`"}`).violations()
	want = []string{"name: must have at most 100 characters", "name: " + noName}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("two for one parameter (-want +got)\n%s", diff)
	}
}
