package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// savePause is the least time between two saves while writes go on: ten
// thousand creates are a few files, not ten thousand. After a slow save the
// pause is longer, so that a large sandbox is not busy with saving alone.
const savePause = 100 * time.Millisecond

// A stateFile keeps a server's rooms on disk. A nil one keeps nothing.
type stateFile struct {
	path     string
	snapshot func() savedState
	locked   *os.File

	mu     sync.Mutex // guards the rest
	timer  *time.Timer
	dirty  bool
	closed bool
	pause  time.Duration // before the next save, when above savePause

	saving sync.Mutex // held over a save, so that the newest state wins
	failed error      // of the last save; guarded by saving
}

// Open makes a server that keeps its rooms in the file, through restarts. A
// missing file is no error: created is true then, and the server is empty.
// The file is readable by its owner alone, as it holds tokens; missing
// folders are made the same way. A file that cannot be understood is an
// error and stays untouched. One file serves one server at a time: a file in
// use is an error. A lock file beside it tells, and stays behind unlocked.
func Open(path string, o Options) (s *Server, created bool, err error) {
	s = New(o)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, false, fmt.Errorf("open sandbox state %s: %w", path, err)
	}
	locked, err := lock(path + ".lock")
	if err != nil {
		return nil, false, fmt.Errorf("open sandbox state %s: %w", path, withoutPath(err))
	}
	defer func() {
		if err != nil {
			_ = locked.Close() // the first error is the one to tell
		}
	}()
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		created = true
	case err != nil:
		return nil, false, fmt.Errorf("open sandbox state: %w", err)
	default:
		if err = s.restore(content); err != nil {
			return nil, false, fmt.Errorf(
				"read sandbox state %s: %w; move the file away to start afresh", path, err)
		}
	}
	// Saves happen in the background, so a folder that refuses them should
	// show now.
	probe, err := os.CreateTemp(filepath.Dir(path), temporary(path))
	if err != nil {
		return nil, false, fmt.Errorf("open sandbox state %s: %w", path, withoutPath(err))
	}
	if err = errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return nil, false, fmt.Errorf("open sandbox state %s: %w", path, err)
	}
	s.state = &stateFile{path: path, snapshot: s.snapshot, locked: locked}
	return s, created, nil
}

var errInUse = errors.New("another sandbox is using it")

// withoutPath is the reason alone, where the path in an error is of a file
// that nobody named.
func withoutPath(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Close saves what is not saved yet. It returns the error of the last save,
// if that failed; nothing is lost from memory then. The server goes on
// answering, but later changes are not kept.
func (s *Server) Close() error {
	f := s.state
	if f == nil {
		return nil
	}
	f.mu.Lock()
	f.closed = true
	if f.timer != nil {
		f.timer.Stop()
	}
	f.mu.Unlock()
	if err := f.save(); err != nil {
		return err
	}
	_ = f.locked.Close() // nothing was written to it
	return nil
}

// changed arranges a save. It is cheap: callers hold the server's lock.
func (f *stateFile) changed() {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	if !f.dirty {
		f.dirty = true
		f.timer = time.AfterFunc(max(savePause, f.pause), func() {
			_ = f.save() // kept for Close, and tried again with the next change
		})
	}
}

// save writes the state if it changed since the last time.
func (f *stateFile) save() error {
	f.saving.Lock()
	defer f.saving.Unlock()
	f.mu.Lock()
	due := f.dirty
	// Reset before the snapshot: a change made after it must arrange its own
	// save.
	f.dirty = false
	f.mu.Unlock()
	if !due && f.failed == nil {
		return nil
	}
	f.failed = nil
	began := time.Now()
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.pause = 2 * time.Since(began)
	}()
	if err := f.replace(f.snapshot()); err != nil {
		f.failed = fmt.Errorf("save sandbox state %s: %w", f.path, err)
	}
	return f.failed
}

// replace writes a new file beside the old one and takes its place: whenever
// the machine stops, one of the two is there, whole.
func (f *stateFile) replace(state savedState) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetIndent("", " ") // people look into it
	if err := encoder.Encode(state); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(f.path), temporary(f.path)) // 0600
	if err != nil {
		return err
	}
	_, err = file.Write(b.Bytes())
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), f.path)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // the first error is the one to tell
	}
	return err
}

// temporary is the name pattern of files on their way to becoming path.
func temporary(path string) string {
	return "." + filepath.Base(path) + ".*.tmp"
}
