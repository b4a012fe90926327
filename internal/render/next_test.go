package render

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/apply"
	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// What a report says to do next leads to where it came from: the same rooms, with
// the same flags. Where nothing is left to do, or a guard has said what to do,
// it says nothing.
func TestNextAfterAnApply(t *testing.T) {
	at := diag.Pos{File: "prod.yaml", Line: 4}
	op := plan.Operation{Action: plan.Update, Desired: room.Desired{Kind: room.Room, Name: "a", Pos: at}, Live: room.Live{Kind: room.Room, Name: "a", ID: "1"}}
	of := func(conflicts int, results ...apply.Result) apply.Report {
		p := plan.Plan{Options: plan.Options{Space: "sandbox", Prune: true, Only: []string{"team-*"}}, Conflicts: make([]plan.Conflict, conflicts)}
		for i := range results {
			results[i].Operation = op
			p.Operations = append(p.Operations, op)
		}
		return apply.Report{Plan: p, Results: results}
	}
	done, skipped := apply.Result{Outcome: apply.Applied}, apply.Result{Outcome: apply.Skipped, Reason: "interrupted"}
	failed := apply.Result{Outcome: apply.Failed, Err: errors.New("422")}
	stale := apply.Refuse(of(0, done).Plan, "it does not fit")
	stale.Stale = true
	about := About{Files: []string{"base.yaml", "my file.yaml"}, VarFiles: []string{"v.env"}, Vars: []string{"KEY"}}
	const flags = " --prune --only='team-*' --sandbox --file=base.yaml --file='my file.yaml' --var-file=v.env --var='KEY=…'"
	saved := About{Plan: "plan.json"}
	for _, c := range []struct {
		name           string
		r              apply.Report
		about          About
		text, markdown string
	}{
		{"done", of(0, done), about, "", ""},
		{"refused by a guard", apply.Refuse(of(0, done).Plan, "no"), about, "", ""},
		{"failed", of(0, done, failed), about,
			"Next: put it right, and run again: roomsync apply" + flags,
			"put it right, and look at what there still is to do; applying that goes on from where this ended: roomsync plan" + flags},
		{"interrupted", of(0, done, skipped), about,
			"Next: run again: roomsync apply" + flags,
			"look at what there still is to do; applying that goes on from where this ended: roomsync plan" + flags},
		{"conflicts left", of(1, done), about,
			"Next: see to the conflicts, and run again: roomsync apply" + flags,
			"see to the conflicts, and look at what there still is to do: roomsync plan" + flags},
		{"both", of(1, failed), about,
			"Next: put it right, the conflicts too, and run again: roomsync apply" + flags,
			"put it right, the conflicts too, and look at what there still is to do; applying that does not solve the conflicts: roomsync plan" + flags},
		{"stale", stale, about,
			"Next: plan again: roomsync plan" + flags,
			"plan again, and review that: roomsync plan" + flags},
		{"a saved plan that is stale, made from a file that it does not name", stale, saved,
			"Next: plan again: roomsync plan --out plan.json --file=… --prune --only='team-*' --sandbox",
			"plan again, and review that: roomsync plan --out plan.json --file=… --prune --only='team-*' --sandbox"},
		{"a saved plan that failed", of(0, failed), saved,
			"Next: put it right, and plan again: roomsync plan --out plan.json --file=… --prune --only='team-*' --sandbox",
			"put it right, and look at what there still is to do; applying that goes on from where this ended: roomsync plan --out plan.json --file=… --prune --only='team-*' --sandbox"},
	} {
		lines := strings.Split(strings.TrimSpace(text(t, func(w io.Writer) error { return ReportText(w, c.r, c.about, Style{}) })), "\n")
		last := lines[len(lines)-1]
		if c.text == "" && strings.Contains(last, "Next: ") || c.text != "" && last != c.text {
			t.Errorf("%s: the text ends with %q, want %q", c.name, last, c.text)
		}
		if diff := cmp.Diff(c.markdown, nextOf(text(t, func(w io.Writer) error { return ReportMarkdown(w, c.r, c.about, 0) }))); diff != "" {
			t.Errorf("%s, Markdown (-want +got):\n%s", c.name, diff)
		}
	}
}

// Only a plan with --prune has extra rooms in it, and no plan solves a conflict.
func TestNextAfterDrift(t *testing.T) {
	p := func(action plan.Action, changes ...room.Change) plan.Plan {
		op := plan.Operation{Action: action, Live: room.Live{Kind: room.Room, Name: "a", ID: "1"}, Changes: changes}
		return plan.Plan{Options: plan.Options{Space: "example.signalwire.com", Prune: true}, Operations: []plan.Operation{op}}
	}
	const shows = "this shows what would make the live rooms as the file has them: roomsync plan"
	size, streams := room.Change{Setting: "size"}, room.Change{Setting: room.Streams}
	for name, c := range map[string]struct {
		p    plan.Plan
		want string
	}{
		"extra":     {p(plan.Delete), shows + " --prune --file=prod.yaml"},
		"changed":   {p(plan.Update, size), shows + " --file=prod.yaml"},
		"streams":   {p(plan.Update, size, streams), shows + " --prune --file=prod.yaml"},
		"conflicts": {plan.Plan{Conflicts: make([]plan.Conflict, 1)}, "do what is said of the conflicts: to apply the file does not solve them."},
		"none":      {plan.Plan{}, ""},
	} {
		got := text(t, func(w io.Writer) error { return DriftMarkdown(w, c.p, About{Files: []string{"prod.yaml"}}, 0) })
		if diff := cmp.Diff(c.want, nextOf(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if strings.Contains(got, "deletes the extra rooms") != (name == "extra") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// nextOf is what a document says to do next, with the command on the same line.
func nextOf(document string) string {
	_, rest, _ := strings.Cut(document, "\n**Next:** ")
	line, rest, _ := strings.Cut(rest, "\n")
	if command, fenced := strings.CutPrefix(rest, "\n```sh\n"); fenced {
		command, _, _ = strings.Cut(command, "\n")
		line += " " + command
	}
	return line
}
