package pipelines

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// workflow is what the examples have of a workflow, and all that they may have.
type workflow struct {
	Name        string
	On          map[string]any
	Permissions *map[string]string
	Concurrency *struct {
		Group  string
		Cancel *bool `yaml:"cancel-in-progress"`
	}
	Jobs map[string]struct {
		Strategy               strategy
		If, Needs, Environment string
		RunsOn                 string `yaml:"runs-on"`
		Timeout                int    `yaml:"timeout-minutes"`
		Permissions            map[string]string
		Outputs                map[string]string
		Steps                  []step
	}
}

// strategy is a job for each of several environments.
type strategy struct {
	FailFast *bool `yaml:"fail-fast"`
	Matrix   struct{ Environment []string }
}

func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	return workflowsIn(t, filepath.Join(root, "examples/github"))
}

func workflowsIn(t *testing.T, dir string) map[string]workflow {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.yml"))
	if err != nil || len(paths) != 3 {
		t.Fatalf("%v: %v", paths, err)
	}
	all := make(map[string]workflow)
	for _, path := range paths {
		var w workflow
		decode(t, path, &w)
		all[filepath.Base(path)] = w
	}
	return all
}

// TestWorkflowsMayLittle: each job may do what it needs and nothing else, and
// no workflow hands secrets to what a stranger wrote.
func TestWorkflowsMayLittle(t *testing.T) {
	want := map[string]map[string]string{
		"plan.yml/plan":   {"contents": "read", "pull-requests": "write"},
		"apply.yml/plan":  {"contents": "read"},
		"apply.yml/apply": {"contents": "read", "pull-requests": "write"},
		"drift.yml/drift": {"contents": "read", "issues": "write"},
	}
	mayLittle(t, workflows(t), want)
	for _, job := range []string{"plan", "apply"} {
		want["apply-one.yml/"+job] = want["apply.yml/"+job]
		delete(want, "apply.yml/"+job) // it only calls the other one
	}
	mayLittle(t, environmentWorkflows(t), want)
}

func mayLittle(t *testing.T, all map[string]workflow, want map[string]map[string]string) {
	t.Helper()
	got := make(map[string]map[string]string)
	for name, w := range all {
		if w.Permissions == nil || len(*w.Permissions) > 0 {
			t.Errorf("%s does not begin with no permissions at all", name)
		}
		if _, ok := w.On["pull_request_target"]; ok {
			t.Errorf("%s runs on pull_request_target", name)
		}
		for id, job := range w.Jobs {
			got[name+"/"+id] = job.Permissions
			if job.Timeout == 0 {
				t.Errorf("%s/%s has no timeout", name, id)
			}
			for _, s := range job.Steps {
				if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != "false" {
					t.Errorf("%s/%s leaves GitHub's token lying about in the checkout", name, id)
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
}

// TestWorkflowsUseTheActionRightly gives what they give the action to the
// action, with GitHub's values filled in.
func TestWorkflowsUseTheActionRightly(t *testing.T) {
	checkUses(t, workflows(t), "rooms.yaml")
}

// atPush and byHand are what a run knows of the inputs that lift guards.
var (
	atPush = map[string]string{"inputs.max-deletes": "", "inputs.in-use": "", "inputs.allow-empty": ""}
	byHand = map[string]string{"inputs.max-deletes": "20", "inputs.in-use": "skip", "inputs.allow-empty": "true"}
)

const lifted = " --max-deletes=20 --allow-empty --in-use=skip"

// checkUses holds what workflows give the action against what each is to do
// with the file.
func checkUses(t *testing.T, all map[string]workflow, file string) {
	t.Helper()
	for guards, given := range map[string]map[string]string{"": atPush, lifted: byHand} {
		checkArguments(t, all, given, map[string]string{
			"plan.yml/plan":   "plan --file=" + file + " --environment=production --github",
			"apply.yml/plan":  "plan --file=" + file + " --environment=production" + guards,
			"apply.yml/apply": "apply --file=" + file + " --environment=production" + guards + " --report=report.json --expect-plan=" + aDigest + " --github --yes",
			"drift.yml/drift": "drift --file=" + file + " --environment=production --github-issue",
		})
	}
}

// checkArguments runs the action as workflows use it in a run that was given
// some inputs.
func checkArguments(t *testing.T, all map[string]workflow, given, want map[string]string) {
	t.Helper()
	context := map[string]string{"vars.SIGNALWIRE_SPACE": "example.signalwire.com", "vars.SIGNALWIRE_PROJECT_ID": "p",
		"secrets.SIGNALWIRE_API_TOKEN": "PT-secret", "needs.plan.outputs.digest": aDigest}
	maps.Copy(context, given)
	got := make(map[string]string)
	for name, w := range all {
		for id, job := range w.Jobs {
			for _, s := range job.Steps {
				if s.Uses != placeholder {
					continue
				}
				use := values{}
				for input, v := range s.With {
					use[input] = evaluate(t, v, context)
				}
				seen := runAction(t, use)
				got[name+"/"+id] = strings.Join(seen.args, " ") + seen.output
				if seen.env["SIGNALWIRE_API_TOKEN"] != "PT-secret" || seen.env["SIGNALWIRE_SPACE"] != "example.signalwire.com" || seen.env["SIGNALWIRE_PROJECT_ID"] != "p" {
					t.Errorf("%s/%s does not hand over its credentials", name, id)
				}
				// GitHub's token is for jobs that may write with it.
				if _, has := seen.env["GITHUB_TOKEN"]; has != (len(job.Permissions) > 1) {
					t.Errorf("%s/%s: has a token: %v, may write: %v", name, id, has, job.Permissions)
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
}

// TestApplyIsReviewedAndNotCancelled: it needs a person, carries out the plan
// that the person saw, and nothing ends it early.
func TestApplyIsReviewedAndNotCancelled(t *testing.T) {
	groups := make(map[string]bool)
	for name, w := range workflows(t) {
		if w.Concurrency == nil || w.Concurrency.Group == "" || w.Concurrency.Cancel == nil {
			t.Fatalf("%s does not say what may run at a time", name)
		}
		if groups[w.Concurrency.Group] {
			t.Errorf("%s shares its group: one that waits there takes the place of another", name)
		}
		groups[w.Concurrency.Group] = true
		applies := strings.Contains(read(t, filepath.Join(root, "examples/github", name)), "mode: apply")
		if applies && *w.Concurrency.Cancel {
			t.Errorf("%s cancels an apply", name)
		}
		if applies && strings.Contains(w.Concurrency.Group, "${{") {
			t.Errorf("%s applies in several groups: %s", name, w.Concurrency.Group)
		}
	}
	apply := workflows(t)["apply.yml"]
	if job := apply.Jobs["apply"]; job.Environment == "" || job.Needs != "plan" || job.If != "needs.plan.outputs.changes == 'true'" {
		t.Errorf("the apply is %+v", job)
	}
	plan := apply.Jobs["plan"]
	if diff := cmp.Diff(map[string]string{"changes": "${{ steps.plan.outputs.changes }}", "digest": "${{ steps.plan.outputs.digest }}"}, plan.Outputs); diff != "" {
		t.Errorf("outputs of the plan (-want +got):\n%s", diff)
	}
	if !slices.ContainsFunc(plan.Steps, func(s step) bool { return s.ID == "plan" && s.Uses == placeholder }) {
		t.Error("these outputs are of no step")
	}
}

// TestExamplesAreFilledInAsTheReadmeSays runs the README's commands on a copy.
func TestExamplesAreFilledInAsTheReadmeSays(t *testing.T) {
	needs(t, "bash", "sed")
	readme := read(t, filepath.Join(root, "examples/github/README.md"))
	commands := regexp.MustCompile("(?sm)^ *```sh\n(.*?)```").FindAllStringSubmatch(readme, -1)
	if len(commands) != 2 {
		t.Fatalf("there are %d commands, want one for a single file and one for several environments", len(commands))
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "roomsync"), os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
	}
	for i, names := range [][]string{{"plan.yml", "apply.yml", "drift.yml"}, {"plan.yml", "apply.yml", "apply-one.yml", "drift.yml"}} {
		work := filepath.Join(dir, strconv.Itoa(i))
		if err := os.Mkdir(work, 0o700); err != nil {
			t.Fatal(err)
		}
		script := strings.ReplaceAll(commands[i][1], "path/to/roomsync/examples", filepath.Join(dir, "roomsync"))
		cmd := exec.Command("bash", "-euo", "pipefail", "-c", script)
		cmd.Dir, cmd.Env = work, environ(nil)
		if got := finish(t, cmd); got.code != 0 {
			t.Fatalf("exit code %d: %s", got.code, got.output)
		}
		filledIn(t, filepath.Join(work, ".github/workflows"), names)
	}
}

// filledIn checks that a folder has these workflows and no others, and that no
// placeholder is left in them.
func filledIn(t *testing.T, dir string, names []string) {
	t.Helper()
	if files, err := os.ReadDir(dir); err != nil || len(files) != len(names) {
		t.Errorf("%v: %v, want %v", err, files, names)
	}
	for _, name := range names {
		text := read(t, filepath.Join(dir, name))
		if strings.Contains(text, "__OWNER__") || strings.Contains(text, strings.Repeat("0", 40)) {
			t.Errorf("%s is not filled in", name)
		}
		for _, m := range usesLine.FindAllStringSubmatch(text, -1) {
			if !pinned.MatchString(m[1]) && !strings.HasPrefix(m[1], "./") {
				t.Errorf("%s uses %s", name, m[1])
			}
		}
	}
}
