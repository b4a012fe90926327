package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
)

func (s *Server) create(c *call, to *collection) reply {
	parameters, ok := c.parameters()
	if !ok {
		return plainError(http.StatusBadRequest)
	}
	if c.strikes.way[Ignore] {
		to.kind.dropUpdateOnly(parameters)
	}
	values, found := to.kind.check(creating, parameters)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !c.strikes.way[Twins] {
		found = withTaken(found, values, to, nil)
	}
	if len(found) > 0 {
		return violated(found)
	}
	o := s.add(to, values)
	return s.written(c, to, o)
}

// update keeps what the request leaves out, as the guide says. (The document
// lists defaults for updates as well; the sandbox takes them for notes on
// creating.)
func (s *Server) update(c *call, in *collection) reply {
	parameters, ok := c.parameters()
	if !ok {
		return plainError(http.StatusBadRequest)
	}
	if c.strikes.way[NoRename] {
		delete(parameters, "name")
	}
	values, found := in.kind.check(updating, parameters)
	s.mu.Lock()
	defer s.mu.Unlock()
	at := in.byID[c.target]
	if at == nil {
		return plainError(http.StatusNotFound)
	}
	if !c.strikes.way[Twins] {
		found = withTaken(found, values, in, at)
	}
	if len(found) > 0 {
		return violated(found)
	}
	if c.strikes.way[Replace] || c.strikes.way[Reset] {
		name, renamed := values["name"].(string)
		if !renamed {
			name = at.object.name
		}
		in.kind.fillIn(values, name, !c.strikes.way[Replace])
	}
	o := at.object.with(in.kind, values)
	o.updated = s.now()
	in.replace(at, o)
	return s.written(c, in, o)
}

// fillIn gives an update the initial value of everything that it does not
// have, as a server does that takes PUT for a full replacement; or only of that
// which the document lists a default of updates for.
func (k *kind) fillIn(values map[string]any, name string, listedOnly bool) {
	for _, f := range k.fields {
		if _, sent := values[f.name]; sent || f.name == "name" || f.writable&updating == 0 || listedOnly && !f.listed {
			continue
		}
		values[f.name] = f.initial
		if f.name == "display_name" { // of a room: it starts as the name
			values[f.name] = name
		}
	}
}

// dropUpdateOnly takes out what a create request does not have and an update
// request does.
func (k *kind) dropUpdateOnly(parameters map[string]json.RawMessage) {
	for _, f := range k.fields {
		if f.writable&creating == 0 && f.writable&updating != 0 {
			delete(parameters, f.name)
		}
	}
}

func (s *Server) remove(c *call, from *collection) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := from.byID[c.target]
	if at == nil {
		return plainError(http.StatusNotFound)
	}
	for _, t := range at.object.tokens {
		delete(s.tokens, t.id)
	}
	for _, stream := range at.object.streams {
		delete(s.streams, stream.object.id)
	}
	from.delete(at)
	s.state.changed()
	return reply{status: http.StatusNoContent}
}

// written answers a write with the object as it now is. The document has 200
// for creating, too. The caller holds the lock.
func (s *Server) written(c *call, in *collection, o *object) reply {
	s.state.changed()
	return objectReply(in.kind, o, c.wording(false))
}

// withTaken puts a name already in use before the other violations: the name
// is the first parameter of both kinds. Names are compared with case. The
// caller holds the lock.
func withTaken(found []violation, values map[string]any, in *collection, except *slot) []violation {
	name, given := values["name"].(string)
	if !given || !in.taken(name, except) {
		return found
	}
	return append([]violation{{"name", "is already taken"}}, found...)
}

// add stores a new object with the given settings, the others at their
// initial values. The caller holds the lock, so times are in the order of
// sequences.
func (s *Server) add(to *collection, values map[string]any) *object {
	now := s.now()
	o := &object{id: newUUID(), values: initialValues(to.kind), created: now, updated: now}
	o = o.with(to.kind, values)
	if _, named := values["name"]; !named {
		o.name = freeName(to)
	}
	if _, given := values["display_name"]; !given && to.kind == roomKind {
		o.values[to.kind.index["display_name"]] = o.name
	}
	if to.kind == conferenceKind {
		o.tokens = newTokens()
	}
	s.insert(to, s.sequence+1, o)
	return o
}

// insert puts an object at the end of a collection, and its tokens and streams
// in their indexes. The caller holds the lock.
func (s *Server) insert(to *collection, sequence uint64, o *object) {
	s.sequence = max(s.sequence, sequence)
	at := to.insert(sequence, o)
	for _, t := range o.tokens {
		s.tokens[t.id] = at
	}
	for _, stream := range o.streams {
		s.sequence = max(s.sequence, stream.sequence)
		s.streams[stream.object.id] = at
	}
}

// freeName is for a conference created without one. How the real service
// names it is not documented.
func freeName(in *collection) string {
	for {
		var b [6]byte
		_, _ = rand.Read(b[:]) // never fails
		name := in.kind.name + "-" + hex.EncodeToString(b[:])
		if !in.taken(name, nil) {
			return name
		}
	}
}
