package plan_test

import (
	"fmt"
	"testing"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// crowd is n rooms, nine in ten conferences, of which one in ten is to change,
// one in a hundred is missing, and one in a hundred is left over.
func crowd(n int) ([]room.Desired, []room.Live) {
	desired := make([]room.Desired, 0, n)
	live := make([]room.Live, 0, n)
	for i := range n {
		kind := room.Conference
		if i%10 == 3 {
			kind = room.Room
		}
		name := fmt.Sprintf("team-%06d", i)
		settings := room.Settings{
			"display_name": room.Text("Team " + name), "quality": room.Text("720p"), "layout": room.Text("grid-responsive"),
			"join_from": room.Text("2030-01-01T00:00:00Z"), "record_on_start": room.Bool(false), "enable_room_previews": room.Null(),
		}
		if i%100 != 1 {
			live = append(live, room.Live{Kind: kind, Name: name, ID: fmt.Sprintf("c22d24f6-5a47-4597-9a23-%012d", i), Settings: settings})
		}
		if i%100 != 2 {
			wish := room.Settings{"display_name": settings["display_name"], "layout": room.Text("grid-responsive"), "quality": room.Text("720p")}
			if i%10 == 0 {
				wish["quality"] = room.Text("1080p")
			}
			desired = append(desired, room.Desired{Kind: kind, Name: name, Settings: wish})
		}
	}
	return desired, live
}

func BenchmarkDiff(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000, 100_000} {
		desired, live := crowd(n)
		o := plan.Options{Prune: true, Scope: plan.Scope{Stated: true, Globs: []string{"team-*"}}}
		b.Run(fmt.Sprintf("rooms=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if p := plan.Diff(desired, live, o); len(p.Operations) == 0 {
					b.Fatal("an empty plan")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/room")
		})
	}
}
