package signalwire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// document is any JSON, with blanks where they may be and names in two
// spellings, the same one twice included.
func document(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		blank := rapid.SampledFrom([]string{"", "", " ", "\n\t", "\r\n"})
		name := rapid.SampledFrom([]string{`"a"`, `"\u0061"`, `"b"`, `"\"}"`, `"\\"`, `""`, `"ü"`, `"data"`})
		pad := func(s string) string { return blank.Draw(t, "before") + s + blank.Draw(t, "after") }
		what := rapid.IntRange(0, 2).Draw(t, "what")
		if depth == 0 {
			what = 0
		}
		var parts []string
		switch n := rapid.IntRange(0, 4).Draw(t, "n"); what {
		case 0:
			return pad(rapid.SampledFrom([]string{`null`, `true`, `-1.5e+3`, `0`, `"x"`, `"[\"\\"`, `"\\\\"`, `"}"`, `"\u2028"`}).Draw(t, "scalar"))
		case 1:
			for range n {
				parts = append(parts, document(depth-1).Draw(t, "element"))
			}
			return pad("[" + blank.Draw(t, "empty") + strings.Join(parts, ",") + "]")
		default:
			for range n {
				parts = append(parts, pad(name.Draw(t, "name"))+":"+document(depth-1).Draw(t, "value"))
			}
			return pad("{" + blank.Draw(t, "empty") + strings.Join(parts, ",") + "}")
		}
	})
}

// What is walked is what encoding/json finds.
func TestScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(document(3).Draw(t, "document"))
		if !json.Valid(raw) {
			t.Fatalf("a bug in the test: %s", raw)
		}
		var want map[string]json.RawMessage
		isObject := json.Unmarshal(raw, &want) == nil && want != nil
		got := make(map[string]json.RawMessage)
		if members(raw, func(name, value []byte) { got[string(name)] = value }) != isObject {
			t.Fatalf("an object: %t, of %s", !isObject, raw)
		}
		if diff := cmp.Diff(want, got); isObject && diff != "" {
			t.Fatalf("members of %s (-want +got):\n%s", raw, diff)
		}
		var list []json.RawMessage
		isList := json.Unmarshal(raw, &list) == nil && list != nil
		all, ok := elements(raw)
		if ok != isList {
			t.Fatalf("a list: %t, of %s", ok, raw)
		}
		if diff := cmp.Diff(list, all); isList && diff != "" {
			t.Fatalf("elements of %s (-want +got):\n%s", raw, diff)
		}
	})
}
