package signalwire

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"roomsync/internal/room"
)

// flaky answers requests with what is next in a list, and the last one for ever.
type flaky struct {
	answers []func(*http.Request) (*http.Response, error)
	mu      sync.Mutex
	asked   []time.Time
}

func (f *flaky) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	f.asked = append(f.asked, time.Now())
	answer := f.answers[min(len(f.asked), len(f.answers))-1]
	f.mu.Unlock()
	return answer(r)
}

// status is an answer with a status and perhaps a Retry-After.
func status(code int, retryAfter string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := say(r, code, `{"error":"`+http.StatusText(code)+`"}`)
		if retryAfter != "" {
			resp.Header.Set("Retry-After", retryAfter)
		}
		return resp, err
	}
}

func fine(r *http.Request) (*http.Response, error) {
	return say(r, 200, `{"id":"a","name":"a"}`)
}

func refused(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Err: errors.New("connection refused")}
}

// patient makes a client that sends again, in front of a flaky server.
func patient(t *testing.T, budget time.Duration, answers ...func(*http.Request) (*http.Response, error)) (*Client, *flaky, *[]string) {
	t.Helper()
	f := &flaky{answers: answers}
	told := new([]string)
	return client(t, Options{Space: "example.signalwire.com", Transport: f, RetryBudget: budget,
		Notify: func(s string) { *told = append(*told, s) }}), f, told
}

func TestSendsAgain(t *testing.T) {
	get := func(c *Client) error { _, err := c.Get(context.Background(), room.Room, "a"); return err }
	put := func(c *Client) error { _, err := c.Update(context.Background(), room.Room, "a", "", nil); return err }
	remove := func(c *Client) error { return c.Delete(context.Background(), room.Room, "a") }
	post := func(c *Client) error { _, _, err := c.Create(context.Background(), room.Room, "a", nil); return err }
	for _, c := range []struct {
		name   string
		call   func(*Client) error
		first  func(*http.Request) (*http.Response, error)
		again  bool
		status int // of the error, if there is one
	}{
		{"GET 500", get, status(500, ""), true, 0},
		{"GET 503", get, status(503, ""), true, 0},
		{"GET 429", get, status(429, ""), true, 0},
		{"GET refused", get, refused, true, 0},
		{"GET 404", get, status(404, ""), false, 404},
		{"GET 401", get, status(401, ""), false, 401},
		{"PUT 502", put, status(502, ""), true, 0},
		{"PUT 422", put, status(422, ""), false, 422},
		{"DELETE 500", remove, status(500, ""), true, 0},
		{"POST 429", post, status(429, ""), true, 0},
		{"POST refused", post, refused, true, 0},
		{"POST 302", post, status(302, ""), false, 302},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server, _ := patient(t, time.Minute, c.first, fine)
				err := c.call(client)
				if want := map[bool]int{true: 2, false: 1}[c.again]; len(server.asked) != want {
					t.Errorf("%d requests, want %d", len(server.asked), want)
				}
				var e *Error
				if (err == nil) != c.again || errors.As(err, &e) && e.Status != c.status {
					t.Errorf("error: %v", err)
				}
			})
		})
	}
}

// What was asked is waited for, and said: here with minutes that pass at once.
func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// 12 s and 3 min pass before its turn.
		date := time.Now().Add(2*time.Minute + 12*time.Second + 3*time.Minute).UTC().Format(http.TimeFormat)
		for _, c := range []struct {
			header string
			wait   time.Duration
			told   string
		}{
			{"12", 12 * time.Second, "rate limited, waiting 12 s"},
			{"180", 3 * time.Minute, "rate limited, waiting 180 s"},
			{date, 2 * time.Minute, "rate limited, waiting 120 s"},
			{"99999999", maxRetryAfter, "rate limited, waiting 300 s"},
			{"99999999999999999999999", maxRetryAfter, "rate limited, waiting 300 s"},
		} {
			client, server, told := patient(t, time.Hour, status(429, c.header), fine)
			began := time.Now()
			if _, err := client.Get(t.Context(), room.Room, "a"); err != nil {
				t.Errorf("Retry-After: %s: %v", c.header, err)
			}
			waited := server.asked[1].Sub(began)
			if waited < c.wait-time.Second || waited > c.wait {
				t.Errorf("Retry-After: %s: waited %s, want %s", c.header, waited, c.wait)
			}
			if !slices.Equal(*told, []string{c.told}) {
				t.Errorf("Retry-After: %s: told %q, want %q", c.header, *told, c.told)
			}
		}
	})
}

func TestBackOffGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server, _ := patient(t, time.Minute, status(500, ""))
		began := time.Now()
		_, err := client.Get(t.Context(), room.Room, "a")
		wantText(t, err, "gave up after")
		var e *Error
		if !errors.As(err, &e) || !e.Fatal() || e.Attempts != len(server.asked) {
			t.Errorf("%d requests, error %+v", len(server.asked), e)
		}
		if took := time.Since(began); took > time.Minute || took < 40*time.Second {
			t.Errorf("gave up after %s, want just below a minute", took)
		}
		if n := len(server.asked); n < 8 || n > 30 {
			t.Errorf("%d requests in a minute: too eager or too idle", n)
		}
	})
}

// A server that is down is said soon, whatever the budget for writes.
func TestListingGivesUpEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _, _ := patient(t, time.Hour, refused)
		began := time.Now()
		_, err := client.List(t.Context(), ListOptions{})
		wantText(t, err, "connection refused")
		if took := time.Since(began); took > listBudget || took < listBudget/3 {
			t.Errorf("gave up after %s", took)
		}
	})
}

func TestHopelessErrorsFailAtOnce(t *testing.T) {
	for _, hopeless := range []error{
		&net.DNSError{Err: "no such host", Name: "example", IsNotFound: true},
		x509.UnknownAuthorityError{}, x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, server, _ := patient(t, time.Minute, func(*http.Request) (*http.Response, error) { return nil, hopeless })
			began := time.Now()
			if _, err := client.Get(t.Context(), room.Room, "a"); err == nil || len(server.asked) != 1 || time.Since(began) > 0 {
				t.Errorf("%T: %d requests, %v", hopeless, len(server.asked), err)
			}
		})
	}
}

// All requests of a run share the budget: later ones find what the first has
// left, and in the end none is sent twice.
func TestBudgetIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server, _ := patient(t, 30*time.Second, status(500, ""))
		began := time.Now()
		for range 20 {
			_, err := client.Get(t.Context(), room.Room, "a")
			wantText(t, err, "gave up")
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("20 requests were in trouble for %s together, and 30s are the budget", took)
		}
		before := len(server.asked)
		_, _ = client.Get(t.Context(), room.Room, "a")
		if n := len(server.asked) - before; n != 1 {
			t.Errorf("%d requests after the budget was spent", n)
		}
	})
}

func TestTheContextEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server, _ := patient(t, time.Hour, status(503, "60"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, err := client.Get(ctx, room.Room, "a")
		if took := time.Since(began); took != time.Second || len(server.asked) != 1 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d requests in %s: %v", len(server.asked), took, err)
		}
	})
}

func TestTrackCountsEveryRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server, _ := patient(t, time.Minute, status(500, ""), status(429, ""), fine)
		client.window.seats.TryAcquire(firstWindow)
		time.AfterFunc(3*time.Second, func() { client.window.seats.Release(firstWindow) }) // its turn comes late
		ctx, sent := Track(t.Context())
		_, err := client.Get(ctx, room.Room, "a")
		if n, first := sent(); err != nil || n != 3 || !first.Equal(server.asked[0]) {
			t.Errorf("%d requests, the first at %s and not at %s, %v", n, first, server.asked[0], err)
		}
	})
}

// pacedRun sends n writes side by side and tells how long they took.
func pacedRun(t *testing.T, c *Client, n, parallel int) time.Duration {
	t.Helper()
	began := time.Now()
	done := make(chan error)
	for range parallel {
		go func() {
			for range n / parallel {
				if _, err := c.Update(t.Context(), room.Room, "a", "", nil); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range parallel {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	return time.Since(began)
}

func TestWritesArePaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, Options{Space: "example.signalwire.com", Transport: wire(fine), Rate: DefaultRate})
		took := pacedRun(t, c, 7000, 100) // a burst of 100, then 690 a second
		if took.Round(time.Microsecond) != 10*time.Second {
			t.Errorf("7,000 writes took %s, want 10s", took)
		}
		began := time.Now()
		for range 1000 {
			if _, err := c.Get(t.Context(), room.Room, "a"); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("1,000 GETs took %s: they are not limited", took)
		}
	})
}

func TestA429SlowsEverybodyDownForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		c := client(t, Options{Space: "example.signalwire.com", Rate: 100, RetryBudget: time.Hour, Transport: wire(func(r *http.Request) (*http.Response, error) {
			if n++; n == 100 {
				return status(429, "30")(r)
			}
			return fine(r)
		})})
		if took := pacedRun(t, c, 100, 1); took < 30*time.Second || took > 31*time.Second {
			t.Errorf("with a Retry-After of 30 s 100 writes took %s", took)
		}
		if got := c.pace.limiter.Limit(); got != 60 { // half of it, and a tenth back for the time since
			t.Errorf("the rate after a 429 is %v, want 60", got)
		}
		time.Sleep(2 * time.Second)
		pacedRun(t, c, 1000, 1)
		if got := c.pace.limiter.Limit(); got != 100 {
			t.Errorf("the rate has recovered to %v, want 100", got)
		}
	})
}

func TestRemainingRequestsAreMinded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		header := ""
		c := client(t, Options{Space: "example.signalwire.com", Rate: 100, Transport: wire(func(r *http.Request) (*http.Response, error) {
			resp, err := fine(r)
			left, reset, _ := strings.Cut(header, "/")
			resp.Header.Set("X-RateLimit-Remaining", left)
			resp.Header.Set("X-RateLimit-Reset", reset)
			return resp, err
		})})
		for _, step := range []struct {
			header string
			least  time.Duration
		}{{"", 0}, {"0/20", 0}, {"100/10", 20 * time.Second}, {"", 0}} {
			header = step.header
			began := time.Now()
			pacedRun(t, c, 1, 1)
			if took := time.Since(began); took < step.least {
				t.Errorf("the request with %q took %s, want %s", step.header, took, step.least)
			}
		}
		if got := c.pace.limiter.Limit(); got != 10 {
			t.Errorf("the rate with 100 requests left for 10 s is %v", got)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "12", "-1", "1.5", "99999999999999999999", "Wed, 21 Oct 2015 07:28:00 GMT", "soon"} {
		f.Add(seed)
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := retryAfter(http.Header{"Retry-After": {text}}, now)
		if d < 0 || d > maxRetryAfter || !ok && d != 0 {
			t.Errorf("Retry-After: %q is %s, %t", text, d, ok)
		}
		_, reset, ok := quota(http.Header{"Ratelimit-Remaining": {"1"}, "Ratelimit-Reset": {text}})
		if ok && (reset <= 0 || reset > maxRetryAfter) {
			t.Errorf("reset %q is %s", text, reset)
		}
	})
}
