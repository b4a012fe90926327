package export

import "testing"

// Literal is what tests expect a text to be in the file.
var Literal = literal

// TestLiteral keeps what looks like a variable from being one.
func TestLiteral(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "a": "a", "$": "$", "a$": "a$", "US$ 5": "US$ 5", "$X": "$X", "a$b": "a$b", "{$}": "{$}",
		"${X}": "$${X}", "a${X:-y}b${Z": "a$${X:-y}b$${Z", "$$": "$$$$", "$$$": "$$$$$$", "$${X}": "$$$${X}", "$ ${": "$ $${", "é$$": "é$$$$",
	} {
		if got := literal(s); got != want {
			t.Errorf("%q is written as %q, not %q", s, got, want)
		}
	}
}
