package cli

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roomsync/internal/sandbox"
	"roomsync/internal/signalwire"
)

// TestWhatIsNeverDeleted runs sequences of commands: without --prune nothing is
// ever deleted, and with it never a room that is protected, ignored, unmanaged,
// in the file, in use, or perhaps a conference's image.
func TestWhatIsNeverDeleted(t *testing.T) {
	t.Chdir(t.TempDir())
	deleted := 0
	rapid.Check(t, func(rt *rapid.T) {
		s := sandbox.New(sandbox.Options{Faults: sandbox.Faults{sandbox.Twins: 1}})
		web := httptest.NewServer(s)
		defer web.Close()
		client, err := signalwire.New(signalwire.Options{Space: web.URL, Project: sandbox.DemoProject, Token: sandbox.DemoToken})
		if err != nil {
			rt.Fatal(err)
		}
		names := rapid.SampledFrom([]string{"a", "b", "team-a", "team-b", "team-c", "x"})
		kinds := rapid.SampledFrom([]string{"conference", "conference", "room"})
		occupied := make(map[string]bool) // by ID
		for range rapid.IntRange(1, 8).Draw(rt, "live") {
			kind, name := kinds.Draw(rt, "kind"), names.Draw(rt, "name")
			if _, err := s.Put(kind, name, nil); err != nil {
				rt.Fatal(err)
			}
			if rapid.IntRange(0, 3).Draw(rt, "in use") == 0 {
				_ = s.StartSession(kind, name) // two of one name: nobody's matter here
			}
		}
		for range rapid.IntRange(1, 4).Draw(rt, "commands") {
			globs := rapid.SliceOfN(rapid.SampledFrom([]string{"team-*", "*", "team-a", "?"}), 0, 2)
			manage, protect, ignore := globs.Draw(rt, "manage"), globs.Draw(rt, "protect"), globs.Draw(rt, "ignore")
			file := fmt.Sprintf("version: 1\nmanage: %s\nprotect: %s\nignore:\n", list(manage), list(protect))
			for _, g := range ignore {
				file += fmt.Sprintf("  - {rooms: %q}\n", g)
			}
			if len(ignore) == 0 {
				file = strings.TrimSuffix(file, "ignore:\n")
			}
			file += "rooms:\n"
			wanted := rapid.SliceOfNDistinct(names, 0, 3, rapid.ID).Draw(rt, "wanted")
			wanted = slices.DeleteFunc(wanted, func(n string) bool { return !anyGlob(manage, n) })
			for _, n := range wanted {
				file += fmt.Sprintf("  - {name: %s, prebuilt_ui: %t}\n", n, rapid.Bool().Draw(rt, "with UI"))
			}
			if len(wanted) == 0 {
				file = strings.TrimSuffix(file, "rooms:\n") + "rooms: []\n"
			}
			if err := os.WriteFile("rooms.yaml", []byte(file), 0o600); err != nil {
				rt.Fatal(err)
			}
			args := []string{rapid.SampledFrom([]string{"plan", "apply", "apply", "apply"}).Draw(rt, "command"), "--quiet"}
			if args[0] == "apply" {
				args = append(args, "--yes")
			}
			prune := rapid.Bool().Draw(rt, "prune")
			if prune {
				args = append(args, "--prune", "--allow-empty", "--max-deletes", "9")
			}
			args = append(args, "--in-use", rapid.SampledFrom([]string{"refuse", "skip"}).Draw(rt, "in use"))

			before, err := client.List(t.Context(), signalwire.ListOptions{Sessions: true})
			if err != nil {
				rt.Fatal(err)
			}
			shadows := make(map[string]bool)
			for _, l := range before {
				occupied[l.ID] = l.Session.InProgress()
				shadows[l.Name] = shadows[l.Name] || l.Kind == "conference"
			}
			w := &world{signals: make(chan os.Signal, 2), env: map[string]string{
				"SIGNALWIRE_SPACE": web.URL, "SIGNALWIRE_PROJECT_ID": sandbox.DemoProject, "SIGNALWIRE_API_TOKEN": sandbox.DemoToken,
			}}
			if code := Main(args, w.system()); code == exitError {
				rt.Fatalf("%v: %s\n%s", args, w.err.String(), file)
			}
			after, err := client.List(t.Context(), signalwire.ListOptions{})
			if err != nil {
				rt.Fatal(err)
			}
			there := make(map[string]bool)
			for _, l := range after {
				there[l.ID] = true
			}
			for _, l := range before {
				if there[l.ID] {
					continue
				}
				deleted++
				if !prune || args[0] == "plan" || !anyGlob(manage, l.Name) || anyGlob(protect, l.Name) || anyGlob(ignore, l.Name) ||
					slices.Contains(wanted, l.Name) || occupied[l.ID] || l.Kind == "room" && shadows[l.Name] {
					rt.Fatalf("%s %s is gone after %v with\n%s", l.Kind, l.Name, args, file)
				}
			}
		}
	})
	if deleted == 0 {
		t.Error("nothing was ever deleted, so nothing was tested")
	}
}

func list(globs []string) string {
	raw, _ := json.Marshal(append([]string{}, globs...))
	return string(raw)
}

func anyGlob(globs []string, name string) bool {
	return slices.ContainsFunc(globs, func(g string) bool { ok, _ := path.Match(g, name); return ok })
}

// Who waits for a room to empty can change their mind.
func TestAnInterruptEndsTheWaitForARoom(t *testing.T) {
	s := sandbox.New(sandbox.Options{Record: true})
	w := inSpace(t, s)
	if err := os.WriteFile("rooms.yaml", []byte("version: 1\nmanage: [\"*\"]\nrooms:\n  - name: sales\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put("conference", "old", nil); err != nil {
		t.Fatal(err)
	}
	if err := s.StartSession("conference", "old"); err != nil {
		t.Fatal(err)
	}
	code := w.begin("apply", "--yes", "--prune", "--in-use", "wait", "--report", "report.json")
	w.err.await("waiting for people to leave old, for up to 15m0s")
	w.signals <- os.Interrupt
	if got := <-code; got != exitInterrupted || !strings.Contains(w.out.String(), "interrupted before anything was begun") {
		t.Errorf("exit code %d: %s", got, w.out.String())
	}
	for _, r := range s.Requests() {
		if r.Method != "GET" {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
	if raw, err := os.ReadFile("report.json"); err != nil || !strings.Contains(string(raw), `"exit_code": 130`) {
		t.Errorf("report: %s, %v", raw, err)
	}
}
