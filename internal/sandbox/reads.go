package sandbox

import (
	"bytes"
	"iter"
	"net/http"
	"time"
)

func (s *Server) show(c *call, find func(string) (*kind, *object)) reply {
	q, ok := c.query()
	if !ok {
		return plainError(http.StatusBadRequest)
	}
	withSession := q.flag("include_active_session")
	s.mu.RLock()
	k, o := find(c.target)
	s.mu.RUnlock()
	switch {
	case o == nil:
		return plainError(http.StatusNotFound)
	case len(q.found) > 0:
		return violated(q.found)
	}
	return objectReply(k, o, c.wording(withSession))
}

func objectReply(k *kind, o *object, how wording) reply {
	var b bytes.Buffer
	if err := o.encode(&b, k, how); err != nil {
		return plainError(http.StatusInternalServerError)
	}
	return reply{status: http.StatusOK, body: b.Bytes()}
}

func (s *Server) list(c *call, in *collection) reply {
	q, ok := c.query()
	if !ok {
		return plainError(http.StatusBadRequest)
	}
	withSession := q.flag("include_active_session")
	startsAfter := q.instant("starts_after", in.kind)
	endsBefore := q.instant("ends_before", in.kind)
	p := q.page(in.kind.path)
	if len(q.found) > 0 {
		return violated(q.found)
	}
	// A room without the time is not within a range of times: null is
	// neither after nor before anything.
	keep := func(o *object) bool {
		return (startsAfter == nil || reaches(o.value(in.kind, "join_from"), startsAfter, 1)) &&
			(endsBefore == nil || reaches(o.value(in.kind, "join_until"), endsBefore, -1))
	}
	if startsAfter == nil && endsBefore == nil {
		keep = nil
	}
	forward, back := in.after, in.before
	if s.options.Shadows && in == s.rooms {
		forward, back = s.withShadows()
	}
	cut := s.cutObjects(p, forward, back, keep)

	var b bytes.Buffer
	for i, o := range cut.items {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := o.encode(&b, in.kind, c.wording(withSession)); err != nil {
			return plainError(http.StatusInternalServerError)
		}
	}
	return p.reply(c.request, cut.ends, b.Bytes())
}

func (s *Server) cutObjects(p page, forward, back walk[*object], keep func(*object) bool) cut[*object] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return cutPage(p, s.options.PageLimit, only(forward, keep), only(back, keep))
}

// only leaves out what keep refuses; a nil keep refuses nothing.
func only(from walk[*object], keep func(*object) bool) walk[*object] {
	if keep == nil {
		return from
	}
	return func(sequence uint64) iter.Seq2[uint64, *object] {
		return func(yield func(uint64, *object) bool) {
			for at, o := range from(sequence) {
				if keep(o) && !yield(at, o) {
					return
				}
			}
		}
	}
}

// reaches says whether a setting is a time at the limit or beyond it in the
// direction: 1 later, -1 earlier.
func reaches(setting any, limit *time.Time, direction int) bool {
	switch t := setting.(type) {
	case time.Time:
		return t.Compare(*limit)*direction >= 0
	case string: // by Put, in a spelling of its own
		parsed, ok := parseInstant(t)
		return ok && reaches(parsed, limit, direction)
	}
	return false
}

// withShadows walks the rooms and, as rooms, the conferences, in the order of
// creation over both: they count by one sequence.
func (s *Server) withShadows() (forward, back walk[*object]) {
	forward = func(sequence uint64) iter.Seq2[uint64, *object] {
		return merge(s.rooms.after(sequence), s.conferences.after(sequence),
			func(room, conference uint64) bool { return room < conference })
	}
	back = func(sequence uint64) iter.Seq2[uint64, *object] {
		return merge(s.rooms.before(sequence), s.conferences.before(sequence),
			func(room, conference uint64) bool { return room > conference })
	}
	return forward, back
}

func merge(rooms, conferences iter.Seq2[uint64, *object], first func(room, conference uint64) bool) iter.Seq2[uint64, *object] {
	return func(yield func(uint64, *object) bool) {
		next, stop := iter.Pull2(conferences)
		defer stop()
		at, conference, more := next()
		for sequence, room := range rooms {
			for more && !first(sequence, at) {
				if !yield(at, asRoom(conference)) {
					return
				}
				at, conference, more = next()
			}
			if !yield(sequence, room) {
				return
			}
		}
		for more {
			if !yield(at, asRoom(conference)) {
				return
			}
			at, conference, more = next()
		}
	}
}
