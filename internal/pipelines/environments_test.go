package pipelines

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"roomsync/internal/sandbox"
	"roomsync/internal/signalwire"
)

// applyJob is what the example has of an Indexed Job, and all that it may have.
type applyJob struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Spec       struct {
		Mode                     string `yaml:"completionMode"`
		Completions, Parallelism int
		Backoff                  *int `yaml:"backoffLimitPerIndex"`
		MaxFailed                int  `yaml:"maxFailedIndexes"`
		Deadline                 int  `yaml:"activeDeadlineSeconds"`
		TTL                      int  `yaml:"ttlSecondsAfterFinished"`
		Failures                 struct {
			Rules []struct {
				Action string
				Codes  struct {
					Container string `yaml:"containerName"`
					Operator  string
					Values    []int
				} `yaml:"onExitCodes"`
			}
		} `yaml:"podFailurePolicy"`
		Template struct {
			Metadata struct{ Labels map[string]string }
			Spec     pod
		}
	}
}

func readApplyJob(t *testing.T) (script string, job applyJob, env map[string]string) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(read(t, filepath.Join(root, "examples/kubernetes/apply-job.yaml"))))
	d.KnownFields(true)
	var scripts configMap
	if err := d.Decode(&scripts); err != nil {
		t.Fatal(err)
	}
	if err := d.Decode(&job); err != nil {
		t.Fatal(err)
	}
	if job.APIVersion != "batch/v1" || job.Kind != "Job" || job.Spec.Mode != "Indexed" {
		t.Fatalf("%s %s, %s", job.APIVersion, job.Kind, job.Spec.Mode)
	}
	env = make(map[string]string)
	for _, e := range job.Spec.Template.Spec.Containers[0].Env {
		env[e.Name] = e.Value
	}
	return scripts.Data["apply-one.sh"], job, env
}

// environments are those of examples/environments.
func environments(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "examples/environments/*.env"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %v", files, err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".env")
	}
	return files
}

// TestApplyJobHasAPodForEachEnvironment, and they share what a single apply
// would take of the account.
func TestApplyJobHasAPodForEachEnvironment(t *testing.T) {
	_, job, env := readApplyJob(t)
	names := strings.Fields(env["ENVIRONMENTS"])
	if job.Spec.Completions != len(names) || job.Spec.MaxFailed < len(names) {
		t.Errorf("%d completions for %q", job.Spec.Completions, names)
	}
	slices.Sort(names)
	if diff := cmp.Diff(environments(t), names); diff != "" {
		t.Errorf("environments (-folder +job):\n%s", diff)
	}
	shares(t, env["RATE"], job.Spec.Parallelism)
	p := job.Spec.Template.Spec
	c := p.Containers[0]
	if p.Restart != "Never" || p.Grace < 10 || p.AccountToken == nil || *p.AccountToken || !p.Security.NonRoot || !c.Security.ReadOnly || c.Security.Escalation == nil || *c.Security.Escalation {
		t.Errorf("the pod is %+v", p)
	}
	for _, m := range c.Mounts {
		if !m.ReadOnly {
			t.Errorf("it may write to %s", m.Path)
		}
	}
	for _, r := range job.Spec.Failures.Rules { // 3 is a failure that another try may mend
		if r.Codes.Container != c.Name || slices.Contains(r.Codes.Values, 3) || slices.Contains(r.Codes.Values, 130) {
			t.Errorf("a rule for failures is %+v", r)
		}
	}
	if !strings.Contains(read(t, filepath.Join(root, "examples/kubernetes/Dockerfile")), " AS shell\n") {
		t.Error("no image has a shell")
	}
}

// shares checks that so many at a time stay within the rate of one.
func shares(t *testing.T, rate string, applies int) {
	t.Helper()
	if n, err := strconv.Atoi(rate); err != nil || n < 1 || n*applies > signalwire.DefaultRate {
		t.Errorf("%d applies at a time with a rate of %q", applies, rate)
	}
}

// TestApplyJobAppliesEachEnvironment runs the script of each pod with the folder
// of environments, each against a space of its own.
func TestApplyJobAppliesEachEnvironment(t *testing.T) {
	needs(t, "sh")
	script, job, env := readApplyJob(t)
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "environments"), os.DirFS(filepath.Join(root, "examples/environments"))); err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(env["ENVIRONMENTS"])
	var spaces []string
	for i, name := range names {
		project := "project-" + name
		spaces = append(spaces, serve(t, sandbox.New(sandbox.Options{Project: project, Token: "PT-" + name})))
		for file, text := range map[string]string{"space": spaces[i], "project": project, "token": "PT-" + name + "\n"} {
			write(t, filepath.Join(dir, "credentials", name+"."+file), text, 0o600)
		}
	}
	for _, mounted := range []string{"environments", "credentials"} {
		script = strings.ReplaceAll(script, "/"+mounted+"/", dir+"/"+mounted+"/")
	}
	write(t, filepath.Join(dir, "apply-one.sh"), script, 0o600)
	path := filepath.Dir(roomsync(t)) + string(os.PathListSeparator) + os.Getenv("PATH")
	for index := range job.Spec.Completions {
		for _, want := range []string{"to create", "nothing to do"} {
			cmd := exec.Command("sh", filepath.Join(dir, "apply-one.sh"))
			cmd.Env = append(environ(map[string]string{"JOB_COMPLETION_INDEX": strconv.Itoa(index), "ENVIRONMENTS": env["ENVIRONMENTS"], "RATE": env["RATE"],
				// The files name spaces of their own, which a sandbox is not.
				"ROOMSYNC_VAR_SPACE": strings.TrimPrefix(spaces[index], "http://")}), "PATH="+path)
			got := finish(t, cmd)
			if got.code != 0 || !strings.Contains(strings.ToLower(got.output), want) {
				t.Errorf("%s: exit code %d, want %q: %s", names[index], got.code, want, got.output)
			}
		}
	}
}
