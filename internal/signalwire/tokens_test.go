package signalwire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
)

const (
	oldSecret = "vpt_0123456789abcdef0123456789abcdef"
	newSecret = "vpt_fedcba9876543210fedcba9876543210"
)

func TestTokensOfAConference(t *testing.T) {
	for _, limit := range []int{0, 1} { // on one page, on two
		c, s := serveSandbox(t, sandbox.Options{PageLimit: limit})
		id, err := s.Put("conference", "a", nil)
		if err != nil {
			t.Fatal(err)
		}
		before, err := c.Tokens(t.Context(), id)
		if err != nil || len(before) != 2 || before[0].Name != "moderator" || before[1].Name != "guest" || len(before[0].Permissions) != 44 || len(before[1].Permissions) != 11 {
			t.Fatalf("%v, %v", before, err)
		}
		if err := s.Join(string(before[1].Secret)); err != nil {
			t.Error(err)
		}
		reset, err := c.ResetToken(t.Context(), before[1])
		if err != nil || reset.Secret == before[1].Secret || reset.ID != before[1].ID || reset.Name != "guest" {
			t.Errorf("%v, %v", reset, err)
		}
		after, err := c.Tokens(t.Context(), id)
		if diff := cmp.Diff([]room.Token{before[0], reset}, after); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if s.Join(string(before[1].Secret)) == nil || s.Join(string(reset.Secret)) != nil {
			t.Error("the old token lets people in, or the new one does not")
		}
	}
}

func TestIssueToken(t *testing.T) {
	c, s := serveSandbox(t, sandbox.Options{})
	if _, err := s.Put("room", "a", nil); err != nil {
		t.Fatal(err)
	}
	secret, err := c.IssueToken(t.Context(), map[string]any{"room_name": "a", "permissions": []string{"room.lock"}, "auto_create_room": false})
	if err != nil || s.Join(string(secret)) != nil {
		t.Errorf("%v, %v", secret, err)
	}
	_, err = c.IssueToken(t.Context(), map[string]any{"room_name": "a", "permissions": []string{"room.locks"}})
	if e := asError(t, err); e.Status != 422 || !e.About("permissions") {
		t.Error(err)
	}
	requests := s.Requests()
	if got, want := requests[0].Body, `{"auto_create_room":false,"permissions":["room.lock"],"room_name":"a"}`; got != want || requests[0].Path != "/api/video/room_tokens" {
		t.Errorf("it asked %s for %s", requests[0].Path, got)
	}
}

// A client that reads does not reset and does not issue.
func TestReadersMakeNoTokens(t *testing.T) {
	s := sandbox.New(sandbox.Options{Project: testProject, Token: testToken, Record: true})
	c := serve(t, s, Options{ReadOnly: true, RetryBudget: time.Minute})
	_, err := c.ResetToken(t.Context(), room.Token{ID: "1", Secret: oldSecret})
	_, err2 := c.IssueToken(t.Context(), map[string]any{"room_name": "a"})
	if !errors.Is(err, ErrReadOnly) || !errors.Is(err2, ErrReadOnly) || len(s.Requests()) != 0 {
		t.Errorf("%v; %v; %v", err, err2, s.Requests())
	}
}

func token(secret string) func(*http.Request) (*http.Response, error) {
	return is(200, fmt.Sprintf(`{"id":"t","name":"guest","token":%q,"scopes":["room.lock"]}`, secret))
}

// After a lost answer the token is looked at, and nothing is sent again.
func TestALostResetIsLookedAt(t *testing.T) {
	type answers = []func(*http.Request) (*http.Response, error)
	again := func(n int, answer func(*http.Request) (*http.Response, error)) (all answers) {
		for range n {
			all = append(all, answer)
		}
		return all
	}
	const looks = "POST at 0s, GET at 1s, GET at 3s, GET at 7s, GET at 15s, GET at 23s, GET at 30s"
	for _, c := range []struct {
		name   string
		says   answers
		asked  string // what, and when
		result string // the secret, or the error
	}{
		{"it is answered", answers{token(newSecret)}, "POST at 0s", newSecret},
		{"it was done", answers{lostAnswer, token(newSecret)}, "POST at 0s, GET at 1s", newSecret},
		{"it was done late", answers{status(504, ""), token(oldSecret), token(oldSecret), token(newSecret)}, "POST at 0s, GET at 1s, GET at 3s, GET at 7s", newSecret},
		{"it was not, or later", append(answers{status(504, "")}, again(6, token(oldSecret))...), looks, "unknown: when last looked at, the token was as before: POST"},
		{"cut off", answers{is(200, `{"id":"t","name":"guest","token":"vpt_00`), token(newSecret)}, "POST at 0s, GET at 0s", newSecret},
		{"a Retry-After is no leave to send it again", append(answers{status(503, "30")}, again(6, token(oldSecret))...), looks, "unknown: when last looked at"},
		{"refused before it was done", answers{status(429, "30"), token(newSecret)}, "POST at 0s, POST at 30s", newSecret},
		{"not sent", answers{refused, token(newSecret)}, "POST at 0s, POST at 0s", newSecret},
		{"refused, then lost", answers{status(429, "30"), lostAnswer, token(newSecret)}, "POST at 0s, POST at 30s, GET at 31s", newSecret},
		{"a refusal is final", answers{is(404, `{"error":"Not Found"}`)}, "POST at 0s", "error: POST /api/video/conference_tokens/t/reset: 404"},
		{"looking is refused", answers{lostAnswer, status(401, "")}, "POST at 0s, GET at 1s", "unknown: POST /api/video/conference_tokens/t/reset: 500"},
		{"looking is forbidden", answers{lostAnswer, status(403, "")}, "POST at 0s, GET at 1s", "unknown: POST /api/video/conference_tokens/t/reset: 500"},
		{"it is gone", answers{lostAnswer, token(oldSecret), is(404, `{"error":"Not Found"}`)}, "POST at 0s, GET at 1s, GET at 3s", "unknown: POST /api/video/conference_tokens/t/reset: 500"},
		{"an answer that tells nothing", answers{is(204, ""), token(newSecret)}, "POST at 0s, GET at 0s", newSecret},
		{"an answer with the old token", append(answers{token(oldSecret)}, again(7, token(oldSecret))...), strings.Replace(looks, "GET", "GET at 0s, GET", 1), "unknown: when last looked at, the token was as before: POST"},
		{"an answer with the old token, though it was done", answers{token(oldSecret), token(newSecret)}, "POST at 0s, GET at 0s", newSecret},
		{"another token", answers{is(200, `{"id":"x","name":"guest","token":"vpt_0","scopes":[]}`), token(oldSecret), status(403, "")}, "POST at 0s, GET at 0s, GET at 1s", "unknown: POST"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{began: time.Now(), says: c.says}
				client := client(t, Options{Space: "example.signalwire.com", Transport: s, RetryBudget: time.Minute})
				after, err := client.ResetToken(t.Context(), room.Token{ID: "t", Secret: oldSecret})
				got := string(after.Secret)
				if err != nil {
					got = "error: " + err.Error()
					var a interface{ Ambiguous() bool }
					if errors.As(err, &a) && a.Ambiguous() {
						got = "unknown: " + err.Error()
					}
					if strings.Contains(got, oldSecret[8:]) {
						t.Errorf("the token is in %s", got)
					}
				}
				if asked := strings.Join(s.asked, ", "); asked != c.asked || !strings.HasPrefix(got, c.result) {
					t.Errorf("asked %s: %s\nwant  %s: %s", asked, got, c.asked, c.result)
				}
			})
		})
	}
}

// A backend that does late what a gateway has given up on: the token that is
// answered is the one that is there in the end, and without a budget there is
// one look.
func TestALateResetIsTheLast(t *testing.T) {
	for _, late := range []time.Duration{0, 3 * time.Second, 6 * time.Second, 20 * time.Second, 40 * time.Second} {
		for _, budget := range []time.Duration{0, 5 * time.Second, time.Minute} {
			synctest.Test(t, func(t *testing.T) {
				var done []time.Time // when the resets come through
				current := func() string {
					n := 0
					for _, at := range done {
						if !time.Now().Before(at) {
							n++
						}
					}
					return fmt.Sprintf("vpt_%d23456789abcdef0123456789abcdef", n)
				}
				client := client(t, Options{Space: "example.signalwire.com", RetryBudget: budget, Transport: wire(func(r *http.Request) (*http.Response, error) {
					if r.Method == "POST" {
						done = append(done, time.Now().Add(late))
						return say(r, 504, "")
					}
					return token(current())(r)
				})})
				before := room.Token{ID: "t", Secret: room.Secret(current())}
				if late == 0 {
					before.Secret = "vpt_023456789abcdef0123456789abcdef"
				}
				began := time.Now()
				after, err := client.ResetToken(t.Context(), before)
				took := time.Since(began)
				time.Sleep(time.Hour)
				if err == nil && string(after.Secret) != current() || err != nil && late < budget/2 || len(done) != 1 || took > watched {
					t.Errorf("done after %s, budget %s: %d resets in %s, answered %s: %v", late, budget, len(done), took, after.Secret, err)
				}
			})
		}
	}
}

// Looks that fail are bounded as well, however long requests may go on failing,
// and one that works is enough.
func TestLooksThatFail(t *testing.T) {
	for _, back := range []time.Duration{20 * time.Second, 24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			began, posts := time.Now(), 0
			client := client(t, Options{Space: "example.signalwire.com", RetryBudget: time.Hour, Transport: wire(func(r *http.Request) (*http.Response, error) {
				if r.Method == "POST" {
					posts++
				}
				if time.Since(began) < back {
					return say(r, 502, "")
				}
				return token(newSecret)(r)
			})})
			after, err := client.ResetToken(t.Context(), room.Token{ID: "t", Secret: oldSecret})
			var a interface{ Ambiguous() bool }
			worked := err == nil && after.Secret == newSecret
			if took := time.Since(began); posts != 1 || took > 2*watched || worked != (back < watched) || !worked && (!errors.As(err, &a) || !a.Ambiguous()) {
				t.Errorf("back after %s: %d resets in %s: %v", back, posts, took, err)
			}
		})
	}
}

// A token that was lost is nobody's, so another is asked for; what is wrong
// with a request is not mended by sending it again.
func TestALostTokenIsAskedForAgain(t *testing.T) {
	issued := is(200, `{"token":"eyJ0eXAiOiJWUlQifQ.e30.x-_"}`)
	for _, c := range []struct {
		name  string
		says  []func(*http.Request) (*http.Response, error)
		asked int
		err   string
	}{
		{"twice", []func(*http.Request) (*http.Response, error){lostAnswer, status(502, ""), issued}, 3, ""},
		{"rate limited", []func(*http.Request) (*http.Response, error){status(429, "1"), issued}, 2, ""},
		{"refused", []func(*http.Request) (*http.Response, error){taken}, 1, "422"},
		{"no JSON", []func(*http.Request) (*http.Response, error){is(200, `eyJ0eXAiOiJWUlQifQ.e30.x`)}, 1, "the answer is not the promised token"},
		{"no token", []func(*http.Request) (*http.Response, error){is(200, `{"tokens":"eyJ0eXAiOiJWUlQifQ.e30.x"}`)}, 1, "the answer is not the promised token"},
		{"null", []func(*http.Request) (*http.Response, error){is(200, `{"token":null}`)}, 1, "the answer is not the promised token"},
		{"more than a token", []func(*http.Request) (*http.Response, error){is(200, `{"token":"abcdefgh\nPATH=/tmp"}`)}, 1, "characters that no token has"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{began: time.Now(), says: c.says}
			client := client(t, Options{Space: "example.signalwire.com", Transport: s, RetryBudget: time.Minute})
			secret, err := client.IssueToken(t.Context(), map[string]any{"room_name": "a"})
			if len(s.asked) != c.asked || (err == nil) != (c.err == "") || err == nil && secret != "eyJ0eXAiOiJWUlQifQ.e30.x-_" || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v after %v", c.name, err, s.asked)
			}
			if err != nil && (strings.Contains(err.Error(), "eyJ") || strings.Contains(err.Error(), "abcdefgh")) {
				t.Errorf("%s: the token is in %v", c.name, err)
			}
		})
	}
}

// What a server answers may be anything, and its tokens are in no error and in
// no log, whatever it does with them.
func TestTokensShowNowhere(t *testing.T) {
	jwt := "eyJ0eXAiOiJWUlQiLCJhbGciOiJIUzUxMiJ9.eyJyIjoiYSJ9.c2lnbmF0dXJlc2lnbmF0dXJl"
	for _, secret := range []string{oldSecret, jwt, "just-any-text-that-is-a-token"} {
		whole := fmt.Sprintf(`{"id":"t","name":"guest","token": %q,"scopes":[]}`, secret)
		for name, body := range map[string]string{
			"an error with it":    `{"error":"cannot use ` + secret + `"}`,
			"what was asked for":  whole,
			"a list":              `{"links":{},"data":[` + whole + `]}`,
			"a list without data": `{"links":{},"dat":[` + whole + `]}`,
			"a list of odd ones":  `{"links":{},"data":[{"id":7,"token":"` + secret + `"}]}`,
			"a link":              `{"links":{"next":"?page_token=` + secret + `"},"data":[]}`,
			"cut off":             whole[:strings.Index(whole, secret)+len(secret)-3],
			"cut off in a list":   `{"data":[` + whole[:len(whole)-6],
			"another name":        `{"data":[{"id":"t","room_token":"` + secret,
			"another case":        `{"id":"t","Token" : "` + secret,
			"alone":               `"` + secret + `"`,
			"odd details":         `{"errors":[{"value":"` + secret + `"},["` + secret + `"]]}`,
			"an error of parts":   `{"error":{"value":"` + secret + `"},"message":["` + secret + `"]}`,
			"details":             `{"errors":[` + whole + `]}`,
			"an odd object":       `{"x":` + whole + `}`,
			"plain text":          "token: " + secret,
			"not ASCII":           `{"id":"t","name":"guest","token":"` + secret + `ü","scopes":[]}`,
			"scopes":              `{"id":"t","name":"guest","token":"` + secret + `","scopes":"` + secret + `"}`,
		} {
			if !strings.Contains(secret, "eyJ") && !strings.HasPrefix(secret, "vpt_") && slices.Contains([]string{"an error with it", "a link", "scopes"}, name) {
				continue // nothing tells it from other text
			}
			for _, code := range []int{200, 404, 500} {
				var logged bytes.Buffer
				var err1, err2, err3 error
				synctest.Test(t, func(t *testing.T) {
					c := client(t, Options{
						Space: "example.signalwire.com", Log: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
						Transport: wire(func(r *http.Request) (*http.Response, error) { return say(r, code, body) }),
					})
					_, err1 = c.Tokens(t.Context(), "c")
					_, err2 = c.ResetToken(t.Context(), room.Token{ID: "t", Secret: oldSecret + "0"})
					_, err3 = c.IssueToken(t.Context(), map[string]any{"room_name": "a"})
				})
				said := fmt.Sprintf("%v\n%v\n%v\n%+v %#v\n%s", err1, err2, err3, err2, err3, logged.String())
				for _, err := range []error{err1, err2, err3} {
					for ; err != nil; err = errors.Unwrap(err) {
						document, _ := json.Marshal(err)
						said += err.Error() + string(document)
					}
				}
				if strings.Contains(said, secret[8:len(secret)-4]) {
					t.Errorf("%s with %d, of %.4s…: the token is in\n%s", name, code, secret, said)
				}
			}
		}
	}
}

// A token in the error of a transport cannot be had by unwrapping it either.
func TestErrorsAreCleanedOfTokens(t *testing.T) {
	err := newCleaner(testProject, testToken).err(fmt.Errorf("proxy: %w", errors.New("cannot relay "+oldSecret)))
	if errors.Unwrap(err) != nil || err.Error() != "proxy: cannot relay [redacted]" {
		t.Errorf("%v, which wraps %v", err, errors.Unwrap(err))
	}
}

// A token that comes twice is listed once, as it came last.
func TestATokenOnTwoPages(t *testing.T) {
	of := func(secret string) string {
		return `{"id":"t","name":null,"token":"` + secret + `","scopes":null}`
	}
	s := &script{says: []func(*http.Request) (*http.Response, error){is(200, listing("?p=2", of(oldSecret))), is(200, listing("", of(newSecret)))}}
	all, err := client(t, Options{Space: "example.signalwire.com", Transport: s}).Tokens(t.Context(), "c")
	if diff := cmp.Diff([]room.Token{{ID: "t", Secret: newSecret}}, all); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
