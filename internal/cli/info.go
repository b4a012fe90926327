package cli

import (
	"fmt"
	"runtime/debug"

	"roomsync/internal/render"
	"roomsync/schema"
)

type schemaCmd struct {
	Of string `arg:"" optional:"" enum:"rooms,plan,report,drift,pull" default:"rooms" help:"rooms (rooms.yaml), plan (plan --format json), report (apply --format json), drift (drift --format json) or pull (pull --format json)."`
}

// Help is shown below the flags.
func (schemaCmd) Help() string {
	return `For completion and checks in editors, put its path on top of rooms.yaml:
  # yaml-language-server: $schema=rooms.schema.json

Examples:
  roomsync schema > rooms.schema.json
  roomsync schema report`
}

// Run prints a schema, which is JSON whatever --format says.
func (c *schemaCmd) Run(a *app) error {
	document := map[string][]byte{"rooms": schema.Editor, "plan": schema.Plan, "report": schema.Report, "drift": schema.Drift, "pull": schema.Pull}[c.Of]
	_, err := a.Out.Write(document)
	return err
}

type versionCmd struct{}

// Help is shown below the flags.
func (versionCmd) Help() string {
	return `Examples:
  roomsync version`
}

// Run prints the version.
func (versionCmd) Run(a *app) error {
	if a.Format == "json" {
		return render.WriteJSON(a.Out, struct {
			FormatVersion int    `json:"format_version"`
			Version       string `json:"version"`
		}{render.FormatVersion, version()})
	}
	_, err := fmt.Fprintln(a.Out, "roomsync "+version())
	return err
}

// Version is set when a release is built: -ldflags "-X roomsync/internal/cli.Version=1.2.3".
var Version string

// version is the release, else the commit it was built from, else "dev".
func version() string {
	if Version != "" {
		return Version
	}
	commit, modified := "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision" && len(s.Value) >= 12:
				commit = "-" + s.Value[:12]
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = "-modified"
			}
		}
	}
	return "dev" + commit + modified
}
