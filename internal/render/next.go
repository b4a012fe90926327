package render

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"roomsync/internal/apply"
	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// A document ends with what to type next: the command with the flags that this
// one had, or it would be about other rooms.

// nextStep says what carries out the plan, and nothing but it.
func nextStep(p plan.Plan, about About, digest string) string {
	switch {
	case len(p.Guards) > 0:
		return "\n**Next:** do what the guards ask for, and plan again.\n"
	case len(p.Operations) == 0:
		return ""
	}
	return next("once this is approved, this carries out exactly this plan, and nothing if anything has changed by then",
		typed("apply --expect-plan "+digest, p.Options, about), "")
}

// reportNext says how to go on from a report on which not all is done.
func reportNext(r apply.Report, about About) string {
	does := "; applying that goes on from where this ended"
	switch {
	case r.Stale:
		return next("plan again, and review that", planAgain(r.Plan, about), "")
	case r.Refused != "" || r.Complete():
		return "" // what refused it says what to do
	case onlyConflicts(r):
		does = ""
	case len(r.Plan.Conflicts) > 0:
		does = "; applying that does not solve the conflicts"
	}
	return next(mend(r)+"look at what there still is to do"+does, planAgain(r.Plan, about), "")
}

// reportNextText says the same at a terminal, where apply shows the plan and asks.
func reportNextText(r apply.Report, about About) (what, then string) {
	switch {
	case r.Stale:
		return "plan again", planAgain(r.Plan, about)
	case r.Refused != "" || r.Complete():
		return "", ""
	case about.Plan != "": // some of it is done, so it does not fit any more
		return mend(r) + "plan again", planAgain(r.Plan, about)
	}
	return mend(r) + "run again", typed("apply", r.Plan.Options, about)
}

// mend says what comes before another run, if anything does.
func mend(r apply.Report) string {
	failed, conflicts := r.Count(apply.Failed)+r.Count(apply.Unknown) > 0, len(r.Plan.Conflicts) > 0
	switch {
	case failed && conflicts:
		return "put it right, the conflicts too, and "
	case failed:
		return "put it right, and "
	case conflicts:
		return "see to the conflicts, and "
	}
	return "" // interrupted, or people were in the rooms
}

// onlyConflicts tells whether nothing but conflicts is left.
func onlyConflicts(r apply.Report) bool {
	return len(r.Plan.Conflicts) > 0 && !slices.ContainsFunc(r.Results, func(result apply.Result) bool {
		return result.Outcome != apply.Applied && !result.Excused
	})
}

// driftNext says how to see what would end drift. What is too much is only in a
// plan with --prune.
func driftNext(p plan.Plan, about About) string {
	switch {
	case p.InSync():
		return ""
	case len(p.Operations) == 0:
		return "\n**Next:** do what is said of the conflicts: to apply the file does not solve them.\n"
	}
	extra := p.Count(plan.Delete) > 0
	prune := extra || p.Prune && slices.ContainsFunc(p.Operations, func(op plan.Operation) bool {
		return slices.ContainsFunc(op.Changes, func(c room.Change) bool { return c.Setting == room.Streams })
	})
	otherwise := "If somebody changed them for a reason, change the file, or leave the difference alone for a while with `ignore`."
	if extra {
		otherwise += " Applying it with `--prune` deletes the extra rooms: put those that are to stay into the file."
	}
	return next("this shows what would make the live rooms as the file has them",
		typed("plan", plan.Options{Space: p.Space, Prune: prune}, about), otherwise)
}

// next is the last paragraph of a document.
func next(what, command, more string) string {
	text := "\n**Next:** " + what + ":\n\n" + fenced("sh", []string{command})
	if more != "" {
		text += "\n" + more + "\n"
	}
	return text
}

// typed is a command of roomsync with the flags that make it about the same rooms.
func typed(what string, o plan.Options, about About) string {
	text := "roomsync " + what + flags(o)
	if o.Space == "sandbox" {
		text += " --sandbox"
	}
	for _, file := range about.Files {
		text += " --file=" + ShellWord(file)
	}
	for _, file := range about.VarFiles {
		text += " --var-file=" + ShellWord(file)
	}
	for _, name := range about.Vars {
		text += " --var=" + ShellWord(name+"=…")
	}
	if len(text) > mostBytes {
		text = "roomsync " + what + " # and the flags of this plan"
	}
	return diag.Printable(text)
}

// planAgain makes a plan that takes the place of one, and of its file.
func planAgain(p plan.Plan, about About) string {
	if about.Plan == "" {
		return typed("plan", p.Options, about)
	}
	files := ""
	if len(about.Files) == 0 && slices.ContainsFunc(p.Operations, func(op plan.Operation) bool {
		return op.Desired.Pos.File != "" && op.Desired.Pos.File != "rooms.yaml"
	}) {
		files = " --file=…" // a saved plan does not know how they were named
	}
	return typed("plan --out "+ShellWord(about.Plan)+files, p.Options, about)
}

// plainWord is what a shell takes as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9._/+-]+$`)

// ShellWord is a text as a shell takes it for one word.
func ShellWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// flags are the options of a plan as they are typed.
func flags(o plan.Options) string {
	var b strings.Builder
	if o.Prune {
		b.WriteString(" --prune")
	}
	if o.AllowEmpty {
		b.WriteString(" --allow-empty")
	}
	for _, glob := range o.Only {
		b.WriteString(" --only=" + ShellWord(glob))
	}
	if o.MaxDeletes != nil {
		fmt.Fprintf(&b, " --max-deletes %d", *o.MaxDeletes)
	}
	if o.InUse != "" && o.InUse != plan.Refuse {
		b.WriteString(" --in-use " + string(o.InUse))
	}
	return b.String()
}
