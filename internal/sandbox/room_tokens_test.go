package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

const roomTokens = "/api/video/room_tokens"

// issue asks for a room token and returns it.
func issue(c client, body string) string {
	c.t.Helper()
	a := c.send("POST", roomTokens, body).want(http.StatusOK)
	if diff := cmp.Diff([]string{"token"}, members(c.t, a.body)); diff != "" {
		c.t.Errorf("the answer (-want +got)\n%s", diff)
	}
	return a.object()["token"].(string)
}

// payload decodes a token as any reader of JSON Web Tokens would.
func payload(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts in %s", len(parts), token)
	}
	decoded := make([][]byte, 3)
	for i, part := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			t.Fatalf("part %d: %v", i, err)
		}
	}
	if string(decoded[0]) != `{"typ":"VRT","alg":"HS512"}` || len(decoded[2]) != sha512.Size {
		t.Errorf("header %s, a signature of %d bytes", decoded[0], len(decoded[2]))
	}
	var claims map[string]any
	if err := json.Unmarshal(decoded[1], &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

var own = []any{
	"room.self.audio_mute", "room.self.audio_unmute", "room.self.video_mute", "room.self.video_unmute",
	"room.self.deaf", "room.self.undeaf", "room.self.set_input_volume", "room.self.set_output_volume",
	"room.self.set_input_sensitivity", "room.self.screenshare", "room.self.additional_source",
}

func TestRoomTokenClaims(t *testing.T) {
	now := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	c := serve(t, sandbox.New(sandbox.Options{Now: func() time.Time { return now }}))
	for _, try := range []struct {
		name, body string
		want       map[string]any
	}{
		{"the least", `{"room_name": "a"}`, map[string]any{
			"iat": float64(now.Unix()), "sub": sandbox.DemoProject, "r": "a", "s": own, "acr": true, "jam": false, "jvm": false, "erp": false, "er": false,
			"ja": "member", "ma": "all", "sav": false,
		}},
		{"everything", `{"room_name": "a", "user_name": "Jo", "permissions": ["room.lock", "room.member.remove"],
			"join_from": "2030-01-01T13:00:00+01:00", "join_until": "2030-01-02", "remove_at": "2030-01-02T00:00:01Z", "remove_after_seconds_elapsed": 900,
			"join_audio_muted": true, "join_video_muted": true, "auto_create_room": false, "enable_room_previews": true, "room_display_name": "A",
			"end_room_session_on_leave": true, "join_as": "member", "media_allowed": "audio-only", "room_meta": {"a": 1}, "meta": {"b": [2]}, "sync_audio_video": true}`,
			map[string]any{
				"iat": float64(now.Unix()), "sub": sandbox.DemoProject, "u": "Jo", "r": "a", "s": []any{"room.lock", "room.member.remove"}, "acr": false,
				"jf": float64(now.Unix()), "ju": float64(now.Unix() + 12*3600), "rat": float64(now.Unix() + 12*3600 + 1), "rse": 900.0,
				"jam": true, "jvm": true, "erp": true, "rdn": "A", "er": true, "ja": "member", "ma": "audio-only",
				"rm": map[string]any{"a": 1.0}, "m": map[string]any{"b": []any{2.0}}, "sav": true,
			}},
		{"an audience can do nothing", `{"room_name": "a", "join_as": "audience", "permissions": ["room.lock"], "media_allowed": "video-only"}`, map[string]any{
			"iat": float64(now.Unix()), "sub": sandbox.DemoProject, "r": "a", "s": []any{}, "acr": true, "jam": false, "jvm": false, "erp": false, "er": false,
			"ja": "audience", "ma": "video-only", "sav": false,
		}},
	} {
		claims := payload(t, issue(c, try.body))
		if id, _ := claims["jti"].(string); len(id) != 36 {
			t.Errorf("%s: the ID is %v", try.name, claims["jti"])
		}
		if diff := cmp.Diff(try.want, without(claims, "jti")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", try.name, diff)
		}
	}
	if one := issue(c, `{"room_name": "a"}`); one == issue(c, `{"room_name": "a"}`) {
		t.Error("two tokens are one")
	}
	if len(c.all(rooms))+len(c.all(conferences)) != 0 {
		t.Error("a token made a room, and nobody has joined")
	}
}

func TestRoomTokenParameters(t *testing.T) {
	c := fresh(t)
	long := func(n int) string { return quoted(strings.Repeat("ä", n)) }
	for _, try := range []struct{ parameter, value, want string }{
		{"room_name", `"AZaz09_-"`, ""}, {"room_name", `"a b"`, noName}, {"room_name", `""`, noName}, {"room_name", `null`, noNull}, {"room_name", `1`, noString},
		{"room_name", quoted(strings.Repeat("n", 101)), "must have at most 100 characters"},
		{"user_name", long(100), ""}, {"user_name", long(101), "must have at most 100 characters"}, {"user_name", `null`, noNull},
		{"permissions", `[]`, ""}, {"permissions", `["room.lock", "room.lock"]`, ""}, {"permissions", `null`, noNull}, {"permissions", `{}`, "must be a list"},
		{"permissions", `"room.lock"`, "must be a list"}, {"permissions", `["room.lock", 7, null]`, "must consist of strings"},
		{"permissions", `["room.locks"]`, `must not have "room.locks", which is not one of them`},
		{"permissions", `["room.member.*"]`, `must not have "room.member.*", which is not one of them`},
		{"join_from", `"2030-01-01"`, ""}, {"join_from", `"soon"`, noInstant}, {"join_until", `null`, noNull}, {"remove_at", `1893456000`, noInstant},
		{"remove_after_seconds_elapsed", `1`, ""}, {"remove_after_seconds_elapsed", `200000`, ""},
		{"remove_after_seconds_elapsed", `0`, "must be between 1 and 200000"}, {"remove_after_seconds_elapsed", `200001`, "must be between 1 and 200000"},
		{"remove_after_seconds_elapsed", `null`, noNull}, {"remove_after_seconds_elapsed", `"9"`, noInteger},
		{"join_audio_muted", `1`, noFlag}, {"join_video_muted", `"no"`, noFlag}, {"auto_create_room", `null`, noNull}, {"enable_room_previews", `null`, noNull},
		{"end_room_session_on_leave", `{}`, noFlag}, {"sync_audio_video", `null`, noNull},
		{"room_display_name", long(200), ""}, {"room_display_name", long(201), "must have at most 200 characters"},
		{"join_as", `"guest"`, "must be one of audience, member"}, {"media_allowed", `"none"`, "must be one of all, video-only, audio-only"},
		{"room_meta", `[]`, "must be an object"}, {"room_meta", `{"k":` + long(1992) + `}`, ""}, {"room_meta", `{"k":` + long(1993) + `}`, "must have at most 2000 characters as JSON"},
		{"meta", `null`, noNull}, {"meta", `{"k":` + long(1993) + `}`, "must have at most 2000 characters as JSON"},
		{"name", `"a"`, "is not a known parameter"}, {"Room_Name", `"a"`, "is not a known parameter"},
	} {
		body := fmt.Sprintf(`{"room_name": "a", %q: %s}`, try.parameter, try.value)
		a := c.send("POST", roomTokens, body)
		if try.want == "" {
			a.want(http.StatusOK)
			continue
		}
		if diff := cmp.Diff([]string{try.parameter + ": " + try.want}, a.violations()); diff != "" {
			t.Errorf("%.80s (-want +got)\n%s", body, diff)
		}
	}
	// All at once, in the document's order.
	a := c.send("POST", roomTokens, `{"meta": 1, "x": 1, "permissions": ["a", "b", "a"]}`)
	if diff := cmp.Diff([]string{"room_name: must be present", `permissions: must not have "a", which is not one of them`,
		`permissions: must not have "b", which is not one of them`, "meta: must be an object", "x: is not a known parameter"}, a.violations()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, body := range []string{"", "[]", `"a"`, "{", `{"room_name": "a"} {}`} {
		c.send("POST", roomTokens, body).want(http.StatusBadRequest)
	}
}

func TestJoin(t *testing.T) {
	now := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	s := sandbox.New(sandbox.Options{Now: func() time.Time { return now }})
	c := serve(t, s)
	conference := newConference(c, "lobby")
	c.create(rooms, `{"name": "stage"}`)
	refused := func(token, why string) {
		t.Helper()
		if err := s.Join(token); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("error %v, want %q", err, why)
		}
	}
	inSession := func(list, name string) bool {
		for _, r := range c.all(list + "?include_active_session=true") {
			if r["name"] == name {
				return r["active_session"] != nil
			}
		}
		return false
	}

	// A token of the conference, until it is reset.
	_, guest := tokensOf(c, conference)
	if err := s.Join(guest["token"].(string)); err != nil || !inSession(conferences, "lobby") {
		t.Errorf("a guest: %v", err)
	}
	c.send("POST", conferenceTokens+"/"+guest["id"].(string)+"/reset", "").want(http.StatusOK)
	refused(guest["token"].(string), "the token is not valid")
	refused("", "the token is not valid")
	refused("a.b.c", "the token is not valid")

	// Room tokens, for rooms of both kinds, within their time.
	for _, name := range []string{"lobby", "stage"} {
		if err := s.Join(issue(c, `{"room_name": "`+name+`", "join_from": "2030-01-01T12:00:00Z", "join_until": "2030-01-01T12:00:01Z"}`)); err != nil {
			t.Error(err)
		}
	}
	if !inSession(rooms, "stage") {
		t.Error("nobody is on the stage")
	}
	refused(issue(c, `{"room_name": "stage", "join_from": "2030-01-01T12:00:01Z"}`), "not valid yet")
	refused(issue(c, `{"room_name": "stage", "join_until": "2030-01-01T12:00:00Z"}`), "not valid any more")
	refused(issue(c, `{"room_name": "stage", "remove_at": "2030-01-01T12:00:00Z"}`), "not valid any more")

	// A room that is not there is made, unless the token says otherwise.
	refused(issue(c, `{"room_name": "new", "auto_create_room": false}`), "there is no such room")
	if err := s.Join(issue(c, `{"room_name": "new", "room_display_name": "The New", "enable_room_previews": true}`)); err != nil {
		t.Error(err)
	}
	i := slices.IndexFunc(c.all(rooms), func(r map[string]any) bool {
		return r["name"] == "new" && r["display_name"] == "The New" && r["enable_room_previews"] == true
	})
	if i < 0 || !inSession(rooms, "new") {
		t.Errorf("the rooms are %v", c.all(rooms))
	}

	// Another project's signature, a changed claim, another algorithm.
	token := issue(c, `{"room_name": "stage"}`)
	parts := strings.Split(token, ".")
	forged := base64.RawURLEncoding.EncodeToString([]byte(`{"r":"stage","acr":true}`))
	refused(parts[0]+"."+forged+"."+parts[2], "the token is not valid")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"VRT","alg":"none"}`))
	refused(none+"."+forged+".", "the token is not valid")
	mac := hmac.New(sha512.New, []byte("guess"))
	mac.Write([]byte(parts[0] + "." + forged))
	refused(parts[0]+"."+forged+"."+base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), "the token is not valid")
	if err := sandbox.New(sandbox.Options{Project: "other"}).Join(token); err == nil {
		t.Error("another project takes the token")
	}
	// The same project's does, as a server that starts anew is.
	if err := sandbox.New(sandbox.Options{}).Join(token); err != nil {
		t.Error(err)
	}
}
