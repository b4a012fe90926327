package signalwire

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// explain reads why the server refused. The documents promise {"error": "…"}
// and {"errors": […]}; anything else is quoted, so that there is always
// something to go by.
func (e *Error) explain(raw []byte, clean cleaner) {
	var body map[string]any
	switch {
	case len(bytes.TrimSpace(raw)) == 0:
		return
	case json.Unmarshal(raw, &body) != nil:
		e.Err = clean.strange(raw)
		return
	}
	e.Details = clean.details(body["errors"])
	e.Message = clean.message(body, e.Status)
	if clean.silent {
		e.Details, e.Message = unspoken(e.Details), shortOf(e.Message)
	}
	if len(e.Details) == 0 && e.Message == "" {
		if e.Err = errors.New("the answer says: " + clean.text(words(body), maxLine)); clean.reticent {
			e.Err = errors.New("the answer does not say why in a form that is known")
		}
	}
}

// notQuoted stands for a sentence of the server that could hold a secret.
const notQuoted = "what the server says is not quoted: it may hold a key"

func shortOf(message string) string {
	if message == "" || strings.Count(message, " ") == 1 && strings.EqualFold(message, "not found") {
		return message
	}
	return notQuoted
}

// unspoken leaves of details the words that are names.
func unspoken(details []Detail) []Detail {
	for i, d := range details {
		details[i] = Detail{Type: nameOnly(d.Type), Code: nameOnly(d.Code), Attribute: nameOnly(d.Attribute)}
	}
	return details
}

// nameOnly is a text if it is a name such as invalid_parameter.
func nameOnly(s string) string {
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '_' {
			return ""
		}
	}
	return s
}

// message is what "error" and "message" say, without repeating the status
// where there is more to say.
func (c cleaner) message(body map[string]any, status int) string {
	reason, message := c.words(body["error"]), c.words(body["message"])
	switch {
	case reason == "" || message != "" && strings.EqualFold(reason, http.StatusText(status)):
		reason = message
	case message != "" && message != reason:
		reason += ": " + message
	}
	return c.text(reason, maxText)
}

// details reads "errors", which should be a list of objects, but is a list of
// texts, or an object of lists by attribute, elsewhere in the same industry.
func (c cleaner) details(errs any) []Detail {
	var found []Detail
	switch errs := errs.(type) {
	case map[string]any:
		for _, attribute := range slices.Sorted(maps.Keys(errs)) {
			entries, ok := errs[attribute].([]any)
			if !ok {
				entries = []any{errs[attribute]}
			}
			for _, entry := range entries {
				d := c.detail(entry)
				if d.Attribute == "" {
					d.Attribute = c.text(attribute, maxWord)
				}
				found = append(found, d)
			}
		}
	case []any:
		for _, entry := range errs {
			if entry != nil {
				found = append(found, c.detail(entry))
			}
		}
	default:
		if text := c.words(errs); text != "" {
			found = append(found, Detail{Message: c.text(text, maxLine)})
		}
	}
	return found
}

func (c cleaner) detail(entry any) Detail {
	o, _ := entry.(map[string]any)
	d := Detail{
		Type:      c.text(c.words(o["type"]), maxWord),
		Code:      c.text(c.words(o["code"]), maxWord),
		Message:   c.text(c.words(o["message"]), maxLine),
		Attribute: c.text(c.words(o["attribute"]), maxWord),
		URL:       c.text(c.words(o["url"]), maxLine),
	}
	if d.Message == "" && d.Code == "" {
		d.Message = c.text(c.words(entry), maxLine)
	}
	return d
}

// words are those of a text or, if anything may be quoted, of any value.
func (c cleaner) words(v any) string {
	if _, isText := v.(string); c.reticent && !isText {
		return ""
	}
	return words(v)
}

// words is a text as it is, null as nothing, and anything else as JSON.
func words(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // what was decoded from JSON encodes
	return strings.TrimSpace(b.String())
}

func redirectHost(resp *http.Response) string {
	to := resp.Header.Get("Location")
	if u, err := url.Parse(to); err == nil && u.Host != "" {
		return u.Host
	}
	if to == "" {
		return "nowhere"
	}
	return "another path"
}

// strange describes an answer that is not the promised JSON object.
func (c cleaner) strange(raw []byte) error {
	start := bytes.ToLower(bytes.TrimSpace(raw[:min(len(raw), 4<<10)]))
	err := json.Unmarshal(raw, new(json.RawMessage))
	switch {
	case err == nil && c.reticent:
		return errors.New("the answer is not the promised JSON object")
	case err == nil:
		return errors.New("the answer is not the promised JSON object: " + c.text(string(raw), maxLine))
	case len(bytes.TrimSpace(raw)) == 0:
		return errors.New("the answer is empty")
	case bytes.HasPrefix(start, []byte("<!doctype html")), bytes.Contains(start, []byte("<html")):
		return errors.New("the answer is a web page, not the API's JSON: a proxy, or the wrong host")
	case c.reticent:
		return errors.New("the answer is not JSON")
	}
	if bytes.HasPrefix(start, []byte("{")) || bytes.HasPrefix(start, []byte("[")) {
		return errors.New("the answer is not JSON, but cut short or damaged: " + c.text(string(raw), maxLine))
	}
	return errors.New("the answer is not JSON: " + c.text(string(raw), maxLine))
}
