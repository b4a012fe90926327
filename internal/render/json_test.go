package render

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
)

// What is written in parts is what encoding/json writes at once.
func TestWriteJSON(t *testing.T) {
	type inner struct {
		Text string         `json:"text,omitempty"`
		List []int          `json:"list"`
		More map[string]int `json:"more,omitempty"`
	}
	type outer struct {
		Version int             `json:"version"`
		Text    string          `json:"text,omitempty"`
		Inner   inner           `json:"inner"`
		Inners  []inner         `json:"inners"`
		Names   []string        `json:"names,omitempty"`
		Maybe   *[]string       `json:"maybe"`
		Gone    *inner          `json:"gone,omitempty"`
		Value   room.Value      `json:"value"`
		Any     any             `json:"any"`
		Bool    bool            `json:"bool,omitempty"`
		Error   bool            `json:"error"`
		Numbers []room.Kind     `json:"numbers"`
		Raw     json.RawMessage `json:"raw,omitempty"`
		Bytes   []byte          `json:"bytes"`
	}
	full := outer{Version: 1, Text: "<a> & \"b\"\u2028", Inner: inner{List: []int{1, 2}}, Inners: []inner{{}, {Text: "ü", List: []int{}, More: map[string]int{"b": 1, "a": 2}}},
		Names: []string{"a", "<b>"}, Maybe: &[]string{"x"}, Gone: &inner{}, Value: room.Text("</v>"), Any: []string{"y"}, Bool: true, Numbers: []room.Kind{}, Raw: json.RawMessage(`{"u": [1]}`), Bytes: []byte("ab")}
	for _, document := range []any{full, outer{}} {
		var want, got bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(document); err != nil {
			t.Fatal(err)
		}
		if err := WriteJSON(&got, document); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.ReplaceAll(want.String(), "\u2028", `\u2028`), got.String()); diff != "" {
			t.Errorf("%#v (-want +got):\n%s", document, diff)
		}
		compact, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		got.Reset()
		if err := compactJSON(&got, document); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(compact), got.String()); diff != "" {
			t.Errorf("compact %#v (-want +got):\n%s", document, diff)
		}
	}
}
