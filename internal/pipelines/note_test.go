package pipelines

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const marker = `<!-- roomsync environment="production"`

type note struct {
	ID     int    `json:"id"`
	Body   string `json:"body"`
	Author struct {
		ID int `json:"id"`
	} `json:"author"`
}

// notes is GitLab's API as far as roomsync-note.sh goes: user 7 has the token.
type notes struct {
	sync.Mutex
	all    []note
	broken string // the request that fails
}

func (n *notes) add(author int, body string) {
	one := note{ID: 100 + len(n.all), Body: body}
	one.Author.ID = author
	n.all = append(n.all, one)
}

func (n *notes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.Lock()
	defer n.Unlock()
	const list = "/api/v4/projects/42/merge_requests/3/notes"
	id, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, list+"/"))
	switch {
	case r.Header.Get("PRIVATE-TOKEN") != "glpat-secret":
		http.Error(w, "who is it?", http.StatusUnauthorized)
	case r.Method+" "+r.URL.Path == n.broken:
		http.Error(w, "not today", http.StatusInternalServerError)
	case r.Method == "GET" && r.URL.Path == "/api/v4/user":
		fmt.Fprint(w, `{"id": 7}`)
	case r.Method == "GET" && r.URL.Path == list:
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
		from := min((page-1)*size, len(n.all))
		_ = json.NewEncoder(w).Encode(append([]note{}, n.all[from:min(from+size, len(n.all))]...))
	case r.Method == "POST" && r.URL.Path == list:
		n.add(7, r.FormValue("body"))
		w.WriteHeader(http.StatusCreated)
	case r.Method == "PUT" && id >= 100 && id < 100+len(n.all) && n.all[id-100].Author.ID == 7:
		n.all[id-100].Body = r.FormValue("body")
	default:
		http.Error(w, r.Method+" "+r.URL.Path, http.StatusForbidden)
	}
}

// post runs the script on a document, and checks on the way that no argument of
// curl holds the token.
func (n *notes) post(t *testing.T, url, document string) result {
	t.Helper()
	needs(t, "sh", "curl", "jq")
	dir := t.TempDir()
	write(t, filepath.Join(dir, "plan.md"), document, 0o600)
	real, err := exec.LookPath("curl")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "tools/curl"), "#!/bin/sh\nprintf '%s\\n' \"$@\" >>'"+dir+"/calls'\nexec '"+real+"' \"$@\"\n", 0o700)
	cmd := exec.Command("sh", filepath.Join(root, "examples/gitlab/roomsync-note.sh"), "plan.md")
	cmd.Dir = dir
	cmd.Env = environ(map[string]string{"CI_API_V4_URL": url + "/api/v4", "CI_MERGE_REQUEST_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "3",
		"ROOMSYNC_NOTE_TOKEN": "glpat-secret", "TMPDIR": dir, "PATH": filepath.Join(dir, "tools") + string(os.PathListSeparator) + os.Getenv("PATH")})
	got := finish(t, cmd)
	if calls, _ := os.ReadFile(filepath.Join(dir, "calls")); strings.Contains(string(calls)+got.output, "secret") {
		t.Errorf("the token is in the arguments or the output: %s%s", calls, got.output)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "tmp.*")); len(left) > 0 {
		t.Errorf("it leaves %v behind", left)
	}
	return got
}

func TestNoteIsKeptUpToDate(t *testing.T) {
	n := &notes{}
	server := serve(t, n)
	n.add(9, marker+" -->\nnot ours")
	for i := range 150 { // so that ours is on the second page
		n.add(9, fmt.Sprintf("note %d", i))
	}
	n.add(7, "by us, about something else: "+marker)
	before := len(n.all)
	post := func(document string) {
		t.Helper()
		if got := n.post(t, server, document); got.code != 0 {
			t.Fatalf("exit code %d: %s", got.code, got.output)
		}
	}
	post(marker + " digest=\"1\" -->\n# Plan\n100% of \\n & <é>\n")
	if len(n.all) != before+1 || n.all[before].Body != marker+" digest=\"1\" -->\n# Plan\n100% of \\n & <é>\n" {
		t.Fatalf("there are %d notes, the last %q", len(n.all), n.all[len(n.all)-1].Body)
	}
	post(marker + " digest=\"2\" -->\nsecond\n")
	if len(n.all) != before+1 || n.all[before].Body != marker+" digest=\"2\" -->\nsecond\n" {
		t.Errorf("there are %d notes, the last %q", len(n.all), n.all[len(n.all)-1].Body)
	}
	post(strings.Replace(marker, "production", "prod", 1) + " -->\nof another environment\n")
	if len(n.all) != before+2 {
		t.Errorf("another environment has no note of its own")
	}
	if n.all[0].Body != marker+" -->\nnot ours" {
		t.Errorf("somebody else's note has become %q", n.all[0].Body)
	}
}

// TestNoteGivesNoOrders: GitLab carries out lines that begin with a slash.
func TestNoteGivesNoOrders(t *testing.T) {
	n := &notes{}
	server := serve(t, n)
	if got := n.post(t, server, marker+" -->\n/merge\n/close\na /b\n"); got.code != 0 {
		t.Fatalf("exit code %d: %s", got.code, got.output)
	}
	if body := n.all[0].Body; strings.Contains(body, "\n/") || !strings.Contains(body, "/merge\n") || !strings.Contains(body, "\na /b\n") {
		t.Errorf("the note is %q", body)
	}
}

// TestNoteFails loudly, and writes nothing, when it does not know what is there.
func TestNoteFails(t *testing.T) {
	for _, c := range []struct{ broken, document string }{
		{"", "no marker\n"},
		{"", ""},
		{"GET /api/v4/user", marker + " -->\n"},
		{"GET /api/v4/projects/42/merge_requests/3/notes", marker + " -->\n"},
		{"POST /api/v4/projects/42/merge_requests/3/notes", marker + " -->\n"},
	} {
		n := &notes{broken: c.broken}
		server := serve(t, n)
		if got := n.post(t, server, c.document); got.code == 0 || got.output == "" {
			t.Errorf("%q of %q: exit code %d: %s", c.broken, c.document, got.code, got.output)
		}
		if len(n.all) > 0 {
			t.Errorf("%q: it has written %q", c.broken, n.all[0].Body)
		}
	}
}
