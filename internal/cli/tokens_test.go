package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
	"roomsync/internal/signalwire"
)

// collector is a space that keeps every token that it has ever given out.
type collector struct {
	*sandbox.Server
	mu     sync.Mutex
	tokens []string
	faults sandbox.Faults                 // of requests about tokens
	spoil  func(path, body string) string // changes answers; may be nil
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Header.Del("Accept-Encoding")
	c.SetFaults(sandbox.Faults{})
	if strings.Contains(r.URL.Path, "token") {
		c.SetFaults(c.faults)
	}
	c.Server.ServeHTTP(&spy{w, c, r.URL.Path}, r)
}

// spy looks through an answer on its way.
type spy struct {
	http.ResponseWriter
	c    *collector
	path string
}

func (s *spy) Write(body []byte) (int, error) {
	s.c.mu.Lock()
	for rest := string(body); ; {
		_, after, ok := strings.Cut(rest, `"token":"`)
		if !ok {
			break
		}
		token, _, _ := strings.Cut(after, `"`)
		s.c.tokens, rest = append(s.c.tokens, token), after
	}
	s.c.mu.Unlock()
	if s.c.spoil == nil {
		return s.ResponseWriter.Write(body)
	}
	_, err := io.WriteString(s.ResponseWriter, s.c.spoil(s.path, string(body)))
	return len(body), err
}

func (s *spy) WriteHeader(status int) {
	s.Header().Del("Content-Length") // it may be spoilt
	s.ResponseWriter.WriteHeader(status)
}

func (s *spy) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// shown lists the tokens of which more than the ends are in a text.
func (c *collector) shown(text string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []string
	for _, t := range c.tokens {
		if len(t) >= 16 && strings.Contains(text, t[8:len(t)-4]) {
			all = append(all, t)
		}
	}
	return all
}

// Every command at its most talkative, in every format, with whatever can go
// wrong: no token is in any output, any log, any error or any file but where it
// was asked for.
func TestTokensAreWhereTheyAreAskedFor(t *testing.T) {
	truncated := func(path, body string) string {
		if strings.Contains(path, "token") {
			return body[:len(body)-8]
		}
		return body
	}
	renamed := func(path, body string) string { return strings.ReplaceAll(body, `"scopes"`, `"scopes":7,"x"`) }
	odd := func(_, body string) string { return strings.ReplaceAll(body, `"token":"`, `"token":"\u001b`) }
	for name, world := range map[string]struct {
		faults sandbox.Faults
		spoil  func(path, body string) string
		env    map[string]string
	}{
		"all is well":      {},
		"GitHub":           {env: map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_OUTPUT": "outputs"}},
		"lost answers":     {faults: sandbox.Faults{sandbox.LostAnswer: 0.5}},
		"cut answers":      {faults: sandbox.Faults{sandbox.CutAnswer: 0.5}},
		"late errors":      {faults: sandbox.Faults{sandbox.LateError: 0.5}},
		"truncated":        {spoil: truncated},
		"odd scopes":       {spoil: renamed},
		"odd characters":   {spoil: odd},
		"strange settings": {faults: sandbox.Faults{sandbox.Extra: 1, sandbox.Spelling: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			c := &collector{Server: sandbox.New(sandbox.Options{}), faults: world.faults, spoil: world.spoil}
			if _, err := c.Put("conference", "lobby", map[string]any{"display_name": "Lobby"}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Put("room", "stage", nil); err != nil {
				t.Fatal(err)
			}
			w := inSpace(t, c)
			for k, v := range world.env {
				w.env[k] = v
			}
			file := "version: 1\nmanage: [lobby, stage, sales]\nroles: {host: {permissions: [room.*]}}\nrooms:\n  - name: lobby\n  - {name: sales, size: small}\n"
			if err := os.WriteFile("rooms.yaml", []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			commands := [][]string{{"tokens", "list", "lobby"}, {"tokens", "list", "lobby", "guest"}, {"tokens", "list", "lobby", "ghost"}, {"tokens", "list", "stage"},
				{"tokens", "reset", "lobby", "guest"}, {"tokens", "reset", "lobby", "guest", "--yes"}, {"tokens", "reset", "lobby", "ghost", "--yes"},
				{"tokens", "issue", "ghost", "--role", "host"}, {"tokens", "issue", "lobby", "--role", "ghost"}, {"tokens", "list", "lobby", "--format", "json", "--out", "rooms.yaml"},
				{"tokens", "issue", "stage", "--role", "host", "--format", "html"}}
			if len(world.faults) == 0 { // the others are as ever
				for _, format := range []string{"text", "json", "markdown", "html"} {
					commands = append(commands, []string{"plan", "--prune", "--out", "plan.json", "--format", format})
				}
				for _, format := range []string{"text", "json"} {
					commands = append(commands, []string{"list", "--format", format}, []string{"drift", "--format", format}, []string{"validate", "--format", format})
				}
				commands = append(commands, []string{"export"}, []string{"render"}, []string{"explain"}, []string{"apply", "--yes", "--report", "report.json"}, []string{"drift", "--format", "junit"})
			}
			for _, args := range commands {
				w.out, w.err = lockedBuffer{}, lockedBuffer{}
				Main(append(args, "-v", "--retry-budget", "500ms"), w.system())
				if all := c.shown(w.out.String() + w.err.String() + files(t)); len(all) > 0 {
					t.Errorf("%v: %v are in:\n%s%s", args, all, w.out.String(), w.err.String())
				}
			}
			// Those that ask for it have it in their result, and there alone.
			for _, args := range [][]string{{"tokens", "list", "lobby", "--reveal"}, {"tokens", "list", "lobby", "--format", "json"}, {"tokens", "list", "lobby", "guest", "--format", "dotenv"},
				{"tokens", "list", "lobby", "--format", "github-env"}, {"tokens", "issue", "stage", "--role", "host"}, {"tokens", "issue", "lobby", "--format", "json"}, {"tokens", "reset", "lobby", "guest", "--yes", "--reveal"}} {
				w.out, w.err = lockedBuffer{}, lockedBuffer{}
				code := Main(append(args, "-v", "--retry-budget", "500ms"), w.system())
				said := ""
				for _, line := range strings.Split(w.err.String(), "\n") {
					if !strings.HasPrefix(line, "::add-mask::") {
						said += line + "\n"
					}
				}
				if all := c.shown(said + files(t)); len(all) > 0 {
					t.Errorf("%v: %v are in:\n%s", args, all, said)
				}
				handed := c.shown(w.out.String())
				if (code == exitOK) != (len(handed) > 0) || name == "all is well" && code != exitOK {
					t.Errorf("%v: exit code %d, %d tokens:\n%s", args, code, len(handed), said)
				}
				for _, token := range handed {
					if name == "GitHub" && !strings.Contains(w.err.String(), "::add-mask::"+token+"\n") {
						t.Errorf("%v: the runner was not told to mask %s", args, token)
					}
				}
			}
		})
	}
}

// files is what all files hold that commands have written here.
func files(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			raw, e := os.ReadFile(path)
			b.Write(raw)
			err = e
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// panicking is an output that cannot bear what is written to it.
type panicking struct{}

func (panicking) Write(b []byte) (int, error) { panic("cannot write " + string(b)) }

func TestATokenInAPanic(t *testing.T) {
	c := &collector{Server: sandbox.New(sandbox.Options{})}
	if _, err := c.Put("conference", "lobby", nil); err != nil {
		t.Fatal(err)
	}
	w := inSpace(t, c)
	for _, args := range [][]string{{"tokens", "list", "lobby", "--reveal"}, {"tokens", "issue", "lobby"}, {"tokens", "reset", "lobby", "guest", "--yes", "--format", "dotenv"}} {
		sys := w.system()
		sys.Out = panicking{}
		if code := Main(args, sys); code != exitError || !strings.Contains(w.err.String(), "internal error: cannot write") {
			t.Errorf("%v: exit code %d: %s", args, code, w.err.String())
		}
	}
	if all := c.shown(w.err.String()); len(all) > 0 || len(c.tokens) < 6 {
		t.Errorf("of %d tokens, %v are in:\n%s", len(c.tokens), all, w.err.String())
	}
}

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

// What room.Secret shows of a token may be shown, and no more; what is handed
// over on purpose passes where it is, and nowhere else.
func TestTokensPassWhereTheyMay(t *testing.T) {
	const token, other = "vpt_62c65414de4d067d07415a7ced8183be", "vpt_62c6ffffffffffffffffffffffffffff"
	for text, want := range map[string]string{
		"a " + token + " b":             "a [token] b",
		room.Secret(token).String():     "vpt_62c6…83be",
		"a " + token[:9] + "… b":        "a [token]… b",
		"a " + token[:30] + "…":         "a [token]…",
		token + token + " vpt_62c6 vpt": "[token][token] vpt_62c6 vpt",
	} {
		var b strings.Builder
		a := &app{}
		a.hideToken(token)
		a.hideToken(other)
		r := &redactor{w: &b, a: a}
		fmt.Fprint(r, text)
		if err := r.flush(); err != nil || b.String() != want {
			t.Errorf("%q is %q, want %q", text, b.String(), want)
		}
		b.Reset()
		r.let(token)
		fmt.Fprintf(r, "%s, %s\n", token, other)
		if err := r.flush(); err != nil || b.String() != token+", [token]\n" {
			t.Errorf("one that passes: %q", b.String())
		}
		if got := a.redacted(token); got != "[token]" {
			t.Errorf("in an error it is %q", got)
		}
	}
}

// The runner is told on standard error, which keeps tokens out all the same.
func TestTheMaskIsAllThatPasses(t *testing.T) {
	const token = "vpt_62c65414de4d067d07415a7ced8183be"
	var out, err strings.Builder
	a := &app{System: System{LookupEnv: func(string) (string, bool) { return "", false }}}
	a.out, a.err = &redactor{w: &out, a: a}, &redactor{w: &err, a: a}
	a.Out, a.Format, a.actions, a.MaskPause = a.out, "text", &actions{log: a.err}, 50*time.Millisecond
	a.hideToken(token)
	began := time.Now()
	text := func(w io.Writer) error { _, err := io.WriteString(w, token+"\n"); return err }
	if err := (handing{}).hand(a, handover{secrets: []room.Secret{token}, text: text}); err != nil {
		t.Fatal(err)
	}
	if time.Since(began) < a.MaskPause {
		t.Error("the runner has no time to read the mask before the token")
	}
	fmt.Fprintln(a.err, "and now "+token)
	if out.String() != token+"\n" || err.String() != "::add-mask::"+token+"\nand now [token]\n" {
		t.Errorf("%q, %q", out.String(), err.String())
	}
}

func TestSpans(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "2h": 2 * time.Hour, "7d": 168 * time.Hour, "1d12h": 36 * time.Hour, "0d1s": time.Second, "1500ms": 1500 * time.Millisecond, "-2h": -2 * time.Hour,
		"": -1, "2": -1, "d": -1, "7d3": -1, "1.5d": -1, "999999d": -1, "99999d200000h": -1, "1d-2h": -1, "1d+2h": -1, "99999d1h": 99999*24*time.Hour + time.Hour, "1w": -1, "2 h": -1, "1d1d": -1,
	} {
		var s span
		if err := s.UnmarshalText([]byte(text)); (err != nil) != (want == -1) || err == nil && time.Duration(s) != want {
			t.Errorf("%q is %s: %v", text, time.Duration(s), err)
		}
	}
}

// A moment that is said is never now, and one sign is enough.
func TestMoments(t *testing.T) {
	now := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]string{
		"0001-01-01": "0001-01-01T00:00:00Z", "+0s": "2027-01-02T03:04:05Z", "+1d2h": "2027-01-03T05:04:05Z", "2027-03-01T09:00:00+01:00": "2027-03-01T08:00:00Z",
		"+-2h": "", "++2h": "", "+": "", "2h": "", "-2h": "", "+99999d200000h": "", "+1d-2h": "",
	} {
		var m moment
		if err := m.UnmarshalText([]byte(text)); (err != nil) != (want == "") || err == nil && stamp(m.from(now)) != want {
			t.Errorf("%q is %s: %v", text, stamp(m.from(now)), err)
		}
	}
}

func TestRepeatedKeys(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1,"a":2}`: "a", `{"a":{"b":[{"c":1,"c":{}}]},"a":2}`: "c", `{"a":[],"b":{"x":1},"\u0061":2}`: "a", `[{"x":1},{"y":1,"y":1}]`: "y",
		`{"a":{"a":{"a":"a"}},"b":["a","a"]}`: "", `{}`: "", `[]`: "", `"a"`: "", `[{"x":1},{"x":1}]`: "",
	} {
		if key, found := repeatedKey(json.NewDecoder(strings.NewReader(text))); key != want && found || found != (want != "") {
			t.Errorf("%s: %q, %t", text, key, found)
		}
	}
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

// A token names its room, which is not enough where two have the name.
func TestATokenForATwin(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	s.SetFaults(sandbox.Faults{sandbox.Twins: 1})
	var ids []string
	for range 2 {
		id, err := s.Put("conference", "lobby", nil)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	w := inSpace(t, s)
	if code := Main([]string{"tokens", "issue", ids[0], "--valid", "2h"}, w.system()); code != exitError || w.out.String() != "" || !strings.Contains(w.err.String(), "are both named lobby") || !strings.Contains(w.err.String(), ids[1]) {
		t.Errorf("exit code %d: %s", code, w.err.String())
	}
	if code := Main([]string{"tokens", "list", ids[0]}, w.system()); code != exitOK {
		t.Errorf("exit code %d: %s", code, w.err.String())
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

func TestClaims(t *testing.T) {
	for token, want := range map[string]string{
		"a.e30.b": "{}", "a.e30=.b": "{}", "a.eyJhIjoxfQ.b": `{"a":1}`,
		"e30": "", "a.e30": "", "a.e30.b.c": "", "a.W10.b": "", "a.bnVsbA.b": "", "a.!!.b": "", "a.eyJhIjoi_yJ9.b": "", "": "",
	} {
		claims, ok := claimsOf(room.Secret(token))
		if string(claims) != want || ok != (want != "") {
			t.Errorf("%q says %s, %t", token, claims, ok)
		}
	}
}

// Tokens with names that no variable can have, or the same one.
func TestVariablesOfTokens(t *testing.T) {
	names := func(tokens ...string) (all []string) {
		var list []room.Token
		for _, name := range tokens {
			list = append(list, room.Token{Name: name, Secret: "vpt_0"})
		}
		for _, v := range variablesOf(list) {
			if !variableName.MatchString(v.Name) {
				t.Errorf("%q is no name of a variable", v.Name)
			}
			all = append(all, v.Name)
		}
		return all
	}
	if got := fmt.Sprint(names("moderator", "guest", "My First Token", "", "7", "a=b\nPATH", "é")); got != "[MODERATOR_TOKEN GUEST_TOKEN MY_FIRST_TOKEN_TOKEN ROOM_TOKEN ROOM_7_TOKEN A_B_PATH_TOKEN _TOKEN]" {
		t.Error(got)
	}
	for _, format := range []string{"dotenv", "github-env"} {
		err := handing{}.write(io.Discard, format, handover{variables: variablesOf([]room.Token{{Name: "a b"}, {Name: "a_b"}})})
		if err == nil || !strings.Contains(err.Error(), "two tokens would both be the variable A_B_TOKEN") {
			t.Errorf("%s: %v", format, err)
		}
	}
}
