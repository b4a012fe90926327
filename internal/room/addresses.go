package room

import (
	"regexp"
	"strings"
)

// ExampleStream is the address that stands for others in what roomsync says.
const ExampleStream = "rtmps://live.example.com/app/${STREAM_KEY}"

// addresses finds what looks like the address of a stream, in a text or in JSON,
// which may spell a slash with a backslash: scheme, user, host and port, rest.
var addresses = regexp.MustCompile("((?i:rtmps?):\\\\?/\\\\?/)(…@|[^\\s/?#@\"<>`\\\\…]*@)?([^\\s/?#@\"<>`\\\\…'(),;{}]*)([^\\s\"<>`]*)")

var (
	// shownRest is what String and Mark leave after the host.
	shownRest = regexp.MustCompile(`^(/…(#[0-9a-f]{12})?|#[0-9a-f]{12})`)
	// punctuation is what may follow it in a text, in one for HTML, too.
	punctuation = regexp.MustCompile(`^([^\pL\pN]|&(#\d+|quot|amp|lt|gt);)*$`)
	// inJSON is as much of the rest as belongs to a text in JSON: a backslash begins
	// something else, but for these.
	inJSON = regexp.MustCompile(`^(\\/|\\u00[0-9a-f]{2}|[^\\])*`)
)

// HideAddresses leaves of the addresses of streams that a text holds only what
// StreamURL.String shows. Marks stay, and so does the example. known tells of a host
// whether addresses there are secrets; nil: all are.
func HideAddresses(text string, known func(host string) bool) string {
	if !mayHoldAddress(text) {
		return text
	}
	return addresses.ReplaceAllStringFunc(text, func(found string) string {
		m := addresses.FindStringSubmatch(found)
		user, host, rest, behind := m[2], m[3], m[4], ""
		if known != nil {
			// It is our own output, of which not more may go than has to.
			rest = inJSON.FindString(rest)
			behind = HideAddresses(m[4][len(rest):], known)
		}
		if example, is := strings.CutPrefix(found, ExampleStream); is && strings.Trim(example, `)]},.;'`) == "" {
			return found
		}
		if known != nil && !known(hostname(host)) {
			return m[1] + user + host + hideNext(rest, known) + behind
		}
		if user != "" {
			user = "…@"
		}
		if strings.Trim(rest, "/") != "" {
			rest = hideRest(rest, known)
		}
		return m[1] + user + host + rest + behind
	})
}

// mayHoldAddress tells whether a text holds what addresses begin with, which
// takes a twentieth of the time that the expression takes to find none.
func mayHoldAddress(text string) bool {
	const scheme = "rtmp"
	for rest := text; ; {
		colon := strings.IndexByte(rest, ':')
		if colon < 0 || colon+1 == len(rest) {
			return false
		}
		if next := rest[colon+1]; next == '/' || next == '\\' {
			// An s may be between them; one that folds to s is two bytes long.
			for _, s := range []int{0, 1, 2} {
				if from := colon - len(scheme) - s; from >= 0 && strings.EqualFold(rest[from:from+len(scheme)], scheme) {
					return true
				}
			}
		}
		rest = rest[colon+1:]
	}
}

// hideRest is what may be shown of what follows a host: nothing but what is shown
// already, and the next address.
func hideRest(rest string, known func(host string) bool) string {
	shown := shownRest.FindString(rest)
	next := len(rest)
	if at := addresses.FindStringIndex(rest); at != nil {
		next = at[0]
	}
	if shown == "" || !punctuation.MatchString(rest[len(shown):next]) {
		return "/…"
	}
	return hideNext(rest, known)
}

// hideNext hides the addresses that begin inside of the rest of another.
func hideNext(rest string, known func(host string) bool) string {
	at := addresses.FindStringIndex(rest)
	if at == nil {
		return rest
	}
	return rest[:at[0]] + HideAddresses(rest[at[0]:], known)
}

// Host is the host that an address leads to, without its port.
func (u StreamURL) Host() string {
	m := streamParts.FindStringSubmatch(string(u))
	if m == nil {
		return ""
	}
	return strings.ToLower(m[3])
}

// hostname is a host without its port, in small letters.
func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	return strings.ToLower(host)
}
