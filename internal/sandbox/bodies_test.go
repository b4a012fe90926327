package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"roomsync/internal/sandbox"
)

const badRequest = `{"error":"Bad Request"}`

func TestBodiesThatAreNoObject(t *testing.T) {
	deep := strings.Repeat("[", 20000)
	tests := []struct{ name, contentType, body string }{
		{"nothing", "application/json", ""},
		{"spaces", "application/json", "  \n"},
		{"null", "application/json", "null"},
		{"array", "application/json", `[{"name": "a"}]`},
		{"string", "application/json", `"name"`},
		{"cut short", "application/json", `{"name": "a"`},
		{"comma", "application/json", `{"name": "a",}`},
		{"two objects", "application/json", `{"name": "a"} {}`},
		{"single quotes", "application/json", `{'name': 'a'}`},
		{"not UTF-8", "application/json", "{\"name\": \"a\xff\"}"},
		{"byte order mark", "application/json", "\ufeff" + `{"name": "a"}`},
		{"control character", "application/json", "{\"name\": \"a\n\"}"},
		{"not a number", "application/json", `{"name": "a", "max_members": NaN}`},
		{"nested without end", "application/json", `{"name": "a", "meta": {"a":` + deep},
		{"too large", "application/json", `{"name": "a"` + strings.Repeat(" ", 1<<20) + `}`},
		{"sent as a form", "application/x-www-form-urlencoded", `{"name": "a"}`},
		{"sent as text", "text/plain", `{"name": "a"}`},
		{"type that is none", "application/json; =", `{"name": "a"}`},
	}
	c := fresh(t)
	conference := conferences + "/" + c.create(conferences, `{"name": "x", "display_name": "A"}`)["id"].(string)
	room := rooms + "/" + c.create(rooms, `{"name": "x"}`)["id"].(string)
	for _, test := range tests {
		for _, to := range []struct{ method, path string }{
			{"POST", conferences}, {"PUT", conference}, {"POST", rooms}, {"PUT", room},
		} {
			t.Run(fmt.Sprintf("%s/%s", test.name, to.method), func(t *testing.T) {
				c := c
				c.t = t
				a := c.sendAs(to.method, to.path, test.body, test.contentType).want(http.StatusBadRequest)
				if a.body != badRequest {
					t.Errorf("the body is %s", a.body)
				}
			})
		}
	}
	for _, collection := range []string{conferences, rooms} {
		if got := c.all(collection); len(got) != 1 || got[0]["name"] != "x" {
			t.Errorf("refused bodies left traces: %v", got)
		}
	}
}

func TestBodiesThatAreTaken(t *testing.T) {
	tests := []struct{ name, contentType, body string }{
		{"plain", "application/json", `{"name": "a"}`},
		{"no type", "", `{"name": "a"}`},
		{"with charset", "Application/JSON; charset=utf-8", `{"name": "a"}`},
		{"spaces around", "application/json", " \r\n\t{\"name\":\n\"a\"}\n "},
		{"escapes", "application/json", `{"n\u0061me": "\u0061"}`},
		// As nearly every JSON parser has it.
		{"the last of two", "application/json", `{"name": "b", "name": "a"}`},
		{"large but within the limit", "application/json", `{"name": "a"` + strings.Repeat(" ", 1<<20-13) + `}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := fresh(t).sendAs("POST", rooms, test.body, test.contentType).want(http.StatusOK).object()
			if got["name"] != "a" {
				t.Errorf("the name is %v", got["name"])
			}
		})
	}
}

// A handler that panics is a bug. It is answered like one of the service's
// own, and leaves no lock behind.
func TestPanicIsAnInternalServerError(t *testing.T) {
	broken := true
	s := sandbox.New(sandbox.Options{Now: func() (now time.Time) {
		if broken {
			panic("the clock stands still")
		}
		return now
	}})
	c := serve(t, s)
	a := c.send("POST", rooms, `{"name": "a"}`).want(http.StatusInternalServerError)
	if a.body != `{"error":"Internal Server Error"}` {
		t.Errorf("the body is %s", a.body)
	}
	broken = false
	c.create(rooms, `{"name": "a"}`)
}
