package cli

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// linked is a document as GitHub shows it, with the anchors of its headings.
type linked struct {
	anchors map[string]bool
	links   []string
}

func readMarkdown(t *testing.T, path string) linked {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	m := linked{anchors: make(map[string]bool)}
	err = ast.Walk(md.Parser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if id, has := n.AttributeString("id"); has {
				m.anchors[string(id.([]byte))] = true
			}
		case *ast.Link:
			m.links = append(m.links, string(n.Destination))
		case *ast.Image:
			m.links = append(m.links, string(n.Destination))
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range inHTML.FindAllSubmatch(source, -1) {
		m.links = append(m.links, string(found[1]))
	}
	return m
}

// inHTML are links to pictures that Markdown has no words for.
var inHTML = regexp.MustCompile(`(?:src|srcset)="([^"]+)"`)

// TestLinksLeadSomewhere follows the links of all documents within the project.
func TestLinksLeadSomewhere(t *testing.T) {
	root := "../.."
	followed := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == ".git" {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".md" || strings.Contains(filepath.ToSlash(path), "/testdata/") {
			return nil
		}
		for _, link := range readMarkdown(t, path).links {
			u, err := url.Parse(link)
			if err != nil || u.Scheme != "" {
				continue
			}
			followed++
			target := path
			if u.Path != "" {
				target = filepath.Join(filepath.Dir(path), u.Path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s leads nowhere", path, link)
			} else if u.Fragment != "" && filepath.Ext(target) == ".md" && !readMarkdown(t, target).anchors[u.Fragment] {
				t.Errorf("%s: %s leads to a heading that is not there", path, link)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if followed < 40 { // so that not finding any is noticed
		t.Errorf("%d links", followed)
	}
}
