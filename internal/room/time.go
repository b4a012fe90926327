package room

import (
	"errors"
	"strings"
	"time"
)

var errTime = errors.New("not a time such as 2026-01-31T09:00:00Z or a date such as 2026-01-31")

// ParseTime reads a time as the API's documents write them: RFC 3339 with or
// without fractions or offset (none is UTC), a date (midnight UTC), and a leap
// second, which the vendor's own example has (2022-01-01T23:59:60Z).
func ParseTime(s string) (time.Time, error) {
	text := strings.ToUpper(strings.TrimSpace(s))
	if len(text) > 10 && text[10] == ' ' {
		text = text[:10] + "T" + text[11:]
	}
	leap := time.Duration(0)
	if len(text) >= 19 && text[16:19] == ":60" {
		text = text[:16] + ":59" + text[19:]
		leap = time.Second
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Add(leap).UTC(), nil
		}
	}
	return time.Time{}, errTime
}

// Time is the value of a moment: RFC 3339 in UTC, as every time is sent.
func Time(t time.Time) Value { return Text(t.UTC().Format(time.RFC3339Nano)) }
