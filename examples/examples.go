// Package examples holds those of its files that roomsync init writes. The
// others are only there to be read and run.
package examples

import "embed"

// Starter is a rooms.yaml to begin with. Its schema and the commands in it are
// as seen from where it lies: StarterSchema and StarterFile are what to replace.
//
//go:embed starter/rooms.yaml
var Starter string

// StarterSchema, StarterFile and StarterSpace are in Starter: where its schema
// is, which file its commands read, and the line of the space it is for.
const (
	StarterSchema = "../../schema/rooms.schema.json"
	StarterFile   = " -f examples/starter/rooms.yaml"
	StarterSpace  = "# space: example.signalwire.com\n"
)

// GitHub holds the workflows plan.yml, apply.yml and drift.yml.
//
//go:embed github/*.yml
var GitHub embed.FS
