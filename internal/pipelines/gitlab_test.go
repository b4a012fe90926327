package pipelines

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"roomsync/internal/sandbox"
)

// job is what the example has of a job in GitLab, and all that it may have.
type job struct {
	Extends                            oneOrMore
	Stage, Image, Timeout, Environment string
	Variables                          map[string]string
	Needs                              []string
	Interruptible                      *bool
	ResourceGroup                      string   `yaml:"resource_group"`
	Before                             []string `yaml:"before_script"`
	Script                             []string
	Artifacts                          struct {
		When, Access string
		Expire       string `yaml:"expire_in"`
		Paths        []string
		Reports      map[string]string
	}
	Rules   []rule
	Changes []string // of the rules that are there to be referred to
	If      string
}

// oneOrMore is a list that may be written as its one element.
type oneOrMore []string

func (l *oneOrMore) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*l = oneOrMore{n.Value}
		return nil
	}
	return n.Decode((*[]string)(l))
}

type rule struct {
	If, When string
	Changes  []string
}

// gitlabFile is what the examples have of a file of jobs.
type gitlabFile struct {
	Include   []map[string]string
	Variables map[string]string
	Jobs      map[string]job `yaml:",inline"`
}

func gitlab(t *testing.T) map[string]job {
	t.Helper()
	var all gitlabFile
	decode(t, filepath.Join(root, "examples/gitlab/.gitlab-ci.yml"), &all)
	base := all.Jobs[".roomsync"]
	jobs := make(map[string]job)
	for name, j := range all.Jobs {
		if strings.HasPrefix(name, ".") {
			continue
		}
		if !slices.Equal(j.Extends, []string{".roomsync"}) {
			t.Errorf("%s extends %q", name, j.Extends)
		}
		if j.Image == "" {
			j.Image = base.Image
		}
		if j.Interruptible == nil {
			j.Interruptible = base.Interruptible
		}
		jobs[name] = j
	}
	return jobs
}

// where says in which pipelines a job is.
func (j job) where() string {
	var names []string
	for _, r := range j.Rules {
		name := map[string]string{
			`$CI_PIPELINE_SOURCE == "merge_request_event"`: "merge request",
			`$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID`: "our merge request",
			`$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"`:                                        "default branch",
			`$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "schedule"`:                                        "schedule",
		}[r.If]
		if r.When != "" {
			name += " " + r.When
		}
		if len(r.Changes) == 0 {
			name += " always"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func TestGitlabJobs(t *testing.T) {
	jobs := gitlab(t)
	where := make(map[string]string)
	for name, j := range jobs {
		where[name] = j.where()
		if !strings.Contains(j.Image, ":") || strings.HasSuffix(j.Image, ":latest") {
			t.Errorf("%s runs in %s", name, j.Image)
		}
		for _, need := range j.Needs {
			if _, ok := jobs[need]; !ok {
				t.Errorf("%s needs %s, which there is not", name, need)
			}
		}
		uses := strings.Contains(strings.Join(j.Script, "\n"), "./roomsync ")
		if uses != slices.Contains(j.Needs, "roomsync build") {
			t.Errorf("%s runs roomsync: %v, needs %v", name, uses, j.Needs)
		}
	}
	want := map[string]string{
		"roomsync build":         "merge request, default branch, schedule always",
		"roomsync validate":      "merge request",
		"roomsync plan":          "our merge request",
		"roomsync note":          "our merge request",
		"roomsync plan to apply": "default branch",
		"roomsync apply":         "default branch manual",
		"roomsync drift":         "schedule always",
	}
	if diff := cmp.Diff(want, where); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
	apply := jobs["roomsync apply"]
	if *apply.Interruptible || apply.ResourceGroup == "" || apply.Environment == "" || apply.Artifacts.When != "always" ||
		!slices.Contains(apply.Needs, "roomsync plan to apply") || !strings.Contains(apply.Script[0], `--expect-plan="$ROOMSYNC_DIGEST"`) {
		t.Errorf("the apply is %+v", apply)
	}
	if drift := jobs["roomsync drift"]; drift.Artifacts.When != "always" || drift.Artifacts.Reports["junit"] != "drift.xml" {
		t.Errorf("drift is %+v", drift)
	}
}

// TestGitlabScripts runs what the jobs run, with a stand-in for roomsync that
// shows its arguments and saves a plan.
func TestGitlabScripts(t *testing.T) {
	needs(t, "sh", "git", "jq")
	standIn := "#!/bin/sh\necho \"$@\"\nfor a; do case $a in --out=*) echo '{\"digest\": \"" + aDigest + "\"}' >\"${a#*=}\" ;; esac; done\n"
	want := map[string]string{
		"roomsync validate":      "validate -f rooms.yaml",
		"roomsync plan":          "plan -f rooms.yaml --prune --max-deletes 20 --environment=production --format=markdown",
		"roomsync plan to apply": "plan -f rooms.yaml --prune --max-deletes 20 --environment=production --format=markdown --out=plan.json",
		"roomsync apply":         "apply -f rooms.yaml --prune --max-deletes 20 --yes --environment=production --expect-plan=" + aDigest + " --report=report.json",
		"roomsync drift":         "drift -f rooms.yaml --environment=production --format=junit",
	}
	got := make(map[string]string)
	for name, j := range gitlab(t) {
		text := strings.Join(slices.Concat(j.Before, j.Script), "\n")
		if out := finish(t, exec.Command("sh", "-nc", text)); out.code != 0 {
			t.Errorf("%s: %s", name, out.output)
		}
		for _, line := range j.Script { // the plan that is read is the plan that is applied
			if (strings.Contains(line, "./roomsync plan ") || strings.Contains(line, "./roomsync apply ")) && !strings.Contains(line, " $ROOMSYNC_FILES $ROOMSYNC_OPTIONS ") {
				t.Errorf("%s leaves options out: %s", name, line)
			}
		}
		if want[name] == "" {
			continue
		}
		dir := t.TempDir()
		write(t, filepath.Join(dir, "roomsync"), standIn, 0o700)
		cmd := exec.Command("sh", "-ec", strings.Join(j.Script, "\n"))
		cmd.Dir, cmd.Env = dir, environ(map[string]string{"ROOMSYNC_ENVIRONMENT": "production", "ROOMSYNC_DIGEST": aDigest,
			"ROOMSYNC_FILES": "-f rooms.yaml", "ROOMSYNC_OPTIONS": "--prune --max-deletes 20"})
		out := finish(t, cmd)
		if out.code != 0 {
			t.Errorf("%s: exit code %d: %s", name, out.code, out.output)
		}
		shown := out.output
		for _, file := range append(j.Artifacts.Paths, j.Artifacts.Reports["junit"]) {
			if file != "" && file != "report.json" {
				shown = read(t, filepath.Join(dir, file)) // the last, or the only one
			}
		}
		got[name] = strings.TrimSpace(shown)
		if env := j.Artifacts.Reports["dotenv"]; env != "" {
			if text := read(t, filepath.Join(dir, env)); text != "ROOMSYNC_DIGEST="+aDigest+"\n" {
				t.Errorf("%s leaves %q", name, text)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what runs (-want +got):\n%s", diff)
	}
}

// TestGitlabBuilds runs the job that builds, against a repository of its own.
func TestGitlabBuilds(t *testing.T) {
	needs(t, "sh", "git", "go")
	server, commit := repository(t, "roomsync")
	dir := filepath.Join(t.TempDir(), "project")
	write(t, filepath.Join(dir, "rooms.yaml"), "", 0o600)
	cmd := exec.Command("sh", "-ec", strings.Join(gitlab(t)["roomsync build"].Script, "\n"))
	cmd.Dir = dir
	cmd.Env = environ(map[string]string{"CI_PROJECT_DIR": dir, "CI_JOB_ID": "7", "GOPROXY": "off",
		"ROOMSYNC_REPOSITORY": "file://" + server + "/OWNER/roomsync", "ROOMSYNC_COMMIT": commit})
	if got := finish(t, cmd); got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.output)
	}
	if v := version(t, filepath.Join(dir, "roomsync")); v != "a commit "+commit+"\n" {
		t.Errorf("it is %q", v)
	}
}

// TestGitlabFormats: the documents that the jobs ask for are those that the note
// and GitLab read.
func TestGitlabFormats(t *testing.T) {
	program := roomsync(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "rooms.yaml"), "version: 1\nmanage: ['team-*']\nrooms: [{name: team-one}]\n", 0o600)
	if err := os.Symlink(program, filepath.Join(dir, "roomsync")); err != nil {
		t.Skip(err)
	}
	space := serve(t, sandbox.New(sandbox.Options{}))
	run := func(name string) result {
		cmd := exec.Command("sh", "-ec", strings.Join(gitlab(t)[name].Script, "\n"))
		cmd.Dir, cmd.Env = dir, environ(map[string]string{"ROOMSYNC_ENVIRONMENT": "production", "ROOMSYNC_FILES": "-f rooms.yaml",
			"SIGNALWIRE_SPACE": space, "SIGNALWIRE_PROJECT_ID": sandbox.DemoProject, "SIGNALWIRE_API_TOKEN": sandbox.DemoToken})
		return finish(t, cmd)
	}
	if got := run("roomsync plan"); got.code != 0 || !strings.HasPrefix(read(t, filepath.Join(dir, "plan.md")), marker) {
		t.Errorf("plan: exit code %d: %s", got.code, got.output)
	}
	if got := run("roomsync drift"); got.code != 2 || !strings.Contains(read(t, filepath.Join(dir, "drift.xml")), "<testsuite") {
		t.Errorf("drift: exit code %d: %s", got.code, got.output)
	}
}
