package cli

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"roomsync/internal/sandbox"
)

// asked counts the requests that a space has had since it was last asked, by
// method and what they are about; a listing's pages are "LIST".
func asked(s *sandbox.Server, from *int) map[string]int {
	all := s.Requests()
	n := make(map[string]int)
	for _, r := range all[*from:] {
		if collection := strings.Count(r.Path, "/") == 3; r.Method == "GET" && collection {
			n["LIST"]++
		} else {
			n[r.Method]++
		}
	}
	*from = len(all)
	return n
}

// A plan asks for the pages of both kinds and for nothing else: of 10,000
// conferences and no rooms without a prebuilt UI there are eleven.
func TestPlanAsksForPagesOnly(t *testing.T) {
	const rooms = 10_000
	s := sandbox.New(sandbox.Options{Record: true})
	for i := range rooms {
		if _, err := s.Put("conference", fmt.Sprintf("team-%06d", i), map[string]any{"display_name": fmt.Sprintf("Team %d", i), "quality": "1080p"}); err != nil {
			t.Fatal(err)
		}
	}
	w := inSpace(t, s)
	if err := os.WriteFile("rooms.yaml", fileOf(rooms), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main([]string{"plan", "--detailed-exitcode"}, w.system()); code != exitOK {
		t.Fatalf("exit code %d: %s%s", code, w.out.String(), w.err.String())
	}
	asked := make(map[string]int)
	for _, r := range s.Requests() {
		asked[r.Method+" "+r.Path]++
	}
	if asked["GET /api/video/conferences"] != 10 || asked["GET /api/video/rooms"] != 1 || len(asked) != 2 {
		t.Errorf("asked for %v", asked)
	}
}

// An apply of n changes asks for what a plan asks for, and n times more; a
// delete also for a look at the room. Nothing is listed a second time. A saved
// plan is held against one listing, too.
func TestAnApplyAsksForItsPlanAndItsChanges(t *testing.T) {
	const creates, updates, renames, deletes = 40, 30, 2, 7
	for live, saved := range map[int]bool{updates + renames + deletes: false, 1100: false, 1200: true} { // one page, and two
		space := sandbox.New(sandbox.Options{Record: true})
		w := inSpace(t, space)
		file := strings.Builder{}
		file.WriteString("version: 1\nmanage: [\"*\"]\nrooms:\n")
		for i := range live {
			name := fmt.Sprintf("team-%04d", i)
			if _, err := space.Put("conference", name, map[string]any{"display_name": name}); err != nil {
				t.Fatal(err)
			}
			switch {
			case i < updates:
				fmt.Fprintf(&file, "  - {name: %s, display_name: Team %d}\n", name, i)
			case i < updates+renames:
				fmt.Fprintf(&file, "  - {name: new-%s, previously: [%s], display_name: %s}\n", name, name, name)
			case i >= updates+renames+deletes:
				fmt.Fprintf(&file, "  - {name: %s, display_name: %s}\n", name, name)
			}
		}
		for i := range creates {
			fmt.Fprintf(&file, "  - {name: fresh-%d, prebuilt_ui: %t}\n", i, i%2 == 0)
		}
		if err := os.WriteFile("rooms.yaml", []byte(file.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		seen := 0
		run := func(args ...string) map[string]int {
			t.Helper()
			w.out.b.Reset()
			if code := Main(args, w.system()); code != exitOK {
				t.Fatalf("%v: exit code %d: %s", args, code, w.err.String())
			}
			return asked(space, &seen)
		}
		planned := run("plan", "--prune", "--max-deletes=9", "--out=plan.json")
		if want := map[string]int{"LIST": 2 + live/1000, "GET": renames + deletes}; !maps.Equal(planned, want) {
			t.Errorf("%d rooms: a plan asks for %v, want %v", live, planned, want)
		}
		want := maps.Clone(planned)
		want["POST"], want["PUT"], want["DELETE"] = creates, updates+renames, deletes
		want["GET"] += deletes
		command := []string{"apply", "--yes", "--prune", "--max-deletes=9"}
		if saved {
			command = []string{"apply", "--yes", "plan.json"}
		}
		if got := run(command...); !maps.Equal(got, want) {
			t.Errorf("%d rooms, %v asks for %v, want %v", live, command, got, want)
		}
		if got, want := run("apply", "--yes", "--prune"), map[string]int{"LIST": 2 + (live+creates/2-deletes)/1000}; !maps.Equal(got, want) {
			t.Errorf("%d rooms: an apply without changes asks for %v, want %v", live, got, want)
		}
	}
}
