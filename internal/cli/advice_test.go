package cli

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// says is a server that gives every request the same answer.
func says(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "req-7")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// breaksOff is a server that closes the connection in the middle of an answer.
func breaksOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	io.WriteString(w, `{"links":`)
	w.(http.Flusher).Flush()
	connection, _, _ := w.(http.Hijacker).Hijack()
	_ = connection.(*net.TCPConn).SetLinger(0)
	connection.Close()
}

// Every answer that is of no use is told with what, where, why and what to do; JSON
// has the same, and doctor finds it, too.
func TestUselessAnswers(t *testing.T) {
	const page = "<!doctype html><html>hello"
	for name, c := range map[string]struct {
		server     http.HandlerFunc
		want, hint string
	}{
		"not known":              {says(401, `{"error":"Unauthorized"}`), `401 Unauthorized (request req-7)`, "HOST does not know these credentials: check SIGNALWIRE_PROJECT_ID, SIGNALWIRE_API_TOKEN and SIGNALWIRE_SPACE, which belong together"},
		"no scope":               {says(403, `{"error":"Forbidden"}`), `403 Forbidden (request req-7)`, "the API token lacks the Video scope: enable it under API in your space, or make another token"},
		"a firewall":             {says(403, page), "403 Forbidden: the answer is a web page, not the API's JSON: a proxy, or the wrong host (request req-7)", "that is not the API's word, but perhaps a proxy's or a firewall's: ask whoever runs it to let requests to HOST through"},
		"no API there":           {says(404, page), "404 Not Found: the answer is a web page, not the API's JSON: a proxy, or the wrong host (request req-7)", "HOST has no Video API at this path: check SIGNALWIRE_SPACE or --space"},
		"another space":          {says(301, "", "Location", "https://other.example.com/login?ticket=abc"), "301 Moved Permanently: redirected to other.example.com, which roomsync does not follow: credentials go to the space only (request req-7)", "the space must be the host that answers itself: check SIGNALWIRE_SPACE or --space; or does the login page of a proxy answer instead?"},
		"too many":               {says(429, `{"error":"Slow down"}`), "429 Too Many Requests: Slow down (request req-7)", "SignalWire limits requests per account: try again in a while"},
		"too many for a while":   {says(429, `{"error":"Slow down"}`, "Retry-After", "90"), "429 Too Many Requests: Slow down (request req-7)", "SignalWire limits requests per account: try again in 1m30s, or allow for such waits with --retry-budget"},
		"trouble":                {says(500, page), "500 Internal Server Error: the answer is a web page, not the API's JSON: a proxy, or the wrong host (request req-7)", "the trouble is at HOST, or in between, and not here: try again later; SignalWire's support finds the request by its ID"},
		"an odd refusal":         {says(418, `{"error":"teapot"}`), "418 I'm a teapot: teapot (request req-7)", "what the server says is all there is to go by; SignalWire's support finds the request by its ID"},
		"empty":                  {says(200, ""), "200 OK: the answer is empty (request req-7)", "HOST answers, and not as SignalWire's API does: check SIGNALWIRE_SPACE or --space, and any proxy in between"},
		"a web page":             {says(200, page), "200 OK: the answer is a web page, not the API's JSON: a proxy, or the wrong host (request req-7)", "HOST answers, and not as SignalWire's API does: check SIGNALWIRE_SPACE or --space, and any proxy in between"},
		"no JSON":                {says(200, "hello"), "200 OK: the answer is not JSON: hello (request req-7)", "HOST answers, and not as SignalWire's API does: check SIGNALWIRE_SPACE or --space, and any proxy in between"},
		"half":                   {says(200, `{"data":[`), `200 OK: the answer is not JSON, but cut short or damaged: {"data":[ (request req-7)`, "HOST answers, and not as SignalWire's API does: check SIGNALWIRE_SPACE or --space, and any proxy in between"},
		"another API":            {says(200, `{"hello":1}`), "200 OK: the answer has no data list (request req-7)", "HOST answers, and not as SignalWire's API does: check SIGNALWIRE_SPACE or --space, and any proxy in between"},
		"HTTPS is wanted":        {says(400, "Client sent an HTTP request to an HTTPS server.\n"), "400 Bad Request: the answer is not JSON: Client sent an HTTP request to an HTTPS server. (request req-7)", "the server there speaks HTTPS: leave out the http:// in SIGNALWIRE_SPACE"},
		"reset inside an answer": {breaksOff, "200 OK: the answer broke off: HOST hung up before its end (connection reset)", "try again; if that does not help, look at what is in between: a proxy, a firewall, or the server itself"},
	} {
		t.Run(name, func(t *testing.T) {
			w := inSpace(t, c.server)
			host := strings.TrimPrefix(w.env["SIGNALWIRE_SPACE"], "http://")
			want, hint := strings.Replace(c.want, "HOST", host, 1), strings.Replace(c.hint, "HOST", host, 1)
			kinds := regexp.MustCompile(`list (room|conference)s: GET /api/video/(room|conference)s: `)
			run := func(args ...string) string {
				w.out, w.err = lockedBuffer{}, lockedBuffer{}
				if code := Main(append(args, "--retry-budget", "0s"), w.system()); code != exitError {
					t.Errorf("%v exits %d", args, code)
				}
				return kinds.ReplaceAllString(w.err.String(), "") + w.out.String()
			}
			if got := run("list"); got != "roomsync: "+want+"\n  hint: "+hint+"\n" {
				t.Errorf("list says\n%s, want\n%s\n%s", got, want, hint)
			}
			run("plan", "--format", "json")
			var document struct{ Error, Hint string }
			if err := json.Unmarshal([]byte(w.out.String()), &document); err != nil || kinds.ReplaceAllString(document.Error, "") != want || document.Hint != hint {
				t.Errorf("JSON has %v %+v", err, document)
			}
			if got := run("doctor"); !strings.Contains(got, "failed   access       GET /api/video/conferences: "+want+"\n") || !strings.Contains(got, "  hint: "+hint+"\n") {
				t.Errorf("doctor says\n%s", got)
			}
		})
	}
}

func TestOddSpace(t *testing.T) {
	for host, want := range map[string]string{
		"example.signalwire.com":               "",
		"example.signalwire.com:443":           "",
		"localhost:8080":                       "",
		"127.0.0.1:8080":                       "",
		"[::1]:8080":                           "",
		"example":                              "did you mean example.signalwire.com?",
		"example.signalwire.con":               "did you mean example.signalwire.com?",
		"example.singalwire.com:443":           "did you mean example.signalwire.com?",
		"signalwire.com":                       "the name of your space is missing before it, as in example.signalwire.com",
		"api.example.com":                      "api.example.com is not below signalwire.com",
		"7b981c06-1c3f-4a1a-8f4e-000000000000": "that is a project ID, and the space is a host such as example.signalwire.com",
	} {
		if got := oddSpace(host); got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}
