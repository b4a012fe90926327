package signalwire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"roomsync/internal/sandbox"
)

// The credentials of every test. Base64 of the two has all of + / =, so that
// the redaction has every spelling to deal with.
const (
	testProject = "p-1"
	testToken   = "PT0123456789abcdef~~>>?x"
)

// serve starts a server and makes a client for it.
func serve(t testing.TB, h http.Handler, o Options) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	o.Space = s.URL
	return client(t, o)
}

func client(t testing.TB, o Options) *Client {
	t.Helper()
	if o.Project == "" {
		o.Project, o.Token = testProject, testToken
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serveSandbox starts a sandbox that takes the test's credentials and keeps
// its requests.
func serveSandbox(t testing.TB, o sandbox.Options) (*Client, *sandbox.Server) {
	t.Helper()
	o.Project, o.Token, o.Record = testProject, testToken, true
	s := sandbox.New(o)
	return serve(t, s, Options{}), s
}

// wire is a transport made of a function: a server that needs no network.
type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

// say is an answer for a wire.
func say(r *http.Request, status int, body string) (*http.Response, error) {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// saying is a client whose every request gets the same answer.
func saying(t testing.TB, status int, body string) *Client {
	t.Helper()
	return client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
		return say(r, status, body)
	})})
}

// listing is a page of a listing. An empty next leaves the link out.
func listing(next string, objects ...string) string {
	links := `{}`
	if next != "" {
		quoted, _ := json.Marshal(next)
		links = fmt.Sprintf(`{"next":%s}`, quoted)
	}
	return fmt.Sprintf(`{"links":%s,"data":[%s]}`, links, strings.Join(objects, ","))
}

// named is a room as simple as the API would show it.
func named(id, name string) string { return fmt.Sprintf(`{"id":%q,"name":%q}`, id, name) }

// asError is err as this package's error, which every failed request is.
func asError(t *testing.T, err error) *Error {
	t.Helper()
	if e := (*Error)(nil); errors.As(err, &e) {
		return e
	}
	t.Fatalf("want an *Error, got %T: %v", err, err)
	return nil
}

// wantText checks that an error says all of these.
func wantText(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}
