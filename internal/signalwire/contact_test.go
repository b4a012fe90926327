package signalwire

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"roomsync/internal/room"
)

// certificate is one that signs itself, for a host and a time, and the pool in which
// it is trusted.
func certificate(t *testing.T, host string, from, to time.Duration) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "A\nCA"}, NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(to),
		IsCA: true, BasicConstraintsValid: true,
	}
	if ip := net.ParseIP(host); ip != nil {
		c.IPAddresses = []net.IP{ip}
	} else {
		c.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// secure serves over TLS.
func secure(t *testing.T, h http.HandlerFunc, c *tls.Config) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = c
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// answering is an address at which each connection is dealt with by a function.
func answering(t *testing.T, deal func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			deal(c)
		}
	}()
	return l.Addr().String()
}

// sayNothing reads a connection until the other side has had enough.
func sayNothing(c net.Conn) {
	go func() {
		_, _ = io.Copy(io.Discard, c)
		c.Close()
	}()
}

func empty(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, listing("")) }

// What is wrong with a connection is told in words, with the host.
func TestContact(t *testing.T) {
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	good, trusted := certificate(t, "127.0.0.1", -day, year)
	old, trustsOld := certificate(t, "127.0.0.1", -2*day, -day)
	early, trustsEarly := certificate(t, "127.0.0.1", day, year)
	others, trustsOthers := certificate(t, "other.example.com", -day, year)
	with := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	plain := httptest.NewServer(http.HandlerFunc(empty))
	t.Cleanup(plain.Close)
	ssh := answering(t, func(c net.Conn) {
		io.WriteString(c, "SSH-2.0-OpenSSH_9.6\r\n")
		time.Sleep(20 * time.Millisecond)
		c.Close()
	})
	hangUp := answering(t, func(c net.Conn) { c.Close() })
	silent := answering(t, sayNothing)
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(slow.Close)
	for _, c := range []struct {
		name, space string
		roots       *x509.CertPool
		cause       Cause
		want        []string
	}{
		{"unknown authority", secure(t, empty, with(good)), nil, Untrusted, []string{"the certificate of HOST is signed by an authority that this machine does not trust: CN=A CA"}},
		{"ended", secure(t, empty, with(old)), trustsOld, Outdated, []string{"the certificate of HOST ended on 20", ", and by this machine's clock it is 20"}},
		{"not begun", secure(t, empty, with(early)), trustsEarly, Outdated, []string{"the certificate of HOST begins on 20"}},
		{"another host's", secure(t, empty, with(others)), trustsOthers, OtherHost, []string{"the certificate of HOST is not for it, but for other.example.com"}},
		{"old TLS", secure(t, empty, &tls.Config{Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}), trusted, TLSRefused,
			[]string{"HOST refused the TLS handshake: protocol version not supported"}},
		{"wants a certificate", secure(t, empty, &tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAnyClientCert}), trusted, TLSRefused,
			[]string{"HOST refused the TLS handshake: certificate required"}},
		{"plain HTTP", strings.Replace(plain.URL, "http:", "https:", 1), nil, NoTLS, []string{"HOST speaks plain HTTP on this port, not HTTPS"}},
		{"no TLS", "https://" + ssh, nil, NoTLS, []string{"HOST does not speak TLS on this port"}},
		{"no HTTP", "http://" + ssh, nil, NotHTTP, []string{"HOST answers ", " not HTTP"}},
		{"hangs up", "https://" + hangUp, nil, HungUp, []string{"HOST hung up in the TLS handshake ("}},
		{"no handshake", "https://" + silent, nil, TooSlow, []string{"HOST did not end the TLS handshake within 1s"}},
		{"no answer", slow.URL, nil, TooSlow, []string{"no answer from HOST within 1s"}},
		{"nobody", "http://127.0.0.1:1", nil, Refused, []string{"nothing listens on HOST (connection refused)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			timeout := 10 * time.Second
			if c.cause == TooSlow {
				timeout = time.Second
			}
			cl := client(t, Options{Space: c.space, RootCAs: c.roots, Timeout: timeout})
			_, err := cl.List(t.Context(), ListOptions{})
			for _, want := range c.want {
				wantText(t, err, strings.Replace(want, "HOST", cl.Space(), 1))
			}
			if e := asError(t, err); e.Cause != c.cause || e.Host != cl.Space() || e.Proxy != "" {
				t.Errorf("cause %q, host %q, proxy %q, want cause %q", e.Cause, e.Host, e.Proxy, c.cause)
			}
		})
	}
}

// What a machine has to be set up for: there is no network to be had in a test.
func TestDiagnose(t *testing.T) {
	for _, c := range []struct {
		err     error
		reached stage
		cause   Cause
		want    string
	}{
		{&net.DNSError{Err: "no such host", Name: "a.example", IsNotFound: true}, lookingUp, NoHost, "a.example is not known: DNS has no such host"},
		{&net.DNSError{Err: "server misbehaving", Name: "a.example"}, lookingUp, NoDNS, "a.example could not be looked up: DNS does not answer (server misbehaving)"},
		{&net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, dialling, Unreachable, "this machine's network has no way to a.example"},
		{&net.OpError{Op: "dial", Err: syscall.ENETUNREACH}, dialling, Unreachable, "this machine's network has no way to a.example"},
		{&net.OpError{Op: "dial", Err: syscall.ETIMEDOUT}, dialling, TooSlow, "connecting to a.example took too long"},
		{errTimeout(time.Second), lookingUp, TooSlow, "DNS gave no address of a.example within 1s"},
		{errTimeout(time.Second), dialling, TooSlow, "no connection to a.example within 1s"},
		{errTimeout(time.Second), connected, TooSlow, "a.example takes connections, and then nothing came within 1s"},
		{errTimeout(time.Second), answered, TooSlow, "the rest of it did not come within 1s"},
		{errors.New(`malformed HTTP response "SSH"`), sent, NotHTTP, `a.example answers with something that is not HTTP: a malformed response "SSH"`},
		{errors.New("readLoopPeekFailLocked: %!w(<nil>)"), sent, NotHTTP, "a.example answers before it is asked, so what it speaks is not HTTP"},
		{&net.OpError{Op: "dial", Err: syscall.EMFILE}, dialling, "", "the connection to a.example failed: dial: too many open files"},
		{errors.New("something else"), sent, "", ""},
	} {
		if cause, text := diagnose(c.err, "a.example", c.reached); cause != c.cause || text != c.want {
			t.Errorf("%v: %q, %q, want %q, %q", c.err, cause, text, c.cause, c.want)
		}
	}
	for s := waiting; s <= answered; s++ {
		if tooSlow[s] == "" || hungUp[s] == "" {
			t.Errorf("there are no words for stage %d", s)
		}
	}
}

// Failures of a proxy are told as that, and its password never.
func TestContactThroughProxy(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
		io.WriteString(w, "<html>who is joe:open-sesame?")
	}))
	t.Cleanup(refusing.Close)
	host := func(s *httptest.Server) string { return s.Listener.Addr().String() }
	for _, c := range []struct {
		name, proxy string
		cause       Cause
		status      int
		want        string
	}{
		{"denied", "http://joe:open-sesame@" + host(refusing), ProxyDenied, 407, "the proxy PROXY does not connect to example.signalwire.com: 407 Proxy Authentication Required"},
		{"nobody", "http://joe:open-sesame@127.0.0.1:1", Refused, 0, "nothing listens on the proxy PROXY (connection refused)"},
		{"TLS to plain", "https://joe:open-sesame@" + host(refusing), NoTLS, 0, "the proxy PROXY does not speak TLS on this port"},
		{"hangs up", "http://joe:open-sesame@" + answering(t, func(c net.Conn) { c.Close() }), HungUp, 0, "the proxy PROXY hung up ("},
		{"silent", "http://joe:open-sesame@" + answering(t, sayNothing), TooSlow, 0, "the proxy PROXY takes connections, and then nothing came within 1s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			u, err := url.Parse(c.proxy)
			if err != nil {
				t.Fatal(err)
			}
			var logged bytes.Buffer
			cl := client(t, Options{Space: "example.signalwire.com", Timeout: time.Second, Log: traced(&logged)})
			cl.http.Transport.(*http.Transport).Proxy = http.ProxyURL(u)
			_, err = cl.Get(t.Context(), room.Room, "a")
			wantText(t, err, strings.Replace(c.want, "PROXY", u.Host, 1))
			e := asError(t, err)
			if e.Cause != c.cause || e.Proxy != u.Host || e.ProxyStatus() != c.status {
				t.Errorf("cause %q, proxy %q, status %d", e.Cause, e.Proxy, e.ProxyStatus())
			}
			if c.status == 407 && e.mayRetry() {
				t.Error("it would be tried again")
			}
			if all := err.Error() + logged.String(); strings.Contains(all, "sesame") || !strings.Contains(all, "proxy="+u.Scheme+"://"+u.Host) {
				t.Errorf("the log has the password, or not the proxy:\n%s", all)
			}
		})
	}
}

func traced(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: LevelTrace}))
}

// The log says how a request got its connection, and that the next one used it.
func TestTraceOfConnections(t *testing.T) {
	good, trusted := certificate(t, "127.0.0.1", -time.Hour, time.Hour)
	space := secure(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "req-7")
		if r.URL.RawQuery == "page_size=1000" {
			io.WriteString(w, listing("https://x/?page_token=secret-link", named("a", "a")))
			return
		}
		empty(w, r)
	}, &tls.Config{Certificates: []tls.Certificate{good}})
	var logged bytes.Buffer
	c := client(t, Options{Space: space, RootCAs: trusted, Log: traced(&logged)})
	if _, err := c.list(t.Context(), ListOptions{}, room.Room); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(logged.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("want 4 lines, got\n%s", logged.String())
	}
	for i, want := range [][]string{
		{"msg=connection n=1 method=GET path=/api/video/rooms reused=false address=" + c.Space(), `tls_version="TLS 1.3" cipher=TLS_`, "alpn=", `issuer="CN=A CA" certificate_ends="20`, "connect=", "tls=", "first_byte=", "window=16 under_way=1"},
		{"msg=request n=1 ", "status=200 ", "request_id=req-7"},
		{"msg=connection n=2 ", "reused=true idle=", "address=" + c.Space(), "first_byte="},
		{"msg=request n=2 "},
	} {
		for _, part := range want {
			if !strings.Contains(lines[i], part) {
				t.Errorf("line %d is\n%s\nwithout %s", i+1, lines[i], part)
			}
		}
	}
	if all := logged.String(); strings.Contains(all, "secret-link") || strings.Contains(all, testToken) || strings.Contains(all, "Basic") || strings.Contains(lines[2], "tls=") {
		t.Errorf("the log has too much:\n%s", all)
	}
}

// A write that waits for its turn says how long, and at what rate.
func TestTraceOfWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		c := client(t, Options{Space: "example.signalwire.com", Rate: 20, Log: traced(&logged), Transport: wire(func(r *http.Request) (*http.Response, error) { return say(r, 200, named("a", "team")) })})
		for range 21 { // 20 at once, then 20 a second
			if _, err := c.Update(t.Context(), room.Room, "a", "", nil); err != nil {
				t.Fatal(err)
			}
		}
		want := "msg=\"waited for its turn\" method=PUT path=/api/video/rooms/a wait=50ms window=16 under_way=1 writes_a_second=20\n"
		if all := logged.String(); strings.Count(all, "waited for") != 1 || !strings.Contains(all, want) {
			t.Errorf("logged\n%s, want\n%s", all, want)
		}
	})
}

// A connection that is made after its request got another one says nothing of it.
func TestWayGoesOneWay(t *testing.T) {
	w := newWay()
	for _, s := range []stage{lookingUp, dialling, sent, connected, shaking} {
		w.enter(s, "step")
	}
	if w.reached() != sent || len(w.times) != 3 {
		t.Errorf("it reached %d in %d steps", w.reached(), len(w.times))
	}
}
