package signalwire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"roomsync/internal/room"
)

const (
	tokensPath     = "/api/video/conference_tokens"
	roomTokensPath = "/api/video/room_tokens"
)

// Tokens lists the tokens of a conference. As with List, an error means that
// they are not all.
func (c *Client) Tokens(ctx context.Context, conference string) ([]room.Token, error) {
	path, err := c.path(room.Conference, conference)
	if err != nil {
		return nil, err
	}
	var all []room.Token
	place := make(map[string]int)
	err = c.forListing().fetch(ctx, path+"/conference_tokens", ListOptions{}, func(p page) error {
		for _, raw := range p.objects {
			t, err := decodeToken(raw)
			if err != nil {
				return c.unusable(answer{about: p.about}, err)
			}
			if i, twice := place[t.ID]; twice {
				all[i] = t
				continue
			}
			place[t.ID] = len(all)
			all = append(all, t)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// ResetToken gives a token a new secret and returns it with that; before is the
// token as it was. A reset is not sent twice blindly, as the second would end
// the secret that the first one made: when it is not known whether it has
// happened, the token is looked at.
func (c *Client) ResetToken(ctx context.Context, before room.Token) (room.Token, error) {
	path, err := c.below(tokensPath, "token", before.ID)
	if err != nil {
		return room.Token{}, err
	}
	tries := c.newTries()
	defer tries.end()
	settle := firstSettle
	for first := true; ; first = false {
		a, err := c.do(ctx, "POST", path+"/reset", "", nil)
		var after room.Token
		if err == nil {
			if after, err = c.readToken(a, before.ID); err == nil && after.Secret == before.Secret {
				err = c.unusable(a, errors.New("the answer holds the token as it was"))
			}
		}
		var e *Error
		isError := errors.As(err, &e)
		switch {
		case err == nil && first:
			return after, nil
		case err == nil:
			// One of those before may come through late. What is there counts.
			if now, err := c.readOne(ctx, path, before.ID); err == nil {
				return now, nil
			}
			return after, nil
		case !isError, !e.Ambiguous() && first:
			return room.Token{}, err
		}
		answered := e.Status/100 == 2 && !e.Broken
		if !answered {
			if !sleep(ctx, settle) {
				return room.Token{}, err
			}
			settle = min(2*settle, maxSettle)
		}
		now, lookErr := c.readOne(ctx, path, before.ID)
		switch {
		case lookErr != nil:
			return room.Token{}, lostError{err, lookErr}
		case now.Secret != before.Secret:
			return now, nil
		case !e.Ambiguous():
			return room.Token{}, err
		case answered, !tries.again(ctx, e):
			return room.Token{}, fmt.Errorf("when looked at, the token was as before: %w", err)
		}
	}
}

// readOne reads one token.
func (c *Client) readOne(ctx context.Context, path, id string) (room.Token, error) {
	a, err := c.do(ctx, "GET", path, "", nil)
	if err != nil {
		return room.Token{}, err
	}
	return c.readToken(a, id)
}

// IssueToken makes a token for a room of either kind. The request has the names
// that the API's documents give its fields. A token whose answer was lost lets
// nobody in, as nobody has it, so another is simply asked for.
func (c *Client) IssueToken(ctx context.Context, request map[string]any) (room.Secret, error) {
	tries := c.newTries()
	defer tries.end()
	for {
		a, err := c.do(ctx, "POST", roomTokensPath, "", request)
		if err == nil {
			return c.readIssued(a)
		}
		var e *Error
		if !errors.As(err, &e) || !e.Ambiguous() || !tries.again(ctx, e) {
			return "", err
		}
	}
}

func (c *Client) readIssued(a answer) (room.Secret, error) {
	var body map[string]json.RawMessage
	if json.Unmarshal(a.body, &body) != nil {
		return "", c.unusable(a, errNoToken)
	}
	secret, err := decodeSecret(body["token"])
	if err != nil {
		return "", c.unusable(a, err)
	}
	return secret, nil
}

// readToken reads the token that an answer holds, which must be the one asked
// for.
func (c *Client) readToken(a answer, id string) (room.Token, error) {
	t, err := decodeToken(a.body)
	if err == nil && t.ID != id {
		err = errors.New("the answer is another token")
	}
	if err != nil {
		return room.Token{}, c.unusable(a, err)
	}
	return t, nil
}

// Nothing that may hold a token is quoted in an error.
var errNoToken = errors.New("the answer is not the promised token")

func decodeToken(raw json.RawMessage) (room.Token, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return room.Token{}, errNoToken
	}
	var t room.Token
	if json.Unmarshal(orNull(fields["id"]), &t.ID) != nil || t.ID == "" {
		return room.Token{}, errors.New("the answer holds a token without an ID")
	}
	if json.Unmarshal(orNull(fields["name"]), &t.Name) != nil || json.Unmarshal(orNull(fields["scopes"]), &t.Permissions) != nil {
		return room.Token{}, errors.New("the answer holds a token whose name or scopes are not what the API promises")
	}
	var err error
	t.Secret, err = decodeSecret(fields["token"])
	return t, err
}

// secretText is what tokens are made of (RFC 6750), so that they need no quotes
// in any file or header.
var secretText = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)

func decodeSecret(raw json.RawMessage) (room.Secret, error) {
	var s string
	switch {
	case json.Unmarshal(orNull(raw), &s) != nil || s == "":
		return "", errNoToken
	case !secretText.MatchString(s):
		return "", errors.New("the answer holds a token with characters that no token has")
	}
	return room.Secret(s), nil
}
