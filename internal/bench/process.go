//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// cost is what a process took.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // resident, in bytes
	requests  int
}

// process runs a program to its end. What it prints is read and dropped, as a
// pipe would.
func process(argv []string, url string) (cost, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "SIGNALWIRE_SPACE="+url, "SIGNALWIRE_PROJECT_ID="+project, "SIGNALWIRE_API_TOKEN="+token, "CI=", "GITHUB_ACTIONS=")
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	start := time.Now()
	err := cmd.Run()
	c := cost{wall: time.Since(start)}
	if err != nil {
		return c, fmt.Errorf("%w\n%s", err, complaints.Bytes())
	}
	c.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	c.peak = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" { // there it counts bytes, elsewhere kibibytes
		c.peak <<= 10
	}
	return c, nil
}
