package sandbox

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"iter"
	"net/http"
	"slices"
)

// A token lets people into a conference. Its permissions follow from its
// name and are not kept.
type token struct {
	id, name, secret string
}

// newTokens makes the two tokens every conference comes with.
func newTokens() []token {
	return []token{
		{newUUID(), "moderator", newSecret()},
		{newUUID(), "guest", newSecret()},
	}
}

func newSecret() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return "vpt_" + hex.EncodeToString(b[:])
}

// MarshalJSON writes the token as the API answers it.
func (t token) MarshalJSON() ([]byte, error) {
	// The guide gives guests the permissions that the document has as the
	// default of a room token, and moderators control over everything.
	scopes := permissions
	if t.name == "guest" {
		scopes = ownPermissions
	}
	return json.Marshal(struct {
		ID     string   `json:"id"`
		Name   string   `json:"name"`
		Token  string   `json:"token"`
		Scopes []string `json:"scopes"`
	}{t.id, t.name, t.secret, scopes})
}

func (s *Server) listTokens(c *call) reply {
	q, ok := c.query()
	if !ok {
		return plainError(http.StatusBadRequest)
	}
	s.mu.RLock()
	conference := s.conferences.withID(c.target)
	s.mu.RUnlock()
	if conference == nil {
		return plainError(http.StatusNotFound)
	}
	p := q.page("conference_tokens/" + conference.id)
	if len(q.found) > 0 {
		return violated(q.found)
	}
	// Tokens live and die with their conference, so their place will do as
	// the sequence: the first is 1.
	forward := func(sequence uint64) iter.Seq2[uint64, token] {
		return func(yield func(uint64, token) bool) {
			for i, t := range conference.tokens {
				if at := uint64(i) + 1; at > sequence && !yield(at, t) {
					return
				}
			}
		}
	}
	back := func(sequence uint64) iter.Seq2[uint64, token] {
		return func(yield func(uint64, token) bool) {
			for i, t := range slices.Backward(conference.tokens) {
				if at := uint64(i) + 1; at <= sequence && !yield(at, t) {
					return
				}
			}
		}
	}
	cut := cutPage(p, s.options.PageLimit, forward, back)
	var b bytes.Buffer
	for i, t := range cut.items {
		encoded, err := json.Marshal(t)
		if err != nil {
			return plainError(http.StatusInternalServerError)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(encoded)
	}
	return p.reply(c.request, cut.ends, b.Bytes())
}

func (s *Server) showToken(c *call) reply {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, t := s.findToken(c.target)
	if t == nil {
		return plainError(http.StatusNotFound)
	}
	return jsonReply(http.StatusOK, t)
}

// resetToken gives a token a new secret. The id stays, so that links to the
// token keep working; whoever has the old secret is out.
func (s *Server) resetToken(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, t := s.findToken(c.target)
	if t == nil {
		return plainError(http.StatusNotFound)
	}
	renewed := *t
	renewed.secret = newSecret()
	changed := *at.object
	changed.tokens = slices.Clone(changed.tokens)
	for i := range changed.tokens {
		if changed.tokens[i].id == renewed.id {
			changed.tokens[i] = renewed
		}
	}
	at.object = &changed
	s.state.changed()
	return jsonReply(http.StatusOK, renewed)
}

func (s *Server) findToken(id string) (*slot, *token) {
	at := s.tokens[id]
	if at == nil {
		return nil, nil
	}
	for i := range at.object.tokens {
		if at.object.tokens[i].id == id {
			return at, &at.object.tokens[i]
		}
	}
	return nil, nil
}
