package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/export"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/internal/signalwire"
)

// withStreams are the live rooms, some of them with their streams, which are
// listed side by side. missing, if it is not nil, counts the rooms of which the
// server says that it has no such list; else that is an error.
func (a *app) withStreams(ctx context.Context, s *session, live []room.Live, rooms []int, missing *atomic.Int64) ([]room.Live, error) {
	if len(rooms) == 0 {
		return live, nil
	}
	live = slices.Clone(live)
	progress := a.progress("listing streams", "rooms", len(rooms))
	defer progress.end()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(a.Parallelism)
	for _, i := range rooms {
		l := &live[i]
		g.Go(func() (err error) {
			defer func() {
				if r := recover(); r != nil { // Main's recover does not reach here
					err = fmt.Errorf("internal error while listing streams: %v", r)
				}
			}()
			l.Streams, err = s.Streams(ctx, l.Kind, l.ID)
			progress.step(1, l.Name, false)
			for _, stream := range l.Streams {
				a.broadcasts.add([]room.StreamURL{stream.URL})
			}
			var e *signalwire.Error
			switch {
			case errors.As(err, &e) && e.Status == http.StatusNotFound && missing != nil:
				missing.Add(1)
				return nil
			case errors.As(err, &e) && e.Gone():
				return hinted{fmt.Errorf("list the streams of %s: %w", l.Name, err), "if the room was deleted just now, run this again"}
			case err != nil:
				return fmt.Errorf("list the streams of %s: %w", l.Name, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, advised(err)
	}
	return live, nil
}

// relist lists the live rooms anew, with the streams of those whose streams a
// plan changes.
func (a *app) relist(s *session, p plan.Plan) ([]room.Live, error) {
	l := <-a.list(a.ctx, s)
	if l.err != nil {
		return nil, advised(l.err)
	}
	changing := make(map[string]bool)
	for _, op := range p.Operations {
		if op.Action != plan.Create && hasStreams(op) {
			changing[string(op.Kind())+" "+op.Live.ID] = true
		}
	}
	var rooms []int
	for i, l := range l.live {
		if changing[string(l.Kind)+" "+l.ID] {
			rooms = append(rooms, i)
		}
	}
	return a.withStreams(a.ctx, s, l.live, rooms, nil)
}

// hasStreams tells whether an operation changes the streams of its room.
func hasStreams(op plan.Operation) bool {
	return slices.ContainsFunc(op.Changes, func(c room.Change) bool { return c.Setting == room.Streams })
}

// addresses are what the files say of the streams that a saved plan changes: a
// plan only has their marks. Without streams in it, no file is read.
func (a *app) addresses(s *session, saved plan.Plan) (map[string][]room.StreamURL, error) {
	if !slices.ContainsFunc(saved.Operations, hasStreams) {
		return nil, nil
	}
	if len(a.File) == 0 {
		return nil, hinted{errors.New("the plan changes streams, and holds their addresses only as hashes"), "pass the file that has them, too: -f rooms.yaml, with the same variables"}
	}
	file, err := a.load()
	if err == nil {
		err = s.checkSpace(file)
	}
	if err != nil {
		return nil, err
	}
	wanted := make(map[string][]room.StreamURL)
	for _, want := range file.Rooms {
		wanted[string(want.Kind)+" "+want.Name] = want.Streams
	}
	return wanted, nil
}

// address gives the operations of a saved plan the addresses of their streams. Where
// those are not the planned ones, the plan does not fit.
func address(p *plan.Plan, wanted map[string][]room.StreamURL) []plan.Misfit {
	var misfits []plan.Misfit
	for i, op := range p.Operations {
		at := slices.IndexFunc(op.Changes, func(c room.Change) bool { return c.Setting == room.Streams })
		if at < 0 {
			continue
		}
		urls := wanted[string(op.Kind())+" "+op.Name()]
		if urls == nil || !room.Marked(op.Changes[at].After, urls, op.Live.Streams, p.Salt()) {
			misfits = append(misfits, plan.Misfit{Operation: op, Reason: "the file has other streams for it than the plan"})
			continue
		}
		p.Operations[i].Desired.Streams = urls
	}
	return misfits
}

// exportStreams adds to a document where its rooms are broadcast to, and returns
// the live rooms with their streams. What a file cannot hold becomes a comment.
func (a *app) exportStreams(s *session, d *export.Document, live []room.Live, c *exportCmd, variables *export.Variables) ([]room.Live, error) {
	index := make(map[string]int, len(live))
	for i, l := range live {
		index[string(l.Kind)+" "+l.Name] = i
	}
	rooms := make([]int, len(d.Rooms))
	for i, r := range d.Rooms {
		rooms[i] = index[string(r.Kind)+" "+r.Name] // the document has no names that two rooms have
	}
	var missing atomic.Int64
	live, err := a.withStreams(a.ctx, s, live, rooms, &missing)
	if err != nil {
		return nil, err
	}
	if n := missing.Load(); n > 0 {
		a.note("not in the file: the streams of %s, for which the server has no list (404)", diag.Counted(int(n), "room"))
	}
	for i, at := range rooms {
		r := &d.Rooms[i]
		urls := make([]room.StreamURL, len(live[at].Streams))
		for i, s := range live[at].Streams {
			urls[i] = s.URL
		}
		if live[at].Streams == nil {
			continue
		}
		why := ""
		for i, u := range urls {
			switch {
			case !config.TakesStream(u):
				why = fmt.Sprintf("one of its streams has an address that a file cannot hold (%s)", cmp.Or(u.String(), "none"))
			case slices.ContainsFunc(urls[:i], u.Same):
				why = fmt.Sprintf("two of its streams have one address (%s)", u)
			}
		}
		switch {
		case why != "":
			r.Comments = append(r.Comments, "streams are left out: "+why)
		case len(urls) == 0 && !c.Full:
		case c.Reveal:
			r.Streams = make([]export.Address, len(urls))
			for i, u := range urls {
				r.Streams[i] = export.Revealed(u)
			}
		default:
			r.Streams = variables.Of(r.Name, urls)
			r.Notes = maps.Clone(r.Notes)
			if r.Notes == nil {
				r.Notes = make(map[string]string)
			}
			shown := make([]string, len(urls))
			for i, u := range urls {
				shown[i] = u.String()
			}
			r.Notes[room.Streams] = strings.Join(shown, ", ")
		}
	}
	return live, nil
}
