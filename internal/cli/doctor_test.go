package cli

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roomsync/internal/sandbox"
)

// Servers that are not as they should be, and what doctor says of them.
func TestDoctor(t *testing.T) {
	rooms := func(ids ...string) string {
		var all []string
		for _, id := range ids {
			all = append(all, fmt.Sprintf(`{"id":%q,"name":%q}`, id, id))
		}
		return strings.Join(all, ",")
	}
	page := func(next string, ids ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"links":{"next":%s},"data":[%s]}`, next, rooms(ids...))
		}
	}
	for name, c := range map[string]struct {
		server http.HandlerFunc
		want   string
	}{
		"a proxy that drops the query": {page(`"https://x/api?page_token=1"`, "a"), "failed   paging       the second page has what the first one has"},
		"more than was asked for":      {page("null", "a", "b"), "warning  paging       the server sends more than the one room that was asked for"},
		"another time": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			page("null")(w, r)
		}, "warning  clock        this machine is 1h0m0s behind the server"},
		"an earlier time": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
			page("null")(w, r)
		}, "warning  clock        this machine is 1h0m0s ahead of the server"},
		"no time": {func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Date"] = nil
			page("null")(w, r)
		}, "skipped  clock        the server does not tell the time"},
		"a web page":          {func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<!doctype html><p>hello") }, "failed   access       GET /api/video/conferences: 200 OK: the answer is a web page"},
		"a server in trouble": {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "failed   access       GET /api/video/conferences: 502 Bad Gateway"},
		"one kind only": {func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/rooms") {
				http.NotFound(w, r)
				return
			}
			page("null")(w, r)
		}, "failed   access       GET /api/video/rooms: 404 Not Found"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			w := inSpace(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { asked++; c.server(rw, r) }))
			code := <-w.begin("doctor")
			if got := w.out.String(); !strings.Contains(got, c.want) || (code == 0) == strings.HasPrefix(c.want, "failed") {
				t.Errorf("exit code %d, and it says\n%s\nwant\n%s", code, got, c.want)
			}
			if asked > 4 {
				t.Errorf("%d requests", asked)
			}
		})
	}
}

// A certificate that only a file vouches for.
func TestDoctorBehindTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(sandbox.New(sandbox.Options{}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	w := inSpace(t, http.NotFoundHandler())
	w.env["SIGNALWIRE_SPACE"] = s.URL
	if code := <-w.begin("doctor"); code != 1 || !strings.Contains(w.out.String(), "--ca-file FILE trusts") {
		t.Errorf("exit code %d: %s", code, w.out.String())
	}
	if code := <-w.begin("doctor", "--ca-file", file); code != 0 || !strings.Contains(w.out.String(), ", TLS 1.3, answer in ") {
		t.Errorf("exit code %d: %s", code, w.out.String())
	}
}
