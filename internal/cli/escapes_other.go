//go:build !windows

package cli

import "os"

// escapes tells whether terminals know escape sequences: all do. (TERM says so
// of those that do not.)
func escapes(...*os.File) bool { return true }
