package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"roomsync/internal/diag"
)

// StandardInput is what a file that is read from there is called.
const StandardInput = "standard input"

// NoFileError is for a file that is not there. Path is where one could be.
type NoFileError struct{ Message, Path string }

// Error says which file is missing.
func (e NoFileError) Error() string { return e.Message }

// Load reads the files that args name, an argument a layer: see Find. The
// argument - is what stdin holds. The error is about reading only; whatever is
// wrong in the files is in the list, as with Read.
func Load(args []string, stdin io.Reader, o Options) (*File, diag.List, error) {
	layers := make([]Layer, len(args))
	given := make(map[string]bool)
	for i, arg := range args {
		paths := []string{arg}
		if arg != "-" {
			var err error
			if paths, err = Find(arg); err != nil {
				return nil, nil, err
			}
		}
		for _, path := range paths {
			name := path
			if absolute, err := filepath.Abs(path); err == nil && path != "-" {
				name = absolute
			}
			if given[name] {
				return nil, nil, fmt.Errorf("the file %s is given twice: name each once, the base first", path)
			}
			given[name] = true
			source, err := readFile(path, stdin)
			if err != nil {
				return nil, nil, err
			}
			layers[i] = append(layers[i], source)
		}
	}
	file, problems := Read(layers, o)
	return file, problems, nil
}

func readFile(path string, stdin io.Reader) (Source, error) {
	if path == "-" {
		data, err := io.ReadAll(stdin)
		return Source{StandardInput, data}, err
	}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Source{}, NoFileError{fmt.Sprintf("there is no file %s", path), path}
	case err != nil:
		return Source{}, fmt.Errorf("read rooms: %w", err)
	}
	return Source{path, data}, nil
}

// Find lists the files that an argument of -f means, in the order of their
// names: the file itself, those of a directory that end in .yaml or .yml, or
// those that match a glob. It does not look into directories below, and skips
// names that begin with a dot.
func Find(arg string) ([]string, error) {
	if arg == "" {
		return nil, errors.New("-f is empty: it needs the name of a file, and a variable of the shell may not be set")
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return inDirectory(arg)
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(arg, `*?[`):
		return matching(arg)
	}
	return []string{arg}, nil // what is wrong with it, reading tells
}

func inDirectory(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read rooms: %w", err)
	}
	var paths []string
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		path := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") || ext != ".yaml" && ext != ".yml" {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			continue
		}
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		return nil, NoFileError{fmt.Sprintf("there is no .yaml or .yml file in the directory %s (directories in it are not looked into)", dir), filepath.Join(dir, "rooms.yaml")}
	}
	return paths, nil
}

func matching(glob string) ([]string, error) {
	all, err := filepath.Glob(glob)
	if err != nil {
		return nil, fmt.Errorf("the glob %s cannot be read: globs have *, ? and [a-z]", glob)
	}
	var paths []string
	for _, path := range all {
		if strings.HasPrefix(filepath.Base(path), ".") {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return nil, fmt.Errorf("the glob %s matches the directory %s: give it an -f of its own, or a glob of files such as *.yaml", glob, path)
		}
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		return nil, NoFileError{fmt.Sprintf("there is no file that matches %s", glob), filepath.Join(filepath.Dir(glob), "rooms.yaml")}
	}
	return paths, nil
}
