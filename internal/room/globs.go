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
		if strings.ContainsAny(p, `*?[\`) {
			g.patterns = append(g.patterns, p)
		} else {
			g.names[p] = true
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

// CheckGlob reports bad syntax in a pattern.
func CheckGlob(pattern string) error {
	_, err := path.Match(pattern, "")
	return err
}
