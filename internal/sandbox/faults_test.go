package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// faulty starts a server with faults and tells what a POST of a conference
// meets, and whether it was done.
func faulty(t *testing.T, faults Faults) (*Server, func(method, path, body string) (status int, answer string, h http.Header, err error)) {
	t.Helper()
	s := New(Options{Faults: faults, Record: true})
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return s, func(method, path, body string) (int, string, http.Header, error) {
		r, err := http.NewRequest(method, web.URL+"/api/video/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(DemoProject, DemoToken)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, "", nil, err
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(raw), resp.Header, err
	}
}

const aRoom = `{"name":"a","display_name":"A","join_from":"2026-01-01","dark_primary":"#ABCDEF"}`

func TestFaultsOfOneRequest(t *testing.T) {
	for _, c := range []struct {
		fault  Fault
		done   bool
		broken bool // no whole answer comes
		status int
	}{
		{Refuse, false, true, 0}, {Drop, false, true, 0}, {LostAnswer, true, true, 0}, {CutAnswer, true, true, 200},
		{RateLimit, false, false, 429}, {RetryAfter, false, false, 429}, {HTML, false, false, 502},
		{BadGateway, false, false, 500}, {LateError, true, false, 500}, {Slow, true, false, 200},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			s, send := faulty(t, Faults{c.fault: 1})
			began := time.Now()
			status, body, header, err := send("POST", "conferences", aRoom)
			if (err != nil) != c.broken {
				t.Errorf("error: %v", err)
			}
			if status != c.status && status/100 != 5 || status/100 != c.status/100 {
				t.Errorf("status %d, want about %d", status, c.status)
			}
			s.mu.RLock()
			done := s.conferences.taken("a", nil)
			s.mu.RUnlock()
			if done != c.done {
				t.Errorf("done: %t, want %t", done, c.done)
			}
			if r := s.Requests(); len(r) != 1 || r[0].Undone == c.done {
				t.Errorf("recorded: %+v", r)
			}
			switch c.fault {
			case Refuse:
				if !errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("not a reset: %v", err)
				}
			case CutAnswer:
				if json.Valid([]byte(body)) || body == "" {
					t.Errorf("not half of an answer: %q", body)
				}
			case RetryAfter:
				if header.Get("Retry-After") != "1" {
					t.Errorf("Retry-After: %q", header.Get("Retry-After"))
				}
			case RateLimit:
				if header.Get("Retry-After") != "" || !strings.Contains(body, "error") {
					t.Errorf("Retry-After: %q, body %s", header.Get("Retry-After"), body)
				}
			case HTML:
				if !strings.HasPrefix(header.Get("Content-Type"), "text/html") || !strings.Contains(body, "<html>") {
					t.Errorf("not a web page: %s", body)
				}
			case Slow:
				if time.Since(began) < slowness {
					t.Errorf("it took %s", time.Since(began))
				}
			}
		})
	}
}

func TestServersOfAnotherKind(t *testing.T) {
	s, send := faulty(t, Faults{Replace: 1, Ignore: 1, Spelling: 1, Extra: 1, NoRename: 1})
	status, body, _, err := send("POST", "conferences", `{"name":"a","display_name":"A","enable_chat":false,"quality":"1080p","user_join_video_off":true,"join_from":"2026-01-01","dark_primary":"#ABCDEF"}`)
	if status != 200 || err != nil {
		t.Fatal(status, body, err)
	}
	var got map[string]any
	read := func(body string) {
		t.Helper()
		got = nil
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
	}
	read(body)
	for name, want := range map[string]any{
		"user_join_video_off": false, "join_from": "2026-01-01T02:00:00.000000000+02:00", "dark_primary": "#abcdef",
		"enable_chat": false, "x_future": map[string]any{"beta": true},
	} {
		if diff := cmp.Diff(want, got[name]); diff != "" {
			t.Errorf("%s after POST (-want +got):\n%s", name, diff)
		}
	}
	id := got["id"].(string)
	status, body, _, err = send("PUT", "conferences/"+id, `{"display_name":"B","name":"b","size":"large"}`)
	if status != 200 || err != nil {
		t.Fatal(status, body, err)
	}
	read(body)
	for name, want := range map[string]any{
		"name": "a", "display_name": "B", "size": "large", "enable_chat": true, "quality": "720p", "join_from": nil, "dark_primary": "#044ef4",
	} {
		if diff := cmp.Diff(want, got[name]); diff != "" {
			t.Errorf("%s after PUT (-want +got):\n%s", name, diff)
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.conferences.withName("a") == nil {
		t.Error("the room is gone")
	}
}

func TestAServerThatResetsWhatTheDocumentListsForUpdates(t *testing.T) {
	_, send := faulty(t, Faults{Reset: 1})
	_, body, _, _ := send("POST", "conferences", `{"name":"a","display_name":"A","enable_chat":false,"quality":"1080p","description":"x"}`)
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	_, body, _, _ = send("PUT", "conferences/"+got["id"].(string), `{"display_name":"B","size":"large"}`)
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"display_name": "B", "size": "large", "enable_chat": false, "quality": "720p", "description": "x"} {
		if diff := cmp.Diff(want, got[name]); diff != "" {
			t.Errorf("%s after PUT (-want +got):\n%s", name, diff)
		}
	}
}

func TestTwins(t *testing.T) {
	s, send := faulty(t, Faults{Twins: 1})
	for range 2 {
		if status, body, _, err := send("POST", "conferences", aRoom); status != 200 || err != nil {
			t.Fatal(status, body, err)
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if n := len(s.conferences.byName["a"]); n != 2 {
		t.Errorf("%d rooms", n)
	}
}

// The same requests meet the same faults with the same seed, others with another.
func TestFaultsRepeat(t *testing.T) {
	run := func(seed uint64) (statuses []int) {
		s := New(Options{Faults: Faults{BadGateway: 0.3, RateLimit: 0.3}, Seed: seed})
		for range 50 {
			r := httptest.NewRequest("GET", "/api/video/rooms", nil)
			r.SetBasicAuth(DemoProject, DemoToken)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			statuses = append(statuses, w.Code)
		}
		return statuses
	}
	first := run(1)
	if diff := cmp.Diff(first, run(1)); diff != "" {
		t.Errorf("the same seed (-first +second):\n%s", diff)
	}
	if cmp.Diff(first, run(2)) == "" {
		t.Error("another seed makes no difference")
	}
	counts := map[int]int{}
	for _, s := range first {
		counts[s/100]++
	}
	if counts[2] == 0 || counts[4] == 0 || counts[5] == 0 {
		t.Errorf("answers by hundreds: %v", counts)
	}
}

func TestParseFault(t *testing.T) {
	for text, want := range map[string]float64{"drop": 1, "lost-answer=0.25": 0.25, "429=0": 0, "5xx=1": 1} {
		f, rate, err := ParseFault(text)
		if name, _, _ := strings.Cut(text, "="); err != nil || string(f) != name || rate != want {
			t.Errorf("%s: %s, %v, %v", text, f, rate, err)
		}
	}
	for _, text := range []string{"", "fire", "drop=", "drop=2", "drop=-1", "drop=NaN", "drop=x"} {
		if _, _, err := ParseFault(text); err == nil {
			t.Errorf("%q is no error", text)
		}
	}
}

// Streams meet what everything else meets.
func TestFaultsOfStreams(t *testing.T) {
	for fault, done := range map[Fault]bool{
		Refuse: false, Drop: false, LostAnswer: true, CutAnswer: true, RateLimit: false, RetryAfter: false,
		HTML: false, BadGateway: false, LateError: true, Spelling: true, Extra: true,
	} {
		s, send := faulty(t, nil)
		id, err := s.Put("room", "a", nil)
		if err != nil {
			t.Fatal(err)
		}
		s.SetFaults(Faults{fault: 1})
		status, body, _, err := send("POST", "rooms/"+id+"/streams", `{"url":"rtmp://broadcaster"}`)
		s.SetFaults(nil)
		if _, list, _, _ := send("GET", "rooms/"+id+"/streams", ""); strings.Contains(list, "rtmp://broadcaster") != done {
			t.Errorf("%s: listed are %s", fault, list)
		}
		switch fault {
		case LostAnswer, CutAnswer:
			if err == nil {
				t.Errorf("%s: %d %s", fault, status, body)
			}
		case Spelling:
			if !strings.Contains(body, "+02:00") {
				t.Errorf("times as ever: %s", body)
			}
		case Extra:
			if !strings.Contains(body, "x_future") {
				t.Errorf("nothing else: %s", body)
			}
		}
		last := s.Requests()[0]
		if last.Method != "POST" || last.Undone == done || last.Body != `{"url":"rtmp://broadcaster"}` && done {
			t.Errorf("%s: recorded %+v", fault, last)
		}
	}
}
