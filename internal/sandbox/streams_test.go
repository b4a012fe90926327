package sandbox_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

const streams = "/api/video/streams"

// newStream makes a stream in a room, whose address it is given.
func newStream(c client, of, url string) map[string]any {
	c.t.Helper()
	want := http.StatusOK
	if strings.HasPrefix(of, rooms) {
		want = http.StatusCreated
	}
	return c.send("POST", of+"/streams", `{"url": `+quoted(url)+`}`).want(want).object()
}

func newRoom(c client, name string) (self string) {
	c.t.Helper()
	return rooms + "/" + c.create(rooms, `{"name": `+quoted(name)+`}`)["id"].(string)
}

// urls are those of a listing's streams.
func urls(streams []map[string]any) []string {
	var all []string
	for _, s := range streams {
		all = append(all, s["url"].(string))
	}
	return all
}

func TestStreams(t *testing.T) {
	for _, newOne := range []func(client, string) string{newConference, newRoom} {
		var hours atomic.Int64
		c := serve(t, sandbox.New(sandbox.Options{Now: func() time.Time {
			return time.Date(2030, 1, 1, 12+int(hours.Load()), 0, 0, 0, time.UTC)
		}}))
		of := newOne(c, "a")
		if got := c.all(of + "/streams"); len(got) != 0 {
			t.Errorf("it begins with %v", got)
		}
		before := c.get(of).body
		first := newStream(c, of, "rtmp://broadcaster")
		second := newStream(c, of, "RTMPS://user:pass@live.example.com:443/app/key?a=b")
		if diff := cmp.Diff(map[string]any{
			"id": first["id"], "url": "rtmp://broadcaster", "stream_type": "rtmp", "width": 1280.0, "height": 720.0, "fps": 20.0,
			"created_at": "2030-01-01T12:00:00Z", "updated_at": "2030-01-01T12:00:00Z",
		}, first); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if diff := cmp.Diff([]map[string]any{first, second}, c.all(of+"/streams")); diff != "" {
			t.Errorf("listed differ from answered (-answered +listed)\n%s", diff)
		}
		self := streams + "/" + first["id"].(string)
		if diff := cmp.Diff(first, c.get(self).object()); diff != "" {
			t.Errorf("(-created +shown)\n%s", diff)
		}

		hours.Add(1)
		updated := c.send("PUT", self, `{"url": "rtmp://elsewhere/b"}`).want(http.StatusOK).object()
		first["url"], first["updated_at"] = "rtmp://elsewhere/b", "2030-01-01T13:00:00Z"
		if diff := cmp.Diff(first, updated); diff != "" {
			t.Errorf("updated (-want +got)\n%s", diff)
		}
		if diff := cmp.Diff([]map[string]any{first, second}, c.all(of+"/streams")); diff != "" {
			t.Errorf("after the update (-want +got)\n%s", diff)
		}
		if after := c.get(of).body; after != before {
			t.Errorf("the room changed from %s to %s", before, after)
		}

		c.send("DELETE", self, "").want(http.StatusNoContent)
		if diff := cmp.Diff([]map[string]any{second}, c.all(of+"/streams")); diff != "" {
			t.Errorf("after the delete (-want +got)\n%s", diff)
		}
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			c.send(method, self, `{"url": "rtmp://elsewhere/b"}`).want(http.StatusNotFound)
		}
	}
}

// A stream has the picture of its room, as far as that is known.
func TestStreamsHaveTheSizeOfTheirRoom(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	c := serve(t, s)
	for quality, want := range map[any][2]any{"720p": {1280.0, 720.0}, "1080p": {1920.0, 1080.0}, nil: {nil, nil}} {
		id := put(t, s, "room", fmt.Sprint("r", quality), map[string]any{"quality": quality})
		stream := newStream(c, rooms+"/"+id, "rtmp://broadcaster")
		if got := [2]any{stream["width"], stream["height"]}; got != want {
			t.Errorf("of %v: %v", quality, got)
		}
	}
}

func TestStreamMembers(t *testing.T) {
	c := fresh(t)
	of := newRoom(c, "a")
	body := c.send("POST", of+"/streams", `{"url": "rtmp://broadcaster"}`).want(http.StatusCreated).body
	want := []string{"id", "url", "stream_type", "width", "height", "fps", "created_at", "updated_at"}
	if diff := cmp.Diff(want, members(t, body)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestStreamsFollowTheirRoom(t *testing.T) {
	c := fresh(t)
	for _, of := range []string{newConference(c, "a"), newRoom(c, "a")} {
		other := newRoom(c, "b"+of[len(of)-4:])
		self := streams + "/" + newStream(c, of, "rtmp://broadcaster")["id"].(string)
		stays := streams + "/" + newStream(c, other, "rtmp://broadcaster")["id"].(string)
		c.send("PUT", of, `{"display_name": "B"}`).want(http.StatusOK)
		c.get(self).want(http.StatusOK)
		c.send("DELETE", of, "").want(http.StatusNoContent)
		c.get(of + "/streams").want(http.StatusNotFound)
		c.send("POST", of+"/streams", `{"url": "rtmp://broadcaster"}`).want(http.StatusNotFound)
		c.get(self).want(http.StatusNotFound)
		c.send("DELETE", self, "").want(http.StatusNotFound)
		c.get(stays).want(http.StatusOK)
	}
}

func TestStreamRequestsThatAreRefused(t *testing.T) {
	c := fresh(t)
	of := []string{newConference(c, "a"), newRoom(c, "a")}
	self := streams + "/" + newStream(c, of[0], "rtmp://broadcaster")["id"].(string)
	const (
		missing = "url: must be present"
		form    = "url: must be the rtmp:// or rtmps:// URL of a server"
	)
	for _, test := range []struct {
		body string
		want []string
	}{
		{`{}`, []string{missing}},
		{`{"url": null}`, []string{"url: must not be null"}},
		{`{"url": 1}`, []string{"url: must be a string"}},
		{`{"url": ""}`, []string{form}},
		{`{"url": "https://live.example.com/app"}`, []string{form}},
		{`{"url": "live.example.com/app"}`, []string{form}},
		{`{"url": "rtmp:live.example.com"}`, []string{form}},
		{`{"url": "rtmp://"}`, []string{form}},
		{`{"url": "rtmp:///app/key"}`, []string{form}},
		{`{"url": "rtmp://user@/app/key"}`, []string{form}},
		{`{"url": "rtmp://host:port/app"}`, []string{form}},
		{`{"url": "rtmp://a b/app"}`, []string{form}},
		{`{"url": "rtmp://host/a b"}`, []string{form}},
		{`{"url": " rtmp://host/a"}`, []string{form}},
		{`{"id": "1", "width": 1, "URL": "", "key": 1}`, []string{
			"id: is read-only", missing, "width: is read-only", "URL: is not a known parameter", "key: is not a known parameter",
		}},
	} {
		for method, path := range map[string]string{"POST " + of[0]: of[0] + "/streams", "POST " + of[1]: of[1] + "/streams", "PUT ": self} {
			method, _, _ := strings.Cut(method, " ")
			a := c.send(method, path, test.body)
			if diff := cmp.Diff(test.want, a.violations()); diff != "" {
				t.Errorf("%s %s %s (-want +got)\n%s", method, path, test.body, diff)
			}
		}
	}
	for _, url := range []string{"rtmp://a", "rtmps://a.example.com/", "rtmp://[::1]:1935/app/key", "rtmp://u@h?x", "rtmp://höst/ü", "rtmp://h/%zz"} {
		c.send("PUT", self, `{"url": `+quoted(url)+`}`).want(http.StatusOK)
		if got := c.get(self).object()["url"]; got != url {
			t.Errorf("%s became %v", url, got)
		}
	}
	for _, body := range []string{"", "[]", `{"url": "rtmp://a"`} {
		c.send("POST", of[0]+"/streams", body).want(http.StatusBadRequest)
		c.send("PUT", self, body).want(http.StatusBadRequest)
	}
	// What there is not comes before what is wrong with the body.
	c.send("POST", rooms+"/x/streams", `{}`).want(http.StatusNotFound)
	c.send("PUT", streams+"/x", `{}`).want(http.StatusNotFound)
	if got := c.all(of[0] + "/streams"); len(got) != 1 || len(c.all(of[1]+"/streams")) != 0 {
		t.Errorf("something was made: %v", got)
	}
}

func TestStreamPages(t *testing.T) {
	c := fresh(t)
	of, other := newConference(c, "a"), newRoom(c, "a")
	var want []string
	for i := range 7 {
		want = append(want, fmt.Sprintf("rtmp://broadcaster/%d", i))
		newStream(c, of, want[i])
		newStream(c, other, want[i]) // their sequences are between
	}
	list := of + "/streams"
	first := c.get(list + "?page_size=3").listing()
	second := c.follow(first.Links["next"])
	third := c.follow(second.Links["next"])
	if diff := cmp.Diff(want, append(append(urls(first.Data), urls(second.Data)...), urls(third.Data)...)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(second.Data) != 3 || third.Links["next"] != "" {
		t.Errorf("%d on the second page, and after the last %q", len(second.Data), third.Links["next"])
	}
	if diff := cmp.Diff(second.Data, c.follow(third.Links["prev"]).Data); diff != "" {
		t.Errorf("prev (-second +prev)\n%s", diff)
	}
	if diff := cmp.Diff(first, c.follow(second.Links["prev"])); diff != "" {
		t.Errorf("prev (-first +prev)\n%s", diff)
	}
	// Neither deleting nor making streams moves the others between pages.
	for _, i := range []int{0, 2, 3} {
		id := append(first.Data, second.Data...)[i]["id"].(string)
		c.send("DELETE", streams+"/"+id, "").want(http.StatusNoContent)
	}
	newStream(c, of, "rtmp://broadcaster/new")
	if diff := cmp.Diff([]string{want[4], want[5], want[6]}, urls(c.follow(first.Links["next"]).Data)); diff != "" {
		t.Errorf("after deleting (-want +got)\n%s", diff)
	}
	if got := urls(c.all(list)); len(got) != 5 || got[4] != "rtmp://broadcaster/new" {
		t.Errorf("the new one is not at the end: %v", got)
	}

	c.get(list + "?page_number=1").want(http.StatusUnprocessableEntity)
	if got := c.get(list + "?page_number=-1&page_size=0").violations(); len(got) != 2 {
		t.Errorf("two violations are told as %v", got)
	}
	c.get(list + "?page_size=%zz").want(http.StatusBadRequest)
	// A token of one room's list is none of another's.
	_, query, _ := strings.Cut(first.Links["next"], "?")
	c.get(list + "?" + query).want(http.StatusOK)
	c.get(other + "/streams?" + query).want(http.StatusUnprocessableEntity)

	c = serve(t, sandbox.New(sandbox.Options{PageLimit: 1}))
	of = newRoom(c, "a")
	for range 3 {
		newStream(c, of, "rtmp://broadcaster")
	}
	if page := c.get(of + "/streams").listing(); len(page.Data) != 1 || len(c.all(of+"/streams")) != 3 {
		t.Errorf("with a limit of one a page: %v", page)
	}
}

// What GET on rooms shows of a conference can be listed alone too, and writing
// to it is writing to no room.
func TestStreamsOfAShadow(t *testing.T) {
	for _, shadows := range []bool{false, true} {
		c := serve(t, sandbox.New(sandbox.Options{Shadows: shadows}))
		of := newConference(c, "a")
		stream := newStream(c, of, "rtmp://broadcaster")
		shadow := strings.Replace(of, conferences, rooms, 1) + "/streams"
		if a := c.get(shadow); !shadows {
			a.want(http.StatusNotFound)
		} else if diff := cmp.Diff([]map[string]any{stream}, a.listing().Data); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		c.send("POST", shadow, `{"url": "rtmp://broadcaster"}`).want(http.StatusNotFound)
	}
}

func TestStreamsAreSaved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	s := open(t, path, sandbox.Options{})
	c := serve(t, s)
	conference, room := newConference(c, "a"), newRoom(c, "a")
	newStream(c, room, "rtmp://broadcaster/1")
	changed := streams + "/" + newStream(c, conference, "rtmp://broadcaster/2")["id"].(string)
	newStream(c, room, "rtmp://broadcaster/3")
	gone := streams + "/" + newStream(c, room, "rtmp://broadcaster/4")["id"].(string)
	c.send("PUT", changed, `{"url": "rtmp://broadcaster/5"}`).want(http.StatusOK)
	_, query, _ := strings.Cut(c.get(room + "/streams?page_size=2").listing().Links["next"], "?")
	c.send("DELETE", gone, "").want(http.StatusNoContent)
	before := [][]map[string]any{c.all(conference + "/streams"), c.all(room + "/streams")}
	shut(t, s)
	for range 2 { // what was restored can be saved, too
		s = open(t, path, sandbox.Options{})
		c = serve(t, s)
		after := [][]map[string]any{c.all(conference + "/streams"), c.all(room + "/streams")}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("(-before +after)\n%s", diff)
		}
		c.send("PUT", conference, `{"display_name": "B"}`).want(http.StatusOK)
		shut(t, s)
	}
	s = open(t, path, sandbox.Options{})
	c = serve(t, s)
	// The place of the one that is gone is not given to another.
	newStream(c, room, "rtmp://broadcaster/6")
	if diff := cmp.Diff([]string{"rtmp://broadcaster/6"}, urls(c.get(room+"/streams?"+query).listing().Data)); diff != "" {
		t.Errorf("after the cursor (-want +got)\n%s", diff)
	}
	c.send("DELETE", changed, "").want(http.StatusNoContent)
	c.send("DELETE", room, "").want(http.StatusNoContent)
	c.get(streams + "/" + before[1][0]["id"].(string)).want(http.StatusNotFound)
	shut(t, s)
}

func TestEveryWriteOfAStreamIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "sandbox.json")
		s := open(t, path, sandbox.Options{})
		defer shut(t, s)
		of := rooms + "/" + put(t, s, "room", "a", nil)
		saved := func() string {
			time.Sleep(time.Second)
			synctest.Wait()
			return read(t, path)
		}
		last, self := saved(), ""
		for _, change := range []func(){
			func() {
				self = streams + "/" + ask(t, s, "POST", of+"/streams", "", `{"url": "rtmp://a"}`).want(201).object()["id"].(string)
			},
			func() { ask(t, s, "PUT", self, "", `{"url": "rtmp://b"}`).want(200) },
			func() { ask(t, s, "DELETE", self, "", "").want(204) },
		} {
			change()
			now := saved()
			if now == last {
				t.Error("it is not saved")
			}
			last = now
		}
	})
}

func TestDamagedStreamsAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.json")
	s := open(t, path, sandbox.Options{})
	c := serve(t, s)
	first, second := newRoom(c, "a"), newRoom(c, "b")
	ids := []string{}
	for _, of := range []string{first, first, second} {
		ids = append(ids, newStream(c, of, "rtmp://broadcaster")["id"].(string))
	}
	shut(t, s)
	good := read(t, path)
	for _, test := range []struct{ name, old, new, because string }{
		{"no id", ids[0], "", "missing"},
		{"one id twice in a room", ids[1], ids[0], "used twice"},
		{"one id twice in two rooms", ids[2], ids[0], "used twice"},
		{"out of order", `"sequence": 3,`, `"sequence": 5,`, "out of order"},
		{"the sequence of a room", `"sequence": 5,`, `"sequence": 2,`, "out of order"},
		{"a sequence ahead", `"sequence": 5,`, `"sequence": 9,`, "behind"},
		{"unknown setting", `"url"`, `"name"`, "unknown setting"},
		{"id among the settings", `"url"`, `"id"`, "unknown setting"},
	} {
		at := strings.LastIndex(good, test.old) // the first sequence is the state's own
		if at < 0 {
			t.Fatalf("%s: no %s in %s", test.name, test.old, good)
		}
		damaged := filepath.Join(t.TempDir(), "sandbox.json")
		if err := os.WriteFile(damaged, []byte(good[:at]+test.new+good[at+len(test.old):]), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, _, err := sandbox.Open(damaged, sandbox.Options{}); err == nil || s != nil || !strings.Contains(err.Error(), test.because) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}
