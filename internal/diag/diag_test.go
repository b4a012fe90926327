package diag_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/diag"
)

func TestPos(t *testing.T) {
	for want, p := range map[string]diag.Pos{
		"":               {},
		"rooms.yaml":     {File: "rooms.yaml", Col: 5},
		"rooms.yaml:4":   {File: "rooms.yaml", Line: 4},
		"rooms.yaml:4:5": {File: "rooms.yaml", Line: 4, Col: 5},
	} {
		if got := p.String(); got != want {
			t.Errorf("%#v is %q, want %q", p, got, want)
		}
	}
}

func TestProblem(t *testing.T) {
	at := diag.Pos{File: "rooms.yaml", Line: 4, Col: 5}
	for want, p := range map[string]diag.Problem{
		`rooms.yaml:4:5: unknown setting "size" (remove it)`: {Pos: at, Message: `unknown setting "size"`, Hint: "remove it", Line: "  - x"},
		`rooms.yaml:4:5: warning: no use`:                    {Pos: at, Severity: diag.Warning, Message: "no use"},
		`no rooms`:                                           {Message: "no rooms"},
		`a\nb.yaml: \x1b[31mred\u202e (\x00)`:                {Pos: diag.Pos{File: "a\nb.yaml"}, Message: "\x1b[31mred\u202e", Hint: "\x00"},
	} {
		if got := p.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if diag.Error.String() != "error" || diag.Warning.String() != "warning" {
		t.Error("the severities are called", diag.Error, diag.Warning)
	}
}

func TestList(t *testing.T) {
	at := func(file string, line, col int) diag.Pos { return diag.Pos{File: file, Line: line, Col: col} }
	list := diag.List{
		{Pos: at("b", 1, 1), Message: "last"},
		{Pos: at("a", 10, 1), Message: "third"},
		{Pos: at("a", 9, 12), Message: "second", Severity: diag.Warning},
		{Pos: at("a", 9, 2), Message: "first"},
		{Pos: at("a", 9, 2), Message: "a first that came later"},
		{Pos: at("a", 0, 0), Message: "the file"},
	}
	list.Sort()
	want := "a: the file\na:9:2: first\na:9:2: a first that came later\na:9:12: warning: second\na:10:1: third\nb:1:1: last"
	if diff := cmp.Diff(want, list.Error()); diff != "" {
		t.Errorf("sorted (-want +got):\n%s", diff)
	}
	if n := list.Errors(); n != 5 {
		t.Errorf("%d errors, want 5", n)
	}
	if n := (diag.List{}).Errors(); n != 0 {
		t.Errorf("%d errors in an empty list", n)
	}
}

func TestSortKeepsTheOrderOfOnePlace(t *testing.T) {
	var list diag.List
	for i := range 100 {
		list = append(list, diag.Problem{Pos: diag.Pos{File: "a", Line: 1 + i%2}, Message: fmt.Sprintf("%03d", i)})
	}
	list.Sort()
	for i := 1; i < len(list); i++ {
		if list[i].Pos == list[i-1].Pos && list[i].Message < list[i-1].Message {
			t.Fatalf("%s comes after %s", list[i].Message, list[i-1].Message)
		}
	}
}

func TestWriteTo(t *testing.T) {
	at := diag.Pos{File: "rooms.yaml", Line: 4, Col: 5}
	list := diag.List{
		{Pos: at, Message: `unknown setting "max_member"`, Hint: "did you mean max_members?", Line: "    max_member: 3\r\n"},
		{Pos: diag.Pos{File: "rooms.yaml", Line: 9}, Message: "whole line", Line: "x"},
		{Pos: at, Message: "no text"},
		{Message: "at large"},
	}
	want := `rooms.yaml:4:5: unknown setting "max_member" (did you mean max_members?)
        max_member: 3
        ^
rooms.yaml:9: whole line
rooms.yaml:4:5: no text
at large
`
	var b strings.Builder
	n, err := list.WriteTo(&b)
	if diff := cmp.Diff(want, b.String()); diff != "" || err != nil || n != int64(len(want)) {
		t.Errorf("%d, %v (-want +got):\n%s", n, err, diff)
	}
	if _, err := list.WriteTo(full{}); !errors.Is(err, errFull) {
		t.Errorf("writing to a full disk: %v", err)
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
