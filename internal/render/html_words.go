package render

import "roomsync/internal/plan"

// telling is how a page tells a comparison: as what is to be done, or as what
// has become of the live rooms.
type telling struct {
	title         string // begins the page's title
	before, after string // what the two sides are called
	words         words
	states        []plan.Action // in the order of the summary
	summary       func(plan.Plan) string
	intends       bool // it is about to be carried out: rooms will be deleted, guards refuse

	hide func(string) string // About.Hide
}

var asPlan = telling{
	title: "Plan", before: "before", after: "after",
	words: planWords, states: []plan.Action{plan.Rename, plan.Create, plan.Update, plan.Delete}, summary: planSummary,
	intends: true,
}

var asDrift = telling{
	title: "Drift", before: "live", after: "rooms.yaml",
	words: driftWords, states: driftStates, summary: driftSummary,
}

// actionWords are how an action appears: a mark and a word, which tell actions
// apart without colour, and the colour, which goes with the mark.
type actionWords struct{ Mark, Word, Tint string }

func (t telling) action(a plan.Action) actionWords {
	mark := t.words.mark[a]
	return actionWords{mark, t.words.of[a], map[string]string{">": "blue", "+": "green", "~": "amber", "-": "red"}[mark]}
}
