package room

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roomsync/schema"
)

// The short ways come to the same as the long ones.
func TestShortWays(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z\\"/<&\x{2028}\x{2029}\x{202a}\x{fffd}\n]{0,6}`), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	moment := rapid.StringMatching(`20[0-9]{2}-[0-3][0-9]-[0-3][0-9][Tt][0-2][0-9]:[0-6][0-9]:(60|[0-6][0-9])[Zz]`)
	join, _ := schema.Lookup(schema.Conference, "join_from")
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "text")
		var b strings.Builder
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(string([]rune(s))); err != nil {
			t.Fatal(err)
		}
		if got, want := Text(s).JSON(), strings.TrimSuffix(b.String(), "\n"); got != want {
			t.Fatalf("%q is %s, want %s", s, got, want)
		}
		m := moment.Draw(t, "moment")
		if at, err := ParseTime(m); err == nil && Canonical(join, Text(m)) != Time(at) {
			t.Fatalf("%s is %s, want %s", m, Canonical(join, Text(m)), Time(at))
		}
	})
}
