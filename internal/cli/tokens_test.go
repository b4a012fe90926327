package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
	"roomsync/internal/signalwire"
)

// A reset whose token cannot be written has happened all the same, and one that
// was interrupted, or has no answer, may have.
func TestResetsThatAreNotNothing(t *testing.T) {
	inLobby := func(h func(*sandbox.Server) http.Handler) *world {
		s := sandbox.New(sandbox.Options{})
		if _, err := s.Put("conference", "lobby", nil); err != nil {
			t.Fatal(err)
		}
		return inSpace(t, h(s))
	}
	reset := []string{"tokens", "reset", "lobby", "guest", "--yes", "--retry-budget", "0s"}
	check := func(w *world, code, want int, texts ...string) {
		t.Helper()
		if code != want {
			t.Errorf("exit code %d, want %d", code, want)
		}
		for _, text := range texts {
			if !strings.Contains(w.err.String(), text) {
				t.Errorf("%q is not in %s", text, w.err.String())
			}
		}
	}

	w := inLobby(func(s *sandbox.Server) http.Handler { return s })
	sys := w.system()
	sys.Out = &full{}
	check(w, Main(reset, sys), exitIncomplete, "the token was reset, and the new one could not be written: no space left", "hint: roomsync tokens list has it")

	w = inLobby(func(s *sandbox.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost || strings.Contains(r.URL.Path, "/conference_tokens/") {
				http.Error(w, "", http.StatusInternalServerError)
				return
			}
			s.ServeHTTP(w, r)
		})
	})
	check(w, Main(append(reset, "--format", "json"), w.system()), exitIncomplete, "whether the token was reset is not known: POST", "hint: look again in some minutes: roomsync tokens list shows whether it still is vpt_")
	if !strings.Contains(w.out.String(), `"exit_code": 3`) {
		t.Error(w.out.String())
	}

	var st stuck
	w = inLobby(func(s *sandbox.Server) http.Handler { st = stuck{s, make(chan struct{}, 9)}; return st })
	sys = w.system()
	sys.InterruptedGrace = 10 * time.Millisecond
	code := make(chan int, 1)
	go func() { code <- Main(reset, sys) }()
	<-st.asked
	w.signals <- os.Interrupt
	check(w, <-code, exitInterrupted, "whether the token was reset is not known")

	// What was sent comes to its end, if it does in time.
	asked, proceed := make(chan struct{}, 9), make(chan struct{})
	w = inLobby(func(s *sandbox.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				asked <- struct{}{}
				<-proceed
			}
			s.ServeHTTP(w, r)
		})
	})
	begun := w.begin(reset...)
	<-asked
	w.signals <- os.Interrupt
	time.AfterFunc(50*time.Millisecond, func() { close(proceed) })
	check(w, <-begun, exitOK, "reset the guest token of lobby")

	// Nothing is sent again once it is interrupted.
	w = inLobby(func(s *sandbox.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				w.Header().Set("Retry-After", "60")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			s.ServeHTTP(w, r)
		})
	})
	sys = w.system()
	sys.InterruptedGrace = time.Hour
	go func() { code <- Main(append(reset[:5:5], "--retry-budget", "1h"), sys) }()
	w.err.await("rate limited, waiting 60 s")
	w.signals <- os.Interrupt
	select {
	case got := <-code:
		check(w, got, exitInterrupted, "interrupted; nothing was reset", "429 Too Many Requests")
	case <-time.After(20 * time.Second):
		t.Fatal("an interrupt is waited out")
	}

	// Before anything was sent nothing has been done.
	s := silent{make(chan struct{}, 1)}
	w = inSpace(t, s)
	begun = w.begin(reset...)
	<-s.asked
	w.signals <- os.Interrupt
	check(w, <-begun, exitInterrupted, "interrupted; nothing was written")

	// So it is while the question waits for its answer.
	w = inLobby(func(s *sandbox.Server) http.Handler { return s })
	w.terminal = true
	silence, never := io.Pipe()
	defer never.Close()
	w.in = silence
	begun = w.begin("tokens", "reset", "lobby", "guest")
	w.err.await("Reset it?")
	w.signals <- os.Interrupt
	check(w, <-begun, exitInterrupted, "interrupted; nothing was reset")
}

func TestTokensOfOneName(t *testing.T) {
	r, tokens := room.Live{Name: "lobby"}, []room.Token{{ID: "1", Name: "guest"}, {ID: "2", Name: "guest"}, {ID: "guest-3", Name: "moderator"}}
	for name, want := range map[string]string{"guest": "2 tokens of lobby are named guest", "": "the name of the token is empty", "ghost": `lobby has no token "ghost"`, "1": "", "moderator": ""} {
		if _, err := named(name, r, tokens); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A name of any length is answered at once.
func TestALongNameIsNotSuggested(t *testing.T) {
	var live []room.Live
	for i := range 200 {
		live = append(live, room.Live{Name: strings.Repeat("a", 99) + fmt.Sprint(i)})
	}
	_, err := among(live, strings.Repeat("a", 99)+"x")
	_, long := among(live, strings.Repeat("a", 101))
	var h, hLong hinted
	if !errors.As(err, &h) || !errors.As(long, &hLong) || !strings.HasPrefix(h.hint, "did you mean") || strings.HasPrefix(hLong.hint, "did you mean") {
		t.Errorf("%s; %s", h.hint, hLong.hint)
	}
}

func TestLinesThatAreAdded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "env")
	for _, step := range []struct{ add, want string }{{"", ""}, {"A=1", "A=1"}, {"", "A=1"}, {"B=2\n", "A=1\nB=2\n"}, {"C=3\n", "A=1\nB=2\nC=3\n"}} {
		err := appendLines(path, []byte(step.add))
		if got, _ := os.ReadFile(path); err != nil || string(got) != step.want {
			t.Errorf("%q: %q, %v", step.add, got, err)
		}
	}
}

func TestWhatIsGone(t *testing.T) {
	for path, want := range map[string]string{
		"/api/video/rooms": "no Video API", "/api/video/conferences": "no Video API", "/api/video/room_tokens": "is gone",
		"/api/video/conference_tokens/1/reset": "is gone", "/api/video/conferences/1/conference_tokens": "is gone",
	} {
		if got := advice(&signalwire.Error{Status: 404, Path: path, Message: "Not Found"}); !strings.Contains(got, want) {
			t.Errorf("%s: %s", path, got)
		}
		if got := advice(&signalwire.Error{Status: 404, Path: path}); !strings.Contains(got, "no Video API") {
			t.Errorf("%s, not of the API: %s", path, got)
		}
	}
}

// IDs and names that look like them.
func TestRoomsByID(t *testing.T) {
	const name = "0C97F635-1c13-4fc1-86f7-bb2be859d8b9"
	for what, kind := range map[string]string{"a room": "room", "a conference": "conference"} {
		s := sandbox.New(sandbox.Options{})
		id, err := s.Put(kind, "stage", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Put(kind, name, nil); err != nil {
			t.Fatal(err)
		}
		page := false // conferences are answered one by one by a page that is not the API's
		w := inSpace(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if page && strings.HasPrefix(r.URL.Path, "/api/video/conferences/") {
				w.WriteHeader(http.StatusNotFound)
				_, _ = io.WriteString(w, "<html>Not Found</html>")
				return
			}
			s.ServeHTTP(w, r)
		}))
		check := func(want int, text string, args ...string) {
			t.Helper()
			w.out, w.err = lockedBuffer{}, lockedBuffer{}
			if code := Main(args, w.system()); code != want || !strings.Contains(w.out.String()+w.err.String(), text) {
				t.Errorf("%s, %v: exit code %d: %s", what, args, code, w.err.String())
			}
		}
		issued := func(room string) string { return `"room": "` + room + `"` }
		for _, page = range []bool{false, true} {
			check(exitOK, issued("stage"), "tokens", "issue", id, "--valid", "2h", "--format", "json")
			check(exitOK, issued(name), "tokens", "issue", name, "--valid", "2h", "--format", "json")
			check(exitOK, issued(name), "tokens", "issue", name, "--valid", "2h", "--format", "json", "--auto-create-room")
		}
	}
}

// An interrupt while a request is under way, or waits to be sent again.
func TestInterruptedTokens(t *testing.T) {
	for _, c := range []struct {
		args, at, says string // at is what is not answered
		wait           bool
	}{
		{"tokens list lobby", "/conference_tokens", "interrupted; nothing was written", true},
		{"tokens list lobby", "/rooms", "interrupted; nothing was written", true},
		{"tokens issue lobby --valid 2h", "/room_tokens", "interrupted; if a token was made, nobody has it", true},
		{"tokens issue lobby --valid 2h", "/room_tokens", "interrupted; if a token was made, nobody has it", false},
	} {
		s := sandbox.New(sandbox.Options{})
		if _, err := s.Put("conference", "lobby", nil); err != nil {
			t.Fatal(err)
		}
		asked := make(chan struct{}, 9)
		w := inSpace(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case !strings.HasSuffix(r.URL.Path, c.at):
				s.ServeHTTP(w, r)
			case c.wait:
				w.Header().Set("Retry-After", "15")
				w.WriteHeader(http.StatusTooManyRequests)
			default:
				asked <- struct{}{}
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
			}
		}))
		begun := w.begin(strings.Fields(c.args)...)
		if c.wait {
			w.err.await("rate limited, waiting 15 s")
		} else {
			<-asked
		}
		w.signals <- os.Interrupt
		if code := <-begun; code != exitInterrupted || !strings.Contains(w.err.String(), c.says) || strings.Contains(c.args, "issue") && strings.Contains(w.err.String(), "nothing was written") {
			t.Errorf("%s: exit code %d: %s", c.args, code, w.err.String())
		}
	}
}
