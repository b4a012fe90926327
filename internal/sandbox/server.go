package sandbox

import (
	"net/http"
	"sync"
	"time"
)

// Options configure a Server. The zero value is a working one.
type Options struct {
	// Project and Token are the accepted Basic credentials. An empty one
	// means its demo value, so an empty password is never accepted.
	Project, Token string
	// Latency is added before every answer. The work is done first, so a
	// client that gives up may still have changed something, as in life.
	Latency time.Duration
	// Shadows makes GET on rooms show the conferences too, as room objects
	// of the same id and name. The document leaves open whether the real
	// service does; a careful client copes with both.
	Shadows bool
	// PageLimit caps the objects on a page below what was asked for.
	// Zero serves what was asked, up to the documented 1000.
	PageLimit int
	// Record keeps every request for Requests. Without it nothing is kept,
	// so that a sandbox left running does not grow.
	Record bool
	// Faults are what goes wrong, and Seed what the dice begin with that
	// decide when: the same requests in the same order meet the same faults.
	Faults Faults
	Seed   uint64
	// Now is the clock; nil is time.Now. It must not call the server.
	Now func() time.Time
}

// Server is the sandbox, an http.Handler. Its methods may be called from any
// goroutine.
type Server struct {
	options Options
	state   *stateFile // nil: memory only

	mu          sync.RWMutex
	sequence    uint64 // the last one given out, over both kinds and the streams
	conferences *collection
	rooms       *collection
	tokens      map[string]*slot // conferences by the ids of their tokens
	streams     map[string]*slot // conferences and rooms by the ids of their streams

	record recorder
	dice   *dice
}

// New makes an empty server that keeps its rooms in memory only.
func New(o Options) *Server {
	if o.Project == "" {
		o.Project = DemoProject
	}
	if o.Token == "" {
		o.Token = DemoToken
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Server{
		options:     o,
		conferences: newCollection(conferenceKind),
		rooms:       newCollection(roomKind),
		tokens:      map[string]*slot{},
		streams:     map[string]*slot{},
		dice:        newDice(o.Faults, o.Seed),
	}
}

// ServeHTTP answers one request of the API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{request: r, strikes: s.dice.throw()}
	answer, nothingDone := c.strikes.before()
	if !nothingDone {
		answer = c.strikes.after(s.answer(w, c))
	}
	if s.options.Record {
		s.record.add(Request{
			Method: r.Method,
			Path:   r.URL.Path,
			Query:  r.URL.RawQuery,
			Body:   string(c.body),
			Status: answer.status,
			Undone: nothingDone,
		})
	}
	latency := s.options.Latency
	if c.strikes.what == Slow {
		latency += slowness
	}
	if latency > 0 {
		timer := time.NewTimer(latency)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
	}
	answer.write(w, r)
}

// answer does the request's work. A panic below it is a bug of the sandbox,
// and reaches the client as the documented 500, not as a cut connection.
func (s *Server) answer(w http.ResponseWriter, c *call) (a reply) {
	defer func() {
		if recover() != nil {
			a = plainError(http.StatusInternalServerError)
		}
	}()
	// Credentials come before everything: a stranger learns neither which
	// paths exist nor what is wrong with a body.
	if status := s.authorize(c.request); status != http.StatusOK {
		return plainError(status)
	}
	c.readBody(w)
	handle := c.route()
	if handle == nil {
		return plainError(http.StatusNotFound)
	}
	return handle(s, c)
}

// now has microseconds: finer than the document's examples, so that two
// updates within a second can be told apart.
func (s *Server) now() time.Time {
	return s.options.Now().UTC().Truncate(time.Microsecond)
}
