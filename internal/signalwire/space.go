package signalwire

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// parseSpace accepts a host or a URL of nothing but scheme and host. Plain
// http is for loopback only: everything else would send the token in the clear.
func parseSpace(space string) (*url.URL, error) {
	text := strings.TrimSpace(space)
	if text == "" {
		return nil, errors.New("no space: which SignalWire space to talk to is not set")
	}
	if strings.Contains(text, "@") {
		// Before anything that would quote the text: it may hold a password.
		return nil, errors.New("the space must not contain a user or password: credentials come from SIGNALWIRE_PROJECT_ID and SIGNALWIRE_API_TOKEN")
	}
	if bare := strings.Trim(text, "\"'`"); bare != text {
		return nil, fmt.Errorf("space %s has quotes around it: write %s", text, bare)
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("space %q is not a host such as example.signalwire.com", space)
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
	host := strings.TrimSuffix(strings.ToLower(u.Host), ":") // a colon without a port
	host = strings.TrimSuffix(host, ".")                     // DNS's own spelling, which certificates do not have
	if port := u.Port(); port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, fmt.Errorf("space %q has the port %s, and ports are between 1 and 65535: SignalWire's need not be written", space, port)
		}
	}
	return &url.URL{Scheme: u.Scheme, Host: host}, nil
}

// Host is the host of a space, as Client.Space says it.
func Host(space string) (string, error) {
	u, err := parseSpace(space)
	if err != nil {
		return "", err
	}
	return u.Host, nil
}

// loopback tells whether a host is this machine, without asking DNS, whose
// answer may be anybody's.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
