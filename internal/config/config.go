// Package config reads rooms.yaml, in one file or in layers of several, into
// the rooms it asks for, and says of what is wrong everything that is wrong,
// where, and what to do. It knows no network, no flags and no environment, and
// it never writes.
package config

import (
	"slices"
	"strconv"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/room"
)

// File is a loaded, valid rooms.yaml, or what layers of several come to.
type File struct {
	Path      string   // for messages: the name of the file, or the names of all
	Space     string   // the space the file is for; empty if it does not say
	SpaceAt   room.Pos // where it says so
	Manage    []string // globs of the names the file answers for
	HasManage bool     // tells `manage: []` from no manage at all
	Protect   []room.Protection
	Ignore    []room.Ignore
	NoLint    []string       // lints that the file switches off
	Roles     []room.Role    // in file order, wildcards and extends followed
	Rooms     []room.Desired // in file order, defaults filled in, times in UTC
	Defaults  map[room.Kind]room.Settings
	Unset     []string // variables without a value, with Options.AllowUnset
	Unnamed   int      // rooms that are not in Rooms because their names are among those

	files   files
	layers  []Layer
	options Options
}

// Sources are the files, in the order in which they were laid.
func (f *File) Sources() []Source { return slices.Concat(f.layers...) }

// Again reads the files once more with other texts, by path, laid in the same
// way and with the same variables.
func (f *File) Again(texts map[string][]byte) (*File, diag.List) {
	layers := make([]Layer, len(f.layers))
	for i, layer := range f.layers {
		for _, s := range layer {
			if text, has := texts[s.Path]; has {
				s.Data = text
			}
			layers[i] = append(layers[i], s)
		}
	}
	return Read(layers, f.options)
}

// IsBase tells whether another layer is laid over the one that a file is in.
func (f *File) IsBase(path string) bool {
	for _, layer := range f.layers[:len(f.layers)-1] {
		for _, s := range layer {
			if s.Path == path {
				return true
			}
		}
	}
	return false
}

// Source is the text of a file.
type Source struct {
	Path string // what positions name
	Data []byte
}

// Layer is one or more files that count as one: a name in it twice is an error.
type Layer []Source

// Options are what reading depends on beside the files.
type Options struct {
	// Variable looks up what ${NAME} stands for. nil: no variable has a value.
	Variable func(name string) (value string, ok bool)
	// AllowUnset takes a variable without a value for no problem: what depends
	// on it is not checked, and File.Unset names it.
	AllowUnset bool
}

// Shown sorts problems that others have found in the files and adds the source
// lines.
func (f *File) Shown(list diag.List) diag.List { return f.files.finish(list) }

// Parse reads one rooms.yaml without variables; path is what positions name.
func Parse(path string, data []byte) (*File, diag.List) {
	return Read([]Layer{{{path, data}}}, Options{})
}

// Read reads layers of rooms.yaml, each laid over those before it. All problems
// are found at once and come sorted by position. With errors among them there
// is no File; with mere warnings there is.
func Read(layers []Layer, o Options) (*File, diag.List) {
	var r reader
	r.variables = variables{lookup: o.Variable, allowUnset: o.AllowUnset}
	roots := make([][]*node, len(layers))
	for i, layer := range layers {
		for _, s := range layer {
			roots[i] = append(roots[i], r.read(s))
		}
	}
	if r.unreadable {
		return nil, r.files.finish(r.list)
	}
	t := tree{files: r.files, list: r.list, told: make(map[diag.Pos]room.Kind), empty: r.variables.empty}
	t.root = t.whole(roots)
	t.check()
	file := t.file()
	file.Unset = r.variables.unset
	file.layers, file.options = layers, o
	list := t.files.finish(t.list)
	if list.Errors() > 0 {
		return nil, list
	}
	return file, list
}

// reader reads files one by one.
type reader struct {
	files      files
	variables  variables
	list       diag.List
	unreadable bool // a file cannot be used at all
}

// read reads a file into nodes with its variables filled in. Without a node the
// file is unreadable, and so is the whole.
func (r *reader) read(s Source) *node {
	src, list := readSource(s.Path, s.Data)
	r.files = append(r.files, src)
	var root *node
	if list.Errors() == 0 {
		root, list = src.nodes()
	}
	r.list = append(r.list, list...)
	if root == nil {
		r.unreadable = true
		return nil
	}
	if !root.isMapping() {
		r.unreadable = true
		if !root.broken {
			r.list = append(r.list, diag.Problem{Pos: root.pos(), Message: "the file must be a mapping with version and rooms, and this is " + described(root)})
		}
		return nil
	}
	if strings.Contains(src.text, "$") {
		root, list = r.variables.fill(root)
		r.list = append(r.list, list...)
	}
	return root
}

// name is what all the files are called together.
func (fs files) name() string {
	const most = 3
	var names []string
	for i, s := range fs {
		if i == most-1 && len(fs) > most {
			names = append(names, strconv.Itoa(len(fs)-i)+" more")
			break
		}
		names = append(names, s.path)
	}
	return strings.Join(names, ", ")
}
