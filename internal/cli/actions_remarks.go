package cli

import (
	"roomsync/internal/apply"
	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/github"
	"roomsync/internal/plan"
	"roomsync/internal/render"
)

// Remarks are what there is to say about single lines of the file: annotations,
// in GitHub's words.

func remark(level github.Level, at diag.Pos, title, message string) github.Annotation {
	r := github.Annotation{Level: level, Title: "roomsync: " + title, Message: diag.Printable(message)}
	if at.Line > 0 && at.File != config.StandardInput {
		r.File, r.Line, r.Col = at.File, at.Line, at.Col
	}
	return r
}

func problemRemarks(problems diag.List) []github.Annotation {
	var all []github.Annotation
	for _, p := range problems {
		level, message := github.Error, p.Message
		if p.Severity == diag.Warning {
			level = github.Warning
		}
		if p.Hint != "" {
			message += " (" + p.Hint + ")"
		}
		title := "rooms"
		if p.Lint != "" {
			title = p.Lint
		}
		all = append(all, remark(level, p.Pos, title, message))
	}
	return all
}

// surroundings are the remarks that plans, reports and drift share: on
// conflicts, guards and warnings.
func surroundings(p plan.Plan) []github.Annotation {
	var all []github.Annotation
	for _, c := range p.Conflicts {
		all = append(all, remark(github.Error, c.Desired.Pos, "conflict", c.Desired.Name+": "+c.Reason+" ("+c.Hint+")"))
	}
	for _, g := range p.Guards {
		all = append(all, remark(github.Error, diag.Pos{}, g.Name, g.Message+" (to go on: "+g.Lift+")"))
	}
	return append(all, problemRemarks(lintOptions{}.problems(p.Warnings))...)
}

func planRemarks(p plan.Plan) []github.Annotation {
	all := surroundings(p)
	for _, op := range p.Operations {
		level := github.Notice
		if op.Action == plan.Delete {
			level = github.Warning
		}
		all = append(all, remark(level, op.Desired.Pos, string(op.Action), render.OperationLine(op)))
	}
	return all
}

func reportRemarks(r apply.Report) []github.Annotation {
	all := surroundings(r.Plan)
	for _, result := range r.Results {
		if result.Outcome != apply.Failed && result.Outcome != apply.Unknown {
			continue
		}
		for _, p := range render.FaultProblems(result) {
			all = append(all, remark(github.Error, p.Pos, string(result.Outcome), result.Operation.Name()+": "+p.Message))
		}
		if len(result.Faults) == 0 {
			all = append(all, remark(github.Error, result.Operation.Desired.Pos, string(result.Outcome), result.Operation.Name()+": "+result.Err.Error()))
		}
	}
	if r.Refused != "" {
		all = append(all, remark(github.Error, diag.Pos{}, "nothing was written", r.Refused))
	}
	for _, w := range r.Warnings {
		all = append(all, remark(github.Warning, diag.Pos{}, "apply", w))
	}
	return all
}

func driftRemarks(p plan.Plan) []github.Annotation {
	all := surroundings(p)
	for _, op := range p.Operations {
		all = append(all, remark(github.Warning, op.Desired.Pos, "drift", render.DriftLine(op)))
	}
	return all
}
