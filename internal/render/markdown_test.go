package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	goldtext "github.com/yuin/goldmark/text"
	"pgregory.net/rapid"

	"roomsync/internal/apply"
	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

var about = About{Environment: "production", Commit: "0123456789abcdef", Run: "https://ci.example.com/runs/7", Version: "1.2.3"}

// golden compares a document with the one kept in testdata, or keeps it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestPlanMarkdown(t *testing.T) {
	golden(t, "plan.md", text(t, func(w io.Writer) error { return PlanMarkdown(w, everything(), about, CommentLimit) }))
	r := apply.Report{Plan: everything(), Warnings: []string{"the server resets what an update does not send"}}
	for i, op := range r.Plan.Operations {
		result := apply.Result{Operation: op, Outcome: []apply.Outcome{apply.Applied, apply.Failed, apply.Skipped, apply.Unknown}[i%4]}
		switch result.Outcome {
		case apply.Failed:
			result.Err = errors.New("create conference team-new: POST https://example.signalwire.com/api/video/conferences: 422: name is not to our taste")
		case apply.Skipped:
			result.Reason = "not everything before it was done"
		case apply.Unknown:
			result.Err = errors.New("no answer")
		}
		r.Results = append(r.Results, result)
	}
	golden(t, "report.md", text(t, func(w io.Writer) error { return ReportMarkdown(w, r, about, CommentLimit) }))
	failure := NewFailure(1, "rooms.yaml has 1 error", "", diag.List{{Pos: diag.Pos{File: "rooms.yaml", Line: 4, Col: 5}, Message: `unknown setting "max_member"`, Hint: "did you mean max_members?"}})
	golden(t, "failure.md", text(t, func(w io.Writer) error { return FailureMarkdown(w, failure, "plan", about, CommentLimit) }))
	golden(t, "plan-empty.md", text(t, func(w io.Writer) error {
		return PlanMarkdown(w, plan.Plan{Options: plan.Options{Space: "example.signalwire.com", Project: "p"}}, About{}, CommentLimit)
	}))
}

// hostile texts try to get out of where they stand.
var hostile = []string{
	"@everybody", "@org/team please approve", "#1 GH-1 org/repo#2", "deadbeef0123", "https://evil.example www.evil.example a@b.example",
	"<script>alert(1)</script>", "<!-- x --> -->", "<details open>", "</details>", "</summary>", "![x](https://evil.example/x.png)", "[x](javascript:alert(1))",
	"`", "``", "```", "````\n# Big", "` ` `", "~~~", "*x* _y_ **z** ~~w~~", "# Heading", "- item", "1. item", "> quote", "| a | b |\n|---|---|", "\\", "\\`", "x\r\ny", "\u202eabc", "\x1b[31m", "&lt;b&gt; &#64;evil",
	":tada:", "$`x`$", "[^1]", "[ ] [x]", "\t    code", "&nbsp;", "<https://evil.example>", "---", "===", "\x00", "\xff", "::error::x", "<a href=x>", "a\n\n</details>\n\n# Out @evil",
}

// inHostileHands is a plan in which whatever comes from elsewhere is a text.
func inHostileHands(s string) plan.Plan {
	pos := diag.Pos{File: s, Line: 3, Col: 1}
	settings := room.Settings{"display_name": room.Text(s), "description": room.Text(strings.Repeat(s+"\n", 3))}
	return plan.Plan{
		Options: plan.Options{Space: s, Project: s, Only: []string{s}, InUse: plan.Force, Prune: true},
		Operations: []plan.Operation{
			{Action: plan.Update, Desired: room.Desired{Kind: room.Conference, Name: s, Pos: pos}, Live: room.Live{Kind: room.Conference, ID: s, Name: s},
				Session: &room.Session{ID: s, Status: "in-progress"},
				Changes: []room.Change{{Setting: "display_name", Before: room.Text(s), After: room.Text(s + "!")}, {Setting: "description", Before: room.Text(s + "\n" + s), After: room.Text(s + "\nx")}},
				Ignored: []room.Change{{Setting: "size", Before: room.Text(s), After: room.Text(s)}}, Because: "size ignored (" + s + ")"},
			{Action: plan.Rename, Desired: room.Desired{Kind: room.Room, Name: s + "2", Pos: pos}, Live: room.Live{Kind: room.Room, ID: s, Name: s}},
			{Action: plan.Delete, Live: room.Live{Kind: room.Conference, ID: s, Name: s, Settings: settings}},
		},
		Unmanaged: []plan.Bystander{{Kind: room.Room, Name: s, ID: s, Reason: s}},
		Ignored:   []plan.Bystander{{Kind: room.Room, Name: s, ID: s, Reason: "ignored (" + s + ")"}},
		Conflicts: []plan.Conflict{{Desired: room.Desired{Kind: room.Conference, Name: s, Pos: pos}, Live: []room.Live{{Kind: room.Room, Name: s + "3", ID: s}}, Reason: s, Hint: s}},
		Guards:    []plan.Guard{{Name: "too-many-deletes", Message: s, Lift: s, Rooms: []string{s}}},
		Warnings:  []plan.Warning{{Lint: "contrast", Pos: pos, Message: s + ": has", Hint: s}},
	}
}

func reportInHostileHands(s string) apply.Report {
	p := inHostileHands(s)
	return apply.Report{
		Plan: p, Warnings: []string{s + ": has"}, Misfits: []plan.Misfit{{Operation: p.Operations[0], Reason: s, Settings: []plan.Difference{{Setting: "size", Planned: room.Text(s), Live: room.Text(s), Wanted: room.Text(s)}}}},
		Results: []apply.Result{
			{Operation: p.Operations[0], Outcome: apply.Failed, Err: errors.New(s)},
			{Operation: p.Operations[1], Outcome: apply.Applied, Reason: s},
			{Operation: p.Operations[2], Outcome: apply.Skipped, Reason: s},
		},
	}
}

// TestMarkdownKeepsTextInCode reads the documents as GitHub's parser would:
// their structure does not depend on what the rooms hold, and outside of code
// there is nothing of it that could act.
func TestMarkdownKeepsTextInCode(t *testing.T) {
	documents := map[string]func(io.Writer, string) error{
		"plan": func(w io.Writer, s string) error {
			return PlanMarkdown(w, inHostileHands(s), About{Environment: s, Commit: s, Run: s, Version: s}, 0)
		},
		"brief plan": func(w io.Writer, s string) error {
			return PlanMarkdown(w, inHostileHands(s), About{Environment: s, Commit: s, Run: s, Version: s}, 100)
		},
		"drift": func(w io.Writer, s string) error {
			return DriftMarkdown(w, inHostileHands(s), About{Environment: s, Commit: s, Run: s, Version: s}, 0)
		},
		"report": func(w io.Writer, s string) error {
			return ReportMarkdown(w, reportInHostileHands(s), About{Environment: s, Commit: s, Run: s, Version: s}, 0)
		},
		"refusal": func(w io.Writer, s string) error {
			return ReportMarkdown(w, apply.Refuse(inHostileHands(s), s), About{}, 0)
		},
		"failure": func(w io.Writer, s string) error {
			f := NewFailure(1, s, s, diag.List{{Message: s, Hint: s, Pos: diag.Pos{File: s, Line: 1, Col: 2}}})
			return FailureMarkdown(w, f, "plan", About{Environment: s, Commit: s, Run: s}, 0)
		},
	}
	for name, write := range documents {
		shape := func(s string) string {
			return structure(t, text(t, func(w io.Writer) error { return write(w, s) }))
		}
		want := shape("harmless")
		for _, s := range hostile {
			if diff := cmp.Diff(want, shape(s)); diff != "" {
				t.Errorf("%s, of %q (-harmless +hostile):\n%s", name, s, diff)
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			s := rapid.StringOfN(rapid.RuneFrom([]rune("`~*_[]()<>!#-+.:1a \n\t\\|&;@/\"'$%^{}=?")), 1, 14, -1).Filter(func(s string) bool { return strings.TrimSpace(s) != "" }).Draw(rt, "text")
			if diff := cmp.Diff(want, shape(s)); diff != "" || t.Failed() {
				rt.Fatalf("%s, of %q (-harmless +hostile):\n%s", name, s, diff)
			}
		})
	}
}

// structure lists what a document is made of, without what stands in code.
// Text outside of code must not hold what GitHub acts on.
func structure(t *testing.T, document string) string {
	t.Helper()
	source := []byte(document)
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(goldtext.NewReader(source))
	var b strings.Builder
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.CodeSpan: // how many a message has depends on its words
			return ast.WalkSkipChildren, nil
		case *ast.FencedCodeBlock:
			fmt.Fprintln(&b, n.Kind())
			return ast.WalkSkipChildren, nil
		case *ast.HTMLBlock:
			html := ""
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				html += string(line.Value(source))
			}
			fmt.Fprintln(&b, "HTML", tags(html))
		case *ast.RawHTML:
			fmt.Fprintln(&b, "inline HTML", string(n.Segments.Value(source)))
		case *ast.Text:
			words := string(n.Segment.Value(source))
			for _, active := range []string{"@", "evil", "<", "&", "://", "javascript", "#", "deadbeef"} {
				if strings.Contains(words, active) {
					t.Errorf("%q stands outside of code: %q", active, words)
				}
			}
		case *ast.Paragraph, *ast.TextBlock: // how many pieces of text they have depends on the words
		default:
			fmt.Fprintln(&b, n.Kind())
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// tags are the tags of HTML; what stands in <code> is only checked to be inert.
func tags(html string) string {
	var b bytes.Buffer
	for rest := html; rest != ""; {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		end := strings.IndexByte(rest[i:], '>')
		if end < 0 {
			b.WriteString(rest[i:])
			break
		}
		tag := rest[i : i+end+1]
		if strings.HasPrefix(tag, "<!--") {
			tag = "<!-- -->" // its text differs
			if !strings.HasPrefix(rest[i:], "<!-- roomsync") || strings.Count(html, "-->") != 1 {
				tag = "not our comment: " + html
			}
		}
		b.WriteString(tag)
		rest = rest[i+end+1:]
	}
	return b.String()
}

// Prose keeps its words, and what could act is in code.
func TestProse(t *testing.T) {
	for in, want := range map[string]string{
		"12 rooms would be deleted, and at most 10 may be": "12 rooms would be deleted, and at most 10 may be",
		"--prune is refused: the file holds no rooms":      "`--prune` is refused: the file holds no rooms",
		`add a manage list, such as manage: ["team-*"]`:    "add a manage list, such as manage: `[\"team-*\"]`",
		"pass --max-deletes 12 if it is meant":             "pass `--max-deletes 12` if it is meant",
		"ping @evil now":                                   "ping `@evil` now",
		"see #1 and deadbeef, (GH-2) or 1234567":           "see `#1` and `deadbeef`, (`GH-2`) or `1234567`",
		"a_b_c *x* `y`":                                    "`` a_b_c *x* `y` ``",
		"":                                                 "",
		"it's  two":                                        "it's  two",
		"www.evil.example.":                                "`www.evil.example`.",
	} {
		if got := prose(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFences(t *testing.T) {
	for _, line := range []string{"```", "x", "  ````", "~~~"} {
		lines := strings.Split(structure(t, fenced("diff", []string{"+ x", line, "# Out", "- y"})), "\n")
		if diff := cmp.Diff([]string{"Document", "FencedCodeBlock", ""}, lines); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

// A document is found again by its beginning, and by no other environment's.
func TestMarker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.StringN(0, -1, 200), rapid.StringOfN(rapid.RuneFrom([]rune(`a->"%!`)), 0, 20, 200))
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		line := marker("", a, "d1")
		if !strings.HasPrefix(line, Marker("", a)) || strings.Count(line, "--") != 2 || !strings.HasSuffix(line, " -->\n") || strings.Count(line, "\n") != 1 {
			t.Fatalf("marker of %q: %q", a, line)
		}
		if a != b && strings.HasPrefix(line, Marker("", b)) {
			t.Fatalf("%q is taken for %q", a, b)
		}
		if strings.HasPrefix(line, Marker("drift", a)) || strings.HasPrefix(marker("drift", a, ""), Marker("", a)) {
			t.Fatal("drift and plan are taken for each other")
		}
	})
}

// many is a plan with n changes of rooms with long names.
func many(n, nameLength, textLength int) plan.Plan {
	p := plan.Plan{Options: plan.Options{Space: "example.signalwire.com", Project: "p"}}
	for i := range n {
		name := fmt.Sprintf("%0*d", nameLength, i)
		action := []plan.Action{plan.Update, plan.Create, plan.Delete}[i*3/n]
		op := plan.Operation{Action: action, Changes: []room.Change{{Setting: "description", Before: room.Text("old"), After: room.Text(strings.Repeat("text ", textLength/5))}}}
		if action != plan.Delete {
			op.Desired = room.Desired{Kind: room.Conference, Name: name, Pos: diag.Pos{File: "rooms.yaml", Line: i + 1}}
		}
		if action != plan.Create {
			op.Live = room.Live{Kind: room.Conference, Name: name, ID: name, Settings: room.Settings{"description": room.Text("old")}}
		}
		p.Operations = append(p.Operations, op)
	}
	return p
}

func TestMarkdownFits(t *testing.T) {
	for _, c := range []struct {
		name    string
		p       plan.Plan
		says    []string
		without string
	}{
		{"few", many(9, 10, 100), []string{"0000000008"}, "left out"},
		{"details dropped", many(1000, 20, 500), []string{"00000000000000000999", "00000000000000000000", "Details of ", "are left out here, to fit into 65536 characters: `roomsync plan` shows them"}, "and the names"},
		{"brief dropped", many(1000, 50, 5000), []string{"00000000000999", "00000000000000", "Details of 1000 are left out"}, "and the names"},
		{"names dropped", many(1000, 100, 500), []string{"**delete:** `", "Details, and the names of "}, "<details>"},
	} {
		got := text(t, func(w io.Writer) error { return PlanMarkdown(w, c.p, about, CommentLimit) })
		if len(got) > CommentLimit {
			t.Errorf("%s: %d bytes", c.name, len(got))
		}
		for _, want := range append(c.says, "333 to delete", "3 rooms will be deleted", "roomsync apply --expect-plan")[min(len(c.says), 0):] {
			if c.name == "few" && strings.Contains(want, "333") {
				continue
			}
			if !strings.Contains(got, want) {
				t.Errorf("%s: it does not say %q:\n%.3000s", c.name, want, got)
			}
		}
		if strings.Contains(got, c.without) {
			t.Errorf("%s: it says %q", c.name, c.without)
		}
	}
}

// However much there is to say, and whatever the limit, it is kept, and as much
// is said as fits: what fits in full is said in full.
func TestMarkdownNeverPassesItsLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := many(rapid.IntRange(3, 300).Draw(t, "rooms"), rapid.IntRange(4, 150).Draw(t, "name"), rapid.IntRange(0, 2000).Draw(t, "text"))
		limit := rapid.IntRange(8000, CommentLimit).Draw(t, "limit")
		var full, got strings.Builder
		_ = PlanMarkdown(&full, p, about, 0)
		_ = PlanMarkdown(&got, p, about, limit)
		if got.Len() > limit {
			t.Fatalf("%d bytes, and %d are allowed", got.Len(), limit)
		}
		if whole := got.String() == full.String(); whole != (full.Len() <= limit) {
			t.Fatalf("all of it: %t; it has %d bytes, and %d are allowed", whole, full.Len(), limit)
		}
	})
}

// What surrounds the rooms has bounds of its own.
func TestHugeSurroundings(t *testing.T) {
	p := many(1000, 100, 100)
	huge := strings.Repeat("huge ", 10_000)
	for range 2000 {
		p.Warnings = append(p.Warnings, plan.Warning{Pos: diag.Pos{File: huge, Line: 1}, Message: huge, Hint: huge})
		p.Unmanaged = append(p.Unmanaged, plan.Bystander{Name: huge, Reason: fmt.Sprint(len(p.Unmanaged), huge)})
		p.Conflicts = append(p.Conflicts, plan.Conflict{Desired: room.Desired{Name: huge}, Reason: huge, Hint: huge})
	}
	for i := range 6 {
		p.Guards = append(p.Guards, plan.Guard{Name: fmt.Sprint("guard", i), Message: huge, Lift: huge, Rooms: []string{huge, huge}})
	}
	got := text(t, func(w io.Writer) error {
		return PlanMarkdown(w, p, About{Environment: huge, Commit: huge, Run: "https://" + huge, Version: huge}, CommentLimit)
	})
	if len(got) > CommentLimit {
		t.Errorf("%d bytes", len(got))
	}
}
