//go:build browser

package render

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"roomsync/internal/plan"
)

// The pages in a real browser, which has to be there: run with
//
//	go test -tags browser ./internal/render -run Browser
//
// and with -screenshot to make the picture of the README anew.
var screenshot = flag.String("screenshot", "", "write a picture of a plan into this file")

// browser is the command of Chromium, by the names that systems give it.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
			if path := filepath.Join(dir, name); isExecutable(path) {
				return path
			}
		}
	}
	t.Fatal("there is no Chromium on the PATH, and these tests are about one: install it (apt-get install chromium)")
	return ""
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

// tab is a page that is open in a browser, with what it did that it should not.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	requests []string // that are about anything but the file itself
	errors   []string // exceptions, console messages, violations of the policy
}

// open opens a document in a browser of its own. Whatever it asks for or
// complains about fails the test at its end.
func open(t *testing.T, document string) *tab {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
		t.Fatal(err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(browser(t)), chromedp.WindowSize(1200, 900),
		chromedp.NoSandbox) // CI runs as root, which the sandbox refuses
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	b := &tab{t: t}
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	b.ctx, cancel = chromedp.NewContext(ctx, chromedp.WithListener(b.watch))
	t.Cleanup(cancel)
	t.Cleanup(b.behaved)
	b.do()
	command(b, network.Enable, network.EnableParams{})
	command(b, log.Enable, cdp.Empty{})
	b.do(chromedp.Navigate("file://" + path))
	return b
}

// watch takes note of an event. It is called before the answer to whatever
// caused the event.
func (b *tab) watch(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		for _, scheme := range []string{"file:", "data:", "about:"} {
			if strings.HasPrefix(e.Request.URL, scheme) {
				return
			}
		}
		b.requests = append(b.requests, e.Request.URL)
	case *network.EventWebSocketCreated:
		b.requests = append(b.requests, e.URL)
	case *runtime.EventExceptionThrown:
		b.errors = append(b.errors, "exception: "+e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.errors = append(b.errors, "console: "+fmt.Sprint(e.Args))
	case *log.EventEntryAdded: // violations of the policy come here
		b.errors = append(b.errors, string(e.Entry.Source)+": "+e.Entry.Text)
	case *devtools.EventJavascriptDialogOpening:
		b.errors = append(b.errors, "dialog: "+e.Message)
	}
}

// behaved fails the test for what the page should not have done.
func (b *tab) behaved() {
	if err := chromedp.Do(b.ctx, chromedp.Evaluate[chromedp.Void](`0`)); err != nil { // events come before answers
		b.t.Errorf("the browser is gone: %v", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.requests {
		b.t.Errorf("the page asked for %s", url)
	}
	for _, e := range b.errors {
		b.t.Errorf("the page caused an error: %s", e)
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// command calls the browser's protocol itself.
func command[P, R any](b *tab, c cdp.Command[P, R], params P) R {
	b.t.Helper()
	result, err := chromedp.Call(b.ctx, c, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return result
}

// click clicks on what a selector finds first.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// enter types into the search field.
func (b *tab) enter(text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS("#search"), text))
}

// eval is the value of an expression in the page.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for a condition in the page.
func (b *tab) until(condition string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Poll[chromedp.Void](condition)); err != nil {
		b.t.Fatalf("waiting for %s: %v; the page says %q", condition, err, eval[string](b, `document.body.innerText.slice(0, 400)`))
	}
}

// status waits for what the page tells of its search.
func (b *tab) status(want string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`document.getElementById("status").textContent === %q`, want))
}

// expect waits until exactly these rooms can be seen.
func (b *tab) expect(want ...string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`Array.from(document.querySelectorAll("article.op")).filter(a => a.checkVisibility()).map(a => a.querySelector("h3 bdi:last-child").textContent).join() === %q`, strings.Join(want, ",")))
}

func pageOf(t *testing.T, p plan.Plan) string {
	t.Helper()
	return planPage(t, p, someAbout)
}
