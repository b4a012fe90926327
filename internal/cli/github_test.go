package cli

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"roomsync/internal/github/githubtest"
	"roomsync/internal/sandbox"
)

// stuck answers no creation.
type stuck struct {
	http.Handler
	asked chan struct{}
}

func (s stuck) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server notices that nobody waits any more
		s.asked <- struct{}{}
		<-r.Context().Done()
		return
	}
	s.Handler.ServeHTTP(w, r)
}

// A run that is cancelled says in the pull request what it had come to.
func TestAnInterruptedApplyIsTold(t *testing.T) {
	s := stuck{sandbox.New(sandbox.Options{}), make(chan struct{}, 9)}
	w := inSpace(t, s)
	pulls := &githubtest.Server{}
	api := httptest.NewServer(pulls)
	t.Cleanup(api.Close)
	if err := os.WriteFile("event.json", []byte(`{"pull_request":{"number":42,"head":{"sha":"c","repo":{"full_name":"owner/repo"}},"base":{"repo":{"full_name":"owner/repo"}}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "event.json", "GITHUB_REPOSITORY": "owner/repo",
		"GITHUB_API_URL": api.URL, "GITHUB_GRAPHQL_URL": api.URL + "/graphql", "GITHUB_TOKEN": githubtest.Token, "GITHUB_OUTPUT": "outputs",
	} {
		w.env[name] = value
	}
	sys := w.system()
	sys.InterruptedGrace = 10 * time.Millisecond
	code := make(chan int, 1)
	go func() { code <- Main([]string{"apply", "--yes", "--github"}, sys) }()
	<-s.asked
	w.signals <- os.Interrupt
	if got := <-code; got != exitInterrupted {
		t.Errorf("exit code %d: %s", got, w.err.String())
	}
	if all := pulls.Comments(42); len(all) != 1 || !strings.Contains(all[0].Body, "**Interrupted: 1 unknown.") {
		t.Errorf("comments: %v", all)
	}
	if m := pulls.Mistakes(); m != nil {
		t.Error(m)
	}
	if outputs, _ := os.ReadFile("outputs"); !strings.Contains(string(outputs), "interrupted") {
		t.Errorf("outputs: %s", outputs)
	}
}

// Where the run's files cannot be written, that is an error of the plan, and
// none of an apply that has been done.
func TestFilesOfTheRunThatCannotBeWritten(t *testing.T) {
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"} {
		w := inSpace(t, nil)
		w.env["GITHUB_ACTIONS"], w.env[name] = "true", "no/such/folder"
		if code := Main([]string{"plan"}, w.system()); code != exitError || !strings.Contains(w.err.String(), "no/such/folder") {
			t.Errorf("%s: plan exits %d: %s", name, code, w.err.String())
		}
		if code := Main([]string{"validate"}, w.system()); name == "GITHUB_OUTPUT" && code != exitError {
			t.Errorf("%s: validate exits %d", name, code)
		}
		if code := Main([]string{"apply", "--yes"}, w.system()); code != exitOK || !strings.Contains(w.out.String(), "warning: GitHub was not told all") {
			t.Errorf("%s: apply exits %d: %s%s", name, code, w.out.String(), w.err.String())
		}
	}
}

// An answer that holds the token, as a proxy may give, does not bring it into
// the output or the report.
func TestAnswersThatHoldTheToken(t *testing.T) {
	w := inSpace(t, nil)
	pulls := &githubtest.Server{Fail: func(w http.ResponseWriter, r *http.Request) bool {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"message": "refused: `+r.Header.Get("Authorization")+`"}`)
		return true
	}}
	api := httptest.NewServer(pulls)
	t.Cleanup(api.Close)
	for name, value := range map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": "c", "GITHUB_REPOSITORY": "owner/repo",
		"GITHUB_API_URL": api.URL, "GITHUB_TOKEN": githubtest.Token,
	} {
		w.env[name] = value
	}
	for _, args := range [][]string{{"apply", "--yes", "--github", "--report", "report.json"}, {"plan", "--github"}} {
		Main(args, w.system())
	}
	report, err := os.ReadFile("report.json")
	if said := w.out.String() + w.err.String() + string(report); err != nil || strings.Contains(said, githubtest.Token) || strings.Count(said, "refused: Bearer [GITHUB_TOKEN]") < 3 {
		t.Errorf("%v: %s", err, said)
	}
}
