//go:build !unix && !windows

package sandbox

import "os"

// lock cannot keep others out on this system.
func lock(path string) (*os.File, error) { return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) }
