package export

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"roomsync/internal/diag"
)

// place is where a text stands: some characters end a text in flow style.
type place bool

const (
	block place = false
	flow  place = true
)

// runnerCommand is how a CI runner's old commands begin, anywhere in what a job
// prints. Nothing that is written here holds it.
const runnerCommand = "##["

// text is a string on one line: plain where every reader takes it for this
// string, else in quotes.
func text(s string, at place) string {
	switch {
	case isPlain(s, at):
		return s
	case strings.ContainsAny(s, `"\`) && !strings.Contains(s, "'") && isShown(s):
		return "'" + s + "'" // nothing to escape
	}
	return `"` + escaped(s) + `"`
}

// isShown tells whether a string can be written as it is: it shows all that is
// in it, and no CI runner takes part of it for a command.
func isShown(s string) bool {
	return diag.Printable(s) == s && !strings.Contains(s, runnerCommand)
}

// escaped is a string as it is written between double quotes. Whatever would
// not show is an escape, and Printable's are YAML's.
func escaped(s string) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
	return strings.ReplaceAll(diag.Printable(s), runnerCommand, `##\x5b`)
}

// isPlain tells whether a string needs no quotes, for readers of YAML 1.1 and
// of 1.2.
func isPlain(s string, at place) bool {
	if s == "" || misread(s) || !isShown(s) {
		return false
	}
	switch first := s[0]; {
	case strings.IndexByte(" ?:,[]{}#&*!|>'\"%@`", first) >= 0: // Ruby's symbols begin with a colon
		return false
	case first == '-' && (len(s) == 1 || s[1] == ' ' || bool(at) && strings.IndexByte(",[]{}", s[1]) >= 0):
		return false
	case strings.HasPrefix(s, "---"), strings.HasPrefix(s, "..."): // the marks between documents
		return false
	}
	if last := s[len(s)-1]; last == ' ' || last == ':' {
		return false
	}
	if strings.Contains(s, ": ") || strings.Contains(s, " #") {
		return false
	}
	return at == block || !strings.ContainsAny(s, ",[]{}?:")
}

var (
	// words are what some reader takes for null, a boolean, or YAML 1.1's
	// default and merge keys, in small letters.
	words = map[string]bool{
		"~": true, "null": true, "true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true,
		"=": true, "<<": true,
	}
	// number has the numbers of YAML 1.1, of 1.2 and of their readers: in four
	// bases, to base 60 (12:30), and with exponents, before which one reader
	// wants no digits. Underscores and commas may be anywhere in them, and have
	// been taken out; yaml.v3 takes a sign behind the base, too (0o-7).
	number = regexp.MustCompile(`^(?i:[-+]?(0b[-+]?[01]*|0o[-+]?[0-7]*|0x[-+]?[0-9a-f]*|[0-9]+(:[0-5]?[0-9])*(\.[0-9]*)?|[0-9]*\.[0-9]*|[0-9]*(\.[0-9]*)?e[-+]?[0-9]+|\.inf|\.nan))$`)
	// moment is a date, and maybe a time.
	moment = regexp.MustCompile(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]*)?)?([ \t]*(Z|[-+][0-9]{1,2}(:?[0-9]{2})?))?)?$`)

	separators = strings.NewReplacer("_", "", ",", "")
)

// misread tells whether a reader of YAML 1.1 or of 1.2 takes a plain string for
// something else than a string.
func misread(s string) bool {
	if len(s) <= len("false") && words[strings.ToLower(s)] {
		return true
	}
	if strings.IndexByte("+-.0123456789eE", s[0]) < 0 {
		return false
	}
	return number.MatchString(separators.Replace(s)) || moment.MatchString(s)
}

// longText is the length in characters from which on a text gets lines of its
// own.
const longText = 80

// isLong tells whether a text is to stand on lines of its own.
func isLong(s string) bool {
	return strings.Contains(s, "\n") || utf8.RuneCountInString(s) > longText
}

// literalLines are the lines of a text in a literal block scalar (|), and its
// header. Not ok is a text that such a block cannot hold, or not so that people
// and editors leave it as it is: what would not show, blanks at the ends of
// lines, more than one line break at the end. Nothing has to be escaped in it,
// so a change in a pull request shows as the changed line.
func literalLines(s string) (header string, lines []string, ok bool) {
	body, broken := strings.CutSuffix(s, "\n")
	if !isLong(s) || body == "" || strings.HasSuffix(body, "\n") {
		return "", nil, false
	}
	lines = strings.Split(body, "\n")
	first := "" // the first line that is not empty: its indentation is the block's
	for _, line := range lines {
		if first == "" {
			first = line
		}
		trimmed := strings.TrimLeft(line, " ")
		if strings.HasSuffix(line, " ") || strings.HasSuffix(line, "\t") || strings.HasPrefix(trimmed, "\t") ||
			strings.HasPrefix(trimmed, ":") || // "::" at the start of a line is a runner's command
			!isShown(strings.ReplaceAll(line, "\t", " ")) {
			return "", nil, false
		}
	}
	header = "|"
	if strings.HasPrefix(first, " ") {
		header += "2"
	}
	if !broken {
		header += "-"
	}
	return header, lines, true
}

// quotedLines are the lines of a text in double quotes that breaks where the
// text does: what a web form makes of several lines, which it ends with CR LF,
// shows line by line, too.
func quotedLines(s string) []string {
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i, line := range lines {
		line = escaped(line)
		if i > 0 && (line[0] == ' ' || line[0] == ':') { // blanks at the start are the file's, not the text's
			line = map[byte]string{' ': `\x20`, ':': `\x3a`}[line[0]] + line[1:]
		}
		if i < len(lines)-1 {
			line += `\`
		}
		lines[i] = line
	}
	lines[0] = `"` + lines[0]
	lines[len(lines)-1] += `"`
	return lines
}
