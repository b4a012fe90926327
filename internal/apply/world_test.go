package apply_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/internal/sandbox"
	"roomsync/internal/signalwire"
)

// pipes is a network in memory: HTTP over it is real, and time is synctest's.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error { close(p.closed); return nil }

func (p pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (p pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	mine, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return mine, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// world is a space, and clients for it.
type world struct {
	*sandbox.Server
	transport *http.Transport
	sent      atomic.Int64
	killAt    int64  // the request at which the program is killed; 0: never
	kill      func() // ends everything at once
}

// RoundTrip counts requests, and kills at one of them.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	if n := w.sent.Add(1); w.killAt != 0 && n >= w.killAt {
		w.kill()
	}
	return w.transport.RoundTrip(r)
}

func newWorld(t *testing.T, seed uint64) *world {
	p := pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	w := &world{Server: sandbox.New(sandbox.Options{Seed: seed}), transport: &http.Transport{DialContext: p.dial}, kill: func() {}}
	web := &http.Server{Handler: w}
	served := make(chan struct{})
	go func() { defer close(served); _ = web.Serve(p) }()
	t.Cleanup(func() { w.transport.CloseIdleConnections(); _ = web.Close(); <-served })
	return w
}

func (w *world) client(t *testing.T) *signalwire.Client { return w.clientOver(t, w) }

// behind is a client whose requests are no part of what is tested: they are not
// counted, and have no network to cross.
func (w *world) behind(t *testing.T) *signalwire.Client { return w.clientOver(t, direct{w.Server}) }

func (w *world) clientOver(t *testing.T, network http.RoundTripper) *signalwire.Client {
	c, err := signalwire.New(signalwire.Options{Space: "http://127.0.0.1", Project: sandbox.DemoProject, Token: sandbox.DemoToken,
		Transport: network, RetryBudget: 24 * time.Hour, Rate: signalwire.MaxRate})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// direct hands requests to a server without a network.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if r.Body == nil {
		r.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	d.ServeHTTP(answer, r)
	return answer.Result(), r.Body.Close()
}

// fill makes rooms, whatever they are like.
func (w *world) fill(t *testing.T, live []room.Live) error {
	c := w.behind(t)
	for _, l := range live {
		values := make(map[string]any)
		for name, v := range l.Settings {
			values[name] = v
		}
		id, err := w.Put(string(l.Kind), l.Name, values)
		if err != nil {
			return err
		}
		for _, s := range l.Streams {
			if _, err := c.CreateStream(context.Background(), l.Kind, id, s.URL); err != nil {
				return err
			}
		}
	}
	return nil
}

// state is what there is, without faults in the way.
func (w *world) state(t *testing.T, faults sandbox.Faults) []room.Live {
	w.SetFaults(nil)
	defer w.SetFaults(faults)
	live, err := listed(context.Background(), w.behind(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range live {
		live[i] = room.MarkLiveStreams(l, plan.Options{}.Salt())
	}
	return live
}

// listed is what there is, with the streams of those rooms that want says
// something of; for no want, of all.
func listed(ctx context.Context, c *signalwire.Client, want []room.Desired) ([]room.Live, error) {
	live, err := c.List(ctx, signalwire.ListOptions{})
	if err != nil {
		return nil, err
	}
	concerned := make([]int, len(live))
	for i := range live {
		concerned[i] = i
	}
	if want != nil {
		concerned = plan.Concerned(want, live, plan.Options{})
		if all := slices.Sorted(slices.Values(concerned)); len(slices.Compact(all)) != len(concerned) {
			return nil, fmt.Errorf("rooms are to be asked twice: %v", concerned)
		}
	}
	for _, i := range concerned {
		if live[i].Streams, err = c.Streams(ctx, live[i].Kind, live[i].ID); err != nil {
			return nil, err
		}
	}
	return live, nil
}
