package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// check compares a request's parameters with the kind's rules. It returns
// the values to store, and every violation: the kind's fields in their
// order, then unknown parameters by name.
func (k *kind) check(op operation, parameters map[string]json.RawMessage) (map[string]any, []violation) {
	values := map[string]any{}
	var found []violation
	report := func(attribute, message string) {
		found = append(found, violation{attribute, message})
	}
	for _, f := range k.fields {
		raw, present := parameters[f.name]
		switch {
		case !present && f.required&op != 0:
			report(f.name, "must be present")
		case !present:
		case f.writable == 0:
			report(f.name, "is read-only")
		case f.writable&op == 0:
			// The document's request bodies are closed, so what another
			// request takes is as wrong here as a misspelling.
			report(f.name, "cannot be set when creating, only when updating")
		default:
			value, problems := f.parse(bytes.TrimSpace(raw))
			for _, p := range problems {
				report(f.name, p)
			}
			values[f.name] = value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		if _, known := k.index[name]; !known {
			report(name, "is not a known parameter")
		}
	}
	return values, found
}

// parse reads one value. Nothing is coerced: "20" is no number, 1 no
// boolean.
//
// The document does not declare its requests nullable. The sandbox takes
// null wherever answers may hold it, because there is no other way to put a
// setting back.
func (f *field) parse(raw json.RawMessage) (any, []string) {
	if string(raw) == "null" {
		if f.nullable {
			return nil, nil
		}
		return nil, []string{"must not be null"}
	}
	switch f.shape {
	case text:
		return f.parseText(raw)
	case choice:
		if s, ok := asString(raw); ok && slices.Contains(f.choices, s) {
			return s, nil
		}
		return nil, []string{"must be one of " + strings.Join(f.choices, ", ")}
	case flag:
		switch string(raw) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, []string{"must be true or false"}
	case whole:
		return f.parseWhole(raw)
	case instant:
		if s, ok := asString(raw); ok {
			if t, ok := parseInstant(s); ok {
				return t, nil
			}
		}
		return nil, []string{"must be an RFC 3339 date and time, or a date"}
	case tree:
		return f.parseTree(raw)
	case several:
		return f.parseSeveral(raw)
	}
	return nil, []string{"is read-only"}
}

func (f *field) parseText(raw json.RawMessage) (any, []string) {
	s, ok := asString(raw)
	if !ok {
		return nil, []string{"must be a string"}
	}
	var problems []string
	// Characters, not bytes: JSON Schema counts code points.
	if f.most > 0 && utf8.RuneCountInString(s) > f.most {
		problems = append(problems, fmt.Sprintf("must have at most %d characters", f.most))
	}
	if f.match != nil && !f.match.MatchString(s) {
		problems = append(problems, f.form)
	}
	return s, problems
}

// parseWhole takes 20.0 and 2e1 as well: to JSON Schema they are integers.
func (f *field) parseWhole(raw json.RawMessage) (any, []string) {
	n, err := strconv.ParseFloat(string(raw), 64)
	// Strings and objects fail to parse, and so does 1e999, which is out of
	// every range. NaN and Inf are not JSON and never get here.
	if err != nil && !math.IsInf(n, 0) || n != math.Trunc(n) {
		return nil, []string{"must be an integer"}
	}
	if n < float64(f.least) || n > float64(f.most) {
		return nil, []string{fmt.Sprintf("must be between %d and %d", f.least, f.most)}
	}
	return int64(n), nil
}

// parseTree keeps an object without spaces and needless escapes. The limit is
// on that form, so that spelling alone does not use it up.
func (f *field) parseTree(raw json.RawMessage) (any, []string) {
	if !bytes.HasPrefix(raw, []byte("{")) {
		return nil, []string{"must be an object"}
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // a float64 would bend large ids
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, []string{"must be an object"}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(object); err != nil {
		return nil, []string{"must be an object"}
	}
	compact := bytes.TrimSpace(b.Bytes())
	if utf8.RuneCount(compact) > f.most {
		return nil, []string{fmt.Sprintf("must have at most %d characters as JSON", f.most)}
	}
	return json.RawMessage(compact), nil
}

// parseSeveral tells of every item that is no choice, each once. The document
// does not forbid that one comes twice.
func (f *field) parseSeveral(raw json.RawMessage) (any, []string) {
	var items []json.RawMessage
	if !bytes.HasPrefix(raw, []byte("[")) || json.Unmarshal(raw, &items) != nil {
		return nil, []string{"must be a list"}
	}
	values := make([]string, 0, len(items)) // an empty list stays one
	var problems []string
	for _, item := range items {
		value, ok := asString(bytes.TrimSpace(item))
		problem := "must consist of strings"
		if ok {
			problem = fmt.Sprintf("must not have %q, which is not one of them", value)
		}
		if !ok || !slices.Contains(f.choices, value) {
			if !slices.Contains(problems, problem) {
				problems = append(problems, problem)
			}
			continue
		}
		values = append(values, value)
	}
	return values, problems
}

func asString(raw json.RawMessage) (string, bool) {
	var s string
	if !bytes.HasPrefix(raw, []byte(`"`)) || json.Unmarshal(raw, &s) != nil {
		return "", false
	}
	return s, true
}
