package signalwire

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"
)

// LevelTrace is the level of what Options.Log is told beside the requests: how
// each got its connection, and what it had to wait for.
const LevelTrace = slog.LevelDebug - 4

// stage is how far a request has come on its way.
type stage int

// The stages. One that is sent over a connection that is there already skips those
// before.
const (
	waiting stage = iota
	lookingUp
	dialling
	connected // to the host, or to its proxy
	shaking   // hands, for TLS
	sent
	answered
)

// way is what a request meets on its way. It is written to by the goroutine of the
// request and by that of a connection, which may go on when the request has ended.
type way struct {
	mu        sync.Mutex
	stage     stage
	began     time.Time
	since     time.Time // when the stage began
	addresses []string  // what DNS says
	address   string    // that was connected to
	reused    bool
	idle      time.Duration
	tls       tls.ConnectionState
	times     []slog.Attr // what each stage has taken
}

func newWay() *way {
	now := time.Now()
	return &way{began: now, since: now}
}

func (w *way) reached() stage {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stage
}

// enter goes on to a stage. took is what the one before is called in the log.
func (w *way) enter(s stage, took string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stage >= sent && s < w.stage {
		return // of a connection that came too late: the request has got another one
	}
	now := time.Now()
	if took != "" {
		w.times = append(w.times, slog.Duration(took, now.Sub(w.since).Round(10*time.Microsecond)))
	}
	w.stage, w.since = s, now
}

// watched is a context in which requests tell the way what they meet. onConnection
// is called when there is one.
func (w *way) watched(ctx context.Context, onConnection func()) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { w.enter(lookingUp, "") },
		DNSDone: func(i httptrace.DNSDoneInfo) {
			w.enter(dialling, "dns")
			w.mu.Lock()
			defer w.mu.Unlock()
			for _, a := range i.Addrs {
				w.addresses = append(w.addresses, a.String())
			}
		},
		ConnectStart: func(_, _ string) { w.enter(dialling, "") },
		ConnectDone: func(_, address string, err error) {
			if err != nil {
				return
			}
			w.enter(connected, "connect")
			w.mu.Lock()
			defer w.mu.Unlock()
			w.address = address
		},
		TLSHandshakeStart: func() { w.enter(shaking, "") },
		TLSHandshakeDone: func(s tls.ConnectionState, err error) {
			if err != nil {
				return
			}
			w.enter(shaking, "tls")
			w.mu.Lock()
			defer w.mu.Unlock()
			w.tls = s
		},
		GotConn: func(i httptrace.GotConnInfo) {
			w.enter(sent, "")
			w.mu.Lock()
			w.reused, w.idle = i.Reused, i.IdleTime
			w.address = i.Conn.RemoteAddr().String()
			if t, ok := i.Conn.(*tls.Conn); ok {
				w.tls = t.ConnectionState()
			}
			w.mu.Unlock()
			onConnection()
		},
		GotFirstResponseByte: func() { w.enter(answered, "first_byte") },
	})
}

// attributes are what the log is told of a way.
func (w *way) attributes(clean cleaner) []slog.Attr {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := []slog.Attr{slog.Bool("reused", w.reused)}
	if w.reused {
		list = append(list, slog.Duration("idle", w.idle.Round(time.Millisecond)))
	}
	if len(w.addresses) > 0 {
		list = append(list, slog.String("dns_answer", strings.Join(w.addresses, ",")))
	}
	if w.address != "" {
		list = append(list, slog.String("address", w.address))
	}
	if s := w.tls; s.Version != 0 {
		list = append(list, slog.String("tls_version", tls.VersionName(s.Version)),
			slog.String("cipher", tls.CipherSuiteName(s.CipherSuite)), slog.String("alpn", s.NegotiatedProtocol))
		if len(s.PeerCertificates) > 0 {
			leaf := s.PeerCertificates[0]
			list = append(list, slog.String("issuer", clean.text(nameOf(leaf), maxLine)), slog.String("certificate_ends", day(leaf.NotAfter)))
		}
	}
	return append(list, w.times...)
}

// traceConnection tells how a request got its connection.
func (c *Client) traceConnection(ctx context.Context, log *slog.Logger, w *way) {
	if !log.Enabled(ctx, LevelTrace) {
		return
	}
	attributes := w.attributes(c.clean)
	if proxy, _ := c.Proxy(); proxy != "" {
		attributes = append(attributes, slog.String("proxy", proxy))
	}
	size, busy := c.window.state()
	attributes = append(attributes, slog.Int("window", size), slog.Int("under_way", busy))
	log.LogAttrs(ctx, LevelTrace, "connection", attributes...)
}

// traceTurn tells what a request had to wait for its turn.
func (c *Client) traceTurn(ctx context.Context, method, path string, took time.Duration) {
	if took < time.Millisecond || !c.log.Enabled(ctx, LevelTrace) {
		return
	}
	size, busy := c.window.state()
	attributes := []slog.Attr{
		slog.String("method", method), slog.String("path", c.clean.text(path, maxLine)), slog.Duration("wait", took.Round(time.Millisecond)),
		slog.Int("window", size), slog.Int("under_way", busy),
	}
	if c.pace.limits(method) {
		attributes = append(attributes, slog.Float64("writes_a_second", float64(c.pace.limiter.Limit())))
	}
	c.log.LogAttrs(ctx, LevelTrace, "waited for its turn", attributes...)
}
