package apply_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"roomsync/internal/apply"
	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/internal/sandbox"
	"roomsync/internal/signalwire"
)

// BenchmarkApply carries out plans against a sandbox at 20 ms distance, with all
// the writes that an account has. Of creates and updates it can do 1,380 a
// second; deletes take two requests each, a look and the delete, which have no
// limit.
func BenchmarkApply(b *testing.B) {
	for _, action := range []plan.Action{plan.Create, plan.Update, plan.Delete} {
		for _, n := range []int{100, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", action, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					b.StopTimer()
					space := sandbox.New(sandbox.Options{Latency: 20 * time.Millisecond})
					web := httptest.NewServer(space)
					client, err := signalwire.New(signalwire.Options{Space: web.URL, Project: sandbox.DemoProject, Token: sandbox.DemoToken,
						Rate: signalwire.MaxRate, RetryBudget: time.Minute})
					if err != nil {
						b.Fatal(err)
					}
					p := planOf(b, action, n, space, client)
					b.StartTimer()
					r := apply.Run(context.Background(), context.Background(), p, client, apply.Options{Track: signalwire.Track, Until: signalwire.Until})
					b.StopTimer()
					web.Close()
					if done := r.Count(apply.Applied); done != n {
						b.Fatalf("%d of %d applied", done, n)
					}
					b.StartTimer()
				}
				b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "ops/s")
			})
		}
	}
}

// planOf is a plan of n times the same action.
func planOf(b *testing.B, action plan.Action, n int, space *sandbox.Server, client *signalwire.Client) plan.Plan {
	b.Helper()
	var want []room.Desired
	for i := range n {
		name := fmt.Sprintf("team-%05d", i)
		if action != plan.Create {
			if _, err := space.Put("conference", name, map[string]any{"display_name": "Team"}); err != nil {
				b.Fatal(err)
			}
		}
		if action != plan.Delete {
			want = append(want, room.Desired{Kind: room.Conference, Name: name, Settings: room.Settings{
				"display_name": room.Text(fmt.Sprintf("Team %d", i)), "description": room.Text("Stand-up"), "quality": room.Text("1080p"),
			}})
		}
	}
	live, err := client.List(context.Background(), signalwire.ListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	p := plan.Diff(want, live, plan.Options{Prune: true, AllowEmpty: true, Scope: plan.Scope{Stated: true, Globs: []string{"*"}}})
	if len(p.Operations) != n || p.Operations[0].Action != action {
		b.Fatalf("a plan of %d operations, want %d times %s", len(p.Operations), n, action)
	}
	return p
}
