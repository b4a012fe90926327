package room

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJudge(t *testing.T) {
	conference := Settings{
		"display_name": Text("A"), "description": Text("long"), "quality": Text("1080p"), "enable_chat": Bool(false),
		"layout": Text("grid-responsive"), "record_on_start": Bool(true), "join_from": Null(), "dark_primary": Text("#ABCDEF"),
	}
	plain := Settings{"display_name": Text("A"), "description": Text("long"), "quality": Text("720p"), "record_on_start": Bool(true)}
	bare := Settings{"display_name": Text("A"), "max_members": Int(20)}
	sent := Settings{"display_name": Text("B")}
	for _, c := range []struct {
		name   string
		kind   Kind
		before Settings
		sent   Settings
		moves  Settings // what the answer holds otherwise
		want   Verdict

		renamed bool // from r to new
	}{
		{"a renamed room's title follows its name", Room, Settings{"display_name": Text("r")}, nil, Settings{"display_name": Text("new")}, Suspect, true},
		{"a renamed room's title stays", Room, Settings{"display_name": Text("r"), "join_from": Text("2026-01-01T00:00:00Z")}, nil, Settings{"join_from": Null()}, Suspect, true},
		{"everything stays", Conference, conference, sent, nil, Keeps, false},
		{"everything falls back", Conference, conference, sent, Settings{"description": Null(), "quality": Text("720p"), "enable_chat": Bool(true), "dark_primary": Text("#044ef4"), "record_on_start": Bool(false)}, Replaces, false},
		{"only documented defaults fall back", Conference, conference, sent, Settings{"quality": Text("720p"), "enable_chat": Bool(true), "dark_primary": Text("#044EF4")}, Replaces, false},
		{"one moves elsewhere", Conference, conference, sent, Settings{"dark_primary": Text("#111111")}, Keeps, false},
		{"nothing was to keep", Conference, Settings{"quality": Text("720p"), "description": Null()}, sent, nil, Silent, false},
		{"all was sent", Conference, Settings{"quality": Text("1080p")}, Settings{"quality": Text("1080p")}, nil, Silent, false},
		{"a text is cleared, nothing else tells", Conference, plain, sent, Settings{"description": Null()}, Suspect, false},
		{"a text is cleared and a flag flips", Conference, plain, sent, Settings{"description": Null(), "record_on_start": Bool(false)}, Suspect, false},
		{"a text is edited", Conference, plain, sent, Settings{"description": Text("other")}, Silent, false},
		{"a text stays", Conference, plain, sent, nil, Silent, false},
		{"what has a default on updates falls back, the rest stays", Conference, conference, sent, Settings{"quality": Text("720p")}, Replaces, false},
		{"one of two with a default on updates stays", Room, Settings{"quality": Text("1080p"), "max_members": Int(5)}, sent, Settings{"quality": Text("720p")}, Keeps, false},
		{"what has a default on creates falls back, nothing else tells", Conference, Settings{"enable_chat": Bool(false)}, sent, Settings{"enable_chat": Bool(true)}, Replaces, false},
		{"a default on creates falls back, another stays", Conference, Settings{"enable_chat": Bool(false), "dark_primary": Text("#ABCDEF")}, sent, Settings{"enable_chat": Bool(true)}, Silent, false},
		{"a flag alone says nothing by staying", Conference, Settings{"record_on_start": Bool(true)}, sent, nil, Silent, false},
		{"a room's title falls back to its name", Room, bare, Settings{"quality": Text("1080p")}, Settings{"display_name": Text("r")}, Suspect, false},
		{"a room's title stays", Room, bare, Settings{"quality": Text("1080p")}, nil, Silent, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := Live{Kind: c.kind, Name: "r", Settings: c.before}
			answer := Live{Kind: c.kind, Name: "r", Settings: maps.Clone(c.before)}
			if c.renamed {
				answer.Name = "new"
			}
			maps.Copy(answer.Settings, c.sent)
			maps.Copy(answer.Settings, c.moves)
			if got := Judge(before, c.sent, answer); got != c.want {
				t.Errorf("verdict %d, want %d", got, c.want)
			}
		})
	}
}

func TestFullSettings(t *testing.T) {
	before := Live{Kind: Conference, Settings: Settings{"display_name": Text("A"), "description": Null(), "size": Text("large"), "meta": Text("read-only"), "unheard_of": Int(1)}}
	got := FullSettings(before, Settings{"display_name": Text("B"), "join_from": Null(), "quality": {}})
	want := Settings{"display_name": Text("B"), "size": Text("large"), "join_from": Null()}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Value{})); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestMoved(t *testing.T) {
	before := Live{Kind: Room, Settings: Settings{"max_members": Int(5), "quality": Text("720p"), "join_from": Text("2026-01-01T00:00:00Z"), "description": Null()}}
	answer := Live{Kind: Room, Settings: Settings{"max_members": Int(6), "quality": Text("1080p"), "join_from": Text("2026-01-01T02:00:00+02:00"), "description": Text("x")}}
	var got []string
	for _, c := range Moved(before, Settings{"quality": Text("1080p")}, answer) {
		got = append(got, c.Setting)
	}
	if diff := cmp.Diff([]string{"description", "max_members"}, got); diff != "" {
		t.Errorf("moved (-want +got):\n%s", diff)
	}
}
