package signalwire

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"roomsync/internal/room"
)

func TestRequestHeaders(t *testing.T) {
	var got *http.Request
	c := client(t, Options{Space: "example.signalwire.com", Version: "1.2.3", Transport: wire(func(r *http.Request) (*http.Response, error) {
		got = r
		return say(r, 200, named("a", "team"))
	})})
	if _, err := c.Update(t.Context(), room.Room, "a", "", room.Settings{"max_members": room.Int(5)}); err != nil {
		t.Fatal(err)
	}
	if project, token, ok := got.BasicAuth(); !ok || project != testProject || token != testToken {
		t.Errorf("credentials are %q and %q", project, token)
	}
	for name, want := range map[string]string{
		"User-Agent": "roomsync/1.2.3", "Accept": "application/json", "Content-Type": "application/json",
	} {
		if got := got.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if want := "https://example.signalwire.com/api/video/rooms/a"; got.URL.String() != want {
		t.Errorf("asked %s, want %s", got.URL, want)
	}
}

func TestSpaces(t *testing.T) {
	for _, c := range []struct{ space, want, err string }{
		{space: "example.signalwire.com", want: "https://example.signalwire.com"},
		{space: " Example.SignalWire.com\n", want: "https://example.signalwire.com"},
		{space: "https://example.signalwire.com/", want: "https://example.signalwire.com"},
		{space: "HTTPS://example.signalwire.com:8443", want: "https://example.signalwire.com:8443"},
		{space: "example.signalwire.com:", want: "https://example.signalwire.com"},
		{space: "localhost:1", want: "https://localhost:1"},
		{space: "http://localhost:1", want: "http://localhost:1"},
		{space: "http://127.0.0.1:1", want: "http://127.0.0.1:1"},
		{space: "http://127.9.9.9", want: "http://127.9.9.9"},
		{space: "http://[::1]:1", want: "http://[::1]:1"},

		{space: "", err: "no space"},
		{space: "http://example.signalwire.com", err: "refusing plain http"},
		{space: "http://127.0.0.1.evil.com", err: "refusing plain http"},
		{space: "http://localhost.evil.com", err: "refusing plain http"},
		{space: "http://notlocalhost", err: "refusing plain http"},
		{space: "http://0.0.0.0:80", err: "refusing plain http"},
		{space: "http://[::]:80", err: "refusing plain http"},
		{space: "http://2130706433", err: "refusing plain http"},
		{space: "ftp://example.signalwire.com", err: "not a scheme"},
		{space: "https://example.signalwire.com/api/video", err: "more than a host"},
		{space: "https://example.signalwire.com?x=1", err: "more than a host"},
		{space: "https://example.signalwire.com#x", err: "more than a host"},
		{space: "https://", err: "is not a host"},
		{space: "https:example.com", err: "is not a host"},
		{space: "exa mple.com", err: "is not a host"},
		{space: "example.com\r\nX: y", err: "is not a host"},
		{space: "https://me:hunter2@example.signalwire.com", err: "user or password"},
		{space: "https://me:hunter2%zz@example.signalwire.com", err: "user or password"},
		{space: "me:hunter2@example.signalwire.com", err: "user or password"},
		{space: "http://localhost@evil.com", err: "user or password"},
	} {
		client, err := New(Options{Space: c.space, Project: testProject, Token: testToken})
		switch {
		case c.err == "" && err != nil:
			t.Errorf("%q: %v", c.space, err)
		case c.err == "" && client.base.String() != c.want:
			t.Errorf("%q is %s, want %s", c.space, client.base, c.want)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%q: error %v, want one that says %q", c.space, err, c.err)
		case c.err != "" && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%q: the error shows the password: %v", c.space, err)
		}
	}
}

func TestCredentialsAreRequired(t *testing.T) {
	for _, c := range []struct{ project, token, want string }{
		{"", testToken, "no project ID"},
		{testProject, "", "no API token"},
		{"a:b", testToken, "colon"},
	} {
		_, err := New(Options{Space: "example.signalwire.com", Project: c.project, Token: c.token})
		wantText(t, err, c.want)
		if strings.Contains(err.Error(), testToken) {
			t.Errorf("the error shows the token: %v", err)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s came, with Authorization %q", r.Method, r.URL, r.Header.Get("Authorization"))
	}))
	defer other.Close()
	host, _ := url.Parse(other.URL)
	for _, status := range []int{301, 302, 303, 307, 308} {
		asked := 0
		c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			w.Header().Set("Location", other.URL+r.URL.Path)
			w.WriteHeader(status)
		}), Options{})
		_, get := c.Get(t.Context(), room.Room, "a")
		_, _, post := c.Create(t.Context(), room.Room, "team", nil)
		_, put := c.Update(t.Context(), room.Room, "a", "", nil)
		for _, err := range []error{get, post, put, c.Delete(t.Context(), room.Room, "a")} {
			wantText(t, err, "redirected to "+host.Host)
			if e := asError(t, err); e.Status != status {
				t.Errorf("status %d, want %d", e.Status, status)
			}
		}
		if asked != 4 {
			t.Errorf("%d: the space was asked %d times, want 4", status, asked)
		}
	}
}

func TestRedirectWithinTheSpaceIsNotFollowed(t *testing.T) {
	c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/login", http.StatusFound)
	}), Options{})
	_, err := c.List(t.Context(), ListOptions{})
	wantText(t, err, "302 Found", "redirected to another path")
}

func TestReadOnlyCannotWrite(t *testing.T) {
	var came []string
	c := client(t, Options{Space: "example.signalwire.com", ReadOnly: true, Transport: wire(func(r *http.Request) (*http.Response, error) {
		came = append(came, r.Method)
		return say(r, 200, named("a", "team"))
	})})
	_, _, post := c.Create(t.Context(), room.Conference, "team", nil)
	_, put := c.Update(t.Context(), room.Conference, "a", "", room.Settings{"size": room.Text("small")})
	for method, err := range map[string]error{"POST": post, "PUT": put, "DELETE": c.Delete(t.Context(), room.Conference, "a")} {
		wantText(t, err, ErrReadOnly.Error(), method+" refused")
		if asError(t, err).Ambiguous() {
			t.Errorf("%s was never sent, but is ambiguous", method)
		}
	}
	if len(came) > 0 {
		t.Errorf("%q reached the network", came)
	}
	if _, err := c.Get(t.Context(), room.Conference, "a"); err != nil {
		t.Error(err)
	}
}

func TestNoProxyForLoopback(t *testing.T) {
	for space, proxied := range map[string]bool{
		"http://127.0.0.1:1": false, "http://[::1]:1": false, "https://localhost": false,
		"example.signalwire.com": true,
	} {
		c := client(t, Options{Space: space})
		if got := c.http.Transport.(*http.Transport).Proxy != nil; got != proxied {
			t.Errorf("%s: proxy %v, want %v", space, got, proxied)
		}
	}
}

// The password of a proxy is nobody's business, also where its address is wrong.
func TestTheProxyWithoutItsUser(t *testing.T) {
	for _, reads := range []bool{true, false} {
		c := client(t, Options{Space: "example.signalwire.com", ReadOnly: reads})
		transport, ok := c.http.Transport.(*http.Transport)
		if reads {
			transport, ok = c.http.Transport.(readOnly).next.(*http.Transport)
		}
		if !ok {
			t.Fatalf("the transport is a %T", c.http.Transport)
		}
		transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy:3128", User: url.UserPassword("me", "hunter2")})
		if got, err := c.Proxy(); err != nil || got != "http://proxy:3128" {
			t.Errorf("it is %q, %v", got, err)
		}
		transport.Proxy = func(*http.Request) (*url.URL, error) { return nil, errors.New("parse http://me:hunter2@proxy") }
		if got, err := c.Proxy(); err == nil || got != "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("it is %q, %v", got, err)
		}
		transport.Proxy = http.ProxyURL(nil)
		if got, err := c.Proxy(); err != nil || got != "" {
			t.Errorf("without one it is %q, %v", got, err)
		}
	}
}

func TestCallerCancels(t *testing.T) {
	arrived := make(chan struct{})
	c := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // until then the server does not watch the connection
		close(arrived)
		<-r.Context().Done()
	}), Options{})
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-arrived
		cancel(errors.New("another operation failed")) // not this one's reason
	}()
	_, _, err := c.Create(ctx, room.Room, "team", nil)
	e := asError(t, err)
	if e.Err != context.Canceled {
		t.Errorf("the reason is %v, want %v", e.Err, context.Canceled)
	}
	if !e.Ambiguous() {
		t.Errorf("the server had the request, but it is not ambiguous: %v", err)
	}
}
