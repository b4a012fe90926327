package sandbox

import (
	"encoding/json"
	"fmt"
	"time"
)

// Seed adds the rooms of the demonstration: a conference, a conference with
// people in it, and a room. One whose name is taken is left as it is, so
// seeding twice changes nothing.
func (s *Server) Seed() {
	s.seed("conference", "team-standup", map[string]any{"display_name": "Team standup"})
	if s.seed("conference", "sales-demo", map[string]any{"display_name": "Sales demo"}) {
		_ = s.StartSession("conference", "sales-demo") // just made: no session yet
	}
	s.seed("room", "stage", map[string]any{
		"display_name": "Stage",
		"description":  "Town halls and launches",
		"max_members":  int64(50),
	})
}

func (s *Server) seed(kind, name string, settings map[string]any) bool {
	settings["name"] = name
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.collection(kind)
	if err != nil || in.taken(name, nil) {
		return false
	}
	s.add(in, settings)
	s.state.changed()
	return true
}

// Put creates a room directly, for tests that need one the API would refuse:
// a name in use, a null quality, a display name of the wrong type. The kind
// is "conference" or "room"; settings not given start as usual. Only what
// could not be answered at all is an error: a setting the kind does not
// have, or a value that is not JSON.
func (s *Server) Put(kind, name string, settings map[string]any) (id string, err error) {
	in, err := s.collection(kind)
	if err != nil {
		return "", err
	}
	values := map[string]any{"name": name}
	for key, value := range settings {
		at, known := in.kind.index[key]
		if !known || key == "name" || in.kind.fields[at].shape == computed {
			return "", fmt.Errorf("put %s %s: no setting %q", kind, name, key)
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return "", fmt.Errorf("put %s %s: setting %s: %w", kind, name, key, err)
		}
		values[key] = in.kind.fields[at].stored(encoded)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.add(in, values)
	s.state.changed()
	return o.id, nil
}

// stored turns JSON into the form values are kept in, whether or not it is
// valid for the field.
func (f *field) stored(encoded json.RawMessage) any {
	var value any
	if err := json.Unmarshal(encoded, &value); err != nil {
		return encoded
	}
	switch value := value.(type) {
	case nil, bool:
		return value
	case string:
		if f.shape == instant {
			// Any other spelling of a time is answered as it was put: clients
			// must cope with some.
			t, ok := parseInstant(value)
			if ok && t.Format(time.RFC3339Nano) == value {
				return t
			}
		}
		return value
	}
	// Numbers and objects are answered as they were given.
	return encoded
}
