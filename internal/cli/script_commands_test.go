package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"roomsync/internal/sandbox"
	"roomsync/schema"
)

// space is the space of a script: a sandbox that can be told to refuse.
type space struct {
	*sandbox.Server
	rejected sync.Map // by name
	told     int      // requests that have been printed
}

type spaceKey struct{}

func spaceOf(ts *testscript.TestScript) *space { return ts.Value(spaceKey{}).(*space) }

func (s *space) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		raw, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(raw))
		var body struct {
			Name string `json:"name"`
		}
		_ = json.Unmarshal(raw, &body) // the sandbox will say what is wrong with it
		if attribute, rejected := s.rejected.Load(body.Name); rejected {
			w.Header().Set("X-Request-Id", "req-"+body.Name)
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = fmt.Fprintf(w, `{"errors":[{"type":"validation_error","code":"limit_reached","message":"Too many rooms","attribute":null,"url":"https://example.com"},`+
				`{"type":"validation_error","code":"invalid_parameter","message":"is not to our taste","attribute":%q,"url":"https://example.com"}]}`, attribute)
			return
		}
	}
	s.Server.ServeHTTP(w, r)
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if neg || err != nil || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	err = ts.Exec(args[1], args[2:]...)
	code := 0
	var e *exec.ExitError
	if errors.As(err, &e) {
		code = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("%v exits %d, want %d", args[1:], code, want)
	}
}

func put(ts *testscript.TestScript, neg bool, args []string) {
	settings := map[string]any{}
	if len(args) == 3 {
		ts.Check(json.Unmarshal([]byte(args[2]), &settings))
	}
	_, err := spaceOf(ts).Put(args[0], args[1], settings)
	ts.Check(err)
}

func fill(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	for i := range n {
		name := fmt.Sprintf("%s-%04d", args[0], i+1)
		_, err := spaceOf(ts).Put(args[0], name, map[string]any{"display_name": name})
		ts.Check(err)
	}
}

func startSession(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(spaceOf(ts).StartSession(args[0], args[1]))
}

func endSession(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(spaceOf(ts).EndSession(args[0], args[1]))
}

func edit(ts *testscript.TestScript, neg bool, args []string) {
	behind(ts, http.MethodPut, args[0], args[1], args[2])
}

func remove(ts *testscript.TestScript, neg bool, args []string) {
	behind(ts, http.MethodDelete, args[0], args[1], "")
}

func stream(ts *testscript.TestScript, neg bool, args []string) {
	body, err := json.Marshal(map[string]string{"url": args[2]})
	ts.Check(err)
	behind(ts, http.MethodPost, args[0], args[1], string(body), "/streams")
}

// behind asks the sandbox for something by name, as anybody could do while the
// program is not looking. below is a path below the room's; it returns the answer.
func behind(ts *testscript.TestScript, method, kind, name, body string, below ...string) []byte {
	send := func(method, path, body string) []byte {
		r, err := http.NewRequest(method, ts.Getenv("SIGNALWIRE_SPACE")+"/api/video/"+kind+"s"+path, strings.NewReader(body))
		ts.Check(err)
		r.SetBasicAuth(sandbox.DemoProject, sandbox.DemoToken)
		resp, err := http.DefaultClient.Do(r)
		ts.Check(err)
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		ts.Check(err)
		if resp.StatusCode/100 != 2 {
			ts.Fatalf("%s %s %s: %s %s", method, kind, name, resp.Status, answer)
		}
		return answer
	}
	var page struct {
		Data []struct{ ID, Name string }
	}
	ts.Check(json.Unmarshal(send(http.MethodGet, "?page_size=1000", ""), &page))
	for _, r := range page.Data {
		if r.Name == name {
			return send(method, "/"+r.ID+strings.Join(below, ""), body)
		}
	}
	ts.Fatalf("there is no %s %s", kind, name)
	return nil
}

func secrets(ts *testscript.TestScript, neg bool, args []string) {
	var page struct {
		Data []struct{ Name, Token string }
	}
	ts.Check(json.Unmarshal(behind(ts, http.MethodGet, "conference", args[0], "", "/conference_tokens"), &page))
	for _, t := range page.Data {
		ts.Setenv(strings.ToUpper(t.Name), t.Token)
	}
}

func idOf(ts *testscript.TestScript, neg bool, args []string) {
	var list struct {
		Rooms []struct{ ID, Name string }
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &list))
	for _, r := range list.Rooms {
		if r.Name == args[1] {
			ts.Setenv("ID", r.ID)
			return
		}
	}
	ts.Fatalf("%s has no room %s", args[0], args[1])
}

func join(ts *testscript.TestScript, neg bool, args []string) {
	if err := spaceOf(ts).Join(strings.TrimSpace(ts.ReadFile(args[0]))); (err != nil) != neg {
		ts.Fatalf("joining: %v", err)
	}
}

func faults(ts *testscript.TestScript, neg bool, args []string) {
	all := make(sandbox.Faults)
	for _, arg := range args {
		f, rate, err := sandbox.ParseFault(arg)
		ts.Check(err)
		all[f] = rate
	}
	spaceOf(ts).SetFaults(all)
}

func digestOf(ts *testscript.TestScript, neg bool, args []string) {
	var p struct{ Digest string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &p))
	ts.Setenv("DIGEST", p.Digest)
}

func replace(ts *testscript.TestScript, neg bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
}

func reject(ts *testscript.TestScript, neg bool, args []string) {
	for _, arg := range args {
		name, setting, given := strings.Cut(arg, "=")
		if !given {
			setting = "name"
		}
		spaceOf(ts).rejected.Store(name, setting)
	}
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(page_token=)[A-Za-z0-9_-]+`)

// requests prints what was asked since the last time. Listings run side by
// side, so consecutive GETs are sorted.
func requests(ts *testscript.TestScript, neg bool, args []string) {
	s := spaceOf(ts)
	all := s.Requests()
	var lines, gets []string
	for _, r := range all[s.told:] {
		line := fmt.Sprintf("%s %s", r.Method, r.Path)
		if r.Query != "" {
			line += "?" + r.Query
		}
		if r.Body != "" {
			line += " " + r.Body
		}
		line = uuid.ReplaceAllString(fmt.Sprintf("%s → %d", line, r.Status), "$1{id}")
		if r.Method == http.MethodGet {
			gets = append(gets, line)
			continue
		}
		slices.Sort(gets)
		lines, gets = append(append(lines, gets...), line), nil
	}
	slices.Sort(gets)
	s.told = len(all)
	fmt.Fprintln(ts.Stdout(), strings.Join(append(lines, gets...), "\n"))
}

var digest = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// same compares two files but for digests, which depend on IDs.
func same(ts *testscript.TestScript, neg bool, args []string) {
	got, want := digest.ReplaceAllString(ts.ReadFile(args[0]), "{digest}"), ts.ReadFile(args[1])
	got = strings.ReplaceAll(got, ts.Getenv("HOST"), "{host}")
	if got != want {
		ts.Fatalf("%s and %s differ (-want +got):\n%s", args[0], args[1], cmp.Diff(want, got))
	}
}

func conforms(ts *testscript.TestScript, neg bool, args []string) {
	document := map[string][]byte{"plan": schema.Plan, "report": schema.Report, "drift": schema.Drift, "pull": schema.Pull}[args[0]]
	s, err := jsonschema.CompileString(args[0]+".schema.json", string(document))
	ts.Check(err)
	var v any
	dec := json.NewDecoder(strings.NewReader(ts.ReadFile(args[1])))
	dec.UseNumber()
	ts.Check(dec.Decode(&v))
	if _, err := dec.Token(); err != io.EOF {
		ts.Fatalf("%s holds more than one document", args[1])
	}
	if err := s.Validate(v); err != nil {
		ts.Fatalf("%s is no %s: %#v", args[1], args[0], err)
	}
}
