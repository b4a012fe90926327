// Package config reads rooms.yaml into the rooms it asks for, and says of a
// file that is wrong everything that is wrong with it, where, and what to do.
// It knows no network, no flags and no environment, and it never writes.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// File is a loaded, valid rooms.yaml.
type File struct {
	Path      string
	Space     string   // the space the file is for; empty if it does not say
	Manage    []string // globs of the names the file answers for
	HasManage bool     // tells `manage: []` from no manage at all
	Protect   []room.Protection
	Ignore    []room.Ignore
	NoLint    []string       // lints that the file switches off
	Rooms     []room.Desired // in file order, defaults filled in, times in UTC

	source *source
}

// Shown sorts problems that others have found in the file and adds the source
// lines.
func (f *File) Shown(list diag.List) diag.List { return f.source.finish(list) }

// Load reads the file at path. The error is about reading it only; whatever is
// wrong in the file is in the list, as with Parse.
func Load(path string) (*File, diag.List, error) {
	data, err := os.ReadFile(path)
	switch {
	case path == "":
		return nil, nil, errors.New("the name of the file is empty")
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("there is no file %s: name the one to use with -f", path)
	case err != nil:
		return nil, nil, fmt.Errorf("read rooms: %w", err)
	}
	file, problems := Parse(path, data)
	return file, problems, nil
}

// Parse reads rooms.yaml from data; path is what positions name. All problems
// are found at once and come sorted by position. With errors among them there
// is no File; with mere warnings there is.
func Parse(path string, data []byte) (*File, diag.List) {
	src, list := readSource(path, data)
	if list.Errors() > 0 {
		return nil, src.finish(list)
	}
	root, list := src.nodes()
	if root == nil {
		return nil, src.finish(list)
	}
	t := tree{source: src, root: root, list: list}
	if !t.check() {
		return nil, src.finish(t.list)
	}
	file := t.file()
	if list = src.finish(t.list); list.Errors() > 0 {
		return nil, list
	}
	return file, list
}
