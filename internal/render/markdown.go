package render

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"roomsync/internal/diag"
)

// What comes from elsewhere is data in Markdown as well: it must not break out
// of where it stands, mention people, link, or be taken for HTML. So it stands
// in code only, where GitHub and GitLab do none of that, and messages that may
// hold some of it are taken apart word by word.

// CommentLimit is how many characters GitHub takes as a comment or an issue.
// Sizes are counted in bytes here: never fewer, whatever is meant by a
// character.
const CommentLimit = 65_536

// longestName is how much of a name or an ID is shown. The API's names are
// shorter; what a server sends may not be.
const longestName = 200

// clip cuts a text that is longer than any should be.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}

// code is text from elsewhere as a code span.
func code(s string) string {
	s = diag.Printable(clip(s, longestName))
	if s == "" {
		return "(empty)"
	}
	ticks := strings.Repeat("`", longestRun(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.TrimSpace(s) != s {
		s = " " + s + " " // one blank at each end is not part of the code
	}
	return ticks + s + ticks
}

// htmlCode is text from elsewhere as code, inside of HTML.
func htmlCode(s string) string {
	return "<code>" + html.EscapeString(diag.Printable(clip(s, longestName))) + "</code>"
}

// longestRun is how many backticks there are in a row, at most.
func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] == '`' {
			run++
		} else {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// fenced is a block of code, in which nothing of the text acts.
func fenced(language string, lines []string) string {
	text := strings.Join(lines, "\n")
	ticks := strings.Repeat("`", max(3, longestRun(text)+1))
	return ticks + language + "\n" + text + "\n" + ticks + "\n"
}

// harmless words are letters or a number, which no Markdown reads anything into.
// Hexadecimal ones could be taken for commits.
var (
	harmless = regexp.MustCompile(`^([A-Za-z]+('[a-z]+)?|[0-9]+(\.[0-9]+)?)$`)
	commitID = regexp.MustCompile(`^[0-9a-fA-F]{7,}$`)
)

// longestProse is how much of a message is shown.
const longestProse = 1000

// prose is a message of ours that may hold text from elsewhere: all but plain
// words become code. Words that do so side by side become one piece of it.
func prose(s string) string {
	s = strings.TrimSpace(s)
	const before, after = `(`, `.,;:?)`
	var b strings.Builder
	var held []string // words for the next piece of code
	flush := func(tail string) {
		if len(held) > 0 {
			b.WriteString(code(strings.Join(held, " ")) + tail)
			held = nil
		}
	}
	for i, word := range strings.Split(diag.Printable(clip(s, longestProse)), " ") {
		core := strings.TrimRight(strings.TrimLeft(word, before), after)
		lead, tail, found := strings.Cut(word, core)
		if core == "" || !found {
			lead, tail, core = "", "", word
		}
		item := i == 0 && core[:min(len(core), 1)] <= "9" && (tail != "" || !strings.Contains(s, " ")) // "1." would begin a list
		if n := len(held); n > 0 && strings.HasPrefix(held[n-1], "--") && lead == "" && harmless.MatchString(core) && core[0] <= '9' {
			held = append(held, core) // the value of a flag
			if tail != "" {
				flush(tail)
			}
			continue
		}
		if plain := harmless.MatchString(core) && !commitID.MatchString(core) && !item; plain || word == "" {
			flush("")
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(lead + core + tail)
			continue
		}
		if lead != "" || len(held) == 0 {
			flush("")
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(lead)
		}
		held = append(held, core)
		if tail != "" {
			flush(tail)
		}
	}
	flush("")
	return b.String()
}

// sentence is a message as a sentence without its full stop.
func sentence(s string) string {
	s = prose(s)
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		s = string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// marker is the hidden line by which a comment of roomsync is found again: see
// Marker.
func marker(what, environment, digest string) string {
	line := Marker(what, environment)
	if digest != "" {
		line += fmt.Sprintf(" digest=%q", digest)
	}
	return line + " -->\n"
}

// Marker is how a document for an environment begins, so that it is found
// again, whatever it says by then. what is "" for plans and what became of
// them, "drift" for drift. Only the first 200 bytes of an environment count.
func Marker(what, environment string) string {
	if what != "" {
		what = " " + what
	}
	return fmt.Sprintf(`<!-- roomsync%s environment="%s"`, what, hidden(clip(environment, longestName)))
}

// hidden spells a text so that it cannot end the comment or the quotes that it
// stands in, and so that no two texts are spelled alike.
func hidden(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '_', c == '/', c == ' ',
			c == '-' && i > 0 && s[i-1] != '-':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// link is a link to an address of ours, or nothing if that is none.
func link(text, address string) string {
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") || len(address) > longestProse || strings.ContainsAny(address, " <>\"`\\\n\r\t") {
		return ""
	}
	return "[" + text + "](<" + address + ">)"
}
