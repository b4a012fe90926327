package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// roomTokenKind has the parameters of a request for a room token, in the
// document's order. None of them can be null. Nothing is stored: what a token
// grants is in the token, which is why it cannot be taken back.
var roomTokenKind = newKind("room token", "room_tokens", []field{
	{name: "room_name", shape: text, writable: creating, required: creating, most: 100, match: namePattern, form: "must consist of letters, digits, _ and -"},
	{name: "user_name", shape: text, writable: creating, most: 100},
	{name: "permissions", shape: several, writable: creating, choices: permissions, initial: ownPermissions},
	{name: "join_from", shape: instant, writable: creating},
	{name: "join_until", shape: instant, writable: creating},
	{name: "remove_at", shape: instant, writable: creating},
	{name: "remove_after_seconds_elapsed", shape: whole, writable: creating, least: 1, most: 200000},
	flagField("join_audio_muted", creating, false),
	flagField("join_video_muted", creating, false),
	flagField("auto_create_room", creating, true),
	flagField("enable_room_previews", creating, false),
	{name: "room_display_name", shape: text, writable: creating, most: 200},
	flagField("end_room_session_on_leave", creating, false),
	{name: "join_as", shape: choice, writable: creating, choices: []string{"audience", "member"}, initial: "member"},
	{name: "media_allowed", shape: choice, writable: creating, choices: []string{"all", "video-only", "audio-only"}, initial: "all"},
	{name: "room_meta", shape: tree, writable: creating, most: 2000},
	{name: "meta", shape: tree, writable: creating, most: 2000},
	flagField("sync_audio_video", creating, false),
})

// claims are what a room token says. The document shows one token, which has
// the claims up to RemoveAfter; the names of the others are the sandbox's.
type claims struct {
	Issued      int64           `json:"iat"` // seconds since 1970, as all times in a token
	ID          string          `json:"jti"`
	Project     string          `json:"sub"`
	User        string          `json:"u,omitempty"`
	Room        string          `json:"r"`
	Scopes      []string        `json:"s"`
	AutoCreate  bool            `json:"acr"`
	JoinFrom    int64           `json:"jf,omitempty"`
	JoinUntil   int64           `json:"ju,omitempty"`
	RemoveAt    int64           `json:"rat,omitempty"`
	RemoveAfter int64           `json:"rse,omitempty"`
	AudioMuted  bool            `json:"jam"`
	VideoMuted  bool            `json:"jvm"`
	Previews    bool            `json:"erp"`
	DisplayName string          `json:"rdn,omitempty"`
	EndOnLeave  bool            `json:"er"`
	JoinAs      string          `json:"ja"`
	Media       string          `json:"ma"`
	RoomMeta    json.RawMessage `json:"rm,omitempty"`
	Meta        json.RawMessage `json:"m,omitempty"`
	Sync        bool            `json:"sav"`
}

// createRoomToken makes a token. The room need not be there, and is not made:
// that happens when somebody joins (see Join).
func (s *Server) createRoomToken(c *call) reply {
	parameters, ok := c.parameters()
	if !ok {
		return plainError(http.StatusBadRequest)
	}
	values, found := roomTokenKind.check(creating, parameters)
	if len(found) > 0 {
		return violated(found)
	}
	for _, f := range roomTokenKind.fields {
		if _, set := values[f.name]; !set && f.initial != nil {
			values[f.name] = f.initial
		}
	}
	granted := values["permissions"].([]string)
	if values["join_as"] == "audience" {
		granted = []string{} // whatever was asked for
	}
	signed, err := s.sign(claims{
		Issued: s.now().Unix(), ID: newUUID(), Project: s.options.Project,
		User: given[string](values, "user_name"), Room: given[string](values, "room_name"), Scopes: granted,
		AutoCreate: given[bool](values, "auto_create_room"),
		JoinFrom:   moment(values, "join_from"), JoinUntil: moment(values, "join_until"),
		RemoveAt: moment(values, "remove_at"), RemoveAfter: given[int64](values, "remove_after_seconds_elapsed"),
		AudioMuted: given[bool](values, "join_audio_muted"), VideoMuted: given[bool](values, "join_video_muted"),
		Previews: given[bool](values, "enable_room_previews"), DisplayName: given[string](values, "room_display_name"),
		EndOnLeave: given[bool](values, "end_room_session_on_leave"),
		JoinAs:     given[string](values, "join_as"), Media: given[string](values, "media_allowed"),
		RoomMeta: given[json.RawMessage](values, "room_meta"), Meta: given[json.RawMessage](values, "meta"),
		Sync: given[bool](values, "sync_audio_video"),
	})
	if err != nil {
		return plainError(http.StatusInternalServerError)
	}
	return jsonReply(http.StatusOK, struct {
		Token string `json:"token"`
	}{signed})
}

// given is a value of its type, or that type's zero value.
func given[T any](values map[string]any, name string) T {
	value, _ := values[name].(T)
	return value
}

func moment(values map[string]any, name string) int64 {
	t, ok := values[name].(time.Time)
	if !ok {
		return 0
	}
	return t.Unix()
}

// vrtHeader is the first part of every token: the document's type and algorithm.
const vrtHeader = `{"typ":"VRT","alg":"HS512"}`

// encoding is how JSON Web Tokens spell bytes.
var encoding = base64.RawURLEncoding

// sign makes the token (RFC 7515, compact): three parts that need no escaping
// anywhere.
func (s *Server) sign(said claims) (string, error) {
	payload, err := json.Marshal(said)
	if err != nil {
		return "", err
	}
	content := encoding.EncodeToString([]byte(vrtHeader)) + "." + encoding.EncodeToString(payload)
	return content + "." + encoding.EncodeToString(s.signature(content)), nil
}

// signature depends on the project alone, so that a token outlives the server
// that made it. It proves nothing to anybody: the sandbox guards nothing.
func (s *Server) signature(content string) []byte {
	key := sha256.Sum256([]byte("roomsync sandbox room tokens of " + s.options.Project))
	mac := hmac.New(sha512.New, key[:])
	mac.Write([]byte(content))
	return mac.Sum(nil)
}

// read checks the signature of a token and returns what it says.
func (s *Server) read(token string) (said claims, ok bool) {
	at := strings.LastIndexByte(token, '.')
	if at < 0 {
		return claims{}, false
	}
	signature, err := encoding.DecodeString(token[at+1:])
	if err != nil || !hmac.Equal(signature, s.signature(token[:at])) {
		return claims{}, false
	}
	_, encoded, _ := strings.Cut(token[:at], ".")
	payload, err := encoding.DecodeString(encoded)
	return said, err == nil && json.Unmarshal(payload, &said) == nil
}
