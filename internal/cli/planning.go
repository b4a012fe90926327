package cli

import (
	"context"
	"fmt"
	"io"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/internal/signalwire"
)

// planOptions are the flags that decide what a plan is.
type planOptions struct {
	Prune      bool `help:"Delete live rooms that the file manages but does not hold."`
	AllowEmpty bool `help:"With --prune: go on although the file holds no rooms at all."`
}

// load reads and checks the file. Warnings are printed; errors are the error.
func (a *app) load() (*config.File, error) {
	if len(a.File) > 1 {
		return nil, fmt.Errorf("--file is given %d times: this version reads one file at a time", len(a.File))
	}
	path := a.paths()[0]
	// Reading can take for ever: standard input, or a pipe with a name. An
	// interrupt ends the wait, though not the read.
	type reading struct {
		file     *config.File
		problems diag.List
		err      error
	}
	read := make(chan reading, 1)
	go func() {
		var r reading
		defer func() {
			if p := recover(); p != nil { // Main's recover does not reach here
				r.err = fmt.Errorf("internal error while reading %s: %v", path, p)
			}
			read <- r
		}()
		if path != "-" {
			r.file, r.problems, r.err = config.Load(path)
			return
		}
		var data []byte
		if data, r.err = io.ReadAll(a.In); r.err == nil {
			r.file, r.problems = config.Parse("standard input", data)
		}
	}()
	var r reading
	select {
	case r = <-read:
	case <-a.ctx.Done():
		return nil, a.ctx.Err()
	}
	switch {
	case r.err != nil:
		return nil, r.err
	case r.problems.Errors() > 0:
		return nil, invalid{r.problems[0].Pos.File, r.problems}
	case !a.Quiet:
		_, _ = r.problems.WriteTo(a.Err)
	}
	return r.file, nil
}

// paths are the files to read.
func (a *app) paths() []string {
	if len(a.File) == 0 {
		return []string{"rooms.yaml"}
	}
	return a.File
}

// plan lists the live rooms while it reads the file, and compares them. A file
// that is wrong ends the listing.
func (a *app) plan(s *session, o planOptions) (plan.Plan, error) {
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	type listing struct {
		live []room.Live
		err  error
	}
	listed := make(chan listing, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil { // Main's recover does not reach here
				listed <- listing{nil, fmt.Errorf("internal error while listing: %v", r)}
			}
		}()
		live, err := s.List(ctx, signalwire.ListOptions{})
		listed <- listing{live, err}
	}()
	file, err := a.load()
	if err == nil {
		err = s.checkSpace(file)
	}
	if err != nil {
		cancel()
		<-listed
		return plan.Plan{}, err
	}
	l := <-listed
	if l.err != nil {
		return plan.Plan{}, advised(l.err)
	}
	return plan.Diff(file.Rooms, l.live, plan.Options{
		Space: s.space, Project: s.project, Prune: o.Prune, AllowEmpty: o.AllowEmpty,
		Scope: plan.Scope{Stated: file.HasManage, Globs: file.Manage},
	}), nil
}
