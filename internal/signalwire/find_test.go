package signalwire

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
)

func TestFind(t *testing.T) {
	c, s := serveSandbox(t, sandbox.Options{})
	for _, name := range []string{"one", "two", "two"} {
		for _, kind := range []string{"conference", "room"} {
			if _, err := s.Put(kind, name, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, kind := range room.Kinds() {
		l, found, err := c.find(t.Context(), kind, "one")
		if err != nil || !found || l.Name != "one" || l.Kind != kind {
			t.Errorf("%s one: %+v, %t, %v", kind, l, found, err)
		}
		if _, found, err := c.find(t.Context(), kind, "three"); err != nil || found {
			t.Errorf("%s three: %t, %v", kind, found, err)
		}
	}
	if _, _, err := c.find(t.Context(), room.Conference, "two"); err == nil {
		t.Error("two conferences of one name are no error")
	}
}

// A 404 that is not the API's does not mean that the room is not there.
func TestFindDoesNotBelieveAProxy(t *testing.T) {
	c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
		return say(r, 404, "<html>not here</html>")
	})})
	if _, found, err := c.find(t.Context(), room.Room, "a"); err == nil || found {
		t.Errorf("found: %t, error: %v", found, err)
	}
}

// Many who ask at a moment share a listing, and nobody gets one that began
// before they asked.
func TestFindSharesListings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var listed []time.Time
		c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			listed = append(listed, time.Now())
			mu.Unlock()
			time.Sleep(time.Second)
			if !strings.HasSuffix(r.URL.Path, "/conferences") {
				t.Errorf("asked for %s", r.URL.Path)
			}
			return say(r, 200, `{"links":{},"data":[{"id":"1","name":"a"}]}`)
		})})
		var asking sync.WaitGroup
		for i := range 50 {
			asking.Go(func() {
				time.Sleep(time.Duration(i) * 10 * time.Millisecond) // all within the first listing
				began := time.Now()
				_, found, err := c.find(t.Context(), room.Conference, "a")
				if !found || err != nil {
					t.Errorf("found: %t, error: %v", found, err)
				}
				mu.Lock()
				last := listed[len(listed)-1]
				mu.Unlock()
				if last.Before(began) {
					t.Errorf("got a listing that began %s before the question", began.Sub(last))
				}
			})
		}
		asking.Wait()
		if len(listed) != 2 {
			t.Errorf("%d listings for 50 questions, want 2", len(listed))
		}
	})
}
