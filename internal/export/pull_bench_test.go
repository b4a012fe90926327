package export_test

import (
	"fmt"
	"strings"
	"testing"

	"roomsync/internal/config"
	"roomsync/internal/room"
)

// large is a file of many rooms, and the live rooms, of which every tenth
// differs.
func large(t testing.TB, rooms int, oneLine bool) (*config.File, []room.Live) {
	var b strings.Builder
	if oneLine {
		b.WriteString(`{"version":1,"rooms":[`)
		for i := range rooms {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, `{"name":"room-%d","display_name":"Räum %d","quality":"1080p","size":"small","enable_chat":true}`, i, i)
		}
		b.WriteString("]}")
	} else {
		b.WriteString("version: 1\nrooms:\n")
		for i := range rooms {
			fmt.Fprintf(&b, "  # room %d\n  - name: room-%d\n    display_name: \"Räum %d\" # title\n    description: |\n      First\n      second\n    quality: 1080p\n    size: small\n    enable_chat: true\n\n", i, i, i)
		}
	}
	file, problems := config.Parse("rooms.yaml", []byte(b.String()))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var live []room.Live
	for i, d := range file.Rooms {
		l := room.Live{Kind: d.Kind, Name: d.Name, ID: d.Name, Settings: make(room.Settings)}
		for name, v := range d.Settings {
			l.Settings[name] = v
		}
		if i%10 == 0 {
			l.Settings["quality"] = room.Text("720p")
		}
		live = append(live, l)
	}
	return file, live
}

// BenchmarkPull pulls values into a tenth of the rooms, and loads what comes of
// it. It must grow as the rooms do, and no faster.
func BenchmarkPull(b *testing.B) {
	for _, oneLine := range []bool{false, true} {
		for _, rooms := range []int{500, 2000, 8000} {
			file, live := large(b, rooms, oneLine)
			b.Run(fmt.Sprintf("line=%t/rooms=%d", oneLine, rooms), func(b *testing.B) {
				for b.Loop() {
					if got := pull(b, file, live, true, true); len(got.plan.Operations) > 0 {
						b.Fatal(got.plan.Operations)
					}
				}
			})
		}
	}
}

// BenchmarkPullRemove takes all rooms but a tenth out of a file. It must grow
// as the rooms do, and no faster.
func BenchmarkPullRemove(b *testing.B) {
	for _, oneLine := range []bool{false, true} {
		for _, rooms := range []int{2000, 10000} {
			file, live := large(b, rooms, oneLine)
			var few []room.Live
			for i := 0; i < len(live); i += 10 {
				few = append(few, live[i])
			}
			b.Run(fmt.Sprintf("line=%t/rooms=%d", oneLine, rooms), func(b *testing.B) {
				for b.Loop() {
					if got := pull(b, file, few, true, true); len(got.file.Rooms) != len(few) {
						b.Fatal(len(got.file.Rooms))
					}
				}
			})
		}
	}
}
