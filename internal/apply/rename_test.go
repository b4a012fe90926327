package apply

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// renaming is a plan of a chain: c was b, b was a.
func renaming() plan.Plan {
	s := room.Settings{"max_members": room.Int(5)}
	return plan.Diff([]room.Desired{{Kind: room.Room, Name: "b", Was: []string{"a"}, Settings: s}, {Kind: room.Room, Name: "c", Was: []string{"b"}, Settings: s}},
		[]room.Live{living("a", room.Settings{"max_members": room.Int(9)}), living("b", s)}, plan.Options{})
}

func TestAChainBeginsAtItsFreeEnd(t *testing.T) {
	f := &fake{}
	r := run(renaming(), f, Options{})
	want := []string{"rename id-b to c map[]", "rename id-a to b map[max_members:5]"}
	if diff := cmp.Diff(want, f.calls); diff != "" || !r.Complete() {
		t.Errorf("outcomes %q, calls (-want +got):\n%s", outcomes(r), diff)
	}
}

func TestARenameThatDoesNotHappen(t *testing.T) {
	const wayOut = "if this space does not rename rooms, do it in the dashboard, or remove previously to have a new room created; with --prune the old one is deleted then, if the file manages its name"
	blocked := "b skipped: its name is taken until b is renamed to c, which failed"
	for _, c := range []struct {
		name   string
		rename func(string) (room.Live, error)
		want   string
	}{
		{"ignored", func(string) (room.Live, error) { return living("b", nil), nil }, "c failed: rename room c: the server kept the name b; " + wayOut},
		{"refused", func(string) (room.Live, error) { return room.Live{}, refusedParameter("name") }, "c failed: rename room c: 422 name; " + wayOut},
		{"something else is refused", func(string) (room.Live, error) { return room.Live{}, refusedParameter("size") }, "c failed: rename room c: 422 size"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{rename: c.rename}
			if diff := cmp.Diff([]string{blocked, c.want}, outcomes(run(renaming(), f, Options{}))); diff != "" || len(f.calls) != 1 {
				t.Errorf("calls %q, outcomes (-want +got):\n%s", f.calls, diff)
			}
		})
	}
}
