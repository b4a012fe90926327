package cli

import (
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
				Main(append(args, "-vv", "--retry-budget", "500ms"), w.system())
				if all := c.shown(w.out.String() + w.err.String() + files(t)); len(all) > 0 {
					t.Errorf("%v: %v are in:\n%s%s", args, all, w.out.String(), w.err.String())
				}
			}
			// Those that ask for it have it in their result, and there alone.
			for _, args := range [][]string{{"tokens", "list", "lobby", "--reveal"}, {"tokens", "list", "lobby", "--format", "json"}, {"tokens", "list", "lobby", "guest", "--format", "dotenv"},
				{"tokens", "list", "lobby", "--format", "github-env"}, {"tokens", "issue", "stage", "--role", "host"}, {"tokens", "issue", "lobby", "--format", "json"}, {"tokens", "reset", "lobby", "guest", "--yes", "--reveal"}} {
				w.out, w.err = lockedBuffer{}, lockedBuffer{}
				code := Main(append(args, "-vv", "--retry-budget", "500ms"), w.system())
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
