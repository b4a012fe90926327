package sandbox

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Fault is something that goes wrong with a request, or a way in which a
// server may differ from this one and still be one that the documents allow.
type Fault string

// The faults. At most one of those before Replace strikes a request; the others
// are ways of the server that go together with anything.
const (
	Refuse     Fault = "refuse"       // the connection is reset, nothing was done
	Drop       Fault = "drop"         // the connection is closed, nothing was done
	LostAnswer Fault = "lost-answer"  // the work was done, the connection is closed
	CutAnswer  Fault = "cut-answer"   // the work was done, half of the answer comes
	RateLimit  Fault = "429"          // 429 without Retry-After, nothing was done
	RetryAfter Fault = "retry-after"  // 429 with Retry-After: 1, nothing was done
	BadGateway Fault = "5xx"          // 500, 502 or 503, nothing was done
	LateError  Fault = "late-5xx"     // the work was done, 500, 502 or 503
	HTML       Fault = "html"         // a proxy's page with status 502, nothing was done
	Slow       Fault = "slow"         // the answer takes two seconds
	Replace    Fault = "replace"      // PUT sets what it is not sent to its default
	Reset      Fault = "reset"        // PUT does so to what the document lists defaults of updates for
	Ignore     Fault = "ignore"       // POST ignores update-only settings instead of refusing them
	Spelling   Fault = "spelling"     // times with an offset, colours in lower case
	Extra      Fault = "extra"        // answers have settings that no document lists
	NoRename   Fault = "ignore-names" // PUT ignores the name
	Twins      Fault = "twins"        // two rooms may have one name
)

// about says what each fault is, for people. Its keys are all faults.
var about = map[Fault]string{
	Refuse:     "reset the connection, nothing done",
	Drop:       "close the connection, nothing done",
	LostAnswer: "do the work, then close the connection",
	CutAnswer:  "do the work, then send half of the answer",
	RateLimit:  "answer 429, nothing done",
	RetryAfter: "answer 429 with Retry-After: 1, nothing done",
	BadGateway: "answer 500, 502 or 503, nothing done",
	LateError:  "do the work, then answer 500, 502 or 503",
	HTML:       "answer 502 with a web page, nothing done",
	Slow:       "take two seconds",
	Replace:    "let PUT reset what it is not sent",
	Reset:      "as replace, but only what has a documented default for updates",
	Ignore:     "let POST ignore what only PUT takes, instead of refusing it",
	Spelling:   "write times and colours differently",
	Extra:      "add unknown settings to answers",
	NoRename:   "let PUT ignore the name",
	Twins:      "let two rooms have one name",
}

// Faults are the faults a server has, with how often each strikes: from 0,
// never, to 1, always.
type Faults map[Fault]float64

// ParseFault reads "lost-answer" (always) or "lost-answer=0.1".
func ParseFault(text string) (f Fault, rate float64, err error) {
	name, number, given := strings.Cut(text, "=")
	f, rate = Fault(name), 1
	if _, known := about[f]; !known {
		return "", 0, fmt.Errorf("there is no fault %q: there are %s", name, FaultNames())
	}
	if given {
		if rate, err = strconv.ParseFloat(number, 64); err != nil || !(0 <= rate && rate <= 1) {
			return "", 0, fmt.Errorf("%s=%s: how often a fault strikes is a number from 0 to 1", name, number)
		}
	}
	return f, rate, nil
}

// FaultNames lists all faults.
func FaultNames() string {
	var names []string
	for _, f := range slices.Sorted(maps.Keys(about)) {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// FaultHelp says what each fault is, a line each.
func FaultHelp() string {
	var b strings.Builder
	for _, f := range slices.Sorted(maps.Keys(about)) {
		fmt.Fprintf(&b, "  %-13s %s\n", f, about[f])
	}
	return b.String()
}

// dice decides which request is struck by what, in an order that repeats with
// the seed: requests side by side still race for their turn.
type dice struct {
	mu     sync.Mutex
	random *rand.Rand
	faults Faults
}

func newDice(faults Faults, seed uint64) *dice {
	return &dice{faults: faults, random: rand.New(rand.NewPCG(seed, seed))}
}

// SetFaults changes what goes wrong from now on. The dice go on.
func (s *Server) SetFaults(f Faults) {
	s.dice.mu.Lock()
	defer s.dice.mu.Unlock()
	s.dice.faults = f
}

// strikes are what befalls one request.
type strikes struct {
	way  map[Fault]bool // ways of the server
	what Fault          // what goes wrong; empty: nothing
	pick int            // which of several statuses
}

// ways are the faults that do not exclude each other.
var ways = []Fault{Replace, Reset, Ignore, Spelling, Extra, NoRename, Twins}

func (d *dice) throw() strikes {
	s := strikes{way: map[Fault]bool{}}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.faults) == 0 {
		return s
	}
	for _, f := range slices.Sorted(maps.Keys(d.faults)) { // in one order: the run must repeat
		hit := d.random.Float64() < d.faults[f]
		switch {
		case slices.Contains(ways, f):
			s.way[f] = hit
		case hit && s.what == "":
			s.what = f
		}
	}
	s.pick = d.random.IntN(3)
	return s
}

// before is the answer to a request of which nothing is done; ok says whether
// the fault is of that kind.
func (s strikes) before() (a reply, ok bool) {
	switch s.what {
	case Refuse:
		return reply{cut: true, reset: true}, true
	case Drop:
		return reply{cut: true}, true
	case RateLimit, RetryAfter:
		a = plainError(http.StatusTooManyRequests)
		if s.what == RetryAfter {
			a.retryAfter = "1"
		}
		return a, true
	case BadGateway:
		return s.serverError(), true
	case HTML:
		return reply{status: http.StatusBadGateway, kind: "text/html", body: []byte("<html><body><h1>502 Bad Gateway</h1></body></html>")}, true
	}
	return reply{}, false
}

// after is the answer to a request whose work was done.
func (s strikes) after(a reply) reply {
	switch s.what {
	case LostAnswer:
		a.cut, a.body = true, nil
	case CutAnswer:
		a.cut, a.body = true, a.body[:len(a.body)/2]
	case LateError:
		return s.serverError()
	}
	return a
}

func (s strikes) serverError() reply {
	return plainError([]int{http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable}[s.pick])
}

// slowness is how long the fault Slow takes.
const slowness = 2 * time.Second
