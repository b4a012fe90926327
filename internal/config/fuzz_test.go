package config

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzParse feeds the loader whatever comes: it must not panic, must have a
// file exactly when there is no error, and must place every problem inside
// the file; also where the file is laid over another, and has variables.
func FuzzParse(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".yaml") {
				f.Add(file.Data)
			}
		}
	}
	f.Add([]byte("manage: [\"${A}\"]\nx-a: &a ${A:-$$}\nrooms: [{name: a, size: *a}, {name: lobby, prebuilt_ui: \"${B}\"}]\ndefaults: {room: {max_members: \"${A}\"}}\n"))
	f.Add([]byte("version: 1\nrooms: [{name: a, <<: [{size: small}, &x {<<: *x}]}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		base := Source{"base.yaml", []byte("version: 1\nprotect: [x]\ndefaults: {room: {max_members: 5}}\nrooms: [{name: lobby, size: small}, {name: a, prebuilt_ui: false}]\n")}
		one := Source{"rooms.yaml", data}
		for _, layers := range [][]Layer{{{base}, {one}}, {{one}, {base}}, {{base, one}}} {
			for _, allow := range []bool{false, true} {
				file, problems := Read(layers, Options{Variable: func(name string) (string, bool) { return "5", name == "A" }, AllowUnset: allow})
				if (file == nil) != (problems.Errors() > 0) {
					t.Errorf("in layers, file is nil: %t, errors: %d", file == nil, problems.Errors())
				}
			}
		}
		file, problems := Parse("rooms.yaml", data)
		if (file == nil) != (problems.Errors() > 0) {
			t.Errorf("file is nil: %t, errors: %d", file == nil, problems.Errors())
		}
		lines := bytes.Count(data, []byte("\n")) + 1
		for _, p := range problems {
			if p.Pos.Line < 1 || p.Pos.Line > lines || p.Pos.Col < 1 || p.Message == "" {
				t.Errorf("a problem out of the file's %d lines: %+v", lines, p)
			}
		}
		var b strings.Builder
		if _, err := problems.WriteTo(&b); err != nil {
			t.Error(err)
		}
		if file != nil {
			for _, d := range file.Rooms {
				if d.Name == "" || d.Pos.Line < 1 {
					t.Errorf("a room without a name or place: %+v", d)
				}
			}
		}
	})
}

// BenchmarkParse loads a file: parses, validates and builds. One with anchors is
// parsed as a whole.
func BenchmarkParse(b *testing.B) {
	for _, anchors := range []bool{false, true} {
		for _, n := range []int{100, 1_000, 10_000, 100_000} {
			brand := "    dark_primary: \"#044EF4\"\n    light_primary: \"#044EF4\"\n"
			var text bytes.Buffer
			text.WriteString("version: 1\n")
			if anchors {
				text.WriteString("x-brand: &brand\n" + brand)
				brand = "    <<: *brand\n"
			}
			text.WriteString("rooms:\n")
			for i := range n {
				fmt.Fprintf(&text, "  - name: room-%d\n%s    display_name: Room %d\n    size: medium\n    enable_chat: true\n    join_from: 2026-01-31\n", i, brand, i)
			}
			b.Run(fmt.Sprintf("anchors=%t/rooms=%d", anchors, n), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(text.Len()))
				for b.Loop() {
					if file, problems := Parse("rooms.yaml", text.Bytes()); file == nil || len(file.Rooms) != n {
						b.Fatal(problems)
					}
				}
			})
		}
	}
}

// Half of the rooms are laid over, and each has a variable.
func BenchmarkLayers(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		var base, over bytes.Buffer
		base.WriteString("version: 1\nrooms:\n")
		over.WriteString("rooms:\n")
		for i := range n {
			fmt.Fprintf(&base, "  - name: room-%d\n    display_name: Room %d${SUFFIX}\n    size: medium\n    enable_chat: true\n", i, i)
			if i%2 == 0 {
				fmt.Fprintf(&over, "  - name: room-%d\n    size: large\n", i)
			}
		}
		layers := []Layer{{{"base.yaml", base.Bytes()}}, {{"over.yaml", over.Bytes()}}}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(base.Len() + over.Len()))
			for b.Loop() {
				file, problems := Read(layers, Options{Variable: func(string) (string, bool) { return " (dev)", true }})
				if file == nil || len(file.Rooms) != n {
					b.Fatal(problems)
				}
			}
		})
	}
}

// Roles that extend one another, in a chain and each all before it.
func BenchmarkRoles(b *testing.B) {
	for _, n := range []int{300, 3_000} {
		var chain, all bytes.Buffer
		chain.WriteString("version: 1\nrooms: []\nroles:\n  r0: {permissions: [room.lock]}\n")
		all.Write(chain.Bytes())
		var before []string
		for i := 1; i < n; i++ {
			fmt.Fprintf(&chain, "  r%d: {extends: r%d, permissions: [room.unlock]}\n", i, i-1)
			before = append(before, fmt.Sprintf("r%d", i-1))
			if n <= 300 {
				fmt.Fprintf(&all, "  r%d: {extends: [%s]}\n", i, strings.Join(before, ", "))
			}
		}
		texts := map[string][]byte{"chain": chain.Bytes()}
		if n <= 300 {
			texts["all"] = all.Bytes()
		}
		for name, text := range texts {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					if file, problems := Parse("rooms.yaml", text); file == nil {
						b.Fatal(problems)
					}
				}
			})
		}
	}
}
