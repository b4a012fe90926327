package room_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roomsync/internal/room"
)

func parse(t testing.TB, text string) room.Value {
	t.Helper()
	v, err := room.Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return v
}

// Each line holds spellings of one value. Those of a line are ==, those of
// different lines are not.
var values = [][]string{
	{"null", " null\n"},
	{"true", "\ttrue"},
	{"false"},
	{"0", "-0", "0.0", "-0.0", "0e9", "0E-9", "0e99999999999999999999"},
	{"1", "1.0", "10e-1", "0.1e1", "1e0", "1E+0"},
	{"-1", "-1.00", "-10e-1"},
	{"20", "20.0", "2e1", "2E1", "2e+1", "200e-1", "0.2e2"},
	{"0.5", "0.50", "5e-1", "50e-2"},
	{"0.000001", "1e-6", "10e-7"},
	{"1e-7", "0.0000001", "1.0E-07"},
	{"1e21", "1000000000000000000000", "10e20", "1.0e+21"},
	{"1e400", "10e399"},
	{"9007199254740993", "9007199254740993.0", "9007199254740.993e3"},
	{"9007199254740992"},
	{"123456789012345678901234567890123456789", "123456789012345678901234567890123456789.0"},
	{"0.1"}, {"0.10000000000000000001"},
	{`""`},
	{`"null"`, `"\u006eull"`},
	{`"20"`},
	{`"é"`, `"\u00e9"`, `"\u00E9"`},
	{`"e\u0301"`, "\"e\u0301\""}, // not normalized: another string
	{`"😀"`, `"\ud83d\ude00"`},
	{`"�"`, `"\ufffd"`, `"\ud83d"`, "\"\xff\""},
	{`"a/b<&>"`, `"a\/b\u003c\u0026\u003e"`},
	{`"\n"`, `"\u000a"`},
	{`"\u2028"`, "\"\u2028\""},
	{"\"\u007f\"", `"\u007f"`},
	{`[]`, `[ ]`},
	{`{}`, "{\n}"},
	{`[1,[2,{"a":[]}]]`, ` [ 1.0 , [ 2e0, { "\u0061" : [ ] } ] ] `},
	{`{"a":1,"b":[]}`, `{"b":[],"a":1}`, `{ "b" : [] , "a" : 1.0 }`, `{"a":2,"b":[],"a":1}`},
	{`{"a":{"x":null,"y":{}}}`, `{"a":{"y":{},"x":null}}`},
	{`{"a":null}`},
	{`[1,2]`}, {`[2,1]`}, {`[[1],2]`},
}

func TestEqualValuesAreIdentical(t *testing.T) {
	seen := make(map[room.Value]string)
	for _, line := range values {
		first := parse(t, line[0])
		if other, ok := seen[first]; ok {
			t.Errorf("%s and %s are the same Value %q", other, line[0], first.JSON())
		}
		seen[first] = line[0]
		for _, text := range line {
			v := parse(t, text)
			if v != first {
				t.Errorf("%s is %q, %s is %q: want the same", line[0], first.JSON(), text, v.JSON())
			}
			if again := parse(t, v.JSON()); again != v {
				t.Errorf("%s: reading %q back gives %q", text, v.JSON(), again.JSON())
			}
		}
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	for in, want := range map[string]string{
		"20.0":                  "20",
		"100000000000000000":    "100000000000000000",
		"-18446744073709551616": "-18446744073709551616",
		"1234567890.0987654321": "1234567890.0987654321",
		"12e30":                 "1.2e+31",
		"-0.00000012":           "-1.2e-7",
		"0.0012":                "0.0012",
	} {
		if got := parse(t, in).JSON(); got != want {
			t.Errorf("%s is spelled %s, want %s", in, got, want)
		}
	}
}

func TestGoValues(t *testing.T) {
	for _, tt := range []struct {
		in   any
		want string
	}{
		{nil, "null"},
		{true, "true"},
		{"a\x00", `"a\u0000"`},
		{-7, "-7"},
		{int64(math.MinInt64), "-9223372036854775808"},
		{uint64(math.MaxUint64), "18446744073709551615"},
		{20.0, "20"},
		{0.1, "0.1"},
		{1e6, "1000000"},
		{math.Copysign(0, -1), "0"},
		{json.Number("2e1"), "20"},
		{[]any{}, "[]"},
		{map[string]any{"b": []any{nil}, "a": "x"}, `{"a":"x","b":[null]}`},
	} {
		v, err := room.Of(tt.in)
		if err != nil || v.JSON() != tt.want {
			t.Errorf("Of(%#v) = %s, %v; want %s", tt.in, v.JSON(), err, tt.want)
		}
	}
}

func TestNotValues(t *testing.T) {
	for _, text := range []string{"", " ", "nul", "01", "+1", "1.", ".5", "0x10", "NaN", "[1,]", `{"a"}`, `"a`, `'a'`,
		"1 2", "{} []", "\"\t\"", `"\x41"`, "1e99999999999999999999", "1e2000000000", "1e-2000000000", strings.Repeat("[", 20000)} {
		if v, err := room.Parse([]byte(text)); err == nil || v.IsSet() {
			t.Errorf("Parse(%.30q) = %.30q, %v; want an error and no value", text, v.JSON(), err)
		}
	}
	cyclic := []any{nil}
	cyclic[0] = cyclic
	for _, in := range []any{math.NaN(), math.Inf(-1), json.Number("x"), json.Number(""), json.Number("--1"), json.Number("0x10"),
		struct{}{}, []any{make(chan int)}, map[string]any{"a": map[any]any{}}, cyclic} {
		if v, err := room.Of(in); err == nil || v.IsSet() {
			t.Errorf("Of(%T) = %q, %v; want an error and no value", in, v.JSON(), err)
		}
	}
}

func TestAbsentNullAndSetStayApart(t *testing.T) {
	var absent room.Value
	for _, tt := range []struct {
		name        string
		v           room.Value
		isSet, null bool
	}{
		{"absent", absent, false, false},
		{"null", room.Null(), true, true},
		{"empty text", room.Text(""), true, false},
		{"the text null", room.Text("null"), true, false},
		{"false", room.Bool(false), true, false},
		{"zero", room.Int(0), true, false},
	} {
		if tt.v.IsSet() != tt.isSet || tt.v.IsNull() != tt.null {
			t.Errorf("%s: IsSet %v, IsNull %v; want %v, %v", tt.name, tt.v.IsSet(), tt.v.IsNull(), tt.isSet, tt.null)
		}
	}
	settings := room.Settings{"a": room.Null(), "b": room.Text("<b>")}
	raw, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	var back room.Settings
	if err := json.Unmarshal(raw, &back); err != nil || len(back) != 2 || back["a"] != room.Null() || back["b"] != room.Text("<b>") {
		t.Errorf("%s reads back as %v, %v", raw, back, err)
	}
}

func TestValueForReading(t *testing.T) {
	for _, tt := range []struct{ json, want string }{
		{`"plain"`, "plain"}, {`"a\"b\n"`, "a\"b\n"}, {`20.0`, "20"}, {`null`, "null"}, {`{"b":1,"a":2}`, `{"a":2,"b":1}`},
	} {
		if got := parse(t, tt.json).String(); got != tt.want {
			t.Errorf("%s reads %q, want %q", tt.json, got, tt.want)
		}
	}
	for _, text := range []string{"null", "1", "[]", "{}"} {
		if s, ok := parse(t, text).Str(); ok {
			t.Errorf("%s as a string is %q, want none", text, s)
		}
	}
}

// jsonTree generates what encoding/json decodes into.
func jsonTree(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		rapid.String().AsAny(),
		rapid.Int64().AsAny(),
		rapid.Float64().AsAny(),
	}
	if depth > 0 {
		leaves = append(leaves,
			rapid.SliceOfN(jsonTree(depth-1), 0, 4).AsAny(),
			rapid.MapOfN(rapid.String(), jsonTree(depth-1), 0, 4).AsAny())
	}
	return rapid.OneOf(leaves...)
}

func TestExcerpt(t *testing.T) {
	for want, v := range map[string]room.Value{
		"missing": {}, "null": room.Null(), `"a"`: room.Text("a"), `"` + strings.Repeat("é", 59) + "…": room.Text(strings.Repeat("é", 60)),
	} {
		if got := v.Excerpt(); got != want {
			t.Errorf("%s: %s, want %s", v.JSON(), got, want)
		}
	}
}

func TestValueRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := jsonTree(3).Draw(t, "tree")
		v, err := room.Of(tree)
		if err != nil {
			t.Fatalf("Of: %v", err)
		}
		if !json.Valid([]byte(v.JSON())) {
			t.Fatalf("%q is not JSON", v.JSON())
		}
		// encoding/json spells numbers and escapes in its own way.
		compact, _ := json.Marshal(tree)
		spaced, _ := json.MarshalIndent(tree, "\t", "  ")
		for _, raw := range [][]byte{[]byte(v.JSON()), compact, spaced} {
			if again, err := room.Parse(raw); err != nil || again != v {
				t.Fatalf("%s\nis %q, %v\nwant %q", raw, again.JSON(), err, v.JSON())
			}
		}
	})
}

func TestTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		v := room.Text(s)
		got, ok := v.Str()
		if want := string([]rune(s)); !ok || got != want {
			t.Fatalf("Text(%q) reads back as %q, %v", s, got, ok)
		}
		if again, err := room.Parse([]byte(v.JSON())); err != nil || again != v {
			t.Fatalf("Text(%q) is %q, which parses as %q, %v", s, v.JSON(), again.JSON(), err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, line := range values {
		for _, text := range line {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := room.Parse(raw)
		if err != nil {
			return
		}
		if again, err := room.Parse([]byte(v.JSON())); err != nil || again != v {
			t.Errorf("%q is %q, which parses as %q, %v", raw, v.JSON(), again.JSON(), err)
		}
	})
}
