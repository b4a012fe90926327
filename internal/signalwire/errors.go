package signalwire

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ErrReadOnly is why a client made with Options.ReadOnly refuses to write.
var ErrReadOnly = errors.New("this client only reads")

// Error is a request that did not get a usable answer. What it quotes of the
// server is short, on one line, and without control characters or credentials.
type Error struct {
	Method     string
	Host       string // of the space
	Path       string // without the query
	Status     int    // 0: no answer
	Cause      Cause  // why there is no answer, or no end of one
	Proxy      string // the host of the proxy, if that is where it failed
	RequestID  string // what the server calls the request, for its support
	Message    string // of an {"error": …} or {"message": …} answer
	Details    []Detail
	Err        error         // of the transport, or what is wrong with the answer
	Sent       bool          // the server may have got the request
	Repeated   bool          // an attempt before this one may have been carried out
	Broken     bool          // the answer ended before its end
	Attempts   int           // how often it was sent
	GaveUp     bool          // trying again might have helped, but the time for that was over
	RetryAfter time.Duration // what the server asked to wait; 0: nothing, or it is not its to ask
}

// Detail is an entry of a 422 answer. What the server does not say is empty.
type Detail struct {
	Type      string `json:"type"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	Attribute string `json:"attribute"`
	URL       string `json:"url"`
}

// String is the entry in a few words.
func (d Detail) String() string {
	text := cmp.Or(d.Message, d.Code, d.Type, "no reason given")
	if d.Attribute != "" && !hasWord(text, d.Attribute) {
		text = d.Attribute + ": " + text
	}
	return text
}

func hasWord(text, word string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, word) })
}

// maxShown is how many entries of a 422 an error's text holds.
const maxShown = 10

// Error says what was asked, what came back and how the server calls it.
func (e *Error) Error() string {
	var reasons []string
	if e.Status != 0 {
		reasons = append(reasons, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	}
	if said := e.said(); said != "" {
		reasons = append(reasons, said)
	}
	text := fmt.Sprintf("%s %s: %s", e.Method, e.Path, strings.Join(reasons, ": "))
	if e.GaveUp {
		text += fmt.Sprintf("; gave up after attempt %d", e.Attempts)
	}
	if e.RequestID != "" {
		text += fmt.Sprintf(" (request %s)", e.RequestID)
	}
	return text
}

// said is the reason beyond the status.
func (e *Error) said() string {
	var parts []string
	for _, d := range e.Details[:min(len(e.Details), maxShown)] {
		parts = append(parts, d.String())
	}
	if more := len(e.Details) - maxShown; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	if e.Message != "" && !strings.EqualFold(e.Message, http.StatusText(e.Status)) {
		parts = append(parts, e.Message)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, "; ")
}

// Unwrap is the transport's error.
func (e *Error) Unwrap() error { return e.Err }

// Ambiguous tells whether the request may have been carried out although no
// answer says so: it was sent, perhaps not for the first time, and what came
// back is nothing, a server's failure, or not the promised object. A GET carries
// nothing out.
func (e *Error) Ambiguous() bool {
	if e.Method == http.MethodGet {
		return false
	}
	return e.Repeated || e.Sent && (e.Status == 0 || e.Status >= 500 || e.Status/100 == 2)
}

// About tells whether the server refused the request because of a parameter.
func (e *Error) About(parameter string) bool {
	return slices.ContainsFunc(e.Details, func(d Detail) bool { return d.Attribute == parameter })
}

// Gone tells whether the API says that there is no such object. A 404 of
// something else, such as a proxy's page, is no such word.
func (e *Error) Gone() bool { return e.Status == http.StatusNotFound && e.Message != "" }

// ProxyStatus is the status with which a proxy refused to connect, or 0.
func (e *Error) ProxyStatus() int {
	var status proxyDenied
	errors.As(e.Err, &status)
	return int(status)
}

// Fatal tells whether no other request of the run can be expected to fare
// better: the credentials are refused, or the time for failures is over.
func (e *Error) Fatal() bool { return e.Status == http.StatusUnauthorized || e.GaveUp }
