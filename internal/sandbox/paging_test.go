package sandbox_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

// numbered serves n objects of each kind, named r0000 and on.
func numbered(t *testing.T, n int, o sandbox.Options) (*sandbox.Server, client) {
	t.Helper()
	s := sandbox.New(o)
	for i := range n {
		for _, kind := range []string{"conference", "room"} {
			put(t, s, kind, fmt.Sprintf("r%04d", i), nil)
		}
	}
	return s, serve(t, s)
}

func put(t testing.TB, s *sandbox.Server, kind, name string, settings map[string]any) string {
	t.Helper()
	id, err := s.Put(kind, name, settings)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// span is the names from r0000 on: first included, end not.
func span(first, end int) []string {
	var names []string
	for i := first; i < end; i++ {
		names = append(names, fmt.Sprintf("r%04d", i))
	}
	return names
}

func TestPageSizes(t *testing.T) {
	_, c := numbered(t, 1001, sandbox.Options{})
	tests := []struct {
		query string
		size  int
	}{
		{"", 50}, {"?page_size=1", 1}, {"?page_size=7", 7}, {"?page_size=50", 50},
		{"?page_size=1000", 1000}, {"?page_number=0", 50}, {"?unknown=1", 50},
	}
	for _, collection := range []string{conferences, rooms} {
		for _, test := range tests {
			t.Run(collection+test.query, func(t *testing.T) {
				c := c
				c.t = t
				page := c.get(collection + test.query).listing()
				if diff := cmp.Diff(span(0, test.size), page.names()); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				next := c.follow(page.Links["next"])
				if diff := cmp.Diff(span(test.size, min(2*test.size, 1001)), next.names()); diff != "" {
					t.Errorf("next (-want +got)\n%s", diff)
				}
			})
		}
	}
}

func TestPagingParametersThatAreRefused(t *testing.T) {
	_, c := numbered(t, 3, sandbox.Options{})
	next := func(path string) string {
		link, err := url.Parse(c.get(path + "?page_size=1").listing().Links["next"])
		if err != nil {
			t.Fatal(err)
		}
		return link.Query().Get("page_token")
	}
	const (
		size   = "page_size: must be an integer between 1 and 1000"
		number = "page_number: must be an integer between 0 and 2147483647"
		needed = "page_token: must be present when page_number is above 0"
		other  = "page_token: is not one of this listing"
	)
	tests := []struct {
		query string
		want  []string
	}{
		{"page_size=0", []string{size}},
		{"page_size=1001", []string{size}},
		{"page_size=-1", []string{size}},
		{"page_size=", []string{size}},
		{"page_size=ten", []string{size}},
		{"page_size=1.5", []string{size}},
		{"page_size=99999999999999999999", []string{size}},
		{"page_number=-1", []string{number}},
		{"page_number=2147483648", []string{number}},
		{"page_number=x&page_size=x", []string{number, size}},
		{"page_number=1", []string{needed}},
		{"page_number=1&page_token=", []string{other}},
		{"page_number=1&page_token=AAAAAAAAAAAAAAAAAAAAAA", []string{other}},
		{"page_token=" + next(conferences) + "A", []string{other}},
		{"page_number=1&page_token=" + next(rooms), []string{other}}, // of the other kind
		{"include_active_session=1", []string{"include_active_session: must be true or false"}},
		{"include_active_session=", []string{"include_active_session: must be true or false"}},
	}
	for _, test := range tests {
		t.Run(test.query, func(t *testing.T) {
			c := c
			c.t = t
			if diff := cmp.Diff(test.want, c.get(conferences+"?"+test.query).violations()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	for _, query := range []string{"page_size=%zz", "page_size=1;page_number=0"} {
		if a := c.get(rooms + "?" + query).want(http.StatusBadRequest); a.body != badRequest {
			t.Errorf("%s: the body is %s", query, a.body)
		}
	}
}

func TestLinks(t *testing.T) {
	_, c := numbered(t, 5, sandbox.Options{})
	link := func(number string, token string) string {
		q := url.Values{"page_number": {number}, "page_size": {"2"}, "include_active_session": {"true"}}
		if token != "" {
			q.Set("page_token", token)
		}
		return c.url + rooms + "?" + q.Encode()
	}
	token := func(of string) string {
		u, err := url.Parse(of)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get("page_token")
	}
	first := c.get(rooms + "?page_size=2&include_active_session=true&unknown=1").listing()
	second := c.follow(first.Links["next"])
	third := c.follow(second.Links["next"])
	one, two := token(first.Links["next"]), token(second.Links["next"])
	if one == "" || one == two {
		t.Fatalf("the tokens are %q and %q", one, two)
	}
	for _, page := range []struct {
		got   listing
		names []string
		links map[string]string
	}{
		{first, span(0, 2), map[string]string{
			"self": link("0", ""), "first": link("0", ""), "next": link("1", one),
		}},
		{second, span(2, 4), map[string]string{
			"self": link("1", one), "first": link("0", ""), "next": link("2", two), "prev": link("0", ""),
		}},
		{third, span(4, 5), map[string]string{
			"self": link("2", two), "first": link("0", ""), "prev": link("1", one),
		}},
	} {
		if diff := cmp.Diff(page.names, page.got.names()); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if diff := cmp.Diff(page.links, page.got.Links); diff != "" {
			t.Errorf("links (-want +got)\n%s", diff)
		}
	}
	// The same page under any of its links, forwards and back.
	for _, of := range []struct {
		link string
		want listing
	}{
		{third.Links["prev"], second}, {second.Links["prev"], first},
		{third.Links["first"], first}, {second.Links["self"], second},
	} {
		if diff := cmp.Diff(of.want, c.follow(of.link)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", of.link, diff)
		}
	}
}

func TestListWithoutObjects(t *testing.T) {
	c := fresh(t)
	for _, collection := range []string{conferences, rooms} {
		a := c.get(collection).want(http.StatusOK)
		if page := a.listing(); page.Data == nil || len(page.Data) != 0 || len(page.Links) != 2 {
			t.Errorf("%s: %s", collection, a.body)
		}
	}
}

// A full last page has no next: whoever follows links makes no extra request.
func TestNoNextAfterTheLast(t *testing.T) {
	_, c := numbered(t, 4, sandbox.Options{})
	page := c.follow(c.get(rooms + "?page_size=2").listing().Links["next"])
	if next, ok := page.Links["next"]; ok {
		t.Errorf("next is %s", next)
	}
}

func TestPageLimit(t *testing.T) {
	_, c := numbered(t, 7, sandbox.Options{PageLimit: 3})
	page := c.get(rooms + "?page_size=1000").listing()
	if diff := cmp.Diff(span(0, 3), page.names()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := len(c.all(rooms + "?page_size=1000")); got != 7 {
		t.Errorf("%d rooms, want 7", got)
	}
	if got := c.get(rooms + "?page_size=2").listing().names(); len(got) != 2 {
		t.Errorf("a page of two holds %v", got)
	}
	third := c.follow(c.follow(page.Links["next"]).Links["next"])
	if diff := cmp.Diff(span(3, 6), c.follow(third.Links["prev"]).names()); diff != "" {
		t.Errorf("prev (-want +got)\n%s", diff)
	}
}
