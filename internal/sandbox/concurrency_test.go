package sandbox_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

// side runs n functions side by side and waits for them.
func side(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

func TestOneOfManyGetsTheName(t *testing.T) {
	c := fresh(t)
	for kind, collection := range map[string]string{"conference": conferences, "room": rooms} {
		statuses := make([]int, 16)
		side(len(statuses), func(i int) {
			statuses[i], _ = c.try("POST", collection, `{"name": "a", "display_name": "A"}`)
		})
		count := map[int]int{}
		for _, status := range statuses {
			count[status]++
		}
		if diff := cmp.Diff(map[int]int{200: 1, 422: 15}, count); diff != "" {
			t.Errorf("%s: statuses (-want +got)\n%s", kind, diff)
		}
	}
}

func TestEverythingAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	s := open(t, path, sandbox.Options{Record: true, Shadows: true})
	c := serve(t, s)
	s.Seed()
	stays := map[string]bool{}
	for _, name := range span(0, 30) {
		stays[name] = true
		put(t, s, "room", name, nil)
	}
	var failures sync.Map
	check := func(method, path, body string, want ...int) string {
		status, answer := c.try(method, path, body)
		for _, w := range want {
			if status == w {
				return answer
			}
		}
		failures.Store(fmt.Sprintf("%s %s: %d %s", method, path, status, answer), true)
		return "{}"
	}
	side(8, func(i int) {
		for j := range 5 {
			name := fmt.Sprintf("g%d-%d", i, j)
			conference := answer{t: t, body: check("POST", conferences,
				fmt.Sprintf(`{"name": %q, "display_name": "A"}`, name), 200)}.object()
			self := fmt.Sprintf("%s/%v", conferences, conference["id"])
			check("PUT", self, `{"display_name": "B", "size": "small"}`, 200)
			check("GET", self+"?include_active_session=true", "", 200)
			tokens := answer{t: t, status: 200, body: check("GET", self+"/conference_tokens", "", 200)}.listing()
			for _, token := range tokens.Data {
				check("POST", fmt.Sprintf("%s/%v/reset", conferenceTokens, token["id"]), "", 200)
			}
			stream := answer{t: t, body: check("POST", self+"/streams", `{"url": "rtmp://broadcaster"}`, 200)}.object()
			broadcast := fmt.Sprintf("%s/%v", streams, stream["id"])
			check("PUT", broadcast, `{"url": "rtmp://elsewhere"}`, 200)
			check("GET", self+"/streams", "", 200)
			check("DELETE", broadcast, "", 204)
			_ = s.StartSession("conference", "sales-demo")
			_ = s.EndSession("conference", "sales-demo")
			if _, err := s.Put("room", name, nil); err != nil {
				failures.Store(err.Error(), true)
			}
			s.Seed()
			s.Requests()
			check("GET", conferences+"?include_active_session=true", "", 200)

			// A listing shows what stays, each once, whatever else goes on.
			seen := map[string]bool{}
			next := rooms + "?page_size=20"
			for next != "" {
				page := answer{t: t, status: 200, body: check("GET", next, "", 200)}.listing()
				for _, name := range page.names() {
					if stays[name] && seen[name] {
						failures.Store(name+" is listed twice", true)
					}
					seen[name] = true
				}
				if next = page.Links["next"]; next != "" {
					next = next[len(c.url):]
				}
			}
			for name := range stays {
				if !seen[name] {
					failures.Store(name+" is not listed", true)
				}
			}
			check("DELETE", self, "", 204)
			check("DELETE", self, "", 404)
		}
	})
	failures.Range(func(what, _ any) bool {
		t.Error(what)
		return true
	})
	if got := len(c.get(conferences).listing().Data); got != 2 {
		t.Errorf("%d conferences are left, want the two of the seed", got)
	}
	before := everything(c)
	shut(t, s)
	restarted := open(t, path, sandbox.Options{Shadows: true})
	if diff := cmp.Diff(before, everything(serve(t, restarted))); diff != "" {
		t.Errorf("after a restart (-before +after)\n%s", diff)
	}
	shut(t, restarted)
}
