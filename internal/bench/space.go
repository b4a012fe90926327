//go:build unix

package main

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"

	"roomsync/internal/sandbox"
)

// The credentials of the space.
const (
	project = sandbox.DemoProject
	token   = sandbox.DemoToken
)

// settings are the ten settings of the i-th room, in the file's order.
func settings(i int) (names []string, values []any) {
	for _, s := range []struct {
		name  string
		value any
	}{
		{"display_name", fmt.Sprintf("Team %d", i)},
		{"description", fmt.Sprintf("Stand-ups, reviews and one-to-ones of team %d", i)},
		{"join_from", "2026-01-31T09:00:00Z"},
		{"quality", []string{"720p", "1080p"}[i%2]},
		{"layout", []string{"grid-responsive", "highlight-1-responsive", "3x3"}[i%3]},
		{"size", []string{"small", "medium", "large"}[i%3]},
		{"record_on_start", i%5 == 0},
		{"enable_chat", i%7 != 0},
		{"dark_primary", "#2C46C8"},
		{"light_primary", "#044EF4"},
	} {
		names, values = append(names, s.name), append(values, s.value)
	}
	return names, values
}

func name(i int) string { return fmt.Sprintf("team-%06d", i) }

// file is a rooms.yaml of n rooms, written as people do.
func file(n int) []byte {
	var b bytes.Buffer
	b.WriteString("version: 1\nmanage: [\"team-*\"]\nrooms:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - name: %s\n", name(i))
		names, values := settings(i)
		for at, setting := range names {
			format := "    %s: %v\n"
			if setting == "dark_primary" || setting == "light_primary" {
				format = "    %s: %q\n" // a # begins a comment
			}
			fmt.Fprintf(&b, format, setting, values[at])
		}
	}
	return b.Bytes()
}

// space is what the file says, live. Each page is made once, by the sandbox,
// and kept, so that the server takes next to nothing of what is measured.
type space struct {
	live     http.Handler
	requests atomic.Int64

	mu    sync.Mutex
	pages map[string]*httptest.ResponseRecorder // by path and query
}

func newSpace(n int) *space {
	live := sandbox.New(sandbox.Options{Project: project, Token: token})
	for i := range n {
		all := make(map[string]any)
		names, values := settings(i)
		for at, setting := range names {
			all[setting] = values[at]
		}
		if _, err := live.Put("conference", name(i), all); err != nil {
			panic(err) // the settings are the sandbox's own
		}
	}
	return &space{live: live, pages: make(map[string]*httptest.ResponseRecorder)}
}

func (s *space) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.URL.String()
	page := s.pages[key]
	if page == nil {
		page = httptest.NewRecorder()
		s.live.ServeHTTP(page, r)
		s.pages[key] = page
	}
	maps.Copy(w.Header(), page.Header())
	w.WriteHeader(page.Code)
	_, _ = w.Write(page.Body.Bytes()) // who has gone needs no answer
}
