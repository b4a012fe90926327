package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
)

// Credentials every sandbox starts with. They guard nothing.
const (
	// DemoProject is the project ID: the user name of Basic authentication.
	DemoProject = "5a9d0b0c-0000-4000-8000-5a4db0c0de00"
	// DemoToken is the API token: the password.
	DemoToken = "demo-token"
	// DemoTokenWithoutScope is a token that is valid but lacks the Video
	// scope. It is answered 403 whatever Options.Token is.
	DemoTokenWithoutScope = "demo-token-without-video-scope"
)

// authorize returns the status the credentials deserve.
//
// The document says that a token needs the Video scope, but lists no answer
// for one without it. 403 is what its absence commonly gets, and lets users
// see the difference between a wrong token and a weak one.
func (s *Server) authorize(r *http.Request) int {
	project, token, ok := r.BasicAuth()
	if !ok {
		return http.StatusUnauthorized
	}
	knownProject := same(project, s.options.Project)
	accepted := same(token, s.options.Token)
	weak := same(token, DemoTokenWithoutScope)
	switch {
	case knownProject&weak == 1:
		return http.StatusForbidden
	case knownProject&accepted == 1:
		return http.StatusOK
	}
	return http.StatusUnauthorized
}

// same compares in a time that depends on neither string: hashes have one
// length, so even the secret's length does not show.
func same(a, b string) int {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:])
}
