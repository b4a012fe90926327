package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
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
	token   string
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
	} else if _, err := signalwire.Host(o.Space); err != nil {
		from := "--space"
		if a.Space == "" {
			from = "SIGNALWIRE_SPACE"
		}
		return nil, concern{"space", hinted{err, "look at " + from + ": it is the host of your space, such as example.signalwire.com"}}
	}
	a.hide(o.Token, "API token")
	if swapped(o.Project, o.Token) {
		a.hide(o.Project, "API token")
		a.note("warning: %s", swappedWords)
	}
	var err error
	if o.RootCAs, err = a.certificates(); err != nil {
		return nil, errors.Join(concern{"connection", err}, s.close())
	}
	client, err := signalwire.New(o)
	if err == nil && !client.Direct() {
		err = a.checkProxy(client)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.Client, s.project, s.token = client, o.Project, o.Token
	s.space = client.Space()
	if a.Sandbox {
		s.space, s.sandbox = "sandbox", true
	}
	proxy, _ := client.Proxy()
	a.log.Debug("begin", "version", version(), "command", a.command, "host", client.Space(), "project", s.project, "proxy", proxy, "timeout", a.Timeout, "rate", a.Rate)
	return s, nil
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
