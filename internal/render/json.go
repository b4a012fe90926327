package render

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WriteJSON writes a document, which is a struct, indented. Settings are data: <, > and & stay
// what they are; characters that act on a terminal are escaped, which is the
// same text to every reader of JSON.
func WriteJSON(w io.Writer, document any) error {
	b := bufio.NewWriterSize(w, 64<<10)
	if err := (writer{b, true}).document(document); err != nil {
		return err
	}
	return b.Flush()
}

// compactJSON writes a document as json.Marshal does.
func compactJSON(w io.Writer, document any) error {
	b := bufio.NewWriter(w)
	if err := (writer{b, false}).document(document); err != nil {
		return err
	}
	return b.Flush()
}

// WriteNDJSON writes a document on a line of its own, as harmless as WriteJSON
// makes it.
func WriteNDJSON(w io.Writer, document any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(escaped(b.Bytes()))
	return err
}

// writer writes JSON as encoding/json does, but the lists of a document an
// element at a time: a plan of a hundred thousand rooms is a hundred megabytes,
// which nobody needs to have in memory at once.
type writer struct {
	*bufio.Writer
	shown bool // to people and programs: indented, and harmless on a terminal
}

// document writes a struct.
func (w writer) document(document any) error {
	v := reflect.ValueOf(document)
	open := "{"
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		field := v.Field(i)
		if options == "omitempty" && (field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0) {
			continue
		}
		w.WriteString(open + w.blank("\n  ") + strconv.Quote(name) + ":" + w.blank(" "))
		open = ","
		if err := w.list(field); err != nil {
			return err
		}
	}
	_, err := w.WriteString(w.blank("\n") + "}" + w.blank("\n"))
	return err
}

// list writes a list of a document, or anything else that is in it.
func (w writer) list(v reflect.Value) error {
	if v.Kind() != reflect.Slice || v.Len() == 0 || v.Type().Elem().Kind() == reflect.Uint8 { // bytes are not a list
		return w.values("  ", v)
	}
	w.WriteString("[" + w.blank("\n    "))
	all := make([]reflect.Value, v.Len())
	for i := range all {
		all[i] = v.Index(i)
	}
	if err := w.values("    ", all...); err != nil {
		return err
	}
	_, err := w.WriteString(w.blank("\n  ") + "]")
	return err
}

// values writes values with commas between them.
func (w writer) values(indent string, all ...reflect.Value) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	if w.shown {
		enc.SetEscapeHTML(false)
		enc.SetIndent(indent, "  ")
	}
	for i, v := range all {
		if i > 0 {
			w.WriteString("," + w.blank("\n"+indent))
		}
		b.Reset()
		if err := enc.Encode(v.Interface()); err != nil {
			return err
		}
		text := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
		if w.shown {
			text = escaped(text)
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
	return nil
}

// blank is space for people.
func (w writer) blank(space string) string {
	if w.shown {
		return space
	}
	return ""
}

// escaped spells the active characters in JSON's strings as \u escapes. JSON
// has them nowhere else.
func escaped(document []byte) []byte {
	var out []byte
	kept := 0 // what is before this is in out
	for i := 0; i < len(document); {
		if c := document[i]; c < 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRune(document[i:])
		if active(r) {
			out = append(out, document[kept:i]...)
			out = fmt.Appendf(out, `\u%04x`, r)
			kept = i + size
		}
		i += size
	}
	if kept == 0 {
		return document
	}
	return append(out, document[kept:]...)
}

// active tells characters that move a cursor or reorder text: DEL, C1 controls,
// bidirectional controls, and line separators.
func active(r rune) bool {
	return 0x7f <= r && r <= 0x9f || r == 0x061c || 0x200e <= r && r <= 0x200f ||
		0x2028 <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069 || r == 0xfeff
}
