package export_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roomsync/internal/config"
	"roomsync/internal/export"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// bystanders are live rooms for a file: as it has them, but for some things.
func liveFor(t *rapid.T, file *config.File) []room.Live {
	var all []room.Live
	for i, want := range file.Rooms {
		if rapid.IntRange(0, 7).Draw(t, "gone") == 0 {
			continue
		}
		l := room.Live{Kind: want.Kind, Name: want.Name, ID: fmt.Sprintf("live-%d", i), Settings: make(room.Settings)}
		for _, s := range schema.Settings(string(want.Kind)) {
			if s.ReadOnly || s.Apart {
				continue
			}
			v := want.Settings[s.Name]
			switch n := rapid.IntRange(0, 9).Draw(t, "change "+s.Name); {
			case !v.IsSet() && n < 5:
				continue
			case !v.IsSet() || n < 3:
				v = value(s).Draw(t, s.Name)
			case n == 3 && s.Type == "object":
				v = changed(t, v)
			}
			l.Settings[s.Name] = room.Canonical(s, v)
		}
		all = append(all, l)
	}
	return all
}

// changed changes a little of an object.
func changed(t *rapid.T, v room.Value) room.Value {
	data := decode(v)
	var walk func(any) any
	walk = func(d any) any {
		switch d := d.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(func(yield func(string) bool) {
				for k := range d {
					if !yield(k) {
						return
					}
				}
			}) {
				switch rapid.IntRange(0, 4).Draw(t, "key "+k) {
				case 0:
					delete(d, k)
				case 1:
					d[k+"2"] = tree(1).Draw(t, "added")
				default:
					d[k] = walk(d[k])
				}
			}
			return d
		case []any:
			for i := range d {
				d[i] = walk(d[i])
			}
			return d
		}
		if rapid.IntRange(0, 2).Draw(t, "leaf") == 0 {
			return tree(1).Draw(t, "changed")
		}
		return d
	}
	out, err := room.Of(walk(data))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pulled is what came of a pull.
type pulled struct {
	file *config.File
	plan plan.Plan
	text []byte
	kept []export.Kept
}

// pull pulls all that a plan says into a file.
func pull(t interface{ Fatalf(string, ...any) }, file *config.File, live []room.Live, add, remove bool) pulled {
	p := plan.Diff(file.Rooms, live, plan.Options{Now: time.Unix(0, 0), Scope: plan.Scope{Stated: file.HasManage, Globs: file.Manage}})
	r := export.Request{Rooms: file.Rooms}
	for _, s := range file.Sources() {
		r.Sources = append(r.Sources, export.Source(s))
	}
	ids := make(map[string]bool)
	for _, op := range p.Operations {
		switch op.Action {
		case plan.Update:
			for _, c := range op.Changes {
				if !c.Implied {
					s, _ := schema.Lookup(string(op.Kind()), c.Setting)
					v := c.Before
					if !v.IsSet() {
						v = room.Null()
					}
					r.Set = append(r.Set, export.Set{Room: op.Name(), Setting: c.Setting, Value: room.Canonical(s, v)})
				}
			}
		case plan.Create:
			if remove {
				r.Remove = append(r.Remove, op.Name())
			}
		}
	}
	for _, b := range p.Unmanaged {
		ids[b.ID] = true
	}
	if add {
		r.Add, _ = export.Additions(live, ids, file.Defaults)
	}
	edited, kept, err := export.Pull(r)
	if err != nil {
		t.Fatalf("%v\n%s", err, file.Sources()[0].Data)
	}
	texts := make(map[string][]byte)
	var text []byte
	for i, s := range edited {
		texts[s.Path] = s.Data
		if i > 0 {
			text = append(text, "\n=== "+s.Path+"\n"...)
		}
		text = append(text, s.Data...)
	}
	after, problems := file.Again(texts)
	if problems.Errors() > 0 {
		t.Fatalf("%v\n%s\nwas\n%s", problems, text, file.Sources()[0].Data)
	}
	return pulled{after, plan.Diff(after.Rooms, live, p.Options), text, kept}
}

func lookup(name string) (string, bool) {
	return map[string]string{"SIZE": "small", "TITLE": "Hall", "ENV": "x"}[name], name == "SIZE" || name == "TITLE" || name == "ENV"
}

// TestPull is the promise of pull: what is live is what the file says
// afterwards, but for what is reported, and nothing else is touched.
func TestPull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &author{T: t}
		text := a.finish(a.file())
		file, problems := config.Read([]config.Layer{{{Path: "rooms.yaml", Data: text}}}, config.Options{Variable: lookup})
		if problems.Errors() > 0 {
			t.Skip(problems)
		}
		live := liveFor(t, file)
		extra := 0
		for _, l := range space().Draw(t, "others") {
			if !slices.ContainsFunc(file.Rooms, func(d room.Desired) bool { return d.Name == l.Name }) {
				live = append(live, l)
				extra++
			}
		}
		add, remove := rapid.Bool().Draw(t, "add"), rapid.Bool().Draw(t, "remove")
		got := pull(t, file, live, add, remove)
		checkLeft(t, got, live, add, remove, text)
		again := pull(t, got.file, live, add, remove)
		if !bytes.Equal(again.text, got.text) {
			t.Fatalf("a second pull changes something (-first +second):\n%s", cmp.Diff(string(got.text), string(again.text)))
		}
		checkTouched(t, text, got, file, live, add, remove)
	})
}

// TestPullLayers pulls into one file laid over another, which have rooms in
// common.
func TestPullLayers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &author{T: t, names: rapid.SliceOfNDistinct(rapid.StringMatching(`[a-d]`), 1, 4, rapid.ID[string])}
		base, top := a.finish(a.file()), a.finish(a.file())
		file, problems := config.Read([]config.Layer{{{Path: "base.yaml", Data: base}}, {{Path: "top.yaml", Data: top}}}, config.Options{Variable: lookup})
		if problems.Errors() > 0 {
			t.Skip(problems)
		}
		live := liveFor(t, file)
		add, remove := rapid.Bool().Draw(t, "add"), rapid.Bool().Draw(t, "remove")
		got := pull(t, file, live, add, remove)
		checkLeft(t, got, live, add, remove, slices.Concat(base, []byte("\n=== top.yaml\n"), top))
		if again := pull(t, got.file, live, add, remove); !bytes.Equal(again.text, got.text) {
			t.Fatalf("a second pull changes something (-first +second):\n%s", cmp.Diff(string(got.text), string(again.text)))
		}
	})
}

// checkLeft checks that the plan has nothing but what was kept.
func checkLeft(t *rapid.T, got pulled, live []room.Live, add, remove bool, before []byte) {
	kept := make(map[[2]string]bool)
	for _, k := range got.kept {
		kept[[2]string{k.Room, k.Setting}] = true
	}
	left := make(map[[2]string]bool)
	for _, op := range got.plan.Operations {
		if op.Action == plan.Create {
			left[[2]string{op.Name(), ""}] = true
			if remove && !kept[[2]string{op.Name(), ""}] {
				t.Fatalf("%s is still there\n%s\nwas\n%s", op.Name(), got.text, before)
			}
			continue
		}
		for _, c := range op.Changes {
			left[[2]string{op.Name(), c.Setting}] = true
			if !c.Implied && !kept[[2]string{op.Name(), c.Setting}] {
				t.Fatalf("%s of %s is live %s, and now in the file %s\n%s\nwas\n%s", c.Setting, op.Name(), c.Before.JSON(), c.After.JSON(), got.text, before)
			}
		}
	}
	for k := range kept {
		if !left[k] && !(add && k[1] == "") {
			t.Fatalf("%v was kept, and does not differ\n%s", k, got.text)
		}
	}
	if len(got.plan.Conflicts) > 0 {
		t.Fatalf("%v", got.plan.Conflicts)
	}
	if add {
		var left []export.Left
		export.Of(live, true)
		ids := make(map[string]bool)
		for _, b := range got.plan.Unmanaged {
			ids[b.ID] = true
		}
		more, left := export.Additions(live, ids, got.file.Defaults)
		all := len(more)
		more = slices.DeleteFunc(more, func(r export.Room) bool { return kept[[2]string{r.Name, ""}] })
		if len(more) > 0 || len(left)+all-len(more) < len(ids) {
			t.Fatalf("not added: %v\n%s\nwas\n%s", more, got.text, before)
		}
	}
}

// checkTouched checks that the lines of the file are the same but for those of
// the settings that were written, and the rooms that came and went.
func checkTouched(t *rapid.T, before []byte, got pulled, file *config.File, live []room.Live, add, remove bool) {
	if regexp.MustCompile(`(?m)rooms:\s*\[|^\W*"version"`).Match(before) {
		return // several rooms can be on one line
	}
	now := make(map[string]room.Desired)
	for _, d := range got.file.Rooms {
		now[d.Name] = d
	}
	settings := make(map[[2]string]bool)
	gone := 0
	for _, d := range file.Rooms {
		after, stays := now[d.Name]
		if !stays {
			gone++
			continue
		}
		for name, v := range d.Settings {
			if after.Settings[name] != v {
				settings[[2]string{d.Name, name}] = true
			}
		}
	}
	old, err := export.PlacesIn(before)
	if err != nil {
		t.Fatal(err)
	}
	new, err := export.PlacesIn(got.text)
	if err != nil {
		t.Fatal(err)
	}
	x, y := old.Without(settings), new.Without(settings)
	if gone > 0 {
		x, y = slices.DeleteFunc(x, blank), slices.DeleteFunc(y, blank)
	}
	added := len(got.file.Rooms) - (len(file.Rooms) - gone)
	switch {
	case gone == 0 && added == 0:
		if diff := cmp.Diff(x, y); diff != "" {
			t.Fatalf("other lines are touched (-before +after):\n%s\n%s\nwas\n%s", diff, got.text, before)
		}
	case gone == 0 && len(file.Rooms) > 0 && bytes.HasSuffix(before, []byte("\n")) && !strings.Contains(string(before), "["):
		for i := 0; len(x) > 0; i++ {
			if i == len(y) {
				t.Fatalf("the line %q is gone:\n%s\nwas\n%s", x[0], got.text, before)
			}
			if strings.TrimSuffix(y[i], "\r") == strings.TrimSuffix(x[0], "\r") {
				x = x[1:]
			}
		}
	case added == 0 && !strings.Contains(string(before), "["):
		if len(got.file.Rooms) == 0 {
			return
		}
		for i := 0; len(y) > 0; i++ {
			if i == len(x) {
				t.Fatalf("the line %q is new:\n%s\nwas\n%s", y[0], got.text, before)
			}
			if x[i] == y[0] {
				y = y[1:]
			}
		}
	}
}

func blank(line string) bool { return strings.TrimSpace(line) == "" }

// TestNotUnderstood leaves a text alone in which yaml.v3 sees something else
// than we do: the tag of a key for one of the empty value above it.
func TestNotUnderstood(t *testing.T) {
	text := []byte("version: 1\nx-none: &none\n!!str rooms: []\n")
	if _, problems := config.Parse("rooms.yaml", text); len(problems) > 0 {
		t.Fatal(problems)
	}
	_, _, err := export.Pull(export.Request{Sources: []export.Source{{Path: "rooms.yaml", Data: text}}})
	if err == nil || err.Error() != "rooms.yaml: line 3, column 1: its place in the text cannot be found" {
		t.Errorf("Pull says %v", err)
	}
}
