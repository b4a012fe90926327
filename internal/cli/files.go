package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile replaces a file as a whole: whoever reads it, and whenever the
// program ends, finds the old content or the new. Only its owner can read it.
func writeFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error is the one to tell
	}
	return err
}

// checkWritable tells in advance whether writeFile could work, and that it
// would not replace one of the files that are read.
func checkWritable(path string, inputs []string) error {
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return errors.New("it is not a regular file")
		}
		for _, input := range inputs {
			if other, err := os.Stat(input); err == nil && os.SameFile(info, other) {
				return errors.New("it is the file with the rooms")
			}
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return withoutPath(err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// withoutPath is the reason of a file error alone, where the path in it would
// mislead.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
