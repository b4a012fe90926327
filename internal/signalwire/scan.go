package signalwire

import (
	"bytes"
	"encoding/json"
)

// members calls use for each member of a JSON object, in order, and tells
// whether raw is one. raw must be valid JSON: a page is validated once, as a
// whole, and then only walked, without a copy of every part of it. Of members
// with one name encoding/json would keep the last.
func members(raw []byte, use func(name, value []byte)) bool {
	i := blanks(raw, 0)
	if raw[i] != '{' {
		return false
	}
	for i = blanks(raw, i+1); raw[i] != '}'; i = blanks(raw, i) {
		if raw[i] == ',' {
			i = blanks(raw, i+1)
		}
		end := skipped(raw, i)
		name := raw[i+1 : end-1]
		if bytes.IndexByte(name, '\\') >= 0 {
			var text string
			_ = json.Unmarshal(raw[i:end], &text) // it is valid
			name = []byte(text)
		}
		i = blanks(raw, blanks(raw, end)+1) // behind the colon
		end = skipped(raw, i)
		use(name, raw[i:end])
		i = end
	}
	return true
}

// elements lists the elements of a JSON array, as parts of raw, which must be
// valid JSON. It is not ok if raw is no array.
func elements(raw []byte) (all []json.RawMessage, ok bool) {
	i := blanks(raw, 0)
	if raw[i] != '[' {
		return nil, false
	}
	all = make([]json.RawMessage, 0, pageSize)
	for i = blanks(raw, i+1); raw[i] != ']'; i = blanks(raw, i) {
		if raw[i] == ',' {
			i = blanks(raw, i+1)
		}
		end := skipped(raw, i)
		all = append(all, raw[i:end])
		i = end
	}
	return all, true
}

// blanks is where something begins that is no blank, from i on.
func blanks(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\t' || raw[i] == '\n' || raw[i] == '\r') {
		i++
	}
	return i
}

// skipped is where the value that begins at i ends.
func skipped(raw []byte, i int) int {
	depth := 0
	for ; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			for i++; raw[i] != '"'; i++ {
				if raw[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 { // a number or a word ended before it
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}
