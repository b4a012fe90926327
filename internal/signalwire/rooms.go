package signalwire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"roomsync/internal/room"
	"roomsync/schema"
)

// Update sets what s names of a room, leaves the rest, and returns the room as
// the API answers it. A name that is not empty is a new one (G; O does not list
// it). If the answer does not hold the room, it is read.
func (c *Client) Update(ctx context.Context, kind room.Kind, id, name string, s room.Settings) (room.Live, error) {
	path, err := c.path(kind, id)
	if err != nil {
		return room.Live{}, err
	}
	body := asked(s)
	if name != "" {
		body["name"] = room.Text(name)
	}
	a, err := c.do(ctx, "PUT", path, "", body)
	if err != nil {
		return room.Live{}, err
	}
	if len(bytes.TrimSpace(a.body)) > 0 {
		return c.read(a, kind, id, false)
	}
	l, err := c.Get(ctx, kind, id)
	if err != nil {
		// An error of the PUT, which has happened: a failed GET alone would
		// read as if it had not.
		return room.Live{}, c.unusable(a, fmt.Errorf("the answer is empty, and reading the %s failed: %w", kind, err))
	}
	return l, nil
}

// Get reads one room.
func (c *Client) Get(ctx context.Context, kind room.Kind, id string) (room.Live, error) {
	return c.get(ctx, kind, id, "")
}

// Look reads one room with the session in it. It fails rather than take a
// session that it cannot read for none.
func (c *Client) Look(ctx context.Context, kind room.Kind, id string) (room.Live, error) {
	return c.get(ctx, kind, id, withSession)
}

// withSession is the query that asks for sessions.
const withSession = "include_active_session=true"

func (c *Client) get(ctx context.Context, kind room.Kind, id, query string) (room.Live, error) {
	path, err := c.path(kind, id)
	if err != nil {
		return room.Live{}, err
	}
	a, err := c.do(ctx, "GET", path, query, nil)
	if err != nil {
		return room.Live{}, err
	}
	return c.read(a, kind, id, query == withSession)
}

// Delete ends a room.
func (c *Client) Delete(ctx context.Context, kind room.Kind, id string) error {
	path, err := c.path(kind, id)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, "DELETE", path, "", nil)
	return err
}

// collection is the path of a kind's collection.
func collection(k room.Kind) string { return "/api/video/" + string(k) + "s" }

// path is the path of one room. IDs come from the server, so they are data:
// one that would change the path is refused.
func (c *Client) path(k room.Kind, id string) (string, error) {
	return c.below(collection(k), string(k), id)
}

// below is the path of an object of a collection; what says what it is.
func (c *Client) below(collection, what, id string) (string, error) {
	if id == "" || id == "." || id == ".." || len(id) > maxWord || url.PathEscape(id) != id {
		return "", fmt.Errorf("%s has the ID %q, which cannot stand in a path", what, c.clean.text(id, maxWord))
	}
	return collection + "/" + id, nil
}

// asked is the body that asks for settings: what is set, null included.
func asked(s room.Settings) map[string]room.Value {
	body := make(map[string]room.Value, len(s)+1)
	for name, v := range s {
		if v.IsSet() { // else it would be null, which clears
			body[name] = v
		}
	}
	return body
}

// read reads the room that an answer holds, and its session if that was asked
// for. With an ID, it must be that room.
func (c *Client) read(a answer, kind room.Kind, id string, session bool) (room.Live, error) {
	if !json.Valid(a.body) {
		return room.Live{}, c.unusable(a, c.clean.strange(a.body))
	}
	l, err := decode(kind, a.body, session)
	if err == nil && id != "" && l.ID != id {
		// O finds rooms by ID and by name in one place.
		err = fmt.Errorf("the answer is another %s, %s", kind, l.ID)
	}
	if err != nil {
		return room.Live{}, c.unusable(a, err)
	}
	return l, nil
}

// decode reads a room, and its session if that was asked for.
func decode(kind room.Kind, raw json.RawMessage, session bool) (room.Live, error) {
	return new(decoder).decode(kind, raw, session)
}

// decoder reads the rooms of a listing. Most of their values are the same texts
// over and over, so that each is parsed and kept once.
type decoder struct {
	values, times map[string]room.Value // by JSON text
	fields        [][]byte              // of one room after the other, by place in the catalogue
	// What the room before had, which the next one has mostly, too.
	kind    room.Kind
	members []member // in their order
	last    []told   // by place in the catalogue
}

// member is a member of an object, and where it stands in the catalogue, or -1.
type member struct {
	name string
	at   int
}

// told is a value as it was told, and what it is.
type told struct {
	raw   string
	value room.Value
}

const (
	// longestKept and mostKept bound what a decoder keeps.
	longestKept = 64
	mostKept    = 4096
)

// decode reads a room, which must be valid JSON. Settings that the catalogue
// does not have are ignored, and so are read-only ones.
func (d *decoder) decode(kind room.Kind, raw json.RawMessage, session bool) (room.Live, error) {
	settings := schema.Settings(string(kind))
	l := room.Live{Kind: kind}
	var id, name, active []byte
	d.fields = slices.Grow(d.fields[:0], len(settings))[:len(settings)]
	clear(d.fields)
	if d.kind != kind {
		d.kind, d.members, d.last = kind, nil, make([]told, len(settings))
	}
	has, nth := 0, 0
	if !members(raw, func(of, value []byte) {
		if nth == len(d.members) {
			d.members = append(d.members, member{at: -1})
		}
		m := &d.members[nth]
		nth++
		if m.name != string(of) {
			*m = member{string(of), -1}
			if at := schema.Position(string(kind), m.name); at >= 0 && !settings[at].ReadOnly && !settings[at].Apart {
				m.at = at
			}
		}
		switch {
		case m.at >= 0:
			d.fields[m.at] = value
			has++
		case m.name == "id":
			id = value
		case m.name == "name":
			name = value
		case m.name == "active_session":
			active = value
		}
	}) {
		return room.Live{}, fmt.Errorf("the answer holds a %s that is not an object", kind)
	}
	if json.Unmarshal(id, &l.ID) != nil || l.ID == "" {
		return room.Live{}, fmt.Errorf("the answer holds a %s without an ID", kind)
	}
	if json.Unmarshal(name, &l.Name) != nil || l.Name == "" {
		return room.Live{}, fmt.Errorf("the answer holds a %s without a name", kind)
	}
	l.Settings = make(room.Settings, has)
	for i, field := range d.fields {
		s := &settings[i]
		if field == nil {
			continue
		}
		last := &d.last[i]
		if last.raw != string(field) {
			v, err := d.value(s, field)
			if err != nil {
				return room.Live{}, fmt.Errorf("%s %s has a %s that cannot be read: %w", kind, l.Name, s.Name, err)
			}
			*last = told{v.JSON(), v}
			if last.raw != string(field) { // most values are told as they are kept
				last.raw = string(field)
			}
		}
		l.Settings[s.Name] = last.value
	}
	if session {
		var err error
		if l.Session, err = decodeSession(active); err != nil {
			return room.Live{}, fmt.Errorf("%s %s: %w", kind, l.Name, err)
		}
	}
	return l, nil
}

// value reads the value of a setting.
func (d *decoder) value(s *schema.Setting, raw []byte) (room.Value, error) {
	if d.values == nil {
		d.values, d.times = make(map[string]room.Value), make(map[string]room.Value)
	}
	kept := d.values
	if s.Format == "time" {
		kept = d.times // they are spelled in UTC
	}
	if v, known := kept[string(raw)]; known {
		return v, nil
	}
	v, err := room.Parse(raw)
	if err != nil {
		return v, err
	}
	v = room.Canonical(*s, v)
	if len(raw) <= longestKept && len(kept) < mostKept {
		kept[string(raw)] = v
	}
	return v, nil
}

func decodeSession(raw json.RawMessage) (*room.Session, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var s struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Start  string `json:"start_time"`
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, errors.New("its active_session cannot be read")
	}
	started, err := room.ParseTime(s.Start)
	if err != nil {
		started = time.Time{} // not said; the status is what counts
	}
	return &room.Session{ID: s.ID, Status: s.Status, Started: started}, nil
}
