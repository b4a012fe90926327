package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"roomsync/internal/sandbox"
)

const (
	conferences = "/api/video/conferences"
	rooms       = "/api/video/rooms"
)

// A client talks to a sandbox as any program would: over HTTP, with no
// knowledge of its types.
type client struct {
	t              testing.TB
	url            string
	project, token string
}

// serve starts a server for the test and returns a client with its demo
// credentials.
func serve(t testing.TB, s *sandbox.Server) client {
	t.Helper()
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return client{t: t, url: web.URL, project: sandbox.DemoProject, token: sandbox.DemoToken}
}

// fresh serves an empty sandbox.
func fresh(t testing.TB) client {
	t.Helper()
	return serve(t, sandbox.New(sandbox.Options{}))
}

// An answer is what came back, already read.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

func (c client) send(method, path, body string) answer {
	c.t.Helper()
	return c.sendAs(method, path, body, "application/json")
}

// sendAs sends a body with the given Content-Type, or without one when empty.
func (c client) sendAs(method, path, body, contentType string) answer {
	c.t.Helper()
	request, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	return c.do(request)
}

func (c client) do(request *http.Request) answer {
	c.t.Helper()
	a, err := c.attempt(request)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

func (c client) attempt(request *http.Request) (answer, error) {
	if c.project != "" {
		request.SetBasicAuth(c.project, c.token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{t: c.t, status: response.StatusCode, header: response.Header, body: string(body)}, err
}

// try is send for goroutines, which must not end the test: without an answer,
// the status is 0 and the text is the error.
func (c client) try(method, path, body string) (status int, text string) {
	request, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	a, err := c.attempt(request)
	if err != nil {
		return 0, err.Error()
	}
	return a.status, a.body
}

func (c client) get(path string) answer {
	c.t.Helper()
	return c.sendAs("GET", path, "", "")
}

// create posts a room and returns it as answered.
func (c client) create(collection, body string) map[string]any {
	c.t.Helper()
	return c.send("POST", collection, body).want(http.StatusOK).object()
}

// want ends the test unless the answer has the status.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func (a answer) object() map[string]any {
	a.t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(a.body), &object); err != nil {
		a.t.Fatalf("%v in %s", err, a.body)
	}
	return object
}

// A listing is one page.
type listing struct {
	Links map[string]string
	Data  []map[string]any
}

func (a answer) listing() listing {
	a.t.Helper()
	var l listing
	if err := json.Unmarshal([]byte(a.want(http.StatusOK).body), &l); err != nil {
		a.t.Fatalf("%v in %s", err, a.body)
	}
	return l
}

// names are those of the objects on a page.
func (l listing) names() []string {
	var names []string
	for _, o := range l.Data {
		names = append(names, o["name"].(string))
	}
	return names
}

// follow gets the page that a link leads to. The link must be absolute and
// lead back to the same server.
func (c client) follow(link string) listing {
	c.t.Helper()
	path, ok := strings.CutPrefix(link, c.url)
	if !ok {
		c.t.Fatalf("link %q does not lead to %s", link, c.url)
	}
	return c.get(path).listing()
}

// all lists a collection through its next links.
func (c client) all(path string) []map[string]any {
	c.t.Helper()
	page := c.get(path).listing()
	objects := page.Data
	for page.Links["next"] != "" {
		page = c.follow(page.Links["next"])
		objects = append(objects, page.Data...)
	}
	return objects
}

// violations are a 422 answer's entries, each as "attribute: message". The
// message opens with the attribute, as a sentence does with its subject.
func (a answer) violations() []string {
	a.t.Helper()
	var body struct {
		Errors []struct{ Type, Code, Message, Attribute, URL string }
	}
	if err := json.Unmarshal([]byte(a.want(http.StatusUnprocessableEntity).body), &body); err != nil {
		a.t.Fatalf("%v in %s", err, a.body)
	}
	var found []string
	for _, e := range body.Errors {
		if e.Type != "validation_error" || e.Code != "invalid_parameter" || e.URL == "" {
			a.t.Errorf("unexpected entry %+v", e)
		}
		message, ok := strings.CutPrefix(e.Message, e.Attribute+" ")
		if !ok {
			a.t.Errorf("message %q does not name %q", e.Message, e.Attribute)
		}
		found = append(found, e.Attribute+": "+message)
	}
	return found
}

// members are the names in an object, in the order they were sent.
func members(t testing.TB, object string) []string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(names, name.(string)) {
			t.Errorf("%s is there twice in %s", name, object)
		}
		names = append(names, name.(string))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// quoted is a string as JSON.
func quoted(s string) string {
	encoded, _ := json.Marshal(s) // a string always can
	return string(encoded)
}
