package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/export"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/internal/signalwire"
)

type exportCmd struct {
	outFlags
	Full    bool     `help:"Write every setting, those included that a new room would have anyway."`
	Streams bool     `negatable:"" default:"true" help:"Also write where rooms are broadcast to, which takes a request for each room."`
	Reveal  bool     `help:"Write the addresses of streams as they are, secrets included, and not as variables."`
	Only    []string `placeholder:"GLOB" sep:"none" help:"Only rooms whose name matches; may be repeated."`
}

// Help is shown below the flags.
func (exportCmd) Help() string {
	return `Rooms are sorted by name, without what a new room would have anyway. Values that all
rooms of a kind share, texts and times aside, stand once under defaults. What a file
cannot hold or ask for is a comment in it that says why. Before anything is written,
the file is loaded and planned: it must hold what is live and ask for no change.

What is not written is not watched, be it by plan or by drift: --full watches all. The
file answers for the rooms it names. Add manage to it to have drift tell of other
rooms, and apply --prune delete those that are gone from it. Its line with the space
keeps it from being applied to another; take it out to make the rooms there, too.

Where rooms are broadcast to is a secret: instead of an address the file gets a
variable, such as ${STREAM_MY_ROOM}. --reveal writes the addresses.

Examples:
  roomsync export --out rooms.yaml       the rooms of your space, to keep
  roomsync schema > rooms.schema.json    for editors: the first line names it
  roomsync export --only 'team-*'        some of them
  roomsync export --no-streams           without a look at each room's streams
  roomsync export --full | less          with everything that can be set
  roomsync export --sandbox              try it without an account`
}

// Run exports. Its client cannot write.
func (c *exportCmd) Run(a *app) (err error) {
	if err := c.check(a); err != nil {
		return err
	}
	s, err := a.open(true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	live, err := a.listed(a.ctx, s, signalwire.ListOptions{})
	if err != nil {
		return advised(err)
	}
	chosen, err := c.chosen(live)
	if err != nil {
		return err
	}
	d := export.Of(chosen, c.Full)
	d.Schema, d.Space = schemaFile, s.fileSpace()
	var variables export.Variables
	if c.Streams {
		if live, err = a.exportStreams(s, &d, live, c, &variables); err != nil {
			return err
		}
	}
	text, err := a.exported(d, live, variables.Lookup)
	if err != nil {
		return err
	}
	if c.Out == "" {
		a.out.letAddresses() // those of streams are variables, and everything else is as it is
		if _, err := a.Out.Write(text); err != nil {
			return err
		}
	} else {
		if err := c.outFlags.write(text, modeOf(string(c.Out), c.mode())); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		a.note("wrote %s to %s", diag.Counted(len(d.Rooms), "room"), c.Out)
	}
	a.noteLeft(d)
	if n := variables.Len(); n > 0 {
		a.note("%s in the file: where rooms are broadcast to is a secret; set them with --var-file or ROOMSYNC_VAR_STREAM_…, or write them with --reveal", are(n, "variable"))
	}
	return nil
}

// are counts what there is.
func are(n int, noun string) string {
	if n == 1 {
		return "there is 1 " + noun
	}
	return fmt.Sprintf("there are %d %ss", n, noun)
}

// mode is who may read the file: one with secrets is its owner's.
func (c *exportCmd) mode() fs.FileMode {
	if c.Reveal {
		return 0o600
	}
	return 0o644
}

func (c *exportCmd) check(a *app) error {
	if len(a.File) > 0 {
		return hinted{errors.New("export reads no file, so -f has no place here"), "--out " + a.File[0] + " writes one"}
	}
	for _, glob := range c.Only {
		if glob == "" {
			return errors.New("--only is empty: leave it out for all rooms")
		}
		if err := room.CheckGlob(glob); err != nil {
			return fmt.Errorf("--only %q cannot be read: globs have *, ? and [a-z]", glob)
		}
	}
	return c.outFlags.check(a, "export")
}

// chosen are the live rooms that --only asks for.
func (c *exportCmd) chosen(live []room.Live) ([]room.Live, error) {
	if len(c.Only) == 0 {
		return live, nil
	}
	if none := plan.Diff(nil, live, plan.Options{Only: c.Only}).Unmatched; len(none) > 0 {
		return nil, hinted{fmt.Errorf("--only matches no live room: %s", strings.Join(none, ", ")), "roomsync list shows their names"}
	}
	globs := room.NewGlobs(c.Only)
	var chosen []room.Live
	for _, l := range live {
		if globs.Match(l.Name) {
			chosen = append(chosen, l)
		}
	}
	return chosen, nil
}

// fileSpace is the space as a file names it. The sandbox is nobody's in
// particular, and an address in brackets is one of this machine.
func (s *session) fileSpace() string {
	if s.sandbox || strings.Contains(s.space, "[") {
		return ""
	}
	return s.space
}

// noteLeft says what is live and not in a file of live rooms.
func (a *app) noteLeft(d export.Document) {
	var lines []string
	for _, l := range d.Left {
		lines = append(lines, l.String())
	}
	for _, r := range d.Rooms {
		for _, comment := range r.Comments {
			lines = append(lines, fmt.Sprintf("%s %s: %s", r.Kind, r.Name, comment))
		}
	}
	const most = 10
	for i, line := range lines {
		if i == most {
			a.note("and %d more: all are comments in the file", len(lines)-most)
			return
		}
		a.note("not in the file: %s", diag.Printable(line))
	}
}
