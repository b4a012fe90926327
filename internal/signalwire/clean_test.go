package signalwire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"roomsync/internal/room"
)

// secrets are the spellings of the credentials that must show nowhere.
func secrets() []string {
	basic := base64.StdEncoding.EncodeToString([]byte(testProject + ":" + testToken))
	if !strings.Contains(basic, "+") || !strings.Contains(basic, "/") || !strings.Contains(basic, "=") {
		panic("the test's credentials are too plain: " + basic)
	}
	var all []string
	for _, s := range []string{testToken, strings.TrimRight(basic, "=")} {
		inJSON, _ := json.Marshal(s)
		all = append(all, s, strings.Trim(string(inJSON), `"`), strings.ReplaceAll(s, "/", `\/`),
			url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s))
	}
	return all
}

// A server, or whoever stands in its place, that repeats what it was sent.
func TestCredentialsShowNowhere(t *testing.T) {
	for _, secret := range secrets() {
		quoted, _ := json.Marshal(secret)
		for name, answer := range map[string]string{
			"error":         `{"error":"bad credentials ` + jsonInner(secret) + `"}`,
			"message":       `{"message":` + string(quoted) + `}`,
			"error object":  `{"error":{"sent":` + string(quoted) + `}}`,
			"detail":        `{"errors":[{"type":` + string(quoted) + `,"code":` + string(quoted) + `,"message":` + string(quoted) + `,"attribute":` + string(quoted) + `,"url":` + string(quoted) + `}]}`,
			"odd detail":    `{"errors":[{"x":` + string(quoted) + `}]}`,
			"attribute":     `{"errors":{` + string(quoted) + `:["is odd"]}}`,
			"other members": `{"headers":{"Authorization":` + string(quoted) + `}}`,
			"other JSON":    `[` + string(quoted) + `]`,
			"plain text":    "you sent Authorization: Basic " + secret,
			// Were it cut before it is cleaned, half of it would be left.
			"at the cut":    strings.Repeat("x", maxLine-len("…")-len(secret)/2) + secret,
			"behind blanks": strings.Repeat(" ", 8*maxLine-len(secret)/2) + secret,
			"name":          listing("", `{"id":"1","name":`+string(quoted)+`,"active_session":7}`),
			"link":          listing("?page_token="+secret, named("1", "a")),
			"ID as it is":   `{"id":` + string(quoted) + `,"name":"a"}`,
			"broken off":    `{"id":"a","name":"a","layout":"` + jsonInner(secret),
		} {
			for _, status := range []int{200, 302, 422, 500} {
				var logged bytes.Buffer
				c := client(t, Options{
					Space: "example.signalwire.com",
					Log:   slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
					Transport: wire(func(r *http.Request) (*http.Response, error) {
						resp, err := say(r, status, answer)
						resp.Header.Set("X-Request-Id", secret)
						resp.Header.Set("Location", "https://"+secret+".evil.com/")
						return resp, err
					}),
				})
				_, get := c.Get(t.Context(), room.Room, "a")
				_, list := c.List(t.Context(), ListOptions{})
				_, update := c.Update(t.Context(), room.Room, secret, "", nil)
				text := fmt.Sprintf("%s\n%s", everything(get, list, update), &logged)
				for _, s := range secrets() {
					if strings.Contains(text, s) {
						t.Fatalf("%s, %d: %q shows:\n%s", name, status, s, text)
					}
				}
				if logged.Len() == 0 {
					t.Fatal("nothing was logged")
				}
			}
		}
	}
}

func jsonInner(s string) string {
	quoted, _ := json.Marshal(s)
	return strings.Trim(string(quoted), `"`)
}

// everything is all that can be got out of errors.
func everything(errs ...error) string {
	var b strings.Builder
	for _, err := range errs {
		for ; err != nil; err = errors.Unwrap(err) {
			fmt.Fprintf(&b, "%v\n%+v\n%#v\n", err, err, err)
			if e := (*Error)(nil); errors.As(err, &e) {
				asJSON, _ := json.Marshal(e)
				fmt.Fprintf(&b, "%+v\n%#v\n%s\n", *e, *e, asJSON)
			}
		}
	}
	return b.String()
}

// An ID is the server's as well, and part of the path.
func TestCredentialsShowNotInPaths(t *testing.T) {
	var logged bytes.Buffer
	c := client(t, Options{
		Space: "example.signalwire.com", Project: testProject, Token: "PTabc",
		Log:       slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Transport: wire(func(r *http.Request) (*http.Response, error) { return say(r, 404, "") }),
	})
	err := c.Delete(t.Context(), room.Room, "PTabc")
	wantText(t, err, "DELETE /api/video/rooms/[redacted]: 404 Not Found")
	if text := everything(err) + logged.String(); strings.Contains(text, "PTabc") {
		t.Errorf("the token shows: %s", text)
	}
}

// net/http's own errors quote what it cannot parse.
func TestCredentialsShowNotInTransportErrors(t *testing.T) {
	for _, answer := range []string{
		"HTTP/1.1 200 OK\r\nbad header %s\r\n\r\n",
		"HTTP/1.1 %s\r\n\r\n",
		"%s\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: http://[%s\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n",
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, answer, r.Header.Get("Authorization")+" "+testToken)
		}))
		_, err := client(t, Options{Space: s.URL}).Get(t.Context(), room.Room, "a")
		s.Close()
		text := everything(err)
		for _, secret := range secrets() {
			if strings.Contains(text, secret) {
				t.Errorf("%q: %q shows: %s", answer, secret, text)
			}
		}
		wantText(t, err, "GET /api/video/rooms/a: ")
	}
}

func TestLogLine(t *testing.T) {
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "duration" {
				return slog.Attr{}
			}
			return a
		},
	}))
	c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", "req-7")
		if r.Method == "GET" {
			io.WriteString(w, named("a", "team"))
		}
	}), Options{Log: log})
	if _, err := c.Update(t.Context(), room.Room, "a", "", nil); err != nil {
		t.Fatal(err)
	}
	want := `level=DEBUG msg=request n=1 method=PUT path=/api/video/rooms/a status=200 bytes=0 request_id=req-7
level=DEBUG msg=request n=2 method=GET path=/api/video/rooms/a status=200 bytes=24 request_id=req-7
`
	if got := logged.String(); got != want {
		t.Errorf("logged\n%s, want\n%s", got, want)
	}
}
