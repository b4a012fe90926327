package room_test

import (
	"path"
	"testing"

	"pgregory.net/rapid"

	"roomsync/internal/room"
)

func TestGlobs(t *testing.T) {
	for _, tt := range []struct {
		patterns []string
		yes, no  []string
	}{
		{nil, nil, []string{"", "a", "*"}},
		{[]string{"stage"}, []string{"stage"}, []string{"", "Stage", "stage2", "main-stage", "stag"}},
		{[]string{"team-*"}, []string{"team-", "team-a", "team-a-b"}, []string{"team", "a-team-b", "TEAM-a"}},
		{[]string{"*"}, []string{"", "anything"}, nil},
		{[]string{"room-?"}, []string{"room-1", "room-é"}, []string{"room-", "room-10"}},
		{[]string{"room-[0-9]", "[^a-z]*"}, []string{"room-7", "9lives"}, []string{"room-x", "room-77"}},
		{[]string{`a\*b`}, []string{"a*b"}, []string{"axb", `a\*b`}},
		{[]string{`a\b`}, []string{"ab"}, []string{`a\b`}},
		{[]string{"stage", "team-*", "lab"}, []string{"stage", "lab", "team-x"}, []string{"labs"}},
		{[]string{"a[", "b"}, []string{"b"}, []string{"a", "a["}}, // bad patterns match nothing
	} {
		globs := room.NewGlobs(tt.patterns)
		for _, name := range tt.yes {
			if !globs.Match(name) {
				t.Errorf("%q does not match %q", tt.patterns, name)
			}
		}
		for _, name := range tt.no {
			if globs.Match(name) {
				t.Errorf("%q matches %q", tt.patterns, name)
			}
		}
	}
	if (room.Globs{}).Match("a") {
		t.Error("the zero Globs match something")
	}
}

func TestCheckGlob(t *testing.T) {
	for _, good := range []string{"", "a", "*", "team-*", "[a-z]?", `\[`, "[^x]"} {
		if err := room.CheckGlob(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"[", "a[", "a*[", "[]", "[a-", "[^]", `a\`, "x[z-"} {
		if room.CheckGlob(bad) == nil {
			t.Errorf("%q passes for a glob", bad)
		}
	}
}

// The lookup of plain names is a shortcut, not another meaning.
func TestGlobsAgreeWithPathMatch(t *testing.T) {
	name := rapid.StringMatching(`[ab*?\[\]\\^-]{0,5}`)
	rapid.Check(t, func(t *rapid.T) {
		patterns := rapid.SliceOfN(name, 0, 4).Draw(t, "patterns")
		n := name.Draw(t, "name")
		want := false
		for _, p := range patterns {
			ok, err := path.Match(p, n)
			want = want || (ok && err == nil)
		}
		if got := room.NewGlobs(patterns).Match(n); got != want {
			t.Fatalf("%q matches %q: %v, want %v", patterns, n, got, want)
		}
	})
}
