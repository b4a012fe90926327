package config

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"roomsync/internal/diag"
)

// source is the text of a file, cut into lines.
type source struct {
	path  string
	text  string // without a byte order mark
	lines []int  // the offset at which each line begins
	// binary is set for what is no text. Whoever wrote a link to it, in the place
	// of a file, is not to be shown what it leads to.
	binary bool

	isSecret []bool       // lines that may hold the address of a stream; nil: not known yet
	secret   string       // what they hold
	hidden   map[int]bool // lines that do, though they do not look like it
}

// byteProblems is how many problems with a file's bytes are told. A file that
// is not text at all has one at every other byte.
const byteProblems = 20

// bom is the byte order mark that some editors put before UTF-8.
const bom = "\ufeff"

// readSource checks the bytes: they must be UTF-8 and free of characters that
// YAML forbids or that yaml.v3 takes for line breaks where editors do not,
// which would shift every position after them.
func readSource(path string, data []byte) (*source, diag.List) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		s := &source{path: path, lines: []int{0}}
		return s, diag.List{{Pos: diag.Pos{File: path, Line: 1, Col: 1},
			Message: "the file is UTF-16", Hint: "save it as UTF-8"}}
	}
	text := strings.TrimPrefix(string(data), bom)
	s := &source{path: path, text: text, lines: make([]int, 1, 2+strings.Count(text, "\n"))}
	var list diag.List
	for i := 0; i < len(text); {
		c := text[i]
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
		if c >= 0x20 && c < 0x7f || c == '\n' || c == '\t' || c == '\r' && strings.HasPrefix(text[i:], "\r\n") {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		message, hint := forbidden(r, size, c)
		s.binary = s.binary || message != "" && (r == 0 || r == utf8.RuneError)
		if message != "" && len(list) < byteProblems {
			list = append(list, diag.Problem{Pos: diag.Pos{File: path, Line: len(s.lines), Col: -i}, Message: message, Hint: hint})
		}
		i += size
	}
	for i := range list {
		list[i].Pos = s.at(-list[i].Pos.Col) // known once the lines are
	}
	return s, list
}

// forbidden says what is wrong with a character: r, read from size bytes of
// which c is the first.
func forbidden(r rune, size int, c byte) (message, hint string) {
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf(`byte \x%02x is not UTF-8`, c), "save the file as UTF-8"
	case r == 0:
		return "a NUL character", "remove it; is this a text file?"
	case r == '\r':
		return "a carriage return without a line feed", "end lines with LF or CRLF"
	case r == 0x85 || r == 0x2028 || r == 0x2029:
		return fmt.Sprintf("the line separator U+%04X", r), fmt.Sprintf(`break the line, or write "\u%04x" in double quotes`, r)
	case r == 0xfeff:
		return "a byte order mark inside the file", `remove it, or write "\ufeff" in double quotes`
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return fmt.Sprintf("the control character U+%04X", r), fmt.Sprintf(`remove it, or write "\x%02x" in double quotes`, r)
	case r == 0xfffe || r == 0xffff:
		return fmt.Sprintf("U+%04X is not a character", r), "remove it"
	}
	return "", ""
}

// at is the position of the byte at an offset.
func (s *source) at(offset int) diag.Pos {
	line, hi := 0, len(s.lines)-1 // the last line that begins at or before offset
	for line < hi {
		if mid := (line + hi + 1) / 2; s.lines[mid] <= offset {
			line = mid
		} else {
			hi = mid - 1
		}
	}
	return diag.Pos{File: s.path, Line: line + 1, Col: 1 + utf8.RuneCountInString(s.text[s.lines[line]:offset])}
}

// offset is the byte at a position.
func (s *source) offset(p diag.Pos) int {
	at := s.lines[p.Line-1]
	for range p.Col - 1 {
		_, size := utf8.DecodeRuneInString(s.text[at:])
		at += size
	}
	return at
}

// line is the text of a line, counted from 1, without its end.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	rest := s.text[s.lines[n-1]:]
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	return strings.TrimSuffix(rest, "\r")
}

// longestShown is the length in bytes up to which a line is shown.
const longestShown = 4096

// shown is a line as it is shown over a caret: empty if it is not, be it because
// the address of a stream may be on it. Then secret is what may be one.
func (s *source) shown(n int) (line, secret string) {
	if s.isSecret == nil {
		s.isSecret, s.secret = secrets(s.text)
	}
	if n >= 1 && n <= len(s.isSecret) && (s.isSecret[n-1] || s.hidden[n]) {
		return "", s.secret
	}
	// A file on one line is a program's: nobody reads it by carets, and cutting
	// each of ten thousand out of it takes its time.
	if line = s.line(n); len(line) > longestShown || s.binary {
		return "", ""
	}
	return line, ""
}

// files are the texts that are read together.
type files []*source

// finish sorts problems, drops those said twice of one place (a value reached
// through an anchor is looked at once for every room that uses it), and adds
// the source lines.
func (fs files) finish(list diag.List) diag.List {
	type place struct {
		pos     diag.Pos
		message string
	}
	seen := make(map[place]bool, len(list))
	kept := list[:0]
	byPath := make(map[string]*source, len(fs))
	for _, s := range fs {
		byPath[s.path] = s
	}
	for _, p := range list {
		s := byPath[p.Pos.File]
		line, secret := "", ""
		if s != nil {
			line, secret = s.shown(p.Pos.Line)
		}
		p = discreet(p, secret)
		at := place{p.Pos, p.Message}
		if seen[at] {
			continue
		}
		seen[at] = true
		if s != nil {
			p.Line = line
		}
		kept = append(kept, p)
	}
	kept.Sort()
	return kept
}
