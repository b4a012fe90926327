package room

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roomsync/schema"
)

func TestPermitted(t *testing.T) {
	for text, want := range map[string]struct {
		count int
		some  string // one of them
	}{
		"room.lock": {1, "room.lock"}, "room.*": {13, "room.lock"}, "room.member.*": {16, "room.member.remove"}, "room.self.*": {15, "room.self.screenshare"},
		"room.*.*": {31, "room.self.deaf"}, "room.*.deaf": {2, "room.member.deaf"}, "*.lock": {1, "room.lock"}, "room.set_*": {3, "room.set_meta"},
		"room.self.audio_*": {2, "room.self.audio_mute"}, "room.*lock": {2, "room.unlock"},
		"*": {}, "": {}, "room": {}, "room.locks": {}, "room.loc?": {}, "room.[l]ock": {}, "room/lock": {}, "room/*": {}, `room.\lock`: {}, "ROOM.*": {}, "room.*.*.*": {}, "[": {},
	} {
		got := Permitted(text)
		if len(got) != want.count || want.some != "" && !slices.Contains(got, want.some) {
			t.Errorf("%q permits %d: %v, want %d", text, len(got), got, want.count)
		}
	}
}

func TestUnion(t *testing.T) {
	got := Union([]string{"room.unlock", "room.self.deaf"}, nil, []string{"room.lock", "room.unlock", "room.new"})
	if diff := cmp.Diff([]string{"room.lock", "room.unlock", "room.self.deaf"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every permission is in one group, also those that nobody knows yet.
func TestPermissionGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(schema.Permissions()),
			rapid.SampledFrom([]string{"", "room", "room.", "rooms.lock", "room.new", "room.member", "room.members.x", "room.self.new.x", "x.y"}))).Draw(t, "permissions")
		var grouped []string
		for _, g := range PermissionGroups() {
			in := g.In(all)
			for _, p := range in {
				if !strings.HasPrefix(p, g.Prefix) {
					t.Fatalf("%s is of %s", p, g.Name)
				}
			}
			grouped = append(grouped, in...)
		}
		slices.Sort(all)
		slices.Sort(grouped)
		if diff := cmp.Diff(all, grouped); diff != "" && len(all)+len(grouped) > 0 {
			t.Fatalf("(-all +grouped):\n%s", diff)
		}
	})
	for i, want := range []int{13, 16, 15, 0} {
		if got := PermissionGroups()[i].In(schema.Permissions()); len(got) != want {
			t.Errorf("%s: %v", PermissionGroups()[i].Name, got)
		}
	}
	if got := PermissionGroups()[3].In([]string{"room.members.x"}); len(got) != 1 {
		t.Error("room.members.x is of a group that is known")
	}
}
