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
	path := "rooms.yaml"
	switch len(a.File) {
	case 0:
	case 1:
		path = a.File[0]
	default:
		return nil, fmt.Errorf("--file is given %d times: this version reads one file at a time", len(a.File))
	}
	var file *config.File
	var problems diag.List
	var err error
	if path == "-" {
		var data []byte
		path = "standard input"
		if data, err = io.ReadAll(a.In); err == nil {
			file, problems = config.Parse(path, data)
		}
	} else {
		file, problems, err = config.Load(path)
	}
	if err != nil {
		return nil, err
	}
	if problems.Errors() > 0 {
		return nil, invalid{path, problems}
	}
	if !a.Quiet {
		_, _ = problems.WriteTo(a.Err)
	}
	return file, nil
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
