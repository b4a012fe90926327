package room_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"roomsync/internal/room"
	"roomsync/schema"
)

// valueOf generates what a file may ask for as a setting.
func valueOf(s schema.Setting) *rapid.Generator[room.Value] {
	var set *rapid.Generator[room.Value]
	switch {
	case s.Format == "time":
		set = rapid.Map(rapid.Int64Range(0, 4e9), func(n int64) room.Value { return room.Time(time.Unix(n, 0)) })
	case s.Format == "color":
		set = rapid.Map(rapid.StringMatching(`#[0-9a-fA-F]{6}`), room.Text)
	case s.Enum != nil:
		set = rapid.Map(rapid.SampledFrom(s.Enum), room.Text)
	case s.Type == "boolean":
		set = rapid.Map(rapid.Bool(), room.Bool)
	case s.Type == "integer":
		set = rapid.Map(rapid.Int64Range(int64(*s.Minimum), int64(*s.Maximum)), room.Int)
	case s.Type == "object":
		set = rapid.Custom(func(t *rapid.T) room.Value {
			v, err := room.Of(rapid.MapOfN(rapid.String(), jsonTree(1), 0, 3).AsAny().Draw(t, "object"))
			if err != nil {
				t.Fatal(err)
			}
			return v
		})
	default:
		set = rapid.Map(rapid.StringN(0, 20, -1), room.Text)
	}
	if !s.Nullable {
		return set
	}
	return rapid.OneOf(set, set, rapid.Just(room.Null()))
}

// someSettings generates a choice of a kind's writable settings.
func someSettings(kind room.Kind) *rapid.Generator[room.Settings] {
	return rapid.Custom(func(t *rapid.T) room.Settings {
		chosen := make(room.Settings)
		for _, s := range schema.Settings(string(kind)) {
			if !s.ReadOnly && !s.Apart && rapid.Bool().Draw(t, s.Name) {
				chosen[s.Name] = valueOf(s).Draw(t, s.Name)
			}
		}
		return chosen
	})
}

// respell is the value as a server may spell it in its answers.
func respell(s schema.Setting, v room.Value) room.Value {
	text, ok := v.Str()
	switch {
	case ok && s.Format == "color":
		return room.Text(strings.ToLower(text))
	case ok && s.Format == "time":
		if t, err := room.ParseTime(text); err == nil {
			return room.Text(t.In(time.FixedZone("", 3*3600)).Format("2006-01-02T15:04:05.000Z07:00"))
		}
	}
	return v
}

func TestPatchConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(room.Kinds()).Draw(t, "kind")
		live := room.Live{Kind: kind, ID: "1", Name: "stage", Settings: someSettings(kind).Draw(t, "live")}
		want := room.Desired{Kind: kind, Name: "stage", Settings: someSettings(kind).Draw(t, "want")}
		changes := room.Patch(live, want)
		sent := room.UpdateSettings(live, want, changes)

		position := -1
		for _, c := range changes {
			if at := schema.Position(string(kind), c.Setting); at <= position {
				t.Fatalf("%s is out of order", c.Setting)
			} else {
				position = at
			}
			if asked := want.Settings[c.Setting]; !asked.IsSet() != c.Implied {
				t.Fatalf("%s: implied is %v, the file asks for %q", c.Setting, c.Implied, asked.JSON())
			}
			if c.Before != live.Settings[c.Setting] || sent[c.Setting] != c.After {
				t.Fatalf("%s: %q to %q is not what is live and sent", c.Setting, c.Before.JSON(), c.After.JSON())
			}
		}

		after := room.Live{Kind: kind, ID: "1", Name: "stage", Settings: make(room.Settings)}
		for name, v := range live.Settings {
			after.Settings[name] = v
		}
		for name, v := range sent {
			if !want.Settings[name].IsSet() && v != live.Settings[name] && (name != "display_name" || kind != room.Conference) {
				t.Fatalf("%s is sent, and the file does not name it", name)
			}
			s, _ := schema.Lookup(string(kind), name)
			after.Settings[name] = respell(s, v)
		}
		if again := room.Patch(after, want); len(again) > 0 {
			t.Fatalf("after the PUT there is still %v", again)
		}
		if missing := room.Missing(kind, sent, after); len(missing) > 0 {
			t.Fatalf("the answer lacks %v", missing)
		}
	})
}

// A server that fills in its defaults needs a POST and at most one PUT.
func TestCreationConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(room.Kinds()).Draw(t, "kind")
		want := room.Desired{Kind: kind, Name: "stage", Settings: someSettings(kind).Draw(t, "want")}
		changes := room.Creation(want)
		live := room.Live{Kind: kind, ID: "1", Name: "stage", Settings: room.Settings{"display_name": room.Text("stage")}}
		for _, s := range schema.Settings(string(kind)) {
			if s.Default != "" {
				v, err := room.Parse([]byte(s.Default))
				if err != nil {
					t.Fatal(err)
				}
				live.Settings[s.Name] = v
			}
		}
		asked := make(room.Settings)
		for _, c := range changes {
			asked[c.Setting] = c.After
		}
		for name, v := range room.CreateSettings(want, changes) {
			s, ok := schema.Lookup(string(kind), name)
			if !ok || s.UpdateOnly || s.ReadOnly || v.IsNull() {
				t.Fatalf("POST with %s %s", name, v)
			}
			live.Settings[name] = respell(s, v)
		}
		for name, v := range room.UpdateSettings(live, want, room.Missing(kind, asked, live)) {
			live.Settings[name] = v
		}
		if again := room.Patch(live, want); len(again) > 0 {
			t.Fatalf("after a create there is still %v", again)
		}
	})
}
