package signalwire

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
)

// BenchmarkPage decodes a full page of conferences, as the sandbox serves it.
func BenchmarkPage(b *testing.B) {
	s := sandbox.New(sandbox.Options{Project: testProject, Token: testToken})
	for i := range pageSize {
		_, err := s.Put("conference", fmt.Sprintf("team-%04d", i), map[string]any{
			"display_name": fmt.Sprintf("Team %d", i), "description": "Stand-ups \"and\" more",
			"join_from": "2026-01-31T09:00:00Z",
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	r := httptest.NewRequest("GET", collection(room.Conference)+"?page_size=1000", nil)
	r.SetBasicAuth(testProject, testToken)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	body := w.Body.Bytes()
	c := client(b, Options{Space: "example.signalwire.com"})
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		p, err := c.readPage(answer{body: body})
		if err != nil {
			b.Fatal(err)
		}
		pages := make(chan page, 1)
		pages <- p
		close(pages)
		if live, err := c.collect(room.Conference, ListOptions{}, pages); err != nil || len(live) != pageSize {
			b.Fatalf("%d rooms, %v", len(live), err)
		}
	}
}
