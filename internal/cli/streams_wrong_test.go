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
	"misspelt":                   `| - {name: a, stream: ["rtmps://h.example.com/k3y"]}`,
	"misspelt, in a block":       "|  - name: a\n    steams:\n      - rtmps://h.example.com/app/k3y\n      - k3yk3y\n",
	"misspelt, without brackets": "|  - name: a\n    strems: \"rtmps://h.example.com/app/k3y\"\n",
	"another word":               "|  - name: a\n    rtmp_urls: [k3yk3y, \"rtmp://h.example.com/k3y\"]\n",
	"capitals":                   "|  - name: a\n    STREAMS: [ \"app/k3yk3y\" ]\n",
	"quoted key":                 "|  - name: a\n    \"streams\" : [ \"app/k3yk3y\" ]\n",
	"no list":                    "|  - name: a\n    streams: rtmps://h.example.com/app/k3y\n",
	"a mapping":                  "|  - name: a\n    streams: {url: rtmps://h.example.com/app/k3y, k3yk3y: 1}\n",
	"mappings":                   "|  - name: a\n    streams:\n      - url: rtmps://h.example.com/app/k3y\n        k3yk3y: 1\n",
	"mappings, name and key":     "|  - name: a\n    streams:\n    - server: rtmps://h.example.com/app\n      key: k3yk3y\n",
	"a list in it":               `| - {name: a, streams: [["rtmps://h.example.com/k3y"]]}`,
	"no scheme":                  "|  - name: a\n    streams:\n      - h.example.com/app/k3y\n",
	"another scheme":             "|  - name: a\n    streams:\n    - https://h.example.com/app/k3y\n    size: k3\n",
	"no host":                    `| - {name: a, streams: ["rtmps:///app/k3y", "rtmps:/h/k3y", "rtmps//h/k3y"]}`,
	"a blank":                    `| - {name: a, streams: ["rtmps://h.example.com/app/ k3y k3y"]}`,
	"a quote":                    `| - {name: a, streams: ["rtmps://h.example.com/app/k3y\"k3yk3y"]}`,
	"as it is shown":             `| - {name: a, streams: ["rtmps://h.example.com/…/k3y", "rtmps://h.example.com/…k3y", "rtmps://h.example.com/…#0123456789abk3y"]}`,
	"twice":                      `| - {name: a, streams: ["rtmps://h.example.com/k3y", "rtmps://h.example.com/k3y"]}`,
	"twice, spelled differently": "|  - name: a\n    streams:\n      - rtmps://h.example.com/k3y\n      - RTMPS://H.example.com/k3y\n",
	"too long":                   `| - {name: a, streams: ["rtmps://h.example.com/` + strings.Repeat("k3y", 700) + `"]}`,
	"comma outside of quotes":    `| - {name: a, streams: [rtmps://h.example.com/app,k3yk3y]}`,
	"comma outside of brackets":  `| - {name: a, streams: rtmps://h.example.com/app,k3yk3y, size: k3}`,
	"two commas":                 `| - {name: a, streams: rtmps://h.example.com/app,k3yk3y,k3yk3y}`,
	"a key that is a number":     `| - {name: a, streams: rtmps://h.example.com/app,0x11111111111111111k3y: 1, 7: k3y}`,
	"braces":                     `| - {name: a, streams: [rtmps://h.example.com/app?{k3yk3y}]}`,
	"a bracket":                  `| - {name: a, streams: [rtmps://h.example.com/app/]k3yk3y]}`,
	"a brace that ends the room": `| - {name: a, streams: [rtmps://h.example.com/app/k3y}k3yk3y]}`,
	"unknown anchor":             `| - {name: a, streams: [rtmps://h.example.com/app, *k3yk3y]}`,
	"a tag":                      `| - {name: a, streams: [!k3yk3y rtmps://h.example.com/app]}`,
	"a colon":                    "|  - name: a\n    streams: rtmps://h.example.com/app: k3yk3y: k3y\n",
	"an @":                       "|  - name: a\n    streams: [@k3yk3y, rtmps://h/k3y]\n",
	"a percent sign":             "|  - name: a\n    streams:\n      - %k3yk3y\n",
	"a tab":                      "|  - name: a\n    streams:\n\t- rtmps://h/k3yk3y\n",
	"open quote":                 "|  - name: a\n    streams: [\"rtmps://h.example.com/k3y\n  - name: b\n    size: small\n",
	"open quote below":           "|  - name: a\n    streams:\n      - \"rtmps://h.example.com/\n         k3yk3y\n  - name: b\n",
	"open bracket":               "|  - name: a\n    streams: [rtmps://h.example.com/app/k3y,\n      k3yk3y\n  - name: b\n",
	"quoted, over lines":         "|  - name: a\n    streams: [\"rtmps://h.example.com/app/\\\n      k3yk3y\",\n      k3yk3y: 2]\n",
	"single quotes, over lines":  "|  - name: a\n    streams:\n    - 'rtmps://h.example.com/app/\n      k3yk3y'\n    max_member: 1\n",
	"folded":                     "|  - name: a\n    streams:\n      - >-\n        rtmps://h.example.com/app/\n        k3yk3y\n      - |\n        k3yk3y: 2\n",
	"folded, no list":            "|  - name: a\n    streams: >\n      rtmps://h.example.com/app/\n      k3yk3y\n    sizes: small\n",
	"with comments":              "|  - name: a\n    streams: # rtmp://h/k3y\n    # the key was k3yk3y\n    - k3y/k3y # and is k3yk3y\n    sizes: small\n",
	"wrong indentation":          "|  - name: a\n    streams:\n  - k3yk3y\n  - rtmps://h/k3y\n   - k3yk3y\n",
	"a question mark":            "|  - name: a\n    ? streams\n    : - k3yk3y\n      - rtmps://h/k3y\n",
	"JSON":                       "{\"version\": 1, \"rooms\": [\n{\"name\": \"a\",\n \"streams\": [\n  \"h/k3yk3y\",\n  \"rtmp:\\/\\/h\\/k3y \"],\n \"sizes\": 1}]}\n",
	"JSON on a line":             "{\"version\": 1, \"rooms\": [{\"name\": \"a\", \"streams\": [\"h/k3yk3y\"], \"k3yk3y\": 1}]}\n",
	"in defaults":                "version: 1\ndefaults:\n  conference:\n    streams: [\"rtmps://h.example.com/k3y\", k3yk3y]\nrooms: [{name: a}]\n",
	"on top":                     "version: 1\nstreams: [\"rtmps://h.example.com/k3y\", k3yk3y]\nrooms: [{name: a}]\n",
	"in meta and a text":         "|  - {name: a, display_name: \"rtmps://h/k3y\", size: \"rtmps://h/k3y\", meta: {streams: [\"rtmps://h/k3y\"]}}\n",
	"anchors":                    "version: 1\nx-keys:\n  - &main rtmps://h.example.com/k3y\n  - &other k3yk3y/k3y\n  - &third\n    k3yk3yk3y\nx-other:\n  size: &fourth k3yk3yk3y/k3y\nrooms: [{name: a, streams: [*main, *other, *third, *fourth]}]\n",
	"anchor of a list":           "version: 1\nx-here: &all [\"rtmps://h.example.com/k3y\", k3yk3y]\nrooms: [{name: a, streams: *all}, {name: b, streams: [*all]}]\n",
	"merges":                     "version: 1\nx-broadcast: &b\n  streams:\n    - rtmps://h.example.com/k3y\n    - k3yk3y\nrooms:\n  - name: a\n    <<: *b\n  - {name: b, <<: [*b, {streams: k3yk3y, k3yk3y: 1}]}\n",
	"merge of a text":            "|  - name: a\n    streams: [\"rtmps://h/k3y\"]\n    <<: rtmps://h/k3yk3y\n",
	"key twice":                  "|  - name: a\n    streams: [\"rtmps://h/k3y\"]\n    streams: [\"k3yk3y\"]\n",
	"another key twice":          `| - {name: a, streams: rtmps://h/app,k3yk3y,k3yk3y: 1}`,
	"name twice":                 "|  - {name: a, streams: [\"rtmps://h/k3y\"]}\n  - {name: a, streams: [\"rtmps://h/k3y\"]}\n",
	"variable without an end":    `| - {name: a, streams: ["rtmps://h/${KEY:-k3y", "rtmps://h/k3y${"]}`,
	"a default as in shells":     `| - {name: a, streams: ["rtmps://h/${KEY-k3yk3y}", "${KEY:=k3yk3y}", "${KEY:-${k3yk3y}}"]}`,
	"a default over lines":       "|  - name: a\n    streams:\n      - \"rtmps://h.example.com/\\\n        app/${KEY-k3yk3y}\"\n      - >-\n        x\n        ${KEY-k3yk3y}\n",
	"a dollar sign in the key":   `| - {name: a, streams: ["rtmps://h/k3y${k3y-k3y}$k3y"]}`,
	"a default elsewhere":        `| - {name: a, max_members: "${URL:-rtmps://h/k3y}", prebuilt_ui: "rtmps://h/k3y"}`,
	"value of a variable":        `| - {name: a, max_members: "${URL}", size: "${URL}", streams: ["${SHORT}", "${URL}", "${URL} "], dark_primary: "${URL}"}`,
	"as a name":                  "|  - name: rtmps://h.example.com/k3y\n  - rtmps://h.example.com/k3y\n  - name: [rtmps://h.example.com/k3y]\n",
	"as a glob":                  "version: 1\nmanage: [\"rtmps://h.example.com/k3y\"]\nspace: rtmps://h.example.com/k3y\nprotect: rtmps://h.example.com/k3y\nrooms: []\n",
	"wrong beside it":            "|  - {name: a, max_member: 5, streams: [\"rtmps://h/k3yk3y\"], sizes: small}\n",
	"wrong above and below":      "|  - name: a\n    sizes: small\n    streams: [\"rtmps://h/k3yk3y\"]\n    max_member: 5\n",
	"control character":          "|  - name: a\n    streams: [\"rtmps://h/k3y\x01k3y\"]\n",
	"not UTF-8":                  "|  - name: a\n    streams:\n      - h/k3y\xffk3y\n",
	"a carriage return":          "|  - name: a\r    streams:\r      - h/k3yk3y\r",
	"UTF-16":                     "\xff\xfev\x00e\x00rtmp://h/k3y",
	"two documents":              "|  - {name: a, streams: [\"rtmps://h/k3y\"]}\n--- {streams: [k3yk3y]}\n",
	"no mapping":                 "rtmps://h.example.com/k3yk3y\n",
	"a list of addresses":        "- rtmps://h.example.com/k3yk3y\n- k3yk3y\n",
	"only the key":               "streams: k3yk3y\n",
}

// However a stream is written in a file, what is said of it has no key in it.
func TestKeysInWrongFiles(t *testing.T) {
	k := sandbox.New(sandbox.Options{Seed: 1})
	if _, err := k.Put("conference", "a", map[string]any{"display_name": "A", "size": "large"}); err != nil {
		t.Fatal(err)
	}
	w := inSpace(t, k)
	w.env["ROOMSYNC_VAR_URL"], w.env["ROOMSYNC_VAR_SHORT"] = "rtmps://h.example.com/app/k3yk3y", "app/k3yk3y"
	outside := maps.Clone(w.env)
	github := maps.Clone(w.env)
	maps.Copy(github, map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_STEP_SUMMARY": "summary.md", "GITHUB_OUTPUT": "outputs"})
	for name, text := range wrongStreams {
		if rest, room := strings.CutPrefix(text, "|"); room {
			text = "version: 1\nrooms:\n" + rest + "\n"
		}
		t.Run(name, func(t *testing.T) {
			for i, args := range [][]string{{"fmt", "--check", "--diff"}, {"validate"}, {"validate", "--format", "json"}, {"validate", "-f", "base.yaml", "-f", "rooms.yaml"}, {"plan", "--format", "json", "--out", "plan.json"}, {"render"}, {"pull", "--check", "--add", "--remove"}} {
				for path, text := range map[string]string{"rooms.yaml": text, "base.yaml": "version: 1\nrooms:\n  - {name: a, streams: [h/k3yk3y, \"rtmps://h/k3y\"], k3: 1}\n"} {
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
