package signalwire

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roomsync/internal/room"
)

// script is a server that says what a test wrote, in turn, and keeps what it
// was asked and when.
type script struct {
	began time.Time
	says  []func(*http.Request) (*http.Response, error)
	asked []string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked = append(s.asked, fmt.Sprintf("%s at %s", r.Method, time.Since(s.began).Round(time.Second)))
	if len(s.says) == 0 {
		return nil, errors.New("asked for more than the test says")
	}
	answer := s.says[0]
	s.says = s.says[1:]
	return answer(r)
}

func is(code int, body string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) { return say(r, code, body) }
}

var (
	lostAnswer = status(500, "")
	notThere   = status(404, "")
	there      = is(200, `{"id":"1","name":"a"}`)
	another    = is(200, `{"id":"2","name":"a"}`)
	taken      = is(422, `{"errors":[{"message":"is already taken","attribute":"name"}]}`)
	noneListed = is(200, `{"links":{},"data":[]}`)
	oneListed  = is(200, `{"links":{},"data":[{"id":"1","name":"a"}]}`)
	twoListed  = is(200, `{"links":{},"data":[{"id":"1","name":"a"},{"id":"2","name":"a"}]}`)
)

// After a lost answer the name is looked up before anything else is sent.
func TestALostCreateIsLookedUp(t *testing.T) {
	type answers = []func(*http.Request) (*http.Response, error)
	for _, c := range []struct {
		name   string
		kind   room.Kind
		says   answers
		asked  string // what, and when
		result string // the ID, and whether it was found; or the error
	}{
		{"it was made", room.Room, answers{lostAnswer, there}, "POST at 0s, GET at 1s", "1 found"},
		{"it was not", room.Room, answers{lostAnswer, notThere, there, there}, "POST at 0s, GET at 1s, POST at 1s, GET at 1s", "1"},
		{"a conference was not", room.Conference, answers{lostAnswer, noneListed, there, oneListed}, "POST at 0s, GET at 1s, POST at 1s, GET at 1s", "1"},
		{"it was made late", room.Room, answers{lostAnswer, notThere, taken, there}, "POST at 0s, GET at 1s, POST at 1s, GET at 3s", "1 found"},
		{"it came through after the second", room.Room, answers{lostAnswer, notThere, another, there}, "POST at 0s, GET at 1s, POST at 1s, GET at 1s",
			"error: a creation whose answer was lost came through late: there is a second room named a (IDs 2 and 1)"},
		{"and so did a conference", room.Conference, answers{lostAnswer, noneListed, another, twoListed}, "POST at 0s, GET at 1s, POST at 1s, GET at 1s",
			"error: a creation whose answer was lost came through late: 2 conferences are named a"},
		{"a Retry-After is minded", room.Room, answers{status(503, "30"), notThere, there, there}, "POST at 0s, GET at 1s, POST at 31s, GET at 31s", "1"},
		{"an answer that tells nothing needs no pause", room.Room, answers{is(201, ""), there}, "POST at 0s, GET at 0s", "1 found"},
		{"looking fails", room.Room, answers{lostAnswer, status(403, "")}, "POST at 0s, GET at 1s",
			"unknown: POST /api/video/rooms: 500 Internal Server Error; looking whether it is there failed, too: GET /api/video/rooms/a: 403 Forbidden"},
		{"looking is refused for all", room.Room, answers{lostAnswer, status(401, "")}, "POST at 0s, GET at 1s",
			"fatal, unknown: POST /api/video/rooms: 500 Internal Server Error; looking whether it is there failed, too: GET /api/video/rooms/a: 401 Unauthorized"},
		{"it is refused after all", room.Room, answers{lostAnswer, notThere, taken, notThere}, "POST at 0s, GET at 1s, POST at 1s, GET at 3s",
			"error: POST /api/video/rooms: 422 Unprocessable Entity: name: is already taken"},
		{"a refusal is no lost answer", room.Room, answers{taken}, "POST at 0s", "error: POST /api/video/rooms: 422"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{began: time.Now(), says: c.says}
				client := client(t, Options{Space: "example.signalwire.com", Transport: s, RetryBudget: time.Minute})
				l, found, err := client.Create(t.Context(), c.kind, "a", nil)
				got := l.ID
				if found {
					got += " found"
				}
				if err != nil {
					got = "error: " + err.Error()
					var a interface{ Ambiguous() bool }
					if errors.As(err, &a) && a.Ambiguous() {
						got = "unknown: " + err.Error()
					}
					var f interface{ Fatal() bool }
					if errors.As(err, &f) && f.Fatal() {
						got = "fatal, " + got
					}
				}
				if asked := strings.Join(s.asked, ", "); asked != c.asked || !strings.HasPrefix(got, c.result) {
					t.Errorf("asked %s: %s\nwant  %s: %s", asked, got, c.asked, c.result)
				}
			})
		})
	}
}

// A server that loses every creation is tried for as long as the budget lasts,
// with growing pauses, and then told of as a reason to stop.
func TestARoomThatIsNeverMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		posts := 0
		c := client(t, Options{Space: "example.signalwire.com", RetryBudget: time.Minute, Transport: wire(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				posts++
				return lostAnswer(r)
			}
			return notThere(r)
		})})
		began := time.Now()
		_, _, err := c.Create(t.Context(), room.Room, "a", nil)
		var e *Error
		if !errors.As(err, &e) || !e.Fatal() || !e.Ambiguous() || !strings.HasPrefix(err.Error(), "when looked for, it was not there: POST") {
			t.Errorf("error: %v", err)
		}
		if took := time.Since(began); took > 75*time.Second || took < 45*time.Second || posts < 5 || posts > 15 {
			t.Errorf("%d POSTs in %s", posts, took)
		}
	})
}

// Once nothing may begin, requests are not waited for any more: not for their
// turn, not to be sent again. What is under way is.
func TestUntil(t *testing.T) {
	slow := func(r *http.Request) (*http.Response, error) {
		time.Sleep(5 * time.Second)
		return fine(r)
	}
	for _, c := range []struct {
		name   string
		before func(*Client) // what keeps the request from its turn
		says   func(*http.Request) (*http.Response, error)
		took   time.Duration
		asked  int
		want   string // of the error
	}{
		{"a pause before sending again", nil, status(503, "60"), time.Second, 1, "503 Service Unavailable"},
		{"a pause of everybody", func(c *Client) { c.pace.pauseUntil(time.Now().Add(time.Minute)) }, fine, time.Second, 0, "the run is ending"},
		{"its turn", func(c *Client) { c.pace.limiter.ReserveN(time.Now(), 10); c.pace.limiter.SetLimit(0.1) }, fine, time.Second, 0, "the run is ending"},
		{"a seat", func(c *Client) { c.window.seats.TryAcquire(firstWindow) }, fine, time.Second, 0, "the run is ending"},
		{"an answer that takes its time", nil, slow, 5 * time.Second, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{began: time.Now(), says: []func(*http.Request) (*http.Response, error){c.says}}
				client := client(t, Options{Space: "example.signalwire.com", Transport: s, RetryBudget: time.Hour, Rate: 10})
				if c.before != nil {
					c.before(client)
				}
				begin, halt := context.WithTimeout(t.Context(), time.Second)
				defer halt()
				ctx, sent := Track(Until(t.Context(), begin))
				_, err := client.Update(ctx, room.Room, "a", "", nil)
				if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
					t.Errorf("error: %v, want %q", err, c.want)
				}
				n, _ := sent()
				if took := time.Since(s.began); took != c.took || n != c.asked || len(s.asked) != c.asked {
					t.Errorf("%d requests in %s, want %d in %s", len(s.asked), took, c.asked, c.took)
				}
			})
		})
	}
}
