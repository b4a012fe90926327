package sandbox_test

import (
	"net/http"
	"testing"

	"roomsync/internal/sandbox"
)

func TestCredentials(t *testing.T) {
	own := sandbox.Options{Project: "p", Token: "t"}
	const (
		unauthorized = `{"error":"Unauthorized"}`
		forbidden    = `{"error":"Forbidden"}`
	)
	tests := []struct {
		name           string
		options        sandbox.Options
		project, token string
		status         int
		body           string // empty: not compared
	}{
		{"demo", sandbox.Options{}, sandbox.DemoProject, sandbox.DemoToken, 200, ""},
		{"own", own, "p", "t", 200, ""},
		{"own colon", sandbox.Options{Project: "p", Token: "a:b"}, "p", "a:b", 200, ""},
		{"none", sandbox.Options{}, "", "", 401, unauthorized},
		{"wrong token", sandbox.Options{}, sandbox.DemoProject, "nonsense", 401, unauthorized},
		{"token in another case", own, "p", "T", 401, unauthorized},
		{"empty token", sandbox.Options{}, sandbox.DemoProject, "", 401, unauthorized},
		{"empty token of an own project", sandbox.Options{Project: "p"}, "p", "", 401, unauthorized},
		{"wrong project", own, "q", "t", 401, unauthorized},
		{"demo where others are set", own, sandbox.DemoProject, sandbox.DemoToken, 401, unauthorized},
		{"without the scope", sandbox.Options{}, sandbox.DemoProject, sandbox.DemoTokenWithoutScope, 403, forbidden},
		{"without the scope, own project", own, "p", sandbox.DemoTokenWithoutScope, 403, forbidden},
		{"without the scope, wrong project", own, "q", sandbox.DemoTokenWithoutScope, 401, unauthorized},
		{"without the scope whatever is set", sandbox.Options{Token: sandbox.DemoTokenWithoutScope},
			sandbox.DemoProject, sandbox.DemoTokenWithoutScope, 403, forbidden},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := serve(t, sandbox.New(test.options))
			c.project, c.token = test.project, test.token
			for _, path := range []string{conferences, rooms} {
				a := c.get(path).want(test.status)
				if test.body != "" && a.body != test.body {
					t.Errorf("the body is %s", a.body)
				}
				if asks := a.header.Get("WWW-Authenticate") != ""; asks != (test.status == 401) {
					t.Errorf("asks for credentials: %t", asks)
				}
			}
		})
	}
}

func TestOtherSchemesAreUnauthorized(t *testing.T) {
	c := fresh(t)
	c.project = ""
	for _, value := range []string{"Bearer " + sandbox.DemoToken, "Basic", "Basic !", "Basic Og=="} {
		request, err := http.NewRequest("GET", c.url+rooms, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", value)
		c.do(request).want(http.StatusUnauthorized)
	}
}

// Nobody learns anything without credentials, and nothing is done for them.
func TestCredentialsComeFirst(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	c := serve(t, s)
	self := rooms + "/" + c.create(rooms, `{"name": "a"}`)["id"].(string)
	stranger := c
	stranger.token = "nonsense"
	for _, try := range []struct{ method, path, body string }{
		{"GET", "/", ""},
		{"GET", rooms + "/nobody", ""},
		{"POST", rooms, `{"name": "b"}`},
		{"POST", rooms, `{`},
		{"PUT", self, `{"description": "b"}`},
		{"DELETE", self, ""},
		{"GET", rooms + "?page_size=0", ""},
	} {
		stranger.send(try.method, try.path, try.body).want(http.StatusUnauthorized)
	}
	if got := c.all(rooms); len(got) != 1 || got[0]["description"] != nil {
		t.Errorf("a stranger changed the rooms: %v", got)
	}
}

func TestNotFound(t *testing.T) {
	c := fresh(t)
	c.create(conferences, `{"name": "a", "display_name": "A"}`)
	room := c.create(rooms, `{"name": "r"}`)["id"].(string)
	body := `{"name": "b", "display_name": "B"}`
	for _, try := range []struct{ method, path string }{
		{"GET", "/"},
		{"GET", "/api/video"},
		{"GET", "/api/video/"},
		{"GET", "/api/video/meetings"},
		{"GET", "/api/fabric/rooms"},
		{"GET", rooms + "/"},
		{"GET", rooms + "//"},
		{"GET", rooms + "/" + room + "/"},
		{"GET", rooms + "/" + room + "%2F"},
		{"GET", rooms + "/a"},       // the conference's name
		{"GET", conferences + "/a"}, // conferences go by id alone
		{"GET", conferences + "/" + room},
		{"PUT", conferences + "/" + room},
		{"DELETE", conferences + "/" + room},
		{"PUT", rooms + "/r"}, // written by id alone
		{"DELETE", rooms + "/r"},
		{"PUT", conferences},
		{"DELETE", rooms},
		{"PATCH", rooms + "/" + room},
		{"POST", rooms + "/" + room},
		{"OPTIONS", rooms},
		{"GET", "/api/video/streams"},
		{"GET", rooms + "/r/streams"}, // by id alone, too
		{"POST", rooms + "/r/streams"},
		{"GET", conferences + "/" + room + "/streams"},
		{"POST", conferences + "/" + room + "/streams"},
		{"GET", "/api/video/streams/" + room},
		{"GET", roomTokens},
	} {
		t.Run(try.method+" "+try.path, func(t *testing.T) {
			c := c
			c.t = t
			if a := c.send(try.method, try.path, body).want(http.StatusNotFound); a.body != `{"error":"Not Found"}` {
				t.Errorf("the body is %s", a.body)
			}
		})
	}
	if got := c.all(rooms); len(got) != 1 || got[0]["name"] != "r" {
		t.Errorf("the rooms changed: %v", got)
	}
}
