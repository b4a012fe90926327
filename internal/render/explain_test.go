package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/config"
	"roomsync/internal/room"
	"roomsync/schema"
)

// rooms is rooms.schema.json, read here without the catalogue that is tested.
var rooms = func() (doc map[string]any) {
	if err := json.Unmarshal(schema.Rooms, &doc); err != nil {
		panic(err)
	}
	return doc
}()

func at(doc map[string]any, path ...string) map[string]any {
	for _, name := range path {
		doc, _ = doc[name].(map[string]any)
	}
	return doc
}

// property is a setting as the schema has it, with what its $ref leads to.
func property(kind room.Kind, name string) map[string]any {
	p := at(rooms, "$defs", string(kind), "properties", name)
	all := make(map[string]any)
	if ref, ok := p["$ref"].(string); ok {
		for k, v := range at(rooms, "$defs", strings.TrimPrefix(ref, "#/$defs/")) {
			all[k] = v
		}
	}
	note := at(all, "x-roomsync")
	for k, v := range p {
		all[k] = v
	}
	for k, v := range note {
		if own := at(all, "x-roomsync"); own != nil && own[k] == nil {
			own[k] = v
		}
	}
	return all
}

// settings lists what the schema has of a kind, but for keys of the file.
func settings(kind room.Kind) (names []string) {
	for name := range at(rooms, "$defs", string(kind), "properties") {
		if at(property(kind, name), "x-roomsync")["key"] != true {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func textOf(t *testing.T, e Explained) string {
	t.Helper()
	var b bytes.Buffer
	if err := ExplainText(&b, e, Style{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func jsonOf(t *testing.T, e Explained) (doc struct {
	Settings []struct {
		Name  string
		Kinds []map[string]any
	}
	Keys, Lints, Permissions []map[string]any
}) {
	t.Helper()
	var b bytes.Buffer
	if err := ExplainJSON(&b, e); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// flat is text without its line breaks and columns.
func flat(text string) string { return " " + strings.Join(strings.Fields(text), " ") + " " }

// Whatever the schema says of a setting is said of it, on the kind that it is
// said of.
func TestEveryFactOfASettingIsTold(t *testing.T) {
	for _, kind := range room.Kinds() {
		for _, name := range settings(kind) {
			p := property(kind, name)
			note := at(p, "x-roomsync")
			format, _ := note["format"].(string)
			types := fmt.Sprint(p["type"])
			nullable := strings.Contains(types, "null")
			type_ := strings.Trim(strings.ReplaceAll(types, "null", ""), "[] ")
			want := map[string]any{"kind": string(kind), "description": p["description"], "read_only": p["readOnly"] == true,
				"nullable": nullable, "update_only": note["on"] == "update", "update_default": note["update_default"] == true}
			told := []string{"on " + kind.Title() + " (" + string(kind) + ")", p["description"].(string)}
			if p["readOnly"] == true {
				delete(p, "type")
				told = append(told, "read-only SignalWire tells it and does not take it")
				if other := property(kind.Other(), name); other["description"] != nil && other["readOnly"] != true {
					told = append(told, "settable on a "+kind.Other().Title()+" only")
				}
			} else {
				want["type"] = type_
				for label, key := range map[string]string{"max_length": "maxLength", "minimum": "minimum", "maximum": "maximum", "default": "default"} {
					if v, ok := p[key]; ok {
						want[label] = v
					}
				}
				for _, key := range []string{"format", "json_characters"} {
					if v, ok := note[key]; ok {
						want[key] = v
					}
				}
				var values []any
				if enum, ok := p["enum"].([]any); ok {
					for _, v := range enum {
						if v != nil {
							values = append(values, v)
						}
					}
					want["enum"] = values
					told = append(told, "values "+strings.Trim(strings.ReplaceAll(fmt.Sprint(values), " ", ", "), "[]")+" ")
				}
				told = append(told, map[string]string{"string": "type text ", "boolean": "type true or false", "integer": "type a whole number", "object": "type a mapping", "array": "type a list",
					"string time": "type a time such as", "string color": "type a colour"}[strings.TrimSpace(type_+" "+format)])
				told = append(told, map[bool]string{true: "null clears it", false: "null refused"}[nullable])
				told = append(told, map[bool]string{true: "set by updates only: a new room is created first", false: "set by creates and updates"}[note["on"] == "update"])
				if n, ok := p["maxLength"]; ok {
					told = append(told, fmt.Sprintf("limits at most %v characters ", n))
				}
				if n, ok := note["json_characters"]; ok {
					told = append(told, fmt.Sprintf("limits at most %v characters, written as JSON", n))
				}
				if n, ok := p["minimum"]; ok {
					told = append(told, fmt.Sprintf("limits %v to %.0f ", n, p["maximum"]))
				}
				if v, ok := p["default"]; ok {
					text := fmt.Sprint(v)
					if note["format"] == "color" {
						text = fmt.Sprintf("%q", v)
					}
					told = append(told, "default "+text+" ")
				} else {
					told = append(told, "default none is documented")
				}
			}
			only := Explained{Kind: kind, Settings: []string{name}}
			text := flat(textOf(t, only))
			for _, fact := range told {
				if fact == "" || !strings.Contains(text, strings.TrimSuffix(flat(fact), " ")) {
					t.Errorf("%s of a %s: %q is not in:\n%s", name, kind, fact, textOf(t, only))
				}
			}
			if got := strings.Contains(text, " resets by the API's documentation"); got != (note["update_default"] == true) {
				t.Errorf("%s of a %s: may be reset: %t, in:\n%s", name, kind, got, textOf(t, only))
			}
			doc := jsonOf(t, only)
			if len(doc.Settings) != 1 || doc.Settings[0].Name != name || len(doc.Settings[0].Kinds) != 1 {
				t.Fatalf("%s of a %s: %v", name, kind, doc)
			}
			got := doc.Settings[0].Kinds[0]
			yaml, _ := got["yaml"].(string)
			delete(got, "yaml")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s of a %s (-schema +told):\n%s", name, kind, diff)
			}
			if (yaml == "") != (p["readOnly"] == true) || !strings.HasSuffix(textOf(t, only), exampleText(yaml)) {
				t.Errorf("%s of a %s: the text does not show\n%s", name, kind, yaml)
			}
		}
	}
}

// A setting of both kinds is told once where they agree, and of each where not.
func TestKindsAreToldApart(t *testing.T) {
	for _, name := range AllSettings() {
		text := textOf(t, Explained{Settings: []string{name}})
		var on []room.Kind
		for _, kind := range room.Kinds() {
			if slices.Contains(settings(kind), name) {
				on = append(on, kind)
			}
		}
		same := len(on) == 2 && reflect.DeepEqual(property(on[0], name), property(on[1], name))
		if got := strings.Contains(flat(text), " on both kinds: with a prebuilt UI (conference) and without (room) "); got != same {
			t.Errorf("%s: told once: %t, the same on %v: %t:\n%s", name, got, on, same, text)
		}
		for _, kind := range on {
			if got := strings.Contains(flat(text), " on "+kind.Title()+" ("+string(kind)+") "); got == same {
				t.Errorf("%s: told of a %s: %t:\n%s", name, kind, got, text)
			}
		}
	}
}

// What is shown as an example is what a file may say, and means that value.
func TestExplainedYAMLIsValid(t *testing.T) {
	for _, kind := range room.Kinds() {
		for _, s := range schema.Settings(string(kind)) {
			if s.ReadOnly {
				continue
			}
			yaml := settingYAML(onKind{kind, s})
			file, problems := config.Read([]config.Layer{{{Path: "rooms.yaml", Data: []byte("version: 1\n" + yaml)}}}, config.Options{
				Variable: func(name string) (string, bool) { return "${" + name + "}", true },
			})
			if len(problems) > 0 || len(file.Rooms) != 1 {
				t.Errorf("%s of a %s: %v\n%s", s.Name, kind, problems, yaml)
				continue
			}
			var got, want any
			_ = json.Unmarshal([]byte(s.Example), &want)
			if got = file.Rooms[0].Streams; s.Apart {
				want = []room.StreamURL{"rtmps://live.example.com/app/${STREAM_KEY}"}
			} else {
				got = nil
				_ = json.Unmarshal([]byte(file.Rooms[0].Settings[s.Name].JSON()), &got)
			}
			if diff := cmp.Diff(want, got); diff != "" || file.Rooms[0].Kind != kind {
				t.Errorf("%s of a %s (-schema +file):\n%s", s.Name, file.Rooms[0].Kind, diff)
			}
		}
	}
	for _, k := range schema.FileKeys() {
		yaml := keyYAML(k)
		if yaml == "" && k.Path != schema.AnyKey {
			t.Errorf("%s has no example", k.Path)
		}
		if !strings.HasPrefix(yaml, "version:") {
			yaml = "version: 1\n" + yaml
		}
		if !strings.Contains(yaml, "rooms:\n") {
			yaml += "rooms: []\n"
		}
		if _, problems := config.Parse("rooms.yaml", []byte(yaml)); problems.Errors() > 0 {
			t.Errorf("%s: %v\n%s", k.Path, problems, yaml)
		}
	}
}

// Nothing is left out of the lists.
func TestEverythingIsListed(t *testing.T) {
	var index bytes.Buffer
	if err := IndexText(&index, Style{}); err != nil {
		t.Fatal(err)
	}
	times := func(text, name string) int { return strings.Count("\n"+text, "\n  "+name+" ") }
	doc := jsonOf(t, Everything())
	var names []string
	for _, s := range doc.Settings {
		names = append(names, s.Name)
	}
	for _, kind := range room.Kinds() {
		var list bytes.Buffer
		if err := KindText(&list, kind, Style{}); err != nil {
			t.Fatal(err)
		}
		for _, name := range settings(kind) {
			if n := times(index.String(), name); n != 1 {
				t.Errorf("%s is listed %d times", name, n)
			}
			if !slices.Contains(names, name) {
				t.Errorf("%s is not in the document", name)
			}
			rows := 1
			if property(kind, name)["readOnly"] == true {
				rows = 0
			}
			if n := times(list.String(), name); n != rows || !strings.Contains(list.String(), name) {
				t.Errorf("%s of a %s is listed %d times, want %d", name, kind, n, rows)
			}
		}
	}
	for name := range at(rooms, "properties") {
		if n := times(index.String(), name); n != 1 {
			t.Errorf("%s is listed %d times", name, n)
		}
	}
	for _, lint := range at(rooms, "properties", "lint", "properties", "disable", "items")["enum"].([]any) {
		if n := times(index.String(), lint.(string)); n != 1 {
			t.Errorf("%s is listed %d times", lint, n)
		}
	}
	for _, permission := range at(rooms, "$defs", "permission")["enum"].([]any) {
		if n := times(index.String(), permission.(string)); n != 1 {
			t.Errorf("%s is listed %d times", permission, n)
		}
	}
	if len(doc.Permissions) != 44 {
		t.Errorf("the document has %d permissions", len(doc.Permissions))
	}
	if len(doc.Keys) != len(schema.FileKeys()) || len(doc.Lints) != len(schema.Lints()) {
		t.Errorf("the document has %d keys and %d lints", len(doc.Keys), len(doc.Lints))
	}
}
