package export_test

import (
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"roomsync/internal/export"
	"roomsync/internal/room"
)

// typed are the plain scalars that are no strings, as the YAML 1.1 type
// repository, PyYAML and YAML 1.2's core schema have them. It is written apart
// from what the package knows of them.
var typed = []*regexp.Regexp{
	regexp.MustCompile(`^(~|null|Null|NULL|)$`),
	regexp.MustCompile(`^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$`),
	regexp.MustCompile(`^([-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+)$`),
	regexp.MustCompile(`^([-+]?([0-9][0-9_]*)\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9_]+([eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`),
	regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?([Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(\.[0-9]*)?([ \t]*(Z|[-+][0-9][0-9]?(:[0-9]{2})?))?)$`),
	regexp.MustCompile(`^(=|<<)$`),
	regexp.MustCompile(`^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)$`),
}

// checkText writes a string in every place that one can have, and reads it.
func checkText(t interface{ Fatalf(string, ...any) }, s string) {
	v := room.Text(s)
	want, _ := v.Str()
	want = export.Literal(want)
	item := export.Item(export.Room{Kind: room.Room, Name: "a", Settings: room.Settings{"description": v}})
	for place, text := range map[string]string{
		"a block":  "- - description: " + export.Scalar(v, false) + " # note\n",
		"brackets": "- [{description: " + export.Scalar(v, true) + "}]\n",
		"an item":  "-\n" + item,
	} {
		var file []([]map[string]yaml.Node)
		if err := yaml.Unmarshal([]byte(text), &file); err != nil {
			t.Fatalf("%q in %s: %v\n%s", s, place, err, text)
		}
		n := file[0][0]["description"]
		if n.ShortTag() != "!!str" || n.Value != want {
			t.Fatalf("in %s %q is read as %s %q\n%s", place, want, n.ShortTag(), n.Value, text)
		}
		for _, other := range typed {
			if n.Style == 0 && other.MatchString(n.Value) {
				t.Fatalf("in %s %q stands plain, and is no string to some readers (%s)", place, want, other)
			}
		}
	}
}

func TestText(t *testing.T) {
	for _, s := range hostile {
		checkText(t, s)
	}
	rapid.Check(t, func(t *rapid.T) { checkText(t, text(3000).Draw(t, "text")) })
	rapid.Check(t, func(t *rapid.T) {
		checkText(t, rapid.StringOfN(rapid.SampledFrom([]rune("0123456789-+.:_,xobeEaTZ ~yno=<")), 1, 12, -1).Draw(t, "number"))
	})
}

// TestPlain are strings that no reader takes for anything else: quotes would be
// noise.
func TestPlain(t *testing.T) {
	for _, s := range []string{"a", "Team Standup", "it's", `say "hi"`, "a#b", "a:b", "https://example.com/?a=b&c#d", "-a", "--flag", "5up", "10x10", "720p", "1.2.3", "10.0.0.1", "a, b [c] {d}",
		"2026-01-31 Ball", "yes!", "no way", "~a", "=a", "<<a", "50 %", "a@b.c", "Größe", "日本語", "🎉 party", "$5", "C:\\new", "x0", "_1", "1-2", "+49 30 123", "v1", "e", "12:30 to 13:00"} {
		if got := export.Scalar(room.Text(s), false); got != s {
			t.Errorf("%q is written as %s", s, got)
		}
	}
}

// TestLong says which texts get lines of their own.
func TestLong(t *testing.T) {
	long := strings.Repeat("x", 81)
	for s, header := range map[string]string{
		"a\nb": "|-", "a\nb\n": "|", long: "|-", long + "\n": "|", "a\n": "|", " a\nb": "|2-", "\n\n  a\nb\n": "|2", "a\n\n\nb": "|-", "a\tb\nc": "|-", "# a\n- b": "|-",
		long[1:]: "xxx", "a\n\n": `"a\n\`, "a \nb": `"a \n\`, "a\n\tb": `"a\n\`, "a\r\nb": `"a\r\n\`, "a\x1b\nb": `"a\x1b\n\`, "\n": `"\n"`, long + "\u200b": `"xxx`, "::a\nb": `"::a\n\`,
	} {
		item := export.Item(export.Room{Kind: room.Conference, Name: "a", Settings: room.Settings{"description": room.Text(s)}})
		if line := strings.Split(item, "\n")[1]; !strings.HasPrefix(line, "    description: "+header) {
			t.Errorf("%q begins as %q, not %s", s, line, header)
		}
	}
}

// TestInline writes rooms for lists in flow style.
func TestInline(t *testing.T) {
	r := export.Room{Kind: room.Room, Name: "on", Was: []string{"a"}, Settings: room.Settings{
		"display_name": room.Text("a, b"), "description": room.Text("a\nb"), "max_members": room.Int(5), "meta": parsed(t, `{"a": [1, {"b": null}], "c d": "e: f"}`)}}
	want := `{name: "on", prebuilt_ui: false, previously: [a], display_name: "a, b", description: "a\nb", max_members: 5, meta: {a: [1, {b: null}], c d: "e: f"}}`
	if got := export.Inline(r); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
