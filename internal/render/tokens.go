package render

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"roomsync/internal/diag"
	"roomsync/internal/room"
	"roomsync/schema"
)

// TokensText writes tokens of a room and what they permit. What lets people in
// is masked unless it is to be revealed.
func TokensText(w io.Writer, r room.Live, tokens []room.Token, reveal bool, style Style) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s, ID %s\n", style.paint(diag.Printable(r.Name), color.Bold), r.Kind, diag.Printable(r.ID))
	for _, t := range tokens {
		shown := t.Secret.String()
		if reveal {
			shown = string(t.Secret)
		}
		fmt.Fprintf(&b, "\n%s  %s\n", style.paint(diag.Printable(cmp.Or(t.Name, "(no name)")), color.Bold), shown)
		told := []line{{"ID", diag.Printable(t.ID)}}
		for _, g := range room.PermissionGroups() {
			if text := permitted(g, t.Permissions); text != "" {
				told = append(told, line{g.Name, text})
			}
		}
		b.WriteString(labelled(told, 17, style))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// permitted is what is permitted of a group. Permissions that nobody knows are
// told only if there are any.
func permitted(g room.PermissionGroup, permissions []string) string {
	has, all := g.In(permissions), g.In(schema.Permissions())
	names := diag.Printable(strings.Join(has, ", "))
	switch {
	case len(all) == 0:
		return names
	case len(has) == 0:
		return "nothing"
	case len(room.Union(has)) == len(all):
		return fmt.Sprintf("everything (%s*)", g.Prefix)
	}
	return strings.ReplaceAll(" "+names, " "+g.Prefix, " ")[1:]
}

type tokensDocument struct {
	FormatVersion int             `json:"format_version"`
	Space         string          `json:"space"`
	Room          tokensRoom      `json:"room"`
	Tokens        []tokenDocument `json:"tokens"`
}

type tokensRoom struct {
	Kind room.Kind `json:"kind"`
	Name string    `json:"name"`
	ID   string    `json:"id"`
}

type tokenDocument struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Token       string   `json:"token"`
	Permissions []string `json:"permissions"`
}

// TokensJSON writes tokens for another program, with what lets people in.
func TokensJSON(w io.Writer, space string, r room.Live, tokens []room.Token) error {
	return WriteJSON(w, tokensDocument{FormatVersion, space, tokensRoom{r.Kind, r.Name, r.ID}, each(tokens, func(t room.Token) tokenDocument {
		return tokenDocument{t.ID, t.Name, string(t.Secret), each(t.Permissions, func(p string) string { return p })}
	})})
}

// IssuedJSON writes a token that was made, with what it says of itself as the
// server answered it: whether it is true, the signature tells those who have the
// key. claims is nil if the token cannot be decoded.
func IssuedJSON(w io.Writer, space, name string, token room.Secret, claims json.RawMessage) error {
	return WriteJSON(w, struct {
		FormatVersion int             `json:"format_version"`
		Space         string          `json:"space"`
		Room          string          `json:"room"`
		Token         string          `json:"token"`
		Claims        json.RawMessage `json:"claims"`
		Verified      bool            `json:"claims_verified"`
	}{FormatVersion, space, name, string(token), claims, false})
}
