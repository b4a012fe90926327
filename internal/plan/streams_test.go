package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/room"
)

// Streams are asked for once of each room whose streams a plan may change, and of
// no other.
func TestConcerned(t *testing.T) {
	some, none := []room.StreamURL{"rtmp://h/k"}, []room.StreamURL{}
	want := func(name string, streams []room.StreamURL, was ...string) room.Desired {
		return room.Desired{Kind: room.Room, Name: name, Streams: streams, Was: was}
	}
	live := func(names ...string) (all []room.Live) {
		for _, name := range names {
			all = append(all, room.Live{Kind: room.Room, ID: "id-" + name, Name: name})
		}
		return all
	}
	for _, c := range []struct {
		name string
		want []room.Desired
		live []room.Live
		o    Options
		is   []int
	}{
		{"those that say streams", []room.Desired{want("a", some), want("b", nil), want("c", none)}, live("a", "b", "c", "d"), Options{}, []int{0, 2}},
		{"a new room", []room.Desired{want("a", some)}, live("b"), Options{}, nil},
		{"one that is renamed", []room.Desired{want("a", some, "b", "c")}, live("c", "b"), Options{}, []int{1}},
		{"one that was", []room.Desired{want("a", some, "b")}, live("b", "a"), Options{}, []int{1}},
		{"a chain", []room.Desired{want("a", nil, "b"), want("b", some, "c")}, live("b", "c"), Options{}, []int{0, 1}},
		{"a chain, all of which say streams", []room.Desired{want("a", some, "b"), want("b", some, "c")}, live("b", "c"), Options{}, []int{0, 1}},
		{"two of one name", []room.Desired{want("a", some)}, live("a", "a"), Options{}, nil},
		{"another kind", []room.Desired{want("a", some)}, []room.Live{{Kind: room.Conference, ID: "1", Name: "a"}}, Options{}, nil},
		{"ignored", []room.Desired{want("a", some), want("b", some)}, live("a", "b"), Options{Ignore: []room.Ignore{{Rooms: "a"}}}, []int{1}},
		{"ignored streams", []room.Desired{want("a", some), want("b", some)}, live("a", "b"), Options{Ignore: []room.Ignore{{Rooms: "a", Settings: []string{"streams"}}, {Rooms: "b", Settings: []string{"size"}}}}, []int{1}},
		{"some only", []room.Desired{want("a", some), want("b", some, "c"), want("d", some)}, live("a", "c", "d"), Options{Only: []string{"c", "d"}}, []int{1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.is, Concerned(c.want, c.live, c.o)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
