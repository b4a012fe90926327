package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"roomsync/internal/lint"
	"roomsync/internal/room"
)

// rules are what the file says of names: which are protected, and which
// differences are to be ignored. They notice which of them match nothing.
type rules struct {
	options  Options
	protects matcher
	ignores  matcher
	seen     map[string]*ruling
}

// ruling is what the rules say of one name.
type ruling struct {
	protection *room.Protection        // the first that protects it, or nil
	whole      *room.Ignore            // everything about it
	settings   map[string]*room.Ignore // some settings, by the first rule that says so
}

func newRules(o Options) *rules {
	r := &rules{options: o, seen: make(map[string]*ruling)}
	for _, p := range o.Protect {
		r.protects.add(p.Rooms)
	}
	for _, i := range o.Ignore {
		r.ignores.add(i.Rooms)
	}
	return r
}

// of is what the rules say of a name.
func (r *rules) of(name string) *ruling {
	if len(r.options.Protect)+len(r.options.Ignore) == 0 {
		return &ruling{}
	}
	if seen := r.seen[name]; seen != nil {
		return seen
	}
	s := &ruling{}
	if at := r.protects.match(name); len(at) > 0 {
		s.protection = &r.options.Protect[slices.Min(at)]
	}
	for _, at := range r.ignores.match(name) {
		i := &r.options.Ignore[at]
		switch {
		case i.Ended(r.options.Now):
		case len(i.Settings) == 0 && s.whole == nil:
			s.whole = i
		case len(i.Settings) > 0:
			if s.settings == nil {
				s.settings = make(map[string]*room.Ignore)
			}
			for _, setting := range i.Settings {
				if s.settings[setting] == nil {
					s.settings[setting] = i
				}
			}
		}
	}
	r.seen[name] = s
	return s
}

func (r *rules) protected(name string) bool { return r.of(name).protection != nil }

// protectedBy says which rule protects a name, and where it is.
func (r *rules) protectedBy(name string) string {
	p := r.of(name).protection
	text := `protected by "` + p.Rooms + `"`
	if at := place(p.Pos); at != "" {
		text += " (" + at + ")"
	}
	return text
}

// place is where a rule is, if that is known: it is not in a plan that was saved.
func place(at room.Pos) string {
	if at.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", at.File, at.Line)
}

// whole is the rule that leaves a name alone altogether, or nil.
func (r *rules) whole(name string) *room.Ignore { return r.of(name).whole }

// settings are what is ignored of a room, which may be about to change its
// name, and by which rule.
func (r *rules) settings(name, from string) map[string]*room.Ignore {
	s, old := r.of(name).settings, r.of(from).settings
	if name == from || len(old) == 0 {
		return s
	}
	both := maps.Clone(old)
	maps.Copy(both, s)
	return both
}

// warnOfEnd warns of settings that are ignored by a name that the room is about
// to lose.
func (r *rules) warnOfEnd(p *Plan, name, from string) {
	told := make(map[*room.Ignore]bool)
	for setting, rule := range r.of(from).settings {
		if r.of(name).settings[setting] == nil && !told[rule] {
			told[rule] = true
			p.Warnings = append(p.Warnings, Warning{Lint: lint.IgnoreEnded, Pos: rule.Pos, Message: fmt.Sprintf("ignoring %s ends when %s is renamed to %s", rule.What(), from, name), Hint: fmt.Sprintf("name %s in it", name)})
		}
	}
}

// ignoring says why a room is left alone, and which rule says so.
func ignoring(i *room.Ignore) string {
	text := "ignored"
	if i.Until != "" {
		text += " until " + i.Until
	}
	if i.Reason != "" {
		text += " (" + i.Reason + ")"
	}
	if at := place(i.Pos); at != "" {
		text += " by " + at
	}
	return text
}

// ignoringSettings says why settings are left alone.
func ignoringSettings(ignored []room.Change, by map[string]*room.Ignore) string {
	var texts []string
	settings := make(map[string][]string)
	for _, c := range ignored {
		text := ignoring(by[c.Setting])
		if settings[text] == nil {
			texts = append(texts, text)
		}
		settings[text] = append(settings[text], c.Setting)
	}
	for i, text := range texts {
		texts[i] = strings.Join(settings[text], ", ") + " " + text
	}
	return strings.Join(texts, "; ")
}

// warnings are about rules that do nothing. They are complete once every name
// has been looked at.
func (r *rules) warnings() []Warning {
	var ws []Warning
	for i, p := range r.options.Protect {
		if !r.protects.used[i] {
			ws = append(ws, Warning{Lint: lint.UnmatchedGlob, Pos: p.Pos, Message: fmt.Sprintf("protect: %s matches no room, in the file or live", p.Rooms)})
		}
	}
	for i, rule := range r.options.Ignore {
		switch {
		case rule.Ended(r.options.Now):
			ws = append(ws, lint.Ended(rule))
		case !r.ignores.used[i]:
			ws = append(ws, Warning{Lint: lint.UnmatchedGlob, Pos: rule.Pos, Message: fmt.Sprintf("ignore: %s matches no room, in the file or live", rule.Rooms)})
		}
	}
	return ws
}

// matcher finds the globs of a list that match a name. Plain names are looked
// up, so that a long list of them is cheap.
type matcher struct {
	plain map[string][]int
	globs []room.Globs
	at    []int // where in the list each of globs is
	used  []bool
}

func (m *matcher) add(glob string) {
	at := len(m.used)
	m.used = append(m.used, false)
	if room.IsPlain(glob) {
		if m.plain == nil {
			m.plain = make(map[string][]int)
		}
		m.plain[glob] = append(m.plain[glob], at)
		return
	}
	m.globs, m.at = append(m.globs, room.NewGlobs([]string{glob})), append(m.at, at)
}

func (m *matcher) match(name string) []int {
	found := append([]int(nil), m.plain[name]...)
	for i, g := range m.globs {
		if g.Match(name) {
			found = append(found, m.at[i])
		}
	}
	for _, at := range found {
		m.used[at] = true
	}
	return found
}
