package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"roomsync/internal/diag"
)

// variablePrefix is what variables of the environment begin with. Nothing else
// of the environment can get into a file: whoever proposes a change to it must
// not be able to have the secrets of a CI system printed.
const variablePrefix = "ROOMSYNC_VAR_"

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// variables are what ${NAME} stands for in a file: as --var says, else as the
// last file of --var-file that has it, else as the environment does.
type variables struct {
	flags map[string]string // of --var
	files map[string]string // of --var-file
	env   func(string) (string, bool)
	asked map[string]bool // the names that were looked up
}

// variables reads the flags about variables.
func (a *app) variables() (*variables, error) {
	v := &variables{flags: make(map[string]string), files: make(map[string]string), env: a.LookupEnv, asked: make(map[string]bool)}
	for _, text := range a.Var {
		name, value, ok := strings.Cut(text, "=")
		if !ok || !variableName.MatchString(name) {
			// What it holds is not told: it may be a secret.
			return nil, hinted{errors.New("--var must be NAME=VALUE, and a name has letters, digits and _"), "for example --var SIZE=large"}
		}
		if _, twice := v.flags[name]; twice {
			return nil, fmt.Errorf("--var %s is given twice", name)
		}
		v.flags[name] = value
	}
	for _, path := range a.VarFile {
		data, err := os.ReadFile(path)
		switch {
		case path == "":
			return nil, hinted{errors.New("--var-file: the name of the file is empty"), "a variable of the shell that is not set?"}
		case errors.Is(err, fs.ErrNotExist):
			return nil, hinted{fmt.Errorf("--var-file: there is no file %s", path), "it has lines NAME=VALUE; --var NAME=VALUE sets a single variable"}
		case err != nil:
			return nil, fmt.Errorf("--var-file: %w", err)
		}
		values, err := readVariables(path, data)
		if err != nil {
			return nil, err
		}
		maps.Copy(v.files, values)
	}
	return v, nil
}

// readVariables reads lines of NAME=VALUE. A value goes to the end of its line
// and is taken as it is, but for blanks around it and quotes around those.
func readVariables(path string, data []byte) (map[string]string, error) {
	values := make(map[string]string)
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	lines.Buffer(nil, len(data)+1)
	for n := 1; lines.Scan(); n++ {
		wrong := func(what string) error {
			return hinted{fmt.Errorf("--var-file: %s:%d: %s", path, n, what), "each line is NAME=VALUE, empty, or a comment that begins with #"}
		}
		line := strings.TrimSpace(lines.Text())
		switch {
		case !utf8.ValidString(line) || strings.Contains(line, "\x00"):
			return nil, wrong("this is not text in UTF-8")
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		}
		name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !variableName.MatchString(name) {
			return nil, wrong("this is not NAME=VALUE, where a name has letters, digits and _")
		}
		if _, twice := values[name]; twice {
			return nil, wrong(name + " is set twice in this file")
		}
		if quote := value[:min(1, len(value))]; quote == `"` || quote == "'" {
			if len(value) < 2 || !strings.HasSuffix(value, quote) {
				return nil, wrong("the value of " + name + " begins with a quote and does not end with it")
			}
			value = value[1 : len(value)-1]
		} else if strings.Contains(value, " #") {
			return nil, wrong("a # after a blank could begin a comment, or belong to the value of " + name + ": put the value in quotes, or the comment on a line of its own")
		}
		values[name] = value
	}
	return values, lines.Err()
}

// lookup is what a variable stands for.
func (v *variables) lookup(name string) (string, bool) {
	v.asked[name] = true
	if value, ok := v.flags[name]; ok {
		return value, true
	}
	if value, ok := v.files[name]; ok {
		return value, true
	}
	return v.env(variablePrefix + name)
}

// unused are the variables of --var that no file has, each with what may have
// been meant.
func (v *variables) unused() []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(v.flags)) {
		if v.asked[name] {
			continue
		}
		text := "--var " + name + " is not used by any file"
		if hint := diag.DidYouMean(name, slices.Sorted(maps.Keys(v.asked))); hint != "" {
			text += " (" + hint + ")"
		}
		list = append(list, text)
	}
	return list
}
