package signalwire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"roomsync/internal/room"
	"roomsync/schema"
)

// Create makes a room and returns it as the API answers it.
func (c *Client) Create(ctx context.Context, kind room.Kind, name string, s room.Settings) (room.Live, error) {
	body := make(map[string]room.Value, len(s)+1)
	for k, v := range s {
		body[k] = v
	}
	body["name"] = room.Text(name)
	return c.send(ctx, "POST", kind, collection(kind), "", body)
}

// Update sets what s names of a room, leaves the rest, and returns the room as
// the API answers it.
func (c *Client) Update(ctx context.Context, kind room.Kind, id string, s room.Settings) (room.Live, error) {
	path, err := object(kind, id)
	if err != nil {
		return room.Live{}, err
	}
	return c.send(ctx, "PUT", kind, path, "", s)
}

// Get reads one room.
func (c *Client) Get(ctx context.Context, kind room.Kind, id string) (room.Live, error) {
	path, err := object(kind, id)
	if err != nil {
		return room.Live{}, err
	}
	return c.send(ctx, "GET", kind, path, "", nil)
}

// Delete ends a room.
func (c *Client) Delete(ctx context.Context, kind room.Kind, id string) error {
	path, err := object(kind, id)
	if err != nil {
		return err
	}
	return c.do(ctx, "DELETE", path, "", nil, nil)
}

func (c *Client) send(ctx context.Context, method string, kind room.Kind, path, query string, body any) (room.Live, error) {
	var raw json.RawMessage
	if err := c.do(ctx, method, path, query, body, &raw); err != nil {
		return room.Live{}, err
	}
	l, err := decode(kind, raw)
	if err != nil {
		return room.Live{}, &Error{Method: method, Path: path, Status: 200, Err: err, Sent: true}
	}
	return l, nil
}

// decode reads a room. Settings that the catalogue does not have are ignored,
// and so are read-only ones.
func decode(kind room.Kind, raw json.RawMessage) (room.Live, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return room.Live{}, fmt.Errorf("the answer holds a %s that is not an object", kind)
	}
	l := room.Live{Kind: kind, Settings: make(room.Settings)}
	if json.Unmarshal(fields["id"], &l.ID) != nil || l.ID == "" {
		return room.Live{}, fmt.Errorf("the answer holds a %s without an ID", kind)
	}
	if json.Unmarshal(fields["name"], &l.Name) != nil || l.Name == "" {
		return room.Live{}, fmt.Errorf("the answer holds a %s without a name", kind)
	}
	for _, s := range schema.Settings(string(kind)) {
		field, ok := fields[s.Name]
		if !ok || s.ReadOnly {
			continue
		}
		v, err := room.Parse(field)
		if err != nil {
			return room.Live{}, fmt.Errorf("%s %s has a %s that cannot be read: %w", kind, l.Name, s.Name, err)
		}
		l.Settings[s.Name] = room.Canonical(s, v)
	}
	session, err := decodeSession(fields["active_session"])
	if err != nil {
		return room.Live{}, fmt.Errorf("%s %s: %w", kind, l.Name, err)
	}
	l.Session = session
	return l, nil
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
