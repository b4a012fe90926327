package pipelines

import (
	"encoding/base64"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"roomsync/internal/sandbox"
)

// build runs the action's build step, without a network for Go.
func build(t *testing.T, use values) (result, map[string]string) {
	t.Helper()
	needs(t, "bash", "git", "go")
	cmd, output := readAction(t).prepare(t, "build", use)
	cmd.Env = append(cmd.Env, "GOPROXY=off")
	return finish(t, cmd), outputs(t, output)
}

func version(t *testing.T, program string) string {
	t.Helper()
	return finish(t, exec.Command(program, "version")).output
}

// TestActionBuildsItself: without a version, the program is that of the
// revision the action is at, and says which.
func TestActionBuildsItself(t *testing.T) {
	got, outputs := build(t, values{"env.GOFLAGS": "-mod=vendor", "env.GOWORK": "/nonexistent", "github.action_ref": "v1.2.3"})
	if got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.output)
	}
	if v := version(t, outputs["roomsync"]); v != "roomsync v1.2.3\n" {
		t.Errorf("it is %q", v)
	}
}

// TestActionDoesWhatTheReadmeSays: a plan, and an apply of its digest, with the
// real program and the sandbox.
func TestActionDoesWhatTheReadmeSays(t *testing.T) {
	space := serve(t, sandbox.New(sandbox.Options{}))
	dir := t.TempDir()
	write(t, filepath.Join(dir, "rooms.yaml"), "version: 1\nmanage: ['team-*']\nrooms: [{name: team-one}]\n", 0o600)
	run := func(more values) result {
		use := values{"steps.build.outputs.roomsync": roomsync(t), "comment": "false", "config": filepath.Join(dir, "rooms.yaml"),
			"space": space, "project": sandbox.DemoProject, "token": sandbox.DemoToken}
		for name, v := range more {
			use[name] = v
		}
		cmd, _ := readAction(t).prepare(t, "run", use)
		return finish(t, cmd)
	}
	plan := filepath.Join(dir, "-plan.json")
	if got := run(values{"plan-file": plan}); got.code != 0 || !strings.Contains(got.output, "team-one") {
		t.Fatalf("plan: exit code %d: %s", got.code, got.output)
	}
	_, digest, _ := strings.Cut(read(t, plan), `"digest": "`)
	if got := run(values{"mode": "apply", "expect-plan": aDigest}); got.code != 5 {
		t.Errorf("apply of another plan: exit code %d: %s", got.code, got.output)
	}
	report := filepath.Join(dir, "report.json")
	if got := run(values{"mode": "apply", "expect-plan": digest[:64], "report-file": report}); got.code != 0 {
		t.Errorf("apply: exit code %d: %s", got.code, got.output)
	}
	if text := read(t, report); !strings.Contains(text, `"applied"`) {
		t.Errorf("the report is %s", text)
	}
	if got := run(values{"mode": "apply", "plan-file": plan}); got.code != 5 {
		t.Errorf("apply of the plan that was carried out: exit code %d: %s", got.code, got.output)
	}
}

// TestActionHasItsOutputs: those that action.yml promises are those that
// roomsync writes.
func TestActionHasItsOutputs(t *testing.T) {
	program := roomsync(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "rooms.yaml"), "version: 1\nmanage: ['team-*']\nrooms: [{name: team-one}]\n", 0o600)
	use := values{"steps.build.outputs.roomsync": program, "comment": "false", "config": filepath.Join(dir, "rooms.yaml"), "environment": "production",
		"space": serve(t, sandbox.New(sandbox.Options{})), "project": sandbox.DemoProject, "token": sandbox.DemoToken, "plan-file": filepath.Join(dir, "plan.json")}
	a := readAction(t)
	cmd, output := a.prepare(t, "run", use)
	if got := finish(t, cmd); got.code != 0 {
		t.Fatalf("plan: exit code %d: %s", got.code, got.output)
	}
	got := outputs(t, output)
	for name, want := range map[string]string{"changes": "true", "creates": "1", "updates": "0", "deletes": "0", "renames": "0", "plan-file": use["plan-file"]} {
		if got[name] != want {
			t.Errorf("output %s is %q, not %q", name, got[name], want)
		}
	}
	if len(got["digest"]) != 64 || got["failure-reason"] != "" {
		t.Errorf("the outputs are %q", got)
	}
	// And what is not promised, no workflow can have.
	for name := range got {
		if _, ok := a.Outputs[name]; !ok {
			t.Errorf("roomsync writes an output %s, which the action does not hand on", name)
		}
	}
	delete(use, "plan-file")
	use["mode"], use["expect-plan"] = "apply", aDigest
	cmd, output = a.prepare(t, "run", use)
	if got := finish(t, cmd); got.code != 5 || outputs(t, output)["failure-reason"] == "" {
		t.Errorf("apply of another plan: exit code %d, outputs %q", got.code, outputs(t, output))
	}
}

// repository makes OWNER/roomsync below a folder, with a tag, a branch and a
// commit that prints each its own name. Its module is called as it is said.
func repository(t *testing.T, module string) (server, commit string) {
	t.Helper()
	needs(t, "git")
	dir := t.TempDir()
	source := filepath.Join(dir, "source")
	git := func(args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir = source
		cmd.Env = append(environ(nil), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=x", "GIT_AUTHOR_EMAIL=x@invalid", "GIT_COMMITTER_NAME=x", "GIT_COMMITTER_EMAIL=x@invalid")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	write(t, filepath.Join(source, "go.mod"), "module "+module+"\n\ngo 1.26\n", 0o600)
	write(t, filepath.Join(source, "internal/cli/cli.go"), "package cli\n\nvar Version string\n", 0o600)
	git("init", "-q", "-b", "main")
	state := func(name string) {
		write(t, filepath.Join(source, "main.go"), "package main\n\nimport \""+module+"/internal/cli\"\n\nfunc main() { println(\""+name+"\", cli.Version) }\n", 0o600)
		git("add", ".")
		git("commit", "-q", "-m", name)
	}
	state("a commit")
	commit = git("rev-parse", "HEAD")
	state("a tag")
	git("tag", "v1.0.0")
	state("a branch")
	git("clone", "-q", "--bare", ".", "../OWNER/roomsync")
	return dir, commit
}

// TestActionBuildsAnotherVersion fetches a branch, a tag and a commit.
func TestActionBuildsAnotherVersion(t *testing.T) {
	server, commit := repository(t, "roomsync")
	for name, want := range map[string]string{"main": "a branch main\n", "v1.0.0": "a tag v1.0.0\n", commit: "a commit " + commit + "\n"} {
		got, outputs := build(t, values{"version": name, "github.server_url": "file://" + server, "github.action_repository": "OWNER/roomsync"})
		if got.code != 0 {
			t.Errorf("%s: exit code %d: %s", name, got.code, got.output)
			continue
		}
		if v := version(t, outputs["roomsync"]); v != want {
			t.Errorf("%s is %q", name, v)
		}
	}
}

func TestActionRefusesVersions(t *testing.T) {
	server, _ := repository(t, "roomsync")
	theirs, _ := repository(t, "theirs")
	for _, c := range []struct{ version, server, repository, want string }{
		{"--upload-pack=touch burnt", server, "OWNER/roomsync", `input version must be a tag, a branch or a full commit, not --upload-pack=touch\ burnt`},
		{"main:other", server, "OWNER/roomsync", "input version must be a tag, a branch or a full commit, not main:other"},
		{"main\nx", server, "OWNER/roomsync", `input version must be a tag, a branch or a full commit, not $'main\nx'`},
		{"$(touch burnt)", server, "OWNER/roomsync", `input version must be a tag, a branch or a full commit, not \$\(touch\ burnt\)`},
		{"main", server, "", "input version needs the action to be used as OWNER/REPOSITORY/.github/actions/roomsync@REF: a local path does not say where to fetch from"},
		{"v9", server, "OWNER/roomsync", "cannot fetch version v9 from file://" + server + "/OWNER/roomsync"},
		{"main", theirs, "OWNER/roomsync", "OWNER/roomsync does not hold roomsync at main"},
	} {
		got, outputs := build(t, values{"version": c.version, "github.server_url": "file://" + c.server, "github.action_repository": c.repository})
		if got.code != 1 || !strings.HasSuffix(got.output, "::error title=roomsync::"+c.want+"\n") || outputs["failure-reason"] != "build-failed" || outputs["roomsync"] != "" {
			t.Errorf("%q: exit code %d, outputs %q: %s", c.version, got.code, outputs, got.output)
		}
	}
}

// TestActionFetchesWithTheToken: the token goes to the server in a header, and
// is in no argument of git.
func TestActionFetchesWithTheToken(t *testing.T) {
	dir, _ := repository(t, "roomsync")
	core, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(core)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "PATH=" + os.Getenv("PATH")}}
	if _, err := os.Stat(backend.Path); err != nil {
		t.Skip(err)
	}
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("x-access-token:ghs_secret"))
	var asked atomic.Int32
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Authorization") != want {
			http.Error(w, "who is it?", http.StatusForbidden)
			return
		}
		backend.ServeHTTP(w, r)
	}))

	// A git that writes down how it is called.
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	tools := t.TempDir()
	write(t, filepath.Join(tools, "git"), "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$CALLS\"\nexec '"+real+"' \"$@\"\n", 0o700)
	calls := filepath.Join(tools, "calls")
	use := values{"version": "main", "github.server_url": server, "github.action_repository": "OWNER/roomsync",
		"github-token": "ghs_secret", "env.CALLS": calls, "env.PATH": tools + string(os.PathListSeparator) + os.Getenv("PATH")}
	if got, _ := build(t, use); got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.output)
	}
	if text := read(t, calls); !strings.Contains(text, "fetch\n") || strings.Contains(text, "ghs_secret") || strings.Contains(text, strings.TrimPrefix(want, "Basic ")) {
		t.Errorf("git was called with\n%s", text)
	}
	if asked.Load() == 0 {
		t.Error("the server was never asked")
	}
}
