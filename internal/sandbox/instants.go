package sandbox

import (
	"regexp"
	"strings"
	"time"
)

// instantPattern is stricter than time.Parse, which lets single digits,
// commas and impossible offsets through.
var instantPattern = regexp.MustCompile(
	`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:(\d{2})(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// parseInstant reads an RFC 3339 time or a date, which is its midnight in
// UTC. The result is in UTC.
//
// A leap second, as in the document's own example, counts as the second
// after it, which is how systems without leap seconds keep it. It is taken
// on any day (the example's had none) but only at the end of one.
func parseInstant(s string) (time.Time, bool) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, true
	}
	s = strings.ToUpper(s) // RFC 3339 allows t and z
	at := instantPattern.FindStringSubmatchIndex(s)
	if at == nil {
		return time.Time{}, false
	}
	leap := s[at[2]:at[3]] == "60"
	if leap {
		s = s[:at[2]] + "59" + s[at[3]:]
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, false
	}
	t = t.UTC()
	if leap {
		if t.Hour() != 23 || t.Minute() != 59 {
			return time.Time{}, false
		}
		t = t.Add(time.Second)
	}
	// An offset can push the time out of the years that RFC 3339 can write.
	return t, 0 <= t.Year() && t.Year() <= 9999
}
