package github_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/github"
	"roomsync/internal/github/githubtest"
)

const marker = `<!-- roomsync environment="production"`

// direct answers requests without a network, so that time can be a bubble's.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	response := w.Result()
	response.Request = r
	return response, nil
}

// client is one for a run in owner/repo.
func client(t *testing.T, s http.Handler, change func(r *github.Run)) *github.Client {
	t.Helper()
	run := github.Run{Owner: "owner", Repository: "repo", API: "https://api.github.com", GraphQL: "https://api.github.com/graphql", Event: "pull_request", PullRequest: 7}
	if change != nil {
		change(&run)
	}
	c, err := github.NewClient(run, githubtest.Token, "1.2.3", direct{s})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func noMistakes(t *testing.T, s *githubtest.Server) {
	t.Helper()
	if m := s.Mistakes(); m != nil {
		t.Errorf("GitHub would not take:\n%s", strings.Join(m, "\n"))
	}
}

func TestOneComment(t *testing.T) {
	s := &githubtest.Server{}
	s.AddComment(7, "eve", marker+" -->\nlooks alike")
	for i := range 130 { // more than a page
		s.AddComment(7, "jo", fmt.Sprint("talk ", i))
	}
	s.AddComment(7, "github-actions[bot]", `<!-- roomsync environment="staging" -->`)
	before := s.Comments(7)
	c := client(t, s, nil)
	for _, text := range []string{"first", "second", strings.Repeat("x", 65_536-len(marker)-4)} {
		if err := c.Comment(t.Context(), 7, marker, marker+" -->"+text); err != nil {
			t.Fatal(err)
		}
	}
	after := s.Comments(7)
	if diff := cmp.Diff(before, after[:len(before)]); diff != "" {
		t.Errorf("other comments have changed (-before +after):\n%s", diff)
	}
	if len(after) != len(before)+1 || !strings.HasPrefix(after[len(before)].Body, marker+" -->xxx") {
		t.Errorf("%d comments, and there were %d: %.100v", len(after), len(before), after[len(before):])
	}
	noMistakes(t, s)
	// Two pages to find it in, and the edit. Whose token it is was asked once.
	s.Requests()
	if err := c.Comment(t.Context(), 7, marker, marker+" -->"); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /repos/owner/repo/issues/7/comments?per_page=100", "GET /repos/owner/repo/issues/7/comments?page=2&per_page=100", "PATCH /repos/owner/repo/issues/comments/133"}
	if diff := cmp.Diff(want, s.Requests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestWhoseToken(t *testing.T) {
	for name, s := range map[string]*githubtest.Server{
		"a workflow's": {}, "an app's": {Login: "rooms-app[bot]"}, "a person's": {Login: "Jo"}, "one that may not ask": {Silent: true},
	} {
		c := client(t, s, nil)
		for range 2 {
			if err := c.Comment(t.Context(), 7, marker, marker+" -->"); err != nil {
				t.Fatal(err)
			}
		}
		if all := s.Comments(7); len(all) != 1 {
			t.Errorf("%s: %v", name, all)
		}
	}
}

func TestGitHubEnterprise(t *testing.T) {
	s := &githubtest.Server{Prefix: "/api/v3"}
	c := client(t, s, func(r *github.Run) {
		r.API, r.GraphQL = "https://ghe.example/api/v3", "https://ghe.example/api/graphql"
	})
	for range 2 {
		if err := c.Comment(t.Context(), 7, marker, marker+" -->"); err != nil {
			t.Fatal(err)
		}
	}
	if all := s.Comments(7); len(all) != 1 {
		t.Errorf("%v", all)
	}
	noMistakes(t, s)
}

func TestPullRequestOfACommit(t *testing.T) {
	s := &githubtest.Server{}
	s.AddPull("c1", 3, "main", true, "other")
	s.AddPull("c1", 4, "main", true, "c1")
	s.AddPull("c1", 5, "main", false, "c1")
	s.AddPull("c2", 6, "release", true, "c2")
	s.AddPull("c3", 8, "main", true, "rebased")
	for commit, want := range map[string]int{"c1": 4, "c2": 0, "c3": 8, "c4": 0} {
		c := client(t, s, func(r *github.Run) { r.PullRequest, r.Event, r.Branch, r.Commit = 0, "push", "main", commit })
		if got, err := c.PullRequest(t.Context()); err != nil || got != want {
			t.Errorf("%s: %d, %v; want %d", commit, got, err, want)
		}
	}
	if got, err := client(t, s, nil).PullRequest(t.Context()); err != nil || got != 7 {
		t.Errorf("of a pull request's own run: %d, %v", got, err)
	}
	noMistakes(t, s)
}

func TestReadOnlyToken(t *testing.T) {
	s := &githubtest.Server{}
	s.Restrict()
	err := client(t, s, nil).Comment(t.Context(), 7, marker, marker)
	if err == nil || !github.Denied(err) || len(s.Comments(7)) != 0 {
		t.Errorf("%v", err)
	}
	if n := len(s.Requests()); n != 2 {
		t.Errorf("%d requests: what is denied is not sent again", n)
	}
	if err != nil && strings.Contains(err.Error(), githubtest.Token) {
		t.Error("the error holds the token")
	}
}

// Failures that pass are sat out, and a comment whose answer was lost is not
// written twice.
func TestPassingFailures(t *testing.T) {
	answers := func(status int, header ...string) func(w http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"message":"You have exceeded a secondary rate limit"}`))
		}
	}
	for _, c := range []struct {
		name string
		fail func(w http.ResponseWriter)
		wait time.Duration // at least
	}{
		{"bad gateway", answers(502), 0},
		{"too many", answers(429, "Retry-After", "20"), 20 * time.Second},
		{"secondary limit", answers(403, "Retry-After", "60"), 60 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &githubtest.Server{}
			failed := 0
			s.Fail = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method == http.MethodPost && !strings.HasSuffix(r.URL.Path, "/graphql") && failed == 0 {
					failed++
					s.AddComment(7, "github-actions[bot]", marker+" -->done all the same")
					c.fail(w)
					return true
				}
				return false
			}
			began := time.Now()
			time.Sleep(50 * time.Millisecond) // requests take their time
			err := client(t, s, nil).Comment(t.Context(), 7, marker, marker+" -->new")
			all := s.Comments(7)
			if err != nil || len(all) != 1 || all[0].Body != marker+" -->new" || failed != 1 {
				t.Errorf("%s: %v, %v", c.name, err, all)
			}
			if took := time.Since(began); took < c.wait || took > c.wait+10*time.Second {
				t.Errorf("%s: it took %s", c.name, took)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := &githubtest.Server{Fail: func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", fmt.Sprint(time.Now().Add(20*time.Minute).Unix()))
			answers(403)(w)
			return true
		}}
		began := time.Now()
		err := client(t, s, nil).Comment(t.Context(), 7, marker, marker)
		if err == nil || !strings.Contains(err.Error(), "rate limit") || time.Since(began) > time.Second {
			t.Errorf("a limit that lasts: %v after %s", err, time.Since(began))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := &githubtest.Server{Fail: func(w http.ResponseWriter, r *http.Request) bool { answers(503)(w); return true }}
		began := time.Now()
		if err := client(t, s, nil).Comment(t.Context(), 7, marker, marker); err == nil || time.Since(began) > 4*time.Minute {
			t.Errorf("a server that is down: %v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began = time.Now()
		if err := client(t, s, nil).Comment(ctx, 7, marker, marker); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 4*time.Second {
			t.Errorf("no time left: %v after %s", err, time.Since(began))
		}
	})
}

// What two runs at a time have left behind ends as one comment.
func TestTwoComments(t *testing.T) {
	s := &githubtest.Server{}
	for _, login := range []string{"github-actions[bot]", "jo", "github-actions[bot]", "github-actions"} {
		s.AddComment(7, login, marker+" -->of "+login)
	}
	if err := client(t, s, nil).Comment(t.Context(), 7, marker, marker+" -->new"); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range s.Comments(7) {
		got = append(got, c.User.Login+": "+c.Body)
	}
	want := []string{"github-actions[bot]: " + marker + " -->new", "jo: " + marker + " -->of jo", "github-actions: " + marker + " -->of github-actions"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
	noMistakes(t, s)
}

// Whose token it is must be known: else every run would make a comment of its
// own.
func TestNobodySaysWhoseToken(t *testing.T) {
	s := &githubtest.Server{Login: "rooms-app[bot]"}
	s.AddComment(7, "rooms-app[bot]", marker+" -->")
	s.Fail = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/graphql") {
			_, _ = w.Write([]byte(`{"data":null,"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}`))
			return true
		}
		return false
	}
	if err := client(t, s, nil).Comment(t.Context(), 7, marker, marker+" -->"); err == nil || len(s.Comments(7)) != 1 {
		t.Errorf("%v, comments: %v", err, s.Comments(7))
	}
}

// An issue whose closing was not answered still hears why it was closed.
func TestAClosingThatIsNotAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &githubtest.Server{}
		c := client(t, s, nil)
		if err := c.Report(t.Context(), marker, "Drift", marker+" -->"); err != nil {
			t.Fatal(err)
		}
		failed := false
		s.Fail = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPatch || failed {
				return false
			}
			failed = true
			s.Fail = nil
			s.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusBadGateway)
			return true
		}
		if err := c.Resolve(t.Context(), marker, "fine again"); err != nil {
			t.Fatal(err)
		}
		if said := s.Comments(1); len(said) != 1 || said[0].Body != "fine again" || s.Issues()[0].State != "closed" {
			t.Errorf("said %v, issue %v", said, s.Issues())
		}
	})
}

// The token goes to the API's host only, wherever that sends us.
func TestRedirects(t *testing.T) {
	var asked []string
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Host+" "+r.Header.Get("Authorization"))
		http.Redirect(w, r, "https://evil.example/", http.StatusTemporaryRedirect)
	}), nil)
	if err := c.Comment(t.Context(), 7, marker, marker); err == nil {
		t.Error("a redirect to elsewhere is followed")
	}
	for _, a := range asked {
		if a != "api.github.com Bearer "+githubtest.Token {
			t.Errorf("asked %s", a)
		}
	}
}

func TestIssue(t *testing.T) {
	s := &githubtest.Server{}
	s.AddIssue("eve", "looks alike", marker+" -->", false)
	s.AddIssue("github-actions[bot]", "a pull request", marker+" -->", true)
	for i := range 120 {
		s.AddIssue("jo", fmt.Sprint("bug ", i), "text", false)
	}
	others := s.Issues()
	c := client(t, s, nil)
	ours := func() []githubtest.Issue { return append([]githubtest.Issue(nil), s.Issues()[len(others):]...) }
	check := func(what string, err error, want ...githubtest.Issue) {
		t.Helper()
		for i := range want {
			want[i].User, want[i].Number = githubtest.User{Login: "github-actions[bot]"}, len(others)+1+i*2
		}
		if diff := cmp.Diff(want, ours()); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", what, err, diff)
		}
	}
	check("silent when clean", c.Resolve(t.Context(), marker, "fine"))
	check("opened", c.Report(t.Context(), marker, "Drift", marker+" -->1"), githubtest.Issue{Title: "Drift", Body: marker + " -->1", State: "open"})
	check("updated", c.Report(t.Context(), marker, "More drift", marker+" -->2"), githubtest.Issue{Title: "More drift", Body: marker + " -->2", State: "open"})
	check("closed", c.Resolve(t.Context(), marker, "No drift any more."), githubtest.Issue{Title: "More drift", Body: marker + " -->2", State: "closed", StateReason: "completed"})
	if said := s.Comments(len(others) + 1); len(said) != 1 || said[0].Body != "No drift any more." {
		t.Errorf("said: %v", said)
	}
	check("silent again", c.Resolve(t.Context(), marker, "fine"), githubtest.Issue{Title: "More drift", Body: marker + " -->2", State: "closed", StateReason: "completed"})
	check("a new one", c.Report(t.Context(), marker, "Drift", marker+" -->3"), githubtest.Issue{Title: "More drift", Body: marker + " -->2", State: "closed", StateReason: "completed"}, githubtest.Issue{Title: "Drift", Body: marker + " -->3", State: "open"})
	if diff := cmp.Diff(others, s.Issues()[:len(others)]); diff != "" {
		t.Errorf("other issues have changed (-before +after):\n%s", diff)
	}
	noMistakes(t, s)
}

func TestNoClient(t *testing.T) {
	for name, r := range map[string]github.Run{
		"no repository": {API: "https://api.github.com"}, "no host": {Owner: "a", Repository: "b", API: "x"},
		"pull_request_target": {Owner: "a", Repository: "b", API: "https://api.github.com", Event: "pull_request_target"},
	} {
		if _, err := github.NewClient(r, "t", "1", http.DefaultTransport); err == nil {
			t.Errorf("%s: there is a client", name)
		}
	}
}
