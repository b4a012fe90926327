package github

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Defuse keeps a text that is printed into the log of a run from giving commands
// to the runner: it takes them from standard output and standard error alike,
// at the start of a line ("::set-output") and, in their old form, anywhere
// ("##[set-output]"). Text from elsewhere could begin that way. format is the
// one of the text, which decides how a character is spelled so that it stays
// what it is.
func Defuse(w io.Writer, format string) io.Writer {
	d := &defuser{w: w, colon: ":", second: ":", bracket: `\[`}
	switch format {
	case "text", "table", "markdown":
		d.colon = `\:`
	case "json", "ndjson": // elsewhere than in a string there is none
		d.bracket = `\u005b`
	default: // HTML, XML; a stylesheet has lines that begin with one colon
		d.bracket, d.second = "&#91;", "&#58;"
	}
	return d
}

type defuser struct {
	w              io.Writer
	colon, bracket string // what : becomes at the start of a line, and [ after ##
	second         string // what a second : becomes there
	opened         bool   // the first has been written
	inLine         bool   // something but blanks has been written in this line
	hashes         int    // how many # were written last
}

func (d *defuser) Write(p []byte) (int, error) {
	var out []byte
	for _, c := range p {
		switch {
		case c == ':' && !d.inLine:
			out = append(out, d.colon...)
		case c == ':' && d.opened:
			out = append(out, d.second...)
		case c == '[' && d.hashes >= 2:
			out = append(out, d.bracket...)
		default:
			out = append(out, c)
		}
		d.hashes++
		if c != '#' {
			d.hashes = 0
		}
		d.opened = c == ':' && !d.inLine
		d.inLine = c != '\n' && c != '\r' && (d.inLine || c != ' ' && c != '\t')
	}
	if _, err := d.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Level is how much an annotation matters.
type Level string

// The levels of annotations, the worst first.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Notice  Level = "notice"
)

// Annotation is a remark at a line of a file.
type Annotation struct {
	Level     Level
	File      string // relative to the working directory; empty: at none
	Line, Col int    // from 1; 0: not known
	Title     string
	Message   string
}

// mostAnnotations is how many annotations of a level GitHub shows for a step.
const mostAnnotations = 10

// Annotate writes annotations, which the runner takes from the log. dir is the
// working directory: files are named from the workspace on. Of those that GitHub
// would not show, the last one says that they are there.
func (r Run) Annotate(w io.Writer, dir string, all []Annotation) error {
	var b strings.Builder
	for _, level := range []Level{Error, Warning, Notice} {
		var some []Annotation
		for _, a := range all {
			if a.Level == level {
				some = append(some, a)
			}
		}
		if more := len(some) - (mostAnnotations - 1); more > 1 {
			some = append(some[:mostAnnotations-1:mostAnnotations-1], Annotation{Level: level, Title: "roomsync", Message: fmt.Sprintf("and %d more: the summary of this run has them", more)})
		}
		for _, a := range some {
			b.WriteString(r.command(dir, a))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// data is how the runner takes the text of a command.
var data = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")

// Mask has the runner replace a secret by *** in all that is logged from then
// on. w is where the log comes from, and must not be one that Defuse made.
func Mask(w io.Writer, secret string) error {
	_, err := io.WriteString(w, "::add-mask::"+data.Replace(secret)+"\n")
	return err
}

// command is an annotation as the runner reads it.
func (r Run) command(dir string, a Annotation) string {
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var properties []string
	if a.File != "" {
		properties = append(properties, "file="+property.Replace(r.fromWorkspace(dir, a.File)))
		if a.Line > 0 {
			properties = append(properties, fmt.Sprintf("line=%d", a.Line))
		}
		if a.Col > 0 {
			properties = append(properties, fmt.Sprintf("col=%d", a.Col))
		}
	}
	if a.Title != "" {
		properties = append(properties, "title="+property.Replace(a.Title))
	}
	text := "::" + string(a.Level)
	if len(properties) > 0 {
		text += " " + strings.Join(properties, ",")
	}
	return text + "::" + data.Replace(a.Message) + "\n"
}

// fromWorkspace names a file as the repository has it.
func (r Run) fromWorkspace(dir, file string) string {
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	if rel, err := filepath.Rel(r.Workspace, file); r.Workspace != "" && err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(file)
}

// SummaryLimit is how many bytes GitHub takes as the summary of a step.
const SummaryLimit = 1 << 20

// Output is one output of a step.
type Output struct{ Name, Value string }

// WriteOutputs writes outputs as the file of GITHUB_OUTPUT takes them, and
// variables as that of GITHUB_ENV does. fence is
// a text that is in none of the values: made up anew each time, so that no
// value can end early and go on as another output.
func WriteOutputs(w io.Writer, fence string, outputs []Output) error {
	var b strings.Builder
	for _, o := range outputs {
		if strings.Contains(o.Value, fence) {
			return fmt.Errorf("the output %s holds the text that is to end it", o.Name)
		}
		fmt.Fprintf(&b, "%s<<%s\n%s\n%s\n", o.Name, fence, o.Value, fence)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
