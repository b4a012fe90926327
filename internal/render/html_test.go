package render

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

func planPage(t *testing.T, p plan.Plan, about About) string {
	t.Helper()
	return text(t, func(w io.Writer) error { return PlanHTML(w, p, about) })
}

func driftPage(t *testing.T, p plan.Plan, about About) string {
	t.Helper()
	return text(t, func(w io.Writer) error { return DriftHTML(w, p, about) })
}

// failure is one with all its parts.
var failure = Failure{
	FormatVersion: FormatVersion, ExitCode: 1, Error: "rooms.yaml has 2 problems:\nsee below", Hint: "correct the file",
	Problems: []Problem{
		{Severity: "error", Message: `unknown setting "displayname"`, Hint: "did you mean display_name?", Source: &Source{"rooms.yaml", 4, 5}},
		{Severity: "warning", Message: "protect: hall matches no room"},
	},
}

// TestPages compares pages with testdata, without the stylesheet and the script.
func TestPages(t *testing.T) {
	pages := map[string]func(io.Writer) error{
		"plan":    func(w io.Writer) error { return PlanHTML(w, rebranding(), someAbout) },
		"trouble": func(w io.Writer) error { return PlanHTML(w, trouble(), About{}) },
		"drift":   func(w io.Writer) error { return DriftHTML(w, trouble(), someAbout) },
		"failure": func(w io.Writer) error { return FailureHTML(w, failure, someAbout) },
	}
	for name, write := range pages {
		t.Run(name, func(t *testing.T) {
			got := withoutAssets(text(t, write))
			path := filepath.Join("testdata", name+".html")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("page (-want +got):\n%s", diff)
			}
		})
	}
}

var hash = regexp.MustCompile(`sha256-.*?&#39;`)

func withoutAssets(page string) string {
	page = strings.Replace(page, pageCSS, "the stylesheet", 1)
	page = strings.Replace(page, pageJS, "the script", 1)
	return hash.ReplaceAllString(page, "sha256-HASH&#39;")
}

// TestPolicy holds the page's content security policy to the style and the
// script that are in it, byte for byte, as a browser does.
func TestPolicy(t *testing.T) {
	for name, page := range map[string]string{
		"plan": planPage(t, rebranding(), someAbout), "empty": planPage(t, plan.Plan{}, About{}),
		"failure": text(t, func(w io.Writer) error { return FailureHTML(w, failure, About{}) }),
	} {
		const before = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta http-equiv=\"Content-Security-Policy\" content=\""
		rest, first := strings.CutPrefix(page, before)
		if !first {
			t.Fatalf("%s: the policy does not come first: %.200s", name, page)
		}
		policy, _, _ := strings.Cut(rest, `"`)
		sum := func(open, end string) string {
			_, after, _ := strings.Cut(page, open)
			content, _, found := strings.Cut(after, end)
			if !found || strings.Contains(after[len(content)+len(end):], open) {
				t.Errorf("%s: there is no %s, or more than one", name, open)
			}
			s := sha256.Sum256([]byte(content))
			return "'sha256-" + base64.StdEncoding.EncodeToString(s[:]) + "'"
		}
		want := "default-src 'none'; style-src " + sum("<style>", "</style>") + "; script-src " + sum("<script>", "</script>") +
			"; img-src data:; base-uri 'none'; form-action 'none'"
		if got := html.UnescapeString(policy); got != want {
			t.Errorf("%s: policy\n%s\nwant\n%s", name, got, want)
		}
	}
}

// hostilePlan puts one text wherever a server or a file can put text.
func hostilePlan(s string) (plan.Plan, About) {
	p := everything()
	p.Space, p.Project, p.Only = s, s, []string{s}
	for i := range p.Operations {
		op := &p.Operations[i]
		op.Because, op.Desired.Pos.File, op.Live.ID = s, s, s
		op.Live.Name, op.Desired.Was = s, []string{s}
		if op.Action != plan.Delete {
			op.Desired.Name = s
			op.Changes = append(op.Changes,
				room.Change{Setting: "display_name", Before: room.Text(s), After: room.Text("another " + s)},
				room.Change{Setting: "description", Before: room.Text("first\n" + s), After: room.Text(s + "\nlast")},
				room.Change{Setting: "layout", Before: room.Text(s), After: room.Text(s + s)},
				room.Change{Setting: s, Before: room.Text("1"), After: room.Text("2")})
			op.Ignored = []room.Change{{Setting: "quality", Before: room.Text(s), After: room.Text(s)}}
		} else {
			op.Live.Settings["display_name"], op.Live.Settings["layout"] = room.Text(s), room.Text(s)
		}
	}
	for _, list := range [][]plan.Bystander{p.Unchanged, p.Unmanaged} {
		for i := range list {
			list[i].Name, list[i].Reason, list[i].Changes = s, s, []room.Change{{Setting: s, Before: room.Text(s), After: room.Text(s)}}
		}
	}
	for i := range p.Conflicts {
		c := &p.Conflicts[i]
		c.Desired.Name, c.Reason, c.Hint, c.Live[0].ID, c.Desired.Pos.File = s, s, s, s, s
	}
	p.Guards = []plan.Guard{{Name: "guard", Message: s, Lift: s, Rooms: []string{s}}}
	p.Warnings = []plan.Warning{{Message: s, Hint: s, Lint: s, Pos: room.Pos{File: s, Line: 1}}}
	return p, About{Environment: s, Commit: s, Run: s, Version: s}
}

var hostileTexts = []string{
	`</script><img src=x onerror=alert(1)>`, `</style><script>alert(1)</script>`, `"><svg onload=alert(1)>`, `' onmouseover='alert(1)`,
	`javascript:alert(1)`, `{{.CSS}}`, `<!--`, `]]>`, "`${alert(1)}`", `&lt;b&gt;`, "a\x00b", "bad \xff\xfe bytes", "\u202egnp.exe", "zero\u200bwidth", "bell\aand\x1b[31mred",
}

// elements are the elements of a page with the names of their attributes: what
// text must not change. Marks of a diff depend on it by their nature.
func elements(page string) []string {
	var all []string
	for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(page, -1) {
		if tag = regexp.MustCompile(`="[^"]*"`).ReplaceAllString(tag, "=…"); !strings.HasPrefix(strings.TrimPrefix(tag, "</"), "<del") {
			switch tag {
			case "<ins>", "</ins>", "<del>", "</del>":
			default:
				all = append(all, tag)
			}
		}
	}
	return all
}

func TestHostileTextIsText(t *testing.T) {
	for _, s := range hostileTexts {
		p, about := hostilePlan(s)
		harmless, plainAbout := hostilePlan(strings.Repeat("x", len(s)))
		for name, write := range map[string]func(io.Writer, plan.Plan, About) error{"plan": PlanHTML, "drift": DriftHTML} {
			got := withoutAssets(text(t, func(w io.Writer) error { return write(w, p, about) }))
			want := withoutAssets(text(t, func(w io.Writer) error { return write(w, harmless, plainAbout) }))
			if diff := cmp.Diff(elements(want), elements(got)); diff != "" {
				t.Errorf("%s: %q changes the page (-want +got):\n%s", name, s, diff)
			}
			for _, r := range got {
				if r != '\n' && (r < 0x20 || r == 0x7f || r == 0x202e || r == 0x200b) {
					t.Errorf("%s: %q: there is %U in the page", name, s, r)
					break
				}
			}
			if !utf8.ValidString(got) || strings.Contains(got, "ZgotmplZ") || strings.Contains(got, "\x1b") {
				t.Errorf("%s: %q: a value ended up where it does not belong", name, s)
			}
		}
	}
}

func TestHostileFailure(t *testing.T) {
	page := func(s string) string {
		return withoutAssets(text(t, func(w io.Writer) error {
			return FailureHTML(w, Failure{ExitCode: 1, Error: s, Hint: s, Problems: []Problem{{Severity: "error", Message: s, Hint: s, Source: &Source{s, 1, 2}}}}, About{Environment: s, Run: s})
		}))
	}
	for _, s := range hostileTexts {
		if diff := cmp.Diff(elements(page("x")), elements(page(s))); diff != "" {
			t.Errorf("%q changes the page (-want +got):\n%s", s, diff)
		}
	}
}

func TestOnlySecureAddressesBecomeLinks(t *testing.T) {
	for run, linked := range map[string]bool{
		"https://ci.example.com/runs/42?a=b&c=d": true,
		"http://ci.example.com/runs/42":          false,
		"javascript:alert(1)":                    false,
		"https:alert(1)":                         false,
		"https://":                               false,
		"https://user:secret@example.com/":       false,
		"https://example.com/\u202e":             false,
		"//example.com":                          false,
		"data:text/html,x":                       false,
	} {
		page := planPage(t, plan.Plan{}, About{Run: run})
		if got := strings.Contains(page, "<a href="); got != linked || !strings.Contains(page, "<dt>Run</dt>") {
			t.Errorf("%s: is a link: %t, want %t", run, got, linked)
		}
	}
}

func TestPagesAreTheSameEveryTime(t *testing.T) {
	p := rebrandings(40)
	first := planPage(t, p, someAbout)
	for range 3 {
		if planPage(t, rebrandings(40), someAbout) != first {
			t.Fatal("the page of the same plan is another one")
		}
	}
	if planPage(t, p, someAbout) == driftPage(t, p, someAbout) {
		t.Error("drift is told as a plan")
	}
}

func TestWordsOfPages(t *testing.T) {
	p := rebranding()
	tests := []struct {
		name, page string
		has, lacks []string
	}{
		{"plan", planPage(t, p, someAbout),
			[]string{planSummary(p), "Plan for production", "1 room will be deleted", `data-word="create"`, `<th scope="col">before</th><th scope="col">after</th>`, "--prune", p.Digest()},
			[]string{"missing", "live</th>", "still has the name"}},
		{"drift", driftPage(t, p, someAbout),
			[]string{html.EscapeString(driftSummary(p)), "2 changed, 1 missing, 1 extra, 1 renamed", `data-word="missing"`, `data-word="extra"`, `<th scope="col">live</th><th scope="col">rooms.yaml</th>`,
				"the live room still has the name retro-room"},
			[]string{"will be deleted", "Apply refuses", `data-word="create"`, ">after<", "--prune"}},
		{"in sync", driftPage(t, plan.Plan{Unchanged: make([]plan.Bystander, 3)}, About{}),
			[]string{"No drift. As in the file: 3.", "Drift for video rooms"}, []string{`type="search"`, "<symbol"}},
		{"empty", planPage(t, plan.Plan{}, About{}), []string{"No changes: there are no rooms, and the file wants none."}, []string{`type="search"`, "Digest"}},
		{"guard alone", planPage(t, plan.Plan{Guards: []plan.Guard{{Name: "prune-without-manage", Message: "no", Lift: "yes"}}}, About{}),
			[]string{"Nothing would be done, and a guard refuses: prune-without-manage.", "prune-without-manage", "<strong>To go on:</strong> yes"}, nil},
		{"bare", planPage(t, p, someAbout), []string{"it has no interface of SignalWire’s to draw"}, nil},
	}
	for _, test := range tests {
		for _, s := range test.has {
			if !strings.Contains(test.page, s) {
				t.Errorf("%s: the page does not say %s", test.name, s)
			}
		}
		for _, s := range test.lacks {
			if strings.Contains(withoutAssets(test.page), s) {
				t.Errorf("%s: the page says %s", test.name, s)
			}
		}
	}
}

// TestAThousandRoomsFit: the page of a plan that changes about everything of a
// thousand rooms can be sent around.
func TestAThousandRoomsFit(t *testing.T) {
	page := planPage(t, rebrandings(1000), someAbout)
	if len(page) > 6<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
	if n := strings.Count(page, "<article "); n != 1000 {
		t.Errorf("the page has %d rooms", n)
	}
}

func BenchmarkPlanHTML(b *testing.B) {
	p := rebrandings(1000)
	for b.Loop() {
		if err := PlanHTML(io.Discard, p, someAbout); err != nil {
			b.Fatal(err)
		}
	}
}
