package cli

import (
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"roomsync/internal/config"
	"roomsync/internal/sandbox"
	"roomsync/internal/signalwire"
)

// sandboxFile is where --sandbox keeps its rooms.
const sandboxFile = ".roomsync/sandbox.json"

// session is a client and what has to be closed after it.
type session struct {
	*signalwire.Client
	space   string // as plans name it
	project string
	sandbox bool
	close   func() error
}

// open makes the client for a command. A read-only one cannot write.
func (a *app) open(readOnly bool) (*session, error) {
	o := signalwire.Options{
		Version: version(), Timeout: a.Timeout, ReadOnly: readOnly, Log: a.log,
		RetryBudget: a.RetryBudget, Rate: a.Rate, Notify: func(text string) { a.note("%s", text) },
	}
	s := &session{close: func() error { return nil }}
	if a.Sandbox {
		if a.Space != "" || a.Project != "" || a.TokenFile != "" {
			return nil, errors.New("--sandbox cannot be combined with --space, --project or --token-file: it has its own")
		}
		if err := a.serveSandbox(s, &o); err != nil {
			return nil, err
		}
	} else if err := a.credentials(&o); err != nil {
		return nil, err
	}
	a.hide(o.Token, "API token")
	var err error
	if o.RootCAs, err = a.certificates(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	client, err := signalwire.New(o)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.Client, s.project = client, o.Project
	s.space = client.Space()
	if a.Sandbox {
		s.space, s.sandbox = "sandbox", true
	}
	return s, nil
}

// credentials reads space, project and token, and says all that is missing.
func (a *app) credentials(o *signalwire.Options) error {
	var missing []string
	read := func(flag, flagName, variable, what string) string {
		if flag != "" {
			return flag
		}
		v := strings.TrimSpace(a.Getenv(variable))
		if v == "" {
			missing = append(missing, fmt.Sprintf("%s is not set (or %s): %s", variable, flagName, what))
		}
		return v
	}
	o.Space = read(a.Space, "--space", "SIGNALWIRE_SPACE", "the host of your space, such as example.signalwire.com")
	o.Project = read(a.Project, "--project", "SIGNALWIRE_PROJECT_ID", "the project ID under API in your space")
	if a.TokenFile != "" {
		raw, err := os.ReadFile(a.TokenFile)
		if err != nil {
			// Its name is not told: it may be the token itself, by mistake.
			return fmt.Errorf("the file of --token-file cannot be read: %w", withoutPath(err))
		}
		switch o.Token = strings.TrimSpace(string(raw)); {
		case o.Token == "":
			return errors.New("the file of --token-file is empty")
		case strings.ContainsAny(o.Token, " \t\r\n"):
			return errors.New("the file of --token-file holds more than a token")
		}
	} else {
		o.Token = read("", "--token-file", "SIGNALWIRE_API_TOKEN", "an API token with the Video scope, made under API in your space")
	}
	if len(missing) > 0 {
		return hinted{errors.New(strings.Join(missing, "; ")), "to try roomsync without an account add --sandbox"}
	}
	return nil
}

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
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a machine without any
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, hinted{fmt.Errorf("%s: %s holds no certificate", flag, path), "it must be PEM, with lines such as -----BEGIN CERTIFICATE-----"}
	}
	return pool, nil
}

// serveSandbox serves the sandbox of this folder to this process alone.
func (a *app) serveSandbox(s *session, o *signalwire.Options) error {
	o.Project, o.Token = sandbox.DemoProject, rand.Text()
	server, created, err := sandbox.Open(sandboxFile, sandbox.Options{Project: o.Project, Token: o.Token})
	if err != nil {
		return err
	}
	if created {
		server.Seed()
		// Practice is nobody else's business, so git is not to see the folder.
		if err := create(filepath.Join(filepath.Dir(sandboxFile), ".gitignore"), []byte("*\n"), 0o644); err != nil && !errors.Is(err, fs.ErrExist) {
			return errors.Join(fmt.Errorf("keep the sandbox out of git: %w", err), server.Close())
		}
		a.note("made a practice space with a few rooms in %s; delete the file to begin again", sandboxFile)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(fmt.Errorf("serve the sandbox: %w", err), server.Close())
	}
	web := &http.Server{Handler: server}
	go web.Serve(listener) //nolint:errcheck // it ends when it is closed
	o.Space = "http://" + listener.Addr().String()
	s.close = func() error { return errors.Join(web.Close(), server.Close()) }
	return nil
}

// checkSpace refuses a file that is for another space.
func (s *session) checkSpace(f *config.File) error {
	if f.Space == "" || s.sandbox || strings.EqualFold(f.Space, s.space) {
		return nil
	}
	return hinted{
		fmt.Errorf("%s is for the space %s, and the credentials are for %s", f.SpaceAt.File, f.Space, s.space),
		"set SIGNALWIRE_SPACE or --space to the space of the file, or use the file of this space",
	}
}
