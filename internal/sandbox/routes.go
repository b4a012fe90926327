package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxBody is far above the largest valid request (a description of 3000
// characters and a meta of 2000, each escaped).
const maxBody = 1 << 20

// A call is one request on its way to an answer.
type call struct {
	request *http.Request
	body    []byte
	refused bool   // the body was cut off, or is declared not to be JSON
	target  string // what {id} in the route stands for
	strikes strikes
}

type handler func(*Server, *call) reply

// routes holds the paths of this version; {id} matches one segment.
var routes = []struct {
	method, path string
	handle       handler
}{
	{"GET", "conferences", (*Server).listConferences},
	{"POST", "conferences", (*Server).createConference},
	{"GET", "conferences/{id}", (*Server).showConference},
	{"PUT", "conferences/{id}", (*Server).updateConference},
	{"DELETE", "conferences/{id}", (*Server).deleteConference},
	{"GET", "conferences/{id}/conference_tokens", (*Server).listTokens},
	{"GET", "conferences/{id}/streams", (*Server).listConferenceStreams},
	{"POST", "conferences/{id}/streams", (*Server).createConferenceStream},
	{"GET", "conference_tokens/{id}", (*Server).showToken},
	{"POST", "conference_tokens/{id}/reset", (*Server).resetToken},
	{"GET", "rooms", (*Server).listRooms},
	{"POST", "rooms", (*Server).createRoom},
	{"GET", "rooms/{id}", (*Server).showRoom},
	{"PUT", "rooms/{id}", (*Server).updateRoom},
	{"DELETE", "rooms/{id}", (*Server).deleteRoom},
	{"GET", "rooms/{id}/streams", (*Server).listRoomStreams},
	{"POST", "rooms/{id}/streams", (*Server).createRoomStream},
	{"POST", "room_tokens", (*Server).createRoomToken},
	{"GET", "streams/{id}", (*Server).showStream},
	{"PUT", "streams/{id}", (*Server).updateStream},
	{"DELETE", "streams/{id}", (*Server).deleteStream},
}

// route finds the handler, or nil. A known path with another method is not
// found either: the document has no 405, and a client must not lean on one.
func (c *call) route() handler {
	// The escaped form keeps a %2F inside its segment.
	path, ok := strings.CutPrefix(c.request.URL.EscapedPath(), "/api/video/")
	if !ok {
		return nil
	}
	asked := strings.Split(path, "/")
	for _, r := range routes {
		if r.method == c.request.Method && c.match(strings.Split(r.path, "/"), asked) {
			return r.handle
		}
	}
	return nil
}

func (c *call) match(want, asked []string) bool {
	if len(want) != len(asked) {
		return false
	}
	for i, segment := range want {
		if segment == "{id}" {
			target, err := url.PathUnescape(asked[i])
			if err != nil || target == "" {
				return false
			}
			c.target = target
		} else if segment != asked[i] {
			return false
		}
	}
	return true
}

// readBody takes the body once, for the handler and the record alike.
func (c *call) readBody(w http.ResponseWriter) {
	if c.request.Body == nil {
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, c.request.Body, maxBody))
	c.body, c.refused = body, err != nil
	// The document knows application/json alone. A body that says nothing
	// of itself gets the benefit of the doubt; one sent as a form does not,
	// because a server that believes the header sees no parameters in it.
	if declared := c.request.Header.Get("Content-Type"); declared != "" && len(body) > 0 {
		kind, _, err := mime.ParseMediaType(declared)
		if err != nil || kind != "application/json" {
			c.refused = true
		}
	}
}

// parameters decodes the body's JSON object. Not ok is a 400; too large a
// body is one as well, as the document has no 413.
func (c *call) parameters() (map[string]json.RawMessage, bool) {
	if c.refused || !utf8.Valid(c.body) {
		return nil, false
	}
	if !bytes.HasPrefix(bytes.TrimLeft(c.body, " \t\r\n"), []byte("{")) {
		return nil, false
	}
	var parameters map[string]json.RawMessage
	if json.Unmarshal(c.body, &parameters) != nil {
		return nil, false
	}
	return parameters, true
}
