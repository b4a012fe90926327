package render

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// updated is what a plan says of one setting of a room that is updated, with
// colours as <31;9>.
func updated(before, after room.Value, style Style) string {
	op := plan.Operation{Action: plan.Update, Changes: []room.Change{{Setting: "description", Before: before, After: after}}}
	var b strings.Builder
	w := bufio.NewWriter(&b)
	writeChange(w, plannedChange(op, op.Changes[0], columnOf(op.Changes, style), style), style)
	_ = w.Flush()
	return strings.NewReplacer("\x1b[0m", ">", "\x1b[0;29m", ">", "\x1b[0;24m", ">", "\x1b[", "<").Replace(b.String())
}

func TestLongChanges(t *testing.T) {
	const (
		talk  = "Once a month, everybody comes together to hear what has happened. The recording is on the intranet."
		moved = "Once a month, everybody comes together to hear what has happened. The recording is on the wiki."
	)
	for _, c := range []struct {
		name          string
		before, after room.Value
		style         Style
		want          string
	}{
		{"a short text", room.Text("a b"), room.Text("a c"), Style{}, "    description: a b → a c\n"},
		{"a long one, by words", room.Text(talk), room.Text(moved), Style{},
			"    description:\n      Once a month, everybody comes together to hear what has happened. The recording is on the [-intranet-]{+wiki+}.\n"},
		{"on a terminal, shortened and wrapped", room.Text(talk), room.Text(moved), Style{Width: 51},
			"    description:\n      Once a month, everybody … recording is on the\n      [-intranet-]{+wiki+}.\n"},
		{"in colours", room.Text(talk), room.Text(moved), Style{Color: true, Width: 120},
			"    description:\n      Once a month, everybody … recording is on the <31;9mintranet><32;4mwiki>.\n"},
		{"a text that has an ellipsis is not shortened", room.Text(talk + "…"), room.Text(moved + "…"), Style{Width: 200},
			"    description:\n      Once a month, everybody comes together to hear what has happened. The recording is on the [-intranet-]{+wiki+}.…\n"},
		{"words come and go", room.Text(talk), room.Text("Once a month, everybody comes to hear what has happened, and why. The recording is on the intranet."), Style{},
			"    description:\n      Once a month, everybody comes[- together-] to hear what has happened{+, and why+}. The recording is on the intranet.\n"},
		{"too little in common", room.Text(talk), room.Text("Bring coffee."), Style{},
			"    description:\n      - " + talk + "\n      + Bring coffee.\n"},
		{"a text that has our marks", room.Text(talk + " [-a"), room.Text(moved + " [-a"), Style{},
			"    description:\n      - " + talk + " [-a\n      + " + moved + " [-a\n"},
		{"a mark that would come of ours and theirs", room.Text("say ] to all the people who are there, and to all the others too"), room.Text("say b to all the people who are there, and to all the others too"), Style{},
			"    description:\n      - say ] to all the people who are there, and to all the others too\n      + say b to all the people who are there, and to all the others too\n"},
		{"control characters are visible", room.Text(talk + "\x1b[31m"), room.Text(moved + "\x1b[31m"), Style{},
			"    description:\n      Once a month, everybody comes together to hear what has happened. The recording is on the [-intranet-]{+wiki+}.\\x1b[31m\n"},
		{"null is no word", room.Text(talk), room.Null(), Style{}, "    description:\n      - " + talk + "\n      + null\n"},
		{"names that do not fit stay whole", room.Text("highlight-1-responsive"), room.Text("grid-responsive"), Style{Width: 40},
			"    description:\n      - highlight-1-responsive\n      + grid-responsive\n"},
		{"what fits below goes there", room.Text("grid-responsive"), room.Text("5up"), Style{Width: 40, Color: true},
			"    description: <31mgrid-responsive> → <32m5up>\n"},
		{"lines, with words in colours", room.Text("Every morning at 9.\nBring tea.\nThe end."), room.Text("Every morning at 10.\nBring tea.\nThe end."), Style{Color: true},
			"    description:\n      <31m- ><31mEvery morning at ><31;9m9><31m.>\n      <32m+ ><32mEvery morning at ><32;4m10><32m.>\n        Bring tea.\n        The end.\n"},
		{"unchanged lines are left out on a terminal", room.Text("0\n1\n2\n3\n4\n5\n6"), room.Text("0\n1\n2\n3\n4\n5\n7"), Style{Width: 80},
			"    description:\n      … 3 lines unchanged\n        3\n        4\n        5\n      - 6\n      + 7\n"},
	} {
		if got := updated(c.before, c.after, c.style); got != c.want {
			t.Errorf("%s:\ngot\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// What is told word by word without colours can be read back, whatever the
// texts hold: nothing in them is taken for a mark.
func TestMarksAreOurs(t *testing.T) {
	texts := rapid.StringOf(rapid.SampledFrom([]rune("ab [-]{+} ")))
	rapid.Check(t, func(t *rapid.T) {
		x, y := texts.Draw(t, "before"), texts.Draw(t, "after")
		line, told := inlineChange(room.Text(x), room.Text(y), Style{})
		if !told {
			return
		}
		if before, after := readBack(line); before != x || after != y {
			t.Fatalf("%q, of %q and %q, reads as %q and %q", line, x, y, before, after)
		}
	})
}

// readBack is how somebody reads marks who knows nothing of how they came about.
func readBack(line string) (before, after string) {
	for line != "" {
		if rest, is := strings.CutPrefix(line, removedOpen); is {
			text, rest, _ := strings.Cut(rest, removedClose)
			before, line = before+text, rest
		} else if rest, is := strings.CutPrefix(line, addedOpen); is {
			text, rest, _ := strings.Cut(rest, addedClose)
			after, line = after+text, rest
		} else {
			before, after, line = before+line[:1], after+line[:1], line[1:]
		}
	}
	return before, after
}

// A secret is taken out before a text is taken apart.
func TestSecretsAreNotTakenApart(t *testing.T) {
	const secret = "PT0123-k3y0-89ab-cdef-0123456789abcdef0123456789ab"
	style := Style{Hide: func(text string) string { return strings.ReplaceAll(text, secret, "[hidden]") }}
	long := "Whoever knows " + secret + " may do everything here, so tell nobody of it"
	for _, width := range []int{0, 40, 60} {
		for _, colored := range []bool{false, true} {
			style.Width, style.Color = width, colored
			for _, after := range []string{strings.Replace(long, "k3y0", "7654", 1), "another", long + "\nand more", secret} {
				got := updated(room.Text(long), room.Text(after), style)
				// What is still whole is taken out by whoever writes it.
				if strings.Contains(style.Hide(got), "k3y0") {
					t.Errorf("in %d columns, colours %t:\n%s", width, colored, got)
				}
			}
		}
	}
}

// On a terminal no line is wider than it, but for the digest and the next
// command, which are to be copied; without one nothing is cut or wrapped.
func TestTextFitsTheTerminal(t *testing.T) {
	hostile := room.Text("部屋 " + strings.Repeat("x", 90) + "\x1b[2J " + strings.Repeat("e\u0301", 50) + " אבג" + strings.Repeat(" ", 70) + "- stage  room")
	p := everything()
	p.Operations = append(p.Operations, plan.Operation{Action: plan.Update, Live: room.Live{Name: strings.Repeat("long-", 19), Kind: room.Room},
		Changes: []room.Change{{Setting: "remove_after_seconds_elapsed", Before: room.Int(3600), After: room.Int(7200)}, {Setting: "description", Before: hostile, After: room.Text("部屋")},
			{Setting: "display_name", Before: room.Null(), After: hostile}}})
	p.Guards = []plan.Guard{{Name: "max-deletes", Message: "it would delete more rooms than is usual, which may be a mistake", Rooms: []string{"a", "b"}, Lift: "--max-deletes 20, if that is what is meant"}}
	reported := reported()
	files := []string{strings.Repeat("long-", 19)}
	again := "roomsync apply --prune --file=" + files[0]
	live := []room.Live{{Name: strings.Repeat("n", 60), Kind: room.Conference, ID: "6d74ecbc-d67d-4c4d-88ff-58f152c6ef39", Settings: room.Settings{"display_name": hostile}}}
	for width := 40; width < 130; width++ {
		for _, colored := range []bool{false, true} {
			style := Style{Width: width, Color: colored}
			for name, write := range map[string]func(io.Writer) error{
				"plan":   func(w io.Writer) error { return PlanText(w, p, style) },
				"drift":  func(w io.Writer) error { return DriftText(w, p, style) },
				"report": func(w io.Writer) error { return ReportText(w, reported, About{Files: files}, style) },
				"rooms":  func(w io.Writer) error { return RoomsText(w, live, style) },
			} {
				for line := range strings.Lines(text(t, write)) {
					line = strings.NewReplacer("\n", "", "\u2067", "", "\u2069", "").Replace(line)
					if diag.Width(line) > width && !strings.Contains(line, "digest: ") && line != "    "+again {
						t.Fatalf("%s, %d columns of %d: %q", name, diag.Width(line), width, line)
					}
					if strings.HasPrefix(line, "- stage") {
						t.Fatalf("%s in %d columns: a value looks like a line of ours", name, width)
					}
				}
			}
		}
	}
}

// What is not even looked at word by word is not alike.
func TestMayBeAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "be", "cee", "dee,", "ü", "(f)"}), 0, 12).Draw(t, "words"), " ")
		})
		x, y := text.Draw(t, "x"), text.Draw(t, "y")
		if alike(wordDiff(x, y)) && !mayBeAlike(x, y) {
			t.Fatalf("%q and %q are alike", x, y)
		}
	})
	if mayBeAlike("one two three", "four five six") {
		t.Error("nothing in common, and it may be alike")
	}
}
