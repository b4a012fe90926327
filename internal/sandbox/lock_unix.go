//go:build unix

package sandbox

import (
	"os"
	"syscall"
)

// lock takes a file for this process alone, until it is closed or the process
// ends, however it ends.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		_ = f.Close() // nothing was written to it
		return nil, errInUse
	}
	return f, nil
}
