package cli

import (
	"os"
	"strings"
	"testing"

	"roomsync/internal/sandbox"
)

// A token that a room holds, live or in the file, is in no output, also where
// that spells some of its characters in another way.
func TestSpelledSecretsAreNotPrinted(t *testing.T) {
	const token = `PT+5ECRET&<k3y>"0"'1'\2345`
	space := sandbox.New(sandbox.Options{Token: token})
	if _, err := space.Put("conference", "live", map[string]any{"display_name": "Live " + token}); err != nil {
		t.Fatal(err)
	}
	w := inSpace(t, space)
	w.env["SIGNALWIRE_API_TOKEN"] = token
	file := "version: 1\nmanage: [\"*\"]\nrooms:\n  - name: live\n    display_name: 'Other " + strings.ReplaceAll(token, "'", "''") + "'\n" +
		"  - name: fresh\n    display_name: 'Fresh " + strings.ReplaceAll(token, "'", "''") + "'\n    quality: 1080p\n"
	if err := os.WriteFile("rooms.yaml", []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"plan", "drift", "list", "apply"} {
		for _, format := range formatsOf(command) {
			w.out.b.Reset()
			w.err.b.Reset()
			args := []string{command, "--format", format, "-v"}
			if command == "apply" {
				args = append(args, "--yes")
			}
			<-w.begin(args...)
			for _, out := range []string{w.out.String(), w.err.String()} {
				if strings.Contains(out, "5ECRET") || strings.Contains(out, "k3y") {
					t.Errorf("%s prints the token:\n%s", strings.Join(args, " "), out)
				}
			}
			if !strings.Contains(w.out.String(), "[API token]") && command != "apply" && format != "junit" {
				t.Errorf("%s says nothing of it: %s", strings.Join(args, " "), w.out.String())
			}
		}
	}
}
