package room

import "fmt"

// Token lets people into a room with a prebuilt UI.
type Token struct {
	ID          string
	Name        string // moderator or guest; empty if the API says none
	Secret      Secret
	Permissions []string
}

// Secret is a text that whoever has it can use. However it is printed, it shows
// so much of itself that two can be told apart; only a conversion to string
// gives it away.
type Secret string

// shortestShown is the length from which on a secret shows its ends: less would
// be left of a shorter one to guess.
const shortestShown = 24

// String is the secret with all but its ends left out: vpt_62c6…83be.
func (s Secret) String() string {
	if len(s) < shortestShown {
		return "…"
	}
	return string(s[:8]) + "…" + string(s[len(s)-4:])
}

// GoString is what %#v prints.
func (s Secret) GoString() string { return fmt.Sprintf("room.Secret(%q)", s.String()) }

// MarshalText is what JSON has of it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
