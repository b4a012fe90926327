package sandbox_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

// What happens between two pages must cost the listing nothing that was
// there all the time, and show nothing twice.
func TestListingWhileRoomsComeAndGo(t *testing.T) {
	tests := []struct {
		name    string
		delete  []int // by number, between the first and the second page
		create  bool
		rename  []int
		want    []string // the second page, and those after it
		wantAll int      // a listing from the start afterwards
	}{
		{name: "nothing", want: span(2, 6), wantAll: 6},
		{name: "deleted before", delete: []int{0}, want: span(2, 6), wantAll: 5},
		{name: "deleted at the cursor", delete: []int{1}, want: span(2, 6), wantAll: 5},
		{name: "all before deleted", delete: []int{0, 1}, want: span(2, 6), wantAll: 4},
		{name: "deleted after", delete: []int{2}, want: span(3, 6), wantAll: 5},
		{name: "all after deleted", delete: []int{2, 3, 4, 5}, want: nil, wantAll: 2},
		{name: "created", create: true, want: append(span(2, 6), "new"), wantAll: 7},
		{name: "created and deleted", create: true, delete: []int{1, 2, 5},
			want: append(span(3, 5), "new"), wantAll: 4},
		{name: "renamed", rename: []int{0, 3}, want: []string{"r0002", "z0003", "r0004", "r0005"}, wantAll: 6},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, c := numbered(t, 6, sandbox.Options{})
			id := map[string]string{}
			for _, o := range c.all(rooms) {
				id[o["name"].(string)] = o["id"].(string)
			}
			page := c.get(rooms + "?page_size=2").listing()
			for _, i := range test.delete {
				c.send("DELETE", rooms+"/"+id[span(i, i+1)[0]], "").want(http.StatusNoContent)
			}
			if test.create {
				c.create(rooms, `{"name": "new"}`)
			}
			for _, i := range test.rename {
				c.send("PUT", rooms+"/"+id[span(i, i+1)[0]], fmt.Sprintf(`{"name": "z%04d"}`, i)).want(http.StatusOK)
			}
			var got []string
			for page.Links["next"] != "" {
				page = c.follow(page.Links["next"])
				got = append(got, page.names()...)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if all := len(c.all(rooms + "?page_size=2")); all != test.wantAll {
				t.Errorf("%d rooms afterwards, want %d", all, test.wantAll)
			}
		})
	}
}

// Going back from a page whose predecessors changed leads to what precedes
// it now.
func TestPrevAfterDeletions(t *testing.T) {
	_, c := numbered(t, 8, sandbox.Options{})
	second := c.follow(c.get(rooms + "?page_size=2").listing().Links["next"])
	third := c.follow(second.Links["next"])
	for _, o := range second.Data {
		c.send("DELETE", rooms+"/"+o["id"].(string), "").want(http.StatusNoContent)
	}
	third = c.follow(third.Links["self"])
	if diff := cmp.Diff(span(4, 6), third.names()); diff != "" {
		t.Errorf("self (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(span(0, 2), c.follow(third.Links["prev"]).names()); diff != "" {
		t.Errorf("prev (-want +got)\n%s", diff)
	}
}

// Enough deletions make the collection drop the places of the dead; cursors
// from before that must hold.
func TestCursorsOutliveManyDeletions(t *testing.T) {
	const n = 400
	s, c := numbered(t, n, sandbox.Options{})
	all := c.all(rooms + "?page_size=1000")
	page := c.get(rooms + "?page_size=200").listing() // up to r0199
	random := rand.New(rand.NewPCG(1, 2))
	dead := map[string]bool{}
	for _, i := range random.Perm(n)[:n*9/10] {
		c.send("DELETE", rooms+"/"+all[i]["id"].(string), "").want(http.StatusNoContent)
		dead[all[i]["name"].(string)] = true
	}
	want := slices.DeleteFunc(span(200, n), func(name string) bool { return dead[name] })
	put(t, s, "room", "new", nil)
	if diff := cmp.Diff(append(want, "new"), c.follow(page.Links["next"]).names()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	left := slices.DeleteFunc(span(0, n), func(name string) bool { return dead[name] })
	if diff := cmp.Diff(append(left, "new"), c.get(rooms+"?page_size=1000").listing().names()); diff != "" {
		t.Errorf("all that is left (-want +got)\n%s", diff)
	}
	for _, o := range all { // found, or not, by id and by name
		for _, key := range []string{"id", "name"} {
			status := http.StatusOK
			if dead[o["name"].(string)] {
				status = http.StatusNotFound
			}
			c.get(rooms + "/" + o[key].(string)).want(status)
		}
	}
}

func TestListingBetweenTimes(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	for _, kind := range []string{"conference", "room"} {
		for _, day := range []string{"01", "02", "03", "04"} {
			put(t, s, kind, "day"+day, map[string]any{
				"join_from":  "2030-01-" + day + "T00:00:00Z",
				"join_until": "2030-01-" + day + "T12:00:00+01:00", // a spelling of Put's own
			})
		}
		put(t, s, kind, "always", nil)
	}
	c := serve(t, s)
	const (
		both   = "conferences and rooms"
		refuse = "refused"
	)
	tests := []struct {
		collection, query string
		want              []string
	}{
		{both, "starts_after=2030-01-03T00:00:00Z", []string{"day03", "day04"}},
		{both, "starts_after=2030-01-03T00:00:01Z", []string{"day04"}},
		{both, "ends_before=2030-01-02T11:00:00Z", []string{"day01", "day02"}},
		{both, "ends_before=2030-01-02T10:59:59Z", []string{"day01"}},
		{both, "starts_after=2030-01-02T00:00:00Z&ends_before=2030-01-03T11:00:00Z", []string{"day02", "day03"}},
		{both, "starts_after=2031-01-01T00:00:00Z", nil},
		{rooms, "starts_after=2030-01-04", []string{"day04"}},
		{conferences, "starts_after=1893715200", []string{"day04"}}, // 2030-01-04
		{conferences, "starts_after=-1", []string{"day01", "day02", "day03", "day04"}},
		{conferences, "starts_after=2030-01-04", []string{refuse}},
		{rooms, "starts_after=1893715200", []string{refuse}},
		{both, "starts_after=soon", []string{refuse}},
		{both, "ends_before=", []string{refuse}},
		{conferences, "ends_before=999999999999999", []string{refuse}},
	}
	for _, test := range tests {
		for _, collection := range []string{conferences, rooms} {
			if test.collection != both && test.collection != collection {
				continue
			}
			t.Run(collection+"?"+test.query, func(t *testing.T) {
				c := c
				c.t = t
				if slices.Equal(test.want, []string{refuse}) {
					c.get(collection + "?" + test.query).want(http.StatusUnprocessableEntity)
					return
				}
				// One a page, so that links must carry the times along.
				var got []string
				for _, o := range c.all(collection + "?page_size=1&" + test.query) {
					got = append(got, o["name"].(string))
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		}
	}
}
