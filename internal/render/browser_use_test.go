//go:build browser

package render

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"roomsync/internal/room"
)

func TestBrowserSearches(t *testing.T) {
	b := open(t, pageOf(t, rebranding()))
	b.status("5 of 5 rooms shown")
	b.enter("Retro")
	b.status("1 of 5 rooms shown")
	b.expect("team-retro")
	b.enter(" nothing-like-it")
	b.status("0 of 5 rooms shown")
	if !eval[bool](b, `document.getElementById("none").checkVisibility()`) {
		t.Error("nothing says that no room matches")
	}
	b.click("#reset")
	b.status("5 of 5 rooms shown")
	for words, room := range map[string]string{"medium large": "team-all-hands", "the team's intranet": "team-all-hands", "max_members": "stage", "#8A2BE2": "team-demo", "rooms.yaml:52": "stage"} {
		b.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("search").select()`))
		b.enter(words)
		b.status("1 of 5 rooms shown")
		b.expect(room)
	}
}

func TestBrowserFilters(t *testing.T) {
	b := open(t, pageOf(t, rebranding()))
	b.click(`button[data-word="delete"]`)
	b.status("1 of 5 rooms shown")
	b.expect("team-demo")
	if hash := eval[string](b, `location.hash`); hash != "#action=delete" {
		t.Errorf("the address ends in %q", hash)
	}
	b.click(`button[data-word="update"]`)
	b.status("3 of 5 rooms shown")
	b.expect("team-all-hands", "team-demo", "stage")
	b.enter("stage")
	b.status("1 of 5 rooms shown")
	b.until(`location.hash === "#action=update,delete&q=stage"`)
	b.do(chromedp.Reload())
	b.status("1 of 5 rooms shown")
	b.expect("stage")
	if got := eval[[]string](b, `Array.from(document.querySelectorAll(".filter[aria-pressed=true]"), f => f.dataset.word)`); len(got) != 2 {
		t.Errorf("after loading the address again %v are pressed", got)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#action=create&q=acme"`))
	b.expect("team-workshop")
	b.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#main"`)) // a place, not a filter
	b.until(`location.hash === "#main"`)
	b.expect("team-workshop")
}

func TestBrowserFolds(t *testing.T) {
	b := open(t, pageOf(t, rebranding()))
	const opened = `document.querySelectorAll("article.op > details[open]").length`
	b.click("#collapse")
	if n := eval[int](b, opened); n != 0 {
		t.Errorf("%d rooms are open after collapsing all", n)
	}
	b.click(`button[data-word="update"]`)
	b.status("2 of 5 rooms shown")
	b.click("#expand")
	if n := eval[int](b, opened); n != 2 {
		t.Errorf("%d rooms are open, want the 2 that are shown", n)
	}
}

// TestBrowserByKeyboard uses nothing but keys.
func TestBrowserByKeyboard(t *testing.T) {
	b := open(t, pageOf(t, rebranding()))
	focused := func() string {
		return eval[string](b, `(e => e.id || e.dataset.word || e.className || e.localName)(document.activeElement)`)
	}
	press := func(key string) { t.Helper(); b.do(chromedp.KeyEvent(key)) }
	press(kb.Tab)
	if got := focused(); got != "skip" {
		t.Errorf("the first stop is %s, want the skip link", got)
	}
	if !eval[bool](b, `document.activeElement.getBoundingClientRect().left >= 0`) {
		t.Error("the skip link cannot be seen when it has the focus")
	}
	var stops []string
	for range 9 {
		press(kb.Tab)
		stops = append(stops, focused())
	}
	if got := strings.Join(stops, " "); got != "theme a search rename create update delete expand collapse" {
		t.Errorf("the stops are %s", got)
	}
	for range 3 {
		b.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(kb.ModifierShift))) // back with Shift: to delete
	}
	if got := focused(); got != "update" {
		t.Fatalf("the focus is on %s, want update", got)
	}
	press(" ")
	b.status("2 of 5 rooms shown")
	if style := eval[string](b, `getComputedStyle(document.activeElement).outlineStyle`); style != "solid" {
		t.Errorf("the outline of what has the focus is %s", style)
	}
	for range 4 {
		press(kb.Tab)
	}
	if got := focused(); got != "summary" {
		t.Fatalf("the focus is on %s, want a room's summary", got)
	}
	press(kb.Enter)
	if eval[bool](b, `document.activeElement.parentElement.open`) {
		t.Error("Enter does not fold a room")
	}
}

func TestBrowserThemes(t *testing.T) {
	b := open(t, pageOf(t, rebranding()))
	background := func() string { return eval[string](b, `getComputedStyle(document.body).backgroundColor`) }
	const light, dark = "rgb(245, 246, 248)", "rgb(15, 19, 24)"
	system := func(theme string) {
		command(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
	}
	expect := func(when, want string) {
		t.Helper()
		if got := background(); got != want {
			t.Errorf("%s the background is %s, want %s", when, got, want)
		}
	}
	system("dark")
	expect("on a dark system", dark)
	system("light")
	expect("on a light system", light)
	b.click("#theme")
	b.click("#theme")
	b.until(`document.getElementById("theme").textContent === "Theme: dark"`)
	expect("with the dark theme on a light system", dark)
	b.do(chromedp.Reload())
	b.until(`document.getElementById("theme").textContent === "Theme: dark"`)
	expect("after loading again", dark)
	b.click("#theme")
	b.click("#theme")
	system("dark")
	expect("with the light theme on a dark system", light)
}

// TestBrowserOnPhones: no page is wider than a phone.
func TestBrowserOnPhones(t *testing.T) {
	long := rebranding()
	for i := range long.Operations {
		long.Operations[i].Changes = append(long.Operations[i].Changes, room.Change{Setting: "display_name", Before: room.Text(strings.Repeat("W", 58)), After: room.Text(strings.Repeat("W", 200))})
	}
	long.Space = strings.Repeat("a-long-name-", 12) + ".signalwire.com"
	for name, document := range map[string]string{
		"plan": pageOf(t, rebranding()), "trouble": pageOf(t, trouble()), "long": planPage(t, long, About{}), "drift": driftPage(t, trouble(), someAbout),
		"failure": text(t, func(w io.Writer) error { return FailureHTML(w, failure, someAbout) }),
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, document)
			b.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateScale(2)))
			b.until(`innerWidth === 360 && document.documentElement.clientWidth === 360`)
			if wide := eval[[]string](b, `Array.from(document.querySelectorAll("body *")).filter(e => !e.closest("svg, .unseen, .skip, thead") && e.getBoundingClientRect().right > 360.5).map(e => e.outerHTML.slice(0, 80))`); len(wide) > 0 {
				t.Errorf("wider than the screen: %s", strings.Join(wide, "\n"))
			}
			if width := eval[int](b, `document.documentElement.scrollWidth`); width > 360 {
				t.Errorf("the page is %d wide", width)
			}
		})
	}
}

// TestBrowserRunsNothingHostile shows hostile texts everywhere. What they would
// run leaves a mark; what the page may not do is watched in any case.
func TestBrowserRunsNothingHostile(t *testing.T) {
	for length, attack := range map[string]string{
		"short": `<img src=//evil.example onerror=document.ran=1>`, // fits into a table
		"long": `</script></style></title><script>document.ran=1</script><img src=//evil.example onerror=document.ran=1>"onfocus="document.ran=1"autofocus x='` +
			`<svg onload=document.ran=1><a href=javascript:document.ran=1>x</a><iframe srcdoc="<script>top.ran=1</script>">`,
	} {
		p, about := hostilePlan(attack)
		for name, document := range map[string]string{
			"plan": planPage(t, p, about), "drift": driftPage(t, p, about),
			"failure": text(t, func(w io.Writer) error { return FailureHTML(w, Failure{Error: attack, Hint: attack}, about) }),
		} {
			t.Run(length+" "+name, func(t *testing.T) {
				b := open(t, document)
				if eval[bool](b, `"ran" in document || "ran" in window`) {
					t.Error("a text from the server was run")
				}
				if n := eval[int](b, `document.querySelectorAll("img, iframe, script:not(:last-child), [onload], [onfocus], [onerror], a[href^='javascript:']").length`); n > 0 {
					t.Errorf("a text from the server became %d elements", n)
				}
				if !eval[bool](b, `document.body.textContent.includes("<img src=//evil.example onerror=document.ran=1>")`) {
					t.Error("the text is not shown as it is")
				}
			})
		}
	}
}

// TestBrowserKeepsThePolicy: were there ever a way in, the policy would still
// stand.
func TestBrowserKeepsThePolicy(t *testing.T) {
	b := open(t, pageOf(t, rebranding()))
	b.do(chromedp.Evaluate[chromedp.Void](`
		addEventListener("securitypolicyviolation", (e) => { (document.refused ??= []).push(e.effectiveDirective); });
		const script = document.createElement("script"); script.textContent = "document.ran = 1"; document.body.append(script);
		document.body.insertAdjacentHTML("beforeend", '<img src="https://evil.example/x.png"><p style="color: red">x</p><p onclick="document.ran = 1" id="bait">x</p>');
		document.getElementById("bait").click();
		fetch("https://evil.example/").catch(() => {});
		0`))
	b.until(`document.refused?.includes("connect-src") && document.refused.includes("img-src") && document.refused.includes("script-src-elem") && document.refused.includes("style-src-attr") && document.refused.includes("script-src-attr")`)
	if eval[bool](b, `"ran" in document`) {
		t.Error("the policy lets a script run")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.errors, b.requests = nil, nil // those that were asked for, and refused
}

// TestBrowserWithoutScripts: everything can be read, and no control is there
// that would do nothing.
func TestBrowserWithoutScripts(t *testing.T) {
	b := open(t, pageOf(t, rebranding()))
	command(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.do(chromedp.Reload())
	if eval[bool](b, `Array.from(document.querySelectorAll("#theme, #search, .filter, #expand, #none")).some(e => e.checkVisibility())`) {
		t.Error("controls are shown that do nothing")
	}
	b.expect("team-all-hands", "team-demo", "team-retro", "team-workshop", "stage")
	text := eval[string](b, `document.body.textContent`)
	for _, s := range []string{"1 room will be deleted", "highlight-1-responsive", "On the first Monday", "below AA (3)", "rooms.yaml:52"} {
		if !strings.Contains(text, s) {
			t.Errorf("the page does not say %q", s)
		}
	}
	b.click("article.op summary")
	if eval[bool](b, `document.querySelector("article.op > details").open`) {
		t.Error("a room does not fold")
	}
}

// TestBrowserPrints: on paper nothing is folded, and there are no controls.
func TestBrowserPrints(t *testing.T) {
	b := open(t, pageOf(t, rebrandings(40)))
	const table = `document.querySelector("article.op table").checkVisibility({contentVisibilityAuto: true})`
	if eval[bool](b, table) {
		t.Fatal("rooms of a long page are not folded, so this tests nothing")
	}
	command(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
	b.until(table)
	if !eval[bool](b, `Array.from(document.querySelectorAll("article.op table, article.op figure, .lists dl")).every(e => e.getBoundingClientRect().height > 20)`) {
		t.Error("some of the page is folded on paper")
	}
	if eval[bool](b, `Array.from(document.querySelectorAll("button, input")).some(e => e.checkVisibility())`) {
		t.Error("controls are printed")
	}
	if got := eval[string](b, `getComputedStyle(document.querySelector("h1")).color`); got != "rgb(27, 36, 48)" {
		t.Errorf("text is printed in %s on a dark system", got)
	}
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if len(pdf) < 50_000 {
		t.Errorf("the printed page has %d bytes only", len(pdf))
	}
}

// TestBrowserForScreenReaders looks at what assistive technology is given.
func TestBrowserForScreenReaders(t *testing.T) {
	b := open(t, pageOf(t, rebranding()))
	b.do(chromedp.EmulateViewport(1200, 4000)) // what is out of sight has no marks yet
	b.until(`Array.from(document.querySelectorAll("article.op table")).every(t => t.checkVisibility({contentVisibilityAuto: true}))`)
	tree := command(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	names := make(map[string][]string)
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		names[said(n.Role)] = append(names[said(n.Role)], said(n.Name))
	}
	for _, role := range []string{"button", "searchbox", "link", "heading", "article", "image", "region", "search", "group", "columnheader", "rowheader"} {
		if len(names[role]) == 0 {
			t.Errorf("nothing has the role %s", role)
		}
		for _, name := range names[role] {
			if name == "" && role != "group" { // details are groups without a name
				t.Errorf("a %s has no name", role)
			}
		}
	}
	for role, want := range map[string]string{
		"button": "delete 1", "searchbox": "Search rooms, settings and values", "article": "retro-room to team-retro", "link": "Skip to the content",
		"image": "A meeting in the dark theme, titled All Hands, one person large above the others, with a chat, being recorded", "main": "", "banner": "", "status": "",
	} {
		if found := strings.Join(names[role], "\n"); !strings.Contains(found, want) || len(names[role]) == 0 {
			t.Errorf("no %s is called %q, but:\n%s", role, want, found)
		}
	}
	if text := strings.Join(names["StaticText"], ""); !strings.Contains(text, "[removed:") || !strings.Contains(text, "[added:") {
		t.Error("what was removed and added is not said")
	}
}

// said is what assistive technology says of a value.
func said(v *accessibility.Value) string {
	var text string
	if v != nil && json.Unmarshal([]byte(v.Value), &text) != nil {
		return ""
	}
	return text
}

// TestBrowserStaysFluid searches a thousand rooms. How long that takes depends
// on the machine, so the limit is many times what it should be.
func TestBrowserStaysFluid(t *testing.T) {
	document := pageOf(t, rebrandings(1000))
	b := open(t, document)
	b.status("1000 of 1000 rooms shown")
	load := eval[float64](b, `performance.getEntriesByType("navigation")[0].loadEventEnd`)
	// The time from a key to the next frame, without the pause that waits for more keys.
	search := func(words string) float64 {
		return eval[float64](b, fmt.Sprintf(`(() => { const from = performance.now(); location.hash = "q=%s"; dispatchEvent(new HashChangeEvent("hashchange")); document.body.offsetHeight; return performance.now() - from; })()`, words))
	}
	first, second := search("0777"), search("floor")
	b.status("1000 of 1000 rooms shown")
	all := eval[float64](b, `(() => { const from = performance.now(); document.getElementById("expand").click(); document.body.offsetHeight; return performance.now() - from; })()`)
	if longest := max(first, second, all); longest > 2000 {
		t.Errorf("the page stood still for %.0f ms", longest)
	}
	t.Logf("%d bytes; load %.0f ms, first search %.0f ms, next %.0f ms, expand all %.0f ms", len(document), load, first, second, all)
}

// TestBrowserScreenshot makes the picture for the README when asked to.
func TestBrowserScreenshot(t *testing.T) {
	if *screenshot == "" {
		t.Skip("no -screenshot FILE was given")
	}
	b := open(t, pageOf(t, rebranding()))
	b.do(chromedp.EmulateViewport(1200, 1330))
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*screenshot, picture, 0o644); err != nil {
		t.Fatal(err)
	}
}
