package cli

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"

	"roomsync/internal/signalwire"
)

// projectID is what they look like.
var projectID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// credentials reads space, project and token, and says all that is missing.
func (a *app) credentials(o *signalwire.Options) error {
	var missing []error
	read := func(flag, flagName, variable, what string) string {
		v := strings.TrimSpace(flag)
		switch text, set := a.LookupEnv(variable); {
		case v != "":
			return v
		case flag != "":
			missing = append(missing, fmt.Errorf("%s is blank: %s", flagName, what))
		case strings.TrimSpace(text) != "":
			return strings.TrimSpace(text)
		case set:
			missing = append(missing, fmt.Errorf("%s is empty, and %s is not given: %s", variable, flagName, what))
		default:
			missing = append(missing, fmt.Errorf("%s is not set, and %s is not given: %s", variable, flagName, what))
		}
		return ""
	}
	o.Space = read(a.Space, "--space", "SIGNALWIRE_SPACE", "it is the host of your space, such as example.signalwire.com")
	o.Project = read(a.Project, "--project", "SIGNALWIRE_PROJECT_ID", "it is under API in your space, and looks like 7b981c06-1c3f-4a1a-8f4e-000000000000")
	if a.TokenFile != "" {
		raw, err := os.ReadFile(a.TokenFile)
		if err != nil {
			// Its name is not told: it may be the token itself, by mistake.
			return hinted{fmt.Errorf("the file of --token-file cannot be read: %w", withoutPath(err)), "it is the name of a file that holds the API token and nothing else"}
		}
		switch o.Token = strings.TrimSpace(string(raw)); {
		case o.Token == "":
			return hinted{errors.New("the file of --token-file is empty"), "write the API token into it; tokens are made under API in your space"}
		case strings.ContainsAny(o.Token, " \t\r\n"):
			return hinted{errors.New("the file of --token-file holds more than a token"), "the API token is to be all that is in it"}
		}
	} else {
		o.Token = read("", "--token-file", "SIGNALWIRE_API_TOKEN", "create one with the Video scope under API in your space")
	}
	if len(missing) > 0 {
		hint := "to try roomsync without an account add --sandbox"
		if a.actions != nil {
			hint = "a secret that does not exist is empty, and so is each in a run for a fork or for Dependabot: look at env of the step, and at the secrets of the repository"
		}
		return hinted{errors.Join(missing...), hint}
	}
	return nil
}

// swapped tells whether the project ID is where the token should be, and so most
// likely the token in the other's place: it is not to be printed.
func swapped(project, token string) bool {
	return !projectID.MatchString(project) && projectID.MatchString(token)
}

const swappedWords = "SIGNALWIRE_PROJECT_ID and the API token look swapped"

// certificates are those that servers may have been signed with, or nil for those
// that the machine trusts.
func (a *app) certificates() (*x509.CertPool, error) {
	path, flag := a.CAFile, "--ca-file"
	if path == "" {
		path, flag = a.Getenv("SIGNALWIRE_CA_FILE"), "SIGNALWIRE_CA_FILE"
	}
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, hinted{fmt.Errorf("%s: %s cannot be read: %w", flag, path, withoutPath(err)), "it is the file with your proxy's certificates; without it those of the machine are trusted"}
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a machine without any
	}
	if !pool.AppendCertsFromPEM(text) {
		what := "holds no certificate"
		if len(strings.TrimSpace(string(text))) == 0 {
			what = "is empty"
		}
		return nil, hinted{fmt.Errorf("%s: %s %s", flag, path, what), "it must be PEM, with lines such as -----BEGIN CERTIFICATE-----"}
	}
	return pool, nil
}

// concern is an error of what doctor has another name for than credentials.
type concern struct {
	check string
	error
}

func (c concern) Unwrap() error { return c.error }

// checkProxy refuses a proxy whose address cannot be read: net/http would do
// without one, and say nothing. The address is not told: it may hold a password.
func (a *app) checkProxy(c *signalwire.Client) error {
	const hint = "it looks like http://proxy.example.com:3128, or http://USER:PASSWORD@proxy.example.com:3128 with special characters as %40"
	if _, err := c.Proxy(); err != nil {
		return concern{"connection", hinted{err, hint}}
	}
	for _, variable := range []string{"HTTPS_PROXY", "https_proxy"} {
		address := a.Getenv(variable)
		if address == "" {
			continue
		}
		for _, spelled := range []string{address, "http://" + address} {
			if u, err := url.Parse(spelled); err == nil && u.Scheme != "" && u.Host != "" {
				return nil
			}
		}
		return concern{"connection", hinted{fmt.Errorf("%s is not the address of a proxy", variable), hint}}
	}
	return nil
}
