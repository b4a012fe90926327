package signalwire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"roomsync/internal/room"
)

const streamsPath = "/api/video/streams"

// Streams lists the streams of a room. As with List, an error means that they
// are not all. It is never nil without one.
func (c *Client) Streams(ctx context.Context, kind room.Kind, id string) ([]room.Stream, error) {
	path, err := c.path(kind, id)
	if err != nil {
		return nil, err
	}
	all := make([]room.Stream, 0)
	place := make(map[string]int)
	err = c.forListing().fetch(ctx, path+"/streams", ListOptions{}, func(p page) error {
		for _, raw := range p.objects {
			s, err := decodeStream(raw)
			if err != nil {
				return c.unusable(answer{about: p.about}, err)
			}
			if i, twice := place[s.ID]; twice {
				all[i] = s
				continue
			}
			place[s.ID] = len(all)
			all = append(all, s)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// CreateStream has a room broadcast to an address. As with Create, a request
// whose answer is lost is looked for before it is sent again: the room must have
// had no stream to the address before.
func (c *Client) CreateStream(ctx context.Context, kind room.Kind, id string, u room.StreamURL) (room.Stream, error) {
	path, err := c.path(kind, id)
	if err != nil {
		return room.Stream{}, err
	}
	tries := c.newTries()
	defer tries.end()
	settle := firstSettle
	for first := true; ; first = false {
		a, err := c.do(ctx, "POST", path+"/streams", "", streamBody(u))
		var s room.Stream
		if err == nil {
			s, err = c.readStream(a, "")
		}
		var e *Error
		isError := errors.As(err, &e)
		switch {
		case err == nil && first:
			return s, nil
		case err == nil:
			if _, err := c.oneStream(ctx, kind, id, u); errors.Is(err, errTwoStreams) {
				return room.Stream{}, err
			}
			return s, nil // it was answered, so it is there; the look was for another one
		case !isError, !e.Ambiguous() && first:
			return room.Stream{}, err
		}
		if e.Status/100 != 2 || e.Broken {
			if !sleep(ctx, settle) {
				return room.Stream{}, err
			}
			settle = min(2*settle, maxSettle)
		}
		found, lookErr := c.oneStream(ctx, kind, id, u)
		switch {
		case errors.Is(lookErr, errTwoStreams):
			return room.Stream{}, lookErr
		case lookErr != nil:
			return room.Stream{}, lostError{err, lookErr}
		case found != nil:
			return *found, nil
		case !e.Ambiguous():
			return room.Stream{}, err
		case !tries.again(ctx, e):
			return room.Stream{}, fmt.Errorf("when looked for, it was not there: %w", err)
		}
	}
}

var errTwoStreams = errors.New("a creation whose answer was lost came through late: the room has two streams to the address; apply with --prune ends one of them")

// oneStream looks for the one stream of a room to an address.
func (c *Client) oneStream(ctx context.Context, kind room.Kind, id string, u room.StreamURL) (*room.Stream, error) {
	all, err := c.Streams(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(s room.Stream) bool { return !s.URL.Same(u) })
	switch len(all) {
	case 0:
		return nil, nil
	case 1:
		return &all[0], nil
	}
	return nil, errTwoStreams
}

// UpdateStream gives a stream another address.
func (c *Client) UpdateStream(ctx context.Context, id string, u room.StreamURL) (room.Stream, error) {
	path, err := c.below(streamsPath, "stream", id)
	if err != nil {
		return room.Stream{}, err
	}
	a, err := c.do(ctx, "PUT", path, "", streamBody(u))
	if err == nil && len(strings.TrimSpace(string(a.body))) == 0 {
		if a, err = c.do(ctx, "GET", path, "", nil); err != nil {
			err = c.unusable(a, fmt.Errorf("the answer is empty, and reading the stream failed: %w", err))
		}
	}
	if err != nil {
		return room.Stream{}, err
	}
	return c.readStream(a, id)
}

// DeleteStream ends a stream.
func (c *Client) DeleteStream(ctx context.Context, id string) error {
	path, err := c.below(streamsPath, "stream", id)
	if err != nil {
		return err
	}
	_, err = c.do(ctx, "DELETE", path, "", nil)
	return err
}

func streamBody(u room.StreamURL) map[string]string { return map[string]string{"url": string(u)} }

// readStream reads the stream that an answer holds. With an ID, it must be that
// one.
func (c *Client) readStream(a answer, id string) (room.Stream, error) {
	if !json.Valid(a.body) {
		return room.Stream{}, c.unusable(a, errors.New("the answer is not JSON"))
	}
	s, err := decodeStream(a.body)
	if err == nil && id != "" && s.ID != id {
		err = errors.New("the answer is another stream")
	}
	if err != nil {
		return room.Stream{}, c.unusable(a, err)
	}
	return s, nil
}

// decodeStream reads a stream. What is wrong with one is told without quoting it.
func decodeStream(raw json.RawMessage) (room.Stream, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return room.Stream{}, errors.New("the answer holds a stream that is not an object")
	}
	var s room.Stream
	if json.Unmarshal(fields["id"], &s.ID) != nil || s.ID == "" {
		return room.Stream{}, errors.New("the answer holds a stream without an ID")
	}
	var address *string
	if json.Unmarshal(orNull(fields["url"]), &address) != nil {
		return room.Stream{}, errors.New("the answer holds a stream whose url is no text")
	}
	if address != nil {
		s.URL = room.StreamURL(*address)
	}
	return s, nil
}
