package sandbox

import (
	"slices"
	"sync"
)

// Request is one request the server has answered. It has no headers on
// purpose: the Authorization header must not end up in a test's output.
type Request struct {
	Method, Path, Query string
	// Body is empty for requests refused for their credentials, which are
	// not read.
	Body   string
	Status int
	// Undone says that a fault struck before any work was done; 0 is the
	// status then if no answer was sent.
	Undone bool
}

type recorder struct {
	mu       sync.Mutex
	requests []Request
}

func (r *recorder) add(q Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, q)
}

// Requests returns a copy of the requests so far, each from before its answer
// was sent. Of requests that ran side by side, either may come first. It is
// empty unless Options.Record is set.
func (s *Server) Requests() []Request {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return slices.Clone(s.record.requests)
}
