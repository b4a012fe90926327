package signalwire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

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

// watched is how long a token is looked at after a reset of which it is not
// known what becomes of it.
const watched = 30 * time.Second

// ResetToken gives a token a new secret and returns it with that; before is the
// token as it was. A reset that may have been carried out is never sent again:
// the first may come through after any look, and would end the secret that the
// second one made, or the other way round. The token is looked at instead.
func (c *Client) ResetToken(ctx context.Context, before room.Token) (room.Token, error) {
	path, err := c.below(tokensPath, "token", before.ID)
	if err != nil {
		return room.Token{}, err
	}
	a, err := c.do(ctx, "POST", path+"/reset", "", nil) // it sends again only what was not carried out
	var after room.Token
	if err == nil {
		if after, err = c.readToken(a, before.ID); err == nil && after.Secret == before.Secret {
			err = c.unusable(a, errors.New("the answer holds the token as it was"))
		}
	}
	var e *Error
	switch {
	case err == nil:
		return after, nil
	case !errors.As(err, &e) || !e.Ambiguous():
		return room.Token{}, err
	}
	return c.watch(ctx, path, before, e)
}

// watch looks at a token, with growing pauses, until it is another than before;
// reset is what came of the reset.
func (c *Client) watch(ctx context.Context, path string, before room.Token, reset *Error) (room.Token, error) {
	patience := time.Duration(0) // without a budget: one look
	if c.trouble != nil {
		patience = min(watched, c.trouble.left())
		impatient := *c
		impatient.trouble = newTrouble(patience)
		c = &impatient
	}
	began, pause := time.Now(), firstSettle
	if reset.Status/100 == 2 && !reset.Broken {
		pause = 0 // it was answered, so if it was done it was done by then
	}
	var lookErr error
	for {
		c.tell(reset, pause)
		if !sleep(ctx, pause) {
			return room.Token{}, reset
		}
		var now room.Token
		now, lookErr = c.readOne(ctx, path, before.ID)
		if lookErr == nil && now.Secret != before.Secret {
			return now, nil
		}
		var e *Error
		if errors.As(lookErr, &e) && !e.mayRetry() {
			break // 401, 403, 404: nor will the next look tell
		}
		left := patience - time.Since(began)
		if left <= 0 || ctx.Err() != nil {
			break
		}
		pause = min(max(2*pause, firstSettle), maxSettle, left)
	}
	if lookErr != nil {
		return room.Token{}, lostError{reset, lookErr}
	}
	return room.Token{}, fmt.Errorf("when last looked at, the token was as before: %w", reset)
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
