package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
	"roomsync/schema"
)

// The catalogue and the sandbox are written apart, each from the API's documents.
// Where they say the same, they have most likely been read rightly; where they do
// not, one of them has not. Here both are asked: what a setting may be, whether
// it can be cleared, what a new room has, and what an update may reset.
func TestSandboxAndCatalogueAgree(t *testing.T) {
	for _, kind := range room.Kinds() {
		for _, s := range schema.Settings(string(kind)) {
			if s.ReadOnly || s.Apart {
				continue
			}
			t.Run(string(kind)+"/"+s.Name, func(t *testing.T) {
				space := newSecondOpinion(t, kind, nil)
				space.takes(s, "put", true, s.Example)
				space.takes(s, "post", !s.UpdateOnly, s.Example)
				space.takes(s, "put", s.Nullable, "null")
				if s.Minimum != nil {
					space.takes(s, "put", true, fmt.Sprint(*s.Minimum))
					space.takes(s, "put", false, fmt.Sprint(*s.Minimum-1))
				}
				if s.Maximum != nil {
					space.takes(s, "put", true, fmt.Sprint(*s.Maximum))
					space.takes(s, "put", false, fmt.Sprint(*s.Maximum+1))
				}
				if s.MaxLength > 0 && len(s.Enum) == 0 && s.Format == "" {
					space.takes(s, "put", true, `"`+strings.Repeat("é", s.MaxLength)+`"`)
					space.takes(s, "put", false, `"`+strings.Repeat("é", s.MaxLength+1)+`"`)
				}
				for _, one := range s.Enum {
					space.takes(s, "put", true, fmt.Sprintf("%q", one))
				}
				if len(s.Enum) > 0 {
					space.takes(s, "put", false, `"none of them"`)
				}
				other := map[string]string{"string": "5", "boolean": `"x"`, "integer": `"x"`, "object": `"x"`}[s.Type]
				space.takes(s, "put", false, other)
				if fresh := space.create(nil)[s.Name]; s.Default != "" && string(fresh) != s.Default {
					t.Errorf("a new room has %s, the catalogue says %s", fresh, s.Default)
				}
				if s.Default == "" {
					return
				}
				resets := newSecondOpinion(t, kind, sandbox.Faults{sandbox.Reset: 1})
				resets.put(map[string]json.RawMessage{s.Name: json.RawMessage(s.Example)})
				after := resets.put(map[string]json.RawMessage{"display_name": json.RawMessage(`"Other"`)})
				if reset := string(after[s.Name]) == s.Default; s.Name != "display_name" && reset != s.UpdateDefault {
					t.Errorf("an update without it resets it: %t, the catalogue says %t", reset, s.UpdateDefault)
				}
			})
		}
	}
}

// secondOpinion is a space with a room in it that is asked about.
type secondOpinion struct {
	*testing.T
	url   string // of the rooms of its kind
	id    string
	rooms int
}

func newSecondOpinion(t *testing.T, kind room.Kind, faults sandbox.Faults) *secondOpinion {
	web := httptest.NewServer(sandbox.New(sandbox.Options{Faults: faults}))
	t.Cleanup(web.Close)
	s := &secondOpinion{T: t, url: web.URL + "/api/video/" + string(kind) + "s"}
	if err := json.Unmarshal(s.create(nil)["id"], &s.id); err != nil {
		t.Fatal(err)
	}
	return s
}

// send sends a body and returns the status, and the room in the answer.
func (s *secondOpinion) send(method, url string, body map[string]json.RawMessage) (int, map[string]json.RawMessage) {
	s.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		s.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.Context(), method, url, strings.NewReader(string(raw)))
	if err != nil {
		s.Fatal(err)
	}
	r.SetBasicAuth(sandbox.DemoProject, sandbox.DemoToken)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	var answer map[string]json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, answer
}

func (s *secondOpinion) create(settings map[string]json.RawMessage) map[string]json.RawMessage {
	s.Helper()
	status, answer := s.send("POST", s.url, s.named(settings))
	if status/100 != 2 {
		s.Fatalf("POST %s: %d %s", settings, status, answer["errors"])
	}
	return answer
}

// named is the body of a room that is not there yet.
func (s *secondOpinion) named(settings map[string]json.RawMessage) map[string]json.RawMessage {
	s.rooms++
	body := map[string]json.RawMessage{"name": json.RawMessage(fmt.Sprintf(`"room-%d"`, s.rooms)), "display_name": json.RawMessage(`"Room"`)}
	maps.Copy(body, settings)
	return body
}

func (s *secondOpinion) put(settings map[string]json.RawMessage) map[string]json.RawMessage {
	s.Helper()
	body := map[string]json.RawMessage{"display_name": json.RawMessage(`"Room"`)}
	maps.Copy(body, settings)
	status, answer := s.send("PUT", s.url+"/"+s.id, body)
	if status/100 != 2 {
		s.Fatalf("PUT %s: %d %s", settings, status, answer["errors"])
	}
	return answer
}

// takes tells if the sandbox does not take a value, or takes it, against the catalogue.
func (s *secondOpinion) takes(setting schema.Setting, how string, should bool, value string) {
	s.Helper()
	settings := map[string]json.RawMessage{setting.Name: json.RawMessage(value)}
	var status int
	if how == "post" {
		status, _ = s.send("POST", s.url, s.named(settings))
	} else {
		body := map[string]json.RawMessage{"display_name": json.RawMessage(`"Room"`)}
		maps.Copy(body, settings)
		status, _ = s.send("PUT", s.url+"/"+s.id, body)
	}
	if took := status/100 == 2; took != should {
		s.Errorf("%s %s: %.80s: status %d, the catalogue takes it: %t", how, setting.Name, value, status, should)
	}
}
