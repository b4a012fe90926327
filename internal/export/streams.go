package export

import (
	"fmt"
	"strings"

	"roomsync/internal/room"
)

// Address is where a room is broadcast to, and how a file says it.
type Address struct {
	URL  room.StreamURL
	Text verbatim
}

// verbatim is a text in which variables are variables.
type verbatim string

// Revealed is an address as it is.
func Revealed(u room.StreamURL) Address { return Address{u, verbatim(literal(string(u)))} }

// Masked is an address up to its host. A file with one does not load.
func Masked(u room.StreamURL) Address { return Address{u, verbatim(literal(u.String()))} }

// Variables makes variables of addresses: ${STREAM_MY_ROOM}. No two of a file
// have one name.
type Variables struct{ values map[string]room.StreamURL }

// Of is the variables of a room's addresses, in their order.
func (v *Variables) Of(name string, urls []room.StreamURL) []Address {
	if v.values == nil {
		v.values = make(map[string]room.StreamURL)
	}
	base := "STREAM_" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, strings.ToUpper(name))
	all := make([]Address, len(urls))
	for i, u := range urls {
		variable := base
		if len(urls) > 1 {
			variable = fmt.Sprintf("%s__%d", base, i+1) // no room has it alone, or the names would depend on the others
		}
		// team-a and team_a would have one.
		for n, name := 2, variable; ; n++ {
			if _, taken := v.values[variable]; !taken {
				break
			}
			variable = fmt.Sprintf("%s__ROOM_%d", name, n)
		}
		v.values[variable] = u
		all[i] = Address{u, verbatim("${" + variable + "}")}
	}
	return all
}

// Lookup is the value of a variable.
func (v *Variables) Lookup(name string) (string, bool) {
	u, ok := v.values[name]
	return string(u), ok
}

// Len is how many variables there are.
func (v *Variables) Len() int { return len(v.values) }

// streams writes the addresses of a room.
func (p *printer) streams(r Room) {
	if r.Streams == nil {
		return
	}
	texts := make([]any, len(r.Streams))
	for i, a := range r.Streams {
		texts[i] = a.Text
	}
	p.key(room.Streams, roomIndent, texts, r.Notes[room.Streams])
}
