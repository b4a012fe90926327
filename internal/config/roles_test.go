package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roomsync/internal/room"
	"roomsync/schema"
)

// said is what roles say and where, and how much they permit.
func said(f *File) string {
	var b strings.Builder
	for _, r := range f.Roles {
		fmt.Fprintf(&b, "%s %s: %q extends %v, %v: %d\n", r.Pos, r.Name, r.Description, r.Extends, r.Permissions, len(r.Granted))
	}
	return b.String()
}

func TestRolesInLayers(t *testing.T) {
	file, problems := stack([][]string{{
		"version: 1\nroles:\n  host: {permissions: [room.*], extends: [guest], description: Hosts}\n  guest: {permissions: [room.self.*]}\nrooms: []\n",
		"roles:\n  guest: {description: Guests}\n  crew: {extends: host}\n",
	}, {
		"roles:\n  host: {permissions: [room.lock]}\n  new: {permissions: []}\n  guest: {permissions: [\"room.self.audio_${WHAT}\"]}\n",
	}}, Options{Variable: func(name string) (string, bool) { return "*", name == "WHAT" }})
	if problems != "" {
		t.Fatal(problems)
	}
	if diff := cmp.Diff(`b1.yaml:2:3 host: "Hosts" extends [guest], [room.lock]: 3
b1.yaml:4:3 guest: "Guests" extends [], [room.self.audio_*]: 2
a2.yaml:3:3 crew: "" extends [host], []: 3
b1.yaml:3:3 new: "" extends [], []: 0
`, said(file)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	for name, c := range map[string]struct {
		layers [][]string
		want   string
	}{
		"two files of a layer that say two things": {[][]string{{
			"version: 1\nroles: {a: {permissions: [room.lock]}}\nrooms: []\n", "roles: {a: {permissions: [room.unlock]}}\n"}},
			"a2.yaml:1:26: permissions is a list here, and another file of this layer says a list (first at a1.yaml:2; say it once, or make the files layers with an -f each)"},
		"a layer that closes a circle": {[][]string{{"version: 1\nroles: {a: {extends: b}, b: {permissions: []}}\nrooms: []\n"}, {"roles: {b: {extends: a}}\n"}},
			"a1.yaml:2:22: roles in a circle: a, which extends b, which extends a (let one of them have its permissions without extending another)"},
		"a variable that permits nothing": {[][]string{{"version: 1\nroles: {a: {permissions: [\"${P:-room.lok}\"]}}\nrooms: []\n"}},
			`a1.yaml:2:27: there is no permission "room.lok", from "${P:-room.lok}" (did you mean room.lock?)`},
		"a layer that is no mapping": {[][]string{{"version: 1\nroles: {a: {extends: []}}\nrooms: []\n"}, {"roles: {a: 1}\n"}},
			"b1.yaml:1:12: the role a must be a mapping, such as {permissions: [room.lock]}, and this is the number 1"},
	} {
		file, problems := stack(c.layers, Options{})
		if file != nil || problems != c.want {
			t.Errorf("%s: %s\nwant %s", name, problems, c.want)
		}
	}
}

// A role permits what it says, and what any role permits that can be reached
// from it: whatever the order in which they stand, and nothing else.
func TestRolesPermitWhatTheyExtend(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "roles")
		own, extends := make([][]string, n), make([][]int, n)
		var b strings.Builder
		b.WriteString("version: 1\nrooms: []\nroles:\n")
		order := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range n {
				if !yield(i) {
					return
				}
			}
		})).Draw(t, "order")
		for _, i := range order {
			own[i] = rapid.SliceOfN(rapid.SampledFrom(append([]string{"room.*", "room.self.*", "room.*.deaf"}, schema.Permissions()...)), 0, 3).Draw(t, "own")
			if i > 0 { // only those with a lower number: no circles
				extends[i] = rapid.SliceOfN(rapid.IntRange(0, i-1), 0, 3).Draw(t, "extends")
			}
			var names []string
			for _, e := range extends[i] {
				names = append(names, fmt.Sprintf("r%d", e))
			}
			fmt.Fprintf(&b, "  r%d: {permissions: [%s], extends: [%s]}\n", i, strings.Join(quoteAll(own[i]), ", "), strings.Join(names, ", "))
		}
		file, problems := Parse("rooms.yaml", []byte(b.String()))
		if len(problems) > 0 {
			t.Fatalf("%v in\n%s", problems, b.String())
		}
		want := make([]map[string]bool, n)
		for i := range n { // lower numbers are done
			want[i] = make(map[string]bool)
			for _, text := range own[i] {
				for _, p := range room.Permitted(text) {
					want[i][p] = true
				}
			}
			for _, e := range extends[i] {
				for p := range want[e] {
					want[i][p] = true
				}
			}
		}
		for at, i := range order {
			r := file.Roles[at]
			if r.Name != fmt.Sprintf("r%d", i) || len(r.Granted) != len(want[i]) || slices.ContainsFunc(r.Granted, func(p string) bool { return !want[i][p] }) {
				t.Fatalf("%s permits %v, and should %v, in\n%s", r.Name, r.Granted, want[i], b.String())
			}
		}
	})
}

func quoteAll(texts []string) []string {
	all := make([]string, len(texts))
	for i, s := range texts {
		all[i] = fmt.Sprintf("%q", s)
	}
	return all
}
