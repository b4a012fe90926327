package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// rewrite is a file that is to hold another text.
type rewrite struct {
	name          string // as it is called
	before, after []byte
}

// rewriteAll gives files their new texts and returns the names of those that
// have changed: all of them or, if one cannot be written, none. A file that is
// not as it was read stays as it is: somebody else is at work on it.
func rewriteAll(files []rewrite) (written []string, err error) {
	type target struct {
		rewrite
		path string
		mode fs.FileMode
	}
	var targets []target
	for _, f := range files {
		if bytes.Equal(f.before, f.after) {
			continue
		}
		t := target{rewrite: f}
		if t.path, t.mode, err = unchanged(f); err != nil {
			return nil, fmt.Errorf("write %s: %w; nothing was written", f.name, err)
		}
		targets = append(targets, t)
	}
	for i, t := range targets {
		if err := writeFile(t.path, t.after, t.mode); err != nil {
			err = fmt.Errorf("write %s: %w", t.name, err)
			for _, done := range targets[:i] {
				if back := writeFile(done.path, done.before, done.mode); back != nil {
					err = errors.Join(err, fmt.Errorf("%s has the new text already, and the old one could not be put back: %w", done.name, back))
				}
			}
			return nil, err
		}
		written = append(written, t.name)
	}
	return written, nil
}

// unchanged finds the file that a name leads to, and makes sure that it is as it
// was read and can be replaced as a whole.
func unchanged(r rewrite) (path string, mode fs.FileMode, err error) {
	if path, err = destination(r.name); err != nil {
		return "", 0, err
	}
	if err := checkWritable(path, nil); err != nil {
		return "", 0, err
	}
	// Replacing a file does not ask whether it may be written.
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return "", 0, withoutPath(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", 0, withoutPath(err)
	}
	now, err := io.ReadAll(f)
	if err == nil && !bytes.Equal(now, r.before) {
		err = errors.New("it has changed since it was read")
	}
	return path, info.Mode().Perm(), err
}
