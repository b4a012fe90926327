package signalwire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Cause is why a request got no answer.
type Cause string

// The causes. The zero value is any other, or none.
const (
	NoHost      Cause = "no-host"     // DNS does not know the host
	NoDNS       Cause = "no-dns"      // DNS does not answer
	Refused     Cause = "refused"     // nothing listens there
	Unreachable Cause = "unreachable" // the network has no way there
	TooSlow     Cause = "too-slow"    // the time for the request was over
	Untrusted   Cause = "untrusted"   // the certificate's authority is not known
	OtherHost   Cause = "other-host"  // the certificate is for another host
	Outdated    Cause = "outdated"    // the certificate has ended, or has not begun
	NoTLS       Cause = "no-tls"      // the port does not speak TLS
	TLSRefused  Cause = "tls-refused" // the two agree on no way to speak TLS
	NotHTTP     Cause = "not-http"    // the port speaks something else
	HungUp      Cause = "hung-up"     // the connection was closed
	ProxyDenied Cause = "proxy-denied"
)

// contact is an error of the transport in words: whoever reads it need not know
// what Go calls things. It still is that error to errors.Is and errors.As.
type contact struct {
	text string
	err  error
}

func (c contact) Error() string { return c.text }
func (c contact) Unwrap() error { return c.err }

// failed says why there is no answer, or no end of one, and to whose account that goes.
func (c *Client) failed(a *answer, way *way, caller, request context.Context, err error) error {
	if caller.Err() != nil {
		return caller.Err()
	}
	err = whyFailed(request, err)
	proxy := c.proxyHost()
	host := a.about.Host
	if proxy != "" && (isProxys(err) || way.reached() <= connected && !a.about.Sent) {
		a.about.Proxy = proxy
		host = "the proxy " + proxy
	}
	cause, text := diagnose(err, host, way.reached())
	var denied proxyDenied
	if errors.As(err, &denied) {
		cause, text = ProxyDenied, fmt.Sprintf("%s does not connect to %s: %s", host, a.about.Host, denied)
	}
	a.about.Cause = cause
	if text == "" {
		return err
	}
	return contact{text, err}
}

// whyFailed strips what net/http wraps around a transport error (the *Error says
// it better), and puts the end of the request's time in the place of what came of it.
func whyFailed(request context.Context, err error) error {
	if timeout, ok := context.Cause(request).(errTimeout); ok {
		return timeout
	}
	if u := (*url.Error)(nil); errors.As(err, &u) {
		return u.Err
	}
	return err
}

// isProxys tells whether an error came up on the way to a proxy.
func isProxys(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "proxyconnect" || errors.As(err, new(proxyDenied))
}

// diagnose puts an error of the transport into words. Errors that it does not know
// have none.
func diagnose(err error, host string, reached stage) (Cause, string) {
	var slow errTimeout
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var op *net.OpError
	var timeout net.Error
	isOp := errors.As(err, &op)
	switch {
	case errors.As(err, &slow):
		return TooSlow, fmt.Sprintf(tooSlow[reached], host, time.Duration(slow))
	case errors.As(err, &name) && name.IsNotFound:
		return NoHost, host + " is not known: DNS has no such host"
	case errors.As(err, &name):
		return NoDNS, fmt.Sprintf("%s could not be looked up: DNS does not answer (%s)", host, name.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused, "nothing listens on " + host + " (connection refused)"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return Unreachable, "this machine's network has no way to " + host
	case errors.As(err, &certificate):
		return untrusted(certificate, host)
	case errors.Is(err, http.ErrSchemeMismatch):
		return NoTLS, host + " speaks plain HTTP on this port, not HTTPS"
	case errors.As(err, new(tls.RecordHeaderError)):
		return NoTLS, host + " does not speak TLS on this port"
	case isOp && op.Op == "remote error":
		return TLSRefused, fmt.Sprintf("%s refused the TLS handshake: %s", host, strings.TrimPrefix(op.Err.Error(), "tls: "))
	case strings.HasPrefix(err.Error(), "tls: "):
		return TLSRefused, fmt.Sprintf("the TLS handshake with %s failed: %s", host, strings.TrimPrefix(err.Error(), "tls: "))
	case strings.Contains(err.Error(), "malformed HTTP"):
		_, said, _ := strings.Cut(err.Error(), "malformed HTTP ")
		return NotHTTP, fmt.Sprintf("%s answers with something that is not HTTP: a malformed %s", host, said)
	case strings.Contains(err.Error(), "readLoopPeekFailLocked"): // net/http's own words for it have a format in them
		return NotHTTP, host + " answers before it is asked, so what it speaks is not HTTP"
	case strings.HasSuffix(err.Error(), "server closed idle connection"):
		return HungUp, host + " hung up (connection closed)"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		how := "connection reset"
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			how = "EOF"
		}
		return HungUp, fmt.Sprintf(hungUp[reached], host) + " (" + how + ")"
	case errors.As(err, &timeout) && timeout.Timeout():
		return TooSlow, "connecting to " + host + " took too long"
	case isOp, strings.HasPrefix(err.Error(), "http2: "), strings.HasPrefix(err.Error(), "net/http: "), strings.HasPrefix(err.Error(), "stream error"):
		return "", fmt.Sprintf("the connection to %s failed: %v", host, err)
	}
	return "", ""
}

// tooSlow and hungUp say how far a request had come.
var (
	tooSlow = map[stage]string{
		waiting:   "no answer from %s within %s",
		lookingUp: "DNS gave no address of %s within %s",
		dialling:  "no connection to %s within %s",
		connected: "%s takes connections, and then nothing came within %s",
		shaking:   "%s did not end the TLS handshake within %s",
		sent:      "no answer from %s within %s",
		answered:  "the rest of it did not come within %[2]s",
	}
	hungUp = map[stage]string{
		waiting:   "%s hung up",
		lookingUp: "%s hung up",
		dialling:  "%s hung up",
		connected: "%s hung up",
		shaking:   "%s hung up in the TLS handshake",
		sent:      "%s hung up without an answer",
		answered:  "%s hung up before its end",
	}
)

// untrusted says what is wrong with a certificate.
func untrusted(err *tls.CertificateVerificationError, host string) (Cause, string) {
	var leaf x509.Certificate
	if len(err.UnverifiedCertificates) > 0 {
		leaf = *err.UnverifiedCertificates[0]
	}
	var invalid x509.CertificateInvalidError
	switch now := time.Now(); {
	case errors.As(err, new(x509.HostnameError)):
		return OtherHost, fmt.Sprintf("the certificate of %s is not for it, but for %s", host, namesOf(&leaf))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil && invalid.Cert.NotAfter.Before(now):
		return Outdated, fmt.Sprintf("the certificate of %s ended on %s, and by this machine's clock it is %s", host, day(invalid.Cert.NotAfter), day(now))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		return Outdated, fmt.Sprintf("the certificate of %s begins on %s, and by this machine's clock it is %s", host, day(invalid.Cert.NotBefore), day(now))
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return Untrusted, fmt.Sprintf("the certificate of %s is signed by an authority that this machine does not trust: %s", host, nameOf(&leaf))
	}
	return Untrusted, fmt.Sprintf("the certificate of %s cannot be verified: %s", host, strings.TrimPrefix(err.Err.Error(), "x509: "))
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

// namesOf are the hosts that a certificate is for.
func namesOf(c *x509.Certificate) string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	const most = 5
	switch more := len(names) - most; {
	case len(names) == 0:
		return "no host at all"
	case more > 0:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

// nameOf is what a certificate calls who has signed it.
func nameOf(c *x509.Certificate) string {
	if name := c.Issuer.String(); name != "" {
		return name
	}
	return "one without a name"
}
