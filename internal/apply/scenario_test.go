package apply_test

import (
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"roomsync/internal/room"
	"roomsync/internal/sandbox"
)

// scenario is everything that a round depends on.
type scenario struct {
	Live    []room.Live
	Want    []room.Desired
	Prune   bool
	Faults  sandbox.Faults
	KillAt  int64
	Seed    uint64
	Workers int
}

func settings(t *rapid.T, kind room.Kind, label string) room.Settings {
	pool := map[string][]room.Value{
		"display_name": {room.Text("A"), room.Text("Bé"), room.Text("line\nbreak")},
		"description":  {room.Text("x"), room.Text("y"), room.Null()},
		"quality":      {room.Text("720p"), room.Text("1080p")},
		"layout":       {room.Text("1x1"), room.Text("grid-responsive")},
		"join_from":    {room.Text("2026-01-01T00:00:00Z"), room.Null()},
	}
	if kind == room.Conference {
		maps.Copy(pool, map[string][]room.Value{
			"enable_chat": {room.Bool(true), room.Bool(false)}, "size": {room.Text("small"), room.Text("medium"), room.Null()},
			"user_join_video_off": {room.Bool(true), room.Bool(false)}, "dark_primary": {room.Text("#ABCDEF"), room.Text("#044EF4"), room.Null()},
		})
	} else {
		maps.Copy(pool, map[string][]room.Value{"max_members": {room.Int(5), room.Int(20)}, "meta": {room.Null()}})
	}
	s := make(room.Settings)
	for _, name := range slices.Sorted(maps.Keys(pool)) {
		if rapid.Bool().Draw(t, label+" has "+name) {
			s[name] = rapid.SampledFrom(pool[name]).Draw(t, label+" "+name)
		}
	}
	return s
}

// addresses are some of few, on two servers; distinct ones for the identity.
func addresses[K comparable](t *rapid.T, label string, key func(room.StreamURL) K) []room.StreamURL {
	one := rapid.SampledFrom([]room.StreamURL{"rtmp://a.example.com/1", "rtmp://a.example.com/2", "rtmp://a.example.com/3", "rtmps://b.example.com/1", "rtmps://b.example.com/2"})
	return rapid.SliceOfNDistinct(one, 0, 3, key).Draw(t, label+" streams")
}

// streams are what a room may have, of one address several, too.
func streams(t *rapid.T, label string) []room.Stream {
	n := 0
	var all []room.Stream
	for _, u := range addresses(t, label, func(room.StreamURL) int { n++; return n }) {
		all = append(all, room.Stream{URL: u})
	}
	return all
}

func draw(t *rapid.T) scenario {
	sc := scenario{Faults: sandbox.Faults{}, Want: []room.Desired{}}
	kind := rapid.SampledFrom(room.Kinds())
	for i := range 8 {
		name := fmt.Sprintf("m-%d", i)
		if rapid.Bool().Draw(t, name+" is live") {
			k := kind.Draw(t, name+" kind")
			sc.Live = append(sc.Live, room.Live{Kind: k, Name: name, Settings: settings(t, k, name+" live"), Streams: streams(t, name+" live")})
		}
		if rapid.Bool().Draw(t, name+" is wanted") {
			k := kind.Draw(t, name+" wanted kind")
			d := room.Desired{Kind: k, Name: name, Settings: settings(t, k, name+" wanted")}
			if rapid.Bool().Draw(t, name+" has streams") {
				d.Streams = addresses(t, name+" wanted", rapid.ID[room.StreamURL])
			}
			sc.Want = append(sc.Want, d)
		}
	}
	claimed := make(map[string]bool)
	for i := range sc.Want { // names from further on only: there are no circles
		d := &sc.Want[i]
		if n := rapid.IntRange(0, 12).Draw(t, d.Name+" was"); fmt.Sprintf("m-%d", n) > d.Name && n < 8 && !claimed[fmt.Sprintf("m-%d", n)] {
			claimed[fmt.Sprintf("m-%d", n)] = true
			d.Was = []string{fmt.Sprintf("m-%d", n)}
		}
	}
	sc.Live = append(sc.Live, room.Live{Kind: room.Conference, Name: "other", Settings: settings(t, room.Conference, "other"), Streams: streams(t, "other")})
	sc.Prune = rapid.Bool().Draw(t, "prune")
	for _, f := range []sandbox.Fault{sandbox.Refuse, sandbox.Drop, sandbox.LostAnswer, sandbox.CutAnswer, sandbox.RateLimit, sandbox.RetryAfter,
		sandbox.BadGateway, sandbox.LateError, sandbox.HTML, sandbox.Slow, sandbox.Spelling, sandbox.Extra} {
		if rapid.IntRange(0, 3).Draw(t, string(f)) == 0 {
			sc.Faults[f] = rapid.SampledFrom([]float64{0.05, 0.2, 0.4}).Draw(t, string(f)+" rate")
		}
	}
	switch rapid.IntRange(0, 7).Draw(t, "replaces") {
	case 0:
		sc.Faults[sandbox.Replace] = 1
	case 1:
		sc.Faults[sandbox.Reset] = 1
	}
	if rapid.Bool().Draw(t, "twins") {
		sc.Faults[sandbox.Twins] = 1 // nothing but care prevents duplicates
	}
	if rapid.Bool().Draw(t, "killed") {
		sc.KillAt = int64(rapid.IntRange(1, 40).Draw(t, "killed at request"))
	}
	sc.Seed = rapid.Uint64().Draw(t, "seed")
	sc.Workers = rapid.IntRange(1, 6).Draw(t, "workers")
	return sc
}
