package sandbox_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

const conferenceTokens = "/api/video/conference_tokens"

func newConference(c client, name string) (self string) {
	c.t.Helper()
	body := fmt.Sprintf(`{"name": %q, "display_name": "A"}`, name)
	return conferences + "/" + c.create(conferences, body)["id"].(string)
}

func tokensOf(c client, conference string) (moderator, guest map[string]any) {
	c.t.Helper()
	l := c.get(conference + "/conference_tokens").listing()
	if diff := cmp.Diff([]string{"moderator", "guest"}, l.names()); diff != "" {
		c.t.Fatalf("tokens (-want +got)\n%s", diff)
	}
	return l.Data[0], l.Data[1]
}

func TestConferenceComesWithTwoTokens(t *testing.T) {
	c := fresh(t)
	moderator, guest := tokensOf(c, newConference(c, "a"))
	secret := regexp.MustCompile(`^vpt_[0-9a-f]{32}$`)
	seen := map[any]bool{}
	for _, token := range []map[string]any{moderator, guest} {
		if !secret.MatchString(token["token"].(string)) {
			t.Errorf("the secret is %v", token["token"])
		}
		seen[token["token"]], seen[token["id"]] = true, true
	}
	other, _ := tokensOf(c, newConference(c, "b"))
	seen[other["token"]], seen[other["id"]] = true, true
	if len(seen) != 6 {
		t.Errorf("ids and secrets repeat: %v", seen)
	}
	own := []any{
		"room.self.audio_mute", "room.self.audio_unmute", "room.self.video_mute", "room.self.video_unmute",
		"room.self.deaf", "room.self.undeaf", "room.self.set_input_volume", "room.self.set_output_volume",
		"room.self.set_input_sensitivity", "room.self.screenshare", "room.self.additional_source",
	}
	if diff := cmp.Diff(own, guest["scopes"].([]any)); diff != "" {
		t.Errorf("guest's scopes (-want +got)\n%s", diff)
	}
	all := moderator["scopes"].([]any)
	distinct := map[any]bool{}
	for _, scope := range all {
		distinct[scope] = true
	}
	if len(all) != 44 || len(distinct) != 44 || !distinct["room.lock"] || !distinct["room.member.remove"] {
		t.Errorf("moderator's scopes: %v", all)
	}
	for _, scope := range own {
		if !distinct[scope] {
			t.Errorf("a moderator lacks %v", scope)
		}
	}
}

func TestTokenAnswers(t *testing.T) {
	c := fresh(t)
	moderator, guest := tokensOf(c, newConference(c, "a"))
	want := []string{"id", "name", "token", "scopes"}
	for _, token := range []map[string]any{moderator, guest} {
		self := conferenceTokens + "/" + token["id"].(string)
		shown := c.get(self).want(http.StatusOK)
		if diff := cmp.Diff(token, shown.object()); diff != "" {
			t.Errorf("shown differs from listed (-listed +shown)\n%s", diff)
		}
		reset := c.send("POST", self+"/reset", "").want(http.StatusOK)
		for _, body := range []string{shown.body, reset.body} {
			if diff := cmp.Diff(want, members(t, body)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		}
	}
	for _, try := range []struct{ method, path string }{
		{"GET", conferenceTokens},
		{"GET", conferenceTokens + "/nobody"},
		{"POST", conferenceTokens + "/nobody/reset"},
		{"GET", conferenceTokens + "/" + guest["id"].(string) + "/reset"},
		{"DELETE", conferenceTokens + "/" + guest["id"].(string)},
		{"GET", conferences + "/nobody/conference_tokens"},
	} {
		c.send(try.method, try.path, "").want(http.StatusNotFound)
	}
}

func TestResetChangesOneSecret(t *testing.T) {
	c := fresh(t)
	conference := newConference(c, "a")
	moderator, guest := tokensOf(c, conference)
	before := c.get(conference).object()
	reset := c.send("POST", conferenceTokens+"/"+guest["id"].(string)+"/reset", "").want(http.StatusOK).object()
	if reset["token"] == guest["token"] {
		t.Error("the secret is the same as before")
	}
	if diff := cmp.Diff(without(guest, "token"), without(reset, "token")); diff != "" {
		t.Errorf("more than the secret changed (-before +after)\n%s", diff)
	}
	moderatorNow, guestNow := tokensOf(c, conference)
	if diff := cmp.Diff(moderator, moderatorNow); diff != "" {
		t.Errorf("the other token changed (-before +after)\n%s", diff)
	}
	if diff := cmp.Diff(reset, guestNow); diff != "" {
		t.Errorf("listed differs from the answer (-answer +listed)\n%s", diff)
	}
	if diff := cmp.Diff(before, c.get(conference).object()); diff != "" {
		t.Errorf("the conference changed (-before +after)\n%s", diff)
	}
}

func TestTokensFollowTheirConference(t *testing.T) {
	c := fresh(t)
	conference, other := newConference(c, "a"), newConference(c, "b")
	moderator, guest := tokensOf(c, conference)
	otherModerator, _ := tokensOf(c, other)

	c.send("PUT", conference, `{"name": "c", "display_name": "C"}`).want(http.StatusOK)
	afterUpdate, _ := tokensOf(c, conference)
	if diff := cmp.Diff(moderator, afterUpdate); diff != "" {
		t.Errorf("an update changed a token (-before +after)\n%s", diff)
	}

	c.send("DELETE", conference, "").want(http.StatusNoContent)
	c.get(conference + "/conference_tokens").want(http.StatusNotFound)
	for _, token := range []map[string]any{moderator, guest} {
		self := conferenceTokens + "/" + token["id"].(string)
		c.get(self).want(http.StatusNotFound)
		c.send("POST", self+"/reset", "").want(http.StatusNotFound)
	}
	c.get(conferenceTokens + "/" + otherModerator["id"].(string)).want(http.StatusOK)
}

func TestTokenPages(t *testing.T) {
	c := fresh(t)
	conference, other := newConference(c, "a"), newConference(c, "b")
	list := conference + "/conference_tokens"
	moderator, guest := tokensOf(c, conference)
	first := c.get(list + "?page_size=1").listing()
	second := c.follow(first.Links["next"])
	if diff := cmp.Diff([]map[string]any{moderator, guest}, append(first.Data, second.Data...)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, more := second.Links["next"]; more {
		t.Error("a next page after the last token")
	}
	if diff := cmp.Diff(first, c.follow(second.Links["prev"])); diff != "" {
		t.Errorf("prev (-first +prev)\n%s", diff)
	}
	c.get(list + "?page_number=1").want(http.StatusUnprocessableEntity)
	c.get(list + "?page_size=0").want(http.StatusUnprocessableEntity)
	c.get(list + "?page_size=%zz").want(http.StatusBadRequest)
	// A token of one conference's list is none of another's.
	_, query, _ := strings.Cut(first.Links["next"], "?")
	c.get(list + "?" + query).want(http.StatusOK)
	c.get(other + "/conference_tokens?" + query).want(http.StatusUnprocessableEntity)

	s := sandbox.New(sandbox.Options{PageLimit: 1})
	c = serve(t, s)
	if got := c.all(newConference(c, "a") + "/conference_tokens"); len(got) != 2 {
		t.Errorf("with a limit of one a page, %d tokens", len(got))
	}
}
