package export

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/schema"
)

// Of is the document for live rooms, sorted by name. live is a whole listing,
// or all of it that has some names. What a new room would have anyway is left
// out, and what all rooms of a kind agree on goes to the defaults, unless full
// is set: then every setting that a file can have is with its room.
func Of(live []room.Live, full bool) Document {
	var d Document
	for _, l := range rooms(live, &d.Left) {
		settings := l.Settings
		if !full {
			settings = Reduced(l)
		}
		kept, comments := expressible(l.Kind, settings)
		d.Rooms = append(d.Rooms, Room{Kind: l.Kind, Name: l.Name, Settings: kept, Comments: comments})
	}
	if !full {
		d.Defaults = hoist(d.Rooms)
		d.DefaultComments = unknown(d.Defaults)
	}
	return d
}

// Reduced is the settings of a live room without those that a new one of its
// name would have if nobody asked: the documented defaults, nothing where none
// is documented, and the name as the title. A boolean without a documented
// default is in it either way, because nothing tells what a new room gets.
func Reduced(l room.Live) room.Settings {
	kept := make(room.Settings)
	for _, s := range schema.Settings(string(l.Kind)) {
		if v := l.Settings[s.Name]; v.IsSet() && !s.ReadOnly && !room.Equal(s, v, initial(s, l)) {
			kept[s.Name] = v
		}
	}
	return kept
}

// initial is what a new room has of a setting that it was created without, null
// where nothing is documented.
func initial(s schema.Setting, l room.Live) room.Value {
	if s.Name == "display_name" {
		return room.Text(l.Name) // of a room by the API, of a conference by roomsync: POST must have one
	}
	if v, err := room.Parse([]byte(s.Default)); err == nil {
		return v
	}
	return room.Null()
}

// rooms are the live rooms that a file can hold, by name. The others are left.
// A room with the ID of a conference is the conference, listed once more.
func rooms(live []room.Live, left *[]Left) []room.Live {
	conferences := make(map[string]bool) // IDs
	named := make(map[string]int)        // how many conferences have a name
	for _, l := range live {
		if l.Kind == room.Conference {
			conferences[l.ID] = true
			named[l.Name]++
		}
	}
	bare := make(map[string]int)
	var real []room.Live
	for _, l := range live {
		if l.Kind == room.Room && l.ID != "" && conferences[l.ID] {
			continue
		}
		if l.Kind == room.Room {
			bare[l.Name]++
		}
		real = append(real, l)
	}
	room.Sort(real, func(a, b *room.Live) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	kept := real[:0]
	for _, l := range real {
		why := ""
		switch conferences := named[l.Name]; {
		case utf8.RuneCountInString(l.Name) > longestName:
			why = fmt.Sprintf("its name has more than %d characters", longestName)
		case !validName.MatchString(l.Name):
			why = "names in a file have letters, digits, _ and - only"
		case conferences > 0 && l.Kind == room.Room:
			why = "a conference has the same name"
		case conferences > 1, conferences == 0 && bare[l.Name] > 1:
			why = fmt.Sprintf("%d live rooms have this name, and nothing tells which one is meant", max(conferences, bare[l.Name]))
		default:
			kept = append(kept, l)
			continue
		}
		*left = append(*left, Left{Kind: l.Kind, Name: l.Name, ID: l.ID, Why: why})
	}
	return kept
}

const longestName = 100

var (
	validName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	color     = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
)

// expressible are the settings that a file can ask for, and comments about the
// others.
func expressible(kind room.Kind, settings room.Settings) (kept room.Settings, comments []string) {
	kept = make(room.Settings, len(settings))
	for _, name := range settings.Names(kind) {
		s, _ := schema.Lookup(string(kind), name)
		if s.ReadOnly {
			continue
		}
		v := room.Canonical(s, settings[name])
		why := refused(s, v)
		if why == "" {
			why = early(kept, name, v)
		}
		switch {
		case why == "":
			kept[name] = v
		case v.IsNull() && room.Equal(s, v, initial(s, room.Live{})):
			// Nobody has set it: a file that does not say it says the same.
		default:
			comments = append(comments, name+" is left out: "+why)
		}
	}
	return kept, comments
}

// refused says why a file cannot ask for a value, or nothing. What the schema
// can say is in the catalogue; the rest is what the loader checks besides.
func refused(s schema.Setting, v room.Value) string {
	text, isText := v.Str()
	switch characters := utf8.RuneCountInString(text); {
	case v.IsNull() && s.Nullable:
		return ""
	case v.IsNull():
		return "it is null, and a file cannot ask for that"
	case s.Type == "boolean":
		if v != room.Bool(true) && v != room.Bool(false) {
			return shown(v.String()) + " is neither true nor false"
		}
		return ""
	case s.Type == "integer":
		n, err := strconv.Atoi(v.JSON())
		if err != nil || s.Minimum != nil && n < *s.Minimum || s.Maximum != nil && n > *s.Maximum {
			return shown(v.String()) + " is not a number that it may be"
		}
		return ""
	case s.Type == "object":
		return refusedObject(s, v)
	case !isText:
		return shown(v.String()) + " is no text"
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, text):
		return "this version of roomsync does not know " + shown(text)
	case s.MaxLength > 0 && characters > s.MaxLength:
		return fmt.Sprintf("it has %d characters, and %d are allowed", characters, s.MaxLength)
	case s.Format == "color" && !color.MatchString(text):
		return shown(text) + " is not a colour such as #044EF4"
	case s.Format == "time":
		if _, err := room.ParseTime(text); err != nil {
			return shown(text) + " is " + err.Error()
		}
	}
	return ""
}

// early says which moment a later one does not come after, if that is so. kept
// has those before it in the catalogue, which is in their order.
func early(kept room.Settings, name string, v room.Value) string {
	order := []string{"join_from", "join_until", "remove_at"}
	at := slices.Index(order, name)
	if at < 0 || v.IsNull() {
		return ""
	}
	until, _ := room.ParseTime(v.String()) // or it would have been refused
	for _, earlier := range order[:at] {
		if from, err := room.ParseTime(kept[earlier].String()); err == nil && !from.Before(until) {
			return fmt.Sprintf("%s does not come after %s, %s", v, earlier, kept[earlier])
		}
	}
	return ""
}

// deepest is how deeply an object may nest: the loader reads a file down to 100
// levels, and the first few are the file's.
const deepest = 90

func refusedObject(s schema.Setting, v room.Value) string {
	if !strings.HasPrefix(v.JSON(), "{") {
		return shown(v.String()) + " is not an object"
	}
	if n := utf8.RuneCountInString(v.JSON()); s.JSONCharacters > 0 && n > s.JSONCharacters {
		return fmt.Sprintf("it has %d characters when written as JSON, and %d are allowed", n, s.JSONCharacters)
	}
	return refusedInside(decoded(v), 0)
}

// simple is a number that every YAML reader takes for the same number.
var simple = regexp.MustCompile(`^-?[0-9]{1,100}(\.[0-9]{1,100})?(e[+-][0-9]{1,3})?$`)

// refusedInside looks for what the loader refuses deep inside of an object.
func refusedInside(data any, depth int) string {
	if depth > deepest {
		return fmt.Sprintf("it nests more than %d levels deep", deepest)
	}
	switch d := data.(type) {
	case json.Number:
		if f, err := strconv.ParseFloat(d.String(), 64); err != nil || math.IsInf(f, 0) || !simple.MatchString(d.String()) {
			return "YAML readers differ about the number " + shown(d.String())
		}
	case []any:
		for _, e := range d {
			if why := refusedInside(e, depth+1); why != "" {
				return why
			}
		}
	case map[string]any:
		for _, k := range sortedKeys(d) {
			if why := refusedInside(d[k], depth+1); why != "" {
				return why
			}
		}
	}
	return ""
}

// shown is a text from elsewhere in quotes, cut where it gets long.
func shown(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return `"` + diag.Printable(s) + `"`
}

// unknown says, of defaults that stand in a file though they may be what a new
// room has anyway, why they do.
func unknown(defaults map[room.Kind]room.Settings) map[room.Kind][]string {
	comments := make(map[room.Kind][]string)
	for kind, settings := range defaults {
		var names []string
		for _, name := range settings.Names(kind) {
			if s, _ := schema.Lookup(string(kind), name); s.Default == "" && s.Type == "boolean" {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			comments[kind] = []string{"What a new room has is not documented of " + strings.Join(names, ", ") + "."}
		}
	}
	return comments
}

// hoist takes what all rooms of a kind agree on out of them and returns it as
// the kind's defaults. A room that does not say a setting is in the way: the
// default would become its value. Texts, times and objects stay: they are about
// the one room, even when they are the same.
func hoist(all []Room) map[room.Kind]room.Settings {
	defaults := make(map[room.Kind]room.Settings)
	for _, kind := range room.Kinds() {
		var same room.Settings // what the rooms so far agree on
		n := 0
		for _, r := range all {
			switch {
			case r.Kind != kind:
				continue
			case n == 0:
				same = make(room.Settings)
				for name, v := range r.Settings {
					if s, _ := schema.Lookup(string(kind), name); shareable(s) {
						same[name] = v
					}
				}
			default:
				for name, v := range same {
					if r.Settings[name] != v {
						delete(same, name)
					}
				}
			}
			n++
		}
		if n < 2 || len(same) == 0 {
			continue
		}
		defaults[kind] = same
		for _, r := range all {
			if r.Kind == kind {
				for name := range same {
					delete(r.Settings, name)
				}
			}
		}
	}
	return defaults
}

// shareable tells whether a setting can be a matter of taste that rooms share.
func shareable(s schema.Setting) bool {
	return s.Type == "boolean" || s.Type == "integer" || len(s.Enum) > 0 || s.Format == "color"
}
