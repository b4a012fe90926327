package sandbox

import (
	"net/url"
	"strconv"
	"time"
)

// A query is a request's query string. Reading from it gathers violations,
// so that all are told at once. Unknown parameters are ignored: the document
// closes bodies, not queries.
type query struct {
	values  url.Values
	carried url.Values // what the links of a listing repeat
	found   []violation
}

// query parses the query string. One that cannot be decoded is a 400.
func (c *call) query() (*query, bool) {
	values, err := url.ParseQuery(c.request.URL.RawQuery)
	return &query{values: values, carried: url.Values{}}, err == nil
}

func (q *query) report(attribute, message string) {
	q.found = append(q.found, violation{attribute, message})
}

// take returns a parameter and carries it over to the links.
func (q *query) take(name string) (string, bool) {
	value := q.values.Get(name)
	if !q.values.Has(name) {
		return "", false
	}
	q.carried.Set(name, value)
	return value, true
}

func (q *query) flag(name string) bool {
	value, given := q.take(name)
	if given && value != "true" && value != "false" {
		q.report(name, "must be true or false")
	}
	return value == "true"
}

// lastSecond is the end of the year 9999, after which RFC 3339 cannot write.
const lastSecond = 253402300799

// instant reads a time, or nil. Beside full times, the document lets rooms be
// asked for by a date, and conferences by Unix seconds.
func (q *query) instant(name string, k *kind) *time.Time {
	value, given := q.take(name)
	if !given {
		return nil
	}
	other := "a date"
	if k == conferenceKind {
		other = "Unix seconds"
	}
	if t, ok := parseInstant(value); ok && (k == roomKind || len(value) > len(time.DateOnly)) {
		return &t
	}
	if n, err := strconv.ParseInt(value, 10, 64); err == nil &&
		k == conferenceKind && -lastSecond <= n && n <= lastSecond {
		t := time.Unix(n, 0)
		return &t
	}
	q.report(name, "must be an RFC 3339 date and time, or "+other)
	return nil
}

// whole reads a 32-bit integer within limits, or the fallback.
func (q *query) whole(name string, least, most, fallback int) int {
	if !q.values.Has(name) {
		return fallback
	}
	n, err := strconv.ParseInt(q.values.Get(name), 10, 32)
	if err != nil || int(n) < least || int(n) > most {
		q.report(name, "must be an integer between "+strconv.Itoa(least)+" and "+strconv.Itoa(most))
		return fallback
	}
	return int(n)
}
