package cli

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"roomsync/internal/github/githubtest"
)

// mergedAs is the commit of runs that are started by a push; hook has the pull
// request that it comes from.
const mergedAs = "7c1bb1b0d3c9a6b8f5ed0f5ba2ee8ab4a9b8f2b1"

type githubKey struct{}

func githubOf(ts *testscript.TestScript) *githubtest.Server {
	return ts.Value(githubKey{}).(*githubtest.Server)
}

// startGithub gives a script a stand-in of GitHub, which must have had nothing
// to complain of by the end.
func startGithub(env *testscript.Env) {
	s := &githubtest.Server{Prefix: "/api/v3"}
	web := httptest.NewServer(s)
	env.Values[githubKey{}] = s
	env.Setenv("GITHUB_STANDIN", web.URL)
	env.Setenv("STANDIN_TOKEN", githubtest.Token)
	env.Defer(func() {
		web.Close()
		if m := s.Mistakes(); m != nil {
			panic("GitHub would not take:\n" + strings.Join(m, "\n"))
		}
	})
}

// actionsRun puts the script into a run of GitHub Actions.
func actionsRun(ts *testscript.TestScript, neg bool, args []string) {
	work := ts.Getenv("WORK")
	event, payload := args[0], "{}"
	if event == "pull_request" || event == "fork" {
		raw, err := os.ReadFile(filepath.Join(sourceDir, "..", "github", "testdata", "pull_request.json"))
		ts.Check(err)
		payload = string(raw)
	}
	if event == "fork" {
		event = "pull_request"
		own := `"name": "rooms", "full_name": "acme/rooms", "private": true, "fork": false`
		payload = strings.Replace(payload, own, strings.Replace(own, "acme", "eve", 1), 1)
		for _, name := range []string{"SIGNALWIRE_SPACE", "SIGNALWIRE_PROJECT_ID", "SIGNALWIRE_API_TOKEN"} {
			ts.Setenv(name, "")
		}
		githubOf(ts).Restrict()
	}
	ts.Check(os.WriteFile(filepath.Join(work, "event.json"), []byte(payload), 0o600))
	standIn := ts.Getenv("GITHUB_STANDIN")
	for name, value := range map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": filepath.Join(work, "event.json"), "GITHUB_REPOSITORY": "owner/repo",
		"GITHUB_API_URL": standIn + "/api/v3", "GITHUB_GRAPHQL_URL": standIn + "/api/graphql", "GITHUB_SERVER_URL": "https://ghe.example", "GITHUB_RUN_ID": "7",
		"GITHUB_SHA": mergedAs, "GITHUB_REF": "refs/heads/main", "GITHUB_WORKSPACE": work, "GITHUB_TOKEN": githubtest.Token,
		"GITHUB_STEP_SUMMARY": filepath.Join(work, "summary.md"), "GITHUB_OUTPUT": filepath.Join(work, "outputs"),
	} {
		ts.Setenv(name, value)
	}
	if event == "push" {
		githubOf(ts).AddPull(mergedAs, 42, "main", true, mergedAs)
	}
}

// hook has GitHub do or be something.
func hook(ts *testscript.TestScript, neg bool, args []string) {
	s := githubOf(ts)
	switch args[0] {
	case "comments": // the bodies of the comments on a pull request, by their authors
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		for _, c := range s.Comments(n) {
			fmt.Fprintf(ts.Stdout(), "%s: %s\n", c.User.Login, c.Body)
		}
		fmt.Fprintf(ts.Stdout(), "comments: %d\n", len(s.Comments(n)))
	case "comment": // NUMBER LOGIN TEXT: somebody writes one
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		s.AddComment(n, args[2], args[3])
	case "issues":
		for _, i := range s.Issues() {
			fmt.Fprintf(ts.Stdout(), "%s: %s: %s\n%s\n", i.User.Login, i.State, i.Title, i.Body)
			for _, c := range s.Comments(i.Number) {
				fmt.Fprintf(ts.Stdout(), "and then: %s\n", c.Body)
			}
		}
		fmt.Fprintf(ts.Stdout(), "issues: %d\n", len(s.Issues()))
	case "read-only":
		s.Restrict()
	case "outputs": // of the step, the last of each name, and begins new ones
		path := ts.Getenv("GITHUB_OUTPUT")
		raw, err := os.ReadFile(path)
		ts.Check(err)
		for lines := strings.Split(string(raw), "\n"); len(lines) > 1; {
			name, fence, _ := strings.Cut(lines[0], "<<")
			end := 1
			for lines[end] != fence {
				end++
			}
			fmt.Fprintf(ts.Stdout(), "%s=%s\n", name, strings.Join(lines[1:end], "\n"))
			lines = lines[end+1:]
		}
		ts.Check(os.Remove(path))
	default:
		ts.Fatalf("github cannot %s", args[0])
	}
}
