package signalwire

import (
	"encoding/json"
	"slices"
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

// What is valid is what encoding/json says, whatever is broken.
func TestValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(document(3).Draw(t, "document"))
		for range rapid.IntRange(0, 3).Draw(t, "mistakes") {
			at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
			with := rapid.SampledFrom([]string{"", "", "}", "]", "{", "[", ",", ":", `"`, `\`, "\n", "0", "-", ".", "e", "E+", "t", "null", "\x00", "ü", `\u12g4`, `\uAbC9`, "1.", "-01", "1e5"}).Draw(t, "with")
			raw = slices.Concat(raw[:at], []byte(with), raw[min(len(raw), at+rapid.IntRange(0, 2).Draw(t, "instead of")):])
			if len(raw) == 0 {
				break
			}
		}
		if got, want := valid(raw), json.Valid(raw); got != want {
			t.Fatalf("valid(%q) = %t", raw, got)
		}
	})
	for _, deep := range []int{deepest, deepest + 1} {
		raw := []byte(strings.Repeat("[", deep) + strings.Repeat("]", deep))
		if got, want := valid(raw), json.Valid(raw); got != want {
			t.Errorf("%d levels: %t", deep, got)
		}
	}
}

func FuzzValid(f *testing.F) {
	for _, seed := range []string{``, ` {"a": [1, -0.5e+3, null, true, false, "\u00e4\n"]} `, `[01]`, `[1.]`, `[-]`, `{"a"}`, `["\x"]`, "[\"\t\"]", `nul`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got, want := valid(raw), json.Valid(raw); got != want {
			t.Errorf("valid(%q) = %t", raw, got)
		}
	})
}
