package apply_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"roomsync/internal/apply"
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

func (p pipes) Close() error   { close(p.closed); return nil }
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
	w := &world{Server: sandbox.New(sandbox.Options{Record: true, Seed: seed}), transport: &http.Transport{DialContext: p.dial}, kill: func() {}}
	web := &http.Server{Handler: w}
	served := make(chan struct{})
	go func() { defer close(served); _ = web.Serve(p) }()
	t.Cleanup(func() { w.transport.CloseIdleConnections(); _ = web.Close(); <-served })
	return w
}

func (w *world) client(t *testing.T) *signalwire.Client {
	c, err := signalwire.New(signalwire.Options{Space: "http://127.0.0.1", Project: sandbox.DemoProject, Token: sandbox.DemoToken,
		Transport: w, RetryBudget: 24 * time.Hour, Rate: signalwire.MaxRate})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fill makes rooms, whatever they are like.
func (w *world) fill(t *testing.T, live []room.Live) error {
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
			if _, err := w.client(t).CreateStream(context.Background(), l.Kind, id, s.URL); err != nil {
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
	at := w.killAt
	w.killAt = 0
	defer func() { w.killAt = at }()
	live, err := listed(context.Background(), w.client(t), nil)
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

// scenario is everything that a round depends on.
type scenario struct {
	Live    []room.Live
	Want    []room.Desired
	Prune   bool
	Faults  sandbox.Faults
	KillAt  int64
	Seed    uint64
	Workers int
}

func settings(t *rapid.T, kind room.Kind, label string) room.Settings {
	pool := map[string][]room.Value{
		"display_name": {room.Text("A"), room.Text("Bé"), room.Text("line\nbreak")},
		"description":  {room.Text("x"), room.Text("y"), room.Null()},
		"quality":      {room.Text("720p"), room.Text("1080p")},
		"layout":       {room.Text("1x1"), room.Text("grid-responsive")},
		"join_from":    {room.Text("2026-01-01T00:00:00Z"), room.Null()},
	}
	if kind == room.Conference {
		maps.Copy(pool, map[string][]room.Value{
			"enable_chat": {room.Bool(true), room.Bool(false)}, "size": {room.Text("small"), room.Text("medium"), room.Null()},
			"user_join_video_off": {room.Bool(true), room.Bool(false)}, "dark_primary": {room.Text("#ABCDEF"), room.Text("#044EF4"), room.Null()},
		})
	} else {
		maps.Copy(pool, map[string][]room.Value{"max_members": {room.Int(5), room.Int(20)}, "meta": {room.Null()}})
	}
	s := make(room.Settings)
	for _, name := range slices.Sorted(maps.Keys(pool)) {
		if rapid.Bool().Draw(t, label+" has "+name) {
			s[name] = rapid.SampledFrom(pool[name]).Draw(t, label+" "+name)
		}
	}
	return s
}

// addresses are some of few, on two servers; distinct ones for the identity.
func addresses[K comparable](t *rapid.T, label string, key func(room.StreamURL) K) []room.StreamURL {
	one := rapid.SampledFrom([]room.StreamURL{"rtmp://a.example.com/1", "rtmp://a.example.com/2", "rtmp://a.example.com/3", "rtmps://b.example.com/1", "rtmps://b.example.com/2"})
	return rapid.SliceOfNDistinct(one, 0, 3, key).Draw(t, label+" streams")
}

// streams are what a room may have, of one address several, too.
func streams(t *rapid.T, label string) []room.Stream {
	n := 0
	var all []room.Stream
	for _, u := range addresses(t, label, func(room.StreamURL) int { n++; return n }) {
		all = append(all, room.Stream{URL: u})
	}
	return all
}

func draw(t *rapid.T) scenario {
	sc := scenario{Faults: sandbox.Faults{}, Want: []room.Desired{}}
	kind := rapid.SampledFrom(room.Kinds())
	for i := range 8 {
		name := fmt.Sprintf("m-%d", i)
		if rapid.Bool().Draw(t, name+" is live") {
			k := kind.Draw(t, name+" kind")
			sc.Live = append(sc.Live, room.Live{Kind: k, Name: name, Settings: settings(t, k, name+" live"), Streams: streams(t, name+" live")})
		}
		if rapid.Bool().Draw(t, name+" is wanted") {
			k := kind.Draw(t, name+" wanted kind")
			d := room.Desired{Kind: k, Name: name, Settings: settings(t, k, name+" wanted")}
			if rapid.Bool().Draw(t, name+" has streams") {
				d.Streams = addresses(t, name+" wanted", rapid.ID[room.StreamURL])
			}
			sc.Want = append(sc.Want, d)
		}
	}
	claimed := make(map[string]bool)
	for i := range sc.Want { // names from further on only: there are no circles
		d := &sc.Want[i]
		if n := rapid.IntRange(0, 12).Draw(t, d.Name+" was"); fmt.Sprintf("m-%d", n) > d.Name && n < 8 && !claimed[fmt.Sprintf("m-%d", n)] {
			claimed[fmt.Sprintf("m-%d", n)] = true
			d.Was = []string{fmt.Sprintf("m-%d", n)}
		}
	}
	sc.Live = append(sc.Live, room.Live{Kind: room.Conference, Name: "other", Settings: settings(t, room.Conference, "other"), Streams: streams(t, "other")})
	sc.Prune = rapid.Bool().Draw(t, "prune")
	for _, f := range []sandbox.Fault{sandbox.Refuse, sandbox.Drop, sandbox.LostAnswer, sandbox.CutAnswer, sandbox.RateLimit, sandbox.RetryAfter,
		sandbox.BadGateway, sandbox.LateError, sandbox.HTML, sandbox.Slow, sandbox.Spelling, sandbox.Extra} {
		if rapid.IntRange(0, 3).Draw(t, string(f)) == 0 {
			sc.Faults[f] = rapid.SampledFrom([]float64{0.05, 0.2, 0.4}).Draw(t, string(f)+" rate")
		}
	}
	switch rapid.IntRange(0, 7).Draw(t, "replaces") {
	case 0:
		sc.Faults[sandbox.Replace] = 1
	case 1:
		sc.Faults[sandbox.Reset] = 1
	}
	if rapid.Bool().Draw(t, "twins") {
		sc.Faults[sandbox.Twins] = 1 // nothing but care prevents duplicates
	}
	if rapid.Bool().Draw(t, "killed") {
		sc.KillAt = int64(rapid.IntRange(1, 40).Draw(t, "killed at request"))
	}
	sc.Seed = rapid.Uint64().Draw(t, "seed")
	sc.Workers = rapid.IntRange(1, 6).Draw(t, "workers")
	return sc
}

// TestItConverges is the promise: whatever goes wrong, wherever the program
// dies, applying again gets there, without duplicates, without touching what
// nobody named, and every report says what happened.
func TestItConverges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sc := draw(rt)
		var err error
		synctest.Test(t, func(t *testing.T) { err = sc.run(t) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// TestEachFaultConverges is the same with one fault at a time, so that each has
// its rounds. With -v it tells how many, and of how many operations.
func TestEachFaultConverges(t *testing.T) {
	// Fourteen times as many rounds as rapid's default would take minutes under
	// the race detector; -rapid.checks=1000 asks for more.
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set("40"); err != nil {
			t.Fatal(err)
		}
		defer f.Value.Set(f.DefValue) //nolint:errcheck // as it was
	}
	for _, f := range strings.Split(sandbox.FaultNames(), ", ") {
		fault := sandbox.Fault(f)
		t.Run(f, func(t *testing.T) {
			rounds, before := 0, operations.Load()
			rapid.Check(t, func(rt *rapid.T) {
				sc := draw(rt)
				sc.Faults = sandbox.Faults{fault: 0.3, sandbox.Twins: 1}
				if fault == sandbox.Replace || fault == sandbox.Reset {
					sc.Faults[fault] = 1 // a server does so or does not
				}
				rounds++
				var err error
				synctest.Test(t, func(t *testing.T) { err = sc.run(t) })
				if err != nil {
					rt.Fatal(err)
				}
			})
			t.Logf("%d rounds, %d operations", rounds, operations.Load()-before)
		})
	}
}

// operations counts what all rounds have planned.
var operations atomic.Int64

func (sc scenario) run(t *testing.T) error {
	w := newWorld(t, sc.Seed)
	if err := w.fill(t, sc.Live); err != nil {
		return err
	}
	before := w.state(t, nil)
	options := plan.Options{Prune: sc.Prune, AllowEmpty: true, Scope: plan.Scope{Stated: true, Globs: []string{"m-*"}}}

	// Once with faults, and perhaps killed on the way.
	w.SetFaults(sc.Faults)
	w.killAt = w.sent.Load() + sc.KillAt
	if sc.KillAt == 0 {
		w.killAt = 0
	}
	ctx, kill := context.WithCancel(context.Background())
	w.kill = kill
	client := w.client(t)
	killed, complete := false, false
	if live, err := listed(ctx, client, sc.Want); err == nil {
		p := plan.Diff(sc.Want, live, options)
		sent := w.sent.Load()
		r := apply.Run(ctx, ctx, p, client, apply.Options{Parallelism: sc.Workers, Track: signalwire.Track, Until: signalwire.Until})
		reported := int64(0)
		for _, result := range r.Results {
			reported += int64(result.Attempts)
		}
		if sent = w.sent.Load() - sent; sent != reported {
			return fmt.Errorf("%d requests were sent, %d are reported", sent, reported)
		}
		killed, complete = ctx.Err() != nil, r.Complete()
		operations.Add(int64(len(r.Results)))
		// What was under way when the program was killed comes to its end.
		time.Sleep(time.Minute)
		if err := truthful(r, before, w.state(t, sc.Faults)); err != nil {
			return err
		}
	} else if ctx.Err() == nil {
		var e *signalwire.Error
		if !errors.As(err, &e) {
			return fmt.Errorf("listing: %w", err)
		}
	}
	kill()
	time.Sleep(time.Minute)

	// Once without.
	w.SetFaults(nil)
	w.killAt = 0
	client = w.client(t)
	sent := w.sent.Load()
	live, err := listed(context.Background(), client, sc.Want)
	if err != nil {
		return err
	}
	if sent = w.sent.Load() - sent; sent != int64(2+len(plan.Concerned(sc.Want, live, options))) {
		return fmt.Errorf("listing took %d requests, for %d rooms with streams", sent, len(plan.Concerned(sc.Want, live, options)))
	}
	p := plan.Diff(sc.Want, live, options)
	r := apply.Run(context.Background(), context.Background(), p, client, apply.Options{Parallelism: sc.Workers})
	operations.Add(int64(len(r.Results)))
	if r.Count(apply.Applied) != len(r.Results) {
		return fmt.Errorf("without faults: %d of %d applied: %+v", r.Count(apply.Applied), len(r.Results), r.Results)
	}
	after := w.state(t, nil)
	left := plan.Diff(sc.Want, after, options)
	if len(left.Operations) > 0 {
		return fmt.Errorf("the next plan is not empty: %+v", left.Operations)
	}
	if err := broadcasts(before, after, sc.Want, left, complete); err != nil {
		return err
	}
	// Between a PUT that replaced and the one that restores, a kill loses what
	// was to be restored: the API has nothing to prevent it.
	replaces := sc.Faults[sandbox.Replace]+sc.Faults[sandbox.Reset] > 0
	if killed && replaces {
		return nil
	}
	return untouched(before, after, sc.Want, replaces)
}

// truthful compares a report with what there is.
func truthful(r apply.Report, before, after []room.Live) error {
	was, is := byName(before), byName(after)
	for _, result := range r.Results {
		op := result.Operation
		live, there := is[op.Name()]
		old, wasThere := was[op.Name()]
		reached := there != (op.Action == plan.Delete)
		if op.Action == plan.Rename {
			reached = live.ID == op.Live.ID
			old, wasThere = was[op.From()]
			if l := is[op.From()]; result.Outcome == apply.Skipped && l.ID == op.Live.ID {
				live, there = l, true
			}
		}
		for _, c := range op.Changes {
			reached = reached && len(room.Missing(op.Kind(), room.Settings{c.Setting: c.After}, live)) == 0
		}
		same := there == wasThere && (!there || len(room.Moved(old, nil, live)) == 0)
		switch {
		case result.Outcome == apply.Applied && !reached:
			return fmt.Errorf("%s of %s is reported applied, and is not: %+v", op.Action, op.Name(), live)
		case result.Outcome == apply.Skipped && op.Action == plan.Create:
			if reached && !renamedTo(r, op.Name()) && !wasThere {
				return fmt.Errorf("create of %s is reported skipped, and the room is there", op.Name())
			}
		case result.Outcome == apply.Failed && reached && !strings.Contains(result.Err.Error(), "restoring them failed"):
			return fmt.Errorf("%s of %s is reported failed (%v), and is done", op.Action, op.Name(), result.Err)
		case result.Outcome == apply.Skipped && !same:
			return fmt.Errorf("%s of %s is reported skipped, and the room changed", op.Action, op.Name())
		case result.Outcome == "" || result.Outcome != apply.Skipped && result.Attempts == 0:
			return fmt.Errorf("%s of %s ended as %q after %d attempts", op.Action, op.Name(), result.Outcome, result.Attempts)
		}
	}
	ids := byID(after)
	for name, l := range was {
		if _, there := ids[l.ID]; !there && !slices.ContainsFunc(r.Results, func(r apply.Result) bool {
			return r.Operation.Action == plan.Delete && r.Operation.Name() == name
		}) {
			return fmt.Errorf("%s is gone, and no delete was planned", name)
		}
	}
	return unique(after)
}

func renamedTo(r apply.Report, name string) bool {
	return slices.ContainsFunc(r.Results, func(r apply.Result) bool {
		return r.Operation.Action == plan.Rename && (r.Operation.Name() == name || r.Operation.From() == name)
	})
}

// untouched checks that what nobody named is as it was.
func untouched(before, after []room.Live, want []room.Desired, replaces bool) error {
	is := byID(after)
	wanted := make(map[string]room.Desired)
	for _, d := range want {
		wanted[d.Name] = d
	}
	for _, l := range before {
		now, there := is[l.ID]
		_, named := wanted[l.Name]
		d := wanted[now.Name]
		switch {
		case !there && (named || !strings.HasPrefix(l.Name, "m-")):
			return fmt.Errorf("%s is gone", l.Name)
		case !there:
			continue // pruned
		case now.Name != l.Name && !slices.Contains(d.Was, l.Name):
			return fmt.Errorf("%s became %s", l.Name, now.Name)
		}
		switch {
		case d.Kind != l.Kind:
			d.Settings = nil
		case d.Streams != nil: // see broadcasts
			d.Settings = maps.Clone(d.Settings)
			d.Settings[room.Streams] = now.Settings[room.Streams]
		}
		for _, c := range room.Moved(l, d.Settings, now) {
			if c.Before.IsNull() && (replaces || c.Setting == "display_name") {
				continue // the API requires one; a server that replaces may not take null
			}
			return fmt.Errorf("%s of %s moved from %s to %s, and nobody asked for it", c.Setting, l.Name, c.Before, c.After)
		}
	}
	return unique(after)
}

// broadcasts checks that rooms have the streams that are wanted of them, each
// once, and of others what they had: without prune none is ended, and with it
// none is left.
func broadcasts(before, after []room.Live, want []room.Desired, left plan.Plan, complete bool) error {
	prune := left.Prune
	was, is := byID(before), byName(after)
	for _, d := range want {
		now, there := is[d.Name]
		if d.Streams == nil || !there || slices.ContainsFunc(left.Conflicts, func(c plan.Conflict) bool { return c.Desired.Name == d.Name }) {
			continue
		}
		old := was[now.ID]
		of := func(streams []room.Stream, u room.StreamURL) (n int) {
			for _, s := range streams {
				if s.URL == u {
					n++
				}
			}
			return n
		}
		for _, u := range d.Streams {
			most := 1
			if !prune {
				most = max(1, of(old.Streams, u))
			}
			if n := of(now.Streams, u); n < 1 || n > most {
				return fmt.Errorf("%s is to have one stream to %s, and has %d", d.Name, string(u), n)
			}
		}
		for _, s := range now.Streams {
			if !slices.Contains(d.Streams, s.URL) && of(now.Streams, s.URL) > of(old.Streams, s.URL) {
				return fmt.Errorf("%s has a stream to %s that nobody began", d.Name, string(s.URL))
			}
		}
		extra := len(room.CompareStreams(old.Streams, d.Streams).Extra)
		switch n := len(now.Streams); {
		case prune && n != len(d.Streams):
			return fmt.Errorf("%s has %d streams, and is to have %d", d.Name, n, len(d.Streams))
		case !prune && n < len(old.Streams):
			return fmt.Errorf("%s had %d streams, and has %d without prune", d.Name, len(old.Streams), n)
		case !prune && complete && n != len(d.Streams)+extra:
			return fmt.Errorf("%s has %d streams, and is to have %d and %d others", d.Name, n, len(d.Streams), extra)
		}
	}
	return nil
}

func byID(live []room.Live) map[string]room.Live {
	m := make(map[string]room.Live)
	for _, l := range live {
		m[l.ID] = l
	}
	return m
}

func byName(live []room.Live) map[string]room.Live {
	m := make(map[string]room.Live)
	for _, l := range live {
		m[l.Name] = l
	}
	return m
}

func unique(live []room.Live) error {
	seen := make(map[string]bool)
	for _, l := range live {
		if seen[l.Name] {
			return fmt.Errorf("two rooms are named %s", l.Name)
		}
		seen[l.Name] = true
	}
	return nil
}

// Two applies at a time end in what the file wants, or in something that is
// reported: by one of them, as a conflict or as a stream too many by the next plan.
func TestTwoAppliesAtATime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sc := draw(rt)
		var err error
		synctest.Test(t, func(t *testing.T) { err = sc.twice(t) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

func (sc scenario) twice(t *testing.T) error {
	w := newWorld(t, sc.Seed)
	if err := w.fill(t, sc.Live); err != nil {
		return err
	}
	faults := sandbox.Faults{sandbox.Slow: 0.3}
	if sc.Faults[sandbox.Twins] > 0 {
		faults[sandbox.Twins] = 1
	}
	w.SetFaults(faults)
	options := plan.Options{Prune: sc.Prune, AllowEmpty: true, Scope: plan.Scope{Stated: true, Globs: []string{"m-*"}}}
	reports := make(chan apply.Report, 2)
	for range 2 {
		go func() {
			client := w.client(t)
			live, err := listed(context.Background(), client, sc.Want)
			if err != nil {
				t.Error(err)
			}
			reports <- apply.Run(context.Background(), context.Background(), plan.Diff(sc.Want, live, options), client, apply.Options{Parallelism: sc.Workers})
		}()
	}
	one, other := <-reports, <-reports
	left := plan.Diff(sc.Want, w.state(t, nil), options)
	// Both may have begun one stream.
	left.Operations = slices.DeleteFunc(left.Operations, func(op plan.Operation) bool {
		return op.Action == plan.Update && len(op.Changes) == 1 && op.Changes[0].Setting == room.Streams && len(op.Live.Streams) > len(op.Desired.Streams)
	})
	if len(left.Operations) > 0 && len(left.Conflicts) == 0 && one.Complete() && other.Complete() {
		return fmt.Errorf("both are complete, and left is %+v", left.Operations)
	}
	return nil
}

// A server that goes away while rooms are created ends the run once the budget
// is spent: the rest is not begun.
func TestAServerThatGoesAwayEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		var want []room.Desired
		for i := range 200 {
			want = append(want, room.Desired{Kind: room.Conference, Name: fmt.Sprintf("m-%03d", i)})
		}
		p := plan.Diff(want, nil, plan.Options{})
		w.SetFaults(sandbox.Faults{sandbox.BadGateway: 1})
		c, err := signalwire.New(signalwire.Options{Space: "http://127.0.0.1", Project: sandbox.DemoProject, Token: sandbox.DemoToken,
			Transport: w, RetryBudget: time.Minute, Rate: signalwire.MaxRate})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		r := apply.Run(context.Background(), context.Background(), p, c, apply.Options{Parallelism: 8, Track: signalwire.Track, Until: signalwire.Until})
		if r.Count(apply.Unknown) != 8 || r.Count(apply.Skipped) != 192 || time.Since(began) > 2*time.Minute {
			t.Errorf("after %s: %d unknown, %d skipped, %d failed: %v", time.Since(began), r.Count(apply.Unknown), r.Count(apply.Skipped), r.Count(apply.Failed), r.Results[0].Err)
		}
	})
}

// Creations whose answers were lost are looked for together: those that ask
// during a listing share the next.
func TestLostAnswersAreListedForTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		w.SetFaults(sandbox.Faults{sandbox.LostAnswer: 1})
		time.AfterFunc(time.Millisecond, func() { w.SetFaults(nil) })
		var want []room.Desired
		for i := range 16 { // as many as go out at once
			want = append(want, room.Desired{Kind: room.Conference, Name: fmt.Sprintf("m-%d", i)})
		}
		r := apply.Run(context.Background(), context.Background(), plan.Diff(want, nil, plan.Options{}), w.client(t), apply.Options{})
		if done := r.Count(apply.Applied); done != len(want) || w.sent.Load() > int64(len(want))+4 {
			t.Errorf("%d of %d applied with %d requests, want as many and a few listings", done, len(want), w.sent.Load())
		}
	})
}
