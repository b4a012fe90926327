// Package signalwire is the client of SignalWire's Video REST API: paging,
// errors, and the writes that rooms, their tokens and their streams need. It
// decides nothing about rooms and sends credentials to no host but the space's.
package signalwire

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options say which space to talk to and how. Space, Project and Token are
// required; zero is sane for the rest.
type Options struct {
	Space   string // a host, or a URL without a path: example.signalwire.com
	Project string // project ID, the user of HTTP Basic
	Token   string // API token with the Video scope, the password

	Version  string        // goes into User-Agent
	Timeout  time.Duration // for one request, answer included; 0: 30 s
	ReadOnly bool          // refuse everything but GET
	Log      *slog.Logger  // a line per request at debug level, more at LevelTrace; nil: none
	// RootCAs are trusted to vouch for servers; nil: those of the machine.
	RootCAs *x509.CertPool

	// RetryBudget is how long requests may go on failing, all of a run's
	// together; a listing has 20 s at most. 0: nothing is sent again.
	RetryBudget time.Duration
	Rate        int          // writes a second, for all of them together; 0: no limit
	Notify      func(string) // told when a request waits for long, one at a time; may be nil

	// Transport carries the requests; nil: HTTP as usual. One that reports no
	// httptrace.GotConn is taken not to have sent what it returns an error for.
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
	number  *atomic.Int64 // of the last request, in the log
	clean   cleaner
	notify  func(string)
	telling *sync.Mutex // one notify at a time
	window  *window
	pace    *pace    // nil: writes are not limited
	trouble *trouble // nil: nothing is sent again
	lookups *lookups
}

const (
	defaultTimeout = 30 * time.Second
	// maxBody caps an answer after decompression. A full page is 1000 rooms
	// of at most some 5,000 characters that JSON may spell in 12 bytes each.
	maxBody = 64 << 20
	// maxErrorBody caps what is read of an answer that is an error.
	maxErrorBody = 4 << 20
)

// New checks the options and makes a client. It sends nothing.
func New(o Options) (*Client, error) {
	base, err := parseSpace(o.Space)
	if err != nil {
		return nil, err
	}
	switch {
	case o.Project == "":
		return nil, errors.New("no project ID: it is one half of the credentials, beside the API token")
	case strings.Contains(o.Project, ":"):
		// HTTP Basic would take what follows for a part of the token.
		return nil, errors.New("the project ID must not contain a colon")
	case o.Token == "":
		return nil, errors.New("no API token: it is one half of the credentials, beside the project ID")
	}
	transport := o.Transport
	if transport == nil {
		transport = newTransport(base, o.RootCAs)
	}
	if o.ReadOnly {
		transport = readOnly{transport}
	}
	c := &Client{
		base: base, project: o.Project, token: o.Token,
		agent:   "roomsync/" + o.Version,
		timeout: o.Timeout, log: o.Log, number: new(atomic.Int64), notify: o.Notify, window: newWindow(), lookups: new(lookups), telling: new(sync.Mutex),
		clean: newCleaner(o.Project, o.Token),
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
	if o.Rate > 0 {
		c.pace = newPace(o.Rate)
	}
	if o.RetryBudget > 0 {
		c.trouble = newTrouble(o.RetryBudget)
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

// Space is the host the client talks to, with its port if it has one.
func (c *Client) Space() string { return c.base.Host }

func newTransport(base *url.URL, roots *x509.CertPool) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	// As many idle ones as are ever in use, so that no request pays for a handshake
	// twice. And no more at all: while a handshake goes on its request may well get
	// a connection that has become free.
	t.MaxIdleConns, t.MaxIdleConnsPerHost, t.MaxConnsPerHost = maxWindow, maxWindow, maxWindow
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	t.Proxy, t.OnProxyConnectResponse = proxied(t.Proxy), denied
	if loopback(base.Hostname()) {
		t.Proxy = nil // over plain http, a proxy would see the token
	}
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

// answer is what came back.
type answer struct {
	body   []byte
	text   *bytes.Buffer // which holds the body
	header http.Header
	// about holds what an error would say of the request and the answer.
	about Error
}

// texts are for the bodies of answers to be read into. Pages of listings are
// large and come one after the other.
var texts = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// once sends a request one time. Every failure comes back as an *Error, and so does
// every answer that is not 2xx.
func (c *Client) once(ctx context.Context, method, path, query string, body any) (answer, error) {
	// The path holds an ID, which is the server's.
	a := answer{about: Error{Method: method, Host: c.base.Host, Path: c.clean.text(path, maxLine)}}
	way := newWay()
	err := c.exchange(ctx, &a, way, path, query, body)
	// Not the query: it is the server's, and may hold anything in any spelling.
	log := c.log.With("n", c.number.Add(1), "method", method, "path", a.about.Path)
	c.traceConnection(ctx, log, way)
	log = log.With("duration", time.Since(way.began).Round(time.Millisecond))
	switch {
	case err != nil:
		err = c.unusable(a, err)
		if ctx.Err() != nil {
			log.DebugContext(ctx, "request cancelled")
		} else {
			log.DebugContext(ctx, "request failed", "status", a.about.Status, "error", err)
		}
		return a, err
	case a.about.Status/100 != 2:
		a.about.explain(a.body, c.cleanerFor(path))
		err = &a.about
	}
	log.DebugContext(ctx, "request", "status", a.about.Status, "bytes", len(a.body), "request_id", a.about.RequestID)
	return a, err
}

// unusable is the error for a request that failed, or was answered with what
// cannot be used, for the reason given.
func (c *Client) unusable(a answer, reason error) *Error {
	e := a.about
	e.Err = c.clean.err(reason)
	return &e
}

// exchange sends what a is about and fills in what comes back.
func (c *Client) exchange(parent context.Context, a *answer, way *way, path, query string, body any) error {
	var payload io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		payload = bytes.NewReader(raw)
	}
	ctx, cancel := context.WithTimeoutCause(parent, c.timeout, errTimeout(c.timeout))
	defer cancel()
	// From the moment there is a connection, the server may have the request.
	traced := way.watched(ctx, func() { a.about.Sent = true })
	req, err := http.NewRequestWithContext(traced, a.about.Method, c.url(path, query), payload)
	if err != nil {
		return err
	}
	req.SetBasicAuth(c.project, c.token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	if payload != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return c.failed(a, way, parent, ctx, err)
	}
	defer resp.Body.Close()
	way.enter(answered, "")
	a.about.Sent, a.about.Status, a.header = true, resp.StatusCode, resp.Header
	a.about.RequestID = c.clean.text(resp.Header.Get("X-Request-Id"), maxWord)
	limit := int64(maxErrorBody)
	if resp.StatusCode/100 == 2 {
		limit = maxBody
	}
	a.text = texts.Get().(*bytes.Buffer)
	a.text.Reset()
	_, err = a.text.ReadFrom(io.LimitReader(resp.Body, limit+1))
	a.body = a.text.Bytes()
	switch {
	case err != nil:
		a.about.Broken = true
		return fmt.Errorf("the answer broke off: %w", c.failed(a, way, parent, ctx, err))
	case resp.StatusCode/100 == 3:
		return fmt.Errorf("redirected to %s, which roomsync does not follow: credentials go to the space only", redirectHost(resp))
	case resp.StatusCode/100 == 2 && len(a.body) > maxBody:
		return fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)
	}
	return nil
}

// url is an address below the space. A query may come from a server's link.
func (c *Client) url(path, query string) string {
	u := *c.base
	// url.Parse lets spaces pass, but one would end HTTP's request line.
	u.Path, u.RawQuery = path, strings.ReplaceAll(query, " ", "%20")
	return u.String()
}

// errTimeout is the end of a request's time.
type errTimeout time.Duration

func (e errTimeout) Error() string { return fmt.Sprintf("no answer within %s", time.Duration(e)) }

// Timeout makes it a timeout for whoever asks, as net.Error does.
func (e errTimeout) Timeout() bool { return true }
