package cli

import (
	"net/http"
	"strings"
	"testing"

	"roomsync/internal/sandbox"
)

// A server without streams is exported all the same, and has none to plan with.
func TestAServerWithoutStreams(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	if _, err := s.Put("conference", "sales", nil); err != nil {
		t.Fatal(err)
	}
	w := inSpace(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/streams") {
			http.NotFound(rw, r)
			return
		}
		s.ServeHTTP(rw, r)
	}))
	if code := <-w.begin("export"); code != 0 || !strings.Contains(w.out.String(), "- name: sales") || !strings.Contains(w.err.String(), "the streams of 1 room, for which the server has no list") {
		t.Errorf("exit code %d\n%s%s", code, w.out.String(), w.err.String())
	}
	if code := <-w.begin("plan"); code != 0 {
		t.Errorf("a plan without streams: exit code %d\n%s", code, w.err.String())
	}
	w.in = strings.NewReader("version: 1\nrooms: [{name: sales, streams: []}]\n")
	if code := <-w.begin("plan", "-f", "-"); code != 1 || !strings.Contains(w.err.String(), "list the streams of sales: ") {
		t.Errorf("a plan with streams: exit code %d\n%s", code, w.err.String())
	}
}
