package config

import (
	"regexp"
	"strings"

	"roomsync/internal/diag"
	"roomsync/schema"
)

var (
	notInNames = regexp.MustCompile(`[^A-Za-z0-9_-]`)
	separators = regexp.MustCompile("[ .,:;!?&+/()'\"@#-]+")
	hexDigits  = regexp.MustCompile(`^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`)
	spacedTime = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})?$`)
	hostInURL  = regexp.MustCompile(`^https?://([A-Za-z0-9.-]+(?::\d+)?)(?:[/?#]|$)`)
)

// guess is what hints begin with that are made of the value itself.
const guess = "try "

// writeInstead is how a text that has a wrong form is most likely meant, or empty.
func writeInstead(name string, s schema.Setting, given string) string {
	meant := ""
	switch m := spacedTime.FindStringSubmatch(given); {
	case name == "name":
		if meant = strings.Trim(separators.ReplaceAllString(given, "-"), "-"); meant == "" || notInNames.MatchString(meant) {
			return "display_name may be any text"
		}
		return guess + meant + "; display_name may be any text"
	case name == "until" && m != nil:
		meant = m[1]
	case name == "space":
		if m := hostInURL.FindStringSubmatch(given); m != nil {
			meant = strings.ToLower(m[1])
		}
	case s.Format == "color":
		if m := hexDigits.FindStringSubmatch(given); m != nil {
			meant = `"#` + sixDigits(m[1]) + `"`
		}
	case s.Format == "time" && m != nil:
		zone := m[4]
		if zone == "" {
			zone = "Z"
		}
		if meant = m[1] + "T" + m[2] + m[3] + zone; m[3] == "" {
			meant = m[1] + "T" + m[2] + ":00" + zone
		}
		if m[4] == "" {
			return guess + meant + ", if that is UTC"
		}
	}
	if meant == "" || meant == given {
		return ""
	}
	return guess + meant
}

// sixDigits writes the short form of a colour in full.
func sixDigits(digits string) string {
	if len(digits) != 3 {
		return digits
	}
	var b strings.Builder
	for _, d := range digits {
		b.WriteString(strings.Repeat(string(d), 2))
	}
	return b.String()
}

// misspelled tells whether a mapping has a key under a name like it: then that is
// told, and that the key is missing need not be.
func misspelled(n *node, key string) bool {
	for _, f := range n.fields() {
		if f.name != key && diag.DidYouMean(f.name, schema.TopLevel()) == "did you mean "+key+"?" {
			return true
		}
	}
	return false
}
