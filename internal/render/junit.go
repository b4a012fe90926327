package render

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// junitSuites is JUnit's XML as CI systems read it: there is no standard, so it
// keeps to what Jenkins, GitLab and GitHub's actions have in common.
type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	File    string       `xml:"file,attr,omitempty"`
	Line    int          `xml:"line,attr,omitempty"`
	Failure *junitResult `xml:"failure"`
	Error   *junitResult `xml:"error"`
	Skipped *junitResult `xml:"skipped"`
}

type junitResult struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// DriftJUnit writes drift as a test suite with a test for each room that the
// file answers for: one that differs has failed, an ignored one is skipped.
func DriftJUnit(w io.Writer, p plan.Plan, about About) error {
	var cases []junitCase
	test := func(kind room.Kind, name string, at diag.Pos) *junitCase {
		cases = append(cases, junitCase{Class: string(kind), Name: diag.Printable(name), File: diag.Printable(at.File), Line: at.Line})
		return &cases[len(cases)-1]
	}
	for _, op := range p.Operations {
		lines := driftDiff(op)
		test(op.Kind(), op.Name(), op.Desired.Pos).Failure = &junitResult{
			Type: driftWords.of[op.Action], Message: driftMessage(op), Text: strings.Join(lines, "\n"),
		}
	}
	for _, c := range p.Conflicts {
		test(c.Desired.Kind, c.Desired.Name, c.Desired.Pos).Failure = &junitResult{Type: "conflict", Message: diag.Printable(c.Reason), Text: diag.Printable(c.Hint)}
	}
	for _, b := range p.Unchanged {
		test(b.Kind, b.Name, diag.Pos{})
	}
	for _, b := range p.Ignored {
		test(b.Kind, b.Name, diag.Pos{}).Skipped = &junitResult{Message: diag.Printable(b.Reason)}
	}
	for _, b := range p.Unmanaged {
		if b.Protected {
			test(b.Kind, b.Name, diag.Pos{}).Skipped = &junitResult{Message: diag.Printable(b.Reason)}
		}
	}
	return writeJUnit(w, suiteName(p.Space, about), cases)
}

// driftMessage says in one line how a room differs.
func driftMessage(op plan.Operation) string {
	switch op.Action {
	case plan.Create:
		return "missing: the file has it, and it is not live"
	case plan.Delete:
		return "extra: it is live and managed, and the file does not have it"
	case plan.Rename:
		return fmt.Sprintf("renamed: it is live as %s", diag.Printable(op.From()))
	}
	var settings []string
	for _, d := range newDiffering(op.Changes) {
		settings = append(settings, d.Setting)
	}
	return "changed: " + strings.Join(settings, ", ")
}

func suiteName(space string, about About) string {
	if about.Environment != "" {
		return diag.Printable(about.Environment)
	}
	return diag.Printable(space)
}

// FailureJUnit writes why there is no comparison, as a test that could not be
// run.
func FailureJUnit(w io.Writer, f Failure, about About) error {
	text := f.Hint
	for _, p := range f.Problems {
		line := p.Message
		if p.Source != nil {
			line = fmt.Sprintf("%s:%d:%d: %s", p.Source.File, p.Source.Line, p.Source.Column, line)
		}
		if p.Hint != "" {
			line += " (" + p.Hint + ")"
		}
		text += "\n" + line
	}
	lines := strings.Split(strings.TrimPrefix(text, "\n"), "\n")
	for i := range lines {
		lines[i] = diag.Printable(lines[i])
	}
	return writeJUnit(w, suiteName("roomsync", about), []junitCase{{
		Class: "roomsync", Name: "drift", Error: &junitResult{Type: "error", Message: diag.Printable(f.Error), Text: strings.Join(lines, "\n")},
	}})
}

func writeJUnit(w io.Writer, name string, cases []junitCase) error {
	s := junitSuite{Name: name, Tests: len(cases), Cases: cases}
	for _, c := range cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(junitSuites{Name: "roomsync drift", Tests: s.Tests, Failures: s.Failures, Errors: s.Errors, Skipped: s.Skipped, Suite: s}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
