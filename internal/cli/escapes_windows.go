package cli

import (
	"os"

	"golang.org/x/sys/windows"
)

// escapes asks consoles to take escape sequences for what they are, which those
// of Windows do from 2016 on, if they are asked. fatih/color asks for standard
// output only. It tells whether all of them do that are consoles. The line that
// tells of progress needs no escapes.
func escapes(streams ...*os.File) bool {
	all := true
	for _, stream := range streams {
		console := windows.Handle(stream.Fd())
		var mode uint32
		if windows.GetConsoleMode(console, &mode) != nil {
			continue // a file or a pipe
		}
		mode |= windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
		all = windows.SetConsoleMode(console, mode) == nil && all
	}
	return all
}
