package cli

import (
	"maps"
	"os"
	"strings"
	"testing"

	"roomsync/internal/sandbox"
)

// What people may write where a stream belongs, or near one, and get wrong. A
// line that begins with a | is behind "version: 1" and "rooms:", as one of them.
var wrongStreams = map[string]string{
	"misspelt":                   `| - {name: a, stream: ["rtmps://h.example.com/k3y0"]}`,
	"misspelt, in a block":       "|  - name: a\n    steams:\n      - rtmps://h.example.com/app/k3y0\n      - k3y0k3y0\n",
	"misspelt, without brackets": "|  - name: a\n    strems: \"rtmps://h.example.com/app/k3y0\"\n",
	"another word":               "|  - name: a\n    rtmp_urls: [k3y0k3y0, \"rtmp://h.example.com/k3y0\"]\n",
	"capitals":                   "|  - name: a\n    STREAMS: [ \"app/k3y0k3y0\" ]\n",
	"quoted key":                 "|  - name: a\n    \"streams\" : [ \"app/k3y0k3y0\" ]\n",
	"no list":                    "|  - name: a\n    streams: rtmps://h.example.com/app/k3y0\n",
	"a mapping":                  "|  - name: a\n    streams: {url: rtmps://h.example.com/app/k3y0, k3y0k3y0: 1}\n",
	"mappings":                   "|  - name: a\n    streams:\n      - url: rtmps://h.example.com/app/k3y0\n        k3y0k3y0: 1\n",
	"mappings, name and key":     "|  - name: a\n    streams:\n    - server: rtmps://h.example.com/app\n      key: k3y0k3y0\n",
	"a list in it":               `| - {name: a, streams: [["rtmps://h.example.com/k3y0"]]}`,
	"no scheme":                  "|  - name: a\n    streams:\n      - h.example.com/app/k3y0\n",
	"another scheme":             "|  - name: a\n    streams:\n    - https://h.example.com/app/k3y0\n    size: k3\n",
	"no host":                    `| - {name: a, streams: ["rtmps:///app/k3y0", "rtmps:/h/k3y0", "rtmps//h/k3y0"]}`,
	"a blank":                    `| - {name: a, streams: ["rtmps://h.example.com/app/ k3y0 k3y0"]}`,
	"a quote":                    `| - {name: a, streams: ["rtmps://h.example.com/app/k3y0\"k3y0k3y0"]}`,
	"as it is shown":             `| - {name: a, streams: ["rtmps://h.example.com/…/k3y0", "rtmps://h.example.com/…k3y0", "rtmps://h.example.com/…#0123456789abk3y0"]}`,
	"twice":                      `| - {name: a, streams: ["rtmps://h.example.com/k3y0", "rtmps://h.example.com/k3y0"]}`,
	"twice, spelled differently": "|  - name: a\n    streams:\n      - rtmps://h.example.com/k3y0\n      - RTMPS://H.example.com/k3y0\n",
	"too long":                   `| - {name: a, streams: ["rtmps://h.example.com/` + strings.Repeat("k3y0", 700) + `"]}`,
	"comma outside of quotes":    `| - {name: a, streams: [rtmps://h.example.com/app,k3y0k3y0]}`,
	"comma outside of brackets":  `| - {name: a, streams: rtmps://h.example.com/app,k3y0k3y0, size: k3}`,
	"two commas":                 `| - {name: a, streams: rtmps://h.example.com/app,k3y0k3y0,k3y0k3y0}`,
	"a key that is a number":     `| - {name: a, streams: rtmps://h.example.com/app,0x11111111111111111k3y0: 1, 7: k3y0}`,
	"braces":                     `| - {name: a, streams: [rtmps://h.example.com/app?{k3y0k3y0}]}`,
	"a bracket":                  `| - {name: a, streams: [rtmps://h.example.com/app/]k3y0k3y0]}`,
	"a brace that ends the room": `| - {name: a, streams: [rtmps://h.example.com/app/k3y0}k3y0k3y0]}`,
	"unknown anchor":             `| - {name: a, streams: [rtmps://h.example.com/app, *k3y0k3y0]}`,
	"a tag":                      `| - {name: a, streams: [!k3y0k3y0 rtmps://h.example.com/app]}`,
	"a colon":                    "|  - name: a\n    streams: rtmps://h.example.com/app: k3y0k3y0: k3y0\n",
	"an @":                       "|  - name: a\n    streams: [@k3y0k3y0, rtmps://h/k3y0]\n",
	"a percent sign":             "|  - name: a\n    streams:\n      - %k3y0k3y0\n",
	"a tab":                      "|  - name: a\n    streams:\n\t- rtmps://h/k3y0k3y0\n",
	"open quote":                 "|  - name: a\n    streams: [\"rtmps://h.example.com/k3y0\n  - name: b\n    size: small\n",
	"open quote below":           "|  - name: a\n    streams:\n      - \"rtmps://h.example.com/\n         k3y0k3y0\n  - name: b\n",
	"open bracket":               "|  - name: a\n    streams: [rtmps://h.example.com/app/k3y0,\n      k3y0k3y0\n  - name: b\n",
	"quoted, over lines":         "|  - name: a\n    streams: [\"rtmps://h.example.com/app/\\\n      k3y0k3y0\",\n      k3y0k3y0: 2]\n",
	"single quotes, over lines":  "|  - name: a\n    streams:\n    - 'rtmps://h.example.com/app/\n      k3y0k3y0'\n    max_member: 1\n",
	"folded":                     "|  - name: a\n    streams:\n      - >-\n        rtmps://h.example.com/app/\n        k3y0k3y0\n      - |\n        k3y0k3y0: 2\n",
	"folded, no list":            "|  - name: a\n    streams: >\n      rtmps://h.example.com/app/\n      k3y0k3y0\n    sizes: small\n",
	"with comments":              "|  - name: a\n    streams: # rtmp://h/k3y0\n    # the key was k3y0k3y0\n    - k3y0/k3y0 # and is k3y0k3y0\n    sizes: small\n",
	"wrong indentation":          "|  - name: a\n    streams:\n  - k3y0k3y0\n  - rtmps://h/k3y0\n   - k3y0k3y0\n",
	"a question mark":            "|  - name: a\n    ? streams\n    : - k3y0k3y0\n      - rtmps://h/k3y0\n",
	"JSON":                       "{\"version\": 1, \"rooms\": [\n{\"name\": \"a\",\n \"streams\": [\n  \"h/k3y0k3y0\",\n  \"rtmp:\\/\\/h\\/k3y0 \"],\n \"sizes\": 1}]}\n",
	"JSON on a line":             "{\"version\": 1, \"rooms\": [{\"name\": \"a\", \"streams\": [\"h/k3y0k3y0\"], \"k3y0k3y0\": 1}]}\n",
	"in defaults":                "version: 1\ndefaults:\n  conference:\n    streams: [\"rtmps://h.example.com/k3y0\", k3y0k3y0]\nrooms: [{name: a}]\n",
	"on top":                     "version: 1\nstreams: [\"rtmps://h.example.com/k3y0\", k3y0k3y0]\nrooms: [{name: a}]\n",
	"in meta and a text":         "|  - {name: a, display_name: \"rtmps://h/k3y0\", size: \"rtmps://h/k3y0\", meta: {streams: [\"rtmps://h/k3y0\"]}}\n",
	"anchors":                    "version: 1\nx-keys:\n  - &main rtmps://h.example.com/k3y0\n  - &other k3y0k3y0/k3y0\n  - &third\n    k3y0k3y0k3y0\nx-other:\n  size: &fourth k3y0k3y0k3y0/k3y0\nrooms: [{name: a, streams: [*main, *other, *third, *fourth]}]\n",
	"anchor of a list":           "version: 1\nx-here: &all [\"rtmps://h.example.com/k3y0\", k3y0k3y0]\nrooms: [{name: a, streams: *all}, {name: b, streams: [*all]}]\n",
	"merges":                     "version: 1\nx-broadcast: &b\n  streams:\n    - rtmps://h.example.com/k3y0\n    - k3y0k3y0\nrooms:\n  - name: a\n    <<: *b\n  - {name: b, <<: [*b, {streams: k3y0k3y0, k3y0k3y0: 1}]}\n",
	"merge of a text":            "|  - name: a\n    streams: [\"rtmps://h/k3y0\"]\n    <<: rtmps://h/k3y0k3y0\n",
	"key twice":                  "|  - name: a\n    streams: [\"rtmps://h/k3y0\"]\n    streams: [\"k3y0k3y0\"]\n",
	"another key twice":          `| - {name: a, streams: rtmps://h/app,k3y0k3y0,k3y0k3y0: 1}`,
	"name twice":                 "|  - {name: a, streams: [\"rtmps://h/k3y0\"]}\n  - {name: a, streams: [\"rtmps://h/k3y0\"]}\n",
	"variable without an end":    `| - {name: a, streams: ["rtmps://h/${KEY:-k3y0", "rtmps://h/k3y0${"]}`,
	"a default as in shells":     `| - {name: a, streams: ["rtmps://h/${KEY-k3y0k3y0}", "${KEY:=k3y0k3y0}", "${KEY:-${k3y0k3y0}}"]}`,
	"a default over lines":       "|  - name: a\n    streams:\n      - \"rtmps://h.example.com/\\\n        app/${KEY-k3y0k3y0}\"\n      - >-\n        x\n        ${KEY-k3y0k3y0}\n",
	"a dollar sign in the key":   `| - {name: a, streams: ["rtmps://h/k3y0${k3y0-k3y0}$k3y0"]}`,
	"a default elsewhere":        `| - {name: a, max_members: "${URL:-rtmps://h/k3y0}", prebuilt_ui: "rtmps://h/k3y0"}`,
	"value of a variable":        `| - {name: a, max_members: "${URL}", size: "${URL}", streams: ["${SHORT}", "${URL}", "${URL} "], dark_primary: "${URL}"}`,
	"as a name":                  "|  - name: rtmps://h.example.com/k3y0\n  - rtmps://h.example.com/k3y0\n  - name: [rtmps://h.example.com/k3y0]\n",
	"as a glob":                  "version: 1\nmanage: [\"rtmps://h.example.com/k3y0\"]\nspace: rtmps://h.example.com/k3y0\nprotect: rtmps://h.example.com/k3y0\nrooms: []\n",
	"wrong beside it":            "|  - {name: a, max_member: 5, streams: [\"rtmps://h/k3y0k3y0\"], sizes: small}\n",
	"wrong above and below":      "|  - name: a\n    sizes: small\n    streams: [\"rtmps://h/k3y0k3y0\"]\n    max_member: 5\n",
	"control character":          "|  - name: a\n    streams: [\"rtmps://h/k3y0\x01k3y0\"]\n",
	"not UTF-8":                  "|  - name: a\n    streams:\n      - h/k3y0\xffk3y0\n",
	"a carriage return":          "|  - name: a\r    streams:\r      - h/k3y0k3y0\r",
	"UTF-16":                     "\xff\xfev\x00e\x00rtmp://h/k3y0",
	"two documents":              "|  - {name: a, streams: [\"rtmps://h/k3y0\"]}\n--- {streams: [k3y0k3y0]}\n",
	"no mapping":                 "rtmps://h.example.com/k3y0k3y0\n",
	"a list of addresses":        "- rtmps://h.example.com/k3y0k3y0\n- k3y0k3y0\n",
	"only the key":               "streams: k3y0k3y0\n",
}

// However a stream is written in a file, what is said of it has no key in it.
func TestKeysInWrongFiles(t *testing.T) {
	k := sandbox.New(sandbox.Options{Seed: 1})
	if _, err := k.Put("conference", "a", map[string]any{"display_name": "A", "size": "large"}); err != nil {
		t.Fatal(err)
	}
	w := inSpace(t, k)
	w.env["ROOMSYNC_VAR_URL"], w.env["ROOMSYNC_VAR_SHORT"] = "rtmps://h.example.com/app/k3y0k3y0", "app/k3y0k3y0"
	outside := maps.Clone(w.env)
	github := maps.Clone(w.env)
	maps.Copy(github, map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_OUTPUT": "outputs"})
	for name, text := range wrongStreams {
		if rest, room := strings.CutPrefix(text, "|"); room {
			text = "version: 1\nrooms:\n" + rest + "\n"
		}
		t.Run(name, func(t *testing.T) {
			for i, args := range [][]string{{"fmt", "--check", "--diff"}, {"validate"}, {"validate", "--format", "json"}, {"validate", "-f", "base.yaml", "-f", "rooms.yaml"}, {"plan", "--format", "json", "--out", "plan.json"}, {"render"}, {"pull", "--check", "--add", "--remove"}} {
				for path, text := range map[string]string{"rooms.yaml": text, "base.yaml": "version: 1\nrooms:\n  - {name: a, streams: [h/k3y0k3y0, \"rtmps://h/k3y0\"], k3: 1}\n"} {
					if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				for _, path := range []string{"summary.md", "outputs", "plan.json"} {
					_ = os.Remove(path)
				}
				if w.env = outside; i%2 == 0 {
					w.env = github
				}
				w.out, w.err = lockedBuffer{}, lockedBuffer{}
				code := Main(args, w.system())
				if found := keyIn(w.out.String() + w.err.String() + leftFiles(t)); found != "" {
					t.Fatalf("%s: %v: there is a key in …%s…", name, args, found)
				}
				if strings.Contains(w.err.String(), "internal error") || i == 1 && code == exitOK && !strings.HasPrefix(name, "in meta") {
					t.Errorf("%s: %v: exit code %d: %s%s", name, args, code, w.out.String(), w.err.String())
				}
			}
		})
	}
}
