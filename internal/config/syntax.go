package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"roomsync/internal/diag"
)

var (
	yamlLine     = regexp.MustCompile(`^yaml: (?:line (\d+): )?(?s:(.*))$`)
	yamlAnchor   = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	bareVariable = regexp.MustCompile(`[\[{:,\s](\$\{[^}"']*\})`)
	bareColour   = regexp.MustCompile(`[:{,]\s+(#[0-9a-fA-F]{6})\b`)
)

// syntaxProblem turns yaml.v3's error into a problem at the place that is to
// be mended, which yaml.v3 tells only roughly.
func (s *source) syntaxProblem(err error) *diag.Problem {
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil {
		return &diag.Problem{Pos: diag.Pos{File: s.path, Line: 1, Col: 1}, Message: "not valid YAML: " + err.Error()}
	}
	message := m[2]
	if a := yamlAnchor.FindStringSubmatch(message); a != nil {
		return s.unknownAnchor(a[1])
	}
	line, _ := strconv.Atoi(m[1])
	if strings.HasPrefix(message, "did not find expected") {
		line++ // yaml.v3 counts from 0 in this kind of error, and names where the enclosing block begins
		if !strings.Contains(message, "','") && len(s.text) < searchable {
			line = s.failingLine(err)
		}
	}
	line = min(max(line, 1), len(s.lines))
	if strings.Contains(message, "tab character") || strings.Contains(message, "cannot start any token") {
		line = s.tabbedLine(line)
	}
	col, message, hint := s.explain(line, message)
	return &diag.Problem{Pos: diag.Pos{File: s.path, Line: line, Col: col}, Message: "not valid YAML: " + message, Hint: hint}
}

// searchable is the size of a file that is quick to read a dozen times.
const searchable = 1 << 20

// failingLine finds the line at which the parser gives up: the text up to
// there fails in the same way, the text before it does not.
func (s *source) failingLine(err error) int {
	n, _ := slices.BinarySearchFunc(s.lines, true, func(start int, _ bool) int {
		end := len(s.text)
		if i := strings.IndexByte(s.text[start:], '\n'); i >= 0 {
			end = start + i + 1
		}
		if e := yaml.Unmarshal([]byte(s.text[:end]), new(yaml.Node)); e != nil && e.Error() == err.Error() {
			return 0
		}
		return -1
	})
	return n + 1
}

// tabbedLine is the line indented with a tab that an error around a line is
// about, or the line itself.
func (s *source) tabbedLine(line int) int {
	for n := line; n <= min(line+1, len(s.lines)); n++ {
		if strings.HasPrefix(strings.TrimLeft(s.line(n), " "), "\t") {
			return n
		}
	}
	return line
}

// explain says at which column of the line a syntax error is, and in better
// words what it is and what to do.
func (s *source) explain(line int, message string) (col int, better, hint string) {
	text := s.line(line)
	column := func(offset int) int { return 1 + utf8.RuneCountInString(text[:max(offset, 0)]) }
	first := column(len(text) - len(strings.TrimLeft(text, " \t")))
	if m := bareColour.FindStringSubmatchIndex(text); m != nil {
		return column(m[2]), "a # after a blank begins a comment", fmt.Sprintf(`put the colour in quotes: "%s"`, text[m[2]:m[3]])
	}
	tab := strings.IndexByte(text, '\t')
	blank := tab >= 0 && strings.TrimLeft(text[:tab], " ") == ""
	switch {
	case blank && (strings.Contains(message, "tab") || strings.Contains(message, "cannot start any token")):
		return column(tab), "a tab in the indentation", "indent with spaces"
	case strings.Contains(message, "mapping values are not allowed"):
		at := strings.LastIndex(text, ": ")
		if trimmed := strings.TrimRight(text, " "); strings.HasSuffix(trimmed, ":") {
			at = len(trimmed) - 1
		}
		return column(at), "a key cannot begin here", `check the indentation, or put text that contains ": " in quotes`
	case strings.Contains(message, "cannot start any token"):
		at := strings.IndexAny(text, "@`%\t")
		return column(at), "unquoted text cannot begin with " + strconv.Quote(text[max(at, 0):max(at, 0)+min(1, len(text)-max(at, 0))]), "put it in quotes"
	case strings.Contains(message, "expected alphabetic or numeric character"):
		at := strings.IndexAny(text, "*&")
		return column(at), "an unquoted " + text[max(at, 0):max(at, 0)+min(1, len(text))] + " begins an alias or an anchor", `put a glob in quotes: "*"`
	case strings.Contains(message, "unexpected end of stream"):
		return max(column(strings.LastIndexAny(text, `"'`)), first), "the quote that opens here is never closed", "close it with the same quote"
	case strings.Contains(message, "could not find expected ':'"):
		return first, "a key without a colon", "write key: value; text over several lines begins with | or >"
	case strings.Contains(message, "did not find expected ',' or"):
		if m := bareVariable.FindStringSubmatchIndex(text); m != nil {
			return column(m[2]), "a variable needs quotes where it stands in […] or {…}", fmt.Sprintf(`write "%s"`, text[m[2]:m[3]])
		}
		open := strings.IndexAny(text, "[{")
		return column(open), "the bracket that opens here is not closed, or a comma is missing", "entries have commas between them, and the bracket its partner at their end"
	case strings.Contains(message, "expected key"), strings.Contains(message, "'-' indicator"):
		return first, "the indentation of this line fits none of the lines above it", "keys that belong together begin in the same column"
	case strings.Contains(message, "unknown escape character"):
		return column(strings.IndexByte(text, '\\')), "an unknown \\ escape in double quotes", `write \\ for a backslash, or use single quotes`
	case strings.Contains(message, "incompatible YAML document"):
		return first, "this version of YAML is not known", "remove the %YAML line"
	}
	return first, message, ""
}

// unknownAnchor finds the alias that names an anchor which is not there.
func (s *source) unknownAnchor(name string) *diag.Problem {
	p := &diag.Problem{Pos: diag.Pos{File: s.path, Line: 1, Col: 1},
		Message: fmt.Sprintf("*%s refers to an anchor that is not defined above it", name)}
	use := regexp.MustCompile(`(?:^|[\s\[{,:])(\*` + regexp.QuoteMeta(name) + `)(?:$|[\s\]},])`)
	for i := range s.lines {
		if m := use.FindStringSubmatchIndex(s.line(i + 1)); m != nil {
			p.Pos.Line, p.Pos.Col = i+1, 1+utf8.RuneCountInString(s.line(i + 1)[:m[2]])
			break
		}
	}
	var anchors []string
	for _, m := range regexp.MustCompile(`(?:^|\s)&([^\s\[\]{},]+)`).FindAllStringSubmatch(s.text, -1) {
		anchors = append(anchors, m[1])
	}
	if p.Hint = diag.DidYouMean(name, anchors); p.Hint == "" {
		p.Hint = fmt.Sprintf("put a glob in quotes, or define an anchor first: &%s", name)
	}
	return p
}
