package cli

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"roomsync/internal/sandbox"
)

// killRounds is how often the program is killed; go test -count 3 kills it more
// often, each time at other writes.
const killRounds = 20

// TestKilledApplyConverges kills the real program at a random request of an
// apply of 200 rooms and applies again: then every room is there, once, and
// nothing is left to do.
func TestKilledApplyConverges(t *testing.T) {
	const rooms = 200
	var file strings.Builder
	file.WriteString("version: 1\nmanage: [\"r-*\"]\nrooms:\n")
	for i := range rooms {
		fmt.Fprintf(&file, "  - {name: r-%d, size: small, user_join_video_off: %t}\n", i, i%10 == 0)
	}
	path := filepath.Join(t.TempDir(), "rooms.yaml")
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	for round := range killRounds {
		// Nothing but care prevents duplicates on this server.
		server := sandbox.New(sandbox.Options{Record: true, Latency: time.Millisecond, Faults: sandbox.Faults{sandbox.Twins: 1}})
		var writes atomic.Int64
		killAt := random.Int64N(rooms) + 1
		reached := make(chan struct{})
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet && writes.Add(1) == killAt {
				close(reached)
			}
			server.ServeHTTP(w, r)
		}))
		run := func(args ...string) *exec.Cmd {
			cmd := exec.Command("roomsync", append(args, "-f", path, "--rate", "1380")...)
			cmd.Env = append(os.Environ(), "SIGNALWIRE_SPACE="+web.URL,
				"SIGNALWIRE_PROJECT_ID="+sandbox.DemoProject, "SIGNALWIRE_API_TOKEN="+sandbox.DemoToken)
			return cmd
		}
		killed := run("apply", "--yes")
		if err := killed.Start(); err != nil {
			t.Fatal(err)
		}
		<-reached
		if err := killed.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := killed.Wait(); err == nil {
			t.Errorf("round %d: the program was not killed", round)
		}
		// What is still under way on the server is done before it is closed or
		// asked again: a killed program's requests have been read or have not.
		web.CloseClientConnections()
		if out, err := run("apply", "--yes").CombinedOutput(); err != nil {
			t.Fatalf("round %d, killed at write %d: %v\n%s", round, killAt, err, out)
		}
		if out, err := run("plan", "--detailed-exitcode", "--prune").CombinedOutput(); err != nil {
			t.Errorf("round %d, killed at write %d: something is left to do: %v\n%s", round, killAt, err, out)
		}
		web.Close()
		made := make(map[string]int)
		for _, r := range server.Requests() {
			if r.Method == http.MethodPost && r.Status == http.StatusOK {
				name, _, _ := strings.Cut(r.Body[strings.Index(r.Body, `"name":"`)+8:], `"`)
				made[name]++
			}
		}
		for name, n := range made {
			if n != 1 {
				t.Errorf("round %d, killed at write %d: %s was made %d times", round, killAt, name, n)
			}
		}
		if len(made) != rooms {
			t.Errorf("round %d: %d rooms were made, want %d", round, len(made), rooms)
		}
	}
}
