package render

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"sync"

	"roomsync/internal/plan"
)

// The page is one file: the stylesheet and the script are put into the
// template as they are, and nothing else is ever loaded.
var (
	//go:embed html/page.html.tmpl
	pageTemplate string
	//go:embed html/page.css
	pageCSS string
	//go:embed html/page.js
	pageJS string
)

// PlanHTML writes a plan as one self-contained page.
func PlanHTML(w io.Writer, p plan.Plan, about About) error {
	return writePage(w, newPage(p, about, asPlan))
}

// DriftHTML writes the same comparison told from the live side: how the live
// rooms differ from rooms.yaml. The plan is one made with Prune, so that it has
// the rooms that the file does not hold.
func DriftHTML(w io.Writer, p plan.Plan, about About) error {
	return writePage(w, newPage(p, about, asDrift))
}

// FailureHTML is the page of a command that came to no result.
func FailureHTML(w io.Writer, f Failure, about About) error {
	return writePage(w, newFailurePage(f, about))
}

// ValidatedHTML is the page of a file that was checked, and compared with
// nothing.
func ValidatedHTML(w io.Writer, v Validated, about About) error {
	return writePage(w, newValidatedPage(v, about))
}

// parsedPage is the template, parsed when it is first needed: most commands
// never do.
var parsedPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageTemplate))
})

// writePage writes all of a page or, if it cannot be made, nothing.
func writePage(w io.Writer, p page) error {
	p.CSS, p.JS, p.CSP = template.CSS(pageCSS), template.JS(pageJS), contentSecurityPolicy(pageCSS, pageJS)
	var b bytes.Buffer
	if err := parsedPage().Execute(&b, p); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// contentSecurityPolicy allows one style, one script and pictures that are in
// the file themselves (the empty icon), and no request of any kind. So text
// from a server could do nothing even if it came to stand where code can.
func contentSecurityPolicy(style, script string) string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; style-src " + hash(style) + "; script-src " + hash(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
}
