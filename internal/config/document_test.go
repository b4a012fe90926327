package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSyntax(t *testing.T) {
	text := bom + "# a part of a whole\nrooms:\n  - &a {name: a, nonsense: 1}\n  - <<: *a\n    name: ${NOT_SET}\n"
	d, problems := Syntax("rooms.yaml", []byte(text))
	if d == nil || len(problems) > 0 {
		t.Fatal(problems)
	}
	if d.Text != text[len(bom):] || d.Root.Line != 2 || d.Root.Column != 1 {
		t.Errorf("the root is at %d:%d of %q", d.Root.Line, d.Root.Column, d.Text)
	}
	name := d.Data.(map[string]any)["rooms"].([]any)[1].(map[string]any)
	if name["name"] != "${NOT_SET}" || name["nonsense"] == nil {
		t.Errorf("the second room is %v", name)
	}
	for text, want := range map[string]string{
		"":                      "rooms.yaml:1:1: the file is empty (it needs at least version: 1 and a list of rooms)",
		"- a\n":                 "rooms.yaml:1:1: the file must be a mapping, and this is a list",
		"a: 1\na: 2\n":          "rooms.yaml:2:1: a appears twice in this mapping (first on line 1)",
		"a: \x00\n":             "rooms.yaml:1:4: a NUL character (remove it; is this a text file?)",
		"a: !!binary x\n":       "rooms.yaml:1:4: the tag !!binary is not supported (remove it)",
		"a: 1\n---\nversion: 1": "rooms.yaml:2:1: a second document begins here (one file holds one document: remove the --- above)",
	} {
		d, problems := Syntax("rooms.yaml", []byte(text))
		if diff := cmp.Diff(want, problems.Error()); diff != "" || d != nil {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
