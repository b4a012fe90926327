package render

import (
	"fmt"
	"io"
	"testing"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// BenchmarkPlanJSON writes a plan of which every tenth room changes.
func BenchmarkPlanJSON(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000, 100_000} {
		var desired []room.Desired
		var live []room.Live
		for i := range n {
			name := fmt.Sprintf("team-%06d", i)
			live = append(live, room.Live{Kind: room.Conference, Name: name, ID: fmt.Sprint(i), Settings: room.Settings{"display_name": room.Text(name), "quality": room.Text("720p")}})
			want := room.Text("720p")
			if i%10 == 0 {
				want = room.Text("1080p")
			}
			desired = append(desired, room.Desired{Kind: room.Conference, Name: name, Settings: room.Settings{"quality": want}})
		}
		p := plan.Diff(desired, live, plan.Options{})
		b.Run(fmt.Sprintf("rooms=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := PlanJSON(io.Discard, p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
