package cli

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"roomsync/internal/diag"
	"roomsync/internal/sandbox"
)

// onTerminal runs a command on a terminal of so many columns, and returns the
// lines that are there afterwards.
func onTerminal(w *world, columns int, args ...string) []string {
	sys := w.system()
	sys.Out, sys.Err = &w.out, &w.out
	sys.OutTerminal, sys.ErrTerminal = true, true
	sys.Width = func() int { return columns }
	Main(args, sys)
	return strings.Split(strings.TrimSuffix(w.out.String(), "\n"), "\n")
}

func TestNothingIsWiderThanTheTerminal(t *testing.T) {
	const wrong = `version: 1
rooms:
  - name: sales
    max_member: 12
    description: "a long description of a room that is not about anything at all" # and a comment behind it
    enable_chat: perhaps, and perhaps not, which is a long text for a boolean
  - {name: team-all-hands, display_name: All Hands, size: large, layout: highlight-1-responsive, qualty: 1080p}
`
	for _, args := range [][]string{{"validate"}, {"plan"}, {"plan", "-f", "missing/and/quite/a/long/name/of/a/file/rooms.yaml"}, {"plan", "--nonsense"}, {"list"},
		{"apply", "--yes", "-f", "right.yaml"}, {"drift", "-f", "right.yaml"}, {"apply", "--expect-plan", "12"}} {
		for columns := 40; columns <= 120; columns += 16 {
			w := inSpace(t, nil)
			for name, text := range map[string]string{"rooms.yaml": wrong, "right.yaml": "version: 1\nrooms:\n  - {name: sales, dark_primary: '#111111', dark_background: '#121212'}\n"} {
				if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, line := range onTerminal(w, columns, args...) {
				if diag.Width(line) > columns && !strings.Contains(line, "digest: ") {
					t.Errorf("roomsync %s: %d columns of %d: %q", strings.Join(args, " "), diag.Width(line), columns, line)
				}
			}
		}
	}
}

// Nor in pieces, where texts are told apart by words.
func TestSecretsAreNotTakenApart(t *testing.T) {
	const token = "PT0123456789abcdef-0123456789abcdef-k3y0-0123"
	file := func(text string) {
		text = "version: 1\nrooms:\n  - name: sales\n    description: whoever has " + text + " may come in and do whatever they like\n"
		if err := os.WriteFile("rooms.yaml", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, format := range []string{"text", "json", "markdown", "html"} {
		for _, color := range []string{"0", "1"} {
			w := inSpace(t, sandbox.New(sandbox.Options{Token: token}))
			w.env["SIGNALWIRE_API_TOKEN"], w.env["FORCE_COLOR"] = token, color
			file(strings.Replace(token, "k3y0", "7654", 1))
			if code := Main([]string{"apply", "--yes", "--quiet"}, w.system()); code != exitOK {
				t.Fatalf("exit code %d: %s", code, w.err.String())
			}
			file(token)
			for _, command := range []string{"plan", "drift"} {
				Main([]string{command, "--format", format}, w.system())
			}
			if out := w.out.String(); strings.Contains(out, "k3y0") || !strings.Contains(out, "[API token]") {
				t.Errorf("--format %s: %s", format, out)
			}
		}
	}
}

// A token that a room or a file holds is not shown in two halves, however narrow
// the terminal is.
func TestSecretsAreNotWrapped(t *testing.T) {
	const token = "PT0123456789abcdef-0123456789abcdef-k3y0"
	paint := regexp.MustCompile("\x1b[^m]*m")
	for columns := 40; columns < 120; columns += 3 {
		for _, args := range [][]string{{"plan"}, {"drift"}, {"apply", "--yes"}, {"list"}, {"validate"}, {"plan", "--format", "json"}} {
			w := inSpace(t, sandbox.New(sandbox.Options{Token: token}))
			w.env["SIGNALWIRE_API_TOKEN"] = token
			file := fmt.Sprintf("version: 1\nrooms:\n  - name: sales\n    display_name: whoever has %s may come in\n    description: |\n      one\n      %s\n", token, token)
			if args[0] == "validate" {
				file += "    max_member: say " + token + " to come in, or else stay where you are and wait\n"
			}
			if err := os.WriteFile("rooms.yaml", []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			whole := strings.Join(strings.Fields(strings.Join(onTerminal(w, columns, args...), "")), "")
			if strings.Contains(paint.ReplaceAllString(whole, ""), token) {
				t.Fatalf("roomsync %s in %d columns shows the token:\n%s", strings.Join(args, " "), columns, w.out.String())
			}
		}
	}
}
