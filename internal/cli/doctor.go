package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/render"
	"roomsync/internal/room"
	"roomsync/internal/signalwire"
)

type doctorCmd struct{}

// Help is shown below the flags.
func (doctorCmd) Help() string {
	return `Looks at what roomsync needs, one thing after the other, and says what it found and
what to do: the file, the credentials, the way to your space (proxy, DNS, TLS), the
scope of the token, pages, and the clock. It only reads: at most four small requests
are sent, none of them twice, and the token is printed nowhere.

Exit codes: 0 all is well, 1 something failed.

Examples:
  roomsync doctor
  roomsync doctor -f prod/rooms.yaml --format json
  HTTPS_PROXY=http://proxy.example.com:3128 roomsync doctor`
}

// Run looks at everything. Its client cannot write.
func (doctorCmd) Run(a *app) (err error) {
	e := examination{app: a}
	file := e.file()
	if s := e.open(); s != nil {
		defer func() { err = errors.Join(err, s.close()) }()
		e.space(s, file)
		e.connection(s)
	} else {
		e.rest()
	}
	if err := a.ctx.Err(); err != nil {
		return err
	}
	if err := a.print(func(w io.Writer) error { return render.DoctorText(w, e.checks, a.style) }, map[string]document{
		"json": func(w io.Writer) error { return render.DoctorJSON(w, e.checks) },
	}); err != nil {
		return err
	}
	if render.Failed(e.checks) > 0 {
		return exit(exitError)
	}
	return nil
}

// examination is what doctor finds.
type examination struct {
	*app
	checks []render.Check
}

func (e *examination) tell(name string, state render.CheckState, message, hint string) {
	e.checks = append(e.checks, render.Check{Name: name, State: state, Message: e.redacted(message), Hint: e.redacted(hint)})
}

func (e *examination) fail(name string, err error) {
	var h hinted
	errors.As(err, &h)
	var lines []string
	for _, one := range several(err) {
		lines = append(lines, strings.ReplaceAll(one.Error(), "\n", "; "))
	}
	e.tell(name, render.CheckFailed, strings.Join(lines, "\n"), h.hint)
}

func (e *examination) skip(names ...string) {
	for _, name := range names {
		e.tell(name, render.CheckSkipped, "not looked at: what it needs failed", "")
	}
}

// rest skips all that has not been looked at.
func (e *examination) rest() {
	for _, name := range []string{"credentials", "space", "connection", "access", "paging", "clock"} {
		if !slices.ContainsFunc(e.checks, func(c render.Check) bool { return c.Name == name }) {
			e.skip(name)
		}
	}
}

// file looks at the rooms file, if there is one.
func (e *examination) file() *config.File {
	if _, err := os.Stat(roomsFile); len(e.File) == 0 && errors.Is(err, os.ErrNotExist) {
		e.tell("file", render.CheckWarning, "there is no "+roomsFile+" here", "roomsync init writes one; -f names another")
		return nil
	}
	vars, err := e.variables()
	if err == nil {
		err = e.checkLinks()
	}
	if err != nil {
		e.fail("file", err)
		return nil
	}
	file, problems, err := config.Load(e.paths(), e.In, config.Options{Variable: vars.lookup, AllowUnset: true})
	switch {
	case err != nil:
		e.fail("file", e.beginning(err))
	case problems.Errors() > 0:
		e.tell("file", render.CheckFailed, fmt.Sprintf("%s has %s", theFiles(problems), diag.Counted(problems.Errors(), "error")), "roomsync validate shows where, and what to do")
	case len(file.Unset) > 0:
		e.tell("file", render.CheckWarning, fmt.Sprintf("%s: %s, but variables have no value: %s", file.Path, diag.Counted(len(file.Rooms)+file.Unnamed, "room"), strings.Join(file.Unset, ", ")),
			"set them with --var, in a file for --var-file, or as ROOMSYNC_VAR_…")
	default:
		e.tell("file", render.CheckOK, fmt.Sprintf("%s: %s", file.Path, diag.Counted(len(file.Rooms), "room")), "")
	}
	return file
}

// open looks at the credentials. Without a session nothing more can be looked at.
func (e *examination) open() *session {
	s, err := e.app.open(true)
	if err != nil {
		name := "credentials"
		if about := (concern{}); errors.As(err, &about) {
			name = about.check
		}
		e.fail(name, err)
		return nil
	}
	from := func(flag bool, name, variable string) string {
		if flag {
			return name
		}
		return variable
	}
	switch quoted := strings.Trim(e.Getenv("SIGNALWIRE_API_TOKEN"), `"'`); {
	case s.sandbox:
		e.tell("credentials", render.CheckOK, "those of the practice space", "")
	case e.TokenFile == "" && quoted != e.Getenv("SIGNALWIRE_API_TOKEN"):
		e.tell("credentials", render.CheckWarning, "SIGNALWIRE_API_TOKEN has quotes around it", "take them out, unless they belong to the token")
	case swapped(s.project, s.token):
		e.tell("credentials", render.CheckWarning, swappedWords, "the token is a secret that begins with PT; project IDs look like 7b981c06-1c3f-4a1a-8f4e-000000000000")
	case !projectID.MatchString(s.project):
		e.tell("credentials", render.CheckWarning, fmt.Sprintf("the project ID %q does not look like one", s.project), "it looks like 7b981c06-1c3f-4a1a-8f4e-000000000000, and is under API in your space")
	default:
		e.tell("credentials", render.CheckOK, fmt.Sprintf("project %s from %s, token from %s", s.project,
			from(e.Project != "", "--project", "SIGNALWIRE_PROJECT_ID"), from(e.TokenFile != "", "--token-file", "SIGNALWIRE_API_TOKEN")), "")
	}
	return s
}

// space looks at which space it is.
func (e *examination) space(s *session, file *config.File) {
	if file != nil {
		if err := s.checkSpace(file); err != nil {
			e.fail("space", err)
			return
		}
	}
	if host := s.Space(); !s.sandbox && !strings.HasSuffix(host, ".signalwire.com") {
		e.tell("space", render.CheckWarning, host+" is not below signalwire.com", "that is right for a sandbox, and wrong for SignalWire: look at SIGNALWIRE_SPACE"+meant(host))
		return
	}
	e.tell("space", render.CheckOK, s.space, "")
}

// meant is which space may be meant.
func meant(host string) string {
	if odd := oddSpace(host); odd != "" && !strings.HasSuffix(odd, "is not below signalwire.com") { // that has been said
		return "; " + odd
	}
	return ""
}

// connection looks at the way to the space, and what the token may read there.
func (e *examination) connection(s *session) {
	proxy, err := s.Proxy()
	if err != nil {
		e.fail("connection", err)
		e.skip("access", "paging", "clock")
		return
	}
	ctx, cancel := context.WithTimeout(e.ctx, 4*e.Timeout)
	defer cancel()
	conferences, err := s.Probe(ctx, room.Conference)
	var refused *signalwire.Error
	if errors.As(err, &refused) && refused.Status == 0 {
		err = advised(err)
		if proxy != "" && refused.Proxy == "" {
			err = fmt.Errorf("through the proxy %s: %w", proxy, err)
		}
		e.fail("connection", err)
		e.skip("access", "paging", "clock")
		return
	}
	e.connected(conferences, proxy)
	if err != nil {
		e.fail("access", advised(err))
		e.skip("paging")
		e.clock(conferences)
		return
	}
	rooms, err := s.Probe(ctx, room.Room)
	if err != nil {
		e.fail("access", advised(err))
		e.skip("paging")
		e.clock(conferences)
		return
	}
	e.tell("access", render.CheckOK, "the token reads rooms of both kinds", "")
	e.paging(conferences.Paging, rooms.Paging)
	e.clock(rooms)
}

// soon is how long before its end a certificate is worth a word.
const soon = 14 * 24 * time.Hour

func (e *examination) connected(p signalwire.Probe, proxy string) {
	parts := []string{p.Address}
	if proxy != "" {
		parts = []string{"through the proxy " + proxy}
	}
	if p.TLS != "" {
		parts = append(parts, p.TLS)
	} else {
		parts = append(parts, "plain HTTP on this machine")
	}
	parts = append(parts, fmt.Sprintf("answer in %d ms", p.Duration.Milliseconds()))
	if left := time.Until(p.Expires); !p.Expires.IsZero() && left < soon {
		e.tell("connection", render.CheckWarning, fmt.Sprintf("%s; the server's certificate ends on %s", strings.Join(parts, ", "), p.Expires.UTC().Format(time.DateOnly)),
			"whoever runs the server has to renew it; a proxy that opens TLS has one of its own")
		return
	}
	e.tell("connection", render.CheckOK, strings.Join(parts, ", "), "")
}

func (e *examination) paging(kinds ...signalwire.Paging) {
	worst := signalwire.PagesTooFew
	for _, p := range kinds {
		switch {
		case p == signalwire.PagesRepeat, p == signalwire.PagesFollow && worst == signalwire.PagesTooFew, p == signalwire.PagesIgnored && worst != signalwire.PagesRepeat:
			worst = p
		}
	}
	switch worst {
	case signalwire.PagesRepeat:
		e.tell("paging", render.CheckFailed, "the second page has what the first one has", "a proxy that leaves out the query? It must pass links.next on as it is")
	case signalwire.PagesIgnored:
		e.tell("paging", render.CheckWarning, "the server sends more than the one room that was asked for", "listings work, and may be larger than they need to be")
	case signalwire.PagesFollow:
		e.tell("paging", render.CheckOK, "the second page follows the first", "")
	default:
		e.tell("paging", render.CheckOK, "there are not enough rooms for two pages", "")
	}
}

// apart is by how much clocks may differ before join windows open noticeably early or late.
const apart = 30 * time.Second

func (e *examination) clock(p signalwire.Probe) {
	switch off := p.Clock.Round(10 * time.Second); {
	case !p.HasClock:
		e.tell("clock", render.CheckSkipped, "the server does not tell the time", "")
	case off.Abs() >= apart:
		word := "behind"
		if off < 0 {
			word = "ahead of"
		}
		e.tell("clock", render.CheckWarning, fmt.Sprintf("this machine is %s %s the server", off.Abs(), word), "times such as tokens issue --valid 2h are off by that: let it keep time by NTP")
	default:
		e.tell("clock", render.CheckOK, "this machine and the server agree", "")
	}
}
