package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"roomsync/internal/room"
)

// hosts are those that rooms are broadcast to: addresses there are secrets. Any
// other may be printed, in the description of a room for example.
type hosts struct {
	mu    sync.RWMutex
	known map[string]bool
}

func (h *hosts) has(host string) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.known[host]
}

func (h *hosts) add(urls []room.StreamURL) {
	if len(urls) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil {
		h.known = make(map[string]bool)
	}
	for _, u := range urls {
		h.known[u.Host()] = true
	}
}

// shortestSecret keeps a token of a test, such as x, from being taken out of
// every word.
const shortestSecret = 8

// secret is a text that must be in nothing that is printed.
type secret struct {
	value, name string
	of          string // the secret itself, where value is another spelling of it
	ends        bool   // what room.Secret shows of it may be shown
}

// spellings are the ways in which our own output may write a secret that a room
// holds: as it is or in JSON, and either of them in XML and in HTML.
func spellings(s string) []string {
	var inJSON bytes.Buffer
	enc := json.NewEncoder(&inJSON)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	plain := strings.TrimSuffix(inJSON.String(), "\n")
	var all []string
	for _, text := range []string{s, plain[1 : len(plain)-1]} {
		escaped := template.HTMLEscapeString(text)
		all = append(all, text, escaped, strings.ReplaceAll(escaped, "+", "&#43;"))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// secretList is known to several goroutines: one may log while another learns of a
// token.
type secretList struct {
	mu   sync.RWMutex
	list []secret
}

func (s *secretList) add(one secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, one)
}

// all are those that are known by now. The list is only ever added to.
func (s *secretList) all() []secret {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.list
}

// hide adds a secret to those that are taken out of whatever is printed.
func (a *app) hide(value, name string) {
	if value = strings.TrimSpace(value); len(value) >= shortestSecret {
		for _, spelled := range spellings(value) {
			a.secrets.add(secret{value: spelled, name: name, of: value})
		}
	}
}

// hideToken does so with a token of a room, whose ends may be shown.
func (a *app) hideToken(token room.Secret) {
	if len(token) >= shortestSecret {
		for _, spelled := range spellings(string(token)) {
			a.secrets.add(secret{spelled, "token", string(token), true})
		}
	}
}

// redacted takes tokens out of a text, also what is left of one where a long
// text has been cut, and what is secret of the addresses of streams.
func (a *app) redacted(text string) string {
	return room.HideAddresses(a.withoutTokens(text), a.broadcasts.has)
}

// withoutTokens takes out only tokens: a file may hold addresses on purpose.
func (a *app) withoutTokens(text string) string { return redacted(text, a.secrets.all()) }

func redacted(text string, secrets []secret) string {
	for _, s := range secrets {
		text = strings.ReplaceAll(text, s.value, "["+s.name+"]")
		text = s.withoutCut(text)
	}
	return text
}

// printable refuses to print a file that holds a secret: without it, it would be
// another file.
func (a *app) printable(text []byte) error {
	if a.withoutTokens(string(text)) == string(text) {
		return nil
	}
	return hinted{errors.New("what is to be written holds one of your tokens, so it is not"), "a room or the file has it: take it out, and make a new token"}
}

// withoutCut takes out beginnings of the secret that an ellipsis follows.
func (s secret) withoutCut(text string) string {
	const ellipsis = "…"
	begin := s.value[:shortestSecret]
	if !utf8.ValidString(begin) || !strings.Contains(text, begin) || !strings.Contains(text, ellipsis) {
		return text
	}
	var b strings.Builder
	for {
		at := strings.Index(text, begin)
		if at < 0 {
			b.WriteString(text)
			return b.String()
		}
		n := shortestSecret
		for n < len(s.value) && at+n < len(text) && text[at+n] == s.value[n] {
			n++
		}
		b.WriteString(text[:at])
		shown := s.ends && n == shortestSecret // by room.Secret
		if rest := text[at+n:]; strings.HasPrefix(rest, ellipsis) && !shown {
			b.WriteString("[" + s.name + "]")
		} else {
			b.WriteString(text[at : at+n])
		}
		text = text[at+n:]
	}
}

// redactor keeps secrets out of what is written through it. A room can hold
// one, and a plan would show it. What may be the begin of one is held back until
// it is known to be none.
type redactor struct {
	w      io.Writer
	a      *app // whose secrets come to be known one by one
	mu     sync.Mutex
	held   string
	passes []string // secrets that are printed on purpose
	whole  bool     // addresses of streams are
}

// let lets a secret through: it is what has been asked for.
func (r *redactor) let(value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.passes = append(r.passes, value)
}

// letAddresses lets the addresses of streams through: a file is printed that may
// hold some.
func (r *redactor) letAddresses() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.whole = true
}

// secrets are those to keep out.
func (r *redactor) secrets() []secret {
	if len(r.passes) == 0 {
		return r.a.secrets.all()
	}
	return slices.DeleteFunc(slices.Clone(r.a.secrets.all()), func(s secret) bool { return slices.Contains(r.passes, s.of) })
}

// Write writes what cannot be a part of a secret.
func (r *redactor) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	secrets := r.secrets()
	text := redacted(r.held+string(p), secrets)
	keep := 0
	if !r.whole {
		keep = len(text) - addressAt(text)
		text = room.HideAddresses(text[:len(text)-keep], r.a.broadcasts.has) + text[len(text)-keep:]
	}
	for _, s := range secrets {
		for n := min(len(s.value)-1, len(text)); n > keep; n-- {
			if strings.HasSuffix(text, s.value[:n]) {
				keep = n
			}
		}
	}
	r.held = text[len(text)-keep:]
	if _, err := io.WriteString(r.w, text[:len(text)-keep]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// addressAt is where the address of a stream begins that the end of a text may
// be the begin of, or the text's length.
func addressAt(text string) int {
	const most = 4096 // nothing that long is an address
	from := max(0, len(text)-most)
	begin := from + strings.LastIndexAny(text[from:], " \t\n\r\"<>`") + 1
	last := strings.ToLower(text[begin:])
	if strings.Contains(last, "rtmp") || strings.HasSuffix(last, "r") || strings.HasSuffix(last, "rt") || strings.HasSuffix(last, "rtm") {
		return begin
	}
	return len(text)
}

// flush writes what has been held back: it has turned out to be no token, and
// the end of an address is its end.
func (r *redactor) flush() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	held := r.held
	if !r.whole {
		held = room.HideAddresses(held, r.a.broadcasts.has)
	}
	r.held = ""
	if held == "" {
		return nil
	}
	_, err := io.WriteString(r.w, held)
	return err
}
