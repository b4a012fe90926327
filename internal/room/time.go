package room

import (
	"errors"
	"regexp"
	"strings"
	"time"
)

var errTime = errors.New("not a time such as 2026-01-31T09:00:00Z or a date such as 2026-01-31")

// timeText is stricter than time.Parse, which lets one-digit hours, commas and
// offsets of more than a day through. Groups: second, fraction, offset.
var timeText = regexp.MustCompile(
	`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:(\d\d)(\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$`)

// ParseTime reads a time as the API's documents write them: RFC 3339 with or
// without fractions or offset (none is UTC), a date (midnight UTC), and a leap
// second, which the vendor's own example has (2022-01-01T23:59:60Z) and which
// is the second after it. The result is in UTC and in a year of four digits.
func ParseTime(s string) (time.Time, error) {
	text := strings.ToUpper(strings.TrimSpace(s))
	if plainTime(text) {
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return t, nil
		} // it may be a leap second
	}
	if len(text) == len(time.DateOnly) {
		if t, err := time.Parse(time.DateOnly, text); err == nil {
			return t, nil
		}
	}
	at := timeText.FindStringSubmatchIndex(text)
	if at == nil {
		return time.Time{}, errTime
	}
	second, offset := text[at[2]:at[3]], "Z"
	if at[6] >= 0 {
		offset = text[at[6]:at[7]]
	}
	leap := second == "60"
	if leap {
		second = "59"
	}
	fraction := ""
	if at[4] >= 0 {
		fraction = text[at[4]:at[5]]
	}
	t, err := time.Parse(time.RFC3339Nano, text[:10]+"T"+text[11:at[2]]+second+fraction+offset)
	if err != nil {
		return time.Time{}, errTime
	}
	t = t.UTC()
	if leap {
		// A leap second is the last one of a UTC day, on whatever day.
		if t.Hour() != 23 || t.Minute() != 59 {
			return time.Time{}, errTime
		}
		t = t.Add(time.Second)
	}
	// An offset can push a time out of the years that RFC 3339 can write.
	if t.Year() < 0 || t.Year() > 9999 {
		return time.Time{}, errTime
	}
	return t, nil
}

// plainTime tells whether a text has the form in which nearly every time is
// written, and Time writes those without a fraction.
func plainTime(text string) bool {
	const form = "0000-00-00T00:00:00Z"
	if len(text) != len(form) {
		return false
	}
	for i := range len(form) {
		if c := text[i]; c != form[i] && (form[i] != '0' || c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// Time is the value of a moment: RFC 3339 in UTC, as every time is sent.
func Time(t time.Time) Value { return Text(t.UTC().Format(time.RFC3339Nano)) }
