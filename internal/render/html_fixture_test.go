package render

import (
	"fmt"
	"maps"
	"time"

	"roomsync/internal/diag"
	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// rebranding is a plan such as a team would review: new colours for its rooms,
// one that is new, one that is renamed and one that is to go.
func rebranding() plan.Plan {
	brand := func(over room.Settings) room.Settings {
		s := room.Settings{
			"dark_primary": room.Text("#6C8CFF"), "dark_background": room.Text("#14161A"), "dark_foreground": room.Text("#F2F4F8"),
			"light_primary": room.Text("#2C46C8"),
		}
		maps.Copy(s, over)
		return s
	}
	want := func(kind room.Kind, name string, line int, s room.Settings, was ...string) room.Desired {
		return room.Desired{Kind: kind, Name: name, Pos: diag.Pos{File: "rooms.yaml", Line: line, Col: 5}, Settings: s, Was: was}
	}
	live := func(kind room.Kind, id, name string, over room.Settings) room.Live {
		s := room.Initial(kind) // the API answers what it fills in
		maps.Copy(s, over)
		return room.Live{Kind: kind, ID: id, Name: name, Settings: s}
	}
	return plan.Diff([]room.Desired{
		want(room.Conference, "team-all-hands", 27, brand(room.Settings{
			"display_name": room.Text("All Hands"), "layout": room.Text("highlight-1-responsive"), "record_on_start": room.Bool(true), "size": room.Text("large"),
			"description": room.Text("On the first Monday at 15:30, everybody.\nThe recording is on the team's intranet the day after."),
		})),
		want(room.Conference, "team-workshop", 34, brand(room.Settings{
			"display_name": room.Text("Workshop with Acme"), "quality": room.Text("1080p"),
			"join_from": room.Text("2027-03-01T07:00:00Z"), "join_until": room.Text("2027-03-31T00:00:00Z"),
		})),
		want(room.Conference, "team-retro", 41, brand(room.Settings{"enable_chat": room.Bool(false)}), "retro-room"),
		want(room.Conference, "team-lounge", 45, room.Settings{"quality": room.Text("720p")}),
		want(room.Room, "stage", 52, room.Settings{"display_name": room.Text("The Stage"), "max_members": room.Int(200), "layout": room.Text("5up")}),
	}, []room.Live{
		live(room.Conference, "c1", "team-all-hands", room.Settings{
			"display_name": room.Text("All hands"), "size": room.Text("medium"), "record_on_start": room.Bool(false),
			"description":   room.Text("On the first Monday at 15:00, everybody.\nThe recording is on the intranet the day after."),
			"light_primary": room.Text("#E8A33D"), "light_background": room.Null(),
		}),
		live(room.Conference, "c2", "retro-room", room.Settings{"display_name": room.Text("Retrospective"), "enable_chat": room.Null(), "layout": room.Text("2x1")}),
		live(room.Conference, "c3", "team-demo", room.Settings{"display_name": room.Text("Product demo"), "layout": room.Text("3x3"), "dark_primary": room.Text("#8A2BE2")}),
		live(room.Conference, "c4", "team-lounge", room.Settings{"quality": room.Text("720p")}),
		live(room.Conference, "c5", "sales-demo", nil),
		live(room.Room, "r1", "stage", room.Settings{"display_name": room.Text("Stage"), "max_members": room.Int(50), "layout": room.Text("grid-responsive")}),
	}, plan.Options{
		Space: "example.signalwire.com", Project: "5a9d0b0c-0000-4000-8000-5a4db0c0de00", Prune: true,
		Scope: plan.Scope{Stated: true, Globs: []string{"team-*", "stage", "retro-room"}},
	})
}

var someAbout = About{Environment: "production", Commit: "6136374", Run: "https://ci.example.com/runs/42", Version: "v1.0.0"}

// trouble is a plan with all that can be wrong with one.
func trouble() plan.Plan {
	p := everything()
	for i, op := range p.Operations {
		if op.Action == plan.Delete {
			p.Operations[i].Session = &room.Session{ID: "s", Status: "in-progress", Started: time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)}
		}
	}
	p.CheckGuards()
	p.Warnings = append(p.Warnings, plan.Warning{Pos: diag.Pos{File: "rooms.yaml", Line: 3, Col: 1}, Message: "protect: hall matches no room, in the file or live", Hint: "correct it"})
	return p
}

// rebrandings is a plan that changes n conferences in every way there is to draw.
func rebrandings(n int) plan.Plan {
	var desired []room.Desired
	var live []room.Live
	for i := range n {
		name := fmt.Sprintf("team-%04d", i)
		desired = append(desired, room.Desired{Kind: room.Conference, Name: name, Pos: diag.Pos{File: "rooms.yaml", Line: i + 2}, Settings: room.Settings{
			"display_name": room.Text(fmt.Sprintf("Room %d of the new house", i)), "description": room.Text(fmt.Sprintf("Room %d is where the team of floor %d meets every morning, with cameras on and coffee.", i, i%9)),
			"quality": room.Text("1080p"), "layout": room.Text([]string{"3x3", "5up", "10x10", "highlight-1-responsive"}[i%4]), "size": room.Text("small"), "enable_chat": room.Bool(i%2 == 0),
			"dark_primary": room.Text("#6C8CFF"), "dark_background": room.Text("#14161A"), "dark_foreground": room.Text("#F2F4F8"), "light_primary": room.Text(fmt.Sprintf("#2C46%02X", i%256)),
		}})
		if i%10 == 0 {
			continue // to be created
		}
		live = append(live, room.Live{Kind: room.Conference, ID: name, Name: name, Settings: room.Settings{
			"display_name": room.Text(fmt.Sprintf("Room %d", i)), "description": room.Text(fmt.Sprintf("Room %d is where the team of floor %d meets each morning, with coffee.", i, i%9)),
			"quality": room.Text("720p"), "layout": room.Text("grid-responsive"), "size": room.Text("medium"), "enable_chat": room.Bool(true),
		}})
	}
	return plan.Diff(desired, live, plan.Options{Space: "example.signalwire.com", Project: "p"})
}
