package render

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"roomsync/internal/room"
	"roomsync/schema"
)

// settingYAML is how a file says a setting: its example in a room.
func settingYAML(f onKind) string {
	if f.ReadOnly {
		return ""
	}
	lines := "rooms:\n  - name: my_room\n"
	if f.kind == room.Room {
		lines += "    prebuilt_ui: false\n"
	}
	return lines + "    " + f.Name + ": " + flow(f.Example) + "\n"
}

// keyYAML is how a file says a key. Those inside of another without an example
// of their own are in that one's.
func keyYAML(k schema.Key) string {
	parent, name, inside := strings.Cut(k.Path, ".")
	switch {
	case k.Example == "" && inside:
		for _, p := range schema.FileKeys() {
			if p.Path == parent {
				return keyYAML(p)
			}
		}
		return ""
	case k.Example == "":
		return ""
	case inside && name == "name":
		return "rooms:\n  - name: " + flow(k.Example) + "\n"
	case inside:
		return "rooms:\n  - name: my_room\n    " + name + ": " + flow(k.Example) + "\n"
	case k.Type == "array" && k.Items == "object":
		// One entry a line, as a person would write them.
		return k.Path + ":\n  - " + strings.TrimSuffix(strings.TrimPrefix(flow(k.Example), "["), "]") + "\n"
	}
	return k.Path + ": " + flow(k.Example) + "\n"
}

// flow writes JSON as YAML in flow style, without the quotes that nobody needs.
func flow(document string) string {
	dec := json.NewDecoder(strings.NewReader(document))
	dec.UseNumber()
	return flowValue(dec)
}

func flowValue(dec *json.Decoder) string {
	token, err := dec.Token()
	if err != nil {
		return "" // the schema is compiled in, and JSON throughout
	}
	switch t := token.(type) {
	case json.Delim:
		var parts []string
		for dec.More() {
			part := flowValue(dec)
			if t == '{' {
				part += ": " + flowValue(dec)
			}
			parts = append(parts, part)
		}
		end, _ := dec.Token()
		return t.String() + strings.Join(parts, ", ") + fmt.Sprint(end)
	case string:
		if plain(t) {
			return t
		}
		return strconv.Quote(t)
	case nil:
		return "null"
	}
	return fmt.Sprint(token)
}

// bare is text that YAML reads as itself in any place, but for words.
var bare = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9 :._-]*[A-Za-z0-9_])?$`)

// plain tells whether YAML, of either version, takes text for the same text
// without quotes. A time is one that files write so.
func plain(text string) bool {
	if !bare.MatchString(text) || strings.Contains(text, ": ") || !strings.ContainsFunc(text, unicode.IsLetter) {
		return false
	}
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return false
	}
	_, notInteger := strconv.ParseInt(text, 0, 64)
	_, notFloat := strconv.ParseFloat(text, 64)
	return notInteger != nil && notFloat != nil
}
