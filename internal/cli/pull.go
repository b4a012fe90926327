package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/render"
	"roomsync/internal/room"
)

type pullCmd struct {
	lintOptions
	Add        bool     `help:"Add live rooms that the file manages but does not hold; without manage, all that it does not hold."`
	Remove     bool     `help:"Remove rooms from the file that are not live."`
	AllowEmpty bool     `help:"With --remove: go on although not one room of the file is live."`
	Check      bool     `help:"Write nothing: print what would change as a diff, and exit with 2 if there is any difference."`
	Only       []string `placeholder:"GLOB" sep:"none" help:"Only rooms whose name matches; may be repeated."`
}

// Help is shown below the flags.
func (pullCmd) Help() string {
	return `Accepts drift: where a room of the file differs from the live one, the live value is
written in place of the file's. Comments, order, quotes, blank lines and line ends stay
as they are, and nothing is written to SignalWire: it cannot be.

What cannot be pulled is told with its place, and left as it is: values that come from
defaults, from an anchor that other rooms use, or from a variable; values that a file
cannot ask for; renames; conflicts. Settings that the file does not name are never
added, and what it ignores is left alone.

With several layers each value goes to the one that says it, and --remove takes no room
out of a lower one, which other environments may use. With -f - the new text goes to
standard output, and what is told to standard error. Before anything is written the new
text is loaded and planned: only what is told may be left.

Exit codes: 0 the file has what is live, 1 error and nothing was written, 2 a difference
is left, or --check found one.

Examples:
  roomsync pull --check                    what would change, as a diff
  roomsync pull                            accept the values that are live
  roomsync pull --add --remove             and the rooms that came and went
  roomsync pull --only 'team-*'            those rooms alone
  roomsync pull -f base.yaml -f prod.yaml  each value to the layer that says it`
}

// Run pulls. Its client cannot write.
func (c *pullCmd) Run(a *app) (err error) {
	if err := c.options().check(); err != nil {
		return err
	}
	toOut := slices.Contains(a.paths(), "-") && !c.Check
	if toOut && a.Format != "text" {
		return hinted{fmt.Errorf("with -f - the file goes to standard output, so --format %s has no place there", a.Format), "add --check, or name a file"}
	}
	s, err := a.open(true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	t, err := c.taken(a, s)
	if err != nil {
		return err
	}
	report := t.report()
	report.Space, report.Project, report.Check = s.space, s.project, c.Check
	code := exitOK
	if len(report.Left) > 0 || c.Check && len(report.Pulled) > 0 {
		code = exitDifference
	}
	if !c.Check {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		if report.Written, err = t.write(); err != nil {
			return err
		}
	}
	if err := c.print(a, t, report, code, toOut); err != nil {
		return err
	}
	if slices.ContainsFunc(t.file.Rooms, func(d room.Desired) bool { return d.Streams != nil }) {
		a.note("streams are not pulled, and were not looked at: roomsync drift compares them")
	}
	if code != exitOK {
		return exit(code)
	}
	return nil
}

func (c *pullCmd) options() planOptions {
	return planOptions{lintOptions: c.lintOptions, Only: c.Only, pruneManaged: true}
}

// print prints the result: the diff, the document, the new text, or what was
// done. What else there is to say goes to standard error.
func (c *pullCmd) print(a *app, t *taking, report render.Pull, code int, toOut bool) error {
	var aside bytes.Buffer
	var err error
	switch {
	case a.Format == "json":
		return render.PullJSON(a.Out, report, code)
	case c.Check:
		_, err = io.WriteString(a.Out, a.screened(report.Diff))
		err = errors.Join(err, render.PullLeftText(&aside, report, render.Style{}))
	case toOut:
		text := t.texts[config.StandardInput]
		if err := a.printable(text); err != nil {
			return err
		}
		a.out.letAddresses()
		_, err = a.Out.Write(text)
		err = errors.Join(err, render.PullText(&aside, report, render.Style{}))
	default:
		return render.PullText(a.Out, report, a.style)
	}
	a.note("%s", strings.TrimSuffix(aside.String(), "\n"))
	return err
}

// write writes the files that changed: all of them, or, if one fails, none.
func (t *taking) write() ([]string, error) {
	var files []rewrite
	for _, s := range t.file.Sources() {
		if s.Path != config.StandardInput {
			files = append(files, rewrite{s.Path, s.Data, t.texts[s.Path]})
		}
	}
	written, err := rewriteAll(files)
	if err != nil {
		return nil, hinted{err, "--check shows what would change"}
	}
	return written, nil
}

// report is what a pull does, in the order of the files.
func (t *taking) report() render.Pull {
	r := render.Pull{Pulled: t.pulled, Left: t.left}
	order := make(map[string]int, len(t.file.Sources()))
	for i, s := range t.file.Sources() {
		order[s.Path] = i
		if text := t.texts[s.Path]; !bytes.Equal(text, s.Data) {
			if t.file.IsBase(s.Path) {
				r.Bases = append(r.Bases, s.Path)
			}
			r.Diff += render.Unified(s.Path, string(s.Data), string(text), config.SecretLines)
		}
	}
	before := func(a, b diag.Pos) int {
		if (a.Line == 0) != (b.Line == 0) {
			return map[bool]int{true: 1, false: -1}[a.Line == 0]
		}
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	}
	room.Sort(r.Pulled, func(a, b *render.Pulled) int { return cmp.Or(before(a.Pos, b.Pos), cmp.Compare(a.Room, b.Room)) })
	room.Sort(r.Left, func(a, b *render.PullLeft) int { return cmp.Or(before(a.Pos, b.Pos), cmp.Compare(a.Room, b.Room)) })
	return r
}
