package pipelines

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/sandbox"
)

// gitlabEnvironment is an environment of the example: its variables, and its
// jobs by the names that production's have.
type gitlabEnvironment struct {
	variables map[string]string
	jobs      map[string]job
}

// gitlabEnvironments resolves what the example for several environments includes
// and extends, as GitLab does.
func gitlabEnvironments(t *testing.T) map[string]gitlabEnvironment {
	t.Helper()
	var first, all gitlabFile
	decode(t, filepath.Join(root, "examples/gitlab/.gitlab-ci.yml"), &first)
	decode(t, filepath.Join(root, "examples/gitlab/environments/.gitlab-ci.yml"), &all)
	if diff := cmp.Diff([]map[string]string{{"local": "/roomsync.gitlab-ci.yml"}}, all.Include); diff != "" {
		t.Errorf("included (-want +got):\n%s", diff)
	}
	production := gitlab(t)
	variables := maps.Clone(first.Variables)
	maps.Copy(variables, all.Variables)
	found := map[string]gitlabEnvironment{"prod": {variables, production}}
	for name, j := range all.Jobs {
		env, isTemplate := strings.CutPrefix(name, ".roomsync ")
		if !isTemplate {
			continue
		}
		e := gitlabEnvironment{maps.Clone(variables), map[string]job{"roomsync build": production["roomsync build"]}}
		maps.Copy(e.variables, j.Variables)
		for name, theirs := range all.Jobs {
			like, is := strings.CutSuffix(name, " "+env)
			if !is || strings.HasPrefix(name, ".") {
				continue
			}
			if diff := cmp.Diff(oneOrMore{like, ".roomsync " + env}, theirs.Extends); diff != "" {
				t.Errorf("%s extends (-want +got):\n%s", name, diff)
			}
			merged := production[like]
			if theirs.Needs != nil {
				merged.Needs = theirs.Needs
			}
			if like == "roomsync apply" {
				merged.ResourceGroup, merged.Environment = theirs.ResourceGroup, theirs.Environment
			}
			if theirs.Script != nil || theirs.Rules != nil || theirs.Variables != nil {
				t.Errorf("%s is not like %s", name, like)
			}
			e.jobs[like] = merged
			delete(all.Jobs, name)
		}
		found[env] = e
		delete(all.Jobs, ".roomsync "+env)
	}
	if len(all.Jobs) > 0 {
		t.Errorf("of no environment: %v", slices.Collect(maps.Keys(all.Jobs)))
	}
	return found
}

// TestGitlabEnvironmentsHaveAllJobs: each has every job, none needs one of
// another environment, and each applies by itself.
func TestGitlabEnvironmentsHaveAllJobs(t *testing.T) {
	all := gitlabEnvironments(t)
	if diff := cmp.Diff(environments(t), slices.Sorted(maps.Keys(all))); diff != "" {
		t.Errorf("environments (-folder +jobs):\n%s", diff)
	}
	groups := make(map[string]bool)
	for env, e := range all {
		for name, production := range all["prod"].jobs {
			j, has := e.jobs[name]
			if !has {
				t.Errorf("%s has no job %s", env, name)
				continue
			}
			var want []string
			for _, need := range production.Needs {
				if env != "prod" && need != "roomsync build" {
					need += " " + env
				}
				want = append(want, need)
			}
			if diff := cmp.Diff(want, j.Needs); diff != "" {
				t.Errorf("%s of %s needs (-want +got):\n%s", name, env, diff)
			}
		}
		apply := e.jobs["roomsync apply"]
		if groups[apply.ResourceGroup] || apply.ResourceGroup != "rooms-"+apply.Environment || apply.Environment != e.variables["ROOMSYNC_ENVIRONMENT"] {
			t.Errorf("the apply of %s is in the group %q and for %q", env, apply.ResourceGroup, apply.Environment)
		}
		groups[apply.ResourceGroup] = true
	}
}

// TestGitlabEnvironmentsRun runs each environment's jobs against a space of its
// own, with the credentials of all in GitLab's settings: a merge request, the
// pipeline after the merge, and one at night.
func TestGitlabEnvironmentsRun(t *testing.T) {
	needs(t, "sh", "jq")
	program := roomsync(t)
	all := gitlabEnvironments(t)
	settings := make(map[string]string)
	for env := range all {
		prefix := strings.ToUpper(env) + "_SIGNALWIRE_"
		settings[prefix+"PROJECT_ID"], settings[prefix+"API_TOKEN"] = "project-"+env, "PT-"+env
		settings[prefix+"SPACE"] = serve(t, sandbox.New(sandbox.Options{Project: "project-" + env, Token: "PT-" + env}))
	}
	for env, e := range all {
		dir := t.TempDir()
		if err := os.CopyFS(filepath.Join(dir, "rooms"), os.DirFS(filepath.Join(root, "examples/environments"))); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(program, filepath.Join(dir, "roomsync")); err != nil {
			t.Skip(err)
		}
		variables := make(map[string]string)
		for name, v := range e.variables {
			variables[name] = os.Expand(v, func(n string) string { return settings[n] })
		}
		// The files name spaces of their own, which a sandbox is not.
		variables["ROOMSYNC_VAR_SPACE"] = strings.TrimPrefix(variables["SIGNALWIRE_SPACE"], "http://")
		for _, step := range []struct {
			job  string
			code int
		}{
			{"roomsync validate", 0}, {"roomsync plan", 0}, {"roomsync drift", 2},
			{"roomsync plan to apply", 0}, {"roomsync apply", 0}, {"roomsync drift", 0},
		} {
			cmd := exec.Command("sh", "-ec", strings.Join(e.jobs[step.job].Script, "\n"))
			cmd.Dir, cmd.Env = dir, environ(variables)
			got := finish(t, cmd)
			if got.code != step.code {
				t.Errorf("%s of %s: exit code %d, want %d: %s", step.job, env, got.code, step.code, got.output)
			}
			if dotenv := e.jobs[step.job].Artifacts.Reports["dotenv"]; dotenv != "" {
				name, digest, _ := strings.Cut(strings.TrimSpace(read(t, filepath.Join(dir, dotenv))), "=")
				variables[name] = digest
			}
		}
		if plan := read(t, filepath.Join(dir, "plan.md")); !strings.HasPrefix(plan, `<!-- roomsync environment="`+e.variables["ROOMSYNC_ENVIRONMENT"]+`"`) {
			t.Errorf("the note of %s begins with %.60q", env, plan)
		}
	}
}
