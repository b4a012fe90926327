package signalwire

import (
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"roomsync/internal/room"
	"roomsync/schema"
)

// Wherever a link points, the request goes to the space, at our path.
func FuzzNextQuery(f *testing.F) {
	for _, link := range []string{
		"", "?", "?p=2", "p=2", "/api/video/rooms?page_number=1&page_token=x", "https://evil.com/?p=2#x", "//me:pw@evil.com?a",
		"http://[::1?x", "?p=2 HTTP/1.1", "?a=%zz", "mailto:?x", "?a?b", "?a=\"<>{}|`", "?ä", "?\xff", "?@evil.com/", "?\\",
	} {
		f.Add(link)
	}
	c := client(f, Options{Space: "example.signalwire.com"})
	f.Fuzz(func(t *testing.T, link string) {
		query, err := nextQuery(link)
		if err != nil {
			return
		}
		if (query == "") != (link == "") {
			t.Fatalf("%q is taken for the query %q", link, query)
		}
		u, err := url.Parse(c.url(collection(room.Room), query))
		if err != nil {
			t.Fatalf("%q makes an address that cannot be read: %v", link, err)
		}
		if u.Scheme != "https" || u.Host != "example.signalwire.com" || u.User != nil || u.Path != collection(room.Room) {
			t.Fatalf("%q leads to %s", link, u)
		}
		if strings.ContainsAny(u.RequestURI(), " \r\n") {
			t.Fatalf("%q breaks the request line: %q", link, u.RequestURI())
		}
	})
}

// Whatever a server answers, it is a room or an error.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		"", "null", "{}", "[]", `"x"`, named("a", "team"), `{"id":1}`, `{"id":"a","name":null}`, `{"id":"a","name":"b","quality":{}}`,
		`{"id":"a","name":"b","max_members":1e999}`, `{"id":"a","name":"b","join_from":"2022-01-01T23:59:60Z","meta":{"a":[]}}`,
		`{"id":"a","name":"b","active_session":{"status":"in-progress","start_time":7}}`, `{"id":"a","name":"b","active_session":[]}`,
		"{\"id\":\"a\",\"name\":\"\xff\"}", listing("?p=2", named("a", "team")), `{"links":[],"data":null}`, `{"links":{"next":2},"data":[1]}`,
	} {
		f.Add(body)
	}
	c := client(f, Options{Space: "example.signalwire.com"})
	f.Fuzz(func(t *testing.T, body string) {
		for _, kind := range room.Kinds() {
			l, err := c.read(answer{body: []byte(body)}, kind, "", true)
			if err != nil {
				wantShort(t, err.Error())
				continue
			}
			if l.ID == "" || l.Name == "" || l.Kind != kind {
				t.Fatalf("%q is taken for %+v", body, l)
			}
			for name, v := range l.Settings {
				if s, ok := schema.Lookup(string(kind), name); !ok || s.ReadOnly || !v.IsSet() {
					t.Fatalf("%q has the setting %s: %q", body, name, v)
				}
			}
		}
		if _, err := c.readPage(answer{body: []byte(body)}); err != nil {
			wantShort(t, c.unusable(answer{}, err).Error())
		}
	})
}

// Whatever an error answer says, a person gets one clean line.
func FuzzExplain(f *testing.F) {
	for _, body := range []string{
		"", "null", "{}", `{"error":null}`, `{"error":"x"}`, `{"error":{"a":1}}`, `{"errors":[null,1,"x",{}]}`, `{"errors":{"a":["b",{}]}}`,
		`{"errors":{"a":null}}`, `{"message":"x","error":"y"}`, "<html>", "\x1b[2J\u202e", `{"error":"\u001b\u2028"}`, "\xff", testToken,
	} {
		f.Add(body)
	}
	c := client(f, Options{Space: "example.signalwire.com"})
	f.Fuzz(func(t *testing.T, body string) {
		e := &Error{Method: "PUT", Path: "/x", Status: 422}
		e.explain([]byte(body), c.clean)
		wantShort(t, e.Error())
		if strings.TrimSpace(body) != "" && e.said() == "" && !strings.EqualFold(e.Message, "Unprocessable Entity") {
			t.Fatalf("%q is not told", body)
		}
		if strings.Contains(e.Error(), testToken) {
			t.Fatalf("the token shows: %s", e)
		}
	})
}

func wantShort(t *testing.T, text string) {
	t.Helper()
	if len(text) > 32<<10 || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Fatalf("not fit to print: %q", text)
	}
}
