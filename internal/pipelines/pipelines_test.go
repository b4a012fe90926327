// Package pipelines has no code: its tests run what .github/actions and the
// pipelines in examples are made of, as far as that goes without the services
// they are for. They need bash and git, and are skipped where there is none.
package pipelines

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"gopkg.in/yaml.v3"
)

// root is the repository.
var root = func() string {
	dir, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return dir
}()

func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("no %s here", p)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// decode reads a YAML file that must have nothing that into has not.
func decode(t *testing.T, path string, into any) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(read(t, path)))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		t.Fatalf("%s has more than one document: %v", path, err)
	}
}

// environ is what a program needs of the tests' own environment, and the rest
// it is given. What a pipeline that runs the tests has set stays outside.
func environ(more map[string]string) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOROOT"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	for k, v := range more {
		env = append(env, k+"="+v)
	}
	return env
}

// result is how a program ended.
type result struct {
	code   int
	output string // of both kinds
}

func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String()}
}

// roomsync builds the real program, once.
func roomsync(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var buildDir string

var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildDir, "roomsync")
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "roomsync"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(buildDir)
	os.Exit(code)
}

// pinned is an action at a commit. The placeholder of the examples has no real
// account's form and no real commit, so that an example in which nobody has
// filled it in runs nobody's program.
var (
	pinned      = regexp.MustCompile(`^[\w./-]+@[0-9a-f]{40}$`)
	placeholder = "__OWNER__/roomsync/.github/actions/roomsync@" + strings.Repeat("0", 40)
)

// knownPins are the commits that somebody has looked up. A line with another
// one has to come with an entry here.
var knownPins = map[string]string{
	"actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683":        "v4.2.2",
	"actions/setup-go@d35c59abb061a4a6fb18e82ac0862c26744d6ab5":        "v5.5.0",
	"actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02": "v4.6.2",
}

var usesLine = regexp.MustCompile(`(?m)^[\s-]*uses:\s*(\S+)(?:\s+#\s*(\S+))?\s*$`)

// TestActionsArePinned: by commit, with the version that it is in a comment.
func TestActionsArePinned(t *testing.T) {
	var files []string
	for _, glob := range []string{".github/workflows/*.yml", ".github/actions/*/action.yml", "examples/github/*.yml", "examples/github/environments/*.yml"} {
		found, err := filepath.Glob(filepath.Join(root, glob))
		if err != nil || len(found) == 0 {
			t.Fatalf("no %s: %v", glob, err)
		}
		files = append(files, found...)
	}
	for _, path := range files {
		text := read(t, path)
		lines := usesLine.FindAllStringSubmatch(text, -1)
		if len(lines) != strings.Count(text, "uses:") {
			t.Errorf("%s: this test does not understand one of its uses", path)
		}
		for _, m := range lines {
			switch version, known := knownPins[m[1]]; {
			case m[1] == placeholder || strings.HasPrefix(m[1], "./"):
			case !pinned.MatchString(m[1]):
				t.Errorf("%s: %s is not pinned by a commit", path, m[1])
			case !known || version != m[2]:
				t.Errorf("%s: %s # %s is not among the pins that were looked up", path, m[1], m[2])
			}
		}
	}
}

// serve runs a server for the test, on this machine.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}
