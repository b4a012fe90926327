package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
)

func TestSpans(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "2h": 2 * time.Hour, "7d": 168 * time.Hour, "1d12h": 36 * time.Hour, "0d1s": time.Second, "1500ms": 1500 * time.Millisecond, "-2h": -2 * time.Hour,
		"": -1, "2": -1, "d": -1, "7d3": -1, "1.5d": -1, "999999d": -1, "99999d200000h": -1, "1d-2h": -1, "1d+2h": -1, "99999d1h": 99999*24*time.Hour + time.Hour, "1w": -1, "2 h": -1, "1d1d": -1,
	} {
		var s span
		if err := s.UnmarshalText([]byte(text)); (err != nil) != (want == -1) || err == nil && time.Duration(s) != want {
			t.Errorf("%q is %s: %v", text, time.Duration(s), err)
		}
	}
}

// A moment that is said is never now, and one sign is enough.
func TestMoments(t *testing.T) {
	now := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]string{
		"0001-01-01": "0001-01-01T00:00:00Z", "+0s": "2027-01-02T03:04:05Z", "+1d2h": "2027-01-03T05:04:05Z", "2027-03-01T09:00:00+01:00": "2027-03-01T08:00:00Z",
		"+-2h": "", "++2h": "", "+": "", "2h": "", "-2h": "", "+99999d200000h": "", "+1d-2h": "",
	} {
		var m moment
		if err := m.UnmarshalText([]byte(text)); (err != nil) != (want == "") || err == nil && stamp(m.from(now)) != want {
			t.Errorf("%q is %s: %v", text, stamp(m.from(now)), err)
		}
	}
}

func TestRepeatedKeys(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1,"a":2}`: "a", `{"a":{"b":[{"c":1,"c":{}}]},"a":2}`: "c", `{"a":[],"b":{"x":1},"\u0061":2}`: "a", `[{"x":1},{"y":1,"y":1}]`: "y",
		`{"a":{"a":{"a":"a"}},"b":["a","a"]}`: "", `{}`: "", `[]`: "", `"a"`: "", `[{"x":1},{"x":1}]`: "",
	} {
		if key, found := repeatedKey(json.NewDecoder(strings.NewReader(text))); key != want && found || found != (want != "") {
			t.Errorf("%s: %q, %t", text, key, found)
		}
	}
}

// A token names its room, which is not enough where two have the name.
func TestATokenForATwin(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	s.SetFaults(sandbox.Faults{sandbox.Twins: 1})
	var ids []string
	for range 2 {
		id, err := s.Put("conference", "lobby", nil)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	w := inSpace(t, s)
	if code := Main([]string{"tokens", "issue", ids[0], "--valid", "2h"}, w.system()); code != exitError || w.out.String() != "" || !strings.Contains(w.err.String(), "are both named lobby") || !strings.Contains(w.err.String(), ids[1]) {
		t.Errorf("exit code %d: %s", code, w.err.String())
	}
	if code := Main([]string{"tokens", "list", ids[0]}, w.system()); code != exitOK {
		t.Errorf("exit code %d: %s", code, w.err.String())
	}
}

func TestClaims(t *testing.T) {
	for token, want := range map[string]string{
		"a.e30.b": "{}", "a.e30=.b": "{}", "a.eyJhIjoxfQ.b": `{"a":1}`,
		"e30": "", "a.e30": "", "a.e30.b.c": "", "a.W10.b": "", "a.bnVsbA.b": "", "a.!!.b": "", "a.eyJhIjoi_yJ9.b": "", "": "",
	} {
		claims, ok := claimsOf(room.Secret(token))
		if string(claims) != want || ok != (want != "") {
			t.Errorf("%q says %s, %t", token, claims, ok)
		}
	}
}

// Tokens with names that no variable can have, or the same one.
func TestVariablesOfTokens(t *testing.T) {
	names := func(tokens ...string) (all []string) {
		var list []room.Token
		for _, name := range tokens {
			list = append(list, room.Token{Name: name, Secret: "vpt_0"})
		}
		for _, v := range variablesOf(list) {
			if !variableName.MatchString(v.Name) {
				t.Errorf("%q is no name of a variable", v.Name)
			}
			all = append(all, v.Name)
		}
		return all
	}
	if got := fmt.Sprint(names("moderator", "guest", "My First Token", "", "7", "a=b\nPATH", "é")); got != "[MODERATOR_TOKEN GUEST_TOKEN MY_FIRST_TOKEN_TOKEN ROOM_TOKEN ROOM_7_TOKEN A_B_PATH_TOKEN _TOKEN]" {
		t.Error(got)
	}
	for _, format := range []string{"dotenv", "github-env"} {
		err := handing{}.write(io.Discard, format, handover{variables: variablesOf([]room.Token{{Name: "a b"}, {Name: "a_b"}})})
		if err == nil || !strings.Contains(err.Error(), "two tokens would both be the variable A_B_TOKEN") {
			t.Errorf("%s: %v", format, err)
		}
	}
}
