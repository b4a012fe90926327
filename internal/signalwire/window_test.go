package signalwire

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"roomsync/internal/room"
)

// distant is a server at a distance. It counts what is under way.
type distant struct {
	away   time.Duration
	answer func(r *http.Request, n int) (*http.Response, error) // to the nth; nil: fine

	mu   sync.Mutex
	sent []time.Time
	now  int // under way
	most int // the most there were at a time since it was last set to 0
}

func (d *distant) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	d.sent = append(d.sent, time.Now())
	n := len(d.sent)
	d.now++
	d.most = max(d.most, d.now)
	d.mu.Unlock()
	time.Sleep(d.away)
	d.mu.Lock()
	d.now--
	d.mu.Unlock()
	if d.answer != nil {
		return d.answer(r, n)
	}
	return fine(r)
}

func (d *distant) client(t *testing.T, rate int) *Client {
	return client(t, Options{Space: "example.signalwire.com", Transport: d, Rate: rate, RetryBudget: time.Hour})
}

// Nobody has to say how many requests it takes at a time to reach the rate.
func TestTheRateIsReachedAtAnyDistance(t *testing.T) {
	for _, c := range []struct {
		rate int
		away time.Duration
		most int // rate × round trip, the burst, and some
	}{
		{MaxRate, 20 * time.Millisecond, 130},
		{MaxRate, 50 * time.Millisecond, 200},
		{MaxRate, 150 * time.Millisecond, maxWindow},
		{DefaultRate, 50 * time.Millisecond, 150},
		{DefaultRate, 300 * time.Millisecond, maxWindow},
	} {
		t.Run(fmt.Sprintf("%d at %s", c.rate, c.away), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &distant{away: c.away}
				const writes = 20 * maxWindow
				took := pacedRun(t, d.client(t, c.rate), writes, maxWindow)
				ideal := time.Duration(float64(writes) / float64(c.rate) * float64(time.Second))
				if late := took - ideal; late > 5*c.away || d.most > c.most {
					t.Errorf("%d writes took %s more than %s, with up to %d at a time; want at most 5 round trips, and %d", writes, late, ideal, d.most, c.most)
				}
			})
		})
	}
}

func TestDeletesAndLooksUseTheWholeWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &distant{away: 50 * time.Millisecond}
		c := d.client(t, DefaultRate)
		sideBySide(2560, func(int) {
			if err := c.Delete(t.Context(), room.Room, "a"); err != nil {
				t.Error(err)
			}
		})
		if d.most != maxWindow {
			t.Errorf("%d at a time, want %d", d.most, maxWindow)
		}
	})
}

// A server that is in trouble gets less and less at a time, and step by step more
// once it is well again.
func TestTroubleNarrowsTheWindow(t *testing.T) {
	for name, sign := range map[string]func(*http.Request) (*http.Response, error){
		"429": status(429, ""), "503": status(503, ""), "no answer": refused,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &distant{away: 20 * time.Millisecond}
				c := d.client(t, MaxRate)
				reads := func(n int) {
					sideBySide(n, func(int) { _, _ = c.Get(t.Context(), room.Room, "a") })
				}
				reads(2000)
				if d.most < 200 {
					t.Fatalf("%d at a time while all is well", d.most)
				}
				d.answer = func(r *http.Request, n int) (*http.Response, error) {
					if n > 5000 {
						return fine(r)
					}
					return sign(r)
				}
				ctx, enough := context.WithTimeout(t.Context(), 3*time.Second)
				sideBySide(maxWindow, func(int) { _, _ = c.Get(ctx, room.Room, "a") })
				enough()
				if c.window.size != leastWindow {
					t.Errorf("after three seconds of it the window is %d, want %d", c.window.size, leastWindow)
				}
				d.most = 0
				d.answer = nil
				reads(leastWindow * 3)
				if d.most > leastWindow+3 {
					t.Errorf("%d at a time right after it", d.most)
				}
				reads(4000)
				if c.window.size < 64 {
					t.Errorf("some time after it the window is %d, and it should grow", c.window.size)
				}
			})
		})
	}
}

// What fails together is one sign: the requests under way when a server hiccups
// do not close the window.
func TestOneHiccupIsOneSign(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &distant{away: 20 * time.Millisecond}
		c := d.client(t, MaxRate)
		d.answer = func(r *http.Request, n int) (*http.Response, error) {
			if n <= firstWindow {
				return status(502, "")(r)
			}
			return fine(r)
		}
		sideBySide(firstWindow, func(int) { _, _ = c.Get(t.Context(), room.Room, "a") })
		if want := firstWindow * 3 / 4; c.window.size != want {
			t.Errorf("the window is %d, want %d", c.window.size, want)
		}
	})
}

func TestASlowRequestHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		d := &distant{away: 20 * time.Millisecond, answer: func(r *http.Request, n int) (*http.Response, error) {
			if n%1000 == 1 {
				time.Sleep(20 * time.Second)
			}
			return fine(r)
		}}
		c := d.client(t, MaxRate)
		sideBySide(5000, func(int) {
			if _, err := c.Update(t.Context(), room.Room, "a", "", nil); err != nil {
				t.Error(err)
			}
		})
		if last := d.sent[len(d.sent)-1].Sub(began); last > 3700*time.Millisecond {
			t.Errorf("the last of 5,000 was sent after %s", last)
		}
	})
}

// Whoever waits for its turn when the server asks for a pause waits for its end.
func TestAPauseHoldsThoseWhoAreQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked time.Time
		d := &distant{away: 20 * time.Millisecond, answer: func(r *http.Request, n int) (*http.Response, error) {
			if n == 300 {
				asked = time.Now()
				return status(429, "30")(r)
			}
			return fine(r)
		}}
		c := d.client(t, DefaultRate)
		sideBySide(1000, func(int) {
			if _, err := c.Update(t.Context(), room.Room, "a", "", nil); err != nil {
				t.Error(err)
			}
		})
		at := slices.IndexFunc(d.sent, func(sent time.Time) bool { return sent.After(asked) })
		if early := d.sent[at].Sub(asked); early < 30*time.Second {
			t.Errorf("a write went out %s after the server had asked for 30s", early)
		}
	})
}

// Nor does it keep the turn that it would have had at a rate that was too much.
func TestALowerRateIsForThoseWhoAreQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked time.Time
		d := &distant{away: 20 * time.Millisecond, answer: func(r *http.Request, n int) (*http.Response, error) {
			if n == 300 {
				asked = time.Now()
				return status(429, "")(r)
			}
			return fine(r)
		}}
		c := d.client(t, DefaultRate)
		sideBySide(1000, func(int) { _, _ = c.Update(t.Context(), room.Room, "a", "", nil) })
		within := 0
		for _, sent := range d.sent {
			if sent.After(asked) && sent.Sub(asked) <= 200*time.Millisecond {
				within++
			}
		}
		if most := DefaultRate/2/5 + 1; within > most {
			t.Errorf("%d writes in the 200ms after a 429, want at most %d", within, most)
		}
	})
}

// A pause is one for writes: what is looked up meanwhile is not behind them.
func TestAPauseHoldsNoReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &distant{away: 20 * time.Millisecond}
		c := d.client(t, DefaultRate)
		c.pace.pauseUntil(time.Now().Add(time.Minute))
		var writes sync.WaitGroup
		for range maxWindow {
			writes.Go(func() { _, _ = c.Update(t.Context(), room.Room, "a", "", nil) })
		}
		synctest.Wait()
		began := time.Now()
		if _, err := c.Get(t.Context(), room.Room, "a"); err != nil || time.Since(began) != d.away {
			t.Errorf("a read took %s, %v", time.Since(began), err)
		}
		writes.Wait()
	})
}

// sideBySide calls do n times, as many at a time as a run does.
func sideBySide(n int, do func(i int)) {
	var workers sync.WaitGroup
	next := make(chan int)
	for range min(n, maxWindow) {
		workers.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}
