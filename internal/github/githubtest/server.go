// Package githubtest is a stand-in for the part of GitHub's API that roomsync
// uses: comments, issues, the pull requests of a commit, and whose token it is.
// It is strict: a request that GitHub would not take, or that roomsync has no
// business to send, is refused and kept in Mistakes.
package githubtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Token is what the stand-in takes.
const Token = "ghs_stand-in"

// Server is the API of one repository, owner/repo. All members but those of
// requests may be set while no request is under way.
type Server struct {
	Prefix string // of all paths, such as /api/v3 on GitHub Enterprise
	Login  string // whose the token is; github-actions[bot] if empty
	Silent bool   // the token may not ask whose it is
	// Fail is asked before each request; an answer it gives is not overwritten.
	Fail func(w http.ResponseWriter, r *http.Request) bool

	mu       sync.Mutex
	comments map[int][]*Comment // by the number of the issue or pull request
	issues   []*Issue
	pulls    map[string][]Pull // by commit
	lastID   int
	readOnly bool
	requests []string
	mistakes []string
}

// User is an account.
type User struct {
	Login string `json:"login"`
}

// Comment is a comment on an issue or a pull request.
type Comment struct {
	ID   int    `json:"id"`
	Body string `json:"body"`
	User User   `json:"user"`
}

// Issue is an issue, or a pull request in the list of issues.
type Issue struct {
	Number      int        `json:"number"`
	Title       string     `json:"title"`
	Body        string     `json:"body"`
	State       string     `json:"state"`
	StateReason string     `json:"state_reason,omitempty"`
	User        User       `json:"user"`
	PullRequest *struct{}  `json:"pull_request,omitempty"`
	Comments    []*Comment `json:"-"`
}

// Pull is a pull request that a commit belongs to.
type Pull struct {
	Number   int     `json:"number"`
	MergedAt *string `json:"merged_at"`
	MergeSHA string  `json:"merge_commit_sha"`
	Base     struct {
		Ref string `json:"ref"`
	} `json:"base"`
}

const repository = "/repos/owner/repo"

// AddComment has somebody else write a comment.
func (s *Server) AddComment(number int, login, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addComment(number, login, body)
}

func (s *Server) addComment(number int, login, body string) *Comment {
	s.lastID++
	c := &Comment{ID: s.lastID, Body: body, User: User{login}}
	if s.comments == nil {
		s.comments = make(map[int][]*Comment)
	}
	s.comments[number] = append(s.comments[number], c)
	return c
}

// AddIssue has somebody else open an issue, or a pull request.
func (s *Server) AddIssue(login, title, body string, pull bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.addIssue(login, title, body)
	if pull {
		i.PullRequest = new(struct{})
	}
}

func (s *Server) addIssue(login, title, body string) *Issue {
	s.lastID++
	i := &Issue{Number: s.lastID, Title: title, Body: body, State: "open", User: User{login}}
	s.issues = append(s.issues, i)
	return i
}

// AddPull says that a commit belongs to a pull request.
func (s *Server) AddPull(commit string, number int, base string, merged bool, mergeSHA string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := Pull{Number: number, MergeSHA: mergeSHA}
	p.Base.Ref = base
	if merged {
		p.MergedAt = new("2026-11-25T12:00:00Z")
	}
	if s.pulls == nil {
		s.pulls = make(map[string][]Pull)
	}
	s.pulls[commit] = append(s.pulls[commit], p)
}

// Restrict lets the token only read from now on.
func (s *Server) Restrict() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readOnly = true
}

// Comments are the comments on an issue or a pull request.
func (s *Server) Comments(number int) []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Comment
	for _, c := range s.comments[number] {
		all = append(all, *c)
	}
	return all
}

// Issues are all issues, those of others and closed ones included.
func (s *Server) Issues() []Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Issue
	for _, i := range s.issues {
		all = append(all, *i)
	}
	return all
}

// Requests are the requests since the last call, as "METHOD path".
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.requests
	s.requests = nil
	return told
}

// Mistakes are requests that GitHub would not have taken.
func (s *Server) Mistakes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mistakes)
}

func (s *Server) login() string {
	if s.Login == "" {
		return "github-actions[bot]"
	}
	return s.Login
}

// ServeHTTP answers like GitHub.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.RequestURI())
	s.mu.Unlock()
	if s.Fail != nil && s.Fail(w, r) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	path, ours := strings.CutPrefix(r.URL.Path, s.Prefix)
	graphQL := r.URL.Path == strings.TrimSuffix(s.Prefix, "/v3")+"/graphql"
	switch {
	case r.Header.Get("Authorization") != "Bearer "+Token:
		answer(w, http.StatusUnauthorized, map[string]string{"message": "Bad credentials"})
	case !strings.HasPrefix(r.Header.Get("User-Agent"), "roomsync/"):
		s.refuse(w, r, http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header")
	case r.Method == http.MethodPost && graphQL:
		s.viewer(w, r)
	case !ours:
		s.refuse(w, r, http.StatusNotFound, "Not Found")
	case !strings.Contains(r.Header.Get("Accept"), "application/vnd.github"):
		s.refuse(w, r, http.StatusUnsupportedMediaType, "Accept names no version of the API")
	default:
		s.route(w, r, path)
	}
}

func (s *Server) route(w http.ResponseWriter, r *http.Request, path string) {
	parts := strings.Split(strings.TrimPrefix(path, repository+"/"), "/")
	switch {
	case r.Method == http.MethodGet && path == "/user": // GITHUB_TOKEN is none of a user's
		answer(w, http.StatusForbidden, map[string]string{"message": "Resource not accessible by integration"})
	case !strings.HasPrefix(path, repository+"/"):
		s.refuse(w, r, http.StatusNotFound, "Not Found")
	case s.readOnly && r.Method != http.MethodGet:
		answer(w, http.StatusForbidden, map[string]string{"message": "Resource not accessible by integration"})
	case match(r, parts, "GET", "issues"):
		open := []*Issue{}
		for _, i := range s.issues {
			if state := r.URL.Query().Get("state"); state == "all" || i.State == state || state == "" && i.State == "open" {
				open = append(open, i)
			}
		}
		page(s, w, r, open)
	case match(r, parts, "POST", "issues"):
		var in Issue
		if s.read(w, r, &in) {
			answer(w, http.StatusCreated, s.addIssue(s.login(), in.Title, in.Body))
		}
	case match(r, parts, "PATCH", "issues", "#"):
		s.editIssue(w, r, number(parts[1]))
	case match(r, parts, "GET", "issues", "#", "comments"):
		page(s, w, r, s.comments[number(parts[1])])
	case match(r, parts, "POST", "issues", "#", "comments"):
		var in Comment
		if s.read(w, r, &in) {
			answer(w, http.StatusCreated, s.addComment(number(parts[1]), s.login(), in.Body))
		}
	case match(r, parts, "PATCH", "issues", "comments", "#"):
		s.editComment(w, r, number(parts[2]))
	case match(r, parts, "DELETE", "issues", "comments", "#"):
		s.deleteComment(w, r, number(parts[2]))
	case match(r, parts, "GET", "commits", "*", "pulls"):
		page(s, w, r, s.pulls[parts[1]])
	default:
		s.refuse(w, r, http.StatusNotFound, "Not Found")
	}
}

// match tells whether a request is of a form: # is a number, * is anything.
func match(r *http.Request, parts []string, method string, form ...string) bool {
	if r.Method != method || len(parts) != len(form) {
		return false
	}
	for i, f := range form {
		switch {
		case f == "#" && number(parts[i]) > 0, f == "*", f == parts[i]:
		default:
			return false
		}
	}
	return true
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func (s *Server) viewer(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Query string `json:"query"`
	}
	switch err := json.NewDecoder(r.Body).Decode(&in); {
	case err != nil || !strings.Contains(in.Query, "viewer"):
		s.refuse(w, r, http.StatusBadRequest, "Problems parsing JSON")
	case s.Silent:
		answer(w, http.StatusForbidden, map[string]string{"message": "Resource not accessible by integration"})
	default:
		answer(w, http.StatusOK, map[string]any{"data": map[string]any{"viewer": User{s.login()}}})
	}
}

func (s *Server) editIssue(w http.ResponseWriter, r *http.Request, number int) {
	var in Issue
	for _, i := range s.issues {
		if i.Number != number {
			continue
		}
		if in = *i; s.read(w, r, &in) {
			*i = in
			answer(w, http.StatusOK, i)
		}
		return
	}
	s.refuse(w, r, http.StatusNotFound, "Not Found")
}

func (s *Server) editComment(w http.ResponseWriter, r *http.Request, id int) {
	for _, all := range s.comments {
		for _, c := range all {
			switch {
			case c.ID != id:
			case c.User.Login != s.login():
				s.refuse(w, r, http.StatusForbidden, "it is somebody else's comment")
				return
			case s.read(w, r, c):
				answer(w, http.StatusOK, c)
				return
			default:
				return
			}
		}
	}
	answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
}

func (s *Server) deleteComment(w http.ResponseWriter, r *http.Request, id int) {
	for n, all := range s.comments {
		for i, c := range all {
			switch {
			case c.ID != id:
			case c.User.Login != s.login():
				s.refuse(w, r, http.StatusForbidden, "it is somebody else's comment")
				return
			default:
				s.comments[n] = slices.Delete(slices.Clone(all), i, i+1)
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
	}
	answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
}

// longest is how many characters GitHub takes as a body.
const longest = 65_536

// read reads an object with a body from a request, as GitHub would.
func (s *Server) read(w http.ResponseWriter, r *http.Request, into any) bool {
	var raw map[string]json.RawMessage
	dec := json.NewDecoder(r.Body)
	if err := dec.Decode(&raw); err != nil {
		s.refuse(w, r, http.StatusBadRequest, "Problems parsing JSON")
		return false
	}
	var body struct{ Title, Body *string }
	all, _ := json.Marshal(raw)
	if json.Unmarshal(all, &body) != nil || json.Unmarshal(all, into) != nil {
		s.refuse(w, r, http.StatusUnprocessableEntity, "Invalid request")
		return false
	}
	switch {
	case body.Body != nil && (utf8.RuneCountInString(*body.Body) > longest || *body.Body == ""):
		s.refuse(w, r, http.StatusUnprocessableEntity, "Validation Failed: body is too long (maximum is 65536 characters), or blank")
		return false
	case body.Title != nil && (utf8.RuneCountInString(*body.Title) > 256 || *body.Title == ""):
		s.refuse(w, r, http.StatusUnprocessableEntity, "Validation Failed: title is too long (maximum is 256 characters), or blank")
		return false
	}
	return true
}

// page answers with a page of a list, and a Link to the next one.
func page[T any](s *Server, w http.ResponseWriter, r *http.Request, all []T) {
	size, at := 30, 1
	if v := r.URL.Query().Get("per_page"); v != "" {
		size = number(v)
	}
	if v := r.URL.Query().Get("page"); v != "" {
		at = number(v)
	}
	if size < 1 || size > 100 || at < 1 {
		s.refuse(w, r, http.StatusUnprocessableEntity, "per_page must be between 1 and 100")
		return
	}
	if at*size < len(all) {
		next := *r.URL
		q := next.Query()
		q.Set("page", strconv.Itoa(at+1))
		next.RawQuery = q.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<http://%s%s>; rel="next"`, r.Host, next.RequestURI()))
	}
	from := min((at-1)*size, len(all))
	answer(w, http.StatusOK, append([]T{}, all[from:min(at*size, len(all))]...))
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, message string) {
	s.mistakes = append(s.mistakes, fmt.Sprintf("%s %s: %d %s", r.Method, r.URL.RequestURI(), status, message))
	answer(w, status, map[string]string{"message": message})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
