package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"roomsync/internal/sandbox"
)

type sandboxCmd struct {
	Listen  string        `default:"127.0.0.1:8787" placeholder:"ADDRESS" help:"Where to serve (default: ${default}); port 0 picks a free one."`
	Data    string        `placeholder:"FILE" help:"Keep the rooms in a file (default: in memory only)."`
	Latency time.Duration `placeholder:"DURATION" help:"Wait this long before every answer, such as 50ms or 2s (default: 0s)."`
	Empty   bool          `help:"Begin without rooms instead of with a few to look at."`
	Fault   []string      `placeholder:"NAME=RATE" help:"Let something go wrong, such as lost-answer=0.1; repeat for more. All are listed above."`
	Seed    uint64        `placeholder:"N" help:"Where the dice of --fault begin, so that a run repeats (default: 0)."`
}

// Help is shown below the flags.
func (sandboxCmd) Help() string {
	return `Serves SignalWire's Video API, as its published description has it, from this
machine to this machine: to learn, to demonstrate, and for tests in CI. It takes
the credentials in SIGNALWIRE_PROJECT_ID and SIGNALWIRE_API_TOKEN if both are
set, else a demo pair that it prints. Ctrl-C ends it.

To try a single command, --sandbox is shorter: roomsync plan --sandbox

With --fault things go wrong as often as you say, from 0 to 1 (always):
` + sandbox.FaultHelp() + `
Examples:
  roomsync sandbox
  roomsync sandbox --listen 127.0.0.1:0 --data space.json --latency 50ms
  roomsync sandbox --fault lost-answer=0.1 --fault 429=0.05 --seed 7`
}

// Run serves until it is interrupted.
func (c *sandboxCmd) Run(a *app) error {
	if c.Latency < 0 {
		return fmt.Errorf("--latency must not be below 0, and is %s", c.Latency)
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", c.Listen, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("--listen %s: the sandbox serves this machine only, on 127.0.0.1, [::1] or localhost", c.Listen)
	}
	server, err := c.server(a)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("--listen: %w", err), server.Close())
	}
	web := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	c.greet(a, listener.Addr().String())
	select {
	case err = <-ended:
	case <-a.ctx.Done():
		ctx, cancel := context.WithTimeout(a.now, 5*time.Second)
		defer cancel()
		if web.Shutdown(ctx) != nil {
			err = web.Close()
		}
	}
	return errors.Join(err, server.Close())
}

func (c *sandboxCmd) server(a *app) (*sandbox.Server, error) {
	o := sandbox.Options{Latency: c.Latency, Faults: sandbox.Faults{}, Seed: c.Seed}
	for _, text := range c.Fault {
		f, often, err := sandbox.ParseFault(text)
		if err != nil {
			return nil, fmt.Errorf("--fault: %w", err)
		}
		o.Faults[f] = often
	}
	if project, token := a.ownCredentials(); token != "" {
		o.Project, o.Token = project, token
	}
	if c.Data == "" {
		server := sandbox.New(o)
		if !c.Empty {
			server.Seed()
		}
		return server, nil
	}
	server, created, err := sandbox.Open(c.Data, o)
	if err == nil && created && !c.Empty {
		server.Seed()
	}
	return server, err
}

// ownCredentials are the ones in the environment, if both are there.
func (a *app) ownCredentials() (project, token string) {
	project, token = a.Getenv("SIGNALWIRE_PROJECT_ID"), a.Getenv("SIGNALWIRE_API_TOKEN")
	if project == "" || token == "" {
		return "", ""
	}
	return project, token
}

// greet prints what another terminal needs. A token of the user's own is not
// printed: whoever set it has it.
func (c *sandboxCmd) greet(a *app, address string) {
	fmt.Fprintf(a.Out, "export SIGNALWIRE_SPACE=http://%s\n", address)
	if _, token := a.ownCredentials(); token == "" {
		fmt.Fprintf(a.Out, "export SIGNALWIRE_PROJECT_ID=%s\nexport SIGNALWIRE_API_TOKEN=%s\n", sandbox.DemoProject, sandbox.DemoToken)
	}
	a.note("serving the Video API on http://%s; the lines above are for the terminal that uses it; Ctrl-C ends it", address)
}
