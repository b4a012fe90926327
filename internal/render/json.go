package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// WriteJSON writes a document, indented. Settings are data: <, > and & stay
// what they are; characters that act on a terminal are escaped, which is the
// same text to every reader of JSON.
func WriteJSON(w io.Writer, document any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(escaped(b.Bytes()))
	return err
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
