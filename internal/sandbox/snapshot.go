package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// stateVersion changes when an older sandbox could misread the file.
const stateVersion = 1

// savedState is the content of a state file.
type savedState struct {
	Version     int           `json:"version"`
	Sequence    uint64        `json:"sequence"` // never reused, even after a restart
	Conferences []savedObject `json:"conferences"`
	Rooms       []savedObject `json:"rooms"`
}

type savedObject struct {
	ID       string                     `json:"id"`
	Sequence uint64                     `json:"sequence"`
	Name     string                     `json:"name"`
	Settings map[string]json.RawMessage `json:"settings"`
	Created  time.Time                  `json:"created_at"`
	Updated  time.Time                  `json:"updated_at"`
	Session  *session                   `json:"session,omitempty"`
	Tokens   []savedToken               `json:"tokens,omitempty"`
	Streams  []savedStream              `json:"streams,omitempty"`
}

type savedToken struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Token string `json:"token"`
}

type savedStream struct {
	ID       string                     `json:"id"`
	Sequence uint64                     `json:"sequence"`
	Settings map[string]json.RawMessage `json:"settings"`
	Created  time.Time                  `json:"created_at"`
	Updated  time.Time                  `json:"updated_at"`
}

// snapshot copies the state. Objects do not change once stored, so only
// their collection needs the lock.
func (s *Server) snapshot() savedState {
	state := savedState{Version: stateVersion}
	type place struct {
		sequence uint64
		object   *object
	}
	copied := func(c *collection) (all []place) {
		for sequence, o := range c.after(0) {
			all = append(all, place{sequence, o})
		}
		return all
	}
	s.mu.RLock()
	state.Sequence = s.sequence
	conferences, rooms := copied(s.conferences), copied(s.rooms)
	s.mu.RUnlock()
	for _, p := range conferences {
		state.Conferences = append(state.Conferences, saved(conferenceKind, p.sequence, p.object))
	}
	for _, p := range rooms {
		state.Rooms = append(state.Rooms, saved(roomKind, p.sequence, p.object))
	}
	return state
}

func saved(k *kind, sequence uint64, o *object) savedObject {
	result := savedObject{
		ID: o.id, Sequence: sequence, Name: o.name, Settings: savedSettings(k, o),
		Created: o.created, Updated: o.updated, Session: o.session,
	}
	for _, t := range o.tokens {
		result.Tokens = append(result.Tokens, savedToken{t.id, t.name, t.secret})
	}
	for _, at := range o.streams {
		stream := at.object
		result.Streams = append(result.Streams, savedStream{
			stream.id, at.sequence, savedSettings(streamKind, stream), stream.created, stream.updated,
		})
	}
	return result
}

func savedSettings(k *kind, o *object) map[string]json.RawMessage {
	settings := map[string]json.RawMessage{}
	for i, f := range k.fields {
		if f.shape == computed || f.name == "name" {
			continue
		}
		// What is stored has been JSON before, or is a time.
		if encoded, err := json.Marshal(o.values[i]); err == nil {
			settings[f.name] = encoded
		}
	}
	return settings
}

// restore fills an empty server. It refuses whatever it would lose or what
// would break its indexes, rather than start with half of the rooms.
func (s *Server) restore(content []byte) error {
	// The version goes first: what is new in a later one is unknown here, and
	// must not be called a mistake.
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(content, &head); err != nil { // refuses a second value, too
		return err
	}
	if head.Version != stateVersion {
		return fmt.Errorf("it has version %d, and this sandbox reads version %d", head.Version, stateVersion)
	}
	var state savedState
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&state); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	used := sequences{}
	for _, part := range []struct {
		into *collection
		from []savedObject
	}{{s.conferences, state.Conferences}, {s.rooms, state.Rooms}} {
		last := uint64(0)
		for _, from := range part.from {
			if !used.take(from.Sequence, &last) {
				return fmt.Errorf("%s %s is out of order", part.into.kind.name, from.Name)
			}
			if err := s.restoreObject(part.into, from, used); err != nil {
				return fmt.Errorf("%s %s: %w", part.into.kind.name, from.Name, err)
			}
		}
	}
	if state.Sequence < s.sequence {
		return fmt.Errorf("its sequence is behind its rooms'")
	}
	s.sequence = state.Sequence
	return nil
}

// sequences are those in use.
type sequences map[uint64]bool

// take tells whether a sequence is free and above the last one of its list,
// and makes it the last one.
func (used sequences) take(sequence uint64, last *uint64) bool {
	if sequence <= *last || used[sequence] {
		return false
	}
	used[sequence] = true
	*last = sequence
	return true
}

func (s *Server) restoreObject(to *collection, from savedObject, used sequences) error {
	if from.ID == "" || s.conferences.byID[from.ID] != nil || s.rooms.byID[from.ID] != nil {
		return fmt.Errorf("id %q is missing or used twice", from.ID)
	}
	o := &object{
		id: from.ID, name: from.Name, values: initialValues(to.kind),
		created: from.Created, updated: from.Updated, session: from.Session,
	}
	if err := o.restore(to.kind, from.Settings); err != nil {
		return err
	}
	for _, t := range from.Tokens {
		twice := func(other token) bool { return other.id == t.ID }
		if t.ID == "" || s.tokens[t.ID] != nil || slices.ContainsFunc(o.tokens, twice) {
			return fmt.Errorf("token id %q is missing or used twice", t.ID)
		}
		o.tokens = append(o.tokens, token{t.ID, t.Name, t.Token})
	}
	last := uint64(0)
	for _, of := range from.Streams {
		twice := func(other slot) bool { return other.object.id == of.ID }
		if of.ID == "" || s.streams[of.ID] != nil || slices.ContainsFunc(o.streams, twice) {
			return fmt.Errorf("stream id %q is missing or used twice", of.ID)
		}
		if !used.take(of.Sequence, &last) {
			return fmt.Errorf("stream %s is out of order", of.ID)
		}
		stream := &object{id: of.ID, values: initialValues(streamKind), created: of.Created, updated: of.Updated}
		if err := stream.restore(streamKind, of.Settings); err != nil {
			return fmt.Errorf("stream %s: %w", of.ID, err)
		}
		o.streams = append(o.streams, slot{of.Sequence, stream})
	}
	s.insert(to, from.Sequence, o)
	return nil
}

// restore takes over saved settings.
func (o *object) restore(k *kind, settings map[string]json.RawMessage) error {
	for name, encoded := range settings {
		at, known := k.index[name]
		if !known || k.fields[at].shape == computed || name == "name" {
			return fmt.Errorf("unknown setting %q", name)
		}
		o.values[at] = k.fields[at].stored(encoded)
	}
	return nil
}
