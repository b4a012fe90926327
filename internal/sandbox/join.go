package sandbox

import (
	"errors"
	"fmt"
	"time"
)

// Join does what somebody with a token does in a client: it begins a session in
// the token's room, or joins the one in progress. The token is a room token or
// one of a conference. It is an error when the token is not valid (any more),
// when its window is not open, and when there is no room: but by a room token
// with auto_create_room, which is the API's default, one is made.
//
// The API has no request for this: it is the realtime protocol's.
func (s *Server) Join(token string) error {
	if kind, name, ok := s.conferenceOf(token); ok {
		return s.enter(kind, name)
	}
	said, ok := s.read(token)
	if !ok {
		return errors.New("join: the token is not valid")
	}
	now := s.now()
	switch {
	case said.JoinFrom != 0 && now.Before(time.Unix(said.JoinFrom, 0)):
		return fmt.Errorf("join %s: the token is not valid yet", said.Room)
	case said.JoinUntil != 0 && !now.Before(time.Unix(said.JoinUntil, 0)),
		said.RemoveAt != 0 && !now.Before(time.Unix(said.RemoveAt, 0)):
		return fmt.Errorf("join %s: the token is not valid any more", said.Room)
	}
	kind, err := s.destination(said)
	if err != nil {
		return err
	}
	return s.enter(kind, said.Room)
}

// conferenceOf finds the conference whose token this is.
func (s *Server) conferenceOf(secret string) (kind, name string, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, at := range s.tokens {
		for _, t := range at.object.tokens {
			if same(t.secret, secret) == 1 {
				return conferenceKind.name, at.object.name, true
			}
		}
	}
	return "", "", false
}

// destination is the kind of the token's room, which is made if it may be.
func (s *Server) destination(said claims) (kind string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, in := range []*collection{s.conferences, s.rooms} {
		if in.withName(said.Room) != nil {
			return in.kind.name, nil
		}
	}
	if !said.AutoCreate {
		return "", fmt.Errorf("join %s: there is no such room", said.Room)
	}
	values := map[string]any{"name": said.Room, "enable_room_previews": said.Previews}
	if said.DisplayName != "" {
		values["display_name"] = said.DisplayName
	}
	s.add(s.rooms, values)
	s.state.changed()
	return roomKind.name, nil
}

// enter begins a session unless there is one.
func (s *Server) enter(kind, name string) error {
	s.mu.RLock()
	in, err := s.collection(kind)
	o := (*object)(nil)
	if err == nil {
		o = in.withName(name)
	}
	s.mu.RUnlock()
	if o != nil && o.session != nil && o.session.Status == inProgress {
		return nil
	}
	return s.StartSession(kind, name)
}
