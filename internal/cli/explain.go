package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"roomsync/internal/diag"
	"roomsync/internal/render"
	"roomsync/internal/room"
	"roomsync/schema"
)

type explainCmd struct {
	Name string `arg:"" optional:"" help:"A setting, a key of rooms.yaml, a lint, a permission, or a kind of room (conference, room); all of them if left out."`
}

// Help is shown below the flags.
func (explainCmd) Help() string {
	return `Tells what a setting is, which values it may have, what it is by default, whether
null clears it, and how the file says it. Without a name it lists all there are.
It needs no file, no credentials and no network.

Examples:
  roomsync explain                  all there is, a line each
  roomsync explain max_members      all about one setting
  roomsync explain ignore.until     a key inside of another
  roomsync explain conference       the settings of a kind, with their defaults
  roomsync explain 'room.member.*'  permissions for roles and tokens
  roomsync explain --format json | jq -r '.settings[].name'`
}

// Run explains what the schema knows.
func (c explainCmd) Run(a *app) error {
	e, text, err := c.find(a.style)
	if err != nil {
		return err
	}
	return a.print(text, map[string]document{
		"json": func(w io.Writer) error { return render.ExplainJSON(w, e) },
	})
}

// find looks a name up, and says how to write what it stands for as text.
func (c explainCmd) find(style render.Style) (render.Explained, document, error) {
	if c.Name == "" {
		return render.Everything(), func(w io.Writer) error { return render.IndexText(w, style) }, nil
	}
	for _, kind := range room.Kinds() {
		if c.Name == string(kind) {
			e := render.Explained{Kind: kind}
			for _, s := range schema.Settings(c.Name) {
				e.Settings = append(e.Settings, s.Name)
			}
			return e, func(w io.Writer) error { return render.KindText(w, kind, style) }, nil
		}
	}
	e := render.Explained{Keys: keysNamed(c.Name)}
	if settings := render.AllSettings(); slices.Contains(settings, strings.TrimPrefix(c.Name, "rooms.")) {
		e.Settings = []string{strings.TrimPrefix(c.Name, "rooms.")}
	}
	switch {
	case c.Name == "lint":
		e.Lints = schema.Lints()
	case slices.Contains(schema.Lints(), c.Name):
		e.Lints = []string{c.Name}
	case len(e.Keys) == 1 && e.Keys[0].Path == "roles.permissions":
		e.Permissions = schema.Permissions()
	default:
		e.Permissions = room.Permitted(c.Name)
	}
	if len(e.Settings)+len(e.Keys)+len(e.Lints)+len(e.Permissions) == 0 {
		hint := cmp.Or(diag.DidYouMean(c.Name, explainable()), "roomsync explain lists all there are")
		return e, nil, hinted{fmt.Errorf("there is no setting, key, lint, permission or kind of room %q", c.Name), hint}
	}
	return e, func(w io.Writer) error { return render.ExplainText(w, e, style) }, nil
}

// keysNamed finds the keys of the file that a name is about: the one at that
// path, else those inside of others that are called so.
func keysNamed(name string) []schema.Key {
	var called []schema.Key
	for _, k := range schema.FileKeys() {
		switch {
		case k.Path == name, k.Path == schema.AnyKey && strings.HasPrefix(name, "x-"):
			return []schema.Key{k}
		case strings.HasSuffix(k.Path, "."+name):
			called = append(called, k)
		}
	}
	return called
}

// explainable are the names to take a mistyped one for.
func explainable() []string {
	names := render.AllSettings()
	for _, k := range schema.FileKeys() {
		names = append(names, k.Path[strings.LastIndex(k.Path, ".")+1:], k.Path)
	}
	for _, kind := range room.Kinds() {
		names = append(names, string(kind))
	}
	return slices.Concat(names, schema.Lints(), schema.Permissions())
}
