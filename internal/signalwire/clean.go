package signalwire

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"roomsync/internal/room"
)

// How much of a server's text is worth showing, in characters.
const (
	maxWord = 100 // an identifier
	maxLine = 300 // a sentence
	maxText = 800 // a reason with what it quotes
)

// cleaner makes the server's text fit for errors and logs: without the
// credentials, should the server repeat them, and without tokens, on one line, without control
// characters, and short.
type cleaner struct {
	credentials *strings.Replacer
	reticent    bool // quotes no answer whose form it does not know: it may be a token
	silent      bool // quotes no sentence of the server: there may be an address in it
}

// cleanerFor is the cleaner for what a path answers.
func (c *Client) cleanerFor(path string) cleaner {
	clean := c.clean
	clean.silent = strings.Contains(path, "/streams")
	clean.reticent = strings.Contains(path, "token") || clean.silent
	return clean
}

func newCleaner(project, token string) cleaner {
	basic := base64.StdEncoding.EncodeToString([]byte(project + ":" + token))
	var pairs []string
	// The longer one first: what comes first is what a Replacer tries first.
	for _, secret := range []string{basic, strings.TrimRight(basic, "="), token} {
		for _, spelled := range spellings(secret) {
			pairs = append(pairs, spelled, "[redacted]")
		}
	}
	return cleaner{credentials: strings.NewReplacer(pairs...)}
}

// spellings are the ways in which a server may repeat a text.
func spellings(s string) []string {
	inJSON, _ := json.Marshal(s) // a string always encodes
	return []string{
		s,
		string(inJSON[1 : len(inJSON)-1]), strings.ReplaceAll(s, "/", `\/`),
		url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s),
	}
}

// tokens finds what looks like a token of a room, whole or cut off: one of a
// conference, a JSON Web Token, or whatever JSON calls a token.
var tokens = regexp.MustCompile(`vpt_[A-Za-z0-9]+|\beyJ[A-Za-z0-9_-]{10,}[A-Za-z0-9._-]*|(?i:("[a-z_-]*token"\s*:\s*")[^"]+)`)

// withoutTokens takes tokens out of a text, or out of the beginning of one, and
// of addresses of streams what is secret of them.
func withoutTokens(s string) string {
	return room.HideAddresses(tokens.ReplaceAllString(s, "$1[redacted]"), nil)
}

// text cleans a text and cuts it to limit characters.
func (c cleaner) text(s string, limit int) string {
	s = c.credentials.Replace(s) // first: a cut could leave half of them
	whole := len(s)
	if whole > 8*limit {
		s = s[:8*limit] // enough, and megabytes need not be looked through
	}
	cut := len(s) < whole
	s = withoutTokens(s) // half of one is found, too
	var b strings.Builder
	n := 0
	for i, word := range strings.Fields(s) {
		if i > 0 {
			word = " " + word
		}
		for _, r := range word {
			shown := string(r)
			if !unicode.IsPrint(r) {
				shown = strings.Trim(strconv.QuoteRuneToASCII(r), "'")
			}
			if n += utf8.RuneCountInString(shown); n > limit {
				return b.String() + "…"
			}
			b.WriteString(shown)
		}
	}
	if cut {
		b.WriteString("…")
	}
	return b.String()
}

// err cleans the text of an error.
func (c cleaner) err(err error) error {
	dirty := err.Error()
	text := c.text(dirty, maxText)
	switch {
	case text == dirty:
		return err
	case withoutTokens(c.credentials.Replace(dirty)) != dirty:
		return errors.New(text) // whoever unwraps it must not find them either
	}
	return cleanError{text, err}
}

// cleanError shows another text than the error that it is.
type cleanError struct {
	text string
	err  error
}

func (e cleanError) Error() string { return e.text }
func (e cleanError) Unwrap() error { return e.err }
