package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"
)

// dump tells all that is known of a node.
func dump(b *strings.Builder, n *node, depth int) {
	said := n.data
	if n.isMapping() || n.isList() {
		said = "" // what is in it follows
	}
	fmt.Fprintf(b, "%s%v %q %v %T %v size=%d broken=%t\n", strings.Repeat("  ", depth), n.pos(), n.at.Value, n.at.Style, n.data, said, n.size, n.broken)
	for _, f := range n.fields() {
		fmt.Fprintf(b, "%s%v %s:\n", strings.Repeat("  ", depth+1), f.pos(), f.name)
		dump(b, f.value, depth+2)
	}
	for _, item := range n.items() {
		dump(b, item, depth+1)
	}
}

// sameInPieces compares what comes of a text in the smallest pieces with what
// comes of the whole, and tells whether it can be read in pieces.
func sameInPieces(t rapid.TB, text string) bool {
	t.Helper()
	src, list := readSource("rooms.yaml", []byte(text))
	if list.Errors() > 0 {
		return false
	}
	c, ok := src.cut(1)
	if !ok {
		return false
	}
	root, list, ok := c.nodes()
	if !ok {
		return false
	}
	wholeRoot, wholeList := src.whole()
	if wholeRoot == nil {
		t.Fatalf("in pieces this can be read, as a whole it cannot: %v\n%s", wholeList, text)
	}
	var got, want strings.Builder
	dump(&got, root, 0)
	dump(&want, wholeRoot, 0)
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Fatalf("(-whole +pieces):\n%s\n%s", diff, text)
	}
	files := files{src}
	if diff := cmp.Diff(files.finish(wholeList), files.finish(list)); diff != "" {
		t.Fatalf("problems (-whole +pieces):\n%s\n%s", diff, text)
	}
	return true
}

// Lines of which some fit together. A quote, a bracket or a block that begins in
// one entry may end in another.
var scraps = []string{
	"  - name: a", "  - name: b", "  - {name: c, size: small}", "  - - x", "  -", "  - |", "  - >-", "  - \"", "  - 'it''s", "  - [a,", "  - # said below",
	"    name: d", "    name: d", "    size: small", "    display_name: x", "    description: |", "    description: \"two", "    description: 'two", "    meta: {a: [1,",
	"      text", "      - text", "  lines\"", "    b]}", "    plain", "      and more", "'", "\"", "]", "}", "    size: large", "    ? odd", "    : odder",
	"", "# a comment", "  # another", "    # a third", "\t", "   ", "- name: e", "- x", "  name: f", " - y", "version: 1", "space: x", "rooms:", "rooms: []", "x-a: &b c", "    layout: *b", "    <<: *b", "  - *b", "    meta: *v", "    *k : x",
	"---", "...", "%YAML 1.2", "x-b: |", "x-c: \"", "    rooms:", "    x: !!str y", "  - !!map", "    <<: {size: small}", "    size: 010", "-", "é: ü", "  - name: ü # ö",
}

func TestPiecesAreTheWhole(t *testing.T) {
	inPieces := 0
	rapid.Check(t, func(t *rapid.T) {
		head := rapid.SampledFrom([]string{"version: 1\nrooms:\n", "rooms: # all\n", "---\nversion: 1\nrooms:\n\n# first\n", "x-t: |\n  rooms:\nrooms:\n",
			"x-b: &b {size: small, layout: 3x3}\nversion: 1\nrooms:\n", "x-b: &b 5up\nx-c: &b\n  size: 010\nrooms:\n", "manage: &b [a]\n&k version: &v 1\nrooms: # and\n"}).Draw(t, "head")
		// Mostly sensible lines, or hardly any text would be YAML.
		line := rapid.OneOf(rapid.SampledFrom(scraps[:2]), rapid.SampledFrom(scraps[11:15]), rapid.SampledFrom(scraps))
		text := head + strings.Join(rapid.SliceOfN(line, 1, 12).Draw(t, "lines"), rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "break")) + rapid.SampledFrom([]string{"", "\n"}).Draw(t, "end")
		if sameInPieces(t, text) {
			inPieces++
		}
	})
	if inPieces == 0 {
		t.Error("no text was read in pieces")
	}
}

// Anchors above the rooms are known in each piece.
func TestAnchorsInPieces(t *testing.T) {
	for name, text := range map[string]string{
		"merged":       "x-b: &b {size: small}\nrooms:\n  - name: a\n    <<: *b\n  - name: b\n    size: large\n    <<: *b\n",
		"a value":      "x-b: &b small\nversion: 1\nrooms: # all\n- name: a\n  size: *b\n- name: b\n",
		"a room":       "x-b: &b\n  name: a\n  size: 010\nrooms:\n  - *b\n  - name: b\n",
		"a key":        "x-b: &b size\nrooms:\n  - name: a\n    *b : small\n  - name: b\n",
		"one of two":   "x-b: &b {size: small}\nx-c: &b {size: large}\nrooms:\n  - name: a\n    <<: *b\n  - name: b\nspace: x\n",
		"of an anchor": "x-b: &b {size: small}\nx-c: &c\n  <<: *b\n  layout: 3x3\nrooms:\n  - name: a\n    <<: [*c, *b]\n  - name: b\n",
	} {
		if !sameInPieces(t, text) {
			t.Errorf("%s: not read in pieces", name)
		}
	}
	// Those that another piece could use, or that are not there, are for the whole.
	for name, text := range map[string]string{
		"inside": "x-b: &b c\nrooms:\n  - &r {name: a}\n  - *r\n",
		"below":  "rooms:\n  - name: a\n  - name: b\nx-b: &b c\nx-c: *b\n",
		"none":   "x-b: &b c\nrooms:\n  - name: a\n  - *r\n",
	} {
		if sameInPieces(t, text) {
			t.Errorf("%s: read in pieces", name)
		}
	}
}

func TestTestdataInPieces(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	inPieces := 0
	for _, path := range archives {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(raw).Files {
			if sameInPieces(t, string(f.Data)) {
				inPieces++
			}
		}
	}
	if inPieces == 0 {
		t.Error("no text was read in pieces")
	}
}

// Large files are read in pieces, whatever else is in them.
func TestCut(t *testing.T) {
	rooms := func(indent string) string {
		var b strings.Builder
		for i := range 2000 {
			fmt.Fprintf(&b, "%s- name: q&a-%d\n%s  display_name: Nothing but a name, and some more of it\n", indent, i, indent)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		text   string
		pieces int
	}{
		"plain":         {"version: 1\nrooms:\n" + rooms("  "), 2},
		"no indent":     {"version: 1\nrooms:\n" + rooms("") + "space: x\n", 2},
		"more below":    {"rooms: # all of them\n\n" + rooms("    ") + "\n# the version\nversion: 1\n", 2},
		"small":         {"rooms:\n  - name: a\n", 0},
		"an anchor":     {"x-a: &a b\nrooms:\n" + rooms("  "), 2},
		"much above":    {"x-a: &a b\nx-b:\n" + strings.Repeat("  - some more text\n", 1000) + "rooms:\n" + rooms("  "), 0},
		"one inside":    {"rooms:\n" + rooms("  ") + "  - &a {name: x}\n", 0},
		"one below":     {"rooms:\n" + rooms("  ") + "x-a: &a b\n", 0},
		"a directive":   {"%YAML 1.2\n---\nrooms:\n" + rooms("  "), 0},
		"flow":          {"rooms: [\n" + rooms("  "), 0},
		"none":          {"rooms:\n" + strings.Repeat("  # nothing\n", 10_000), 0},
		"one mapping":   {"rooms:\n  a: b\n" + rooms("  "), 0},
		"another place": {"defaults:\n  rooms:\n" + rooms("    "), 0},
	} {
		src, _ := readSource("rooms.yaml", []byte(c.text))
		if cutting, _ := src.cut(pieceSize); len(cutting.pieces) != c.pieces {
			t.Errorf("%s: %d pieces, want %d", name, len(cutting.pieces), c.pieces)
		}
	}
}
