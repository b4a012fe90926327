package lint

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"roomsync/internal/room"
	"roomsync/schema"
)

// Subject is a room of the file and, once it is known, the live one that it is
// about.
type Subject struct {
	Want room.Desired
	Live *room.Live // nil: there is none, or nobody has looked
}

// pairs are the colours that must stand out from the background of their
// theme, and how much by WCAG 2.2, level AA: text by 1.4.3, parts of the
// interface by 1.4.11.
var pairs = []struct {
	colour string
	least  float64
	what   string
}{
	{"foreground", 4.5, "text"},
	{"primary", 3, "buttons"},
}

// Rooms looks at rooms one by one, as they will be: what the file says over
// what is live, or over the API's defaults where nothing is known to be.
func Rooms(subjects []Subject, now time.Time) []Warning {
	var found findings
	for _, s := range subjects {
		for _, theme := range []string{"dark", "light"} {
			found.contrast(s, theme)
		}
		found.window(s, now)
		found.empty(s)
	}
	return found.warnings()
}

// none is the place of what the file does not say.
var none room.Pos

func (f *findings) contrast(s Subject, theme string) {
	if s.Want.Kind != room.Conference {
		return
	}
	background := theme + "_background"
	for _, p := range pairs {
		colour := theme + "_" + p.colour
		at := s.Want.At.Of(colour)
		if also := s.Want.At.Of(background); at == none || also != none && at.Line < also.Line && at.File == also.File {
			at = also // the later of the two
		}
		if at == none {
			continue
		}
		a, b := s.colour(colour), s.colour(background)
		ratio, ok := f.ratio(a.value, b.value)
		if !ok || ratio >= p.least {
			continue
		}
		f.add(s, Warning{
			Lint: Contrast, Pos: at,
			// Rounded down, so that what is below the limit never reads as the limit.
			Message: fmt.Sprintf("%s %s has a contrast of %.2f:1 to %s %s, and WCAG AA asks for %g:1 for %s",
				colour, a, math.Floor(ratio*100)/100, background, b, p.least, p.what),
			Hint: "make one of them darker or lighter",
		})
	}
}

// ratio is the contrast of two colours. Rooms have few different pairs.
func (f *findings) ratio(a, b string) (ratio float64, ok bool) {
	pair := [2]string{a, b}
	if known, seen := f.ratios[pair]; seen {
		return known, known > 0
	}
	if ratio, ok = room.Contrast(a, b); !ok {
		ratio = 0
	}
	if f.ratios == nil {
		f.ratios = make(map[[2]string]float64)
	}
	f.ratios[pair] = ratio
	return ratio, ok
}

// shade is a colour and where it comes from, if not from the file.
type shade struct{ value, origin string }

func (s shade) String() string { return s.value + s.origin }

// colour is the colour that a room will have.
func (s Subject) colour(setting string) shade {
	v := s.Want.Settings[setting]
	origin := ""
	if !v.IsSet() && s.Live != nil {
		v, origin = s.Live.Settings[setting], " (as it is live)"
	}
	if text, ok := v.Str(); ok {
		return shade{text, origin}
	}
	def, _ := schema.Lookup(string(s.Want.Kind), setting)
	return shade{strings.Trim(def.Default, `"`), " (the default)"}
}

// window tells of a door that has closed for good.
func (f *findings) window(s Subject, now time.Time) {
	at := s.Want.At.Of("join_until")
	text, _ := s.Want.Settings["join_until"].Str()
	until, err := room.ParseTime(text)
	if at == none || err != nil || until.After(now) {
		return
	}
	f.add(s, Warning{
		Lint: WindowOver, Pos: at,
		Message: "nobody can join any more: join_until was " + text,
		Hint:    "give it a later time, clear it with null, or remove the room",
	})
}

// empty tells of settings that clear because somebody forgot to write a value,
// or wrote one that YAML takes for a comment.
func (f *findings) empty(s Subject) {
	for _, at := range s.Want.At {
		if at.Empty {
			f.add(s, Warning{
				Lint: NoValue, Pos: at.Pos,
				Message: at.Setting + " has no value, which clears it",
				Hint:    "write a value, or null if that is meant",
			})
		}
	}
}

// findings gathers what is found of rooms. What several rooms have from one
// place, such as defaults, is told once, with their names.
type findings struct {
	ratios map[[2]string]float64 // by pair; 0: not two colours
	order  []Warning
	rooms  map[Warning][]string
}

func (f *findings) add(s Subject, w Warning) {
	if f.rooms == nil {
		f.rooms = make(map[Warning][]string)
	}
	if f.rooms[w] == nil {
		f.order = append(f.order, w)
	}
	f.rooms[w] = append(f.rooms[w], s.Want.Name)
}

// mostRooms is how many rooms a warning names.
const mostRooms = 3

func (f *findings) warnings() []Warning {
	var ws []Warning
	for _, w := range f.order {
		rooms := f.rooms[w]
		slices.Sort(rooms)
		text := strings.Join(rooms[:min(len(rooms), mostRooms)], ", ")
		if more := len(rooms) - mostRooms; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		w.Message = text + ": " + w.Message
		ws = append(ws, w)
	}
	return ws
}

// Similar finds names that people take for each other: that differ only in
// capitals, or in - and _. live are names of rooms that the file may not know.
func Similar(rooms []room.Desired, live []string) []Warning {
	const hint = "if both are meant, disable the lint similar-names"
	var ws []Warning
	byFold := make(map[string]*room.Desired, len(rooms))
	known := make(map[string]bool, len(rooms)) // names of the file, former ones too
	ordered := make([]*room.Desired, len(rooms))
	for i := range rooms {
		ordered[i] = &rooms[i]
	}
	slices.SortFunc(ordered, func(a, b *room.Desired) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Name, b.Name))
	})
	for _, d := range ordered {
		known[d.Name] = true
		for _, former := range d.Was {
			known[former] = true
		}
		folded := fold(d.Name)
		first, taken := byFold[folded]
		if !taken {
			byFold[folded] = d
			continue
		}
		ws = append(ws, Warning{SimilarNames, d.Pos, fmt.Sprintf("%s and %s differ only in %s, and are two rooms", first.Name, d.Name, difference(first.Name, d.Name)), hint})
	}
	ws = append(ws, strays(ordered)...)
	told := make(map[string]bool)
	for _, name := range live {
		if known[name] || told[name] {
			continue
		}
		if d, alike := byFold[fold(name)]; alike {
			told[name] = true
			ws = append(ws, Warning{SimilarNames, d.Pos, fmt.Sprintf("%s and the live room %s, which is not in the file, differ only in %s", d.Name, name, difference(d.Name, name)), hint})
		}
	}
	Sort(ws)
	return ws
}

// strays are rooms that a layer adds to those below it under a name that is one
// letter from one of theirs: it was meant to change that one, probably. Rooms
// that are numbered are no strays.
func strays(rooms []*room.Desired) []Warning {
	near := make(map[string]*room.Desired) // by names of lower layers, whole and with a letter left out
	top := 0
	for _, d := range rooms {
		top = max(top, d.Layer)
	}
	if top == 0 {
		return nil
	}
	var ws []Warning
	for layer := range top + 1 {
		for _, d := range rooms {
			if d.Layer != layer || layer == 0 {
				continue
			}
			for _, spelled := range shortened(d.Name) {
				other, found := near[spelled]
				if found && len(d.Name) > 3 && withoutDigits(other.Name) != withoutDigits(d.Name) && fold(other.Name) != fold(d.Name) {
					ws = append(ws, Warning{SimilarNames, d.Pos, fmt.Sprintf("%s is a new room here, and one letter from %s of a lower layer (%s:%d)", d.Name, other.Name, other.Pos.File, other.Pos.Line),
						"correct the name if that room is meant; if both are, disable the lint similar-names"})
					break
				}
			}
		}
		for _, d := range rooms {
			if d.Layer == layer && layer < top {
				for _, spelled := range shortened(d.Name) {
					if _, taken := near[spelled]; !taken {
						near[spelled] = d
					}
				}
			}
		}
	}
	return ws
}

// shortened is a name, and each text that it becomes with one letter left out.
func shortened(name string) []string {
	name = fold(name)
	all := []string{name}
	for i := range len(name) {
		all = append(all, name[:i]+name[i+1:])
	}
	return all
}

func withoutDigits(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, fold(name))
}

func fold(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "-")) }

func difference(a, b string) string {
	switch {
	case strings.EqualFold(a, b):
		return "capitals"
	case strings.ReplaceAll(a, "_", "-") == strings.ReplaceAll(b, "_", "-"):
		return "- and _"
	}
	return "capitals and in - and _"
}
