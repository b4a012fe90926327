package export_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"roomsync/internal/config"
	"roomsync/internal/export"
)

// values lists what nodes mean, in their order, one line each.
func values(n *yaml.Node, probe string) []string {
	var all []string
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		value := n.Value
		if value == probe {
			value, n.Tag = "PROBE", "!!str"
		}
		all = append(all, fmt.Sprintf("%d %s %q &%s", n.Kind, n.Tag, value, n.Anchor))
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(n)
	return all
}

const probe = "probe-0815"

// checkExtents replaces every scalar of a text in turn: what is read then must
// be the same but for that one.
func checkExtents(t interface{ Fatalf(string, ...any) }, p export.Places) {
	text := p.Text()
	before := values(p.Root(), probe)
	for i, n := range p.Nodes() {
		from, to := p.Extent(n)
		if n.Kind != yaml.ScalarNode {
			continue
		}
		if n.Tag == "!!merge" || p.Lone(n) {
			continue
		}
		replaced := `"` + probe + `"`
		if from == to {
			replaced = " " + replaced
			if p.Bare(n) && !strings.HasSuffix(p.Text()[:from], "?") {
				replaced = ":" + replaced
			} else if !strings.HasSuffix(p.Text()[:from], ":") && !strings.HasSuffix(p.Text()[:from], "-") {
				continue // a key
			}
		}
		if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && strings.HasSuffix("\n"+strings.TrimRight(p.Text()[:from], " "), "\n") {
			replaced = strings.Repeat(" ", 50) + replaced // the mark of a block scalar need not be further in than its key
		}
		if n.Anchor != "" && from != to && !strings.ContainsAny(p.Text()[from-1:from], " \t\n") {
			replaced = " " + replaced // yaml.v3 lets a text follow an anchor at once
		}
		changed := p.Text()[:from] + replaced + p.Text()[to:]
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(changed), &doc); err != nil {
			if p.Bare(n) {
				continue // behind a key of several lines, a colon cannot be
			}
			t.Fatalf("replaced %q at %d: %v\n%s\nwas\n%s", n.Value, from, err, changed, text)
		}
		want := append([]string(nil), before...)
		want[i] = fmt.Sprintf("%d %s %q &%s", n.Kind, "!!str", "PROBE", n.Anchor)
		if diff := cmp.Diff(want, values(doc.Content[0], probe)); diff != "" {
			t.Fatalf("replaced %q at %d (-want +got):\n%s\n%s\nwas\n%s", n.Value, from, diff, changed, text)
		}
	}
}

func TestExtents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &author{T: t}
		text := a.finish(a.file())
		if !readable(text) {
			t.Skip("not YAML")
		}
		p, err := export.PlacesIn(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		checkExtents(t, p)
	})
}

// readable tells whether a text is YAML, of the characters that files may have.
func readable(text []byte) bool {
	_, problems := config.Parse("", text)
	for _, p := range problems {
		if p.Pos.Line == 0 || strings.HasPrefix(p.Message, "not valid YAML") {
			return false
		}
	}
	return utf8.Valid(text) && !strings.ContainsAny(strings.TrimPrefix(string(text), "\ufeff"), "\u0085\u2028\u2029\ufeff\x00") &&
		!strings.Contains(strings.ReplaceAll(string(text), "\r\n", ""), "\r") && yaml.Unmarshal(text, new(yaml.Node)) == nil
}

// FuzzExtents looks for texts in which a value is found where it is not. Not to
// find it is no harm: the text is left alone.
func FuzzExtents(f *testing.F) {
	paths, err := filepath.Glob("testdata/pull/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".yaml") {
				f.Add(file.Data)
			}
		}
	}
	for _, text := range []string{"a: &x\nb: !!str\n", "- &a k: v\n", "[a: b, ? c, {d, e: }]", "? - a\n: |1+\n  x\n\n", "{\"a\":1,'b': >\n}", "a: ! b\n", "- - - |\n   x\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 2000 || !readable(text) {
			return
		}
		if p, err := export.PlacesIn(text); err == nil {
			checkExtents(t, p)
		}
	})
}
