package cli

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/format"
	"roomsync/internal/github"
	"roomsync/internal/render"
)

type fmtCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Files, as with -f: what editors and hooks pass."`
	Check bool     `help:"Write nothing; name the files that would change, and exit 2 if there are any."`
	Diff  bool     `help:"Write nothing; print a unified diff."`
}

// Help is shown below the flags.
func (fmtCmd) Help() string {
	return `Rewrites the files in place and prints the names of those that changed. They say
the same as before, with every comment. -f may be repeated, and -f - formats
standard input to standard output. No request is made. The files may be parts of
a whole: unknown settings and variables that are not set stay as they are.

Order: version, space, manage, protect, ignore, lint, x-* keys, defaults, rooms; in
a room name, prebuilt_ui, previously, <<, then the settings as roomsync schema
lists them; unknown keys last. Rooms, lists, meta and what is below x-* keys keep
their order, and an alias stays below its anchor.

Style: two spaces of indentation, lists included; one space after - and after a
colon; at most one blank line in a row. Values keep their spelling. What is in
brackets, and text over several lines, is shifted as a whole.

Comments: one right above a key moves with it. One with a blank line below it is a
heading: keys are not moved across it. The comment that begins the file stays.

Exit codes: 0 done, 1 an error and nothing was written, 2 --check found a file that would
change.

Examples:
  roomsync fmt
  roomsync fmt base.yaml prod.yaml
  roomsync fmt --check -f environments  for CI: 2 if it would change a file
  roomsync fmt --diff                   show what it would change
  roomsync fmt -f - < rooms.yaml        for editors`
}

// formatted is a file as it is and as it is to be.
type formatted struct {
	name, path     string // what it is called, and - for standard input
	before, formed []byte
}

func (f formatted) changed() bool { return !bytes.Equal(f.before, f.formed) }

// Run formats the files. Nothing is written if one of them cannot be.
func (c fmtCmd) Run(a *app) error {
	a.File = append(a.File, c.Files...)
	files, err := a.formattedFiles()
	if err != nil {
		return err
	}
	if !c.Check && !c.Diff {
		return a.writeFormatted(files)
	}
	var found []github.Annotation
	for _, f := range files {
		if !f.changed() {
			continue
		}
		found = append(found, remark(github.Error, diag.Pos{File: f.name, Line: 1}, "not formatted", "roomsync fmt would change this file"))
		text := f.name + "\n"
		if c.Diff {
			text = a.redacted(render.Unified(f.name, string(f.before), string(f.formed), config.SecretLines))
		}
		if _, err := io.WriteString(a.Out, a.screened(text)); err != nil {
			return err
		}
	}
	if !c.Check || len(found) == 0 {
		return nil
	}
	if err := a.publish(a.ctx, told{remarks: found}); err != nil {
		return err
	}
	return exit(exitDifference)
}

// formattedFiles reads and formats the files that are named. What is wrong with
// any of them is the error.
func (a *app) formattedFiles() ([]formatted, error) {
	var files []formatted
	var problems diag.List
	paths, err := a.named()
	if err != nil {
		return nil, a.beginning(err)
	}
	for _, path := range paths {
		f := formatted{name: path, path: path}
		if path == "-" {
			if f.name = config.StandardInput; len(paths) > 1 {
				return nil, errors.New("standard input cannot be formatted together with files")
			}
		}
		var err error
		if f.before, err = a.readText(f.path); err != nil {
			return nil, err
		}
		f.formed, err = format.Source(f.name, f.before)
		var wrong diag.List
		switch {
		case errors.As(err, &wrong):
			problems = append(problems, wrong...)
		case err != nil:
			return nil, err
		}
		files = append(files, f)
	}
	if len(problems) == 0 {
		return files, nil
	}
	for i, p := range problems { // a file may be a link to something that nobody should see
		problems[i].Message, problems[i].Hint, problems[i].Line = a.redacted(p.Message), a.redacted(p.Hint), a.redacted(p.Line)
	}
	problems.Sort()
	return nil, invalid{theFiles(problems), problems, false}
}

// readText reads a file, or standard input for -. An interrupt ends the wait for
// it, though not the read.
func (a *app) readText(path string) ([]byte, error) {
	type reading struct {
		data []byte
		err  error
	}
	read := make(chan reading, 1)
	go func() {
		var r reading
		if path == "-" {
			r.data, r.err = io.ReadAll(a.In)
		} else {
			r.data, r.err = os.ReadFile(path)
		}
		read <- r
	}()
	select {
	case r := <-read:
		if errors.Is(r.err, fs.ErrNotExist) {
			return nil, a.beginning(config.NoFileError{Message: "there is no file " + path, Path: path})
		}
		return r.data, r.err
	case <-a.ctx.Done():
		return nil, a.ctx.Err()
	}
}

// writeFormatted writes what has changed and names it.
func (a *app) writeFormatted(files []formatted) error {
	var all []rewrite
	for _, f := range files {
		if f.path == "-" {
			if err := a.printable(f.formed); err != nil {
				return err
			}
			a.out.letAddresses()
			_, err := a.Out.Write(f.formed)
			return err
		}
		all = append(all, rewrite{f.path, f.before, f.formed})
	}
	written, err := rewriteAll(all)
	if err != nil {
		return err
	}
	for _, name := range written {
		if _, err := io.WriteString(a.Out, a.screened(name+"\n")); err != nil {
			return err
		}
	}
	return nil
}

// screened is a text of several lines as it goes to standard output: as it is,
// unless that is a terminal, which it must not be able to command.
func (a *app) screened(text string) string {
	if !a.OutTerminal {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		for i, part := range strings.Split(line, "\t") {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(diag.Printable(part))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
