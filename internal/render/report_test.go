package render

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// leavingAlone is a plan that does something to one room, and of the others has
// each kind of reason to leave it alone.
func leavingAlone() plan.Plan {
	size := room.Settings{"size": room.Text("large")}
	most := 3
	wants := func(name string) room.Desired { return room.Desired{Kind: room.Conference, Name: name, Settings: size} }
	lives := func(name string) room.Live {
		return room.Live{Kind: room.Conference, ID: "id-" + name, Name: name, Settings: room.Settings{"size": room.Text("small")}}
	}
	return plan.Diff([]room.Desired{wants("team-a"), wants("team-b"), wants("demo")},
		[]room.Live{lives("team-a"), lives("demo"), lives("lead"), lives("elsewhere")},
		plan.Options{
			Space: "example.signalwire.com", Project: "p", Prune: true, Only: []string{"team-a"}, MaxDeletes: &most, InUse: plan.Skip,
			Scope:   plan.Scope{Stated: true, Globs: []string{"team-*", "demo", "lead"}},
			Protect: []room.Protection{{Rooms: "lead"}}, Ignore: []room.Ignore{{Rooms: "demo", Reason: "events team"}},
		})
}

// What was left alone, and which flags were given, does not end with the plan:
// its report says both as the plan does.
func TestReportsTellWhatWasLeftAlone(t *testing.T) {
	p := leavingAlone()
	of := func(name string, body []byte, write func(io.Writer) error) map[string]any {
		return conform(t, name, body, text(t, write))
	}
	planned := of("plan", schema.Plan, func(w io.Writer) error { return PlanJSON(w, p) })
	for _, r := range []apply.Report{{Plan: p, Results: []apply.Result{{Operation: p.Operations[0], Outcome: apply.Applied}}}, apply.Refuse(p, "no")} {
		reported := of("report", schema.Report, func(w io.Writer) error { return ReportJSON(w, r, 0) })
		for _, member := range []string{"ignored", "excluded", "unmanaged", "prune", "options"} {
			if diff := cmp.Diff(planned[member], reported[member]); diff != "" || fmt.Sprint(reported[member]) == "[]" {
				t.Errorf("%s: %v (-plan +report):\n%s", member, reported[member], diff)
			}
		}
		block := bystandersMarkdown(p)
		got := text(t, func(w io.Writer) error { return ReportMarkdown(w, r, about, CommentLimit) })
		if !strings.Contains(got, block) || strings.Count(block, "\n- ") != 4 {
			t.Errorf("the report does not have what the plan has: %q\n%s", block, got)
		}
	}
}

// However much surrounds the rooms, a report keeps its limit.
func TestReportsKeepTheirLimit(t *testing.T) {
	huge := strings.Repeat("huge ", 10_000)
	p := many(1000, 100, 100)
	for i := range 2000 {
		p.Warnings = append(p.Warnings, plan.Warning{Message: huge, Hint: huge})
		p.Unmanaged = append(p.Unmanaged, plan.Bystander{Name: huge, Reason: fmt.Sprint(i, huge)})
		p.Conflicts = append(p.Conflicts, plan.Conflict{Desired: room.Desired{Name: huge}, Reason: huge, Hint: huge})
	}
	for i := range 6 {
		p.Guards = append(p.Guards, plan.Guard{Name: fmt.Sprint("guard", i), Message: huge, Lift: huge, Rooms: []string{huge, huge}})
	}
	p.Only = []string{huge}
	r := apply.Refuse(p, "no")
	r.Warnings = []string{huge, huge}
	for _, r := range []apply.Report{r, {Plan: p, Warnings: r.Warnings, Results: r.Results}} {
		about := About{Environment: huge, Commit: huge, Run: "https://" + huge, Version: huge, Files: []string{huge}}
		if got := text(t, func(w io.Writer) error { return ReportMarkdown(w, r, about, CommentLimit) }); len(got) > CommentLimit {
			t.Errorf("%d bytes", len(got))
		}
	}
}

// Each rule is a reason of its own, and a file can have thousands: text names
// the first of them one by one.
func TestManyReasons(t *testing.T) {
	p := plan.Plan{}
	for i := range 50 {
		p.Unmanaged = append(p.Unmanaged, plan.Bystander{Name: fmt.Sprint("room-", i), Reason: fmt.Sprintf("protected by rooms.yaml:%03d", i)})
	}
	got := text(t, func(w io.Writer) error { return PlanText(w, p, Style{}) })
	last := "left alone, for reasons that --format json has: room-20, room-21, room-22, room-23, room-24, room-25, room-26, room-27, room-28, room-29 and 20 more\n"
	if strings.Count(got, "left alone, ") != 21 || !strings.Contains(got, "left alone, protected by rooms.yaml:019: room-19\n"+last) {
		t.Error(got)
	}
}
