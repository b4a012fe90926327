package cli

import (
	"fmt"
	"io"
	"strings"
)

type manCmd struct{}

// Help is shown below the flags.
func (manCmd) Help() string {
	return `Prints the manual page, roomsync(1), for man to show: all commands with their flags
and examples, the environment and the exit codes.

Examples:
  roomsync man | man -l -                              read it
  roomsync man > /usr/local/share/man/man1/roomsync.1  keep it, for man roomsync`
}

// Run prints the manual page.
func (manCmd) Run(a *app) error {
	var g grammar
	_, date := built()
	date, _, _ = strings.Cut(date, "T")
	if a.OutTerminal {
		a.note("this is for man: roomsync man | man -l - shows it")
	}
	_, err := io.WriteString(a.Out, manPage(referenceOf(parserOf(&g).Model), date))
	return err
}

// page is a manual page in the making, in the man macros of roff, which groff and
// mandoc know.
type page struct {
	text  strings.Builder
	begun bool // there is something below the last heading
}

// manPage is the manual page. date is that of the version, if it is known.
func manPage(r reference, date string) string {
	p := new(page)
	// A date keeps its hyphens. A flag is not hyphenated at the end of a line.
	p.line(`.TH ROOMSYNC 1 "` + date + `" "roomsync ` + roff(version()) + "\" \"User Commands\"\n.nr HY 0\n.nh\n.ad l")
	p.macro("SH", "NAME")
	p.line(`roomsync \- keep SignalWire video rooms as a file says`)
	p.macro("SH", "SYNOPSIS")
	p.line(`\fBroomsync\fR \fICOMMAND\fR [\fIFLAGS\fR]`)
	p.macro("SH", "DESCRIPTION")
	p.blocks(r.about)
	p.macro("SH", "COMMANDS")
	for _, c := range r.commands {
		p.macro("SS", "roomsync "+c.usage)
		p.blocks([]block{{c.summary, false}})
		p.blocks(c.about)
		p.entries(c.arguments)
		p.entries(c.flags)
		p.blocks([]block{{"Formats: " + strings.Join(c.formats, ", ") + ".", false}, {c.examples, true}})
	}
	p.macro("SH", "OPTIONS")
	p.blocks([]block{{"Every command takes these.", false}})
	p.entries(r.flags)
	p.macro("SH", "ENVIRONMENT")
	p.entries(environment)
	p.macro("SH", "EXIT STATUS")
	p.entries(exitCodes)
	p.macro("SH", "EXAMPLES")
	p.blocks([]block{{r.examples, true}})
	return p.text.String()
}

// line writes what is roff already.
func (p *page) line(text string) {
	p.text.WriteString(text)
	p.text.WriteString("\n")
}

// macro begins what a macro of roff lays out.
func (p *page) macro(name, argument string) {
	if name == "PP" && !p.begun { // a heading begins a paragraph
		p.begun = true
		return
	}
	p.begun = name != "SH" && name != "SS"
	if argument != "" {
		name += ` "` + strings.ReplaceAll(roff(argument), `"`, `\(dq`) + `"`
	}
	p.line("." + name)
}

// blocks writes paragraphs, and lines to keep as they are, which are indented.
func (p *page) blocks(all []block) {
	for _, b := range all {
		p.macro("PP", "")
		if !b.verbatim {
			p.line(marks(b.text))
			continue
		}
		p.line(".RS 4\n.EX")
		for _, line := range strings.Split(b.text, "\n") {
			p.line(`\&` + roff(strings.TrimPrefix(line, "  ")))
		}
		p.line(".EE\n.RE")
	}
}

// entries writes names, each with what there is to say about it below.
func (p *page) entries(all []entry) {
	for _, e := range all {
		p.macro("TP", "")
		p.line(`\fB` + roff(e.name) + `\fR`)
		p.line(marks(e.about))
	}
}

// marks is a text as roff, whose first character is no command, whatever it is.
// What is in backquotes is bold.
func marks(text string) string {
	parts := strings.Split(text, "`")
	for i := range parts {
		parts[i] = roff(parts[i])
		if i%2 == 1 {
			parts[i] = `\fB` + parts[i] + `\fR`
		}
	}
	return `\&` + strings.Join(parts, "")
}

// special are the characters that roff would take for something else, or print as
// something else: a hyphen is not the minus that a shell wants.
var special = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// roff escapes a text. What is not ASCII is written by its number.
func roff(text string) string {
	var b strings.Builder
	for _, r := range special.Replace(text) {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	return b.String()
}
