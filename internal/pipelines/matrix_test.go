package pipelines

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

// matrix is what the example has of a workflow that calls another for each of
// several environments, and all that it may have.
type matrix struct {
	Name        string
	On          map[string]any
	Permissions map[string]string
	Concurrency struct {
		Group  string
		Cancel bool `yaml:"cancel-in-progress"`
	}
	Jobs map[string]struct {
		If       string
		Strategy struct {
			FailFast *bool `yaml:"fail-fast"`
			Matrix   struct{ Environment []string }
		}
		Permissions map[string]string
		Uses        string
		With        map[string]string
		Secrets     string
	}
}

// TestMatrixHasEveryEnvironment, with a share of the rate for each, and calls
// the workflow that is beside it.
func TestMatrixHasEveryEnvironment(t *testing.T) {
	var all matrix
	decode(t, filepath.Join(root, "examples/github/environments/apply.yml"), &all)
	var one workflow
	decode(t, filepath.Join(root, "examples/github/environments/apply-one.yml"), &one)
	job := all.Jobs["environment"]
	names := slices.Sorted(slices.Values(job.Strategy.Matrix.Environment))
	if diff := cmp.Diff(environments(t), names); diff != "" {
		t.Errorf("environments (-folder +matrix):\n%s", diff)
	}
	shares(t, job.With["rate"], len(names))
	if job.Uses != "./.github/workflows/apply-one.yml" || job.With["environment"] != "${{ matrix.environment }}" || job.Strategy.FailFast == nil || *job.Strategy.FailFast {
		t.Errorf("the job is %+v", job)
	}
	if all.Concurrency.Cancel || all.Concurrency.Group == "" || strings.Contains(all.Concurrency.Group, "${{") {
		t.Errorf("what may run at a time is %+v", all.Concurrency)
	}
	for id, called := range one.Jobs {
		for what, right := range called.Permissions { // a called workflow cannot have more than its caller
			if job.Permissions[what] != right {
				t.Errorf("%s needs %s: %s", id, what, right)
			}
		}
	}
	plan, apply := one.Jobs["plan"], one.Jobs["apply"]
	if apply.Needs != "plan" || apply.If != "needs.plan.outputs.changes == 'true'" || plan.Environment == apply.Environment {
		t.Errorf("the apply is %+v", apply)
	}
}

// TestMatrixAppliesEachEnvironment runs roomsync with the arguments that the
// action makes of each job's inputs, in the folder of environments, each
// against a space of its own: the apply carries out what the plan said.
func TestMatrixAppliesEachEnvironment(t *testing.T) {
	var all matrix
	decode(t, filepath.Join(root, "examples/github/environments/apply.yml"), &all)
	var one workflow
	decode(t, filepath.Join(root, "examples/github/environments/apply-one.yml"), &one)
	caller := all.Jobs["environment"]
	for _, name := range caller.Strategy.Matrix.Environment {
		space := serve(t, sandbox.New(sandbox.Options{}))
		context := map[string]string{
			"inputs.environment": name, "inputs.rate": caller.With["rate"], "vars.SIGNALWIRE_SPACE": space,
			"vars.SIGNALWIRE_PROJECT_ID": sandbox.DemoProject, "secrets.SIGNALWIRE_API_TOKEN": sandbox.DemoToken,
		}
		run := func(job string) result {
			at := slices.IndexFunc(one.Jobs[job].Steps, func(s step) bool { return s.Uses == placeholder })
			use := values{}
			for input, v := range one.Jobs[job].Steps[at].With {
				use[input] = evaluate(t, v, context)
			}
			use["comment"] = "false"                            // there is no pull request here
			report := filepath.Join(t.TempDir(), "report.json") // nor may the examples get one
			seen := runAction(t, use)
			for i, a := range seen.args {
				seen.args[i] = strings.Replace(a, "--report=report.json", "--report="+report, 1)
			}
			cmd := exec.Command(roomsync(t), append(seen.args, "--format=json", "--quiet")...)
			cmd.Dir = filepath.Join(root, "examples/environments") // the repository's folder rooms
			if use["working-directory"] != "rooms" {
				t.Errorf("%s works in %q", job, use["working-directory"])
			}
			cmd.Env = environ(map[string]string{"SIGNALWIRE_SPACE": seen.env["SIGNALWIRE_SPACE"], "SIGNALWIRE_PROJECT_ID": seen.env["SIGNALWIRE_PROJECT_ID"],
				"SIGNALWIRE_API_TOKEN": seen.env["SIGNALWIRE_API_TOKEN"], "ROOMSYNC_VAR_SPACE": strings.TrimPrefix(space, "http://")})
			return finish(t, cmd)
		}
		planned := run("plan")
		var digest string
		if _, after, ok := strings.Cut(planned.output, `"digest": "`); ok {
			digest, _, _ = strings.Cut(after, `"`)
		}
		if planned.code != 0 || digest == "" {
			t.Fatalf("%s: plan: exit code %d: %s", name, planned.code, planned.output)
		}
		context["needs.plan.outputs.digest"] = digest
		if got := run("apply"); got.code != 0 || !strings.Contains(got.output, `"applied"`) {
			t.Errorf("%s: apply: exit code %d: %s", name, got.code, got.output)
		}
	}
}
