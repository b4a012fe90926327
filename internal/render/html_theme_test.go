package render

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// drawn is what an update of a conference looks like.
func drawn(live, want room.Settings) ([]themeView, *drafts) {
	l := room.Live{Kind: room.Conference, ID: "1", Name: "hall", Settings: live}
	d := room.Desired{Kind: room.Conference, Name: "hall", Settings: want}
	drafts := newDrafts()
	return drafts.themes(plan.Operation{Action: plan.Update, Live: l, Desired: d, Changes: room.Patch(l, d)}, asPlan), drafts
}

func TestThemesShowBothSides(t *testing.T) {
	themes, d := drawn(
		room.Settings{"display_name": room.Text("Hall"), "dark_background": room.Text("#123456"), "light_primary": room.Null()},
		room.Settings{"dark_background": room.Text("#000000"), "dark_foreground": room.Text("#777777"), "dark_primary": room.Text("#767676")})
	var got []string
	for _, theme := range themes {
		for _, s := range theme.Sides {
			said := []string{theme.Name, s.Label, s.Shades}
			for _, f := range s.Figures {
				verdict := "below"
				if f.Good {
					verdict = "AA"
				}
				said = append(said, f.What+" "+f.Ratio+" "+verdict)
			}
			got = append(got, strings.Join(said, " | "))
		}
	}
	want := []string{
		"light | before and after look the same | #1D2127, #044EF4 on #FFFFFF; default: text, buttons, background | text 16.16 AA | buttons 6.17 AA",
		"dark | before | #1D2127, #044EF4 on #123456; default: text, buttons | text 1.27 below | buttons 2.05 below",
		"dark | after | #777777, #767676 on #000000 | text 4.68 AA | buttons 4.62 AA",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("themes (-want +got):\n%s", diff)
	}
	if len(d.looks) != 3 || len(d.stages) != 1 {
		t.Errorf("%d looks on %d stages, want 3 that share one", len(d.looks), len(d.stages))
	}
}

func TestSidesOfCreatesAndDeletes(t *testing.T) {
	created := newDrafts().themes(plan.Operation{Action: plan.Create, Desired: room.Desired{Kind: room.Conference, Name: "hall"}}, asPlan)
	deleted := newDrafts().themes(plan.Operation{Action: plan.Delete, Live: room.Live{Kind: room.Conference, Name: "hall"}}, asDrift)
	for i := range created {
		if c := created[i].Sides; len(c) != 1 || c[0].Label != "after" || c[0].Title != "hall" {
			t.Errorf("created: %+v", c)
		}
		if d := deleted[i].Sides; len(d) != 1 || d[0].Label != "live" {
			t.Errorf("deleted: %+v", d)
		}
	}
}

func TestWhatIsNoColourIsNotDrawn(t *testing.T) {
	for _, v := range []room.Value{
		room.Text("red;background:url(//x)"), room.Text("url(#x)"), room.Text("#FFF"), room.Text(""), room.Text("currentColor"), room.Int(5), room.Bool(true), room.Text(`#FFFFFF" onload="x`),
	} {
		themes, d := drawn(nil, room.Settings{"dark_background": v, "light_success": v})
		for _, l := range d.looks {
			for _, fill := range []string{l.Background, l.Foreground, l.Primary, l.Success, l.Negative} {
				if !isColor(fill) {
					t.Errorf("%s is drawn as %q", v.JSON(), fill)
				}
			}
		}
		after := themes[1].Sides[1]
		if after.Figures[0].Ratio != "" || !strings.Contains(after.Shades, "not a colour: background") {
			t.Errorf("%s: figures %+v of %s", v.JSON(), after.Figures, after.Shades)
		}
		p := plan.Plan{Operations: []plan.Operation{{Action: plan.Update, Desired: room.Desired{Kind: room.Conference, Name: "hall"}, Live: room.Live{Kind: room.Conference, Name: "hall", Settings: room.Settings{"dark_background": v}},
			Changes: []room.Change{{Setting: "dark_background", Before: v, After: room.Text("#000000")}}}}}
		page := planPage(t, p, About{})
		if strings.Count(page, "not a colour</span>") != 1 || !strings.Contains(page, "no contrast") {
			t.Errorf("%s: the page does not say that it is not a colour", v.JSON())
		}
		for _, fill := range regexp.MustCompile(`(?:fill|stroke)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if fill[1] != "none" && !isColor(fill[1]) {
				t.Errorf("%s: the page has %s", v.JSON(), fill[0])
			}
		}
	}
}

func TestFiguresAreRoundedDown(t *testing.T) {
	for ratio, want := range map[float64]string{4.499999: "4.49", 4.5: "4.50", 3: "3.00", 2.9999: "2.99", 21: "21.00", 4.478: "4.47", 4.35: "4.35"} {
		if got := roundedDown(ratio); got != want {
			t.Errorf("%v is written %s, want %s", ratio, got, want)
		}
	}
	f := newFigure("text", shade{Text: "#777777"}, shade{Text: "#FFFFFF"}, 4.5) // 4.478
	if f.Good || f.Ratio != "4.47" {
		t.Errorf("#777777 on #FFFFFF is %+v", f)
	}
}

func TestDrawingsInWords(t *testing.T) {
	tests := []struct {
		settings room.Settings
		want     string
		tiles    int
	}{
		{nil, "A meeting in the light theme, titled hall, people in a grid, with a chat", 4},
		{room.Settings{"enable_chat": room.Null(), "record_on_start": room.Null(), "layout": room.Null()}, "A meeting in the light theme, titled hall, people in a grid, with a chat", 4},
		{room.Settings{"display_name": room.Text(`"a\b"`), "enable_chat": room.Bool(false), "record_on_start": room.Bool(true), "layout": room.Text("10x10")},
			`A meeting in the light theme, titled "a\b", people in 10 by 10 tiles, without a chat, being recorded`, 100},
		{room.Settings{"layout": room.Text("2x1")}, "A meeting in the light theme, titled hall, people in 2 by 1 tiles, with a chat", 2},
		{room.Settings{"layout": room.Text("5up")}, "A meeting in the light theme, titled hall, one person large beside four others, with a chat", 5},
		{room.Settings{"layout": room.Text("highlight-1-responsive")}, "A meeting in the light theme, titled hall, one person large above the others, with a chat", 5},
		{room.Settings{"layout": room.Text("grid-responsive-mobile")}, "A meeting in the light theme, titled hall, people in a narrow grid, with a chat", 3},
		{room.Settings{"layout": room.Text("99999x99999")}, "A meeting in the light theme, titled hall, people in a grid, the layout being unknown, with a chat", 4},
		{room.Settings{"layout": room.Text("-1x0")}, "A meeting in the light theme, titled hall, people in a grid, the layout being unknown, with a chat", 4},
	}
	for _, test := range tests {
		d := newDrafts()
		side := d.side("light", "before", "hall", test.settings)
		if side.Words != test.want {
			t.Errorf("%v is %q, want %q", test.settings, side.Words, test.want)
		}
		if got := strings.Count(d.stages[0].Tiles, "z"); got != test.tiles {
			t.Errorf("%v has %d tiles, want %d", test.settings, got, test.tiles)
		}
	}
}

func TestTilesStayOnTheirStage(t *testing.T) {
	for _, layout := range []string{"grid-responsive", "grid-responsive-mobile", "highlight-1-responsive", "1x1", "2x1", "2x2", "5up", "3x3", "4x4", "5x5", "6x6", "8x8", "10x10"} {
		a, _ := arrange(layout)
		for _, tile := range a.tiles(stageWidth, stageHeight) {
			const slack = 1e-9
			if tile.x < 0 || tile.y < 0 || tile.width < 4 || tile.height < 4 || tile.x+tile.width > stageWidth+slack || tile.y+tile.height > stageHeight+slack {
				t.Errorf("%s: a tile at %+v", layout, tile)
			}
		}
	}
}

func TestClipped(t *testing.T) {
	for text, want := range map[string]string{"": "", "short": "short", "just as it": "just as it", "one too many": "one too ma…", "会議室の名前": "会議室の名…", "two  words": "two  words", "cut here   ": "cut here…"} {
		if got := clipped(text, 10); got != want {
			t.Errorf("clipped(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestColoursOfThePage holds the page's own colours to WCAG's AA in both
// themes, as it does those of rooms.
func TestColoursOfThePage(t *testing.T) {
	colours := make(map[string][2]string)
	for _, c := range regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);`).FindAllStringSubmatch(pageCSS, -1) {
		colours[c[1]] = [2]string{c[2], c[3]}
	}
	check := func(front string, needs float64, backs ...string) {
		for _, back := range backs {
			for i, theme := range []string{"light", "dark"} {
				ratio, ok := room.Contrast(colours[front][i], colours[back][i])
				if !ok || ratio < needs {
					t.Errorf("%s theme: %s on %s is %.2f, want %v", theme, front, back, ratio, needs)
				}
			}
		}
	}
	check("text", 7, "page", "card", "sunken", "red-soft", "amber-soft", "violet-soft")
	check("quiet", 4.5, "page", "card", "sunken")
	check("link", 4.5, "page", "card", "red-soft")
	check("edge", 3, "page", "card")
	for _, tint := range []string{"green", "amber", "red", "blue", "violet"} {
		check(tint, 4.5, tint+"-soft", "card", "page", "sunken")
	}
}

// TestAssetsCanStandInThePage: nothing in them ends the element they are in,
// and nothing asks for anything.
func TestAssetsCanStandInThePage(t *testing.T) {
	for name, asset := range map[string]string{"page.css": pageCSS, "page.js": pageJS} {
		if found := regexp.MustCompile(`(?i)</|<!--|https?:|url\(|@import|fetch\(|eval\(|innerHTML|\r`).FindString(asset); found != "" {
			t.Errorf("%s holds %q", name, found)
		}
	}
	if found := regexp.MustCompile(` style=| on[a-z]+=`).FindString(pageTemplate); found != "" {
		t.Errorf("the template holds%s, which the policy forbids", found)
	}
}
