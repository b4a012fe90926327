package cli

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"roomsync/internal/github"
	"roomsync/internal/room"
)

// handing are the flags about how tokens are handed over to other programs.
type handing struct {
	outFlags
	Prefix string `placeholder:"TEXT" help:"With --format dotenv or github-env: what the names of the variables begin with, such as LOBBY_."`
}

func (h handing) check(a *app, command string) error {
	if h.Prefix != "" && a.Format != "dotenv" && a.Format != "github-env" {
		return errors.New("--prefix is about the variables of --format dotenv and github-env")
	}
	if h.Prefix != "" && !variableName.MatchString(h.Prefix) {
		return fmt.Errorf("--prefix must have letters, digits and _, and not begin with a digit, unlike %q", h.Prefix)
	}
	if path := h.env(a); path != "" { // as --out, before anything is done
		if err := appendLines(path, nil); err != nil {
			return fmt.Errorf("set variables for the steps that follow: %w", err)
		}
	}
	return h.outFlags.check(a, command)
}

// env is the file that sets variables for the steps that follow, if that is
// where tokens go.
func (h handing) env(a *app) string {
	if h.Out != "" || a.Format != "github-env" || a.actions == nil {
		return ""
	}
	return a.Getenv("GITHUB_ENV")
}

// appendLines adds lines to a file, which may end in the middle of one.
func appendLines(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	last := []byte("\n")
	if size, e := f.Seek(0, io.SeekEnd); e == nil && size > 0 {
		_, err = f.ReadAt(last, size-1)
	}
	if last[0] != '\n' && len(text) > 0 {
		text = append([]byte("\n"), text...)
	}
	if err == nil && len(text) > 0 {
		_, err = f.Write(text)
	}
	return errors.Join(err, f.Close())
}

// maskPause is how long the runner has to read a mask before the secret comes.
const maskPause = time.Second

// handover is what a command has to hand over, by formats.
type handover struct {
	secrets    []room.Secret // that are in it, and not masked
	variables  []github.Output
	text, json document
}

// hand hands tokens over in the format that is asked for: to a file that nobody
// else can read, in a run of GitHub Actions to the steps that follow, or to
// standard output. In such a run the runner learns first what must not be in
// the log.
func (h handing) hand(a *app, what handover) error {
	if a.actions != nil {
		for _, secret := range what.secrets {
			a.err.let(string(secret))
			if err := github.Mask(a.actions.log, string(secret)); err != nil {
				return err
			}
			a.err.passes = nil
		}
	}
	for _, secret := range what.secrets {
		a.out.let(string(secret))
	}
	var b strings.Builder
	err := h.write(&b, a.Format, what)
	if err != nil {
		return err
	}
	switch env := h.env(a); {
	case h.Out != "":
		if err := h.outFlags.write([]byte(b.String()), 0o600); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		a.note("wrote %s, which only you can read", h.Out)
	case env != "":
		if err := appendLines(env, []byte(b.String())); err != nil {
			return fmt.Errorf("set variables for the steps that follow: %w", err)
		}
		var names []string
		for _, v := range what.variables {
			names = append(names, h.Prefix+v.Name)
		}
		a.note("set %s for the steps that follow", strings.Join(names, " and "))
	default:
		if a.actions != nil && len(what.secrets) > 0 {
			// The runner reads standard error, where the mask is, and standard
			// output from two pipes, in no order: it gets time for the mask. Only
			// a file or github-env is sure to keep the token out of the log.
			time.Sleep(cmp.Or(a.MaskPause, maskPause))
		}
		_, err = io.WriteString(a.Out, b.String())
	}
	return err
}

// write writes what is handed over in a format.
func (h handing) write(w io.Writer, format string, what handover) error {
	switch format {
	case "json":
		return what.json(w)
	case "text":
		return what.text(w)
	}
	variables, err := h.prefixed(what.variables)
	if err != nil {
		return err
	}
	if format == "github-env" {
		return github.WriteOutputs(w, rand.Text(), variables)
	}
	for _, v := range variables { // a token has no characters that need quotes
		if _, err := fmt.Fprintf(w, "%s=%s\n", v.Name, v.Value); err != nil {
			return err
		}
	}
	return nil
}

// prefixed are the variables with the prefix to their names, which must differ.
func (h handing) prefixed(variables []github.Output) ([]github.Output, error) {
	var all []github.Output
	seen := make(map[string]bool)
	for _, v := range variables {
		v.Name = h.Prefix + v.Name
		if seen[v.Name] {
			return nil, hinted{fmt.Errorf("two tokens would both be the variable %s", v.Name), "ask for one of them by its ID"}
		}
		seen[v.Name] = true
		all = append(all, v)
	}
	return all, nil
}

// variablesOf names tokens as variables: MODERATOR_TOKEN, GUEST_TOKEN.
func variablesOf(tokens []room.Token) []github.Output {
	var all []github.Output
	for _, t := range tokens {
		name := strings.Map(func(r rune) rune {
			if r < 0x80 && variableName.MatchString("_"+string(r)) {
				return r
			}
			return '_'
		}, strings.ToUpper(t.Name))
		if name == "" || '0' <= name[0] && name[0] <= '9' {
			name = "ROOM_" + name
		}
		all = append(all, github.Output{Name: strings.TrimSuffix(name, "_") + "_TOKEN", Value: string(t.Secret)})
	}
	return all
}
