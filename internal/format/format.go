// Package format rewrites a rooms.yaml in its canonical key order and style. The
// result says the same as before, with every comment. The package reads and
// writes no files, does not care whether settings exist or variables are set, and
// never breaks, joins or respells a value.
//
// It does not print a tree anew, which would lose blank lines and move comments.
// It cuts the lines of the file into entries, along the nodes that yaml.v3 finds,
// puts those in order and shifts them.
//
// # Order
//
// At the top level keys are in the order of the schema, with those that begin
// with x- before defaults. In a room come name, prebuilt_ui, previously and <<,
// then the settings as the catalogue of its kind lists them; likewise below
// defaults. An entry of ignore has rooms, settings, until, reason. Unknown keys
// come last, in the order they had. Rooms, other lists, what is below x- keys and
// what is in meta keep the order of the author. An alias never passes its anchor,
// nor an anchor another of the same name: what an entry needs stands before it.
// In braces keys change places around the commas, unless there is a comment in
// there.
//
// # Comments
//
// A comment right above an entry moves with it, and so does one below it that is
// further in. One with a blank line below it is a heading: it stays, and keys are
// put in order above it and below it but not across. The comment that begins a
// file stays, too, and so does one after the last entry of a mapping. If a key
// comes to stand beside the - of its room, the comment above it goes above the -.
// A comment at the end of a line stays there, in its column while there is room,
// so that comments that are aligned stay so.
//
// # Style
//
// What is inside of something is indented by two spaces, the items of a list
// included. There is one space after - and after the colon of a key, no blank at
// the end of a line (but in text that it is part of), one blank line at most in a
// row, none at the beginning, and one line break at the end. A flow collection,
// and a text over several lines, is shifted as a whole. Line breaks become what
// most of them were, and a byte order mark stays. A text in block style that the
// file ends in without a line break gets the indicator - when it gets one.
package format

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"roomsync/internal/config"
	"roomsync/internal/diag"
)

// bom is the byte order mark that some editors put before UTF-8.
const bom = "\ufeff"

// Source is the text of a file in canonical form. path is what positions name. If
// the text is not YAML that config reads, the error is a diag.List. Any other
// error is a mistake of this package: a result that does not say the same, lacks
// a comment or would be formatted again is not given out.
func Source(path string, data []byte) ([]byte, error) {
	text, crlf := lineFeeds(data)
	source, problems := config.Syntax(path, []byte(text))
	if source == nil {
		return nil, problems
	}
	formed, found, err := form(path, source)
	if err != nil {
		return nil, err
	}
	if err := verify(path, source, found, formed); err != nil {
		return nil, err
	}
	if crlf {
		formed = strings.ReplaceAll(formed, "\n", "\r\n")
	}
	if strings.HasPrefix(text, bom) {
		formed = bom + formed
	}
	return []byte(formed), nil
}

// lineFeeds is a text with line feeds for line breaks. crlf tells whether most
// were carriage return and line feed.
func lineFeeds(data []byte) (text string, crlf bool) {
	text = string(data)
	pairs := strings.Count(text, "\r\n")
	if pairs == 0 || strings.Count(text, "\r") > pairs {
		return text, false // what other carriage returns do, config tells
	}
	return strings.ReplaceAll(text, "\r\n", "\n"), 2*pairs > strings.Count(text, "\n")
}

// form is the canonical form of a text, and the comments that were in the text.
func form(path string, source *config.Document) (formed string, found []string, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case explicitKey:
			err = diag.List{{Pos: diag.Pos{File: path, Line: r.line, Col: r.column}, Line: r.text,
				Message: "a key with a ? before it cannot be formatted", Hint: "write key: value"}}
		default:
			err = bug(path, fmt.Sprint(r))
		}
	}()
	d, found := read(source)
	return d.String(), found, nil
}

// bug is an error that only this package is to blame for.
func bug(path, what string) error {
	return fmt.Errorf("format %s: %s (a bug in roomsync: please report it; the file is as it was)", path, what)
}

// verify checks that a form says what its source says, with all the comments that
// were found there, and is a form.
func verify(path string, source *config.Document, found []string, formed string) error {
	again, problems := config.Syntax(path, []byte(formed))
	if again == nil {
		return bug(path, "the result is not YAML: "+problems[0].String())
	}
	if where := difference("", source.Data, again.Data); where != "" {
		return bug(path, "the result would say something else at "+where)
	}
	twice, kept, err := form(path, again)
	if err != nil {
		return err
	}
	slices.Sort(found)
	slices.Sort(kept)
	if !slices.Equal(found, kept) {
		return bug(path, fmt.Sprintf("%d comments would become %d", len(found), len(kept)))
	}
	if twice != formed {
		a, b := strings.Split(formed, "\n"), strings.Split(twice, "\n")
		i := 0
		for i < min(len(a), len(b)) && a[i] == b[i] {
			i++
		}
		return bug(path, fmt.Sprintf("the result would be formatted again at its line %d", i+1))
	}
	return nil
}

// difference is where two values differ, if they do.
func difference(where string, a, b any) string {
	if reflect.DeepEqual(a, b) {
		return ""
	}
	switch a := a.(type) {
	case map[string]any:
		b, _ := b.(map[string]any)
		for key, value := range a {
			if d := difference(where+"/"+key, value, b[key]); d != "" {
				return d
			}
		}
	case []any:
		b, _ := b.([]any)
		for i := range min(len(a), len(b)) {
			if d := difference(fmt.Sprintf("%s/%d", where, i), a[i], b[i]); d != "" {
				return d
			}
		}
	}
	if where == "" {
		return "/"
	}
	return where
}
