// Package signalwire is the client of SignalWire's Video REST API: paging,
// errors, and the writes that rooms need. It decides nothing about rooms and
// sends credentials to no host but the space's.
package signalwire

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"
)

// Options say which space to talk to and how. Space, Project and Token are
// required; zero is sane for the rest.
type Options struct {
	Space   string // a host, or a URL without a path: example.signalwire.com
	Project string // project ID, the user of HTTP Basic
	Token   string // API token with the Video scope, the password

	Version   string        // goes into User-Agent
	Timeout   time.Duration // for one request, answer included; 0: 30 s
	ReadOnly  bool          // refuse everything but GET
	Log       *slog.Logger  // a line per request at debug level; nil: none
	Transport http.RoundTripper
}

// Client talks to one space. It is safe for use by several goroutines.
type Client struct {
	base    *url.URL
	http    *http.Client
	project string
	token   string
	agent   string
	timeout time.Duration
	log     *slog.Logger
}

const (
	defaultTimeout = 30 * time.Second
	// maxBody caps an answer after decompression. A full page is 1000 rooms
	// of at most some 5,000 characters that JSON may spell in 12 bytes each.
	maxBody = 64 << 20
	// maxIdle is how many idle connections are kept; more than anyone's
	// --parallelism, so that no operation pays for a handshake twice.
	maxIdle = 256
)

// New checks the options and makes a client. It sends nothing.
func New(o Options) (*Client, error) {
	base, err := parseSpace(o.Space)
	if err != nil {
		return nil, err
	}
	transport := o.Transport
	if transport == nil {
		transport = newTransport()
	}
	if o.ReadOnly {
		transport = readOnly{transport}
	}
	c := &Client{
		base: base, project: o.Project, token: o.Token,
		agent:   "roomsync/" + o.Version,
		timeout: o.Timeout, log: o.Log,
		http: &http.Client{
			Transport: transport,
			// A redirect could lead the credentials elsewhere, or turn a
			// write into a GET: its answer is an error like any other.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	if o.Version == "" {
		c.agent = "roomsync"
	}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// Space is the host the client talks to, with its port if it has one.
func (c *Client) Space() string { return c.base.Host }

func newTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = maxIdle, maxIdle
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	return t
}

// readOnly is what makes a dry run dry: nothing above it can write.
type readOnly struct{ next http.RoundTripper }

func (r readOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, fmt.Errorf("%w: %s refused", ErrReadOnly, req.Method)
	}
	return r.next.RoundTrip(req)
}

// parseSpace accepts a host or a URL of nothing but scheme and host. Plain
// http is for loopback only: everything else would send the token in the clear.
func parseSpace(space string) (*url.URL, error) {
	text := strings.TrimSpace(space)
	if text == "" {
		return nil, errors.New("no space: which SignalWire space to talk to is not set")
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("space %q is not a host such as example.signalwire.com", space)
	}
	if u.User != nil {
		return nil, errors.New("the space must not contain a user or password: credentials come from SIGNALWIRE_PROJECT_ID and SIGNALWIRE_API_TOKEN")
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("space %q has more than a host: write %s", space, u.Host)
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && loopback(u.Hostname()):
	case u.Scheme == "http":
		return nil, fmt.Errorf("refusing plain http to %s: the API token would travel unprotected; write https://%s", u.Host, u.Host)
	default:
		return nil, fmt.Errorf("space %q: %s is not a scheme roomsync speaks; write https://%s", space, u.Scheme, u.Host)
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// do sends one request and decodes the answer into out, unless out is nil.
// Every failure comes back as an *Error.
func (c *Client) do(ctx context.Context, method, path, query string, body, out any) error {
	fail := &Error{Method: method, Path: path}
	var payload io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			fail.Err = err
			return fail
		}
		payload = bytes.NewReader(raw)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.timeout, errTimeout(c.timeout))
	defer cancel()
	// From the moment there is a connection, the server may have the request.
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { fail.Sent = true },
	})
	u := *c.base
	u.Path, u.RawQuery = path, query
	req, err := http.NewRequestWithContext(ctx, method, u.String(), payload)
	if err != nil {
		fail.Err = err
		return fail
	}
	req.SetBasicAuth(c.project, c.token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	if payload != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	start := time.Now()
	resp, err := c.http.Do(req)
	if err != nil {
		fail.Err = unwrapURL(ctx, err)
		c.log.Debug("request failed", "method", method, "path", path, "error", fail.Err)
		return fail
	}
	defer resp.Body.Close()
	fail.Status, fail.RequestID = resp.StatusCode, resp.Header.Get("X-Request-Id")
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	c.log.Debug("request", "method", method, "path", path, "query", query, "status", resp.StatusCode,
		"duration", time.Since(start).Round(time.Millisecond), "bytes", len(raw), "request_id", fail.RequestID)
	switch {
	case err != nil:
		fail.Err = fmt.Errorf("the answer broke off: %w", unwrapURL(ctx, err))
	case len(raw) > maxBody:
		fail.Err = fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)
	case resp.StatusCode/100 != 2:
		fail.readBody(resp, raw)
	case out == nil:
		return nil
	default:
		if err := json.Unmarshal(raw, out); err != nil {
			fail.Err = notJSON(resp, raw, err)
		} else {
			return nil
		}
	}
	return fail
}

// unwrapURL strips what net/http wraps around a transport error (the *Error
// says it better) and names our own timeout.
func unwrapURL(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && errors.As(cause, new(errTimeout)) {
		return cause
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// errTimeout is the end of a request's time.
type errTimeout time.Duration

func (e errTimeout) Error() string { return fmt.Sprintf("no answer within %s", time.Duration(e)) }

// Timeout makes it a timeout for whoever asks, as net.Error does.
func (e errTimeout) Timeout() bool { return true }
