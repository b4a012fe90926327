package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/schema"
)

// streams are the addresses that a room is to be broadcast to: nil if it does
// not say, and those that have no problem.
func (t *tree) streams(n *node) []room.StreamURL {
	f := n.field(room.Streams)
	if f == nil || !f.value.isList() {
		return nil
	}
	urls := make([]room.StreamURL, 0, len(f.value.items()))
	for _, item := range f.value.items() {
		if u := room.StreamURL(text(item)); u != "" && !item.broken {
			urls = append(urls, u)
		}
	}
	return urls
}

// TakesStream tells whether a file can hold the address of a stream.
func TakesStream(u room.StreamURL) bool { return compiled().stream.Validate(string(u)) == nil }

// sameStreams tells of addresses of one room that are the same, or not there.
func (t *tree) sameStreams(n *node) {
	f := n.field(room.Streams)
	if f == nil {
		return
	}
	f.value.src.hide(f.value)
	seen := make(map[string]*node, len(f.value.items()))
	for _, item := range f.value.items() {
		item.src.hide(item)
		if name := t.empty[item]; name != "" && !item.broken {
			item.broken = true
			t.problem(item.pos(), fmt.Sprintf("the variable %s is empty, and so is what it stands for in the address of a stream", name), "give it a value; it is a secret that this run has not been given, perhaps")
		}
		if text(item) == "" || item.broken {
			continue
		}
		u := room.StreamURL(text(item))
		if earlier := seen[u.Canonical()]; earlier != nil {
			t.problem(item.pos(), fmt.Sprintf("the stream %s comes twice: it is the one in line %d", u, earlier.pos().Line), "remove one of them")
			continue
		}
		seen[u.Canonical()] = item
	}
}

// explainStreams tells of what is wrong with streams. It quotes nothing: what
// stands there is, or was meant to be, secret.
func (t *tree) explainStreams(p place, f failure) {
	at := p.node.pos()
	const form = "an address such as " + room.ExampleStream
	switch {
	case p.path[0] == "defaults" && f.keyword == "false":
		t.problem(p.key.pos(), "defaults cannot say streams", "they belong to each room")
	case p.path[0] == "defaults": // told with the above
	case p.list == "" && f.keyword == "type":
		hint := ""
		switch p.node.data.(type) {
		case string:
			hint = `write it in brackets: streams: ["…"]`
		case nil:
			hint = "write streams: [] for none; remove the line to leave them as they are"
		}
		t.problem(at, "streams must be a list of addresses", hint)
	case f.keyword == "type":
		t.problem(at, "an entry of streams must be "+form, "")
	case f.keyword == "maxLength":
		t.problem(at, fmt.Sprintf("an entry of streams has %d characters, and 2000 are allowed", utf8.RuneCountInString(text(p.node))), "")
	case strings.Contains(text(p.node), "…"):
		t.problem(at, "an entry of streams is an address without its secret part, as roomsync shows it", "write the address whole, with a variable for the secret: "+form)
	case !rtmp.MatchString(text(p.node)):
		t.problem(at, "an entry of streams must be "+form+", and this does not begin with rtmp:// or rtmps://", "")
	default:
		t.problem(at, "an entry of streams must be "+form+", and this is none", "it needs a host, and blanks, quotes and backslashes in it are written as %20 and so on")
	}
}

var rtmp = regexp.MustCompile(`^(?i:rtmps?)://`)

// isStreams tells whether a place is the streams of a room, or one of them.
func (p place) isStreams() bool {
	return len(p.path) > 0 && p.path[len(p.path)-1] == room.Streams && (p.kind != "" || p.name() != room.Streams)
}

// discreet is a problem that tells nothing of the address of a stream. secret is
// what the file may have of addresses, if the problem is on one of those lines.
func discreet(p diag.Problem, secret string) diag.Problem {
	p.Message, p.Hint = room.HideAddresses(p.Message, nil), room.HideAddresses(p.Hint, nil)
	if secret != "" && !strings.HasPrefix(p.Hint, "did you mean") { // what resembles a setting is no key
		message := withoutQuotes(p.Message, secret)
		if message != p.Message && strings.HasPrefix(p.Hint, guess) {
			p.Hint = "" // it is made of what has just been taken out
		}
		p.Message, p.Hint = message, withoutQuotes(p.Hint, secret)
	}
	return p
}

// quotes finds what a message may have from a file: what is in quotes, what it
// begins with, and what is a key, a tag, an anchor or an alias.
var quotes = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|^\S{4,}|\b(?:key|tag|write) [^\s"]{4,}|[*&]\w\S{3,}`)

var word = regexp.MustCompile(`[\pL\pN]`)

// withoutQuotes takes out of a message what it has from secret, the names of
// settings and the like aside.
func withoutQuotes(message, secret string) string {
	return quotes.ReplaceAllStringFunc(message, func(found string) string {
		text, before := found, ""
		if word, rest, ok := strings.Cut(found, " "); ok && found[0] != '"' {
			before, text = word+" ", rest
		}
		plain, err := strconv.Unquote(text)
		if err != nil {
			plain = text
		}
		_, known := schema.Lookup(string(room.Conference), plain)
		_, knownRoom := schema.Lookup(string(room.Room), plain)
		known = known || knownRoom || slices.Contains(schema.TopLevel(), plain) || slices.Contains(schema.Keys(string(room.Room)), plain)
		switch begin, cut := strings.CutSuffix(strings.TrimLeft(plain, "*&"), "…"); {
		case known, !strings.Contains(secret, begin) && !cut && !strings.ContainsAny(plain, " \n"), !word.MatchString(plain):
			return found
		case err == nil:
			return before + `"…"`
		}
		return before + "…"
	})
}

var (
	// secretLine finds where a line begins that may hold the address of a stream:
	// one, or the key for it as people may write it.
	secretLine = regexp.MustCompile(`(?i)rtmp|\bst(re|ea)\w*["']?\s*(:|$)|\?\s*["']?stre`)
	// keyLine finds a line that begins with a key.
	keyLine = regexp.MustCompile(`^[\s\[{]*(-\s+)*[\[{]*\s*["']?[A-Za-z_][A-Za-z0-9_-]*["']?\s*:(\s|$)`)
)

// SecretLines tells of each line of a text whether the address of a stream may
// be on it. It goes by how the text looks and is on the safe side, because it is
// also asked about texts that are no YAML: from a line that speaks of streams on,
// everything is secret until another key begins that is not further inside.
func SecretLines(text string) []bool {
	lines, _ := secrets(text)
	return lines
}

// secrets are the lines that SecretLines tells of, and all that they hold from
// where they begin to speak of streams.
func secrets(text string) (secret []bool, held string) {
	lines := strings.Split(text, "\n")
	secret = make([]bool, len(lines))
	inside, indent := false, 0
	var b strings.Builder
	for i, line := range lines {
		begins, from := indentOf(line), 0
		if inside && (begins > indent || !keyLine.MatchString(line)) {
			secret[i] = true
		} else {
			inside = false
		}
		if m := secretLine.FindStringIndex(line); m != nil {
			if !inside {
				inside, indent, from = true, begins, m[0]
			}
			secret[i] = true
		}
		if secret[i] {
			b.WriteString(line[from:] + "\n")
		}
	}
	return secret, b.String()
}

// hide keeps the lines of a node from being quoted: where the text alone does
// not tell, as behind an anchor.
func (s *source) hide(n *node) {
	if s.hidden == nil {
		s.hidden = make(map[int]bool)
	}
	for i := range strings.Count(n.at.Value, "\n") + 1 {
		s.hidden[n.pos().Line+i] = true
	}
}

// indentOf is the column in which what a line says begins, dashes aside.
func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " \t-[{")) }
