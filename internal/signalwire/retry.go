package signalwire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// listBudget is how long a listing may be in trouble: a person waits for
	// it, and a server that is down should be told of soon.
	listBudget = 20 * time.Second
	// maxRetryAfter caps what a server may ask us to wait at a time. Longer
	// waits are broken into several, each with its own request.
	maxRetryAfter = 5 * time.Minute

	firstBackOff = 250 * time.Millisecond
	maxBackOff   = 10 * time.Second
	// toldFrom is the length from which a wait is worth a word.
	toldFrom = 2 * time.Second
)

// do sends a request until it gets an answer that is final, or until trying
// again is of no use. What may have been carried out and must not be carried
// out twice (a POST) is not sent again: see Error.Ambiguous, and Create.
func (c *Client) do(ctx context.Context, method, path, query string, body any) (answer, error) {
	tries, op := c.newTries(), operationOf(ctx)
	defer tries.end()
	lost := false
	for attempts := 1; ; attempts++ {
		came := time.Now()
		s, err := c.turn(ctx, op, method)
		c.traceTurn(ctx, method, path, time.Since(came))
		if err != nil {
			about := Error{Method: method, Host: c.base.Host, Path: c.clean.text(path, maxLine), Attempts: attempts - 1, Repeated: lost}
			return answer{}, c.unusable(answer{about: about}, err)
		}
		op.count()
		a, err := c.seated(ctx, s, method, path, query, body)
		var e *Error
		if err == nil || !errors.As(err, &e) {
			c.pace.done(method, e, a.header)
			return a, err
		}
		e.Attempts, e.Repeated = attempts, lost && method != http.MethodGet
		lost = lost || e.Ambiguous()
		if asked, ok := retryAfter(a.header, time.Now()); ok && (e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable) {
			e.RetryAfter = asked
		}
		c.pace.done(method, e, a.header)
		if !e.mayRetry() {
			return a, err
		}
		if !tries.again(ctx, e) {
			if method == http.MethodGet && ctx.Err() != nil {
				err = c.unusable(a, ctx.Err()) // nobody wants to know what it was waiting for
			}
			return a, err
		}
	}
}

// turn waits until a request may go out. Where the operation has sent nothing
// yet, its end ends all waiting; later only that for a pause: what it has begun
// should not lack its last step for a moment's turn.
func (c *Client) turn(ctx context.Context, op operation, method string) (seat, error) {
	waiting, done := op.waiting(ctx)
	defer done()
	turn := ctx
	if op.idle() {
		turn = waiting
	}
	if c.pace.limits(method) {
		return c.pace.wait(waiting, turn, c.window)
	}
	return c.window.enter(turn)
}

// seated sends a request that has a seat, one time.
func (c *Client) seated(ctx context.Context, s seat, method, path, query string, body any) (answer, error) {
	defer c.window.leave()
	a, err := c.once(ctx, method, path, query, body)
	var e *Error
	errors.As(err, &e)
	c.window.done(s, e)
	return a, err
}

// tries are the attempts at one request, or at one that has to be looked up
// between them.
type tries struct {
	client    *Client
	intervals *backoff.ExponentialBackOff
	troubled  bool
}

func (c *Client) newTries() *tries { return &tries{client: c} }

// again waits until the request may be sent again after it failed. It is false
// if there is no time left for that, or somebody ends the wait.
func (t *tries) again(ctx context.Context, e *Error) bool {
	trouble := t.client.trouble
	if trouble == nil || ctx.Err() != nil {
		return false
	}
	if !t.troubled {
		t.troubled = true
		trouble.begin()
		t.intervals = backoff.NewExponentialBackOff()
		t.intervals.InitialInterval, t.intervals.MaxInterval = firstBackOff, maxBackOff
	}
	wait := max(t.intervals.NextBackOff(), e.RetryAfter)
	if wait > trouble.left() {
		e.GaveUp = true
		return false
	}
	t.client.tell(e, wait)
	return operationOf(ctx).sleep(ctx, wait)
}

// end is to be called when there are no more attempts.
func (t *tries) end() {
	if t.troubled {
		t.client.trouble.end()
	}
}

// mayRetry tells whether the request can be sent again and might fare better.
func (e *Error) mayRetry() bool {
	switch {
	case errors.Is(e.Err, ErrReadOnly), permanent(e.Err):
		return false
	case e.Status == http.StatusTooManyRequests:
		return true // refused before anything was done
	case e.Method == http.MethodPost:
		return !e.Sent
	case e.Broken:
		return true // whatever it was going to say
	case e.Status != 0 && e.Status < 500 && e.Status/100 != 2:
		return false
	}
	return true
}

// permanent tells errors of the transport that trying again does not mend.
func permanent(err error) bool {
	var name *net.DNSError
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var header tls.RecordHeaderError // not TLS at all
	var proxy proxyDenied            // who one is, or where one may go
	return errors.As(err, &name) && name.IsNotFound || errors.As(err, &verification) || errors.As(err, &authority) ||
		errors.As(err, &host) || errors.As(err, &header) || errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &proxy) && proxy < 500
}

// tell says that a request waits, if the wait is long enough to wonder about.
func (c *Client) tell(e *Error, wait time.Duration) {
	why := e.why()
	c.log.Debug("trying again", "method", e.Method, "path", e.Path, "status", e.Status, "reason", why, "attempt", e.Attempts,
		"wait", wait.Round(time.Millisecond), "asked_for", e.RetryAfter)
	if c.notify == nil || wait < toldFrom {
		return
	}
	c.telling.Lock()
	defer c.telling.Unlock()
	c.notify(fmt.Sprintf("%s, waiting %.0f s", why, wait.Seconds()))
}

// why is in a few words why a request is to be sent again.
func (e *Error) why() string {
	switch {
	case e.Status == http.StatusTooManyRequests:
		return "rate limited"
	case e.Status != 0 && e.Broken:
		return "the answer broke off"
	case e.Status != 0:
		return strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
	case e.Proxy != "" && e.Err != nil, e.Cause != "" && e.Cause != TooSlow && e.Err != nil:
		return e.Err.Error()
	}
	return "no answer"
}

// retryAfter reads a Retry-After header: seconds, or a date.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	seconds, err := strconv.ParseUint(text, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) { // a number in any case
		return time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second, true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	return min(max(at.Sub(now), 0), maxRetryAfter), true
}

// trouble is the time for which requests of a run may go on failing, shared by
// all of them: it runs while any of them has failed and not yet succeeded.
type trouble struct {
	mu     sync.Mutex
	budget time.Duration
	spent  time.Duration
	count  int // requests in trouble
	since  time.Time
}

func newTrouble(budget time.Duration) *trouble { return &trouble{budget: budget} }

func (t *trouble) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count++; t.count == 1 {
		t.since = time.Now()
	}
}

func (t *trouble) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count--; t.count == 0 {
		t.spent += time.Since(t.since)
	}
}

func (t *trouble) left() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := t.budget - t.spent
	if t.count > 0 {
		left -= time.Since(t.since)
	}
	return left
}
