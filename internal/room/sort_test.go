package room_test

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roomsync/internal/room"
)

// A list is sorted as slices sorts it, and stays in its order where that says
// nothing.
func TestSort(t *testing.T) {
	type item struct{ Key, Was int }
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOf(rapid.IntRange(0, 5)).Draw(t, "keys")
		var list []item
		for i, k := range keys {
			list = append(list, item{k, i})
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(a, b item) int { return cmp.Compare(a.Key, b.Key) })
		room.Sort(list, func(a, b *item) int { return cmp.Compare(a.Key, b.Key) })
		if diff := gocmp.Diff(want, list); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}
