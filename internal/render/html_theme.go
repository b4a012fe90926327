package render

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// themeView is how an operation changes the look of a conference in one theme.
type themeView struct {
	Name  string
	Sides []sideView // one where there is one, or both look the same
}

// sideView is a drawing and what is to be said about it.
type sideView struct {
	Label   string
	Look    string // the ID of the look
	Title   string // clipped
	Ink     string // of the title
	Words   string // the drawing, in words
	Figures []figureView
	Shades  string // the colours that the figures are about
}

// figureView is the contrast of two colours.
type figureView struct {
	What  string
	Ratio string // empty if there is none, because one is not a colour
	Good  bool
	Needs string
}

// shade is a colour of a theme.
type shade struct {
	Text    string // as it is set, or the default
	Default bool   // the documented default, because nothing is set
	Wrong   bool   // not a colour
}

// neutral is what is drawn where a colour should be and is not.
const neutral = "#9AA0A6"

// Fill is the colour to draw with. Only #RRGGBB gets into a drawing.
func (s shade) Fill() string {
	if s.Wrong {
		return neutral
	}
	return s.Text
}

// shadeOf is a colour of a room, or the documented default where none is set.
func shadeOf(s room.Settings, name string) shade {
	v := s[name]
	if !v.IsSet() || v.IsNull() {
		setting, _ := schema.Lookup(schema.Conference, name)
		var text string
		if json.Unmarshal([]byte(setting.Default), &text) != nil || !isColor(text) {
			return shade{Text: "none", Wrong: true}
		}
		return shade{Text: text, Default: true}
	}
	text, isText := v.Str()
	if !isText || !isColor(text) {
		return shade{Text: clipped(value(v), titleWidth), Wrong: true}
	}
	return shade{Text: text}
}

// themes draws a conference in both themes, before and after.
func (d *drafts) themes(op plan.Operation, t telling) []themeView {
	type side struct {
		label, name string
		settings    room.Settings
	}
	var sides []side
	if op.Action != plan.Create {
		sides = append(sides, side{t.before, op.Live.Name, op.Live.Settings})
	}
	if op.Action != plan.Delete {
		sides = append(sides, side{t.after, op.Name(), settingsAfter(op)})
	}
	var views []themeView
	for _, theme := range []string{"light", "dark"} {
		v := themeView{Name: theme}
		for _, s := range sides {
			v.Sides = append(v.Sides, d.side(theme, s.label, s.name, s.settings))
		}
		if len(v.Sides) == 2 && sameLook(v.Sides[0], v.Sides[1]) {
			v.Sides = v.Sides[1:]
			v.Sides[0].Label = t.before + " and " + t.after + " look the same"
		}
		views = append(views, v)
	}
	return views
}

// settingsAfter are a room's settings once an operation is carried out.
func settingsAfter(op plan.Operation) room.Settings {
	if op.Action == plan.Create {
		s := maps.Clone(op.Desired.Settings)
		if s == nil {
			s = make(room.Settings)
		}
		return overlaid(s, op.Changes)
	}
	s := make(room.Settings, len(op.Live.Settings))
	maps.Copy(s, op.Live.Settings)
	return overlaid(s, op.Changes)
}

func overlaid(s room.Settings, changes []room.Change) room.Settings {
	for _, c := range changes {
		s[c.Setting] = c.After
	}
	return s
}

func sameLook(a, b sideView) bool {
	return a.Look == b.Look && a.Words == b.Words && a.Shades == b.Shades
}

// side draws one side of a theme.
func (d *drafts) side(theme, label, name string, s room.Settings) sideView {
	of := func(use string) shade { return shadeOf(s, theme+"_"+use) }
	text, primary, background := of("foreground"), of("primary"), of("background")
	l := look{
		Background: background.Fill(), Foreground: text.Fill(), Primary: primary.Fill(),
		Success: of("success").Fill(), Negative: of("negative").Fill(),
		Chat: s["enable_chat"] != room.Bool(false), Recording: s["record_on_start"] == room.Bool(true),
	}
	var tiles string
	l.arrangement, tiles = arrange(s["layout"].String())
	title := name // what the API fills in
	if given, ok := s["display_name"].Str(); ok && given != "" {
		title = given
	}
	title = diag.Printable(title)
	return sideView{
		Label: label, Look: d.look(l), Title: clipped(title, titleWidth), Ink: l.Foreground,
		Words:   inWords(theme, clipped(title, 4*titleWidth), tiles, l),
		Figures: []figureView{newFigure("text", text, background, 4.5), newFigure("buttons", primary, background, 3)},
		Shades:  shadesInWords(text, primary, background),
	}
}

// shadesInWords names the colours that a contrast is about, and which of them
// are defaults or no colours.
func shadesInWords(text, primary, background shade) string {
	words := fmt.Sprintf("%s, %s on %s", text.Text, primary.Text, background.Text)
	var defaults, wrong []string
	for _, s := range []struct {
		name string
		shade
	}{{"text", text}, {"buttons", primary}, {"background", background}} {
		switch {
		case s.Wrong:
			wrong = append(wrong, s.name)
		case s.Default:
			defaults = append(defaults, s.name)
		}
	}
	if len(defaults) > 0 {
		words += "; default: " + strings.Join(defaults, ", ")
	}
	if len(wrong) > 0 {
		words += "; not a colour: " + strings.Join(wrong, ", ")
	}
	return words
}

// inWords is a drawing for those who do not see it. The colours are in the
// figures below it.
func inWords(theme, title, tiles string, l look) string {
	words := []string{fmt.Sprintf("A meeting in the %s theme, titled %s", theme, title), tiles, "with a chat"}
	if !l.Chat {
		words[2] = "without a chat"
	}
	if l.Recording {
		words = append(words, "being recorded")
	}
	return strings.Join(words, ", ")
}

// newFigure compares two colours with what WCAG's level AA asks of them.
func newFigure(what string, front, back shade, needs float64) figureView {
	f := figureView{What: what, Needs: fmt.Sprint(needs)}
	if front.Wrong || back.Wrong {
		return f
	}
	ratio, _ := room.Contrast(front.Text, back.Text)
	f.Ratio, f.Good = roundedDown(ratio), ratio >= needs
	return f
}

// roundedDown writes a ratio with two decimals, never more than it is: 4.499
// must not read 4.5. The hair that is added makes up for floating point, in
// which 4.35 times 100 is a little less than 435.
func roundedDown(ratio float64) string {
	return fmt.Sprintf("%.2f", math.Floor(ratio*100+1e-9)/100)
}

// clipped cuts text to so many columns, ideographs counting twice.
func clipped(text string, columns int) string {
	used := 0
	for i, r := range text {
		w := 1
		if r >= 0x1100 {
			w = 2
		}
		if used += w; used > columns {
			return strings.TrimRight(text[:i], " ") + "…"
		}
	}
	return text
}
