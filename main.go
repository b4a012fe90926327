// Command roomsync keeps SignalWire video rooms as a file says.
package main

import (
	"os"

	"roomsync/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.OS()))
}
