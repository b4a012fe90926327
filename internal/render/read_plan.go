package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// sum is the checksum of a document: it tells a plan that somebody edited. It
// is no signature: who can write the file can write the sum.
func (d planDocument) sum() string {
	d.Checksum = ""
	sum := sha256.New()
	if err := compactJSON(sum, d); err != nil {
		panic(err) // nothing in it can fail
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// ReadPlan reads what PlanJSON wrote. An error says what the file is instead,
// or what is wrong with it.
func ReadPlan(raw []byte) (plan.Plan, error) {
	var kind struct {
		Version  *json.Number    `json:"format_version"`
		Error    *string         `json:"error"`
		Exit     json.RawMessage `json:"exit_code"`
		Checksum *string         `json:"checksum"`
	}
	if !json.Valid(raw) {
		return plan.Plan{}, errors.New("it is not JSON, or not all of it")
	}
	switch err := json.Unmarshal(raw, &kind); {
	case err != nil || kind.Version == nil:
		return plan.Plan{}, errors.New("it is not a plan of roomsync")
	case kind.Error != nil:
		return plan.Plan{}, fmt.Errorf("it holds no plan: planning failed: %s", *kind.Error)
	case kind.Version.String() != "1":
		return plan.Plan{}, fmt.Errorf("it has format version %s, and this roomsync reads version %d: apply it with the roomsync that made it", kind.Version, FormatVersion)
	case kind.Exit != nil:
		return plan.Plan{}, errors.New("it is the report of an apply, not a plan")
	case kind.Checksum == nil:
		return plan.Plan{}, errors.New("it has no checksum, so it is not a plan that was saved whole")
	}
	var d planDocument
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return plan.Plan{}, fmt.Errorf("it has been edited, or a newer roomsync made it: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return plan.Plan{}, errors.New("more follows after the plan")
	}
	if d.sum() != d.Checksum {
		return plan.Plan{}, errors.New("it has been edited since it was saved: its checksum is wrong")
	}
	if err := d.check(); err != nil {
		return plan.Plan{}, err
	}
	p := d.plan()
	if p.Digest() != d.Digest {
		return plan.Plan{}, errors.New("its digest is not that of its operations")
	}
	return p, nil
}

// check refuses what no plan holds, whatever its checksum says.
func (d planDocument) check() error {
	switch d.Options.InUse {
	case plan.Refuse, plan.Skip, plan.Wait, plan.Force:
	default:
		return fmt.Errorf("it holds the unknown way %q to deal with rooms in use", d.Options.InUse)
	}
	names, ids := make(map[string]bool), make(map[string]bool) // each at most once
	follows := make(map[string]string)                         // a former name to what it becomes
	for _, op := range d.Operations {
		id := string(op.Kind) + " " + op.ID
		if (op.ID == "") != (op.Action == plan.Create) || op.ID != "" && ids[id] || op.Action != plan.Delete && names[op.Name] {
			return fmt.Errorf("it holds an operation on %s %s that cannot be", op.Kind, op.Name)
		}
		ids[id] = true
		names[op.Name] = names[op.Name] || op.Action != plan.Delete
		for _, former := range append(slices.Clone(op.Previously), op.From) {
			if to, twice := follows[former]; former != "" && twice && to != op.Name {
				return fmt.Errorf("it makes two rooms of %s", former)
			}
			follows[former] = op.Name
		}
	}
	for name := range follows {
		for at, steps := follows[name], 0; name != "" && at != ""; at, steps = follows[at], steps+1 {
			if steps > len(follows) {
				return errors.New("it holds renames in a circle")
			}
		}
	}
	for _, op := range d.Operations {
		switch {
		case op.Kind != room.Conference && op.Kind != room.Room, op.Name == "":
			return fmt.Errorf("it holds an operation on %s %q", op.Kind, op.Name)
		case op.Action != plan.Rename && op.Action != plan.Create && op.Action != plan.Update && op.Action != plan.Delete:
			return fmt.Errorf("it holds the unknown action %q", op.Action)
		}
		for _, c := range op.Changes {
			if s, known := schema.Lookup(string(op.Kind), c.Setting); !known || s.ReadOnly {
				return fmt.Errorf("it changes %s of the %s %s, which there is not", c.Setting, op.Kind, op.Name)
			}
		}
	}
	return nil
}

// plan turns a document back into the plan. What it starts from is what the
// document holds: see plan.Fit.
func (d planDocument) plan() plan.Plan {
	p := plan.Plan{
		Options: plan.Options{
			Space: d.Space, Project: d.Project, Prune: d.Prune, AllowEmpty: d.Options.AllowEmpty,
			MaxDeletes: d.Options.MaxDeletes, InUse: d.Options.InUse, Only: d.Options.Only,
		},
		Unmatched: d.Options.Unmatched, Rooms: d.Options.Rooms, Live: d.Summary.Live, Managed: d.Summary.Managed,
	}
	if d.Options.Manage != nil {
		p.Scope = plan.Scope{Stated: true, Globs: *d.Options.Manage}
	}
	for _, glob := range d.Options.Protect {
		p.Protect = append(p.Protect, room.Protection{Rooms: glob})
	}
	for _, i := range d.Options.Ignore {
		p.Ignore = append(p.Ignore, room.Ignore{Rooms: i.Rooms, Settings: i.Settings, Until: i.Until, Reason: i.Reason})
	}
	for _, o := range d.Operations {
		p.Operations = append(p.Operations, o.operation())
	}
	for from, to := range map[*[]bystanderDocument]*[]plan.Bystander{
		&d.Unchanged: &p.Unchanged, &d.Ignored: &p.Ignored, &d.Excluded: &p.Excluded, &d.Unmanaged: &p.Unmanaged,
	} {
		for _, b := range *from {
			*to = append(*to, plan.Bystander{Kind: b.Kind, Name: b.Name, ID: b.ID, Reason: b.Reason, Prunable: b.Prunable, Protected: b.Protected, Changes: changes(b.Changes)})
		}
	}
	for _, c := range d.Conflicts {
		conflict := plan.Conflict{Desired: room.Desired{Kind: c.Kind, Name: c.Name, Pos: c.Source.pos()}, Reason: c.Reason, Hint: c.Hint}
		for _, l := range c.Live {
			conflict.Live = append(conflict.Live, room.Live{Kind: l.Kind, ID: l.ID})
		}
		p.Conflicts = append(p.Conflicts, conflict)
	}
	for _, w := range d.Warnings {
		p.Warnings = append(p.Warnings, plan.Warning{Lint: w.Lint, Pos: w.Source.pos(), Message: w.Message, Hint: w.Hint})
	}
	return p
}

func (o operationDocument) operation() plan.Operation {
	op := plan.Operation{Action: o.Action, Changes: changes(o.Changes), Ignored: changes(o.Ignored), Because: o.Because}
	if o.Action != plan.Delete {
		op.Desired = room.Desired{Kind: o.Kind, Name: o.Name, Was: o.Previously, Pos: o.Source.pos(), Settings: make(room.Settings, len(o.Changes))}
		for _, c := range op.Changes {
			if !c.Implied {
				op.Desired.Settings[c.Setting] = c.After
			}
		}
	}
	if o.Action != plan.Create {
		op.Live = room.Live{Kind: o.Kind, ID: o.ID, Name: o.Name, Settings: o.Before}
		if o.From != "" {
			op.Live.Name = o.From
		}
	}
	return op
}

func changes(documents []changeDocument) []room.Change {
	var all []room.Change
	for _, c := range documents {
		all = append(all, room.Change{Setting: c.Setting, Before: c.Before, After: c.After, Implied: c.Implied})
	}
	return all
}

func (s *Source) pos() diag.Pos {
	if s == nil {
		return diag.Pos{}
	}
	return diag.Pos{File: s.File, Line: s.Line, Col: s.Column}
}
