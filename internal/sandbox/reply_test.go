package sandbox_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

func TestHeaders(t *testing.T) {
	c := fresh(t)
	self := rooms + "/" + c.create(rooms, `{"name": "a"}`)["id"].(string)
	seen := map[string]bool{}
	for _, a := range []answer{
		c.get(rooms).want(200), c.get(self).want(200), c.get(rooms + "/b").want(404),
		c.send("POST", rooms, `{}`).want(422), c.send("POST", rooms, ``).want(400),
	} {
		if got := a.header.Get("Content-Type"); got != "application/json" {
			t.Errorf("Content-Type is %q", got)
		}
		seen[a.header.Get("X-Request-Id")] = true
	}
	if len(seen) != 5 || seen[""] {
		t.Errorf("the request ids are %v", seen)
	}
	gone := c.send("DELETE", self, "").want(204)
	if got := gone.header.Get("Content-Type"); got != "" {
		t.Errorf("nothing has Content-Type %q", got)
	}
}

func TestGzip(t *testing.T) {
	_, c := numbered(t, 20, sandbox.Options{})
	tests := []struct {
		path, accept string
		packed       bool
	}{
		{rooms, "gzip", true},
		{rooms, "br, GZIP;q=0.5", true},
		{rooms, "deflate , gzip ; q=1", true},
		{rooms, "", false},
		{rooms, "identity", false},
		{rooms, "gzip;q=0", false},
		{rooms, "gzip; q=0.000", false},
		{rooms, "gzip;q=x", false},
		{rooms, "x-gzip", false},
		{rooms + "?page_size=1", "gzip", false}, // not worth it
	}
	for _, test := range tests {
		t.Run(test.accept, func(t *testing.T) {
			c := c
			c.t = t
			request, err := http.NewRequest("GET", c.url+test.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			// Set by hand, it keeps the client from unpacking by itself.
			request.Header.Set("Accept-Encoding", test.accept)
			a := c.do(request).want(200)
			if a.header.Get("Vary") != "Accept-Encoding" {
				t.Error("a cache would mix the two up")
			}
			if got := a.header.Get("Content-Length"); got != strconv.Itoa(len(a.body)) {
				t.Errorf("Content-Length is %q for %d bytes", got, len(a.body))
			}
			if packed := a.header.Get("Content-Encoding") == "gzip"; packed != test.packed {
				t.Fatalf("packed: %t", packed)
			}
			if test.packed {
				z, err := gzip.NewReader(strings.NewReader(a.body))
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(z)
				if err != nil {
					t.Fatal(err)
				}
				a.body = string(body)
			}
			if diff := cmp.Diff(c.get(test.path).listing(), a.listing()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestLatencyComesAfterTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sandbox.New(sandbox.Options{Latency: time.Minute, Record: true})
		request := httptest.NewRequestWithContext(t.Context(), "POST", rooms, strings.NewReader(`{"name": "a"}`))
		request.SetBasicAuth(sandbox.DemoProject, sandbox.DemoToken)
		began := time.Now()
		done := make(chan time.Duration)
		go func() {
			s.ServeHTTP(httptest.NewRecorder(), request)
			done <- time.Since(began)
		}()
		synctest.Wait()
		if len(s.Requests()) != 1 || s.StartSession("room", "a") != nil {
			t.Error("the room is not there before the answer")
		}
		if took := <-done; took != time.Minute {
			t.Errorf("the answer took %v", took)
		}
	})
}

func TestRecord(t *testing.T) {
	s := sandbox.New(sandbox.Options{Record: true})
	c := serve(t, s)
	c.send("POST", rooms, `{"name": "a"}`).want(200)
	c.get(rooms + "?page_size=1&page_number=0").want(200)
	c.send("POST", rooms, `{"name": `).want(400)
	stranger := c
	stranger.token = "nonsense"
	stranger.send("POST", rooms, `{"name": "b"}`).want(401)
	want := []sandbox.Request{
		{Method: "POST", Path: rooms, Body: `{"name": "a"}`, Status: 200},
		{Method: "GET", Path: rooms, Query: "page_size=1&page_number=0", Status: 200},
		{Method: "POST", Path: rooms, Body: `{"name": `, Status: 400},
		{Method: "POST", Path: rooms, Status: 401},
	}
	got := s.Requests()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	got[0].Path = "changed"
	if s.Requests()[0].Path != rooms {
		t.Error("callers share the record")
	}

	s = sandbox.New(sandbox.Options{})
	serve(t, s).get(rooms).want(200)
	if got := s.Requests(); len(got) != 0 {
		t.Errorf("recorded without being asked to: %v", got)
	}
}
