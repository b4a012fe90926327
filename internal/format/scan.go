package format

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// scanner finds where the tokens of a text end, which yaml.v3 does not tell. It
// may take for granted that the text is valid.
type scanner struct {
	text  string
	lines []int // the offset at which each line begins
	pos   int

	pending []comment // before pos, and belonging to nothing yet
	blank   bool      // a blank line is between them and pos
	found   []string  // every comment so far
}

func newScanner(text string) *scanner {
	s := &scanner{text: text, lines: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// lost is the panic of a scanner that is not where the YAML reader has been.
type lost struct{ line int }

func (l lost) String() string { return fmt.Sprintf("cannot follow the text at line %d", l.line) }

func (s *scanner) lost() {
	panic(lost{1 + strings.Count(s.text[:min(s.pos, len(s.text))], "\n")})
}

// expect checks that a node begins at pos.
func (s *scanner) expect(n *yaml.Node) {
	if n.Line < 1 || n.Line > len(s.lines) {
		s.lost()
	}
	offset := s.lines[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRuneInString(s.text[offset:])
		offset += size
	}
	if offset != s.pos {
		s.lost()
	}
}

// column is how far into its line an offset is. It counts bytes: what is before
// an entry of a block is ASCII.
func (s *scanner) column(at int) int { return at - strings.LastIndexByte(s.text[:at], '\n') - 1 }

// at is the byte at an offset, 0 behind the end.
func (s *scanner) at(i int) byte {
	if i < len(s.text) {
		return s.text[i]
	}
	return 0
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// ends tells whether a token may end before the character at i.
func (s *scanner) ends(i int) bool {
	return i >= len(s.text) || isBlank(s.text[i]) || s.text[i] == '\n'
}

// marker tells whether a line begins with --- or ... at i.
func (s *scanner) marker(i int) bool {
	return (strings.HasPrefix(s.text[i:], "---") || strings.HasPrefix(s.text[i:], "...")) && s.ends(i+3) && s.column(i) == 0
}

// endOfLine is the offset of the line break after i.
func (s *scanner) endOfLine(i int) int {
	if n := strings.IndexByte(s.text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s.text)
}

// skip goes to the next token. Comments on the way become pending, but for one
// beside the token that ends at pos, which is returned; start is where the
// entry begins that it is in. Of a new line there is no such token.
func (s *scanner) skip(start int, newLine bool) (beside *lineComment) {
	from := s.pos
	empty := newLine // the line so far, if it is a new one
	for ; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; {
		case c == '\n':
			s.blank = s.blank || newLine && empty
			newLine, empty = true, true
		case c == '#':
			end := s.endOfLine(s.pos)
			text := strings.TrimRight(s.text[s.pos:end], " \t")
			s.found = append(s.found, text)
			if newLine {
				s.pending = append(s.pending, comment{text, s.column(s.pos), s.blank})
				s.blank = false
			} else {
				beside = &lineComment{text, utf8.RuneCountInString(s.text[start:s.pos]), s.pos - from}
			}
			s.pos, empty = end-1, false
		case !isBlank(c):
			return beside
		}
	}
	return beside
}

// take takes the pending comments that come first and stand at a column or
// further in.
func (s *scanner) take(column int) []comment {
	n := 0
	for n < len(s.pending) && s.pending[n].column >= column {
		n++
	}
	taken := s.pending[:n:n]
	s.pending = s.pending[n:]
	return taken
}

// property is the end of the anchor, alias or tag at i.
func (s *scanner) property(i int) int {
	if strings.HasPrefix(s.text[i:], "!<") {
		if n := strings.IndexByte(s.text[i:], '>'); n >= 0 {
			return i + n + 1
		}
	}
	isTag := s.text[i] == '!'
	for i++; !s.ends(i) && (isTag || isNameByte(s.text[i])); i++ {
	}
	return i
}

func isNameByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' || c == '-'
}

// properties are the anchor and the tag that begin at i, and where they end.
// They have their line for themselves if alone.
func (s *scanner) properties(i int) (text string, end int, alone bool) {
	var all []string
	end = i
	for s.at(i) == '&' || s.at(i) == '!' {
		end = s.property(i)
		all = append(all, s.text[i:end])
		for i = end; isBlank(s.at(i)); i++ {
		}
	}
	return strings.Join(all, " "), end, i >= len(s.text) || s.text[i] == '\n' || s.text[i] == '#'
}

// scalar is the end of the quoted or plain scalar or the alias at i.
// Continuation lines of a plain one that is not in a flow collection stand at
// column least or further in.
func (s *scanner) scalar(i, least int, inFlow bool) int {
	switch s.at(i) {
	case '*':
		return s.property(i)
	case '"':
		for i++; i < len(s.text) && s.text[i] != '"'; i++ {
			if s.text[i] == '\\' {
				i++
			}
		}
		return min(i+1, len(s.text))
	case '\'':
		for i++; i < len(s.text); i++ {
			if s.text[i] == '\'' {
				if s.at(i+1) != '\'' {
					break
				}
				i++
			}
		}
		return min(i+1, len(s.text))
	}
	return s.plain(i, least, inFlow)
}

func (s *scanner) plain(i, least int, inFlow bool) (end int) {
	end = i
	for i < len(s.text) && s.text[i] != '#' {
		for ; !s.ends(i); i++ {
			c := s.text[i]
			if c == ':' && s.ends(i+1) || inFlow && strings.IndexByte(",?[]{}", c) >= 0 {
				return end
			}
			end = i + 1
		}
		broken := false
		for ; i < len(s.text) && s.ends(i); i++ {
			broken = broken || s.text[i] == '\n'
		}
		if i < len(s.text) && broken && (!inFlow && s.column(i) < least || s.marker(i)) {
			return end
		}
	}
	return end
}

// sameLine tells whether two offsets are on one line.
func (s *scanner) sameLine(from, to int) bool { return strings.IndexByte(s.text[from:to], '\n') < 0 }
