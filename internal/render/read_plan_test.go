package render

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// saved is a plan with some of everything.
func saved(t testing.TB) (plan.Plan, []byte) {
	t.Helper()
	text := func(s string) room.Settings { return room.Settings{"display_name": room.Text(s)} }
	want := []room.Desired{
		{Kind: room.Conference, Name: "new", Settings: text("New"), Pos: room.Pos{File: "rooms.yaml", Line: 3, Col: 5}},
		{Kind: room.Conference, Name: "is", Was: []string{"was"}, Settings: room.Settings{"size": room.Null()}},
		{Kind: room.Room, Name: "stage", Settings: room.Settings{"meta": room.Null(), "max_members": room.Int(4)}},
		{Kind: room.Room, Name: "same"},
		{Kind: room.Room, Name: "part", Settings: room.Settings{"display_name": room.Text("x"), "max_members": room.Int(9)}},
		{Kind: room.Room, Name: "let-be", Settings: text("y")},
		{Kind: room.Room, Name: "twice"},
	}
	live := []room.Live{
		{Kind: room.Conference, ID: "1", Name: "was", Settings: room.Settings{"size": room.Text("large"), "display_name": room.Null()}},
		{Kind: room.Room, ID: "2", Name: "stage", Settings: room.Settings{"meta": mustValue(`{"b":[1,"<&>"]}`), "max_members": room.Int(40)}},
		{Kind: room.Room, ID: "3", Name: "same"}, {Kind: room.Room, ID: "4", Name: "part", Settings: room.Settings{"display_name": room.Text("z"), "max_members": room.Int(3)}},
		{Kind: room.Room, ID: "5", Name: "let-be", Settings: text("z")},
		{Kind: room.Conference, ID: "6", Name: "gone", Settings: text("\u202egone\n")},
		{Kind: room.Room, ID: "7", Name: "twice"}, {Kind: room.Room, ID: "8", Name: "twice"}, {Kind: room.Room, ID: "9", Name: "kept"},
	}
	p := plan.Diff(want, live, plan.Options{
		Space: "example.signalwire.com", Project: "p", Prune: true, MaxDeletes: new(3), Now: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), InUse: plan.Wait,
		Scope:   plan.Scope{Stated: true, Globs: []string{"*"}},
		Protect: []room.Protection{{Rooms: "kept"}},
		Ignore:  []room.Ignore{{Rooms: "part", Settings: []string{"display_name"}, Until: "2026-12-31", Reason: "tries"}, {Rooms: "let-be"}, {Rooms: "nobody"}},
	})
	var b bytes.Buffer
	if err := PlanJSON(&b, p); err != nil {
		t.Fatal(err)
	}
	return p, b.Bytes()
}

// What is saved is what is read, as far as it matters: positions of rules are
// not kept, nor is what a live room has beside what changes.
func TestASavedPlanIsTheSamePlan(t *testing.T) {
	p, raw := saved(t)
	conform(t, "plan", schema.Plan, string(raw))
	got, err := ReadPlan(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got.Digest() != p.Digest() {
		t.Error("the digest is another one")
	}
	for i := range p.Operations {
		op := &p.Operations[i]
		if op.Action != plan.Delete {
			op.Live.Settings = nil
		}
	}
	p.Now, p.Guards = time.Time{}, nil
	for i := range p.Conflicts {
		for j := range p.Conflicts[i].Live {
			p.Conflicts[i].Live[j].Name = ""
		}
	}
	diff := cmp.Diff(p, got, cmp.Comparer(func(a, b room.Value) bool { return a == b }), cmpopts.IgnoreUnexported(plan.Plan{}),
		cmpopts.IgnoreFields(room.Protection{}, "Pos"), cmpopts.IgnoreFields(room.Ignore{}, "Pos"), cmpopts.EquateEmpty(),
		cmpopts.IgnoreFields(room.Desired{}, "Settings"))
	if diff != "" {
		t.Errorf("plan (-saved +read):\n%s", diff)
	}
	// Read and written again it is the same document, but for guards, which are
	// judged when it is applied.
	var again bytes.Buffer
	got.CheckGuards()
	if err := PlanJSON(&again, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(raw), again.String()); diff != "" {
		t.Errorf("document (-saved +again):\n%s", diff)
	}
}

// No change of a byte that means something goes unnoticed.
func TestEveryEditIsNoticed(t *testing.T) {
	_, raw := saved(t)
	noticed := 0
	for i, c := range raw {
		var other byte
		switch {
		case '0' <= c && c <= '8':
			other = c + 1
		case 'a' <= c && c <= 'y':
			other = c + 1
		default:
			continue
		}
		edited := bytes.Clone(raw)
		edited[i] = other
		if _, err := ReadPlan(edited); err == nil {
			t.Errorf("nobody notices %q at %d: …%s…", other, i, edited[max(0, i-20):min(len(edited), i+20)])
		}
		noticed++
	}
	if noticed < 1000 {
		t.Errorf("only %d edits were tried", noticed)
	}
	if _, err := ReadPlan(append(raw, " {}"...)); err == nil {
		t.Error("nobody notices a second document")
	}
	if _, err := ReadPlan([]byte(strings.ReplaceAll(string(raw), "\n", "\r\n\t"))); err != nil {
		t.Errorf("blanks between the members are no edit: %v", err)
	}
}

// A plan that roomsync would not make is refused, also with sums that are right.
func TestPlansThatCannotBe(t *testing.T) {
	_, raw := saved(t)
	for want, change := range map[string]func(d *planDocument){
		`the unknown way "hope" to deal with rooms in use`:               func(d *planDocument) { d.Options.InUse = "hope" },
		`an operation on conference is that cannot be`:                   func(d *planDocument) { d.find("is").ID = "" },
		`an operation on conference new that cannot be`:                  func(d *planDocument) { d.find("new").ID = "7" },
		`an operation on room stage that cannot be`:                      func(d *planDocument) { d.find("stage").ID = d.find("part").ID },
		`an operation on room new that cannot be`:                        func(d *planDocument) { d.find("part").Name = "new" },
		`it makes two rooms of was`:                                      func(d *planDocument) { d.find("new").Previously = []string{"was"} },
		`it holds renames in a circle`:                                   func(d *planDocument) { d.find("new").From, d.find("new").Name = "is", "was" },
		`an operation on lobby "stage"`:                                  func(d *planDocument) { d.find("stage").Kind = "lobby" },
		`an operation on room ""`:                                        func(d *planDocument) { d.find("stage").Name = "" },
		`the unknown action "paint"`:                                     func(d *planDocument) { d.find("stage").Action = "paint" },
		`it changes colour of the room stage, which there is not`:        func(d *planDocument) { d.find("stage").Changes[0].Setting = "colour" },
		`it changes created_at of the conference is, which there is not`: func(d *planDocument) { d.find("is").Changes[0].Setting = "created_at" },
		`it changes enable_chat of the room stage, which there is not`:   func(d *planDocument) { d.find("stage").Changes[0].Setting = "enable_chat" },
		`its digest is not that of its operations`:                       func(d *planDocument) { d.Space = "other.signalwire.com" },
	} {
		var d planDocument
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		change(&d)
		d.Checksum = d.sum()
		edited, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadPlan(edited); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it says %v, want %s", err, want)
		}
	}
}

// find is the operation on a room.
func (d *planDocument) find(name string) *operationDocument {
	return &d.Operations[slices.IndexFunc(d.Operations, func(op operationDocument) bool { return op.Name == name })]
}

func FuzzReadPlan(f *testing.F) {
	_, raw := saved(f)
	f.Add(raw)
	f.Add([]byte(`{"format_version":1,"checksum":"","operations":[{"changes":[{}]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if p, err := ReadPlan(raw); err == nil {
			p.Fit(nil)
			p.Needs()
		}
	})
}
