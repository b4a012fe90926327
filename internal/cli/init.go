package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"roomsync/examples"
	"roomsync/internal/config"
	"roomsync/internal/diag"
	"roomsync/internal/export"
	"roomsync/internal/render"
	"roomsync/internal/signalwire"
	"roomsync/schema"
)

type initCmd struct {
	FromLive bool `help:"Write the live rooms, as export does, instead of examples."`
	GitHub   bool `name:"github" help:"Also write workflows for GitHub: a plan on pull requests, an apply after the merge, a nightly look for drift."`
}

// Help is shown below the flags.
func (initCmd) Help() string {
	return `Writes a rooms.yaml that explains itself and plans as it is, or the file that -f
names, and its schema beside it, by which editors complete and check. A file that
is there already is never touched: then nothing is written at all.
The space of --space or $SIGNALWIRE_SPACE goes into the file.

Examples:
  roomsync init
  roomsync init --github
  roomsync init --from-live  your rooms, instead of examples
  roomsync init -f production/rooms.yaml --space example.signalwire.com`
}

// Run makes the files, all of them or none.
func (c initCmd) Run(a *app) error {
	path, err := c.path(a)
	if err != nil {
		return err
	}
	files := []newFile{{path: path}}
	schemaPath := filepath.Join(filepath.Dir(path), schemaFile)
	if !holds(schemaPath, schema.Editor) {
		files = append(files, newFile{schemaPath, schema.Editor})
	}
	if c.GitHub {
		more, err := workflows(path)
		if err != nil {
			return err
		}
		files = append(files, more...)
	}
	if err := checkAbsent(files); err != nil {
		return err
	}
	if c.FromLive {
		files[0].content, err = c.fromLive(a)
	} else {
		files[0].content, err = starter(a, path)
	}
	if err != nil {
		return err
	}
	if err := createAll(files); err != nil {
		return fmt.Errorf("%w; nothing was written", err)
	}
	if err := a.printFiles(files); err != nil {
		return fmt.Errorf("the files are written, and their names could not be printed: %w", err)
	}
	if c.FromLive {
		a.note("Next, see that the file and the live rooms agree, change something, and look again:\n  roomsync plan%s", fileFlag(path))
	} else {
		a.note("%s", nextSteps(path))
	}
	if c.GitHub {
		a.note("%s", githubSteps)
	}
	return nil
}

const (
	roomsFile  = "rooms.yaml"
	schemaFile = "rooms.schema.json"
)

// path is the file to write.
func (initCmd) path(a *app) (string, error) {
	if len(a.File) > 1 {
		return "", fmt.Errorf("--file is given %d times, and init writes one file", len(a.File))
	}
	path := a.paths()[0]
	info, err := os.Stat(path)
	ext := filepath.Ext(path)
	switch {
	case path == "":
		return "", errors.New("the name of the file is empty")
	case path == "-":
		return "", hinted{errors.New("init writes files, and -f - is none"), "leave -f out for " + roomsFile}
	case diag.Printable(path) != path:
		return "", fmt.Errorf("the name %q has characters that nobody can see", path)
	case strings.ContainsAny(path, "*?["):
		return "", fmt.Errorf("init writes one file, and %s stands for several", path)
	case err == nil && info.IsDir():
		return "", hinted{fmt.Errorf("%s is a folder", path), "name the file: -f " + filepath.Join(path, roomsFile)}
	case ext != ".yaml" && ext != ".yml":
		return "", hinted{fmt.Errorf("%s is not the name of a YAML file", path), "let it end in .yaml, such as -f " + filepath.Join(strings.TrimSuffix(path, ext), roomsFile)}
	}
	return path, nil
}

// starter is the text of a first file at path.
func starter(a *app, path string) ([]byte, error) {
	space, err := a.spaceForFile()
	if err != nil {
		return nil, err
	}
	line := examples.StarterSpace
	if space != "" {
		line = "space: " + space + "\n"
	}
	text := []byte(strings.NewReplacer(
		examples.StarterSchema, schemaFile,
		examples.StarterFile, fileFlag(path),
		examples.StarterSpace, line,
	).Replace(examples.Starter))
	// Tests know the rest to be valid; a space can be one that no file can name.
	if _, problems := config.Parse(path, text); len(problems) > 0 {
		return nil, hinted{fmt.Errorf("a file cannot be for the space %s", space), "set SIGNALWIRE_SPACE or --space to a host such as example.signalwire.com, or to nothing"}
	}
	return text, nil
}

// aboutLive is what a file of live rooms says to those who open it.
var aboutLive = []string{
	"",
	"The video rooms of a SignalWire space, as they were when this file was made:",
	"plan has nothing to do. Change something, and it shows what apply would do.",
	"",
	"What a room does not say here is what a new room has anyway, and nobody watches",
	"it: `roomsync export --full` writes, and so watches, everything. Where rooms are",
	"broadcast to is not in here either: `roomsync export` writes that, too.",
	"The file answers for the rooms in it. With a line such as",
	"",
	"  manage: [\"*\"]",
	"",
	"it answers for all whose names match: drift then tells of rooms that are not in",
	"it, and `apply --prune`, and nothing else, deletes them.",
}

// fromLive is the text of a first file with the live rooms.
func (initCmd) fromLive(a *app) (text []byte, err error) {
	s, err := a.open(true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	live, err := s.List(a.ctx, signalwire.ListOptions{})
	if err != nil {
		return nil, advised(err)
	}
	d := export.Of(live, false)
	d.Schema, d.Head, d.Space = schemaFile, aboutLive, s.fileSpace()
	if text, err = a.exported(d, live, nil); err == nil {
		a.noteLeft(d)
	}
	return text, err
}

// spaceForFile is the host to write into a file, if there is any to be known.
func (a *app) spaceForFile() (string, error) {
	from, space := "--space", a.Space
	if space == "" {
		from, space = "SIGNALWIRE_SPACE", strings.TrimSpace(a.Getenv("SIGNALWIRE_SPACE"))
	}
	if space == "" {
		return "", nil
	}
	host, err := signalwire.Host(space)
	if err != nil {
		return "", fmt.Errorf("%s: %w", from, err)
	}
	return host, nil
}

// fileFlag is what a command needs to read the file at path.
func fileFlag(path string) string {
	if path == roomsFile {
		return ""
	}
	if strings.HasPrefix(path, "-") {
		path = "./" + path // or it would be read as flags
	}
	return " -f " + render.ShellWord(path)
}

// workflowPath are names that mean themselves in YAML and in the path filters
// of workflows.
var workflowPath = regexp.MustCompile(`^[A-Za-z0-9._][A-Za-z0-9._/-]*$`)

// workflows are those of the examples for the file at path.
func workflows(path string) ([]newFile, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if root, inside := repository(here); inside && root != here {
		return nil, hinted{fmt.Errorf("--github: GitHub reads workflows at the root of a repository only, which is %s", root), "run roomsync init --github there"}
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	file, err := filepath.Rel(here, absolute)
	if err != nil || !filepath.IsLocal(file) {
		return nil, fmt.Errorf("--github: %s is outside of this folder, and workflows see their repository only", path)
	}
	if file = filepath.ToSlash(file); !workflowPath.MatchString(file) {
		return nil, fmt.Errorf("--github: the path filters of workflows take some of the characters in %s for others: name the file with letters, digits, dots, - and _", file)
	}
	var files []newFile
	for _, name := range []string{"plan.yml", "apply.yml", "drift.yml"} {
		text, err := fs.ReadFile(examples.GitHub, "github/"+name)
		if err != nil {
			return nil, err
		}
		to := ".github/workflows/roomsync-" + name
		files = append(files, newFile{filepath.FromSlash(to), []byte(adapted(string(text), file, ".github/workflows/"+name, to))})
	}
	return files, nil
}

var modeLine = regexp.MustCompile(`(?m)^( *)mode: \w+\n`)

// adapted is a workflow under another name, for another file.
func adapted(text, file, from, to string) string {
	text = strings.ReplaceAll(text, from, to)
	if file != roomsFile {
		text = strings.ReplaceAll(text, "["+roomsFile+",", "["+file+",")
		text = modeLine.ReplaceAllString(text, "${0}${1}config: "+file+"\n")
	}
	return text
}

// repository is the root of the git repository that a folder is in.
func repository(dir string) (root string, inside bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// checkAbsent refuses to go on where there is something in the place of a file.
func checkAbsent(files []newFile) error {
	var there []string
	for _, f := range files {
		if _, err := os.Lstat(f.path); err == nil {
			there = append(there, f.path)
		}
	}
	if len(there) == 0 {
		return nil
	}
	hint := "init only makes new files: move away what is in its way, or name another file with -f"
	if slices.ContainsFunc(there, func(path string) bool { return filepath.Base(path) == schemaFile }) {
		hint += "; roomsync schema prints the schema of this version"
	}
	return hinted{fmt.Errorf("nothing was written: there already is %s", strings.Join(there, ", ")), hint}
}

// holds tells whether a file is there and holds just that.
func holds(path string, content []byte) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	old, err := os.ReadFile(path)
	return err == nil && bytes.Equal(old, content)
}

// printFiles lists what has been written.
func (a *app) printFiles(files []newFile) error {
	var paths []string
	for _, f := range files {
		paths = append(paths, f.path)
	}
	return a.print(func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(paths, "\n")+"\n")
		return err
	}, map[string]document{"json": func(w io.Writer) error {
		return render.WriteJSON(w, struct {
			FormatVersion int      `json:"format_version"`
			Files         []string `json:"files"`
		}{render.FormatVersion, paths})
	}})
}

// nextSteps says what to do with a first file.
func nextSteps(path string) string {
	return fmt.Sprintf(`Next, look what its examples would do in a practice space, which needs no account:
  roomsync plan --sandbox%[1]s
Then put your rooms in their place (roomsync explain lists all that can be said),
set SIGNALWIRE_SPACE, SIGNALWIRE_PROJECT_ID and SIGNALWIRE_API_TOKEN, and look again:
  roomsync plan%[1]s`, fileFlag(path))
}

// githubSteps says what workflows need that no file can give them.
const githubSteps = `The workflows run once this has been done on GitHub:
  1. Put roomsync's own repository where they can reach it: public, or a copy of
     yours; a private copy is shared under its Settings, Actions, General, Access.
     Then say in the workflows whose it is, and which commit you have read:
       sed -i.orig 's|__OWNER__/\(.*\)@0\{40\}|OWNER/\1@COMMIT|' .github/workflows/roomsync-*.yml
       rm .github/workflows/roomsync-*.orig
  2. Settings, Secrets and variables, Actions: the variables SIGNALWIRE_SPACE and
     SIGNALWIRE_PROJECT_ID, and the secret SIGNALWIRE_API_TOKEN.
  3. Settings, Environments: production, with required reviewers, and with main as
     the only branch that may deploy. Without reviewers, an apply follows its merge
     at once.
  4. Protect main: changes by pull request only, with a review. Do not require the
     check of roomsync-plan.yml: it only runs where the rooms are touched. If your
     branch is not called main, say so in roomsync-apply.yml.
What GitHub's token may do is in each workflow: there is nothing to set for it.`
