package sandbox

import (
	"bytes"
	"iter"
	"net/http"
	"regexp"
	"slices"
)

// streamKind sends what happens in a room to a streaming server. The server's
// address is all that a request has. It can be null in answers, but a request
// that clears it would leave a stream to nowhere, so none does.
//
// The same address may come twice, in one room or in several, and a room may
// have any number of streams: the document has no rule against either.
var streamKind = newKind("stream", "streams", []field{
	{name: "id"},
	{
		name: "url", shape: text, writable: writing, required: writing,
		match: streamPattern, form: "must be the rtmp:// or rtmps:// URL of a server",
	},
	// The document's example. It does not say what RTMPS is called.
	{name: "stream_type", shape: text, initial: "rtmp"},
	{name: "width", shape: whole},
	{name: "height", shape: whole},
	{name: "fps", shape: whole, initial: int64(20)},
	{name: "created_at"},
	{name: "updated_at"},
})

// streamPattern wants a host; what comes after it is the streaming server's
// to judge.
var streamPattern = regexp.MustCompile(
	`^(?i:rtmps?)://([^\s/?#@]*@)?([\pL\pN._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?([/?#]\S*)?$`)

// sizes are the pictures of the qualities, in pixels. That a stream has that
// of its room is the sandbox's choice: the document only has an example.
var sizes = map[any][2]int64{"720p": {1280, 720}, "1080p": {1920, 1080}}

func (s *Server) listConferenceStreams(c *call) reply { return s.listStreams(c, s.conferences) }
func (s *Server) listRoomStreams(c *call) reply       { return s.listStreams(c, s.rooms) }

func (s *Server) listStreams(c *call, in *collection) reply {
	q, ok := c.query()
	if !ok {
		return plainError(http.StatusBadRequest)
	}
	s.mu.RLock()
	owner := in.withID(c.target)
	if owner == nil && in == s.rooms && s.options.Shadows {
		owner = s.conferences.withID(c.target) // as findRoom does
	}
	s.mu.RUnlock()
	if owner == nil {
		return plainError(http.StatusNotFound)
	}
	p := q.page("streams/" + owner.id)
	if len(q.found) > 0 {
		return violated(q.found)
	}
	cut := cutPage(p, s.options.PageLimit, owner.streamsAfter, owner.streamsBefore)
	var b bytes.Buffer
	for i, o := range cut.items {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := o.encode(&b, streamKind, c.wording(false)); err != nil {
			return plainError(http.StatusInternalServerError)
		}
	}
	return p.reply(c.request, cut.ends, b.Bytes())
}

func (o *object) streamsAfter(sequence uint64) iter.Seq2[uint64, *object] {
	return func(yield func(uint64, *object) bool) {
		for _, at := range o.streams {
			if at.sequence > sequence && !yield(at.sequence, at.object) {
				return
			}
		}
	}
}

func (o *object) streamsBefore(sequence uint64) iter.Seq2[uint64, *object] {
	return func(yield func(uint64, *object) bool) {
		for _, at := range slices.Backward(o.streams) {
			if at.sequence <= sequence && !yield(at.sequence, at.object) {
				return
			}
		}
	}
}

// The document has 200 for a conference's new stream and 201 for a room's.
func (s *Server) createConferenceStream(c *call) reply {
	return s.createStream(c, s.conferences, http.StatusOK)
}

func (s *Server) createRoomStream(c *call) reply {
	return s.createStream(c, s.rooms, http.StatusCreated)
}

// createStream leaves the room's updated_at alone: a stream is no setting.
func (s *Server) createStream(c *call, in *collection, status int) reply {
	parameters, ok := c.parameters()
	if !ok {
		return plainError(http.StatusBadRequest)
	}
	values, found := streamKind.check(creating, parameters)
	s.mu.Lock()
	defer s.mu.Unlock()
	at := in.byID[c.target]
	if at == nil {
		return plainError(http.StatusNotFound)
	}
	if len(found) > 0 {
		return violated(found)
	}
	if size, known := sizes[at.object.value(in.kind, "quality")]; known {
		values["width"], values["height"] = size[0], size[1]
	}
	now := s.now()
	o := &object{id: newUUID(), values: initialValues(streamKind), created: now, updated: now}
	o = o.with(streamKind, values)
	s.sequence++
	changed := *at.object
	changed.streams = append(slices.Clone(changed.streams), slot{s.sequence, o})
	at.object = &changed
	s.streams[o.id] = at
	s.state.changed()
	a := objectReply(streamKind, o, c.wording(false))
	if a.status == http.StatusOK {
		a.status = status
	}
	return a
}

func (s *Server) showStream(c *call) reply {
	s.mu.RLock()
	defer s.mu.RUnlock()
	at, i := s.findStream(c.target)
	if at == nil {
		return plainError(http.StatusNotFound)
	}
	return objectReply(streamKind, at.object.streams[i].object, c.wording(false))
}

func (s *Server) updateStream(c *call) reply {
	parameters, ok := c.parameters()
	if !ok {
		return plainError(http.StatusBadRequest)
	}
	values, found := streamKind.check(updating, parameters)
	s.mu.Lock()
	defer s.mu.Unlock()
	at, i := s.findStream(c.target)
	if at == nil {
		return plainError(http.StatusNotFound)
	}
	if len(found) > 0 {
		return violated(found)
	}
	changed := *at.object
	changed.streams = slices.Clone(changed.streams)
	o := changed.streams[i].object.with(streamKind, values)
	o.updated = s.now()
	changed.streams[i].object = o
	at.object = &changed
	s.state.changed()
	return objectReply(streamKind, o, c.wording(false))
}

func (s *Server) deleteStream(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, i := s.findStream(c.target)
	if at == nil {
		return plainError(http.StatusNotFound)
	}
	changed := *at.object
	changed.streams = slices.Delete(slices.Clone(changed.streams), i, i+1)
	at.object = &changed
	delete(s.streams, c.target)
	s.state.changed()
	return reply{status: http.StatusNoContent}
}

// findStream returns the place of the room that has the stream, and the
// stream's place among the room's. The caller holds the lock.
func (s *Server) findStream(id string) (*slot, int) {
	at := s.streams[id]
	if at == nil {
		return nil, 0
	}
	return at, slices.IndexFunc(at.object.streams, func(stream slot) bool { return stream.object.id == id })
}
