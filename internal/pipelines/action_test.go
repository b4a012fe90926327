package pipelines

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// action is what there is in action.yml, and all that there may be.
type action struct {
	Name, Description string
	Inputs            map[string]struct {
		Description string
		Default     *string
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []step
	}
}

type step struct {
	ID, Uses, Shell, Run string
	If                   string
	Dir                  string `yaml:"working-directory"`
	Env, With            map[string]string
}

func readAction(t *testing.T) action {
	t.Helper()
	var a action
	decode(t, filepath.Join(root, ".github/actions/roomsync/action.yml"), &a)
	return a
}

func (a action) step(id string) step {
	return a.Runs.Steps[slices.IndexFunc(a.Runs.Steps, func(s step) bool { return s.ID == id })]
}

var expression = regexp.MustCompile(`\$\{\{ (.*?) \}\}`)

// evaluate does to an expression what GitHub does, as far as the action goes.
func evaluate(t *testing.T, text string, context map[string]string) string {
	return expression.ReplaceAllStringFunc(text, func(s string) string {
		inner := expression.FindStringSubmatch(s)[1]
		value := func(name string) string {
			if name == "false" {
				return name
			}
			v, ok := context[name]
			if !ok && !strings.HasPrefix(name, "env.") {
				t.Errorf("nothing is known of %s", name)
			}
			return v
		}
		if a, b, ok := strings.Cut(inner, " || "); ok {
			if v := value(a); v != "" {
				return v
			}
			return value(b)
		}
		if a, b, ok := strings.Cut(inner, " && "); ok {
			if v := value(a); v == "" {
				return v
			}
			return value(b)
		}
		return value(inner)
	})
}

// values is one use of the action: its inputs as in a workflow, and what else
// GitHub knows, such as env.SIGNALWIRE_SPACE and github.token.
type values map[string]string

// prepare makes the command that GitHub would start for a step of the action.
func (a action) prepare(t *testing.T, id string, use values) (*exec.Cmd, string) {
	t.Helper()
	needs(t, "bash")
	context := map[string]string{"github.token": "ghs_job", "github.action_path": filepath.Join(root, ".github/actions/roomsync"),
		"github.server_url": "https://github.invalid", "github.action_repository": "", "github.action_ref": ""}
	for name, input := range a.Inputs {
		context["inputs."+name] = evaluate(t, *input.Default, context)
	}
	for name, v := range use {
		if _, ok := a.Inputs[name]; ok {
			name = "inputs." + name
		} else if !strings.Contains(name, ".") {
			t.Errorf("there is no input %s", name)
		}
		context[name] = v
	}
	s := a.step(id)
	dir := t.TempDir()
	output := filepath.Join(dir, "output")
	env := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": output, "RUNNER_TEMP": dir,
		"GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"), "GITHUB_EVENT_NAME": "push", "GITHUB_ACTION_PATH": context["github.action_path"]}
	for name, v := range use {
		if name, ok := strings.CutPrefix(name, "env."); ok {
			env[name] = v // of the job
		}
	}
	for name, v := range s.Env {
		env[name] = evaluate(t, v, context)
	}
	script := filepath.Join(dir, "script.sh")
	write(t, script, s.Run, 0o600)
	write(t, output, "", 0o600)
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script)
	cmd.Env, cmd.Dir = environ(env), work
	return cmd, output
}

// outputs reads what GitHub would from $GITHUB_OUTPUT: NAME=VALUE, or NAME<<END
// and lines up to END.
func outputs(t *testing.T, path string) map[string]string {
	t.Helper()
	got := make(map[string]string)
	name, end := "", ""
	for line := range strings.Lines(read(t, path)) {
		line = strings.TrimSuffix(line, "\n")
		short, v, isShort := strings.Cut(line, "=")
		long, mark, isLong := strings.Cut(line, "<<")
		switch {
		case end != "" && line == end:
			got[name], end = strings.TrimSuffix(got[name], "\n"), ""
		case end != "":
			got[name] += line + "\n"
		case isLong && (!isShort || len(long) < len(short)):
			name, end = long, mark
		case isShort:
			got[short] = v
		default:
			t.Errorf("%q is not an output", line)
		}
	}
	return got
}

// TestActionFile: every input is described, optional and used, no script has an
// expression in it, and the outputs are those that were promised.
func TestActionFile(t *testing.T) {
	a := readAction(t)
	if a.Runs.Using != "composite" {
		t.Errorf("it is %s", a.Runs.Using)
	}
	var everything strings.Builder
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("the script %q has an expression in it", s.Run)
		}
		if s.Run != "" && s.Shell != "bash" {
			t.Errorf("the script %q has no shell", s.Run)
		}
		everything.WriteString(s.Dir + "\n")
		for name, v := range s.Env {
			everything.WriteString(v + "\n")
			_, script, _ := strings.Cut(s.Run, "$GITHUB_ACTION_PATH/")
			text := read(t, filepath.Join(root, ".github/actions/roomsync", strings.TrimSuffix(script, `"`)))
			// What is for roomsync itself, the script does not mention.
			if !strings.Contains(text, "$"+name) && !strings.Contains(text, "${"+name) && !strings.HasPrefix(name, "SIGNALWIRE_") && name != "GITHUB_TOKEN" {
				t.Errorf("%s is set for %s, which does not use it", name, script)
			}
		}
	}
	for name, input := range a.Inputs {
		if input.Description == "" || input.Default == nil {
			t.Errorf("input %s lacks a description or a default", name)
		}
		if !regexp.MustCompile(`inputs\.` + name + `\b[^-]`).MatchString(everything.String()) {
			t.Errorf("input %s is not used", name)
		}
	}
	var names []string
	for name, output := range a.Outputs {
		names = append(names, name)
		if output.Description == "" || !strings.Contains(output.Value, "${{ steps.run.outputs."+name+" ") {
			t.Errorf("output %s lacks a description, or is not that of roomsync: %s", name, output.Value)
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff([]string{"changes", "creates", "deletes", "digest", "failure-reason", "plan-file", "renames", "updates"}, names); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}
