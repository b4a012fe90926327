package format

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/config"
	"roomsync/schema"
)

// TestOrderIsTheSchemas: keys that have no catalogue are listed here in the
// order of the schema all the same.
func TestOrderIsTheSchemas(t *testing.T) {
	var root struct {
		Properties struct {
			Ignore struct {
				Items struct{ Properties json.RawMessage }
			}
			Defaults struct{ Properties json.RawMessage }
			Roles    struct {
				PatternProperties map[string]struct{ Properties json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(schema.Rooms, &root); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(keysOf(t, root.Properties.Ignore.Items.Properties), ignoreKeys); diff != "" {
		t.Errorf("ignore (-schema +here):\n%s", diff)
	}
	if diff := cmp.Diff(keysOf(t, root.Properties.Defaults.Properties), kinds); diff != "" {
		t.Errorf("defaults (-schema +here):\n%s", diff)
	}
	for _, role := range root.Properties.Roles.PatternProperties {
		if diff := cmp.Diff(keysOf(t, role.Properties), roleKeys); diff != "" {
			t.Errorf("roles (-schema +here):\n%s", diff)
		}
	}
	if !slices.Contains(schema.TopLevel(), "defaults") {
		t.Error("there is no defaults any more for x-* keys to stand before")
	}
}

// keysOf are the keys of a JSON object in their order.
func keysOf(t *testing.T, object []byte) (keys []string) {
	dec := json.NewDecoder(bytes.NewReader(object))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

// TestMistakesAreHeldBack: a result that is not what it should be is an error,
// however it came about.
func TestMistakesAreHeldBack(t *testing.T) {
	const text = "version: 1 # one\nrooms:\n  - name: a\n    size: small\n"
	source, problems := config.Syntax("rooms.yaml", []byte(text))
	if source == nil {
		t.Fatal(problems)
	}
	for formed, want := range map[string]string{
		text: "",
		strings.Replace(text, "small", "large", 1):                         "say something else at /rooms/0/size",
		strings.Replace(text, "    size: small\n", "", 1):                  "say something else at /rooms/0/size",
		strings.Replace(text, "version", " version", 1):                    "not YAML",
		strings.Replace(text, " # one", "", 1):                             "1 comments would become 0",
		strings.Replace(text, "# one", "# two", 1):                         "1 comments would become 1",
		"rooms:\n  - size: small\n    name: a\nversion: 1 # one\n":         "formatted again at its line 1",
		"version: 1 # one\nrooms:\n  - size: small\n    name: a\n":         "formatted again at its line 3",
		"version: 1 # one\nrooms:\n  - name: a\n    size: small\nx-a: 1\n": "say something else at /",
	} {
		err := verify("rooms.yaml", source, []string{"# one"}, formed)
		switch {
		case err == nil && want != "":
			t.Errorf("passes, want %q:\n%s", want, formed)
		case err != nil && (want == "" || !strings.Contains(err.Error(), want)):
			t.Errorf("%v, want %q", err, want)
		}
	}
}
