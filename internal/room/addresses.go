package room

import (
	"regexp"
	"strings"
)

// ExampleStream is the address that stands for others in what roomsync says.
const ExampleStream = "rtmps://live.example.com/app/${STREAM_KEY}"

// addresses finds what looks like the address of a stream, in a text or in JSON,
// which may spell a slash with a backslash: scheme, user, host and port, rest.
var addresses = regexp.MustCompile("((?i:rtmps?):\\\\?/\\\\?/)([^\\s/?#@\"<>`\\\\…]*@)?([^\\s/?#@\"<>`\\\\…'(),;{}]*)((?:\\\\/|\\\\u00[0-9a-f]{2}|[^\\s\"<>`\\\\])*)")

// marked finds that what follows a host is what Mark shows there,
// and nothing behind it that could be a part of an address.
var marked = regexp.MustCompile(`^(/…|/…#[0-9a-f]{12}|#[0-9a-f]{12})($|[^\pL\pN/?#=%_~+-])`)

// HideAddresses leaves of the addresses of streams that a text holds only what
// StreamURL.String shows. Marks stay, and so does the example. known tells of a host
// whether addresses there are secrets; nil: all are.
func HideAddresses(text string, known func(host string) bool) string {
	if !strings.Contains(text, "/") || !strings.Contains(text, ":") {
		return text
	}
	return addresses.ReplaceAllStringFunc(text, func(found string) string {
		m := addresses.FindStringSubmatch(found)
		user, host, rest := m[2], m[3], m[4]
		if example, is := strings.CutPrefix(found, ExampleStream); is && strings.Trim(example, `)]},.;'`) == "" {
			return found
		}
		if known != nil && !known(hostname(host)) {
			return found
		}
		if host == "" && strings.HasPrefix(rest, "…@") {
			return found
		}
		if user != "" {
			user = "…@"
		}
		if strings.Trim(rest, "/") != "" && !marked.MatchString(rest) {
			rest = "/…"
		}
		return m[1] + user + host + rest
	})
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
