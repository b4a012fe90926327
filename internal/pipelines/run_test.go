package pipelines

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const aDigest = "0196ccd6b04314fc3aa713a59294d56e7ed0231eb1eece5bc98155cada5f7a68"

// standIn tells what it was started as: its process, then its arguments, then
// its environment, each followed by a NUL.
const standIn = `#!/usr/bin/env bash
{
	printf '%s\0' $$ "$#" "$@"
	env -0
} >"$(dirname "$0")/seen"
exit "${STAND_IN_CODE:-0}"
`

// seen is what the stand-in for roomsync was started as.
type seen struct {
	result
	outputs map[string]string
	started int // the process that GitHub started
	pid     int // and what it had become; 0 if that was not roomsync
	args    []string
	env     map[string]string
	dir     string
}

func runAction(t *testing.T, use values) seen {
	t.Helper()
	program := filepath.Join(t.TempDir(), "roomsync")
	write(t, program, standIn, 0o700)
	full := values{"steps.build.outputs.roomsync": program}
	for name, v := range use {
		full[name] = v
	}
	cmd, output := readAction(t).prepare(t, "run", full)
	s := seen{result: finish(t, cmd), started: cmd.Process.Pid, env: map[string]string{}, dir: cmd.Dir}
	s.outputs = outputs(t, output)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(program), "seen"))
	if err != nil {
		return s
	}
	parts := strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
	s.pid, _ = strconv.Atoi(parts[0])
	n, _ := strconv.Atoi(parts[1])
	s.args = parts[2 : 2+n]
	for _, pair := range parts[2+n:] {
		name, v, _ := strings.Cut(pair, "=")
		s.env[name] = v
	}
	return s
}

func TestActionArguments(t *testing.T) {
	for _, c := range []struct {
		name string
		use  values
		want string // separated by blanks
	}{
		{"the defaults are a plan", nil, "plan --file=rooms.yaml --github"},
		{"validate", values{"mode": "validate", "environment": "production"}, "validate --file=rooms.yaml"},
		{"fmt", values{"mode": "fmt", "environment": "production"}, "fmt --check --diff --file=rooms.yaml"},
		{"strict", values{"mode": "drift", "strict": "true"}, "drift --file=rooms.yaml --strict"},
		{"several files", values{"config": "base.yaml\n  prod.yaml  \n\n", "comment": "false"}, "plan --file=base.yaml --file=prod.yaml"},
		{"variables", values{"var-file": "base.env\nprod.env", "comment": "false"}, "plan --file=rooms.yaml --var-file=base.env --var-file=prod.env"},
		{"a full plan", values{"environment": "production", "prune": "true", "max-deletes": "3", "only": "team-*\nstage", "in-use": "skip", "plan-file": "plan.json"},
			"plan --file=rooms.yaml --environment=production --prune --max-deletes=3 --only=team-* --only=stage --in-use=skip --github --out=plan.json"},
		{"the last rooms", values{"prune": "true", "allow-empty": "true", "comment": "false"}, "plan --file=rooms.yaml --prune --allow-empty"},
		{"apply of the last rooms", values{"mode": "apply", "expect-plan": aDigest, "prune": "true", "allow-empty": "true", "comment": "false"},
			"apply --file=rooms.yaml --prune --allow-empty --expect-plan=" + aDigest + " --yes"},
		{"apply by digest", values{"mode": "apply", "expect-plan": aDigest, "report-file": "report.json"},
			"apply --file=rooms.yaml --report=report.json --expect-plan=" + aDigest + " --github --yes"},
		{"apply a saved plan", values{"mode": "apply", "plan-file": "plan.json", "max-deletes": "3", "comment": "false"},
			"apply --file=rooms.yaml --max-deletes=3 --yes -- plan.json"},
		{"apply a saved plan with streams", values{"mode": "apply", "plan-file": "plan.json", "config": "a.yaml\nb.yaml", "var-file": "x.env", "comment": "false"},
			"apply --file=a.yaml --file=b.yaml --var-file=x.env --yes -- plan.json"},
		{"apply with a part of the rate", values{"mode": "apply", "expect-plan": aDigest, "rate": "230", "comment": "false"},
			"apply --file=rooms.yaml --rate=230 --expect-plan=" + aDigest + " --yes"},
		{"apply without a review", values{"mode": "apply", "unreviewed": "true", "comment": "false"}, "apply --file=rooms.yaml --yes"},
		{"unreviewed does not take the check away", values{"mode": "apply", "unreviewed": "true", "expect-plan": aDigest, "comment": "false"},
			"apply --file=rooms.yaml --expect-plan=" + aDigest + " --yes"},
		{"drift", values{"mode": "drift", "environment": "production", "issue": "true", "metrics-file": "rooms.prom"},
			"drift --file=rooms.yaml --environment=production --metrics=rooms.prom --github-issue"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := runAction(t, c.use)
			if got.code != 0 || got.output != "" {
				t.Errorf("exit code %d, output %s", got.code, got.output)
			}
			if diff := cmp.Diff(strings.Fields(c.want), got.args); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
}

func TestActionRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		use  values
		want string
	}{
		{"an unknown mode", values{"mode": "destroy"}, "input mode must be plan, apply, drift, validate or fmt, not destroy"},
		{"no mode", values{"mode": ""}, "input mode must be plan, apply, drift, validate or fmt, not ''"},
		{"a mode with a line break", values{"mode": "plan\n::warning::x"}, `input mode must be plan, apply, drift, validate or fmt, not $'plan\n::warning::x'`},
		{"prune that is neither", values{"prune": "yes"}, "input prune must be true or false, not yes"},
		{"prune that is empty", values{"prune": ""}, "input prune must be true or false, not ''"},
		{"comment that is neither", values{"comment": "True"}, "input comment must be true or false, not True"},
		{"issue that is neither", values{"mode": "drift", "issue": "1"}, "input issue must be true or false, not 1"},
		{"an apply of anything", values{"mode": "apply"}, "mode apply needs expect-plan or plan-file, and both are empty (unreviewed: true applies whatever the plan is by then)"},
		{"an apply of anything by mistake", values{"mode": "apply", "expect-plan": "", "plan-file": "", "unreviewed": "no"}, "input unreviewed must be true or false, not no"},
		{"expect-plan of a plan", values{"expect-plan": aDigest}, "input expect-plan has no effect in mode plan, only in apply"},
		{"unreviewed of a plan", values{"unreviewed": "true"}, "input unreviewed has no effect in mode plan, only in apply"},
		{"prune of drift", values{"mode": "drift", "prune": "true"}, "input prune has no effect in mode drift, only in plan apply"},
		{"max-deletes of drift", values{"mode": "drift", "max-deletes": "3"}, "input max-deletes has no effect in mode drift, only in plan apply"},
		{"allow-empty that is neither", values{"allow-empty": "yes"}, "input allow-empty must be true or false, not yes"},
		{"allow-empty of drift", values{"mode": "drift", "allow-empty": "true"}, "input allow-empty has no effect in mode drift, only in plan apply"},
		{"only of validate", values{"mode": "validate", "only": "x"}, "input only has no effect in mode validate, only in plan apply"},
		{"in-use of validate", values{"mode": "validate", "in-use": "skip"}, "input in-use has no effect in mode validate, only in plan apply"},
		{"plan-file of drift", values{"mode": "drift", "plan-file": "x"}, "input plan-file has no effect in mode drift, only in plan apply"},
		{"report-file of a plan", values{"report-file": "x"}, "input report-file has no effect in mode plan, only in apply"},
		{"a file that nobody has named", values{"config": ""}, "input config is empty"},
		{"files that nobody has named", values{"config": " \n\n"}, "input config is empty"},
		{"only of nothing", values{"only": "  "}, "input only is empty"},
		{"strict of an apply", values{"mode": "apply", "strict": "true", "unreviewed": "true"}, "input strict has no effect in mode apply, only in plan drift validate"},
		{"variables of fmt", values{"mode": "fmt", "var-file": "x"}, "input var-file has no effect in mode fmt, only in plan apply drift validate"},
		{"metrics-file of a plan", values{"metrics-file": "x"}, "input metrics-file has no effect in mode plan, only in drift"},
		{"rate of a plan", values{"rate": "230"}, "input rate has no effect in mode plan, only in apply"},
		{"issue of an apply", values{"mode": "apply", "expect-plan": aDigest, "issue": "true"}, "input issue has no effect in mode apply, only in drift"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := runAction(t, c.use)
			if got.code != 1 || got.pid != 0 {
				t.Errorf("exit code %d, started %v", got.code, got.args)
			}
			if want := "::error title=roomsync::" + c.want + "\n"; got.output != want {
				t.Errorf("said %q, not %q", got.output, want)
			}
			if got.outputs["failure-reason"] != "wrong-input" {
				t.Errorf("the failure reason is %q", got.outputs["failure-reason"])
			}
		})
	}
}

// TestActionTakesValuesLiterally gives every input that is free text what a
// shell, or roomsync's own parser, would take for something else.
func TestActionTakesValuesLiterally(t *testing.T) {
	for i, hostile := range []string{
		`two words`, `it's "quoted"`, `$(touch burnt)`, "`touch burnt`", `x; touch burnt`, `x && touch burnt #`, `*`, `~`, `{a,b}`,
		`--prune`, `-y`, `--`, `$SIGNALWIRE_API_TOKEN`, `\`, `\n`, `!x`, "é\u202e", "x > burnt",
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			for mode, inputs := range map[string]map[string]string{
				"plan":  {"config": "--file", "var-file": "--var-file", "environment": "--environment", "max-deletes": "--max-deletes", "only": "--only", "in-use": "--in-use", "plan-file": "--out"},
				"drift": {"metrics-file": "--metrics"},
				"apply": {"expect-plan": "--expect-plan", "rate": "--rate", "report-file": "--report", "plan-file": "--"},
			} {
				use := values{"mode": mode}
				for input := range inputs {
					use[input] = hostile
				}
				got := runAction(t, use)
				if got.pid == 0 {
					t.Fatalf("%s was not started: %s", mode, got.output)
				}
				for input, flag := range inputs {
					if flag == "--" {
						if n := len(got.args); n < 2 || got.args[n-2] != "--" || got.args[n-1] != hostile {
							t.Errorf("%s: %q came as %q", input, hostile, got.args)
						}
					} else if !slices.Contains(got.args, flag+"="+hostile) {
						t.Errorf("%s: %q came as %q", input, hostile, got.args)
					}
				}
				if flag := slices.Index(got.args, "--prune"); flag >= 0 && got.args[flag-1] != "--" {
					t.Errorf("a value has become --prune: %q", got.args)
				}
				if left, _ := os.ReadDir(got.dir); len(left) > 0 {
					t.Errorf("%q has made %s", hostile, left[0].Name())
				}
			}
		})
	}
}

// TestActionKeepsLineBreaks: only the inputs that are lists are split.
func TestActionKeepsLineBreaks(t *testing.T) {
	got := runAction(t, values{"environment": "a\n--prune", "only": "a\n--prune"})
	want := []string{"plan", "--file=rooms.yaml", "--environment=a\n--prune", "--only=a", "--only=--prune", "--github"}
	if diff := cmp.Diff(want, got.args); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
}

// TestActionHandsOverCredentials: through the environment and no other way, and
// GitHub's own only where something is to be written there.
func TestActionHandsOverCredentials(t *testing.T) {
	inputs := values{"space": "example.signalwire.com", "project": "a-project", "token": "PT-secret", "github-token": "ghs_secret"}
	got := runAction(t, inputs)
	for name, want := range map[string]string{"SIGNALWIRE_SPACE": "example.signalwire.com", "SIGNALWIRE_PROJECT_ID": "a-project",
		"SIGNALWIRE_API_TOKEN": "PT-secret", "GITHUB_TOKEN": "ghs_secret"} {
		if got.env[name] != want {
			t.Errorf("%s is %q", name, got.env[name])
		}
	}
	if all := strings.Join(got.args, "\n") + got.output; strings.Contains(all, "secret") {
		t.Errorf("a token is in the arguments or the output: %s", all)
	}
	inputs["comment"] = "false"
	if v, set := runAction(t, inputs).env["GITHUB_TOKEN"]; set {
		t.Errorf("GITHUB_TOKEN is %q although nothing is written to GitHub", v)
	}
	job := runAction(t, values{"env.SIGNALWIRE_API_TOKEN": "of the job", "env.SIGNALWIRE_SPACE": "too"})
	if job.env["SIGNALWIRE_API_TOKEN"] != "of the job" || job.env["SIGNALWIRE_SPACE"] != "too" {
		t.Errorf("an input that is not given hides what the job has: %v", job.env)
	}
	if build := readAction(t).step("build"); strings.Contains(fmt.Sprint(build.Env), "inputs.token") {
		t.Errorf("the step that builds is given the API token: %v", build.Env)
	}
}

// TestActionBecomesRoomsync: no shell is left between GitHub and the program,
// so that its exit code is the step's and a signal is its own.
func TestActionBecomesRoomsync(t *testing.T) {
	got := runAction(t, values{"env.STAND_IN_CODE": "3"})
	if got.pid != got.started {
		t.Errorf("GitHub started process %d, and roomsync is %d", got.started, got.pid)
	}
	if got.code != 3 {
		t.Errorf("roomsync's exit code 3 has become %d", got.code)
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		program := filepath.Join(t.TempDir(), "roomsync")
		write(t, program, "#!/usr/bin/env bash\ntrap 'exit 42' INT TERM\ntouch \"$0.ready\"\nfor i in {1..600}; do sleep 0.05; done\n", 0o700)
		cmd, _ := readAction(t).prepare(t, "run", values{"steps.build.outputs.roomsync": program})
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			if _, err := os.Stat(program + ".ready"); err == nil || time.Now().After(deadline) {
				break
			}
		}
		_ = cmd.Process.Signal(sig)
		_ = cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != 42 {
			t.Errorf("%v has not reached roomsync: exit code %d", sig, code)
		}
	}
}
