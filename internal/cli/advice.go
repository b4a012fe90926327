package cli

import (
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"syscall"

	"roomsync/internal/signalwire"
)

// advised adds to a failed request what the person at the terminal can do
// about it.
func advised(err error) error {
	var e *signalwire.Error
	var told hinted
	if !errors.As(err, &e) || errors.As(err, &told) {
		return err
	}
	if hint := advice(e); hint != "" {
		return hinted{err, hint}
	}
	return err
}

func advice(e *signalwire.Error) string {
	switch e.Status {
	case 401:
		return "SignalWire does not know these credentials: check SIGNALWIRE_PROJECT_ID, SIGNALWIRE_API_TOKEN and SIGNALWIRE_SPACE, which belong together"
	case 403:
		return "the API token lacks the Video scope: enable it under API in your space, or make another token"
	case 404:
		if e.Gone() && (strings.Count(e.Path, "/") > len("///") || strings.HasSuffix(e.Path, "_tokens")) { // not of all rooms
			return "the room or the token is gone: roomsync list shows the live rooms"
		}
		return "this host has no Video API at this path: check SIGNALWIRE_SPACE"
	case 429:
		return "SignalWire limits requests per account: try again in a while"
	}
	var notTLS tls.RecordHeaderError
	if errors.As(e, &notTLS) || e.Err != nil && strings.Contains(e.Err.Error(), "HTTP response to HTTPS client") {
		return "the server there speaks plain HTTP; for a sandbox on this machine write http:// before the host"
	}
	var unknownHost *net.DNSError
	var timeout interface{ Timeout() bool }
	var untrusted *tls.CertificateVerificationError
	switch {
	case errors.As(e, &unknownHost) && unknownHost.IsNotFound:
		return "there is no such host: check SIGNALWIRE_SPACE (it looks like example.signalwire.com)"
	case errors.As(e, &untrusted):
		return "the certificate is not one this machine trusts for the host: is the space wrong, or a proxy in between? --ca-file FILE trusts a proxy's certificates"
	case errors.Is(e, syscall.ECONNREFUSED):
		return "nothing listens there: check SIGNALWIRE_SPACE, and that the server is up"
	case errors.As(e.Err, &timeout) && timeout.Timeout():
		return "check the network and any proxy (HTTPS_PROXY), or allow more time with --timeout"
	}
	return ""
}
