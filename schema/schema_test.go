package schema_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/schema"
)

// The facts below were copied by hand from SignalWire's OpenAPI document, so
// that a slip in rooms.schema.json does not go unnoticed: they are a second
// source, not a snapshot of the first.

var layouts = []string{"grid-responsive", "grid-responsive-mobile", "highlight-1-responsive",
	"1x1", "2x1", "2x2", "5up", "3x3", "4x4", "5x5", "6x6", "8x8", "10x10"}

func limit(n int) *int { return &n }

func color(name, byDefault string) schema.Setting {
	return schema.Setting{Name: name, Type: "string", Format: "color", Default: `"` + byDefault + `"`, Nullable: true}
}

func moment(name string) schema.Setting {
	return schema.Setting{Name: name, Type: "string", Format: "time", Nullable: true}
}

func answered(name string) schema.Setting { return schema.Setting{Name: name, ReadOnly: true} }

var conference = []schema.Setting{
	{Name: "display_name", Type: "string", MaxLength: 200, Nullable: true},
	{Name: "description", Type: "string", MaxLength: 3000, Nullable: true},
	moment("join_from"),
	moment("join_until"),
	{Name: "quality", Type: "string", Enum: []string{"720p", "1080p"}, Default: `"720p"`, UpdateDefault: true},
	{Name: "layout", Type: "string", Enum: layouts, Default: `"grid-responsive"`, UpdateDefault: true},
	{Name: "size", Type: "string", Enum: []string{"small", "medium", "large"}, Default: `"medium"`, Nullable: true, UpdateDefault: true},
	{Name: "record_on_start", Type: "boolean"},
	{Name: "tone_on_entry_and_exit", Type: "boolean", UpdateOnly: true},
	{Name: "room_join_video_off", Type: "boolean", UpdateOnly: true},
	{Name: "user_join_video_off", Type: "boolean", UpdateOnly: true},
	{Name: "enable_chat", Type: "boolean", Default: "true"},
	{Name: "enable_room_previews", Type: "boolean", Nullable: true},
	color("dark_primary", "#044EF4"),
	color("dark_background", "#FFFFFF"),
	color("dark_foreground", "#1D2127"),
	color("dark_success", "#17BB58"),
	color("dark_negative", "#F42C50"),
	color("light_primary", "#044EF4"),
	color("light_background", "#FFFFFF"),
	color("light_foreground", "#1D2127"),
	color("light_success", "#17BB58"),
	color("light_negative", "#F42C50"),
	{Name: "streams", Type: "array", Apart: true},
	answered("meta"),
	answered("id"),
	answered("created_at"),
	answered("updated_at"),
	answered("active_session"),
}

var bareRoom = []schema.Setting{
	{Name: "display_name", Type: "string", MaxLength: 200, Nullable: true},
	{Name: "description", Type: "string", MaxLength: 3000, Nullable: true},
	{Name: "max_members", Type: "integer", Minimum: limit(1), Maximum: limit(300), Default: "20", UpdateDefault: true},
	{Name: "quality", Type: "string", Enum: []string{"720p", "1080p"}, Default: `"720p"`, UpdateDefault: true},
	moment("join_from"),
	moment("join_until"),
	moment("remove_at"),
	{Name: "remove_after_seconds_elapsed", Type: "integer", Minimum: limit(1), Maximum: limit(200000), Nullable: true},
	{Name: "layout", Type: "string", Enum: layouts, Default: `"grid-responsive"`, UpdateDefault: true},
	{Name: "record_on_start", Type: "boolean", Default: "false", UpdateDefault: true},
	{Name: "enable_room_previews", Type: "boolean", Default: "false", Nullable: true, UpdateDefault: true},
	{Name: "sync_audio_video", Type: "boolean", Nullable: true},
	{Name: "meta", Type: "object", JSONCharacters: 2000, Nullable: true},
	{Name: "streams", Type: "array", Apart: true},
	answered("fps"),
	answered("tone_on_entry_and_exit"),
	answered("room_join_video_off"),
	answered("user_join_video_off"),
	answered("prioritize_handraise"),
	answered("id"),
	answered("created_at"),
	answered("updated_at"),
	answered("active_session"),
}

func TestSettings(t *testing.T) {
	for kind, facts := range map[string][]schema.Setting{schema.Conference: conference, schema.Room: bareRoom} {
		got := slices.Clone(schema.Settings(kind))
		for i := range got {
			got[i].Description = "" // prose: see TestDescriptions
			got[i].Example = ""     // ours: see TestExamples
		}
		if diff := cmp.Diff(facts, got); diff != "" {
			t.Errorf("settings of a %s (-API +schema):\n%s", kind, diff)
		}
	}
	if got := schema.Settings("studio"); got != nil {
		t.Errorf("an unknown kind has settings: %v", got)
	}
}

func TestDescriptions(t *testing.T) {
	for _, kind := range []string{schema.Conference, schema.Room} {
		seen := make(map[string]string)
		for _, s := range schema.Settings(kind) {
			d := s.Description
			if len(d) < 15 || !strings.HasSuffix(d, ".") || strings.TrimSpace(d) != d || strings.Contains(d, "  ") {
				t.Errorf("%s of a %s: the description %q is no sentence", s.Name, kind, d)
			}
			if other, ok := seen[d]; ok {
				t.Errorf("%s and %s of a %s have the same description", other, s.Name, kind)
			}
			seen[d] = s.Name
		}
	}
}

func TestLookup(t *testing.T) {
	for _, kind := range []string{schema.Conference, schema.Room} {
		for i, s := range schema.Settings(kind) {
			got, ok := schema.Lookup(kind, s.Name)
			if diff := cmp.Diff(s, got); !ok || diff != "" {
				t.Errorf("lookup of %s of a %s: %v\n%s", s.Name, kind, ok, diff)
			}
			if at := schema.Position(kind, s.Name); at != i {
				t.Errorf("%s of a %s stands at %d, not %d", s.Name, kind, at, i)
			}
		}
		for _, no := range []string{"", "name", "prebuilt_ui", "Size", "x-roomsync"} {
			if s, ok := schema.Lookup(kind, no); ok || schema.Position(kind, no) != -1 || s.Name != "" {
				t.Errorf("%q is a setting of a %s", no, kind)
			}
		}
	}
	if _, ok := schema.Lookup("studio", "size"); ok {
		t.Error("an unknown kind has a size")
	}
}

func TestKeys(t *testing.T) {
	for _, kind := range []string{schema.Conference, schema.Room} {
		if diff := cmp.Diff([]string{"name", "prebuilt_ui", "previously"}, schema.Keys(kind)); diff != "" {
			t.Errorf("keys of a %s (-want +got):\n%s", kind, diff)
		}
	}
	if diff := cmp.Diff([]string{"version", "space", "manage", "protect", "ignore", "lint", "defaults", "roles", "rooms"}, schema.TopLevel()); diff != "" {
		t.Errorf("top level (-want +got):\n%s", diff)
	}
}

// What the two kinds share means the same in both, as far as both may set it.
func TestKindsAgree(t *testing.T) {
	for _, s := range schema.Settings(schema.Conference) {
		other, ok := schema.Lookup(schema.Room, s.Name)
		if !ok || s.ReadOnly || other.ReadOnly {
			continue
		}
		other.Default, other.UpdateDefault = s.Default, s.UpdateDefault // they do differ in which defaults are documented
		other.Example = s.Example                                       // which is not the default
		if diff := cmp.Diff(s, other); diff != "" {
			t.Errorf("%s (-conference +room):\n%s", s.Name, diff)
		}
	}
}

// What a file may say beside settings: again a second source.
func TestFileKeys(t *testing.T) {
	type facts struct {
		Type, Items, Const, Default string
		MaxLength                   int
		Required                    bool
	}
	want := map[string]facts{
		"version":             {Type: "integer", Const: "1", Required: true},
		"space":               {Type: "string"},
		"manage":              {Type: "array", Items: "string"},
		"protect":             {Type: "array", Items: "string"},
		"ignore":              {Type: "array", Items: "object"},
		"ignore.rooms":        {Type: "string", Required: true},
		"ignore.settings":     {Type: "array", Items: "string"},
		"ignore.until":        {Type: "string"},
		"ignore.reason":       {Type: "string"},
		"lint":                {Type: "object"},
		"lint.disable":        {Type: "array", Items: "string"},
		"defaults":            {Type: "object"},
		"defaults.conference": {Type: "object"},
		"defaults.room":       {Type: "object"},
		"roles":               {Type: "object"},
		"roles.description":   {Type: "string"},
		"roles.extends":       {Type: "array", Items: "string"},
		"roles.permissions":   {Type: "array", Items: "string"},
		"rooms":               {Type: "array", Items: "object", Required: true},
		"rooms.name":          {Type: "string", MaxLength: 100, Required: true},
		"rooms.prebuilt_ui":   {Type: "boolean", Default: "true"},
		"rooms.previously":    {Type: "array", Items: "string", MaxLength: 100},
		schema.AnyKey:         {},
	}
	got := make(map[string]facts)
	var top []string
	for _, k := range schema.FileKeys() {
		got[k.Path] = facts{k.Type, k.Items, k.Const, k.Default, k.MaxLength, k.Required}
		if !strings.Contains(k.Path, ".") && k.Path != schema.AnyKey {
			top = append(top, k.Path)
		}
		if len(k.Description) < 15 || !strings.HasSuffix(k.Description, ".") {
			t.Errorf("%s: the description %q is no sentence", k.Path, k.Description)
		}
		if k.Path == "lint.disable" && !slices.Equal(k.Enum, schema.Lints()) {
			t.Errorf("%s may be %v", k.Path, k.Enum)
		}
		if k.Path == "roles.permissions" && !slices.Equal(k.Enum, schema.Permissions()) {
			t.Errorf("%s may be %v", k.Path, k.Enum)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(schema.TopLevel(), top); diff != "" {
		t.Errorf("at the top (-schema +keys):\n%s", diff)
	}
}

// The permissions of the API's documents, in their order.
func TestPermissions(t *testing.T) {
	var want []string
	controls := []string{"audio_mute", "audio_unmute", "video_mute", "video_unmute", "deaf", "undeaf",
		"set_input_volume", "set_output_volume", "set_input_sensitivity", "set_position", "set_meta", "raisehand", "lowerhand"}
	add := func(prefix string, names ...string) {
		for _, name := range names {
			want = append(want, prefix+name)
		}
	}
	add("room.member.", controls...)
	add("room.member.", "remove", "promote", "demote")
	add("room.", "hide_video_muted", "list_available_layouts", "lock", "playback", "playback_seek", "prioritize_handraise", "recording",
		"set_layout", "set_position", "set_meta", "show_video_muted", "stream", "unlock")
	add("room.self.", controls...)
	add("room.self.", "screenshare", "additional_source")
	if diff := cmp.Diff(want, schema.Permissions()); diff != "" || len(want) != 44 {
		t.Errorf("%d permissions (-API +schema):\n%s", len(want), diff)
	}
	seen := make(map[string]bool)
	for _, name := range schema.Permissions() {
		m := schema.PermissionMeaning(name)
		if len(m) < 10 || !strings.HasSuffix(m, ".") || seen[m] {
			t.Errorf("%s means %q", name, m)
		}
		seen[m] = true
	}
	if got := schema.PermissionMeaning("room.*"); got != "" {
		t.Errorf("there is no such permission, and it means %q", got)
	}
}

func TestLintMeanings(t *testing.T) {
	seen := make(map[string]bool)
	for _, name := range schema.Lints() {
		m := schema.LintMeaning(name)
		if len(m) < 15 || !strings.HasSuffix(m, ".") || seen[m] {
			t.Errorf("%s means %q", name, m)
		}
		seen[m] = true
	}
	if got := schema.LintMeaning("nonsense"); got != "" {
		t.Errorf("there is no such lint, and it means %q", got)
	}
}

func TestEmbeddedDocumentsAreJSON(t *testing.T) {
	for name, doc := range map[string][]byte{"rooms": schema.Rooms, "plan": schema.Plan, "report": schema.Report} {
		if !json.Valid(doc) {
			t.Errorf("%s.schema.json is not JSON", name)
		}
	}
}
