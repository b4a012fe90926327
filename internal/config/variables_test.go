package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roomsync/internal/room"
)

// vars looks variables up in a map.
func vars(values map[string]string) Options {
	return Options{Variable: func(name string) (string, bool) { v, ok := values[name]; return v, ok }}
}

func TestVariables(t *testing.T) {
	file, problems := stack([][]string{{`version: ${VERSION:-1}
space: ${SPACE}.signalwire.com
manage: ["${ENV}-*", d]
protect: ["${ENV}-a"]
x-size: &size ${SIZE}
x-members: &members "${MEMBERS}"
x-dollars: &dollars $$$$
x-unused: ${NOT_SET_AND_NOT_USED}
x-brand: &brand {dark_primary: "${COLOUR:-#000000}", enable_chat: "${YES}"}
defaults:
  room: {max_members: "1${MEMBERS}"}
rooms:
  - name: ${ENV}-a
    <<: *brand
    size: *size
    display_name: *members
    description: |
      costs $$5, or $5, $
    join_from: ${FROM:-2026-01-31}
  - name: ${ENV}-b
    prebuilt_ui: ${NO}
    max_members: *members
    record_on_start: ${YES}
    meta:
      n: ${MEMBERS}
      list: ["${YES}", "$$$${A}", $, "$"]
      ${KEY}: 1
  - name: ${ENV}-c
    prebuilt_ui: false
    description: "${EMPTY}"
    display_name: ${EMPTY:-filled}
  - {name: d, display_name: *dollars, description: *dollars}
`}}, vars(map[string]string{"SPACE": "example", "ENV": "dev", "SIZE": "small", "MEMBERS": "50", "YES": "true", "NO": "false", "EMPTY": ""}))
	if problems != "" {
		t.Fatal(problems)
	}
	if diff := cmp.Diff(`dev-a conference a1.yaml:13:5
  display_name "50" a1.yaml:6:12
  description "costs $5, or $5, $\n" a1.yaml:17:18
  join_from "2026-01-31T00:00:00Z" a1.yaml:19:16
  size "small" a1.yaml:5:9
  enable_chat true a1.yaml:9:67
  dark_primary "#000000" a1.yaml:9:32
dev-b room a1.yaml:20:5
  max_members 50 a1.yaml:6:12
  record_on_start true a1.yaml:23:22
  meta {"${KEY}":1,"list":["true","$${A}","$","$"],"n":"50"} a1.yaml:25:7
dev-c room a1.yaml:28:5
  display_name "filled" a1.yaml:31:19
  description "" a1.yaml:30:18
  max_members 150 a1.yaml:11:23
d conference a1.yaml:32:5
  display_name "$$" a1.yaml:7:12
  description "$$" a1.yaml:7:12
`, effective(file)); diff != "" {
		t.Errorf("rooms (-want +got):\n%s", diff)
	}
	if file.Space != "example.signalwire.com" || file.Manage[0] != "dev-*" || file.Protect[0].Rooms != "dev-a" {
		t.Errorf("space %q, manage %q, protect %v", file.Space, file.Manage, file.Protect)
	}
}

func TestVariablesThatAreWrong(t *testing.T) {
	o := vars(map[string]string{"WORD": "many", "BIG": "999", "YES": "yes", "BYTES": "a\xff", "NULL": "null", "LIST": "[a]", "NAME": "a b"})
	for name, c := range map[string]struct{ setting, want string }{
		"unset": {"display_name: a ${NOPE}",
			"3:19: the variable NOPE has no value (set it with --var NOPE=…, in a file for --var-file, or as ROOMSYNC_VAR_NOPE; or write a default: ${NOPE:-…})"},
		"unset, in a block": {"description: |\n    one\n    two ${NOPE}",
			"5:9: the variable NOPE has no value (set it with --var NOPE=…, in a file for --var-file, or as ROOMSYNC_VAR_NOPE; or write a default: ${NOPE:-…})"},
		"the second of two that look alike": {`display_name: "$${A} $$${A} ${WORD}${A}"`,
			"3:26: the variable A has no value (set it with --var A=…, in a file for --var-file, or as ROOMSYNC_VAR_A; or write a default: ${A:-…})\n3:38: the variable A has no value (set it with --var A=…, in a file for --var-file, or as ROOMSYNC_VAR_A; or write a default: ${A:-…})"},
		"behind the end of quotes": {`display_name: "${A\u007d" # ${A}`,
			"3:17: the variable A has no value (set it with --var A=…, in a file for --var-file, or as ROOMSYNC_VAR_A; or write a default: ${A:-…})"},
		"behind escapes": {`display_name: "\\ ${A\u007d" # ${A}`,
			"3:17: the variable A has no value (set it with --var A=…, in a file for --var-file, or as ROOMSYNC_VAR_A; or write a default: ${A:-…})"},
		"two unset":     {"display_name: ${A}${B}", "3:17: the variable A has no value (set it with --var A=…, in a file for --var-file, or as ROOMSYNC_VAR_A; or write a default: ${A:-…})\n3:21: the variable B has no value (set it with --var B=…, in a file for --var-file, or as ROOMSYNC_VAR_B; or write a default: ${B:-…})"},
		"no end":        {"display_name: ${WORD", "3:17: a ${ without its } (write $${ for the characters themselves)"},
		"no name":       {`display_name: "${}"`, `3:18: "${}" is not a variable: they look like ${NAME} or ${NAME:-default} (write $${ for the characters themselves)`},
		"nested":        {`display_name: "${A:-${WORD}}"`, "3:18: a default cannot hold a variable (give the variable a value where it is set, or write $$ for a dollar sign)"},
		"shell's other": {`display_name: "${WORD:?no}"`, `3:18: "${WORD:?no}" is not a variable: they look like ${NAME} or ${NAME:-default} (write $${ for the characters themselves)`},
		"not UTF-8":     {"display_name: ${BYTES}", "3:17: the value of the variable BYTES is not UTF-8"},
		"enum":          {"size: ${WORD}", `3:9: size must be one of small, medium, large, not "many", from "${WORD}"`},
		"boolean":       {"enable_chat: ${YES}", `3:16: enable_chat must be true or false, and this is the text "yes", from "${YES}" (write true)`},
		"no null":       {"size: ${NULL}", `3:9: size must be one of small, medium, large, not "null", from "${NULL}"`},
		"a number":      {"prebuilt_ui: false\n  max_members: ${WORD}", `4:16: max_members must be a whole number, and this is the text "many", from "${WORD}"`},
		"too many":      {"prebuilt_ui: false\n  max_members: ${BIG}", `4:16: max_members must be between 1 and 300, not 999, from "${BIG}"`},
		"no structure":  {"previously: ${LIST}", `3:15: previously must be a list of names, and this is the text "[a]", from "${LIST}" (write previously: ["[a]"])`},
		"a name":        {`previously: ["${NAME}"]`, `3:16: the name "a b" has characters other than letters, digits, _ and -, from "${NAME}"`},
		"a whole meta":  {"prebuilt_ui: false\n  meta: ${WORD}", `4:9: meta must be a mapping, and this is the text "many", from "${WORD}"`},
	} {
		file, problems := stack([][]string{{"version: 1\nrooms:\n- name: x\n  " + c.setting + "\n"}}, o)
		want := c.want
		// The tables count from the room's first setting.
		got := shiftUp(problems)
		if diff := cmp.Diff(want, got); diff != "" || file != nil {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// shiftUp takes the name of the file off, and one from each line number.
func shiftUp(problems string) string {
	lines := strings.Split(problems, "\n")
	for i, l := range lines {
		l = strings.TrimPrefix(l, "a1.yaml:")
		if l != "" {
			lines[i] = string(l[0]-1) + l[1:]
		}
	}
	return strings.Join(lines, "\n")
}

// What a setting makes of a value is the setting's alone.
func TestVariablesOfSharedMappings(t *testing.T) {
	file, problems := stack([][]string{{`version: 1
x-b: &b {max_members: "${N}", k: "${N}"}
x-c: &c {max_members: "${N}"}
defaults: {room: *c}
rooms:
  - {name: a, prebuilt_ui: false, meta: *c}
  - {name: b, prebuilt_ui: false, meta: *b}
`}}, vars(map[string]string{"N": "60"}))
	if problems != "" {
		t.Fatal(problems)
	}
	if diff := cmp.Diff(`a room a1.yaml:6:5
  max_members 60 a1.yaml:3:23
  meta {"max_members":"60"} a1.yaml:3:6
b room a1.yaml:7:5
  max_members 60 a1.yaml:3:23
  meta {"k":"60","max_members":"60"} a1.yaml:2:6
`, effective(file)); diff != "" {
		t.Errorf("rooms (-want +got):\n%s", diff)
	}
}

// What may be missing is not checked, and everything else is.
func TestUnsetVariablesThatAreAllowed(t *testing.T) {
	const text = `version: 1
space: ${SPACE}
manage: ["${ENV}-*"]
protect: ["${ENV}-x"]
ignore: [{rooms: "${ENV}-x", settings: [layout]}, {rooms: b, settings: ["${OLD}"]}, {rooms: b, settings: [size]}]
rooms:
  - name: ${ENV}-a
    size: ${SIZE}
  - {name: b, prebuilt_ui: "${BARE}", max_members: 5, enable_chat: true}
  - {name: c, prebuilt_ui: false, max_members: "${MANY}", previously: ["${OLD}"]}
`
	file, problems := stack([][]string{{text}}, Options{AllowUnset: true})
	if problems != "" {
		t.Fatal(problems)
	}
	if diff := cmp.Diff([]string{"BARE", "ENV", "MANY", "OLD", "SIZE", "SPACE"}, file.Unset); diff != "" {
		t.Errorf("unset (-want +got):\n%s", diff)
	}
	if len(file.Rooms) != 2 || file.Unnamed != 1 || len(file.Protect) != 0 || len(file.Ignore) != 1 {
		t.Errorf("%d rooms and %d without names, protect %v, ignore %v", len(file.Rooms), file.Unnamed, file.Protect, file.Ignore)
	}
	if _, problems = stack([][]string{{text + "  - {name: d, sice: small}\n"}}, Options{AllowUnset: true}); !strings.Contains(problems, `unknown setting "sice"`) {
		t.Errorf("problems: %s", problems)
	}
}

// Whatever a variable holds, the file keeps its structure, and the value comes
// out as it went in.
func TestVariablesAddNoStructure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"a: b", "- x", "]", "}", "{a: b}", "\"", "'", "\n- name: evil", "# x", "*a", "&a x", "!!int 5", "${B}", "$$", "$", "null", "~", "1", "true", "|", ">", "%", "\t", "---", "\n---\n", ", max_members: 5",
		})).Draw(t, "value")
		style := rapid.SampledFrom([]string{"${A}", `"${A}"`, "'${A}'", "|-\n    ${A}", ">-\n    ${A}", "&x ${A}", "!!str ${A}"}).Draw(t, "style")
		file, problems := stack([][]string{{"version: 1\nrooms:\n- name: a\n  prebuilt_ui: false\n  meta: {k: '${A}'}\n  description: " + style + "\n- name: b\n"}}, vars(map[string]string{"A": value, "B": "other"}))
		if len([]rune(value)) > 1000 {
			return
		}
		if problems != "" || len(file.Rooms) != 2 || len(file.Rooms[0].Settings) != 2 {
			t.Fatalf("problems: %s", problems)
		}
		if got := file.Rooms[0].Settings["description"]; got != room.Text(value) {
			t.Errorf("description is %s, want %s", got, room.Text(value))
		}
		meta, err := room.Of(map[string]any{"k": value})
		if got := file.Rooms[0].Settings["meta"]; err != nil || got != meta {
			t.Errorf("meta is %s, want %s", got, meta)
		}
	})
}
