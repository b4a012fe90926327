package config

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// jsonNumber is a number that every YAML and JSON reader takes for the same
// number. The exponent is bounded because a validator may compute with it.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,99})(\.[0-9]{1,100})?([eE][+-]?[0-9]{1,3})?$`)

// scalar reads a scalar as YAML 1.2 and JSON have it. What the YAML versions
// read differently is either text, as it was typed (yes, on, 12:30, dates), or
// refused (010, 1_000, 0x1F, .5): a value must not depend on the reader.
func scalar(y *yaml.Node) (data any, message, hint string) {
	switch y.ShortTag() {
	case "!!null":
		return nil, "", ""
	case "!!bool":
		return strings.EqualFold(y.Value, "true"), "", ""
	case "!!int", "!!float":
		if jsonNumber.MatchString(y.Value) {
			if f, err := strconv.ParseFloat(y.Value, 64); err == nil && !math.IsInf(f, 0) {
				return json.Number(y.Value), "", ""
			}
		}
		hint = fmt.Sprintf("for text put it in quotes: %q", y.Value)
		if n, ok := plainNumber(y); ok {
			hint = fmt.Sprintf("write %s, or for text %q in quotes", n, y.Value)
		}
		return nil, fmt.Sprintf("%s is a number to some YAML readers and text, or another number, to others", y.Value), hint
	}
	return y.Value, "", ""
}

// plainNumber is how a number in one of YAML's odd spellings is plainly
// written, if it has a plain spelling.
func plainNumber(y *yaml.Node) (string, bool) {
	var n int64
	if y.Decode(&n) == nil {
		return strconv.FormatInt(n, 10), true
	}
	var f float64
	if y.Decode(&f) == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
		return strconv.FormatFloat(f, 'g', -1, 64), true
	}
	return "", false
}

// tagProblem refuses tags that would make a value something else than it looks
// like. The ones that say what YAML finds anyway are let through.
func tagProblem(y *yaml.Node) (message, hint string) {
	if y.Style&yaml.TaggedStyle == 0 {
		return "", ""
	}
	switch tag := y.ShortTag(); {
	case tag == "!!str" && y.Kind == yaml.ScalarNode,
		tag == "!!map" && y.Kind == yaml.MappingNode,
		tag == "!!seq" && y.Kind == yaml.SequenceNode:
		return "", ""
	default:
		return fmt.Sprintf("the tag %s is not supported", tag), "remove it"
	}
}

// described says in a few words what a value is.
func described(n *node) string {
	switch d := n.data.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(d)
	case json.Number:
		return "the number " + n.spelled()
	case string:
		return "the text " + quoted(d)
	case *sequence:
		return "a list"
	}
	return "a mapping"
}

// quoted is a string in quotes, cut where it gets long.
func quoted(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
