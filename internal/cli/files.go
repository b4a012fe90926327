package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"roomsync/internal/config"
	"roomsync/internal/diag"
)

// fileName is the name of a file on the command line. An empty one is a variable
// that nobody has set, and no reason to do without the file.
type fileName string

// UnmarshalText refuses an empty name.
func (f *fileName) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return errors.New("the name of the file is empty")
	}
	*f = fileName(text)
	return nil
}

// named are the files that -f names, each once, - among them.
func (a *app) named() ([]string, error) {
	var all []string
	for _, arg := range a.paths() {
		found := []string{arg}
		if arg != "-" {
			var err error
			if found, err = config.Find(arg); err != nil {
				return nil, err
			}
		}
		for _, path := range found {
			if !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	return all, nil
}

// beginning adds to the error of a file that is not there which may be meant, or how
// there comes to be one.
func (a *app) beginning(err error) error {
	var none config.NoFileError
	if !errors.As(err, &none) {
		return err
	}
	dir, name := filepath.Split(none.Path)
	var others []string
	if entries, e := os.ReadDir(cmp.Or(dir, ".")); e == nil {
		for _, entry := range entries {
			if ext := filepath.Ext(entry.Name()); !entry.IsDir() && (ext == ".yaml" || ext == ".yml") {
				others = append(others, entry.Name())
			}
		}
	}
	if meant, found := strings.CutPrefix(diag.DidYouMean(name, others), "did you mean "); found {
		return hinted{err, "did you mean -f " + dir + meant}
	}
	if len(a.File) == 0 {
		return hinted{err, "roomsync init writes a first one, with comments; -f names another"}
	}
	return hinted{err, "check the name; roomsync init -f " + none.Path + " writes a first one, with comments"}
}

// outFlags are the flags of a command whose result can go to a file.
type outFlags struct {
	Out   fileName `placeholder:"FILE" help:"Write to a file instead of standard output. One that is there is not overwritten."`
	Force bool     `help:"With --out: overwrite the file."`
}

// check tells whether the file may be written, and could be.
func (o outFlags) check(a *app, command string) error {
	if o.Out == "" {
		if o.Force {
			return hinted{errors.New("--force is about the file of --out, and there is none"), "add --out FILE, or leave --force out"}
		}
		return nil
	}
	path := string(o.Out)
	if path == "-" {
		return hinted{errors.New("--out - is no file"), "leave --out out: the result then goes to standard output"}
	}
	if _, err := os.Lstat(path); !o.Force && !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return fmt.Errorf("--out: %w", err)
		}
		return hinted{fmt.Errorf("--out %s: the file is there already, and %s does not overwrite it", path, command), "name another, or add --force"}
	}
	if err := checkWritable(path, a.inputs("")); err != nil {
		return fmt.Errorf("--out %s: %w", path, err)
	}
	return nil
}

// write writes the file: a new one, or with --force the one that is there.
func (o outFlags) write(content []byte, mode fs.FileMode) error {
	if o.Force {
		return writeFile(string(o.Out), content, mode)
	}
	return create(string(o.Out), content, mode)
}

// inputs are the files that a command reads.
func (a *app) inputs(more string) []string {
	all := append(slices.Clone(a.VarFile), more, a.TokenFile)
	if files, err := a.named(); err == nil { // loading tells the error
		all = append(all, files...)
	}
	if a.Sandbox {
		all = append(all, sandboxFile)
	}
	return all
}

// destination is the file that is written in the name of a path: where a link
// leads, if it is one. A device is none, and a link to one must not be taken
// for the file that the device stands for.
func destination(path string) (string, error) {
	if isDevice(path) {
		return "", errors.New("that is a device and no file")
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return path, nil // what is wrong with it, writing tells
	}
	target, err := filepath.EvalSymlinks(path)
	switch {
	case err != nil:
		return "", errors.New("it is a link that leads nowhere")
	case isDevice(target):
		return "", errors.New("it is a link to a device")
	}
	return target, nil
}

func isDevice(path string) bool {
	absolute, err := filepath.Abs(path)
	absolute = filepath.ToSlash(absolute)
	return err == nil && (strings.HasPrefix(absolute, "/proc/") || strings.HasPrefix(absolute, "/dev/") && !strings.HasPrefix(absolute, "/dev/shm/"))
}

// modeOf is the mode of a file that is there, or the one for a new one.
func modeOf(path string, other fs.FileMode) fs.FileMode {
	if info, err := os.Stat(path); err == nil {
		return info.Mode().Perm()
	}
	return other
}

// writeFile replaces a file as a whole: whoever reads it, and whenever the
// program ends, finds the old content or the new. A link stays one.
func writeFile(path string, content []byte, mode fs.FileMode) error {
	path, err := destination(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp") // 0600
	if err != nil {
		return err
	}
	if old, statErr := os.Stat(path); statErr == nil {
		keepOwner(f, old)
	}
	_, err = f.Write(content)
	if err == nil && mode != 0o600 {
		err = f.Chmod(mode)
	}
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

// create writes a file that must not be there yet, or nothing.
func create(path string, content []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path) // the first error is the one to tell
	}
	return err
}

// createAll makes new files, and the folders they are in; where one cannot be
// made, none is left behind.
func createAll(files []newFile) (err error) {
	var made []string
	defer func() {
		if err != nil {
			for _, path := range slices.Backward(made) {
				err = errors.Join(err, os.Remove(path))
			}
		}
	}()
	for _, f := range files {
		for _, dir := range missing(filepath.Dir(f.path)) {
			if err := os.Mkdir(dir, 0o755); err != nil {
				return fmt.Errorf("make the folder %s: %w", dir, withoutPath(err))
			}
			made = append(made, dir)
		}
		if err := create(f.path, f.content, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", f.path, withoutPath(err))
		}
		made = append(made, f.path)
	}
	return nil
}

// newFile is a file that is to be made.
type newFile struct {
	path    string
	content []byte
}

// missing are the folders on the way to dir that are not there, outermost first.
func missing(dir string) []string {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
		return nil
	}
	return append(missing(filepath.Dir(dir)), dir)
}

// checkWritable tells in advance whether writeFile could work, and that it
// would not replace one of the files that are read.
func checkWritable(path string, inputs []string) error {
	path, err := destination(path)
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return errors.New("it is not a regular file")
		}
		for _, input := range inputs {
			if other, err := os.Stat(input); err == nil && os.SameFile(info, other) {
				return errors.New("roomsync reads this file, and would overwrite it")
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
