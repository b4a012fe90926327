package github_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/github"
)

func env(pairs ...string) func(string) string {
	all := make(map[string]string)
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

// inActions is what every run has.
func inActions(event string, more ...string) func(string) string {
	return env(append([]string{
		"GITHUB_ACTIONS", "true", "GITHUB_EVENT_NAME", event, "GITHUB_REPOSITORY", "acme/rooms", "GITHUB_SHA", "7c1bb1b0d3c9a6b8f5ed0f5ba2ee8ab4a9b8f2b1",
		"GITHUB_API_URL", "https://api.github.com", "GITHUB_GRAPHQL_URL", "https://api.github.com/graphql", "GITHUB_SERVER_URL", "https://github.com", "GITHUB_RUN_ID", "7",
		"GITHUB_WORKSPACE", "/home/runner/work/rooms/rooms",
	}, more...)...)
}

func TestReadRun(t *testing.T) {
	raw, err := os.ReadFile("testdata/pull_request.json")
	if err != nil {
		t.Fatal(err)
	}
	pull := string(raw)
	base := github.Run{
		Owner: "acme", Repository: "rooms", API: "https://api.github.com", GraphQL: "https://api.github.com/graphql",
		Workspace: "/home/runner/work/rooms/rooms", URL: "https://github.com/acme/rooms/actions/runs/7",
	}
	with := func(change func(r *github.Run)) github.Run { r := base; change(&r); return r }
	const head, merge = "bd6d29d3c0a0b2e6dfbf0f4c2f3f2e4c11a0d9e7", "7c1bb1b0d3c9a6b8f5ed0f5ba2ee8ab4a9b8f2b1"
	headRepo := `"repo": {"id": 704466402, "name": "rooms", "full_name": "acme/rooms", "private": true, "fork": false}
    },
    "base"`
	if !strings.Contains(pull, headRepo) {
		t.Fatal("the payload has changed")
	}
	for _, c := range []struct {
		name   string
		getenv func(string) string
		event  string
		want   github.Run
	}{
		{"pull request", inActions("pull_request"), pull, with(func(r *github.Run) { r.Event, r.PullRequest, r.Commit = "pull_request", 42, head })},
		{"from a fork", inActions("pull_request"), strings.Replace(pull, headRepo, `"repo": {"full_name": "eve/rooms", "fork": true}}, "base"`, 1), with(func(r *github.Run) {
			r.Event, r.PullRequest, r.Commit, r.Restricted = "pull_request", 42, head, "a pull request from a fork"
		})},
		{"from a fork that is gone", inActions("pull_request"), strings.Replace(pull, headRepo, `"repo": null}, "base"`, 1), with(func(r *github.Run) {
			r.Event, r.PullRequest, r.Commit, r.Restricted = "pull_request", 42, head, "a pull request from a fork"
		})},
		{"by Dependabot", inActions("pull_request", "GITHUB_ACTOR", "dependabot[bot]"), pull, with(func(r *github.Run) {
			r.Event, r.PullRequest, r.Commit, r.Restricted = "pull_request", 42, head, "a pull request of Dependabot"
		})},
		{"comment on a pull request", inActions("issue_comment"), `{"action":"created","issue":{"number":5,"pull_request":{"url":"https://api.github.com/repos/acme/rooms/pulls/5"}},"comment":{"body":"x"}}`,
			with(func(r *github.Run) { r.Event, r.PullRequest, r.Commit = "issue_comment", 5, merge })},
		{"comment on an issue", inActions("issue_comment"), `{"action":"created","issue":{"number":5},"comment":{"body":"x"}}`, with(func(r *github.Run) { r.Event, r.Commit = "issue_comment", merge })},
		{"push", inActions("push", "GITHUB_REF", "refs/heads/main"), `{"ref":"refs/heads/main","after":"7c1bb1b","head_commit":{"id":"7c1bb1b"},"commits":[]}`,
			with(func(r *github.Run) { r.Event, r.Branch, r.Commit = "push", "main", merge })},
		{"push of a tag", inActions("push", "GITHUB_REF", "refs/tags/v1"), `{"ref":"refs/tags/v1"}`, with(func(r *github.Run) { r.Event, r.Commit = "push", merge })},
		{"at night", inActions("schedule", "GITHUB_REF", "refs/heads/main"), `{"schedule":"0 3 * * *"}`, with(func(r *github.Run) { r.Event, r.Commit = "schedule", merge })},
		{"no event", inActions("workflow_dispatch"), "", with(func(r *github.Run) { r.Event, r.Commit = "workflow_dispatch", merge })},
		{"GitHub Enterprise", env("GITHUB_API_URL", "https://ghe.example/api/v3", "GITHUB_REPOSITORY", "a/b"), "",
			github.Run{Owner: "a", Repository: "b", API: "https://ghe.example/api/v3", GraphQL: "https://ghe.example/api/graphql"}},
	} {
		got, err := github.ReadRun(c.getenv, []byte(c.event))
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
	if _, err := github.ReadRun(inActions("push"), []byte("{")); err == nil {
		t.Error("an event that is no JSON is read")
	}
}

func TestNeverOnPullRequestTarget(t *testing.T) {
	r, err := github.ReadRun(inActions("pull_request_target"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CheckWritable(); err == nil || !strings.Contains(err.Error(), "use pull_request") {
		t.Errorf("%v", err)
	}
}
