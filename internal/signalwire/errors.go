package signalwire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"roomsync/internal/room"
)

// ErrReadOnly is why a client made with Options.ReadOnly refuses to write.
var ErrReadOnly = errors.New("this client only reads")

// Error is a request that did not get a usable answer.
type Error struct {
	Method    string
	Path      string // without the query
	Status    int    // 0: no answer
	RequestID string // what the server calls the request, for its support
	Message   string // of a {"error": …} answer
	Details   []Detail
	Err       error // of the transport, or what is wrong with the answer
	Sent      bool  // the server may have got the request
}

// Detail is an entry of a 422 answer.
type Detail struct {
	Type      string `json:"type"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	Attribute string `json:"attribute"`
	URL       string `json:"url"`
}

// String is the entry in a few words.
func (d Detail) String() string {
	text := d.Message
	if text == "" {
		text = d.Code
	}
	if d.Attribute != "" && !strings.Contains(strings.ToLower(text), strings.ToLower(d.Attribute)) {
		text = d.Attribute + ": " + text
	}
	return text
}

// Error says what was asked, what came back and how the server calls it.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: ", e.Method, e.Path)
	if e.Status != 0 {
		fmt.Fprintf(&b, "%d", e.Status)
		if text := http.StatusText(e.Status); text != "" {
			b.WriteString(" " + text)
		}
	}
	var parts []string
	for _, d := range e.Details {
		parts = append(parts, d.String())
	}
	if e.Message != "" && !strings.EqualFold(e.Message, http.StatusText(e.Status)) {
		parts = append(parts, e.Message)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	if len(parts) > 0 {
		if e.Status != 0 {
			b.WriteString(": ")
		}
		b.WriteString(strings.Join(parts, "; "))
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request %s)", e.RequestID)
	}
	return b.String()
}

// Unwrap is the transport's error.
func (e *Error) Unwrap() error { return e.Err }

// Ambiguous tells whether the request may have been carried out although no
// answer says so: it was sent, and what came back is nothing, a server's
// failure, or not the promised object.
func (e *Error) Ambiguous() bool {
	return e.Sent && (e.Status == 0 || e.Status >= 500 || e.Status/100 == 2)
}

// maxSnippet caps how many bytes of a strange answer an error may quote.
const maxSnippet = 200

// readBody reads what a non-2xx answer says: {"error"}, {"errors"}, or a
// proxy's page.
func (e *Error) readBody(resp *http.Response, raw []byte) {
	var body struct {
		Error  json.RawMessage `json:"error"`
		Errors []Detail        `json:"errors"`
	}
	switch err := json.Unmarshal(raw, &body); {
	case resp.StatusCode/100 == 3:
		e.Err = fmt.Errorf("redirected to %s, which roomsync does not follow: credentials go to the space only", redirectHost(resp))
	case err == nil && len(body.Errors) > 0:
		e.Details = body.Errors
	case err == nil && len(body.Error) > 0:
		if json.Unmarshal(body.Error, &e.Message) != nil {
			e.Message = snippet(body.Error)
		}
	case len(raw) > 0:
		e.Err = notJSON(resp, raw, nil)
	}
}

func redirectHost(resp *http.Response) string {
	if u, err := url.Parse(resp.Header.Get("Location")); err == nil && u.Host != "" {
		return u.Host
	}
	return "another path"
}

// notJSON describes an answer that is not what the API promises.
func notJSON(resp *http.Response, raw []byte, err error) error {
	if bytes.Contains(bytes.ToLower(raw[:min(len(raw), 512)]), []byte("<html")) {
		return errors.New("the answer is a web page, not the API's JSON: a proxy, or the wrong host")
	}
	if err != nil && len(bytes.TrimSpace(raw)) == 0 {
		return errors.New("the answer is empty")
	}
	if err != nil {
		return fmt.Errorf("the answer is not the promised JSON: %w", err)
	}
	return fmt.Errorf("the answer says %q", snippet(raw))
}

func snippet(raw []byte) string {
	text := strings.Join(strings.Fields(string(raw)), " ")
	if len(text) > maxSnippet {
		text = strings.ToValidUTF8(text[:maxSnippet], "") + "…"
	}
	return text
}

// collection is the path of a kind's collection.
func collection(k room.Kind) string { return "/api/video/" + string(k) + "s" }

// object is the path of one room. IDs come from the server, so they are data:
// one that would change the path is refused.
func object(k room.Kind, id string) (string, error) {
	if id == "" || id == "." || id == ".." || strings.ContainsAny(id, "/?#%\\") {
		return "", fmt.Errorf("%s has the ID %q, which cannot stand in a path", k, id)
	}
	return collection(k) + "/" + id, nil
}
