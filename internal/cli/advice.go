package cli

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"roomsync/internal/apply"
	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/internal/signalwire"
	"roomsync/schema"
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
	switch {
	case e.Status == 0 && e.Proxy != "":
		return proxyAdvice(e)
	case e.Status == 0 || e.Broken:
		return contactAdvice(e)
	case e.Status/100 == 2 && e.Err != nil:
		return e.Host + " answers, and not as SignalWire's API does: " + check(e.Host) + ", and any proxy in between"
	case e.Status/100 == 3:
		return "the space must be the host that answers itself: " + check(e.Host) + "; or does the login page of a proxy answer instead?"
	case e.Status >= 500:
		return "the trouble is at " + e.Host + ", or in between, and not here: try again later" + support(e)
	}
	return refusalAdvice(e)
}

// refusalAdvice is about answers that refuse a request.
func refusalAdvice(e *signalwire.Error) string {
	switch e.Status {
	case 400:
		if e.Err != nil && (strings.Contains(e.Err.Error(), "HTTP request to an HTTPS server") || strings.Contains(e.Err.Error(), "plain HTTP request was sent to HTTPS port")) {
			return "the server there speaks HTTPS: leave out the http:// in SIGNALWIRE_SPACE"
		}
	case 401:
		return e.Host + " does not know these credentials: check SIGNALWIRE_PROJECT_ID, SIGNALWIRE_API_TOKEN and SIGNALWIRE_SPACE, which belong together" + elsewhere(e.Host)
	case 402:
		return "the account is asked for money: look at its balance in your space"
	case 403:
		if e.Err != nil { // not in the API's words
			return "that is not the API's word, but perhaps a proxy's or a firewall's: ask whoever runs it to let requests to " + e.Host + " through"
		}
		return "the API token lacks the Video scope: enable it under API in your space, or make another token"
	case 404:
		if e.Gone() && (strings.Count(e.Path, "/") > len("///") || strings.HasSuffix(e.Path, "_tokens")) { // not of all rooms
			return "the room or the token is gone: roomsync list shows the live rooms"
		}
		return e.Host + " has no Video API at this path: " + check(e.Host)
	case 409:
		return "something else is being done to it, or is there already: roomsync plan shows what there is now"
	case 422:
		for _, d := range e.Details {
			if _, known := settingNamed(d.Attribute); known {
				return "roomsync explain " + d.Attribute + " tells which values it may have"
			}
		}
		return "SignalWire does not take the room as it is sent: what it says names what to change in the file"
	case 429:
		if e.RetryAfter > 0 {
			return fmt.Sprintf("SignalWire limits requests per account: try again in %s, or allow for such waits with --retry-budget", e.RetryAfter.Round(time.Second))
		}
		return "SignalWire limits requests per account: try again in a while"
	}
	return "what the server says is all there is to go by" + support(e)
}

// support says who may know more.
func support(e *signalwire.Error) string {
	if e.RequestID == "" {
		return ""
	}
	return "; SignalWire's support finds the request by its ID"
}

// settingNamed tells whether an attribute of an answer is a setting.
func settingNamed(attribute string) (schema.Setting, bool) {
	for _, kind := range room.Kinds() {
		if s, known := schema.Lookup(string(kind), attribute); known {
			return s, true
		}
	}
	return schema.Setting{}, false
}

// advise adds to the results of a run what the server says of single settings, and
// what can be done.
func advise(r apply.Report) {
	for i := range r.Results {
		result := &r.Results[i]
		var e *signalwire.Error
		if !errors.As(result.Err, &e) {
			continue
		}
		result.Hint = advice(e)
		for _, d := range e.Details {
			if _, known := settingNamed(d.Attribute); known || d.Attribute == "name" {
				result.Faults = append(result.Faults, apply.Fault{Setting: d.Attribute, Message: d.String()})
			}
		}
	}
}

// contactAdvice is about requests without an answer, or with half of one.
func contactAdvice(e *signalwire.Error) string {
	switch e.Cause {
	case signalwire.NoHost:
		return check(e.Host)
	case signalwire.NoDNS:
		return "check this machine's network and DNS; behind a proxy, set HTTPS_PROXY"
	case signalwire.Refused:
		return "check SIGNALWIRE_SPACE, and that the server is up"
	case signalwire.Unreachable:
		return "check this machine's network: is it online, and need it a VPN or a proxy (HTTPS_PROXY)?"
	case signalwire.Untrusted:
		return "is the space wrong, or a proxy in between? --ca-file FILE trusts a proxy's certificates"
	case signalwire.OtherHost:
		return "is the space spelled right, or does a proxy in between answer itself? " + check(e.Host)
	case signalwire.Outdated:
		return "if the clock is right, whoever runs the server has to renew it; a proxy that opens TLS has one of its own"
	case signalwire.NoTLS:
		return "for a sandbox on this machine write http:// before the host; SignalWire's port is 443, and need not be written"
	case signalwire.TLSRefused:
		return "roomsync speaks TLS 1.2 and 1.3, without a certificate of its own: the server, or a proxy that opens TLS, wants something else"
	case signalwire.NotHTTP:
		return "check the host and the port in SIGNALWIRE_SPACE: something else listens there"
	case signalwire.HungUp:
		return "try again; if that does not help, look at what is in between: a proxy, a firewall, or the server itself"
	case signalwire.TooSlow:
		return "check the network and any proxy (HTTPS_PROXY), or allow more time with --timeout"
	}
	return ""
}

// proxyAdvice is about requests that got no further than the proxy.
func proxyAdvice(e *signalwire.Error) string {
	switch e.Cause {
	case signalwire.NoHost, signalwire.Refused, signalwire.Unreachable, signalwire.NoDNS:
		return "check HTTPS_PROXY, or let NO_PROXY name the space to do without"
	case signalwire.NoTLS:
		return "the proxy itself speaks plain HTTP: write http:// at the begin of HTTPS_PROXY"
	case signalwire.ProxyDenied:
		switch status := e.ProxyStatus(); {
		case status == 407:
			return "the proxy asks who you are: HTTPS_PROXY takes http://USER:PASSWORD@HOST:PORT, with special characters as %40"
		case status < 500:
			return "whoever runs the proxy has to allow CONNECT to " + withPort(e.Host)
		}
		return "the proxy does not get there: " + check(e.Host) + ", then ask whoever runs the proxy"
	case signalwire.Untrusted, signalwire.OtherHost, signalwire.Outdated:
		return "it is the proxy's own certificate: --ca-file FILE trusts one, and http:// in HTTPS_PROXY does without"
	case "":
		return ""
	}
	return "check HTTPS_PROXY and the proxy itself, or let NO_PROXY name the space to do without"
}

func withPort(host string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return host + ":443"
}

// check says what to look at where the host may be the wrong one.
func check(host string) string {
	return "check SIGNALWIRE_SPACE or --space" + elsewhere(host)
}

// elsewhere says what is odd about the host of a space, if anything is.
func elsewhere(host string) string {
	if odd := oddSpace(host); odd != "" {
		return ": " + odd
	}
	return ""
}

// oddSpace says why a host is none of SignalWire's, and which may be meant.
func oddSpace(host string) string {
	const domain = "signalwire.com"
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	name, rest, _ := strings.Cut(host, ".")
	switch {
	case strings.HasSuffix(host, "."+domain), host == "localhost", net.ParseIP(strings.Trim(host, "[]")) != nil:
		return ""
	case projectID.MatchString(host):
		return "that is a project ID, and the space is a host such as example.signalwire.com"
	case host == domain:
		return "the name of your space is missing before it, as in example.signalwire.com"
	case rest == "":
		return "did you mean " + host + "." + domain + "?"
	case diag.DidYouMean(rest, []string{domain}) != "":
		return "did you mean " + name + "." + domain + "?"
	}
	return host + " is not below signalwire.com"
}
