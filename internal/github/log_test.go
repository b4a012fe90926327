package github_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roomsync/internal/github"
)

// obeyed finds what the runner would take for a command: "::name …::…" at the
// start of a line, and "##[name …]…" anywhere.
func obeyed(log string) []string {
	var found []string
	for line := range strings.SplitSeq(strings.ReplaceAll(log, "\r", "\n"), "\n") {
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "::") || strings.Contains(line, "##[") {
			found = append(found, line)
		}
	}
	return found
}

func TestDefuse(t *testing.T) {
	for _, c := range []struct{ format, in, want string }{
		{"text", "+ room\n    display_name: a::b\n", "+ room\n    display_name: a::b\n"},
		{"text", "  ::error::x\n::set-output name=digest::x\n", "  \\::error::x\n\\::set-output name=digest::x\n"},
		{"text", "- ##[set-output name=digest]x ###[x] # #[ok]\n", "- ##\\[set-output name=digest]x ###\\[x] # #[ok]\n"},
		{"markdown", "\n\t::x\n", "\n\t\\::x\n"},
		{"json", `{"a": "##[error]"}`, `{"a": "##\u005berror]"}`},
		{"html", "<p>one\n ::error::x\n::: y\n:root{}</p>", "<p>one\n :&#58;error::x\n:&#58;: y\n:root{}</p>"},
		{"html", ":root{}\n<p>##[error]</p>", ":root{}\n<p>##&#91;error]</p>"},
	} {
		// However the text is cut into writes.
		for cut := 1; cut <= len(c.in); cut++ {
			var b bytes.Buffer
			w := github.Defuse(&b, c.format)
			for rest := c.in; rest != ""; rest = rest[min(cut, len(rest)):] {
				if n, err := io.WriteString(w, rest[:min(cut, len(rest))]); err != nil || n != min(cut, len(rest)) {
					t.Fatalf("wrote %d: %v", n, err)
				}
			}
			if b.String() != c.want {
				t.Fatalf("%s, by %d: %q, want %q", c.format, cut, b.String(), c.want)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune(":#[]\n\r\t ax\"\\"))).Draw(t, "text")
		var plain, document bytes.Buffer
		_, _ = io.WriteString(github.Defuse(&plain, "text"), text)
		if found := obeyed(plain.String()); found != nil {
			t.Fatalf("obeyed: %q", found)
		}
		raw, _ := json.Marshal(text)
		_, _ = github.Defuse(&document, "json").Write(raw)
		var back string
		if err := json.Unmarshal(document.Bytes(), &back); err != nil || back != text || obeyed(document.String()) != nil {
			t.Fatalf("%q became %q: %v", text, back, err)
		}
	})
}

func TestAnnotate(t *testing.T) {
	r := github.Run{Workspace: "/home/runner/work/rooms/rooms"}
	write := func(dir string, all ...github.Annotation) string {
		var b strings.Builder
		if err := r.Annotate(&b, dir, all); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, c := range []struct {
		dir  string
		a    github.Annotation
		want string
	}{
		{"/home/runner/work/rooms/rooms", github.Annotation{Level: github.Error, File: "rooms.yaml", Line: 4, Col: 5, Title: "roomsync", Message: "unknown setting"},
			"::error file=rooms.yaml,line=4,col=5,title=roomsync::unknown setting\n"},
		{"/home/runner/work/rooms/rooms/staging", github.Annotation{Level: github.Warning, File: "rooms.yaml", Line: 4, Message: "x"}, "::warning file=staging/rooms.yaml,line=4::x\n"},
		{"/home/runner/work/rooms/rooms/staging", github.Annotation{Level: github.Warning, File: "../prod/rooms.yaml", Line: 4, Message: "x"}, "::warning file=prod/rooms.yaml,line=4::x\n"},
		{"/home/runner/work/rooms/rooms", github.Annotation{Level: github.Notice, File: "/etc/rooms.yaml", Line: 4, Message: "x"}, "::notice file=/etc/rooms.yaml,line=4::x\n"},
		{"", github.Annotation{Level: github.Notice, Message: "x"}, "::notice::x\n"},
		{"/home/runner/work/rooms/rooms", github.Annotation{Level: github.Error, File: "a,b:c%\n.yaml", Title: "a::b,c", Message: "1%\r\n::error::2"},
			"::error file=a%2Cb%3Ac%25%0A.yaml,title=a%3A%3Ab%2Cc::1%25%0D%0A::error::2\n"},
	} {
		if got := write(c.dir, c.a); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	// Ten of each level are shown; the tenth says what is not.
	for n, want := range map[int]string{9: "::error::8", 10: "::error::9", 11: "::error title=roomsync::and 2 more: the summary of this run has them", 1000: "::error title=roomsync::and 991 more: the summary of this run has them"} {
		all := []github.Annotation{{Level: github.Notice, Message: "last"}, {Level: github.Warning, Message: "later"}}
		for i := range n {
			all = append(all, github.Annotation{Level: github.Error, Message: fmt.Sprint(i)})
		}
		lines := strings.Split(strings.TrimSuffix(write("", all...), "\n"), "\n")
		if len(lines) != min(n, 10)+2 || lines[min(n, 10)-1] != want || lines[len(lines)-2] != "::warning::later" || lines[len(lines)-1] != "::notice::last" {
			t.Errorf("of %d: %q", n, lines)
		}
	}
}

func TestOutputs(t *testing.T) {
	var b strings.Builder
	err := github.WriteOutputs(&b, "F1", []github.Output{{"changes", "true"}, {"plan-file", "a=b\nc"}, {"empty", ""}})
	if diff := cmp.Diff("changes<<F1\ntrue\nF1\nplan-file<<F1\na=b\nc\nF1\nempty<<F1\n\nF1\n", b.String()); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	b.Reset()
	if err := github.WriteOutputs(&b, "F1", []github.Output{{"x", "a\nF1\ndigest=0"}}); err == nil || b.Len() > 0 {
		t.Errorf("a value that ends early is written: %v", err)
	}
}
