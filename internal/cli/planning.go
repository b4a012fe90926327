package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"roomsync/internal/apply"
	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/internal/signalwire"
)

// planOptions are the flags that decide what a plan is.
type planOptions struct {
	lintOptions
	pruneManaged bool // Prune, if the file says what it manages, and streams of its rooms

	Prune        bool           `help:"Delete live rooms that the file manages but does not hold."`
	AllowEmpty   bool           `help:"With --prune: go on although the file holds no rooms at all."`
	Only         []string       `placeholder:"GLOB" sep:"none" help:"Only what is to be done to rooms whose old or new name matches; may be repeated."`
	MaxDeletes   *int           `placeholder:"N" help:"How many rooms may be deleted (default: 10, or a quarter of the managed live rooms if that is less)."`
	InUse        plan.InUse     `placeholder:"WHAT" help:"What to do about rooms in use that would be deleted, renamed or disturbed: refuse (default), skip, wait or force."`
	InUseTimeout *time.Duration `placeholder:"DURATION" help:"How long --in-use wait waits, all in all, such as 90s, 15m or 1h (default: 15m)."`
}

const defaultInUseTimeout = 15 * time.Minute

func (o planOptions) check() error {
	if err := o.lintOptions.check(); err != nil {
		return err
	}
	for _, glob := range o.Only {
		if glob == "" {
			return errors.New("--only is empty: leave it out for all rooms")
		}
		if err := room.CheckGlob(glob); err != nil {
			return fmt.Errorf("--only %q cannot be read: globs have *, ? and [a-z]", glob)
		}
	}
	switch o.InUse {
	case "", plan.Refuse, plan.Skip, plan.Wait, plan.Force:
	default:
		return fmt.Errorf("--in-use must be refuse, skip, wait or force, not %q", string(o.InUse))
	}
	if o.MaxDeletes != nil && *o.MaxDeletes < 0 {
		return fmt.Errorf("--max-deletes must not be below 0, and is %d", *o.MaxDeletes)
	}
	if o.InUseTimeout != nil && *o.InUseTimeout < 0 {
		return fmt.Errorf("--in-use-timeout must not be below 0, and is %s", *o.InUseTimeout)
	}
	return nil
}

// patience is how long to wait for rooms in use.
func (o planOptions) patience() time.Duration {
	if o.InUseTimeout != nil {
		return *o.InUseTimeout
	}
	return defaultInUseTimeout
}

// load reads and checks the files. Warnings are printed; errors are the error.
func (a *app) load() (*config.File, error) { return a.loadWith(config.Options{}) }

// loadWith is load with options other than variables, which it adds.
func (a *app) loadWith(o config.Options) (*config.File, error) {
	// Reading can take for ever: standard input, or a pipe with a name. An
	// interrupt ends the wait, though not the read.
	type reading struct {
		file     *config.File
		vars     *variables
		problems diag.List
		err      error
	}
	read := make(chan reading, 1)
	go func() {
		var r reading
		defer func() {
			if p := recover(); p != nil { // Main's recover does not reach here
				r.err = fmt.Errorf("internal error while reading %s: %v", strings.Join(a.paths(), ", "), p)
			}
			read <- r
		}()
		if r.err = a.checkLinks(); r.err != nil {
			return
		}
		if r.vars, r.err = a.variables(); r.err == nil {
			o.Variable = r.vars.lookup
			r.file, r.problems, r.err = config.Load(a.paths(), a.In, o)
		}
	}()
	var r reading
	select {
	case r = <-read:
	case <-a.ctx.Done():
		return nil, a.ctx.Err()
	}
	// The file may be a link to something that nobody should see.
	for i, p := range r.problems {
		r.problems[i].Message, r.problems[i].Hint, r.problems[i].Line = a.redacted(p.Message), a.redacted(p.Hint), a.redacted(p.Line)
	}
	if r.file != nil {
		for _, want := range r.file.Rooms {
			a.broadcasts.add(want.Streams)
		}
	}
	switch {
	case r.err != nil:
		return nil, a.beginning(r.err)
	case r.problems.Errors() > 0:
		return nil, invalid{theFiles(r.problems), r.problems, false}
	case !a.Quiet:
		a.showProblems(r.problems)
		for _, text := range r.vars.unused() {
			a.note("warning: %s", text)
		}
	}
	return r.file, nil
}

// theFiles names the files that problems are in.
func theFiles(problems diag.List) string {
	var names []string
	for _, p := range problems { // they are sorted
		if len(names) == 0 || names[len(names)-1] != p.Pos.File {
			names = append(names, p.Pos.File)
		}
	}
	if len(names) > 3 {
		return diag.Counted(len(names), "file") + " together"
	}
	return strings.Join(names, ", ")
}

// paths are the files to read.
func (a *app) paths() []string {
	if len(a.File) == 0 {
		return []string{"rooms.yaml"}
	}
	return a.File
}

// plan compares the live rooms with the file, and looks who is in the rooms
// where that matters.
func (a *app) plan(s *session, o planOptions) (plan.Plan, error) {
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	p, err := a.compare(ctx, s, o)
	if err != nil {
		return p, err
	}
	return p, a.look(ctx, s, &p)
}

// compare lists the live rooms while it reads the file, and compares them.
func (a *app) compare(ctx context.Context, s *session, o planOptions) (plan.Plan, error) {
	file, live, err := a.gather(ctx, s)
	if err == nil {
		live, err = a.withStreams(ctx, s, live, plan.Concerned(file.Rooms, live, o.of(s, file)), nil)
	}
	if err != nil {
		return plan.Plan{}, err
	}
	return a.diff(s, file, live, o)
}

// gather lists the live rooms while it reads the file. A file that is wrong
// ends the listing.
func (a *app) gather(ctx context.Context, s *session) (*config.File, []room.Live, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	listed := a.list(ctx, s)
	file, err := a.load()
	if err == nil {
		err = s.checkSpace(file)
	}
	if err != nil {
		cancel()
		<-listed
		return nil, nil, err
	}
	l := <-listed
	if l.err != nil {
		return nil, nil, advised(l.err)
	}
	return file, l.live, nil
}

// diff compares the live rooms with the file.
func (a *app) diff(s *session, file *config.File, live []room.Live, o planOptions) (plan.Plan, error) {
	p := plan.Diff(file.Rooms, live, o.of(s, file))
	if o.Strict && len(p.Warnings) > 0 {
		return plan.Plan{}, invalid{file.Path, file.Shown(o.problems(p.Warnings)), true}
	}
	return p, nil
}

// of are the options of a plan for what a file says.
func (o planOptions) of(s *session, file *config.File) plan.Options {
	return plan.Options{
		Space: s.space, Project: s.project, Prune: o.Prune || o.pruneManaged && file.HasManage, WholeStreams: o.pruneManaged, AllowEmpty: o.AllowEmpty,
		Scope:   plan.Scope{Stated: file.HasManage, Globs: file.Manage},
		Protect: file.Protect, Ignore: file.Ignore, Now: time.Now(), NoLint: slices.Concat(file.NoLint, o.DisableLint),
		Only: o.Only, MaxDeletes: o.MaxDeletes, InUse: cmp.Or(o.InUse, plan.Refuse),
	}
}

// listing is what came of listing the live rooms.
type listing struct {
	live []room.Live
	err  error
}

// list lists the live rooms at the side.
func (a *app) list(ctx context.Context, s *session) <-chan listing {
	listed := make(chan listing, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil { // Main's recover does not reach here
				listed <- listing{nil, fmt.Errorf("internal error while listing: %v", r)}
			}
		}()
		live, err := a.listed(ctx, s, signalwire.ListOptions{})
		listed <- listing{live, err}
	}()
	return listed
}

// listed lists the live rooms, and tells how far it is.
func (a *app) listed(ctx context.Context, s *session, o signalwire.ListOptions) ([]room.Live, error) {
	progress := a.progress("listing", "rooms", 0)
	defer progress.end()
	o.Progress = func(rooms int) { progress.step(rooms, "", false) }
	return s.List(ctx, o)
}

// look finds out which of the rooms that a plan deletes, renames or disturbs
// are in use, and judges the plan anew.
func (a *app) look(ctx context.Context, s *session, p *plan.Plan) error {
	if err := a.lookAt(ctx, s, p, p.Delicate()); err != nil {
		return err
	}
	p.CheckGuards()
	return nil
}

// lookAt looks at rooms side by side. One that is gone is in no use.
func (a *app) lookAt(ctx context.Context, s *session, p *plan.Plan, operations []int) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(a.Parallelism)
	for _, i := range operations {
		op := &p.Operations[i]
		g.Go(func() error {
			now, err := s.Look(ctx, op.Kind(), op.Live.ID)
			var e *signalwire.Error
			switch {
			case errors.As(err, &e) && e.Gone():
				op.Session = nil
			case err != nil:
				return fmt.Errorf("look whether %s is in use: %w", op.Live.Name, err)
			default:
				op.Session = now.Session
			}
			return nil
		})
	}
	return advised(g.Wait())
}

// wait polls the rooms of a plan that are in use until the sessions in them
// have ended, or there is no time left: then the plan is to be refused. Much
// can happen meanwhile, so after a wait everything is looked at again: what the
// plan does not fit any more comes back.
func (a *app) wait(s *session, p *plan.Plan, patience time.Duration) ([]plan.Misfit, error) {
	deadline := time.Now().Add(patience)
	told := ""
	for waited := false; ; waited = true {
		busy, names := occupied(p)
		if len(busy) == 0 && waited {
			live, err := a.relist(s, *p)
			if err != nil {
				return nil, err
			}
			fresh, misfits := p.Fit(live)
			*p = fresh
			if len(misfits) > 0 {
				return misfits, nil
			}
			if err := a.look(a.ctx, s, p); err != nil {
				return nil, err
			}
			busy, names = occupied(p)
		}
		if len(busy) == 0 {
			return nil, nil
		}
		left := time.Until(deadline)
		if left <= 0 {
			a.note("still in use after %s: %s", patience, diag.Printable(strings.Join(names, ", ")))
			p.InUse = plan.Refuse
			p.CheckGuards()
			return nil, nil
		}
		if text := strings.Join(names, ", "); text != told {
			told = text
			a.note("waiting for people to leave %s, for up to %s", diag.Printable(text), left.Round(time.Second))
		}
		timer := time.NewTimer(min(cmp.Or(a.Poll, apply.DefaultPoll), left))
		select {
		case <-timer.C:
		case <-a.ctx.Done():
			timer.Stop()
			return nil, a.ctx.Err()
		}
		if err := a.lookAt(a.ctx, s, p, busy); err != nil {
			return nil, err
		}
	}
}

// occupied lists the operations on rooms in which people were seen.
func occupied(p *plan.Plan) (at []int, names []string) {
	for _, i := range p.Delicate() {
		if op := p.Operations[i]; op.Session.InProgress() {
			at, names = append(at, i), append(names, op.Live.Name)
		}
	}
	return at, names
}
