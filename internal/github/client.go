package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/google/go-github/v88/github"
)

// Client writes comments and issues of one repository.
type Client struct {
	api   *github.Client
	run   Run
	login string // of the account that the token belongs to; empty until it is asked for
}

const (
	// How long what fails for a passing reason is tried again. A secondary rate
	// limit asks for a minute at least.
	patience = 3 * time.Minute
	timeout  = 30 * time.Second // how long one try may take
)

// NewClient makes a client. token goes to the host of the API and to no other.
// transport is http.DefaultTransport but in tests.
func NewClient(run Run, token, version string, transport http.RoundTripper) (*Client, error) {
	if err := run.CheckWritable(); err != nil {
		return nil, err
	}
	base, err := url.Parse(run.API)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("GITHUB_API_URL is no URL: %s", run.API)
	}
	options := []github.ClientOptionsFunc{
		github.WithHTTPClient(&http.Client{
			Transport: authorized{token: token, base: base, next: transport},
			CheckRedirect: func(req *http.Request, via []*http.Request) error {
				if req.URL.Host != base.Host || req.URL.Scheme != base.Scheme || len(via) > 5 {
					return http.ErrUseLastResponse
				}
				return nil
			},
		}),
		github.WithUserAgent("roomsync/" + version),
	}
	if base.Host != "api.github.com" {
		api := strings.TrimSuffix(run.API, "/") + "/"
		options = append(options, github.WithURLs(&api, &api)) // GITHUB_API_URL is whole: nothing is to be added to it
	}
	api, err := github.NewClient(options...)
	if err != nil {
		return nil, err
	}
	return &Client{api: api, run: run}, nil
}

// authorized adds the token to requests to the API. go-github's own way adds it
// to whatever a redirect leads to.
type authorized struct {
	token string
	base  *url.URL
	next  http.RoundTripper
}

func (a authorized) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host != a.base.Host || req.URL.Scheme != a.base.Scheme {
		return nil, backoff.Permanent(fmt.Errorf("%s is not the host of the API", req.URL.Host))
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+a.token)
	return a.next.RoundTrip(req)
}

// again does something until it works, as long as it fails for passing reasons.
// It must do no harm if it is done twice.
func again[T any](ctx context.Context, do func(ctx context.Context) (T, error)) (T, error) {
	v, err := backoff.Retry(ctx, func() (T, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		v, err := do(ctx)
		return v, passing(err)
	}, backoff.WithMaxElapsedTime(patience))
	if err != nil {
		err = plain{err}
	}
	return v, err
}

// passing marks an error that will not pass as permanent, and one that says when
// it will with how long that is.
func passing(err error) error {
	var limited *github.RateLimitError
	var abuse *github.AbuseRateLimitError
	var answer *github.ErrorResponse
	var network *url.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limited):
		return after(err, time.Until(limited.Rate.Reset.Time))
	case errors.As(err, &abuse) && abuse.RetryAfter != nil:
		return after(err, *abuse.RetryAfter)
	case errors.As(err, &answer) && answer.Response.StatusCode < 500:
		// Proxies and older versions of GitHub say no more than this of limits.
		if seconds, e := strconv.Atoi(answer.Response.Header.Get("Retry-After")); e == nil {
			return after(err, time.Duration(seconds)*time.Second)
		}
	case abuse != nil, answer != nil, errors.As(err, &network), errors.Is(err, io.ErrUnexpectedEOF):
		return err
	}
	return backoff.Permanent(err)
}

// after is an error that is to pass after some time: again waits that long, if
// it is not too long.
func after(err error, wait time.Duration) error {
	return &retryAfter{err, &backoff.RetryAfterError{Duration: max(wait, time.Second)}}
}

// retryAfter says when, to backoff, and why, to people.
type retryAfter struct {
	error
	when *backoff.RetryAfterError
}

func (r *retryAfter) Unwrap() []error { return []error{r.when, r.error} }

// self is the login of the account that the token belongs to.
func (c *Client) self(ctx context.Context) (string, error) {
	if c.login != "" {
		return c.login, nil
	}
	// Asked this way, the tokens of workflows and of apps are answered, too: GET
	// /user is not for them.
	var answer struct {
		Data struct {
			Viewer struct {
				Login string `json:"login"`
			} `json:"viewer"`
		} `json:"data"`
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	login, err := again(ctx, func(ctx context.Context) (string, error) {
		req, err := c.api.NewRequest(ctx, http.MethodPost, c.run.GraphQL, map[string]string{"query": "query{viewer{login}}"})
		if err != nil {
			return "", backoff.Permanent(err)
		}
		_, err = c.api.Do(req, &answer)
		if err == nil && len(answer.Errors) > 0 {
			err = fmt.Errorf("%s: %s", c.run.GraphQL, answer.Errors[0].Message)
		}
		return answer.Data.Viewer.Login, err
	})
	if refused := new(github.ErrorResponse); login == "" && (err == nil || errors.As(err, &refused)) {
		login, err = again(ctx, func(ctx context.Context) (string, error) {
			user, _, err := c.api.Users.Get(ctx, "")
			return user.GetLogin(), err
		})
	}
	var refused *github.ErrorResponse
	switch {
	case err == nil && login != "":
	case err == nil, errors.As(err, &refused) && refused.Response.StatusCode < 500:
		login = "github-actions[bot]" // a token that may not even ask who it is
	default:
		return "", fmt.Errorf("ask GitHub whose token this is: %w", err)
	}
	c.login = login
	return login, nil
}

// isSelf tells whether a user is the account that the token belongs to.
func isSelf(login string, u *github.User) bool {
	return strings.EqualFold(u.GetLogin(), login) || strings.EqualFold(u.GetLogin(), login+"[bot]")
}

// Denied tells whether an error says that the token may not do, or not see,
// something.
func Denied(err error) bool { return answered(err, http.StatusForbidden, http.StatusNotFound) }

// Unknown tells whether an error says that the token is none.
func Unknown(err error) bool { return answered(err, http.StatusUnauthorized) }

func answered(err error, statuses ...int) bool {
	var answer *github.ErrorResponse
	return errors.As(err, &answer) && slices.Contains(statuses, answer.Response.StatusCode)
}

// plain is an error without what go-github adds to its end for programs.
type plain struct{ error }

func (p plain) Error() string { return strings.TrimSuffix(p.error.Error(), " []") }
func (p plain) Unwrap() error { return p.error }
