package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"roomsync/schema"
)

func compile(t testing.TB, doc []byte) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	if err := c.AddResource("doc.json", bytes.NewReader(doc)); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("doc.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t testing.TB, s *jsonschema.Schema, text string) error {
	t.Helper()
	var doc any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s.Validate(doc)
}

func TestRoomsIsDraft2020(t *testing.T) {
	compile(t, schema.Rooms)
	var doc struct {
		Schema string `json:"$schema"`
	}
	if err := json.Unmarshal(schema.Rooms, &doc); err != nil || doc.Schema != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("$schema is %q, %v", doc.Schema, err)
	}
}

// oneRoom is a file with one room that has one setting.
func oneRoom(kind, setting, value string) string {
	return fmt.Sprintf(`{"version":1,"rooms":[{"name":"a","prebuilt_ui":%v,%q:%s}]}`, kind == schema.Conference, setting, value)
}

// oneDefault is a file with that setting among its defaults.
func oneDefault(kind, setting, value string) string {
	return fmt.Sprintf(`{"version":1,"defaults":{%q:{%q:%s}},"rooms":[]}`, kind, setting, value)
}

func TestSettingValues(t *testing.T) {
	s := compile(t, schema.Rooms)
	text := func(n int) string { return `"` + strings.Repeat("ä", n) + `"` }
	both := []string{schema.Conference, schema.Room}
	conf, bare := both[:1], both[1:]
	flags := []string{"1", `"true"`, `"yes"`}
	for _, tt := range []struct {
		kinds     []string
		setting   string
		good, bad []string
	}{
		{both, "display_name", []string{`"A"`, `""`, "null", text(200)}, []string{text(201), "1", "true", "[]"}},
		{both, "description", []string{"null", text(3000)}, []string{text(3001), "1"}},
		{both, "quality", []string{`"720p"`, `"1080p"`}, []string{`"4k"`, "720", "null", `"720P"`}},
		{both, "layout", []string{`"5up"`, `"10x10"`, `"grid-responsive-mobile"`}, []string{`"7x7"`, "null", `""`}},
		{both, "join_from", []string{"null", `"2030-01-31"`, `"2030-01-31T09:00:00Z"`, `"2022-01-01T23:59:60Z"`, `"2030-01-31T09:00:00.123+02:00"`, `"2030-01-31t09:00:00z"`, `"2030-01-31T09:00:00"`},
			[]string{`""`, `"tomorrow"`, `"2030-1-31"`, `"2030-01-31T09:00"`, `"2030-01-31 09:00:00"`, `"2030-01-31T09:00:00Z "`, `"2030-01-31\n"`, "2030"}},
		{both, "join_until", []string{"null", `"2030-01-31"`}, []string{`"x"`}},
		{both, "record_on_start", []string{"true", "false"}, append(flags, "null")},
		{both, "enable_room_previews", []string{"true", "false", "null"}, flags},
		{conf, "size", []string{`"small"`, `"medium"`, `"large"`, "null"}, []string{`"huge"`, "3"}},
		{conf, "enable_chat", []string{"true", "false"}, append(flags, "null")},
		{conf, "tone_on_entry_and_exit", []string{"true", "false"}, append(flags, "null")},
		{conf, "room_join_video_off", []string{"true"}, append(flags, "null")},
		{conf, "user_join_video_off", []string{"true"}, append(flags, "null")},
		{conf, "dark_primary", []string{`"#044EF4"`, `"#abcdef"`, "null"}, []string{`"044EF4"`, `"#fff"`, `"#GGGGGG"`, `"#044EF4F"`, `"red"`, `"#044EF4\n"`, "0"}},
		{conf, "light_negative", []string{`"#000000"`, "null"}, []string{`"#0000"`}},
		{bare, "max_members", []string{"1", "300", "20.0"}, []string{"0", "301", "-1", "1.5", `"20"`, "null"}},
		{bare, "remove_after_seconds_elapsed", []string{"1", "200000", "null"}, []string{"0", "200001", "1.5"}},
		{bare, "remove_at", []string{"null", `"2030-01-31"`}, []string{`"x"`}},
		{bare, "sync_audio_video", []string{"true", "false", "null"}, flags},
		{bare, "meta", []string{"null", "{}", `{"a":[1,{"b":null}]}`}, []string{"[]", `"{}"`, "1"}},
		// Of the other kind, in answers only, or nobody's.
		{conf, "max_members", nil, []string{"20"}},
		{conf, "remove_at", nil, []string{"null"}},
		{conf, "meta", nil, []string{"{}", "null"}},
		{bare, "size", nil, []string{`"small"`}},
		{bare, "enable_chat", nil, []string{"true"}},
		{bare, "dark_primary", nil, []string{`"#000000"`}},
		{bare, "tone_on_entry_and_exit", nil, []string{"true", "null"}},
		{bare, "fps", nil, []string{"20"}},
		{bare, "prioritize_handraise", nil, []string{"false"}},
		{both, "id", nil, []string{`"c22d24f6"`}},
		{both, "created_at", nil, []string{`"2030-01-31"`}},
		{both, "updated_at", nil, []string{`"2030-01-31"`}},
		{both, "active_session", nil, []string{"null", "{}"}},
		{both, "colour", nil, []string{"null"}},
	} {
		for _, kind := range tt.kinds {
			for _, file := range []func(kind, setting, value string) string{oneRoom, oneDefault} {
				for _, v := range tt.good {
					if err := valid(t, s, file(kind, tt.setting, v)); err != nil {
						t.Errorf("%s of a %s may not be %.40s: %v", tt.setting, kind, v, err)
					}
				}
				for _, v := range tt.bad {
					if valid(t, s, file(kind, tt.setting, v)) == nil {
						t.Errorf("%s of a %s may be %.40s", tt.setting, kind, v)
					}
				}
			}
		}
	}
}

// A default that the schema would refuse to see written cannot be right, and
// so with every value it lists, and null where it says so.
func TestCatalogueAgreesWithValidation(t *testing.T) {
	s := compile(t, schema.Rooms)
	for _, kind := range []string{schema.Conference, schema.Room} {
		for _, setting := range schema.Settings(kind) {
			var values []string
			if setting.Default != "" {
				values = append(values, setting.Default)
			}
			for _, e := range setting.Enum {
				values = append(values, `"`+e+`"`)
			}
			for _, v := range values {
				if err := valid(t, s, oneRoom(kind, setting.Name, v)); err != nil {
					t.Errorf("%s of a %s may not be %s: %v", setting.Name, kind, v, err)
				}
			}
			if ok := valid(t, s, oneRoom(kind, setting.Name, "null")) == nil; ok != setting.Nullable {
				t.Errorf("%s of a %s: nullable is %v, null is valid: %v", setting.Name, kind, setting.Nullable, ok)
			}
		}
	}
}

// An example is one that the schema would take, and shows more than the default.
func TestExamples(t *testing.T) {
	s := compile(t, schema.Rooms)
	for _, kind := range []string{schema.Conference, schema.Room} {
		for _, setting := range schema.Settings(kind) {
			switch {
			case setting.ReadOnly && setting.Example == "":
			case setting.ReadOnly:
				t.Errorf("%s of a %s is read-only and has an example", setting.Name, kind)
			case setting.Example == "" || setting.Example == setting.Default:
				t.Errorf("%s of a %s: the example is %q, the default %q", setting.Name, kind, setting.Example, setting.Default)
			default:
				if err := valid(t, s, oneRoom(kind, setting.Name, setting.Example)); err != nil {
					t.Errorf("%s of a %s may not be %s: %v", setting.Name, kind, setting.Example, err)
				}
			}
		}
	}
	from, _ := schema.Lookup(schema.Conference, "join_from")
	until, _ := schema.Lookup(schema.Conference, "join_until")
	if from.Example >= until.Example {
		t.Errorf("together, the examples close the door at %s and open it at %s", until.Example, from.Example)
	}
	for _, k := range schema.FileKeys() {
		doc := map[string]json.RawMessage{"version": []byte("1"), "rooms": []byte("[]")}
		name, inside := strings.CutPrefix(k.Path, "rooms.")
		switch {
		case k.Example == "":
			continue
		case inside && name != "name":
			doc["rooms"] = []byte(fmt.Sprintf(`[{"name":"a",%q:%s}]`, name, k.Example))
		case inside:
			doc["rooms"] = []byte(fmt.Sprintf(`[{%q:%s}]`, name, k.Example))
		default:
			doc[k.Path] = []byte(k.Example)
		}
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(t, s, string(text)); err != nil {
			t.Errorf("%s: %s: %v", k.Path, text, err)
		}
	}
}

func TestFiles(t *testing.T) {
	s := compile(t, schema.Rooms)
	long := strings.Repeat("a", 100)
	for _, good := range []string{
		`{"version":1,"rooms":[]}`,
		`{"version":1,"space":"example.signalwire.com","manage":["team-*","stage"],"x-brand":{"a":1},"x-n":null,"rooms":[{"name":"a"}]}`,
		`{"version":1,"space":"127.0.0.1:8080","rooms":[{"name":"A_b-9"},{"name":"b","prebuilt_ui":true},{"name":"c","prebuilt_ui":false,"max_members":3}]}`,
		`{"version":1,"defaults":{},"manage":[],"rooms":[{"name":"` + long + `"}]}`,
		`{"version":1,"defaults":{"conference":{"size":"small"},"room":{"max_members":3}},"rooms":[]}`,
		`{"version":1,"roles":{},"rooms":[]}`,
		`{"version":1,"roles":{"host":{"permissions":["room.lock","room.member.*","room.*.deaf"],"extends":["guest"],"description":""},"guest":{"permissions":[]},"vip":{"extends":"guest"}},"rooms":[]}`,
	} {
		if err := valid(t, s, good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		`null`, `[]`, `{}`, `{"version":1}`, `{"rooms":[]}`, `{"version":2,"rooms":[]}`, `{"version":"1","rooms":[]}`,
		`{"version":1,"rooms":null}`, `{"version":1,"rooms":{}}`, `{"version":1,"rooms":[null]}`, `{"version":1,"rooms":["a"]}`,
		`{"version":1,"rooms":[],"room":[]}`, `{"version":1,"rooms":[],"X-a":1}`, `{"version":1,"rooms":[],"ax-":1}`,
		`{"version":1,"rooms":[],"space":"https://example.signalwire.com"}`, `{"version":1,"rooms":[],"space":""}`, `{"version":1,"rooms":[],"space":"a/b"}`,
		`{"version":1,"rooms":[],"manage":"team-*"}`, `{"version":1,"rooms":[],"manage":[""]}`, `{"version":1,"rooms":[],"manage":[1]}`,
		`{"version":1,"rooms":[{}]}`, `{"version":1,"rooms":[{"name":""}]}`, `{"version":1,"rooms":[{"name":null}]}`,
		`{"version":1,"rooms":[{"name":"a b"}]}`, `{"version":1,"rooms":[{"name":"a\n"}]}`, `{"version":1,"rooms":[{"name":"ä"}]}`, `{"version":1,"rooms":[{"name":"a` + long + `"}]}`,
		`{"version":1,"rooms":[{"name":"a","prebuilt_ui":null}]}`, `{"version":1,"rooms":[{"name":"a","prebuilt_ui":"false"}]}`,
		`{"version":1,"rooms":[],"defaults":{"conference":{"name":"a"}}}`, `{"version":1,"rooms":[],"defaults":{"room":{"prebuilt_ui":false}}}`,
		`{"version":1,"rooms":[],"defaults":{"size":"small"}}`, `{"version":1,"rooms":[],"defaults":null}`,
		`{"version":1,"rooms":[],"roles":[]}`, `{"version":1,"rooms":[],"roles":{"a b":{"permissions":[]}}}`, `{"version":1,"rooms":[],"roles":{"a":{}}}`,
		`{"version":1,"rooms":[],"roles":{"a":{"permissions":["room.locks"]}}}`, `{"version":1,"rooms":[],"roles":{"a":{"permissions":"room.lock"}}}`,
		`{"version":1,"rooms":[],"roles":{"a":{"permissions":[],"may":[]}}}`, `{"version":1,"rooms":[],"roles":{"a":{"extends":7}}}`, `{"version":1,"rooms":[],"roles":{"a":null}}`,
	} {
		if valid(t, s, bad) == nil {
			t.Errorf("%s passes", bad)
		}
	}
}

// A default must satisfy the very schema it stands in; editors offer it.
func TestDefaultsFit(t *testing.T) {
	var doc struct {
		Defs map[string]struct {
			Properties map[string]json.RawMessage `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(schema.Rooms, &doc); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{schema.Conference, schema.Room} {
		for name, raw := range doc.Defs[kind].Properties {
			var p struct {
				Const   *bool `json:"const"`
				Default any   `json:"default"`
			}
			if err := json.Unmarshal(raw, &p); err != nil {
				t.Fatal(err)
			}
			if p.Const != nil && p.Default != nil && p.Default != *p.Const {
				t.Errorf("%s of a %s defaults to %v and must be %v", name, kind, p.Default, *p.Const)
			}
		}
	}
}
