package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Lines that may hold an address begin with a | here.
func TestSecretLines(t *testing.T) {
	for name, marked := range map[string]string{
		"none": ` version: 1
 rooms:
   - name: a
     display_name: "a: b"
`,
		"brackets": ` rooms:
   - name: a
|    streams: ["rtmp://h/k"]
     size: small
`,
		"a list": ` rooms:
   - name: a
|    streams:
|      - rtmp://h/k
|      - h/k
|      # the old one: k
|
     size: small
   - name: b
`,
		"a list that is not indented": ` rooms:
   - name: a
|    streams:
|    - rtmp://h/k
|    - h/k
     size: small
`,
		"the last key of a room": ` rooms:
   - name: a
|    streams:
|    - h/k
   - name: b
`,
		"a comment": `|# streams: [k]
 rooms:
|  - name: a # rtmp://h/k
     size: small
`,
		"over lines": ` rooms:
   - name: a
|    streams: [
|      "rtmp://h/\
|      k", 'x
|      y' ]
     size: small
`,
		"folded": ` rooms:
   - name: a
|    streams:
|      - >-
|        rtmp://h/
|        key: k
     size: small
`,
		"a room in braces": `|  - {name: a, streams: [k]}
   - {name: b, size: small}
   - {name: c,
|     streams: [k,
|       l], size: small}
   - {name: d}
`,
		"misspelt": `|    strems:
|      - k
     name: a
|    STREAM: [k]
     name: a
|    "steams" : [k]
     name: a
|    'stream':
|    - k
     name: a
|    rtmp_urls: [k]
     name: a
`,
		"a question mark": `|    ? streams
|    : - k
|      - l
     name: a
`,
		"a question mark and a comment": `|    ? "streams" # where
|    : - k
     name: a
`,
		"a key without its colon": `|    streams
|    : [k]
     name: a
`,
		"an anchor": ` x-keys:
|  main: &main rtmp://h/k
   size: small
|x-streams: &all
|  - k
 rooms:
`,
		"JSON": ` {"rooms": [
   {"name": "a",
|   "streams": [
|      "h/k",
|      "rtmp:\/\/h\/l"
|   ],
    "size": "small"}]}
`,
		"no YAML": `|streams: "k
|more of k
|}]
 size: small
`,
		"a word like it": `     description: "restreamed"
     display_name: streaming now
|    strength: 5
     size: small
`,
		"CRLF": " rooms:\r\n|    streams:\r\n|    - h/k\r\n     size: small\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			var text, got strings.Builder
			for line := range strings.Lines(marked) {
				text.WriteString(line[1:])
			}
			secret := SecretLines(text.String())
			n := 0
			for line := range strings.Lines(text.String()) {
				mark := " "
				if secret[n] {
					mark = "|"
				}
				got.WriteString(mark + line)
				n++
			}
			if diff := cmp.Diff(marked, got.String()); diff != "" || len(secret) != n+1 {
				t.Errorf("%d lines of %d, -want +got:\n%s", len(secret), n, diff)
			}
		})
	}
}

// What a message has from a line with a stream is left out, and what is not from
// it stays.
func TestWithoutQuotes(t *testing.T) {
	const secret = "streams: rtmp://h/app,abcdef, 012345, !tagged *alias ${KEY-abcdef} say \"hi\"\n"
	for message, want := range map[string]string{
		`unknown setting "abcdef"`:                                    `unknown setting "…"`,
		`unknown setting "max_member"`:                                `unknown setting "max_member"`,
		`abcdef appears twice in this mapping`:                        `… appears twice in this mapping`,
		`streams appears twice in this mapping`:                       `streams appears twice in this mapping`,
		`012345 is a number to some`:                                  `… is a number to some`,
		`the key 012345 is not text (write "012345" in quotes)`:       `the key … is not text (write "…" in quotes)`,
		`the tag !tagged is not supported`:                            `the tag … is not supported`,
		`*alias refers to an anchor that is not defined above it`:     `… refers to an anchor that is not defined above it`,
		`define it first: &alias`:                                     `define it first: …`,
		`"${KEY-abcdef}" is not a variable: they look like ${NAME}`:   `"…" is not a variable: they look like ${NAME}`,
		`a room must be a mapping, and this is the text "say \"hi\""`: `a room must be a mapping, and this is the text "…"`,
		`the text "rtmp://h/app,abc…", no`:                            `the text "…", no`,
		`put text that contains ": " in quotes, such as "#044EF4"`:    `put text that contains ": " in quotes, such as "#044EF4"`,
	} {
		if got := withoutQuotes(message, secret); got != want {
			t.Errorf("%s\n got %s\nwant %s", message, got, want)
		}
	}
}
