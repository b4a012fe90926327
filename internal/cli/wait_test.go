package cli

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"roomsync/internal/sandbox"
)

// meanwhile is a sandbox in which something happens once a room has been looked
// at so many times.
type meanwhile struct {
	*sandbox.Server
	mu    sync.Mutex
	looks int
	then  map[int]func()
}

func (m *meanwhile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.RawQuery, "include_active_session=true") {
		m.mu.Lock()
		m.looks++
		if then := m.then[m.looks]; then != nil {
			then()
		}
		m.mu.Unlock()
	}
	m.Server.ServeHTTP(w, r)
}

// waiting applies a file that narrows the rooms a and idle and deletes gone,
// while somebody is in a.
func waiting(t *testing.T, then func(s *sandbox.Server) map[int]func()) (code int, out string, s *sandbox.Server) {
	t.Helper()
	s = sandbox.New(sandbox.Options{Record: true})
	for _, name := range []string{"a", "gone", "idle"} {
		if _, err := s.Put("room", name, map[string]any{"max_members": 50, "description": "v1"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.StartSession("room", "a"); err != nil {
		t.Fatal(err)
	}
	w := inSpace(t, &meanwhile{Server: s, then: then(s)})
	file := "version: 1\nmanage: [\"*\"]\nrooms:\n  - {name: a, prebuilt_ui: false, max_members: 2}\n  - {name: idle, prebuilt_ui: false, max_members: 2}\n"
	if err := os.WriteFile("rooms.yaml", []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	sys := w.system()
	sys.Poll = time.Millisecond
	code = Main([]string{"apply", "--yes", "--prune", "--in-use", "wait", "--in-use-timeout", "30s"}, sys)
	return code, w.out.String() + w.err.String(), s
}

func must(t *testing.T, err error) {
	if err != nil {
		t.Error(err)
	}
}

// A room that was empty, or has been seen empty, may not be so any more when
// the last of the others is.
func TestAllRoomsAreLookedAtAfterAWait(t *testing.T) {
	busy := 0
	code, out, _ := waiting(t, func(s *sandbox.Server) map[int]func() {
		return map[int]func(){
			// Three looks for the plan, then one at a, then three at all.
			4: func() { must(t, s.EndSession("room", "a")); must(t, s.StartSession("room", "idle")) },
			8: func() { busy++; must(t, s.EndSession("room", "idle")) },
		}
	})
	if code != exitOK || busy != 1 || !strings.Contains(out, "waiting for people to leave idle") {
		t.Errorf("exit code %d, %d: %s", code, busy, out)
	}
}

// What others do while roomsync waits is not overwritten.
func TestThePlanMustFitAfterAWait(t *testing.T) {
	code, out, s := waiting(t, func(s *sandbox.Server) map[int]func() {
		return map[int]func(){4: func() {
			must(t, s.EndSession("room", "a"))
			_, err := s.Put("conference", "gone", nil) // stands for the bare room from now on
			must(t, err)
		}}
	})
	if code != exitStale || !strings.Contains(out, "while rooms were waited for, others have changed") {
		t.Errorf("exit code %d: %s", code, out)
	}
	for _, r := range s.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
}
