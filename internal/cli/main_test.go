package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
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

// world is what a command sees in a test.
type world struct {
	env      map[string]string
	in       io.Reader
	out, err lockedBuffer
	signals  chan os.Signal
	terminal bool // all of it is one
}

// lockedBuffer may be read while a command writes.
type lockedBuffer struct {
	mu      sync.Mutex
	b       bytes.Buffer
	written *sync.Cond
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.written != nil {
		defer l.written.Broadcast()
	}
	return l.b.Write(p)
}

// await returns once a text has been written.
func (l *lockedBuffer) await(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written = sync.NewCond(&l.mu)
	late := time.AfterFunc(time.Minute, func() { panic(fmt.Sprintf("nobody wrote %q, but:\n%s", text, l.String())) })
	defer late.Stop()
	for !strings.Contains(l.b.String(), text) {
		l.written.Wait()
	}
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (w *world) system() System {
	in := w.in
	if in == nil {
		in = strings.NewReader("")
	}
	return System{In: in, Out: &w.out, Err: &w.err, LookupEnv: func(name string) (string, bool) { v, ok := w.env[name]; return v, ok },
		Terminal: w.terminal, OutTerminal: w.terminal, Signals: w.signals, MaskPause: time.Nanosecond}
}

// inSpace is a world with a space, and with a file of one room in the folder
// of the test.
func inSpace(t *testing.T, h http.Handler) *world {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("rooms.yaml", []byte("version: 1\nrooms:\n  - name: sales\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if h == nil {
		h = sandbox.New(sandbox.Options{})
	}
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return &world{signals: make(chan os.Signal, 2), env: map[string]string{
		"SIGNALWIRE_SPACE": web.URL, "SIGNALWIRE_PROJECT_ID": sandbox.DemoProject, "SIGNALWIRE_API_TOKEN": sandbox.DemoToken,
	}}
}

// begin runs a command at the side, and returns what tells its code.
func (w *world) begin(args ...string) <-chan int {
	code := make(chan int, 1)
	go func() { code <- Main(args, w.system()) }()
	return code
}

// silent is a server that never answers, and tells when it is asked.
type silent struct{ asked chan struct{} }

func (s silent) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	select {
	case s.asked <- struct{}{}:
	default:
	}
	<-r.Context().Done()
}

func TestAPanicIsAnError(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		w := inSpace(t, nil)
		sys := w.system()
		sys.LookupEnv = func(string) (string, bool) { panic("boom") }
		if code := Main([]string{"plan", "--format", format}, sys); code != exitError {
			t.Errorf("%s: exit code %d, want 1", format, code)
		}
		if !strings.Contains(w.err.String(), "internal error: boom") {
			t.Errorf("%s: %s", format, w.err.String())
		}
		if format == "json" && !json.Valid([]byte(w.out.String())) {
			t.Errorf("not JSON: %s", w.out.String())
		}
	}
}

func TestColoursAreForTerminals(t *testing.T) {
	for _, c := range []struct {
		name       string
		terminal   bool
		env, value string
		args       []string
		want       bool
	}{
		{"a terminal", true, "", "", nil, true}, {"a pipe", false, "", "", nil, false}, {"CI", false, "CI", "true", nil, false},
		{"NO_COLOR", true, "NO_COLOR", "1", nil, false}, {"an empty NO_COLOR", true, "NO_COLOR", "", nil, true},
		{"--no-color", true, "", "", []string{"--no-color"}, false}, {"a dumb terminal", true, "TERM", "dumb", nil, false},
		{"FORCE_COLOR", false, "FORCE_COLOR", "1", nil, true}, {"FORCE_COLOR=0", false, "FORCE_COLOR", "0", nil, false},
		{"CLICOLOR_FORCE", false, "CLICOLOR_FORCE", "1", nil, true}, {"CLICOLOR=0", true, "CLICOLOR", "0", nil, false},
		{"--no-color wins", false, "FORCE_COLOR", "1", []string{"--no-color"}, false},
	} {
		w := inSpace(t, nil)
		w.terminal = c.terminal
		w.env[c.env] = c.value
		if code := Main(append([]string{"plan"}, c.args...), w.system()); code != 0 {
			t.Errorf("%s: exit code %d: %s", c.name, code, w.err.String())
		}
		if got := strings.Contains(w.out.String(), "\x1b["); got != c.want {
			t.Errorf("%s: colours %t, want %t", c.name, got, c.want)
		}
	}
}

func TestQuiet(t *testing.T) {
	for quiet, want := range map[string]bool{"--quiet": false, "--no-color": true} {
		w := inSpace(t, nil)
		if code := Main([]string{"plan", "--sandbox", quiet}, w.system()); code != 0 {
			t.Errorf("exit code %d: %s", code, w.err.String())
		}
		if got := w.err.String() != ""; got != want {
			t.Errorf("with %s there is commentary: %t, want %t", quiet, got, want)
		}
	}
}

func TestInterrupts(t *testing.T) {
	t.Run("while listing", func(t *testing.T) {
		s := silent{make(chan struct{}, 1)}
		w := inSpace(t, s)
		code := w.begin("plan", "--format", "json")
		<-s.asked
		w.signals <- os.Interrupt
		if got := <-code; got != exitInterrupted || !strings.Contains(w.out.String(), `"exit_code": 130`) {
			t.Errorf("exit code %d, document %s", got, w.out.String())
		}
	})
	t.Run("while waiting to list again", func(t *testing.T) {
		w := inSpace(t, http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Retry-After", "15")
			out.WriteHeader(http.StatusServiceUnavailable)
		}))
		code := w.begin("plan", "--format", "json")
		w.err.await("503")
		w.signals <- os.Interrupt
		if got := <-code; got != exitInterrupted || !strings.Contains(w.out.String(), `"exit_code": 130`) {
			t.Errorf("exit code %d, document %s", got, w.out.String())
		}
	})
	t.Run("while reading", func(t *testing.T) {
		w := inSpace(t, nil)
		in, typing := io.Pipe()
		defer typing.Close()
		w.in = in
		code := w.begin("validate", "-f", "-")
		w.signals <- os.Interrupt
		if got := <-code; got != exitInterrupted {
			t.Errorf("exit code %d: %s", got, w.err.String())
		}
	})
	t.Run("at the question", func(t *testing.T) {
		w := inSpace(t, nil)
		in, typing := io.Pipe()
		defer typing.Close()
		w.in, w.terminal = in, true
		code := w.begin("apply", "--format", "json", "--report", "report.json")
		w.err.await(`Only "yes" will do`)
		w.signals <- os.Interrupt
		got := <-code
		report, err := os.ReadFile("report.json")
		if got != exitInterrupted || err != nil || string(report) != w.out.String() || !strings.Contains(string(report), `"interrupted": true`) {
			t.Errorf("exit code %d, %v, report %s, printed %s", got, err, report, w.out.String())
		}
	})
}

// A file that is wrong is told of at once, whatever the server does.
func TestAWrongFileEndsTheListing(t *testing.T) {
	w := inSpace(t, silent{make(chan struct{}, 1)})
	if err := os.WriteFile("rooms.yaml", []byte("version: 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main([]string{"plan"}, w.system()); code != exitError || !strings.Contains(w.err.String(), "version must be 1") {
		t.Errorf("exit code %d: %s", code, w.err.String())
	}
}

func TestTimeoutIsPassedOn(t *testing.T) {
	w := inSpace(t, silent{make(chan struct{}, 1)})
	if code := Main([]string{"list", "--timeout", "50ms", "--retry-budget", "0s"}, w.system()); code != exitError || !strings.Contains(w.err.String(), " within 50ms") {
		t.Errorf("exit code %d: %s", code, w.err.String())
	}
}

// plan and list work with a client that cannot write.
func TestReadOnlyCommands(t *testing.T) {
	w := inSpace(t, nil)
	a := &app{System: w.system()}
	a.start()
	for readOnly, want := range map[bool]bool{true: true, false: false} {
		s, err := a.open(readOnly)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Create(t.Context(), room.Room, "x", nil)
		if got := errors.Is(err, signalwire.ErrReadOnly); got != want {
			t.Errorf("open(%t): %v", readOnly, err)
		}
	}
	for command, want := range map[string]string{"plan.go": "a.open(true)", "list.go": "a.open(true)", "drift.go": "a.open(true)", "apply.go": "a.open(false)"} {
		source, err := os.ReadFile(filepath.Join(sourceDir, command))
		if err != nil || strings.Count(string(source), "a.open(") != 1 || !strings.Contains(string(source), want) {
			t.Errorf("%s does not say %s, once: %v", command, want, err)
		}
	}
}

// sourceDir is where the tests of this package begin.
var sourceDir, _ = os.Getwd()

func TestReportsThatCannotBeKept(t *testing.T) {
	w := inSpace(t, nil)
	for path, want := range map[string]string{"rooms.yaml": "roomsync reads this file, and would overwrite it", "no/such/folder": "no such file", ".": "not a regular file"} {
		if code := Main([]string{"apply", "--yes", "--report", path}, w.system()); code != exitError || !strings.Contains(w.err.String(), want) {
			t.Errorf("--report %s: exit code %d: %s", path, code, w.err.String())
		}
	}
	// An error leaves its document, not yesterday's report.
	w.env["SIGNALWIRE_API_TOKEN"] = "wrong"
	if err := os.WriteFile("report.json", []byte("yesterday's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main([]string{"apply", "--yes", "--report", "report.json"}, w.system()); code != exitError {
		t.Errorf("exit code %d", code)
	}
	if report, _ := os.ReadFile("report.json"); !strings.Contains(string(report), `"exit_code": 1`) {
		t.Errorf("report: %s", report)
	}
}

// full is a writer with no room left, after so many writes.
type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

// After a write the code never says that nothing was written.
func TestAReportThatCannotBePrinted(t *testing.T) {
	w := inSpace(t, nil)
	sys := w.system()
	sys.Out = &full{left: 0}
	if code := Main([]string{"apply", "--yes", "--format", "json"}, sys); code != exitIncomplete {
		t.Errorf("exit code %d, want 3", code)
	}
	sys.Out = &full{left: 0}
	if code := Main([]string{"plan"}, sys); code != exitError {
		t.Errorf("exit code %d, want 1", code)
	}
}

func TestTheTokenIsTakenOut(t *testing.T) {
	var w world
	a := &app{System: w.system()}
	a.hide("tok-secret", "API token")
	a.fail(errors.New("unforeseen: tok-secret"), &watched{w: &w.out})
	if got := w.err.String(); got != "roomsync: unforeseen: [API token]\n" {
		t.Errorf("said: %q", got)
	}
}

// TestServing runs the sandbox as a server: what it prints works, --data
// outlives it, --latency is kept, and a token of the user's own is not printed.
func TestServing(t *testing.T) {
	data := filepath.Join(t.TempDir(), "space.json")
	serve := func(w *world, args ...string) (exports map[string]string, stop func() int) {
		t.Helper()
		w.signals = make(chan os.Signal, 2)
		out, printing := io.Pipe()
		sys := w.system()
		sys.Out = printing
		code := make(chan int, 1)
		go func() {
			code <- Main(append([]string{"sandbox", "--listen", "127.0.0.1:0", "--data", data}, args...), sys)
			printing.Close()
		}()
		exports = make(map[string]string)
		lines := bufio.NewScanner(out)
		want := 3
		if w.env["SIGNALWIRE_API_TOKEN"] != "" {
			want = 1
		}
		for len(exports) < want && lines.Scan() {
			name, value, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "=")
			exports[name] = value
		}
		go func() { _, _ = io.Copy(io.Discard, out) }()
		return exports, func() int { w.signals <- os.Interrupt; return <-code }
	}
	run := func(env map[string]string, args ...string) (int, string) {
		w := &world{env: env}
		code := Main(args, w.system())
		return code, w.out.String() + w.err.String()
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("rooms.yaml", []byte("version: 1\nrooms: [{name: kept}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	env, stop := serve(&world{})
	if code, said := run(env, "apply", "--yes"); code != 0 {
		t.Errorf("apply exits %d: %s", code, said)
	}
	if code := stop(); code != 0 {
		t.Errorf("the sandbox exits %d", code)
	}

	own := &world{env: map[string]string{"SIGNALWIRE_PROJECT_ID": "mine", "SIGNALWIRE_API_TOKEN": "my-own-token"}}
	env, stop = serve(own, "--latency", "30ms")
	if len(env) != 1 || strings.Contains(own.err.String(), "my-own-token") {
		t.Errorf("it prints %v and says %s", env, own.err.String())
	}
	env["SIGNALWIRE_PROJECT_ID"], env["SIGNALWIRE_API_TOKEN"] = "mine", "my-own-token"
	began := time.Now()
	if code, said := run(env, "plan", "--detailed-exitcode"); code != 0 || !strings.Contains(said, "1 unchanged") {
		t.Errorf("plan exits %d: %s", code, said)
	}
	if time.Since(began) < 30*time.Millisecond {
		t.Error("--latency is not kept")
	}
	if code := stop(); code != 0 {
		t.Errorf("the sandbox exits %d", code)
	}
}
