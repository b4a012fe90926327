package sandbox

import (
	"encoding/json"
	"net/http"
)

// plainError is the answer of 400, 401, 403, 404 and 500: one member, and
// exactly the words the document lists, which are HTTP's own. (403 is not
// in the document; it follows the same pattern.)
func plainError(status int) reply {
	body, _ := json.Marshal(struct {
		Error string `json:"error"`
	}{http.StatusText(status)})
	return reply{status: status, body: body}
}

// A violation is one rule that a request broke. Attribute is the parameter.
type violation struct {
	attribute, message string
}

// violated is the 422 answer with every violation at once. The document
// shows one type and one code, even for a parameter that is missing; the
// sandbox uses them throughout and leaves the difference to the message.
func violated(found []violation) reply {
	type item struct {
		Type      string `json:"type"`
		Code      string `json:"code"`
		Message   string `json:"message"`
		Attribute string `json:"attribute"`
		URL       string `json:"url"`
	}
	items := make([]item, 0, len(found))
	for _, v := range found {
		items = append(items, item{
			Type:      "validation_error",
			Code:      "invalid_parameter",
			Message:   v.attribute + " " + v.message,
			Attribute: v.attribute,
			URL:       "https://signalwire.com/docs/apis/error-codes",
		})
	}
	return jsonReply(http.StatusUnprocessableEntity, struct {
		Errors []item `json:"errors"`
	}{items})
}
