package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"roomsync/internal/config"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// TestPullCases pulls into files that other people wrote: testdata/pull. In
// each, `live` says how the live rooms differ from the file, a room a line;
// want.yaml is what comes of it, and `kept` what is left and why. The first word
// of the comment may change the file's bytes: crlf, bom, bare (without a line
// break at its end) and combinations such as crlf,bare.
func TestPullCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/pull/*.txtar")
	if err != nil || len(paths) < 12 {
		t.Fatalf("%d cases, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { pullCase(t, path) })
	}
}

func pullCase(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parts := make(map[string]string)
	for _, f := range archive.Files {
		parts[f.Name] = string(f.Data)
	}
	flags, _, _ := strings.Cut(string(archive.Comment), ":")
	bytesOf := func(text string) []byte {
		for _, flag := range strings.Split(flags, ",") {
			switch flag {
			case "crlf":
				text = strings.ReplaceAll(text, "\n", "\r\n")
			case "bom":
				text = "\ufeff" + text
			case "bare":
				text = strings.TrimRight(text, "\r\n")
			}
		}
		return []byte(text)
	}
	file, problems := config.Read([]config.Layer{{{Path: "rooms.yaml", Data: bytesOf(parts["rooms.yaml"])}}}, config.Options{Variable: lookup})
	if problems.Errors() > 0 {
		t.Fatal(problems)
	}
	got := pull(t, file, caseLive(t, file, parts["live"]), true, true)
	var kept strings.Builder
	told := make(map[[2]string]bool)
	for _, k := range got.kept {
		told[[2]string{k.Room, k.Setting}] = true
		fmt.Fprintf(&kept, "%s %s, line %d: %s; %s\n", k.Room, k.Setting, k.Pos.Line, k.Why, k.Hint)
	}
	for _, op := range got.plan.Operations {
		for _, c := range op.Changes {
			if !c.Implied && op.Action == plan.Update && !told[[2]string{op.Name(), c.Setting}] {
				t.Errorf("%s of %s still differs: %s, live %s", c.Setting, op.Name(), c.After.JSON(), c.Before.JSON())
			}
		}
	}
	if *update {
		text := strings.ReplaceAll(strings.TrimPrefix(string(got.text), "\ufeff"), "\r\n", "\n")
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		for i, f := range archive.Files {
			switch f.Name {
			case "want.yaml":
				archive.Files[i].Data = []byte(text)
			case "kept":
				archive.Files[i].Data = []byte(kept.String())
			}
		}
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := bytesOf(parts["want.yaml"])
	if strings.Contains(flags, "bare") { // lines that are added at the end have ends
		want = append(want, got.text[len(bytes.TrimRight(got.text, "\r\n")):]...)
	}
	if diff := cmp.Diff(string(want), string(got.text)); diff != "" {
		t.Errorf("the text (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(parts["kept"], kept.String()); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

// caseLive are the live rooms of a case: those of the file, but for what is
// listed.
func caseLive(t *testing.T, file *config.File, list string) []room.Live {
	changes := make(map[string]room.Settings)
	kinds := make(map[string]room.Kind)
	var names []string
	for line := range strings.Lines(list) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, text, _ := strings.Cut(rest, " ")
		var settings room.Settings
		if text != "" {
			if err := json.Unmarshal([]byte(text), &settings); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		names, changes[name], kinds[name] = append(names, name), settings, room.Kind(kind)
	}
	var all []room.Live
	for _, d := range file.Rooms {
		if kinds[d.Name] == "gone" {
			delete(changes, d.Name)
			continue
		}
		l := room.Live{Kind: d.Kind, Name: d.Name, ID: d.Name, Settings: maps.Clone(d.Settings)}
		maps.Copy(l.Settings, changes[d.Name])
		delete(changes, d.Name)
		all = append(all, l)
	}
	for _, name := range names {
		if settings, is := changes[name]; is {
			all = append(all, room.Live{Kind: kinds[name], Name: name, ID: name, Settings: settings})
		}
	}
	return all
}
