package pipelines

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"roomsync/internal/sandbox"
)

// cronJob is what the example has of a CronJob, and all that it may have. The
// names are those of the API, batch/v1.
type cronJob struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Spec       struct {
		Schedule    string
		TimeZone    string `yaml:"timeZone"`
		Concurrency string `yaml:"concurrencyPolicy"`
		Starting    int    `yaml:"startingDeadlineSeconds"`
		Successful  int    `yaml:"successfulJobsHistoryLimit"`
		Failed      int    `yaml:"failedJobsHistoryLimit"`
		JobTemplate struct {
			Spec struct {
				Backoff  *int `yaml:"backoffLimit"`
				Deadline int  `yaml:"activeDeadlineSeconds"`
				TTL      int  `yaml:"ttlSecondsAfterFinished"`
				Template struct {
					Metadata struct{ Labels map[string]string }
					Spec     pod
				}
			}
		} `yaml:"jobTemplate"`
	}
}

type pod struct {
	Restart      string            `yaml:"restartPolicy"`
	AccountToken *bool             `yaml:"automountServiceAccountToken"`
	ServiceLinks *bool             `yaml:"enableServiceLinks"`
	NodeSelector map[string]string `yaml:"nodeSelector"`
	Grace        int               `yaml:"terminationGracePeriodSeconds"`
	Security     struct {
		NonRoot bool              `yaml:"runAsNonRoot"`
		User    int               `yaml:"runAsUser"`
		Group   int               `yaml:"runAsGroup"`
		FSGroup int               `yaml:"fsGroup"`
		Seccomp map[string]string `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	Containers []struct {
		Name, Image string
		Command     []string
		Args        []string
		Env         []struct {
			Name, Value string
			From        struct {
				Secret struct{ Name, Key string } `yaml:"secretKeyRef"`
			} `yaml:"valueFrom"`
		}
		Security struct {
			Escalation   *bool `yaml:"allowPrivilegeEscalation"`
			ReadOnly     bool  `yaml:"readOnlyRootFilesystem"`
			Capabilities struct{ Drop []string }
		} `yaml:"securityContext"`
		Resources struct{ Requests, Limits map[string]string }
		Mounts    []struct {
			Name     string
			Path     string `yaml:"mountPath"`
			ReadOnly bool   `yaml:"readOnly"`
		} `yaml:"volumeMounts"`
	}
	Volumes []struct {
		Name      string
		ConfigMap struct{ Name string }       `yaml:"configMap"`
		HostPath  struct{ Path, Type string } `yaml:"hostPath"`
		Secret    struct {
			Name string `yaml:"secretName"`
			Mode int    `yaml:"defaultMode"`
		}
	}
}

type configMap struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Data       map[string]string
}

func kubernetes(t *testing.T) (configMap, cronJob) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(read(t, filepath.Join(root, "examples/kubernetes/drift-cronjob.yaml"))))
	d.KnownFields(true)
	var rooms configMap
	var job cronJob
	if err := d.Decode(&rooms); err != nil {
		t.Fatal(err)
	}
	if err := d.Decode(&job); err != nil {
		t.Fatal(err)
	}
	if rooms.APIVersion != "v1" || rooms.Kind != "ConfigMap" || job.APIVersion != "batch/v1" || job.Kind != "CronJob" {
		t.Fatalf("%s %s and %s %s", rooms.APIVersion, rooms.Kind, job.APIVersion, job.Kind)
	}
	return rooms, job
}

// TestCronJobIsHarmless: it runs once, alone, as nobody, without rights, and
// what it may write to is the folder of the metrics.
func TestCronJobIsHarmless(t *testing.T) {
	_, job := kubernetes(t)
	runs := job.Spec.JobTemplate.Spec
	if job.Spec.Concurrency != "Forbid" || runs.Backoff == nil || *runs.Backoff != 0 || runs.Deadline == 0 {
		t.Errorf("it runs %+v", job.Spec)
	}
	p := runs.Template.Spec
	if p.Restart != "Never" || p.AccountToken == nil || *p.AccountToken || !p.Security.NonRoot || p.Security.User == 0 || p.Security.Seccomp["type"] != "RuntimeDefault" {
		t.Errorf("the pod is %+v", p)
	}
	c := p.Containers[0]
	if c.Security.Escalation == nil || *c.Security.Escalation || !c.Security.ReadOnly || !slices.Equal(c.Security.Capabilities.Drop, []string{"ALL"}) || c.Resources.Limits["memory"] == "" {
		t.Errorf("the container is %+v", c)
	}
	for _, m := range c.Mounts {
		if !m.ReadOnly && m.Name != "metrics" {
			t.Errorf("it may write to %s", m.Path)
		}
		if !strings.Contains(strings.Join(c.Args, " "), "="+m.Path+"/") {
			t.Errorf("no argument is about %s: %v", m.Path, c.Args)
		}
	}
	for _, e := range c.Env {
		if e.From.Secret.Name == "" || e.From.Secret.Key == "" {
			t.Errorf("%s does not come from a secret", e.Name)
		}
	}
	image := read(t, filepath.Join(root, "examples/kubernetes/Dockerfile"))
	if !strings.Contains(image, "\nFROM scratch\n") || !strings.Contains(image, "\nUSER 65534:65534\n") || p.Security.User != 65534 {
		t.Error("the image and the pod disagree on the user")
	}
}

// TestCronJobChecksRooms runs the container's command with the rooms of the
// ConfigMap, against the sandbox.
func TestCronJobChecksRooms(t *testing.T) {
	rooms, job := kubernetes(t)
	program := roomsync(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "config/rooms.yaml"), rooms.Data["rooms.yaml"], 0o600)
	if got := finish(t, exec.Command(program, "validate", "-f", filepath.Join(dir, "config/rooms.yaml"))); got.code != 0 {
		t.Errorf("validate: exit code %d: %s", got.code, got.output)
	}
	space := serve(t, sandbox.New(sandbox.Options{}))
	// The file names a space of its own, which the sandbox is not.
	text := regexp.MustCompile(`(?m)^space: .*\n`).ReplaceAllString(rooms.Data["rooms.yaml"], "")
	write(t, filepath.Join(dir, "config/rooms.yaml"), text, 0o600)
	write(t, filepath.Join(dir, "metrics/.keep"), "", 0o600)
	var args []string
	for _, a := range job.Spec.JobTemplate.Spec.Template.Spec.Containers[0].Args {
		args = append(args, strings.NewReplacer("=/config/", "="+dir+"/config/", "=/metrics/", "="+dir+"/metrics/").Replace(a))
	}
	cmd := exec.Command(program, args...)
	cmd.Env = environ(map[string]string{"SIGNALWIRE_SPACE": space, "SIGNALWIRE_PROJECT_ID": sandbox.DemoProject, "SIGNALWIRE_API_TOKEN": sandbox.DemoToken})
	if got := finish(t, cmd); got.code != 2 {
		t.Errorf("drift: exit code %d: %s", got.code, got.output)
	}
	metrics := read(t, filepath.Join(dir, "metrics/roomsync.prom"))
	// The alerts and the README are about metrics that there are.
	for _, about := range []string{"alerts.yaml", "README.md"} {
		for _, name := range regexp.MustCompile(`roomsync_\w+`).FindAllString(read(t, filepath.Join(root, "examples/kubernetes", about)), -1) {
			if !strings.Contains(metrics, "\n"+name+"{") && !strings.HasPrefix(metrics, name+"{") {
				t.Errorf("%s tells of %s, which is not in\n%s", about, name, metrics)
			}
		}
	}
}

// TestAlertsAreRules of the form that Prometheus reads.
func TestAlertsAreRules(t *testing.T) {
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	decode(t, filepath.Join(root, "examples/kubernetes/alerts.yaml"), &file)
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" || !strings.Contains(r.Expr, "roomsync_") || r.Annotations["summary"] == "" {
				t.Errorf("a rule is %+v", r)
			}
		}
	}
}
