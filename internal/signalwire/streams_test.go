package signalwire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
)

const testStream room.StreamURL = "rtmps://live.example.com/app/k3y0k3y0"

// stream is an answer that holds a stream.
func stream(code int, id string, u room.StreamURL) func(*http.Request) (*http.Response, error) {
	return is(code, broadcast(id, u))
}

func broadcast(id string, u room.StreamURL) string {
	return fmt.Sprintf(`{"id":%q,"url":%q,"stream_type":"rtmp"}`, id, string(u))
}

func streamsOf(urls ...room.StreamURL) func(*http.Request) (*http.Response, error) {
	var all []string
	for i, u := range urls {
		all = append(all, broadcast(fmt.Sprint(i+1), u))
	}
	return is(200, listing("", all...))
}

// What there is of both kinds is begun, changed, listed on any number of pages
// and ended.
func TestStreams(t *testing.T) {
	for _, kind := range room.Kinds() {
		for _, limit := range []int{0, 1, 2} {
			c, s := serveSandbox(t, sandbox.Options{PageLimit: limit})
			id, err := s.Put(string(kind), "a", nil)
			if err != nil {
				t.Fatal(err)
			}
			none, err := c.Streams(t.Context(), kind, id)
			if err != nil || none == nil || len(none) > 0 {
				t.Fatalf("%v, %v: none is not the same as not known", none, err)
			}
			var begun []room.Stream
			for i := range 3 {
				b, err := c.CreateStream(t.Context(), kind, id, room.StreamURL(fmt.Sprintf("rtmp://h/k%d", i)))
				if err != nil {
					t.Fatal(err)
				}
				begun = append(begun, b)
			}
			if begun[1], err = c.UpdateStream(t.Context(), begun[1].ID, "rtmp://h/new"); err != nil {
				t.Fatal(err)
			}
			if err := c.DeleteStream(t.Context(), begun[0].ID); err != nil {
				t.Fatal(err)
			}
			all, err := c.Streams(t.Context(), kind, id)
			if diff := cmp.Diff(begun[1:], all); err != nil || diff != "" || all[0].URL != "rtmp://h/new" {
				t.Errorf("%s, pages of %d: %v (-want +got):\n%s", kind, limit, err, diff)
			}
			var e *Error
			if err := c.DeleteStream(t.Context(), begun[0].ID); !errors.As(err, &e) || !e.Gone() {
				t.Errorf("one that has ended: %v", err)
			}
			if _, err := c.UpdateStream(t.Context(), begun[0].ID, "rtmp://h/k"); !errors.As(err, &e) || !e.Gone() {
				t.Errorf("one that has ended changes: %v", err)
			}
			if _, err := c.Streams(t.Context(), kind, "gone"); !errors.As(err, &e) || !e.Gone() {
				t.Errorf("those of no room: %v", err)
			}
		}
	}
}

// One that comes twice, because the pages moved, is listed once, as it came last.
func TestStreamsOnPages(t *testing.T) {
	for _, c := range []struct {
		name string
		says []func(*http.Request) (*http.Response, error)
		want []room.Stream
		err  string
	}{
		{"twice", []func(*http.Request) (*http.Response, error){is(200, listing("?p=2", broadcast("1", "rtmp://h/a"), broadcast("2", "rtmp://h/b"))), is(200, listing("", broadcast("2", "rtmp://h/c"), broadcast("3", "rtmp://h/d")))},
			[]room.Stream{{ID: "1", URL: "rtmp://h/a"}, {ID: "2", URL: "rtmp://h/c"}, {ID: "3", URL: "rtmp://h/d"}}, ""},
		{"without an address", []func(*http.Request) (*http.Response, error){is(200, listing("", `{"id":"1","url":null}`, `{"id":"2"}`))}, []room.Stream{{ID: "1"}, {ID: "2"}}, ""},
		{"none", []func(*http.Request) (*http.Response, error){is(200, listing(""))}, []room.Stream{}, ""},
		{"the second page fails", []func(*http.Request) (*http.Response, error){is(200, listing("?p=2", broadcast("1", "rtmp://h/a"))), status(403, "")}, nil, "403"},
		{"no ID", []func(*http.Request) (*http.Response, error){is(200, listing("", `{"url":"rtmp://h/k3y0"}`))}, nil, "a stream without an ID"},
		{"a number for an ID", []func(*http.Request) (*http.Response, error){is(200, listing("", `{"id":7,"url":"rtmp://h/k3y0"}`))}, nil, "a stream without an ID"},
		{"no text for an address", []func(*http.Request) (*http.Response, error){is(200, listing("", `{"id":"1","url":["rtmp://h/k3y0"]}`))}, nil, "a stream whose url is no text"},
		{"no object", []func(*http.Request) (*http.Response, error){is(200, listing("", `"rtmp://h/k3y0"`))}, nil, "a stream that is not an object"},
		{"null", []func(*http.Request) (*http.Response, error){is(200, listing("", `null`))}, nil, "a stream that is not an object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &script{says: c.says}
			all, err := client(t, Options{Space: "example.signalwire.com", Transport: s}).Streams(t.Context(), room.Room, "r")
			if diff := cmp.Diff(c.want, all); diff != "" || (err == nil) != (c.err == "") || len(s.says) > 0 {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			if err != nil && (!strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "k3y0")) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// After a lost answer the stream is looked for before it is begun again.
func TestALostStreamIsLookedFor(t *testing.T) {
	type answers = []func(*http.Request) (*http.Response, error)
	const twice = "error: a creation whose answer was lost came through late: the room has two streams to the address"
	mine := stream(201, "2", testStream)
	capitals := room.StreamURL(strings.Replace(string(testStream), "rtmps://live", "RTMPS://Live", 1))
	for _, c := range []struct {
		name   string
		says   answers
		asked  string // what, and when
		result string // the ID, or the error
	}{
		{"it is answered", answers{mine}, "POST at 0s", "2"},
		{"it was begun", answers{lostAnswer, streamsOf("rtmp://h/other", testStream)}, "POST at 0s, GET at 1s", "2"},
		{"it was begun, and is spelled differently", answers{lostAnswer, streamsOf("rtmp://h/other", capitals)}, "POST at 0s, GET at 1s", "2"},
		{"it was not", answers{lostAnswer, streamsOf("rtmp://h/other"), mine, streamsOf("rtmp://h/other", testStream)}, "POST at 0s, GET at 1s, POST at 1s, GET at 1s", "2"},
		{"it was begun late", answers{lostAnswer, streamsOf(), mine, streamsOf(testStream, testStream)}, "POST at 0s, GET at 1s, POST at 1s, GET at 1s", twice},
		{"looking once more fails", answers{lostAnswer, streamsOf(), mine, status(403, "")}, "POST at 0s, GET at 1s, POST at 1s, GET at 1s", "2"},
		{"two are there", answers{lostAnswer, streamsOf(testStream, testStream)}, "POST at 0s, GET at 1s", twice},
		{"a Retry-After is minded", answers{status(503, "30"), streamsOf(), mine, streamsOf(testStream)}, "POST at 0s, GET at 1s, POST at 31s, GET at 31s", "2"},
		{"an answer that tells nothing", answers{is(201, ""), streamsOf("rtmp://h/a", testStream)}, "POST at 0s, GET at 0s", "2"},
		{"an answer that is no stream", answers{is(201, `{"url":"rtmps://live.example.com/app/k3y0k3y0"}`), streamsOf("rtmp://h/a", testStream)}, "POST at 0s, GET at 0s", "2"},
		{"cut off", answers{is(201, `{"id":"2","url":"rtmps://live.example.com/app/k3y0`), streamsOf("rtmp://h/a", testStream)}, "POST at 0s, GET at 0s", "2"},
		{"a refusal is no lost answer", answers{is(422, `{"errors":[{"message":"no","attribute":"url"}]}`)}, "POST at 0s", "error: POST /api/video/rooms/r/streams: 422 Unprocessable Entity: url: no reason given"},
		{"it is refused after all", answers{lostAnswer, streamsOf(), is(422, `{"errors":[{"message":"no","attribute":"url"}]}`), streamsOf()}, "POST at 0s, GET at 1s, POST at 1s, GET at 3s", "error: POST /api/video/rooms/r/streams: 422"},
		{"rate limited", answers{status(429, "1"), mine}, "POST at 0s, POST at 1s", "2"},
		{"looking fails", answers{lostAnswer, status(403, "")}, "POST at 0s, GET at 1s",
			"unknown: POST /api/video/rooms/r/streams: 500 Internal Server Error: what the server says is not quoted: it may hold a key; looking whether it is there failed, too: GET /api/video/rooms/r/streams: 403 Forbidden"},
		{"the room is gone", answers{is(404, `{"error":"Not Found"}`)}, "POST at 0s", "error: POST /api/video/rooms/r/streams: 404"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{began: time.Now(), says: c.says}
				client := client(t, Options{Space: "example.signalwire.com", Transport: s, RetryBudget: time.Minute})
				begun, err := client.CreateStream(t.Context(), room.Room, "r", testStream)
				got := begun.ID
				if err != nil {
					got = "error: " + err.Error()
					var a interface{ Ambiguous() bool }
					if errors.As(err, &a) && a.Ambiguous() {
						got = "unknown: " + err.Error()
					}
				}
				if asked := strings.Join(s.asked, ", "); asked != c.asked || !strings.HasPrefix(got, c.result) || strings.Contains(got, "k3y0") {
					t.Errorf("asked %s: %s\nwant  %s: %s", asked, got, c.asked, c.result)
				}
			})
		})
	}
}

// An update that is answered with nothing is read; other answers must be that
// stream.
func TestUpdateStream(t *testing.T) {
	type answers = []func(*http.Request) (*http.Response, error)
	changed := stream(200, "1", testStream)
	for _, c := range []struct {
		name, asked, result string
		says                answers
	}{
		{"it is answered", "PUT at 0s", "1", answers{changed}},
		{"with nothing", "PUT at 0s, GET at 0s", "1", answers{is(204, ""), changed}},
		{"with a blank", "PUT at 0s, GET at 0s", "1", answers{is(200, " \n"), changed}},
		{"with nothing, and it is gone", "PUT at 0s, GET at 0s", "the answer is empty, and reading the stream failed: GET /api/video/streams/1: 404", answers{is(204, ""), is(404, `{"error":"Not Found"}`)}},
		{"with another stream", "PUT at 0s", "the answer is another stream", answers{stream(200, "2", testStream)}},
		{"with no JSON", "PUT at 0s", "the answer is not JSON", answers{is(200, "rtmp://h/k3y0")}},
		{"lost, then sent again", "PUT at 0s, PUT at 0s", "1", answers{lostAnswer, changed}},
		{"refused", "PUT at 0s", "422", answers{is(422, `{"errors":[{"message":"no","attribute":"url"}]}`)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{began: time.Now(), says: c.says}
				got, err := client(t, Options{Space: "example.signalwire.com", Transport: s, RetryBudget: time.Minute}).UpdateStream(t.Context(), "1", testStream)
				result := got.ID
				if err != nil {
					result = err.Error()
				}
				if asked := strings.Join(s.asked, ", "); asked != c.asked || !strings.Contains(result, c.result) || strings.Contains(result, "k3y0") || err == nil && got.URL != testStream {
					t.Errorf("asked %s: %s\nwant  %s: %s", asked, result, c.asked, c.result)
				}
			})
		})
	}
}

// A client that reads begins, changes and ends nothing.
func TestReadersBeginNoStreams(t *testing.T) {
	s := sandbox.New(sandbox.Options{Project: testProject, Token: testToken, Record: true})
	c := serve(t, s, Options{ReadOnly: true, RetryBudget: time.Minute})
	_, err := c.CreateStream(t.Context(), room.Room, "r", testStream)
	_, err2 := c.UpdateStream(t.Context(), "1", testStream)
	if err3 := c.DeleteStream(t.Context(), "1"); !errors.Is(err, ErrReadOnly) || !errors.Is(err2, ErrReadOnly) || !errors.Is(err3, ErrReadOnly) || len(s.Requests()) != 0 {
		t.Errorf("%v; %v; %v; %v", err, err2, err3, s.Requests())
	}
}

// Whatever a server does with an address that it was sent, or has: it is in no
// error and in no log.
func TestKeysOfStreamsShowNowhere(t *testing.T) {
	inJSON := func(s string) string { text, _ := json.Marshal(s); return string(text[1 : len(text)-1]) }
	for _, address := range []string{"rtmps://live.example.com/app/k3y0k3y0", "rtmp://k3y0:k3y0@h:1935/k3y0?a=k3y0,[k3y0]&b=k3y0'k3y0", "RTMP://h/k3y0%20k3y0/(k3y0)"} {
		for spelling, spelled := range map[string]string{
			"as it is": address, "JSON": inJSON(address), "slashes": strings.ReplaceAll(address, "/", `\/`), "JSON twice": inJSON(inJSON(strings.ReplaceAll(address, "/", `\/`))),
			"percent": url.QueryEscape(address), "percent of a path": url.PathEscape(address), "small percent": strings.ToLower(url.QueryEscape(address)), "HTML": html.EscapeString(address),
			"the rest alone": address[strings.Index(address, "k3y0"):], "in a sentence": "(" + address + "), which", "small": strings.ToLower(address),
		} {
			for name, body := range map[string]string{
				"an error":        `{"error":"cannot use ` + inJSON(spelled) + `"}`,
				"details":         `{"errors":[{"message":"cannot reach ` + inJSON(spelled) + `","attribute":"url","code":"` + inJSON(spelled) + `"}]}`,
				"the object":      `{"id":"1","x":"` + inJSON(spelled) + `"}`,
				"another object":  `{"id":"2","url":"` + inJSON(spelled) + `x"}`,
				"a list":          `{"data":[{"url":"` + inJSON(spelled) + `"}]}`,
				"cut off":         `{"data":[{"url":"` + inJSON(spelled)[:len(inJSON(spelled))-3],
				"a link":          `{"links":{"next":"/` + inJSON(spelled) + `"},"data":[]}`,
				"plain text":      "cannot reach " + spelled,
				"an error in HTM": "<p>" + spelled + "</p>",
			} {
				listed := true // is nothing known of what the room has
				if spelling != "as it is" && spelling != "slashes" || strings.Contains(name, "link") {
					listed = name != "an error" && name != "details" && name != "a link"
				}
				for _, code := range []int{200, 404, 422, 500} {
					var logged bytes.Buffer
					var errs []error
					synctest.Test(t, func(t *testing.T) {
						c := client(t, Options{
							Space: "example.signalwire.com", Log: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
							Transport: wire(func(r *http.Request) (*http.Response, error) {
								if r.Method == "GET" && !listed {
									return say(r, 404, "")
								}
								return say(r, code, body)
							}),
						})
						_, err1 := c.CreateStream(t.Context(), room.Room, "r", room.StreamURL(address))
						_, err2 := c.UpdateStream(t.Context(), "1", room.StreamURL(address))
						errs = []error{err1, err2}
						if listed {
							_, err := c.Streams(t.Context(), room.Room, "r")
							errs = append(errs, err)
						}
					})
					said := logged.String()
					for _, err := range errs {
						said += fmt.Sprintf("%v\n%+v %#v", err, err, err)
						for ; err != nil; err = errors.Unwrap(err) {
							document, _ := json.Marshal(err)
							said += err.Error() + string(document)
						}
					}
					if at := strings.Index(strings.ToLower(said), "k3y0"); at >= 0 {
						t.Errorf("%s in %s with %d: the key of %s is in …%s", spelling, name, code, address, said[max(0, at-200):min(len(said), at+50)])
					}
				}
			}
		}
	}
}
