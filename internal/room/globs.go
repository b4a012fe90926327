package room

import (
	"path"
	"strings"
)

// Globs matches names against patterns in path.Match's syntax. Patterns
// without wildcards are looked up, so a long list of plain names is cheap.
type Globs struct {
	names    map[string]bool
	patterns []string
}

// NewGlobs collects patterns. Ones with bad syntax match nothing: check them
// with CheckGlob first.
func NewGlobs(patterns []string) Globs {
	g := Globs{names: make(map[string]bool)}
	for _, p := range patterns {
		if IsPlain(p) {
			g.names[p] = true
		} else {
			g.patterns = append(g.patterns, p)
		}
	}
	return g
}

// Match tells whether any pattern matches the whole name.
func (g Globs) Match(name string) bool {
	if g.names[name] {
		return true
	}
	for _, p := range g.patterns {
		if ok, _ := path.Match(p, name); ok {
			return true
		}
	}
	return false
}

// IsPlain tells a name from a pattern that may match others.
func IsPlain(pattern string) bool { return !strings.ContainsAny(pattern, `*?[\`) }

// CheckGlob reports bad syntax in a pattern.
func CheckGlob(pattern string) error {
	_, err := path.Match(pattern, "")
	return err
}
