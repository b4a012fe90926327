package signalwire

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
)

// What servers say, and what becomes of it.
func TestErrorBodies(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		body, want string
	}{
		"as documented": {404, `{"error":"Not Found"}`, "404 Not Found"},
		"a reason":      {400, `{"error":"size is odd"}`, "400 Bad Request: size is odd"},
		"entries as documented": {422, `{"errors":[
			{"type":"validation_error","code":"missing_required_parameter","message":"Name can't be blank","attribute":"name","url":"https://x"},
			{"type":"validation_error","code":"invalid_parameter","message":"must be a colour","attribute":"dark_primary","url":"https://x"}]}`,
			"422 Unprocessable Entity: Name can't be blank; dark_primary: must be a colour"},
		"attribute null":         {422, `{"errors":[{"message":"no","attribute":null,"code":null,"extra":{"a":[1]}}]}`, "422 Unprocessable Entity: no"},
		"code alone":             {422, `{"errors":[{"code":"taken","attribute":"name"}]}`, "422 Unprocessable Entity: name: taken"},
		"code a number":          {422, `{"errors":[{"code":21211,"attribute":["name"]}]}`, `422 Unprocessable Entity: ["name"]: 21211`},
		"entries of another API": {422, `{"errors":[{"detail":"name is taken"}]}`, `422 Unprocessable Entity: {"detail":"name is taken"}`},
		"entries as texts":       {422, `{"errors":["name is taken",null,7,["x"]]}`, `422 Unprocessable Entity: name is taken; 7; ["x"]`},
		"entries by attribute":   {422, `{"errors":{"size":"is odd","name":["is taken","is <long>"]}}`, "422 Unprocessable Entity: name: is taken; name: is <long>; size: is odd"},
		"entries one text":       {422, `{"errors":"name is taken"}`, "422 Unprocessable Entity: name is taken"},
		"no entries":             {422, `{"errors":[]}`, `422 Unprocessable Entity: the answer says: {"errors":[]}`},
		"entries and a reason":   {422, `{"errors":["name is taken"],"error":"invalid"}`, "422 Unprocessable Entity: name is taken; invalid"},
		"reason an object":       {422, `{"error":{"code":"x","message":"name is taken"}}`, `422 Unprocessable Entity: {"code":"x","message":"name is taken"}`},
		"message":                {422, `{"message":"name is taken"}`, "422 Unprocessable Entity: name is taken"},
		"status and message":     {422, `{"error":"unprocessable entity","message":"name is taken"}`, "422 Unprocessable Entity: name is taken"},
		"reason and message":     {403, `{"error":"scope","message":"Video is missing"}`, "403 Forbidden: scope: Video is missing"},
		"reason twice":           {403, `{"error":"scope","message":"scope"}`, "403 Forbidden: scope"},
		"reason null":            {500, `{"error":null}`, `500 Internal Server Error: the answer says: {"error":null}`},
		"another object":         {400, `{"title":"bad","detail":"size & layout"}`, `400 Bad Request: the answer says: {"detail":"size & layout","title":"bad"}`},
		"a list":                 {400, `["bad"]`, `400 Bad Request: the answer is not the promised JSON object: ["bad"]`},
		"a text":                 {400, `"bad"`, `400 Bad Request: the answer is not the promised JSON object: "bad"`},
		"web page":               {502, "<html><body>\nBad gateway", "502 Bad Gateway: the answer is a web page, not the API's JSON: a proxy, or the wrong host"},
		"plain text":             {503, "upstream\r\n\tis \x1b[31mred\x00\u202e", `503 Service Unavailable: the answer is not JSON: upstream is \x1b[31mred\x00\u202e`},
		"nothing":                {500, "", "500 Internal Server Error"},
		"blank":                  {500, " \n", "500 Internal Server Error"},
		"unknown status":         {599, `{"error":"x"}`, "599: x"},
		"control characters":     {400, `{"error":"a\u001b[2Jb\nc\u0007"}`, `400 Bad Request: a\x1b[2Jb c\a`},
		"invalid UTF-8":          {400, "{\"error\":\"a\xffb\"}", "400 Bad Request: a\ufffdb"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := saying(t, c.status, c.body).Get(t.Context(), room.Conference, "a")
			if diff := cmp.Diff("GET /api/video/conferences/a: "+c.want, err.Error()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorKeepsEveryEntry(t *testing.T) {
	c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "req-7")
		w.WriteHeader(422)
		fmt.Fprint(w, `{"errors":[{"type":"validation_error","code":"invalid_parameter","message":"is odd","attribute":"size","url":"https://x"},"no"]}`)
	}), Options{})
	_, err := c.Update(t.Context(), room.Conference, "a", "", nil)
	want := &Error{
		Method: "PUT", Host: c.Space(), Path: "/api/video/conferences/a", Status: 422, RequestID: "req-7", Sent: true, Attempts: 1,
		Details: []Detail{
			{Type: "validation_error", Code: "invalid_parameter", Message: "is odd", Attribute: "size", URL: "https://x"},
			{Message: "no"},
		},
	}
	if diff := cmp.Diff(want, asError(t, err)); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestErrorText(t *testing.T) {
	for want, e := range map[string]*Error{
		"GET /x: 404 Not Found": {Method: "GET", Path: "/x", Status: 404, Message: "not found"},
		"GET /x: no route":      {Method: "GET", Path: "/x", Err: errors.New("no route")},
		"PUT /x: 422 Unprocessable Entity: size: is odd; no; later; gone (request r-1)": {
			Method: "PUT", Path: "/x", Status: 422, RequestID: "r-1", Message: "later", Err: errors.New("gone"),
			Details: []Detail{{Message: "is odd", Attribute: "size"}, {Message: "no"}},
		},
		"POST /x: 201 Created: the answer is empty": {Method: "POST", Path: "/x", Status: 201, Err: errors.New("the answer is empty")},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestDetailText(t *testing.T) {
	for want, d := range map[string]Detail{
		"name is taken":               {Message: "name is taken", Attribute: "name"},
		"Name is taken":               {Message: "Name is taken", Attribute: "name"},
		"size: is oversized":          {Message: "is oversized", Attribute: "size"},
		"name: display_name is wrong": {Message: "display_name is wrong", Attribute: "name"},
		"name: taken":                 {Code: "taken", Attribute: "name"},
		"validation_error":            {Type: "validation_error"},
		"name: no reason given":       {Attribute: "name"},
	} {
		if got := d.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAmbiguous(t *testing.T) {
	for _, c := range []struct {
		sent      bool
		status    int
		ambiguous bool
	}{
		{false, 0, false}, {true, 0, true}, {true, 200, true}, {true, 204, true}, {true, 302, false},
		{true, 400, false}, {true, 422, false}, {true, 429, false}, {true, 500, true}, {true, 503, true},
	} {
		if got := (&Error{Sent: c.sent, Status: c.status}).Ambiguous(); got != c.ambiguous {
			t.Errorf("sent %v, status %d: ambiguous %v", c.sent, c.status, got)
		}
	}
	if (&Error{Method: http.MethodGet, Sent: true, Status: 502}).Ambiguous() {
		t.Error("a GET is taken for something that may have been carried out")
	}
}

// However much a server says, a person gets a few lines to read.
func TestErrorSize(t *testing.T) {
	long := strings.Repeat("long ", 1<<20)
	entry := `{"type":"` + long[:5000] + `","code":"` + long[:5000] + `","message":"` + long[:5000] + `","attribute":"` + long[:5000] + `"}`
	for name, body := range map[string]string{
		"reason":        `{"error":"` + long[:3<<20] + `"}`,
		"too much":      `{"error":"` + long + `"}`,
		"plain text":    long,
		"no spaces":     strings.Repeat("\x01", 5<<20),
		"blanks":        strings.Repeat(" ", 5<<20) + "x",
		"entries":       `{"errors":[` + strings.Repeat(`{"message":"is odd","attribute":"size"},`, 9_999) + `{"message":"last"}]}`,
		"long entries":  `{"errors":[` + strings.Repeat(entry+",", 100) + entry + `]}`,
		"by attribute":  `{"errors":{"` + long[:5000] + `":["` + long[:5000] + `"]}}`,
		"unprintable":   `{"errors":[` + strings.Repeat(`"`+strings.Repeat(`\u0001`, 500)+`",`, 20) + `"x"]}`,
		"deep":          `{"error":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`,
		"far too deep":  `{"error":` + strings.Repeat("[", 90000) + strings.Repeat("]", 90000) + `}`,
		"object's keys": `{"` + long[:1<<20] + `":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
				resp, err := say(r, 422, body)
				resp.Header.Set("X-Request-Id", strings.Repeat("i", 1<<20))
				return resp, err
			})})
			_, err := c.Get(t.Context(), room.Room, "a")
			if n := len(err.Error()); n > 8<<10 {
				t.Errorf("%d bytes: %.500s…", n, err)
			}
			if name == "entries" {
				if n := len(asError(t, err).Details); n != 10_000 {
					t.Errorf("kept %d entries", n)
				}
				wantText(t, err, "and 9990 more")
			}
		})
	}
}

// Neither does the transport's own report of a hostile server.
func TestTransportErrorIsCleaned(t *testing.T) {
	reason := fmt.Errorf("malformed header: \x1b[2J%s: %w", strings.Repeat("x", 5<<20), http.ErrNotSupported)
	c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(*http.Request) (*http.Response, error) {
		return nil, reason
	})})
	_, err := c.Get(t.Context(), room.Room, "a")
	wantText(t, err, `malformed header: \x1b[2Jxxx`)
	if len(err.Error()) > 2000 || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("text is not cleaned: %.2000q", err.Error())
	}
	if !errors.Is(err, http.ErrNotSupported) {
		t.Error("the kind of error is lost")
	}
}
