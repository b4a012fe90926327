package signalwire

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// errProxy is for an address that no proxy can have. The address itself is not
// told: it may hold a password.
var errProxy = errors.New("the address of the proxy cannot be read: HTTPS_PROXY must be a URL such as http://proxy.example.com:3128")

// otherProxy is the scheme of a proxy that roomsync does not speak to.
type otherProxy string

func (p otherProxy) Error() string {
	return fmt.Sprintf("HTTPS_PROXY names a proxy of the kind %s: roomsync speaks to http, https and socks5 ones", string(p))
}

// proxied is a transport's Proxy that refuses what net/http would take for a
// proxy of another kind.
func proxied(next func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		u, err := next(r)
		switch {
		case errors.As(err, new(otherProxy)):
			return nil, err
		case err != nil:
			return nil, errProxy
		case u == nil:
			return nil, nil
		}
		switch u.Scheme {
		case "http", "https", "socks5", "socks5h":
			return u, nil
		}
		return nil, otherProxy(u.Scheme)
	}
}

// Proxy is the proxy that requests go through, without its user, or empty.
func (c *Client) Proxy() (string, error) {
	u, err := c.proxy()
	if err != nil || u == nil {
		return "", err
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String(), nil
}

// Direct tells whether requests go through no proxy, whatever the environment says.
func (c *Client) Direct() bool {
	t := c.transport()
	return t == nil || t.Proxy == nil
}

// proxyHost is its host, or empty.
func (c *Client) proxyHost() string {
	if u, err := c.proxy(); err == nil && u != nil {
		return u.Host
	}
	return ""
}

func (c *Client) proxy() (*url.URL, error) {
	if c.Direct() {
		return nil, nil
	}
	return proxied(c.transport().Proxy)(&http.Request{URL: c.base})
}

// transport is HTTP as usual, or nil for another one.
func (c *Client) transport() *http.Transport {
	next := c.http.Transport
	if r, reads := next.(readOnly); reads {
		next = r.next
	}
	t, _ := next.(*http.Transport)
	return t
}

// proxyDenied is the status with which a proxy refuses to connect.
type proxyDenied int

func (s proxyDenied) Error() string {
	return fmt.Sprintf("%d %s", int(s), http.StatusText(int(s)))
}

// denied keeps the status of a proxy's refusal, which net/http would not.
func denied(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return proxyDenied(resp.StatusCode)
	}
	return nil
}
