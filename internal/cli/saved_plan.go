package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
	"roomsync/internal/render"
)

// readPlan reads a plan that plan --out saved.
func readPlan(path string) (*plan.Plan, error) {
	raw, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && (strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".yml")):
		return nil, hinted{fmt.Errorf("there is no plan %s", path), "did you mean -f " + path + "?"}
	case errors.Is(err, fs.ErrNotExist):
		return nil, hinted{fmt.Errorf("there is no plan %s", path), "roomsync plan --out " + path + " saves one"}
	case err != nil:
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	p, err := render.ReadPlan(raw)
	if err != nil {
		hint := "save a new one with roomsync plan --out " + path
		if strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".yml") {
			hint = "did you mean -f " + path + "?"
		}
		return nil, hinted{fmt.Errorf("%s cannot be applied: %w", path, err), hint}
	}
	return &p, nil
}

// replan takes a saved plan to the live rooms as they are now. If it does not
// fit them any more, the report says where.
func (a *app) replan(s *session, saved plan.Plan, o planOptions) (plan.Plan, apply.Report, error) {
	none := apply.Report{}
	switch {
	case saved.Space != s.space:
		return saved, none, hinted{fmt.Errorf("the plan is for the space %s, and the credentials are for %s", saved.Space, s.space), "use those of the space that was planned for"}
	case saved.Project != s.project:
		return saved, none, hinted{fmt.Errorf("the plan is for the project %s, and the credentials are for %s", saved.Project, s.project), "use those of the project that was planned for"}
	}
	wanted, err := a.addresses(s, saved)
	if err != nil {
		return saved, none, err
	}
	live, err := a.relist(s, saved)
	if err != nil {
		return saved, none, err
	}
	if o.MaxDeletes != nil {
		saved.MaxDeletes = o.MaxDeletes
	}
	if o.InUse != "" {
		saved.InUse = o.InUse
	}
	saved.AllowEmpty = saved.AllowEmpty || o.AllowEmpty
	p, misfits := saved.Fit(live)
	if len(misfits) == 0 {
		misfits = address(&p, wanted)
	}
	if len(misfits) > 0 {
		return p, misfitting(p, misfits, "the saved plan does not fit what is live any more: plan again, and review that"), nil
	}
	return p, none, a.look(a.ctx, s, &p)
}

// misfitting is the report on a plan that does not fit any more.
func misfitting(p plan.Plan, misfits []plan.Misfit, reason string) apply.Report {
	stale := apply.Refuse(p, reason)
	stale.Stale, stale.Misfits = true, misfits
	return stale
}
