// Package github tells people on GitHub what roomsync found and did: in the log,
// the annotations and the summary of a workflow run, in one comment on a pull
// request, in one issue about drift. It knows no rooms and renders nothing; what
// it is to say it gets as text.
package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Run is the workflow run that roomsync is a part of.
type Run struct {
	Owner, Repository string // of the repository that the workflow belongs to
	API               string // base URL of the REST API; GitHub Enterprise has its own
	GraphQL           string // URL of the GraphQL API
	Event             string // what started the run, such as pull_request
	PullRequest       int    // its number; 0 if the event is about none
	Commit            string // that the run is about: of a pull request, the head
	Branch            string // that was pushed to; empty if nothing was
	// Restricted says that the run has no secrets and a token that can only read,
	// and why: it is about a pull request from a fork, or Dependabot's.
	Restricted string
	Workspace  string // the folder that holds the checkout
	Summary    string // file for the summary of the step; empty if there is none
	Output     string // file for the outputs of the step; likewise
	URL        string // where the run is to be seen
}

// payload is what roomsync reads of an event. GitHub documents it under
// "Webhook events and payloads".
type payload struct {
	PullRequest *struct {
		Number int `json:"number"`
		Head   struct {
			SHA  string `json:"sha"`
			Repo *struct {
				FullName string `json:"full_name"`
			} `json:"repo"` // null once the fork has been deleted
		} `json:"head"`
		Base struct {
			Repo struct {
				FullName string `json:"full_name"`
			} `json:"repo"`
		} `json:"base"`
	} `json:"pull_request"`
	Issue *struct {
		Number      int              `json:"number"`
		PullRequest *json.RawMessage `json:"pull_request"` // tells a pull request from an issue
	} `json:"issue"`
}

// InActions tells whether there is a run at all.
func InActions(getenv func(string) string) bool { return getenv("GITHUB_ACTIONS") == "true" }

// ReadRun reads what GitHub Actions tells in the environment, and the event that
// started the run. event is the content of the file that GITHUB_EVENT_PATH
// names; it may be empty.
func ReadRun(getenv func(string) string, event []byte) (Run, error) {
	r := Run{
		API: getenv("GITHUB_API_URL"), GraphQL: getenv("GITHUB_GRAPHQL_URL"), Event: getenv("GITHUB_EVENT_NAME"),
		Commit: getenv("GITHUB_SHA"), Workspace: getenv("GITHUB_WORKSPACE"),
		Summary: getenv("GITHUB_STEP_SUMMARY"), Output: getenv("GITHUB_OUTPUT"),
	}
	if r.API == "" {
		r.API = "https://api.github.com"
	}
	if r.GraphQL == "" {
		r.GraphQL = strings.TrimSuffix(r.API, "/v3") + "/graphql"
	}
	r.Owner, r.Repository, _ = strings.Cut(getenv("GITHUB_REPOSITORY"), "/")
	if branch, pushed := strings.CutPrefix(getenv("GITHUB_REF"), "refs/heads/"); pushed && r.Event == "push" {
		r.Branch = branch
	}
	if server, id := getenv("GITHUB_SERVER_URL"), getenv("GITHUB_RUN_ID"); server != "" && r.Owner != "" && id != "" {
		r.URL = server + "/" + r.Owner + "/" + r.Repository + "/actions/runs/" + id
	}
	var p payload
	if len(event) > 0 {
		if err := json.Unmarshal(event, &p); err != nil {
			return r, fmt.Errorf("read the event of the workflow run: %w", err)
		}
	}
	switch {
	case p.PullRequest != nil:
		r.PullRequest, r.Commit = p.PullRequest.Number, p.PullRequest.Head.SHA
		if head := p.PullRequest.Head.Repo; head == nil || head.FullName != p.PullRequest.Base.Repo.FullName {
			r.Restricted = "a pull request from a fork"
		}
	case p.Issue != nil && p.Issue.PullRequest != nil:
		r.PullRequest = p.Issue.Number
	}
	if r.Restricted == "" && r.PullRequest != 0 && getenv("GITHUB_ACTOR") == "dependabot[bot]" {
		r.Restricted = "a pull request of Dependabot"
	}
	return r, nil
}

// CheckWritable tells why a comment or an issue cannot be written in this run
// at all, whatever the token.
func (r Run) CheckWritable() error {
	switch {
	case r.Owner == "" || r.Repository == "":
		return errors.New("GITHUB_REPOSITORY does not name a repository")
	case r.Event == "pull_request_target":
		return errors.New("pull_request_target gives secrets to a run about code that nobody has reviewed: use pull_request")
	}
	return nil
}
