package signalwire

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
)

func TestListSandbox(t *testing.T) {
	for _, o := range []sandbox.Options{
		{}, {PageLimit: 1}, {PageLimit: 3}, {Shadows: true}, {Shadows: true, PageLimit: 2},
	} {
		t.Run(fmt.Sprintf("shadows %v, pages of %d", o.Shadows, o.PageLimit), func(t *testing.T) {
			c, s := serveSandbox(t, o)
			for _, r := range []struct{ kind, name string }{
				{"room", "stage"}, {"conference", "team-b"}, {"room", "attic"}, {"conference", "team-a"},
				{"conference", "team-c"}, {"room", "team-a"}, {"room", "cellar"},
			} {
				if _, err := s.Put(r.kind, r.name, nil); err != nil {
					t.Fatal(err)
				}
			}
			live, err := c.List(t.Context(), ListOptions{})
			if err != nil {
				t.Fatal(err)
			}
			want := []string{
				"conference team-a", "conference team-b", "conference team-c",
				"room attic", "room cellar", "room stage", "room team-a",
			}
			if diff := cmp.Diff(want, names(live)); diff != "" {
				t.Errorf("listing (-want +got):\n%s", diff)
			}
			for _, r := range s.Requests() {
				if r.Method != "GET" || r.Status != 200 || !strings.Contains(r.Query, "page_size=1000") || strings.Contains(r.Query, "session") {
					t.Errorf("asked %s %s?%s: %d", r.Method, r.Path, r.Query, r.Status)
				}
			}
		})
	}
}

func names(live []room.Live) []string {
	list := []string{}
	for _, l := range live {
		list = append(list, string(l.Kind)+" "+l.Name)
	}
	return list
}

func TestListSessions(t *testing.T) {
	c, s := serveSandbox(t, sandbox.Options{PageLimit: 1})
	for _, name := range []string{"busy", "quiet"} {
		if _, err := s.Put("conference", name, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.StartSession("conference", "busy"); err != nil {
		t.Fatal(err)
	}
	live, err := c.List(t.Context(), ListOptions{Sessions: true})
	if err != nil {
		t.Fatal(err)
	}
	if busy := live[0].Session; !busy.InProgress() || busy.ID == "" || busy.Started.IsZero() {
		t.Errorf("the session in progress is %+v", busy)
	}
	if live[1].Session != nil {
		t.Errorf("a session where there is none: %+v", live[1].Session)
	}
}

// pages is a client of a server whose conferences are the pages by query, ""
// being the first one. It has no rooms.
func pages(t *testing.T, byQuery map[string]string) *Client {
	t.Helper()
	return client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host != "example.signalwire.com" || r.URL.Scheme != "https" {
			t.Errorf("credentials sent to %s", r.URL)
		}
		if r.URL.Path == collection(room.Room) {
			return say(r, 200, listing(""))
		}
		if r.URL.Path != collection(room.Conference) {
			t.Errorf("asked for %s", r.URL.Path)
		}
		body, ok := byQuery[r.URL.RawQuery]
		if !ok && r.URL.RawQuery == "page_size=1000" {
			body, ok = byQuery[""]
		}
		if !ok {
			return say(r, 404, `{"error":"Not Found"}`)
		}
		return say(r, 200, body)
	})})
}

func TestListOddPages(t *testing.T) {
	a, b := named("1", "a"), named("2", "b")
	many := make([]string, smallPage)
	for i := range many {
		many[i] = named(fmt.Sprint(i), fmt.Sprint("n", i))
	}
	crowd := strings.Join(many, ",")
	for name, c := range map[string]struct {
		pages map[string]string
		want  string // the names, or what the error says after "error: "
	}{
		"links missing":               {map[string]string{"": `{"data":[` + a + `]}`}, "a"},
		"links null":                  {map[string]string{"": `{"links":null,"data":[` + a + `]}`}, "a"},
		"links missing, page full":    {map[string]string{"": `{"data":[` + crowd + `]}`}, "error: no links"},
		"links a list":                {map[string]string{"": `{"links":["x"],"data":[]}`}, "error: answer's links"},
		"next null":                   {map[string]string{"": `{"links":{"next":null},"data":[` + a + `]}`}, "a"},
		"next empty":                  {map[string]string{"": `{"links":{"next":""},"data":[` + a + `]}`}, "a"},
		"next a number":               {map[string]string{"": `{"links":{"next":2},"data":[` + a + `]}`}, "error: answer's links.next"},
		"next relative":               {map[string]string{"": listing("?p=2", a), "p=2": listing("", b)}, "a b"},
		"next a path":                 {map[string]string{"": listing("/elsewhere?p=2", a), "p=2": listing("", b)}, "a b"},
		"next at another host":        {map[string]string{"": listing("http://evil.com/x?p=2#y", a), "p=2": listing("", b)}, "a b"},
		"next with another user":      {map[string]string{"": listing("//me:pw@evil.com?p=2", a), "p=2": listing("", b)}, "a b"},
		"next with a space":           {map[string]string{"": listing("?p=2 HTTP/1.0", a), "p=2%20HTTP/1.0": listing("", b)}, "a b"},
		"next without a query":        {map[string]string{"": listing("https://example.signalwire.com/page/2", a)}, "error: has no query"},
		"next not a URL":              {map[string]string{"": listing("http://[::1?p=2\x7f", a)}, "error: not a URL"},
		"next to itself":              {map[string]string{"": listing("?page_size=1000", a)}, "error: in a circle"},
		"next in a circle":            {map[string]string{"": listing("?p=2", a), "p=2": listing("?p=3"), "p=3": listing("?p=2")}, "error: in a circle"},
		"empty page before a full":    {map[string]string{"": listing("?p=2"), "p=2": listing("", a)}, "a"},
		"empty page after a full":     {map[string]string{"": listing("?p=2", a), "p=2": listing("")}, "a"},
		"same object twice":           {map[string]string{"": listing("?p=2", a, b), "p=2": listing("", named("1", "renamed"))}, "b renamed"},
		"same name twice":             {map[string]string{"": listing("?p=2", a), "p=2": listing("", named("3", "a"))}, "a a"},
		"data missing":                {map[string]string{"": `{"links":{}}`}, "error: no data list"},
		"data null":                   {map[string]string{"": `{"links":{},"data":null}`}, "error: no data list"},
		"data an object":              {map[string]string{"": `{"links":{},"data":{}}`}, "error: answer's data"},
		"data of texts":               {map[string]string{"": `{"links":{},"data":["a"]}`}, "error: not an object"},
		"data of null":                {map[string]string{"": `{"links":{},"data":[null]}`}, "error: not an object"},
		"no page":                     {map[string]string{"": `[` + a + `]`}, "error: not the promised JSON object"},
		"null":                        {map[string]string{"": `null`}, "error: no data list"},
		"empty answer":                {map[string]string{"": ``}, "error: the answer is empty"},
		"web page":                    {map[string]string{"": "\n<!DOCTYPE html><p>Sign in"}, "error: web page"},
		"second page missing":         {map[string]string{"": listing("?p=2", a)}, "error: 404 Not Found"},
		"second page not JSON":        {map[string]string{"": listing("?p=2", a), "p=2": "oops"}, "error: not JSON"},
		"second page broken off":      {map[string]string{"": listing("?p=2", a), "p=2": listing("", b)[:20]}, "error: cut short"},
		"second page with more after": {map[string]string{"": listing("?p=2", a), "p=2": listing("") + "{}"}, "error: not JSON"},
		"object without an ID":        {map[string]string{"": listing("", `{"name":"a"}`)}, "error: without an ID"},
		"object without a name":       {map[string]string{"": listing("", `{"id":"1","name":null}`)}, "error: without a name"},
	} {
		t.Run(name, func(t *testing.T) {
			live, err := pages(t, c.pages).List(t.Context(), ListOptions{})
			if reason, wrong := strings.CutPrefix(c.want, "error: "); wrong {
				wantText(t, err, "list conferences: GET /api/video/conferences: ", reason)
				asError(t, err)
				if live != nil {
					t.Errorf("a part of the listing came with the error: %v", names(live))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(strings.Join(names(live), " "), "conference ", "")
			if got != c.want {
				t.Errorf("listed %q, want %q", got, c.want)
			}
		})
	}
}

func TestListEnds(t *testing.T) {
	n := 0
	c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == collection(room.Room) {
			return say(r, 200, listing(""))
		}
		n++
		return say(r, 200, listing(fmt.Sprint("?p=", n)))
	})})
	_, err := c.List(t.Context(), ListOptions{})
	wantText(t, err, "no end within 10000 pages")
	if n != maxPages {
		t.Errorf("asked for %d pages, want %d", n, maxPages)
	}
}

// When one kind fails, the other ends with it, and the error is the reason.
func TestListFailsAsOne(t *testing.T) {
	for _, failing := range room.Kinds() {
		waiting, ended := make(chan struct{}), make(chan struct{})
		c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == collection(failing) {
				<-waiting
				w.WriteHeader(500)
				return
			}
			close(waiting)
			<-r.Context().Done()
			close(ended)
		}), Options{})
		live, err := c.List(t.Context(), ListOptions{})
		wantText(t, err, fmt.Sprintf("list %ss: GET %s: 500 Internal Server Error", failing, collection(failing)))
		if live != nil {
			t.Errorf("listed %v", names(live))
		}
		<-ended
	}
}

// An object that cannot be decoded ends the listing although more pages come.
func TestListStopsAtABadObject(t *testing.T) {
	n := 0
	c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == collection(room.Conference) {
			return say(r, 200, listing(""))
		}
		n++
		return say(r, 200, listing(fmt.Sprint("?p=", n), "7"))
	})})
	_, err := c.List(t.Context(), ListOptions{})
	wantText(t, err, "list rooms: ", "not an object")
	if n > 2 {
		t.Errorf("asked for %d pages after a bad one", n-1)
	}
}

func TestListSurvivesAPanic(t *testing.T) {
	c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(*http.Request) (*http.Response, error) {
		panic("boom")
	})})
	_, err := c.List(t.Context(), ListOptions{})
	wantText(t, err, "internal error: boom")
}

func TestListCarriesRequestID(t *testing.T) {
	c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "req-7")
		fmt.Fprint(w, listing("", `{}`))
	}), Options{})
	_, err := c.List(t.Context(), ListOptions{})
	if e := asError(t, err); e.RequestID != "req-7" || e.Status != 200 || e.Method != "GET" {
		t.Errorf("got %+v", e)
	}
}
