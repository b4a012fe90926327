package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roomsync/internal/room"
	"roomsync/schema"
)

// values are as the schema likes them, nearly so, and not at all.
func values(s schema.Setting) *rapid.Generator[any] {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9_-]{0,3}`), rapid.StringMatching(`#[0-9a-gA-G]{5,7}`),
		rapid.StringMatching(`20[0-9]{2}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|\+01:00)?)?.?`),
		rapid.Map(rapid.IntRange(-1, 1), func(n int) string { return strings.Repeat("é", max(s.MaxLength, 100)+n) }),
		rapid.SampledFrom(append(slices.Clone(s.Enum), "", "null", "720P")))
	numbers := []int{-1, 0, 1, 20, 1 << 40}
	for _, limit := range []*int{s.Minimum, s.Maximum} {
		if limit != nil {
			numbers = append(numbers, *limit-1, *limit, *limit+1)
		}
	}
	byType := map[string]*rapid.Generator[any]{
		"boolean": rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		"string":  rapid.Map(text, func(s string) any { return s }),
		"integer": rapid.Map(rapid.SampledFrom(numbers), func(n int) any { return json.Number(fmt.Sprint(n)) }),
	}
	likely := byType[s.Type]
	if likely == nil {
		likely = rapid.Just[any](nil)
	}
	return rapid.OneOf(
		likely, likely, likely, byType["boolean"], byType["string"], byType["integer"], rapid.Just[any](nil),
		rapid.Map(rapid.SampledFrom([]string{"1.5", "20.0", "2e1", "-0"}), func(s string) any { return json.Number(s) }),
		rapid.Just[any]([]any{}), rapid.Just[any](map[string]any{"a": "b"}),
	)
}

// What is fine, the schema never refuses.
func TestFineIsValid(t *testing.T) {
	judged := make(map[string]int) // by setting, how many with it were fine
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(room.Kinds()).Draw(t, "kind")
		data := map[string]any{"name": "a"}
		if kind == room.Room {
			data["prebuilt_ui"] = false
		}
		var names []string
		for _, s := range schema.Settings(string(kind)) {
			names = append(names, s.Name)
		}
		names = append(names, "name", "name", "prebuilt_ui", "previously", "odd")
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID[string]).Draw(t, "settings") {
			s, _ := schema.Lookup(string(kind), name)
			data[name] = values(s).Draw(t, name)
		}
		if rapid.IntRange(0, 20).Draw(t, "nameless") == 0 {
			delete(data, "name")
		}
		m := new(mapping)
		for name, value := range data {
			m.fields = append(m.fields, field{name: name, value: &node{data: value}})
		}
		n := &node{data: m}
		kind, said := kindOf(n)
		if !said || !fine(n, kind) {
			return
		}
		if err := compiled().room.Validate(data); err != nil {
			t.Fatalf("fine, but %v", err)
		}
		for name := range data {
			judged[name]++
		}
	})
	if len(judged) < 2 { // which settings is chance; see TestUsualRoomsAreFine
		t.Errorf("only these were ever fine: %v", judged)
	}
}

// What people write is fine, or the schema would be asked about each room.
func TestUsualRoomsAreFine(t *testing.T) {
	src, _ := readSource("rooms.yaml", []byte(`
- {name: a, display_name: A, description: null, quality: 1080p, layout: 3x3, size: small, record_on_start: true, join_from: 2026-01-31T09:00:00Z, dark_primary: "#044EF4"}
- {name: b_2, prebuilt_ui: true, join_until: 2026-01-31, enable_room_previews: null}
- {name: c-3, prebuilt_ui: false, max_members: 300, remove_after_seconds_elapsed: 60, sync_audio_video: true}
`))
	root, list := src.nodes()
	if len(list) > 0 {
		t.Fatal(list)
	}
	for _, n := range root.items() {
		if kind, _ := kindOf(n); !fine(n, kind) {
			t.Errorf("%s is doubtful", nameOf(n))
		}
	}
}
