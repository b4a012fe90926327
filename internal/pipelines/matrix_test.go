package pipelines

import (
	"maps"
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
		If          string
		Strategy    strategy
		Permissions map[string]string
		Uses        string
		With        map[string]string
		Secrets     string
	}
}

// environmentWorkflows are those of the folder that have steps: all but
// apply.yml, which calls apply-one.yml.
func environmentWorkflows(t *testing.T) map[string]workflow {
	t.Helper()
	all := make(map[string]workflow)
	for _, name := range []string{"plan.yml", "apply-one.yml", "drift.yml"} {
		var w workflow
		decode(t, filepath.Join(root, "examples/github/environments", name), &w)
		all[name] = w
	}
	return all
}

// TestMatrixHasEveryEnvironment, with a share of the rate for each, and calls
// the workflow that is beside it.
func TestMatrixHasEveryEnvironment(t *testing.T) {
	var all matrix
	decode(t, filepath.Join(root, "examples/github/environments/apply.yml"), &all)
	var one workflow
	decode(t, filepath.Join(root, "examples/github/environments/apply-one.yml"), &one)
	job := all.Jobs["environment"]
	strategies := map[string]strategy{"apply.yml": job.Strategy}
	for _, name := range []string{"plan", "drift"} {
		strategies[name+".yml"] = environmentWorkflows(t)[name+".yml"].Jobs[name].Strategy
	}
	names := environments(t)
	for file, s := range strategies {
		if diff := cmp.Diff(names, slices.Sorted(slices.Values(s.Matrix.Environment))); diff != "" {
			t.Errorf("environments (-folder +%s):\n%s", file, diff)
		}
		if s.FailFast == nil || *s.FailFast {
			t.Errorf("in %s one environment's failure ends the others", file)
		}
	}
	shares(t, job.With["rate"], len(names))
	if job.Uses != "./.github/workflows/apply-one.yml" || job.With["environment"] != "${{ matrix.environment }}" {
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

// TestMatrixRunsEachEnvironment runs roomsync with the arguments that the action
// makes of each job's inputs, in the folder of environments, each against a
// space of its own: a pull request's plan, then the plan and the apply after the
// merge, which carries out what the plan said, then drift, which finds none.
func TestMatrixRunsEachEnvironment(t *testing.T) {
	var all matrix
	decode(t, filepath.Join(root, "examples/github/environments/apply.yml"), &all)
	flows := environmentWorkflows(t)
	caller := all.Jobs["environment"]
	for _, name := range caller.Strategy.Matrix.Environment {
		space := serve(t, sandbox.New(sandbox.Options{}))
		context := map[string]string{"matrix.environment": name, "vars.SIGNALWIRE_SPACE": space,
			"vars.SIGNALWIRE_PROJECT_ID": sandbox.DemoProject, "secrets.SIGNALWIRE_API_TOKEN": sandbox.DemoToken}
		called := maps.Clone(context)
		maps.Copy(context, atPush)
		for input, v := range caller.With {
			called["inputs."+input] = evaluate(t, v, context)
		}
		report := filepath.Join(t.TempDir(), "report.json") // the examples may not get one
		run := func(file, job string, context map[string]string) result {
			s := actionStep(t, flows[file].Jobs[job].Steps)
			use := values{}
			for input, v := range s.With {
				use[input] = evaluate(t, v, context)
			}
			use["comment"], use["issue"] = "false", "false" // there is no GitHub here
			if evaluate(t, flows[file].Jobs[job].Environment, context) != name+"-plan" && job != "apply" {
				t.Errorf("%s/%s takes its credentials from %q", file, job, flows[file].Jobs[job].Environment)
			}
			if use["working-directory"] != "rooms" || use["environment"] != name {
				t.Errorf("%s/%s is for %q, in %q", file, job, use["environment"], use["working-directory"])
			}
			seen := runAction(t, use)
			for i, a := range seen.args {
				seen.args[i] = strings.Replace(a, "--report=report.json", "--report="+report, 1)
			}
			cmd := exec.Command(roomsync(t), append(seen.args, "--format=json", "--quiet")...)
			cmd.Dir = filepath.Join(root, "examples/environments") // the repository's folder rooms
			cmd.Env = environ(map[string]string{"SIGNALWIRE_SPACE": seen.env["SIGNALWIRE_SPACE"], "SIGNALWIRE_PROJECT_ID": seen.env["SIGNALWIRE_PROJECT_ID"],
				"SIGNALWIRE_API_TOKEN": seen.env["SIGNALWIRE_API_TOKEN"], "ROOMSYNC_VAR_SPACE": strings.TrimPrefix(space, "http://")})
			return finish(t, cmd)
		}
		digest := func(planned result) string {
			_, after, _ := strings.Cut(planned.output, `"digest": "`)
			digest, _, _ := strings.Cut(after, `"`)
			if planned.code != 0 || digest == "" {
				t.Fatalf("%s: plan: exit code %d: %s", name, planned.code, planned.output)
			}
			return digest
		}
		reviewed := digest(run("plan.yml", "plan", context))
		if got := run("drift.yml", "drift", context); got.code != 2 {
			t.Errorf("%s: drift before: exit code %d: %s", name, got.code, got.output)
		}
		called["needs.plan.outputs.digest"] = digest(run("apply-one.yml", "plan", called))
		if reviewed != called["needs.plan.outputs.digest"] {
			t.Errorf("%s: the pull request shows another plan than the run after the merge", name)
		}
		if got := run("apply-one.yml", "apply", called); got.code != 0 || !strings.Contains(got.output, `"applied"`) {
			t.Errorf("%s: apply: exit code %d: %s", name, got.code, got.output)
		}
		if got := run("drift.yml", "drift", context); got.code != 0 {
			t.Errorf("%s: drift: exit code %d: %s", name, got.code, got.output)
		}
	}
}

// TestMatrixLiftsGuards: what a run was given by hand reaches the plan and the
// apply, and what a push gives is nothing.
func TestMatrixLiftsGuards(t *testing.T) {
	var all matrix
	decode(t, filepath.Join(root, "examples/github/environments/apply.yml"), &all)
	one := environmentWorkflows(t)["apply-one.yml"]
	for flags, given := range map[string]map[string]string{"": atPush, lifted: byHand} {
		context := maps.Clone(given)
		context["matrix.environment"] = "prod"
		called := make(map[string]string)
		for input, v := range all.Jobs["environment"].With {
			called["inputs."+input] = evaluate(t, v, context)
		}
		files := " --file=base.yaml --file=prod.yaml --var-file=prod.env --environment=prod" + flags
		checkArguments(t, map[string]workflow{"apply-one.yml": one}, called, map[string]string{
			"apply-one.yml/plan":  "plan" + files,
			"apply-one.yml/apply": "apply" + files + " --rate=230 --report=report.json --expect-plan=" + aDigest + " --github --yes",
		})
	}
}

// actionStep is the step of a job that uses our action.
func actionStep(t *testing.T, steps []step) step {
	t.Helper()
	at := slices.IndexFunc(steps, func(s step) bool { return s.Uses == placeholder })
	if at < 0 {
		t.Fatalf("no step uses the action: %+v", steps)
	}
	return steps[at]
}
