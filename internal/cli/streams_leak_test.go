package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roomsync/internal/sandbox"
)

// Every part of every key in these tests is made of this, so that what is left
// of one that has been cut or taken apart is found, too. No random word has a 0 in
// base 32.
const keyMark = "k3y0"

// keyed is a space that spoils what it answers about streams: what it was sent
// comes back in the error.
type keyed struct {
	*sandbox.Server
	faults sandbox.Faults
	echo   func(address string) string // of the error that repeats it; may be nil
	spoil  func(body string) string    // of whatever is answered about streams; may be nil
}

func (k *keyed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Header.Del("Accept-Encoding")
	k.SetFaults(nil)
	if !strings.Contains(r.URL.Path, "/streams") {
		k.Server.ServeHTTP(w, r)
		return
	}
	k.SetFaults(k.faults)
	if k.echo != nil && (r.Method == "POST" || r.Method == "PUT") {
		var sent struct{ URL string }
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			panic(err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, k.echo(sent.URL))
		return
	}
	if k.spoil != nil {
		w = spoiling{w, k.spoil}
	}
	k.Server.ServeHTTP(w, r)
}

// spoiling changes an answer on its way.
type spoiling struct {
	http.ResponseWriter
	spoil func(body string) string
}

func (s spoiling) Write(body []byte) (int, error) {
	_, err := io.WriteString(s.ResponseWriter, s.spoil(string(body)))
	return len(body), err
}

func (s spoiling) WriteHeader(status int) {
	s.Header().Del("Content-Length")
	s.ResponseWriter.WriteHeader(status)
}

func (s spoiling) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// keyIn is what is around the first part of a key in a text, or empty.
func keyIn(text string) string {
	at := strings.Index(strings.ToLower(text), keyMark)
	if at < 0 {
		return ""
	}
	return text[max(0, at-200):min(len(text), at+60)]
}

// leftFiles is what all files hold that are not rooms or variables.
func leftFiles(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) != ".yaml" && filepath.Ext(path) != ".env" {
			raw, e := os.ReadFile(path)
			fmt.Fprintf(&b, "%s:\n%s\n", path, raw)
			err = e
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const keysFile = `version: 1
manage: ["*"]
protect: [guarded]
rooms:
  - name: lobby
    display_name: Lobby
    streams: ["rtmps://live.example.com/app/K3Y0k3y0One?auth=k3y0k3y0,[x]{y}'z&b=k3y0k3y0#k3y0k3y0", "${SECOND}"]
  - {name: stage, prebuilt_ui: false, max_members: 7, streams: ["RTMP://k3y0user:k3y0pass@Live.Example.com:1935/k3y0app/k3y0k3y0two"]}
  - name: new
    streams: [ "rtmp://live.example.com/${APP:-k3y0app}/k3y0k3y0new" ]
  - {name: guarded, streams: []}
  - {name: hall, previously: [old-hall], streams: ["rtmp://hall.example.com/k3y0k3y0hall"]}
`

// Every command at its most talkative, in every format, with whatever can go
// wrong: no key of a stream is in any output, any log, any error or any file but
// where it was asked for.
func TestKeysOfStreamsAreNowhere(t *testing.T) {
	echo := func(spelled func(string) string) func(string) string {
		return func(address string) string {
			return `{"errors":[{"type":"validation_error","code":"invalid_parameter","message":"cannot reach ` + spelled(address) + `","attribute":"url"}]}`
		}
	}
	inJSON := func(s string) string { text, _ := json.Marshal(s); return string(text[1 : len(text)-1]) }
	github := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_OUTPUT": "outputs"}
	type weather struct {
		faults sandbox.Faults
		echo   func(string) string
		spoil  func(string) string
		env    map[string]string
	}
	for name, world := range map[string]weather{
		"all is well":        {},
		"GitHub":             {env: github},
		"lost answers":       {faults: sandbox.Faults{sandbox.LostAnswer: 0.5}},
		"cut answers":        {faults: sandbox.Faults{sandbox.CutAnswer: 0.5}},
		"late errors":        {faults: sandbox.Faults{sandbox.LateError: 0.5}},
		"pages":              {faults: sandbox.Faults{sandbox.HTML: 0.5}},
		"echo":               {echo: echo(inJSON), env: github},
		"echo of slashes":    {echo: echo(func(s string) string { return strings.ReplaceAll(inJSON(s), "/", `\/`) })},
		"echo in JSON twice": {echo: echo(func(s string) string { return inJSON(strings.ReplaceAll(inJSON(s), "/", `\/`)) })},
		"percent":            {echo: echo(url.QueryEscape), env: github},
		"percent of a path":  {echo: echo(url.PathEscape)},
		"small percent": {echo: echo(func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(s), "%2C", "%2c"), "%3A", "%3a")
		})},
		"HTML": {echo: echo(html.EscapeString)},
		"Ruby": {echo: echo(func(s string) string { return inJSON(fmt.Sprintf(`{"url"=>%q}`, s)) })},
		"parts": {echo: echo(func(s string) string {
			_, s, _ = strings.Cut(s, "://")
			return inJSON("no application " + strings.ReplaceAll(s, "/", " at "))
		})},
		"lower case":      {echo: echo(func(s string) string { return inJSON(strings.ToLower(s)) })},
		"plain text":      {echo: func(s string) string { return "cannot reach " + s }},
		"an odd object":   {echo: func(s string) string { return `{"problem":{"url":"` + inJSON(s) + `"}}` }},
		"truncated":       {spoil: func(body string) string { return body[:max(0, len(body)-8)] }},
		"odd ID":          {spoil: func(body string) string { return strings.ReplaceAll(body, `"id":"`, `"id":7,"x":"`) }},
		"odd address":     {spoil: func(body string) string { return strings.ReplaceAll(body, `"url":"`, `"url":["k3y0k3y0"],"y":"`) }},
		"another address": {spoil: func(body string) string { return strings.ReplaceAll(body, `k3y0k3y0`, `k3y0k3y0other`) }},
		"odd characters":  {spoil: func(body string) string { return strings.ReplaceAll(body, `k3y0k3y0`, `k3y0 \"<>k3y0\u001b`) }},
	} {
		t.Run(name, func(t *testing.T) {
			k := &keyed{Server: sandbox.New(sandbox.Options{Seed: 1})}
			for _, r := range []struct {
				kind, name string
				addresses  []string
			}{
				{"conference", "lobby", []string{"rtmps://live.example.com/app/k3y0k3y0live", `rtmp://live.example.com/a/k3y0"k3y0'k3y0,k3y0` + "`<k3y0>", "rtmp://twice.example.com/a/k3y0k3y0", "rtmp://twice.example.com/a/k3y0k3y0"}},
				{"room", "stage", []string{"rtmp://k3y0user:k3y0pass@other.example.com/k3y0app/k3y0k3y0"}},
				{"conference", "guarded", []string{"rtmp://live.example.com/a/k3y0guarded"}},
				{"conference", "old-hall", []string{"rtmp://hall.example.com/k3y0k3y0old"}},
				{"room", "gone", []string{"rtmp://gone.example.com/k3y0k3y0"}},
			} {
				id, err := k.Put(r.kind, r.name, nil)
				for _, address := range r.addresses {
					err = errors.Join(err, k.stream(r.kind, id, address))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			w := inSpace(t, k)
			maps.Copy(w.env, world.env)
			w.env["ROOMSYNC_VAR_SECOND"] = "rtmp://second.example.com/a/k3y0k3y0second"
			for path, text := range map[string]string{"rooms.yaml": keysFile, "top.yaml": "rooms:\n  - {name: stage, streams: [\"rtmp://top.example.com/k3y0k3y0top\"], size: small}\n", "vars.env": "SECOND=rtmp://second.example.com/a/k3y0k3y0file\n"} {
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			k.faults, k.echo, k.spoil = world.faults, world.echo, world.spoil
			var commands [][]string
			add := func(formats string, args ...string) {
				for _, f := range strings.Fields(formats) {
					commands = append(commands, append(slices.Clone(args), "--format", f))
				}
			}
			if len(world.faults) == 0 && world.echo == nil {
				add("text json", "validate")
				add("text json", "validate", "-f", "rooms.yaml", "-f", "top.yaml", "--strict")
				add(strings.Join(formatsOf("plan"), " "), "plan", "--prune", "--out", "plan.json")
				add("text json", "plan", "-f", "rooms.yaml", "--var-file", "vars.env", "--out", "unpruned.json", "--strict")
				add(strings.Join(formatsOf("drift"), " "), "drift", "--metrics", "metrics.prom")
				add(strings.Join(formatsOf("list"), " "), "list")
				add("text", "render")
				add("text json", "pull", "--check", "--add", "--remove")
				add("text", "fmt", "--check", "--diff")
				add("text json", "explain", "streams")
				add("text json", "apply", "plan.json", "--yes")
				add("text json", "apply", "unpruned.json", "--yes", "-f", "rooms.yaml", "--report", "misfit.json")
			}
			add("text", "export", "--full", "--out", "exported.txt", "--force")
			add("json", "plan", "-f", "rooms.yaml", "--var-file", "vars.env", "--out", "saved.json")
			add("json", "apply", "saved.json", "--yes", "-f", "rooms.yaml", "--var-file", "vars.env", "--report", "carried-out.json")
			add("text", "apply", "--yes", "--report", "report.json")
			if len(world.faults) == 0 {
				add("markdown", "apply", "--yes", "--prune", "--report", "pruned.json")
			}
			add("json", "apply", "--yes", "--prune", "--report", "again.json")
			for _, args := range commands {
				w.out, w.err = lockedBuffer{}, lockedBuffer{}
				code := Main(append(args, "-v", "-v", "--retry-budget", "300ms"), w.system())
				if found := keyIn(w.out.String() + w.err.String() + leftFiles(t)); found != "" {
					t.Errorf("%v: there is a key in …%s…", args, found)
				}
				if strings.Contains(w.err.String(), "internal error") || code > exitError && name == "all is well" && strings.HasPrefix(strings.Join(args, " "), "apply --yes") {
					t.Errorf("%v: exit code %d: %s", args, code, w.err.String())
				}
			}
			if name != "all is well" {
				return
			}
			// Those that ask for it have it in their result, and there alone.
			for _, args := range [][]string{{"export", "--reveal", "-vv"}, {"-vv", "render", "--reveal"}, {"fmt", "-f", "-", "-v"}, {"pull", "-f", "-", "--verbose", "-v"}} {
				w.out, w.err = lockedBuffer{}, lockedBuffer{}
				w.in = strings.NewReader(keysFile)
				if code := Main(args, w.system()); code > exitDifference || keyIn(w.out.String()) == "" || keyIn(w.err.String()+leftFiles(t)) != "" {
					t.Errorf("%v: exit code %d:\n%s%s", args, code, w.out.String(), w.err.String())
				}
			}
		})
	}
}

// stream begins a stream in a space without a fault in the way.
func (k *keyed) stream(kind, id, address string) error {
	body, err := json.Marshal(map[string]string{"url": address})
	if err != nil {
		return err
	}
	r, err := http.NewRequest("POST", "http://127.0.0.1/api/video/"+kind+"s/"+id+"/streams", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.SetBasicAuth(sandbox.DemoProject, sandbox.DemoToken)
	r.Header.Set("Content-Type", "application/json")
	a := answer{header: http.Header{}}
	k.Server.ServeHTTP(&a, r)
	if a.status/100 != 2 {
		return fmt.Errorf("%d %s", a.status, a.String())
	}
	return nil
}

// answer is an http.ResponseWriter that keeps what is written.
type answer struct {
	bytes.Buffer
	header http.Header
	status int
}

func (a *answer) Header() http.Header    { return a.header }
func (a *answer) WriteHeader(status int) { a.status = status }
