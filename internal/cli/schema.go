package cli

import "roomsync/schema"

type schemaCmd struct {
	Of string `arg:"" optional:"" name:"document" enum:"rooms,plan,report,drift,pull" default:"rooms" help:"rooms (default): rooms.yaml; plan, report, drift or pull: what plan, apply, drift or pull prints with --format json."`
}

// Help is shown below the flags.
func (schemaCmd) Help() string {
	return `Prints the JSON schema of rooms.yaml, or of what a command prints with --format json.
Editors complete and check rooms.yaml with it if its path is on top of the file:
  # yaml-language-server: $schema=rooms.schema.json

Examples:
  roomsync schema > rooms.schema.json  for editors
  roomsync schema report               for programs that read reports`
}

// Run prints a schema, which is JSON whatever --format says.
func (c *schemaCmd) Run(a *app) error {
	document := map[string][]byte{"rooms": schema.Editor, "plan": schema.Plan, "report": schema.Report, "drift": schema.Drift, "pull": schema.Pull}[c.Of]
	_, err := a.Out.Write(document)
	return err
}
