package cli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"roomsync/internal/diag"
)

// mistake is a wrong command line that kong has words for, and what is to be said
// of it.
type mistake struct {
	kong *regexp.Regexp
	say  func(u usage, m []string) (message, hint string)
}

// mistakes are those with better words. What no one matches is said as kong says it.
var mistakes = []mistake{
	{regexp.MustCompile(`^(--?[a-z-]+): (?:expected .* but got "EOL" \(<EOL>\)|missing value.*)$`), func(u usage, m []string) (string, string) {
		return m[1] + " needs a value", ""
	}},
	{regexp.MustCompile(`^(--?[a-z-]+): expected \w+(?: value)? but got "(-.*?)" \((?:short|long) flag\)`), func(u usage, m []string) (string, string) {
		if strings.Trim(m[2], "-0123456789.") == "" {
			return fmt.Sprintf("%s must not be below 0, and is %s", m[1], m[2]), ""
		}
		return fmt.Sprintf("%s needs a value, and %s is a flag", m[1], m[2]), "a value that begins with - is written " + m[1] + "=" + m[2]
	}},
	{regexp.MustCompile(`^(--?[a-z-]+): expected a counter but got "(.*?)"`), func(u usage, m []string) (string, string) {
		return fmt.Sprintf("%s takes no value, and not %q", m[1], m[2]), "give it twice for more, as -vv"
	}},
	{regexp.MustCompile(`^(--?[a-z-]+): expected duration but got "(.*?)"`), func(u usage, m []string) (string, string) {
		hint := ""
		if m[2] != "" && strings.Trim(m[2], "0123456789") == "" {
			hint = "did you mean " + m[2] + "s?"
		}
		return fmt.Sprintf("%s must be a duration such as 30s, 5m or 1h30m, not %q", m[1], m[2]), hint
	}},
	{regexp.MustCompile(`^(--?[a-z-]+): expected .*int.* but got "(.*?)"`), func(u usage, m []string) (string, string) {
		return fmt.Sprintf("%s must be a whole number, not %q", m[1], m[2]), ""
	}},
	{regexp.MustCompile(`^(--?[a-z-]+): bool value must be .* but got "(.*)"$`), func(u usage, m []string) (string, string) {
		return fmt.Sprintf("%s takes no value but true or false, and not %q", m[1], m[2]), ""
	}},
	{regexp.MustCompile(`^(\S+) must be one of (.*) but got "(.*)"$`), func(u usage, m []string) (string, string) {
		name, values := m[1], strings.Split(strings.ReplaceAll(m[2], `"`, ""), ",")
		switch {
		case m[3] == "":
			if name == "--format" && u.command != "" {
				values = formatsOf(u.command)
			}
			return fmt.Sprintf("%s is empty, and must be one of %s", name, strings.Join(values, ", ")), ""
		case name == "--format" && u.command != "":
			values = formatsOf(u.command)
			return fmt.Sprintf("%s has no --format %s: it has %s", u.command, m[3], strings.Join(values, ", ")), diag.DidYouMean(m[3], values)
		case !strings.HasPrefix(name, "-"):
			name = "the argument of " + u.command
		}
		return fmt.Sprintf("%s must be one of %s, not %q", name, strings.Join(values, ", "), m[3]), diag.DidYouMean(m[3], values)
	}},
	{regexp.MustCompile(`^expected one of (.*)$`), func(u usage, m []string) (string, string) {
		if u.command == "" {
			return "a command is missing", "roomsync --help lists them"
		}
		return fmt.Sprintf("%s needs one of %s", u.command, strings.ReplaceAll(m[1], `"`, "")), ""
	}},
	{regexp.MustCompile(`^(?:expected "|missing positional arguments )(<[^"]*>[^"]*)"?$`), func(u usage, m []string) (string, string) {
		return fmt.Sprintf("%s needs %s", u.command, strings.ToUpper(strings.NewReplacer("<", "", ">", "", " ...", "").Replace(m[1]))), "it is written roomsync " + u.summary
	}},
	{regexp.MustCompile(`^unexpected argument (.*?)(, did you mean .*)?$`), func(u usage, m []string) (string, string) {
		yaml := strings.HasSuffix(m[1], ".yaml") || strings.HasSuffix(m[1], ".yml")
		switch {
		case u.command == "":
			return "there is no command " + m[1] + m[2], "roomsync --help lists them"
		case u.branch:
			return "there is no command " + u.command + " " + m[1] + m[2], ""
		case yaml && u.command == "export":
			return m[0], "did you mean --out " + m[1] + "?"
		case yaml:
			return m[0], "did you mean -f " + m[1] + "?"
		}
		return m[0], "it is written roomsync " + u.summary
	}},
	{regexp.MustCompile(`^unknown flag (--?[^ ,]+)(, did you mean .*)?$`), func(u usage, m []string) (string, string) {
		if has := u.having(strings.TrimPrefix(m[1], "--")); len(has) > 0 {
			return fmt.Sprintf("%s has no flag %s", u.command, m[1]), strings.Join(has, ", ") + map[bool]string{true: " has", false: " have"}[len(has) == 1] + " one"
		}
		if !strings.HasPrefix(m[1], "--") {
			m[2] = "" // one letter is like any other
		}
		return "unknown flag " + m[1] + m[2], ""
	}},
}

// usage is what is known of a wrong command line.
type usage struct {
	command string // as far as there is one
	summary string // how it is written
	branch  bool   // it has commands below it
	model   *kong.Application
}

// having lists the commands that have a flag.
func (u usage) having(flag string) []string {
	var all []string
	if u.model == nil || u.command == "" {
		return nil
	}
	for _, leaf := range u.model.Leaves(true) {
		for _, f := range leaf.Flags {
			if f.Name == flag {
				all = append(all, leaf.Path())
			}
		}
	}
	return all
}

// usageError says what is wrong with a command line, and where to look.
func usageError(err error) error {
	var u usage
	var p *kong.ParseError
	if errors.As(err, &p) && p.Context != nil {
		u.model = p.Context.Model
		if node := p.Context.Selected(); node != nil {
			u.command, u.summary, u.branch = strings.TrimSpace(node.Path()), node.Summary(), len(node.Children) > 0
		}
	}
	look := strings.TrimSpace("roomsync "+u.command) + " --help tells what there is"
	for _, m := range mistakes {
		found := m.kong.FindStringSubmatch(err.Error())
		if found == nil {
			continue
		}
		message, hint := m.say(u, found)
		if hint == "" {
			hint = look
		}
		return hinted{errors.New(message), hint}
	}
	return hinted{err, look}
}

// twice refuses a flag that is given again, whatever its value: kong takes the last,
// and whoever wrote the first means that one.
func twice(k *kong.Context) error {
	var seen []string
	for _, p := range k.Path {
		f := p.Flag
		if f == nil || f.IsSlice() || f.IsMap() || f.IsBool() || f.IsCounter() {
			continue
		}
		if slices.Contains(seen, f.Name) {
			return fmt.Errorf("--%s is given twice, and counts once: leave one of them out", f.Name)
		}
		seen = append(seen, f.Name)
	}
	return nil
}
