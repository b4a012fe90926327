package room

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Value is the value of a setting: absent (the zero Value), null, or set. It is
// kept as canonical JSON, so two Values are the same value exactly when they
// are ==, and a Value costs as much memory as its text.
type Value struct{ json string }

// Null is the value that clears a setting.
func Null() Value { return Value{"null"} }

// Bool is a boolean value.
func Bool(b bool) Value { return Value{strconv.FormatBool(b)} }

// Int is an integer value.
func Int(n int64) Value { return Value{strconv.FormatInt(n, 10)} }

// Text is a string value. Invalid UTF-8 becomes U+FFFD, as in any JSON.
func Text(s string) Value { return Value{quote(s)} }

// Parse reads one JSON value.
func Parse(raw []byte) (Value, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return Value{}, errors.New("no JSON value")
	}
	switch {
	case plainString(raw), plainInteger(raw):
		return Value{string(raw)}, nil
	case string(raw) == "null":
		return Null(), nil
	case string(raw) == "true":
		return Bool(true), nil
	case string(raw) == "false":
		return Bool(false), nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return Value{}, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return Value{}, errors.New("more than one JSON value")
	}
	return Of(v)
}

// Of makes a Value of what encoding/json or a YAML reader decodes into: nil,
// bool, string, integers, float64, json.Number, []any and map[string]any.
func Of(v any) (Value, error) {
	switch v := v.(type) {
	case string:
		return Text(v), nil
	case bool:
		return Bool(v), nil
	}
	var b strings.Builder
	if err := write(&b, v, 0); err != nil {
		return Value{}, err
	}
	return Value{b.String()}, nil
}

// IsSet tells a value, null included, from absence.
func (v Value) IsSet() bool { return v.json != "" }

// IsNull tells whether the value is null.
func (v Value) IsNull() bool { return v.json == "null" }

// JSON is the value as JSON, and "" for an absent one.
func (v Value) JSON() string { return v.json }

// Excerpt is the JSON of the value for a message, cut where it gets long.
func (v Value) Excerpt() string {
	const most = 60
	if !v.IsSet() {
		return "missing"
	}
	if text := []rune(v.json); len(text) > most {
		return string(text[:most]) + "…"
	}
	return v.json
}

// String is the value for people: a string without quotes, else its JSON.
func (v Value) String() string {
	if s, ok := v.Str(); ok {
		return s
	}
	return v.json
}

// Str is the string of a string value.
func (v Value) Str() (s string, ok bool) {
	if !strings.HasPrefix(v.json, `"`) {
		return "", false
	}
	if !strings.Contains(v.json, `\`) {
		return v.json[1 : len(v.json)-1], true
	}
	err := json.Unmarshal([]byte(v.json), &s)
	return s, err == nil
}

// MarshalJSON writes the value; an absent one is null, so leave it out first.
func (v Value) MarshalJSON() ([]byte, error) {
	if !v.IsSet() {
		return []byte("null"), nil
	}
	return []byte(v.json), nil
}

// UnmarshalJSON reads any JSON value.
func (v *Value) UnmarshalJSON(raw []byte) (err error) {
	*v, err = Parse(raw)
	return err
}

// plainInteger tells whether raw is an integer that is already canonical.
func plainInteger(raw []byte) bool {
	if len(raw) > 15 { // longer ones go through number's arithmetic
		return false
	}
	for _, c := range raw {
		if c < '0' || c > '9' {
			return false
		}
	}
	return raw[0] != '0' || len(raw) == 1
}

// plainString tells whether raw is a JSON string that is already canonical.
func plainString(raw []byte) bool {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' || !utf8.Valid(raw) {
		return false
	}
	return plain(raw[1 : len(raw)-1])
}

// plain tells whether valid UTF-8 is written in JSON as it is.
func plain[T string | []byte](inner T) bool {
	for i := range len(inner) {
		c := inner[i]
		if c < 0x20 || c == '"' || c == '\\' {
			return false
		}
		// encoding/json escapes U+2028 and U+2029.
		if c == 0xe2 && i+2 < len(inner) && inner[i+1] == 0x80 && inner[i+2]&^1 == 0xa8 {
			return false
		}
	}
	return true
}

func quote(s string) string {
	if !utf8.ValidString(s) {
		// The encoder would spell U+FFFD in two ways: as an escape where it
		// replaces a bad byte, as itself where the string already holds it.
		s = string([]rune(s))
	}
	if plain(s) {
		return `"` + s + `"`
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// maxDepth is how deeply lists and objects may nest, as in encoding/json. A
// list that holds itself ends in an error here rather than in a full stack.
const maxDepth = 10000

// write writes v as canonical JSON: sorted keys, no blanks, and one spelling
// for equal numbers.
func write(b *strings.Builder, v any, depth int) error {
	if depth > maxDepth {
		return errors.New("nested too deeply")
	}
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case string:
		b.WriteString(quote(v))
	case int, int64, uint64:
		return writeNumber(b, fmt.Sprint(v))
	case float64:
		return writeNumber(b, strconv.FormatFloat(v, 'g', -1, 64))
	case json.Number:
		return writeNumber(b, v.String())
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := write(b, e, depth+1); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(k) + ":")
			if err := write(b, v[k], depth+1); err != nil {
				return err
			}
		}
		b.WriteByte('}')
	default:
		return fmt.Errorf("%T has no JSON form", v)
	}
	return nil
}

func writeNumber(b *strings.Builder, text string) error {
	n, err := number(text)
	b.WriteString(n)
	return err
}
