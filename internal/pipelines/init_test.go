package pipelines

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInitWritesTheExamples runs roomsync init --github, and holds what it
// writes against the examples: only names of files may differ.
func TestInitWritesTheExamples(t *testing.T) {
	for _, file := range []string{"rooms.yaml", "prod/rooms.yml"} {
		dir := t.TempDir()
		cmd := exec.Command(roomsync(t), "init", "--github", "--file", file)
		cmd.Dir, cmd.Env = dir, environ(nil)
		if got := finish(t, cmd); got.code != 0 {
			t.Fatalf("exit code %d: %s", got.code, got.output)
		}
		made := filepath.Join(dir, ".github/workflows")
		all := make(map[string]workflow)
		for name, w := range workflowsIn(t, made) {
			short, ok := strings.CutPrefix(name, "roomsync-")
			if !ok {
				t.Fatalf("a workflow is called %s", name)
			}
			all[short] = w
			text, example := read(t, filepath.Join(made, name)), read(t, filepath.Join(root, "examples/github", short))
			text = strings.ReplaceAll(text, ".github/workflows/roomsync-", ".github/workflows/")
			if file != "rooms.yaml" {
				text = strings.ReplaceAll(strings.ReplaceAll(text, "          config: "+file+"\n", ""), file, "rooms.yaml")
			}
			if diff := cmp.Diff(example, text); diff != "" {
				t.Errorf("%s for %s (-example +written):\n%s", name, file, diff)
			}
		}
		checkUses(t, all, file)
		for short, event := range map[string]string{"plan.yml": "pull_request", "apply.yml": "push"} {
			on, _ := all[short].On[event].(map[string]any)
			if diff := cmp.Diff([]any{file, ".github/workflows/roomsync-" + short}, on["paths"]); diff != "" {
				t.Errorf("%s for %s runs on (-want +got):\n%s", short, file, diff)
			}
		}
	}
}

// TestInitTellsHowToFillTheWorkflowsIn runs the command that it prints.
func TestInitTellsHowToFillTheWorkflowsIn(t *testing.T) {
	needs(t, "bash", "sed")
	dir := t.TempDir()
	cmd := exec.Command(roomsync(t), "init", "--github")
	cmd.Dir, cmd.Env = dir, environ(nil)
	got := finish(t, cmd)
	var script []string
	for line := range strings.Lines(got.output) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "sed ") || strings.HasPrefix(line, "rm ") {
			script = append(script, line)
		}
	}
	if got.code != 0 || len(script) != 2 {
		t.Fatalf("exit code %d: %s", got.code, got.output)
	}
	commit := strings.Repeat("c0de", 10)
	text := strings.NewReplacer("COMMIT", commit, "OWNER/", "example/", "__OWNER__", "__OWNER__").Replace(strings.Join(script, "\n"))
	cmd = exec.Command("bash", "-euo", "pipefail", "-c", text)
	cmd.Dir, cmd.Env = dir, environ(nil)
	if got := finish(t, cmd); got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.output)
	}
	files, err := os.ReadDir(filepath.Join(dir, ".github/workflows"))
	if err != nil || len(files) != 3 {
		t.Fatalf("%v: %v", files, err)
	}
	for _, f := range files {
		text := read(t, filepath.Join(dir, ".github/workflows", f.Name()))
		if !strings.Contains(text, "uses: example/roomsync/.github/actions/roomsync@"+commit+"\n") || strings.Contains(text, "__OWNER__") {
			t.Errorf("%s is not filled in:\n%s", f.Name(), text)
		}
	}
}
