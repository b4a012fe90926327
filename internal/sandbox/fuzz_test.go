package sandbox_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

// ask goes to the handler directly, which is faster than HTTP, and makes an
// escaping panic the test's.
func ask(t *testing.T, s *sandbox.Server, method, path, query, body string) answer {
	t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.URL.RawQuery = query
	request.SetBasicAuth(sandbox.DemoProject, sandbox.DemoToken)
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return answer{t: t, status: recorder.Code, header: recorder.Header(), body: recorder.Body.String()}
}

// oneOf ends the test on any other status, a 500 above all.
func (a answer) oneOf(statuses ...int) answer {
	a.t.Helper()
	if !slices.Contains(statuses, a.status) {
		a.t.Fatalf("status %d, want one of %v: %s", a.status, statuses, a.body)
	}
	return a
}

func FuzzPageToken(f *testing.F) {
	s := sandbox.New(sandbox.Options{Shadows: true})
	const n = 5
	conference := ""
	for _, name := range span(0, n) {
		put(f, s, "room", name, nil)
		conference = put(f, s, "conference", name, nil)
	}
	c := serve(f, s)
	for range n {
		newStream(c, conferences+"/"+conference, "rtmp://broadcaster")
	}
	of := conferences + "/" + conference
	lists := []string{conferences, rooms, of + "/conference_tokens", of + "/streams"}
	for _, list := range lists {
		link, err := url.Parse(c.get(list + "?page_size=1").listing().Links["next"])
		if err != nil {
			f.Fatal(err)
		}
		token := link.Query().Get("page_token")
		f.Add(token, "1", "1")
		f.Add(token+"\n", "0", "1000")
		f.Add(token[1:], "2147483647", "2")
		f.Add(strings.ToUpper(token), "", "")
	}
	f.Add("", "0", "50")
	f.Add("AAAAAAAAAAAAAAAAAAAAAA", "-1", "0")
	f.Add("\x00", "1e9", "1001")
	f.Add("%zz;", "99999999999999999999", "+1")
	f.Fuzz(func(t *testing.T, token, number, size string) {
		for _, list := range lists {
			query := url.Values{"page_token": {token}, "page_number": {number}, "page_size": {size}}.Encode()
			a := ask(t, s, "GET", list, query, "").oneOf(200, 422)
			if a.status == 422 {
				a.violations()
			} else {
				walk(t, s, a.listing(), 2*n)
			}
			ask(t, s, "GET", list, "page_token="+token, "").oneOf(200, 400, 422)
		}
	})
}

// walk follows next and then prev to the end. Forwards, no object comes twice.
// Backwards, the first page may overlap the second: it is as large as asked
// for, even where fewer objects come before.
func walk(t *testing.T, s *sandbox.Server, page listing, most int) {
	t.Helper()
	for _, direction := range []string{"next", "prev"} {
		seen := map[any]bool{}
		for at, pages := page, 0; ; pages++ {
			for _, o := range at.Data {
				if direction == "next" && seen[o["id"]] {
					t.Fatalf("%s leads to %v again", direction, o["id"])
				}
				seen[o["id"]] = true
			}
			if at.Links[direction] == "" {
				break
			}
			if pages > most {
				t.Fatalf("%s has no end", direction)
			}
			link, err := url.Parse(at.Links[direction])
			if err != nil {
				t.Fatal(err)
			}
			at = ask(t, s, "GET", link.Path, link.RawQuery, "").want(200).listing()
		}
	}
}

func FuzzBody(f *testing.F) {
	for _, body := range []string{
		``, `{}`, `{"name": "b", "display_name": "B"}`, `{"name": "a", "display_name": "A"}`,
		`{"name": "b", "display_name": "Ä", "meta": {"a": [1e999, {"b": null}]}}`,
		`{"display_name": null, "join_from": "2022-01-01T23:59:60Z", "dark_primary": "#aBcDeF"}`,
		`{"name": "b", "max_members": 2e1, "remove_after_seconds_elapsed": 1.0, "quality": "1080p"}`,
		`{"name": null, "size": [], "record_on_start": 1, "remove_at": "9999-12-31T23:59:60-23:59"}`,
		`{"name": "b", "name": "\ud800", "": 0}`, `{"display_name": "` + strings.Repeat("😀", 201) + `"}`,
		`[`, `null`, "{\"name\": \"\xff\"}", `{"meta": {"a": "\u003c"}} `,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := sandbox.New(sandbox.Options{})
		for _, kind := range []struct {
			name, collection string
			members          []string
		}{
			{"conference", conferences, conferenceMembers}, {"room", rooms, roomMembers},
		} {
			self := kind.collection + "/" + put(t, s, kind.name, "a", nil)
			for _, write := range []struct{ method, path string }{{"POST", kind.collection}, {"PUT", self}} {
				a := ask(t, s, write.method, write.path, "", body).oneOf(200, 400, 422)
				if a.status == 422 {
					a.violations()
				}
				if a.status != 200 {
					continue
				}
				// What was answered is what is kept.
				// A meta can hold numbers that no float64 does.
				var written struct{ ID string }
				if err := json.Unmarshal([]byte(a.body), &written); err != nil {
					t.Fatal(err)
				}
				path := kind.collection + "/" + written.ID
				if got := ask(t, s, "GET", path, "", "").want(200); got.body != a.body {
					t.Errorf("kept differs from answered (-answered +kept)\n%s", cmp.Diff(a.body, got.body))
				}
				if diff := cmp.Diff(kind.members, members(t, a.body)); diff != "" {
					t.Errorf("members (-want +got)\n%s", diff)
				}
			}
		}
	})
}
