package cli

import (
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
)

// System is what a command sees of the world outside of it.
type System struct {
	In               io.Reader
	Out, Err         io.Writer
	LookupEnv        func(string) (string, bool)
	Terminal         bool       // somebody can be asked: input is a terminal
	OutTerminal      bool       // results go to a terminal
	ErrTerminal      bool       // commentary does
	NoEscapes        bool       // the terminal would show what paints text as text
	Width            func() int // columns of the terminal; nil: 80
	Signals          <-chan os.Signal
	InterruptedGrace time.Duration // for tests; 0: the default
	Poll             time.Duration // likewise
	MaskPause        time.Duration // likewise
}

// Getenv is a variable of the environment, or empty.
func (s System) Getenv(name string) string {
	value, _ := s.LookupEnv(name)
	return value
}

// columns is how wide the terminal is.
func (s System) columns() int {
	const usual, narrowest = 80, 20
	if s.Width == nil {
		return usual
	}
	if n := s.Width(); n >= narrowest {
		return n
	}
	return usual
}

// OS is the real world.
func OS() System {
	collectSparingly()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	// A reader that goes away must not end an apply without its report: writing
	// fails instead.
	signal.Ignore(syscall.SIGPIPE)
	// net/http logs what a server sends unasked: it would show past --quiet and
	// whatever cleans our own output.
	log.SetOutput(io.Discard)
	return System{
		NoEscapes: !escapes(os.Stdout, os.Stderr),
		In:        os.Stdin, Out: os.Stdout, Err: os.Stderr, LookupEnv: os.LookupEnv,
		Terminal:    term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Width: func() int {
			columns, _, err := term.GetSize(int(os.Stderr.Fd()))
			if err != nil {
				columns, _, _ = term.GetSize(int(os.Stdout.Fd()))
			}
			return columns
		},
		Signals: signals,
	}
}
