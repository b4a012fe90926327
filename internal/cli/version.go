package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/alecthomas/kong"

	"roomsync/internal/render"
)

type versionCmd struct{}

// Help is shown below the flags.
func (versionCmd) Help() string {
	return `Prints the version; with --format json also the commit it was built from, Go's
version and the platform.

Examples:
  roomsync version
  roomsync version --format json`
}

// Run prints the version, and what it was built from.
func (versionCmd) Run(a *app) error {
	commit, date := built()
	if a.Format == "json" {
		return render.WriteJSON(a.Out, struct {
			FormatVersion int    `json:"format_version"`
			Version       string `json:"version"`
			Commit        string `json:"commit,omitempty"`
			Date          string `json:"date,omitempty"` // of the commit, RFC 3339
			Go            string `json:"go"`
			Platform      string `json:"platform"`
		}{render.FormatVersion, version(), commit, date, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH})
	}
	text := "roomsync " + version()
	if commit != "" && date != "" {
		text += fmt.Sprintf(" (commit %.12s of %s)", commit, date)
	}
	_, err := fmt.Fprintln(a.Out, text)
	return err
}

// What a release is, set when it is built:
// -ldflags "-X roomsync/internal/cli.Version=1.2.3".
var (
	Version string
	Commit  string // whole
	Date    string // of the commit, RFC 3339
)

// versionFlag prints the version instead of whatever else is asked for.
type versionFlag bool

// BeforeReset is called by kong.
func (versionFlag) BeforeReset(k *kong.Kong) error {
	fmt.Fprintln(k.Stdout, "roomsync "+version())
	k.Exit(0)
	return nil
}

// version is the release, else the commit it was built from, else "dev".
func version() string {
	if Version != "" {
		return Version
	}
	text := "dev"
	if commit, _ := built(); len(commit) >= 12 {
		text += "-" + commit[:12]
	}
	if info, ok := debug.ReadBuildInfo(); ok && slices.ContainsFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "vcs.modified" && s.Value == "true" }) {
		text += "-modified"
	}
	return text
}

// built is the commit that the program was built from, and its date, as far as
// either is known.
func built() (commit, date string) {
	if Commit != "" {
		return Commit, Date
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				commit = s.Value
			case "vcs.time":
				date = s.Value
			}
		}
	}
	return commit, date
}
