package apply

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
	"roomsync/schema"
)

// replacing is a server whose PUT sets what is not sent to its default.
func replacing() *fake {
	return &fake{update: func(_ context.Context, id string, s room.Settings) (room.Live, error) {
		time.Sleep(time.Second)
		all := make(room.Settings)
		for _, setting := range schema.Settings(string(room.Conference)) {
			all[setting.Name] = room.Null()
			if v, err := room.Parse([]byte(setting.Default)); err == nil {
				all[setting.Name] = v
			}
		}
		maps.Copy(all, s)
		return room.Live{Kind: room.Conference, ID: id, Name: strings.TrimPrefix(id, "id-"), Settings: all}, nil
	}}
}

// A server that replaces is noticed at the first PUT, which goes alone; what it
// reset is restored, and from then on everything is sent.
func TestAServerThatReplaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := replacing()
		r := run(conferences("a", "b", "c"), f, Options{Parallelism: 3})
		full := "map[display_name:NAME enable_chat:false layout:grid-responsive quality:1080p size:large]"
		want := []string{
			"update id-a map[display_name:a quality:1080p]",
			"update id-a " + strings.ReplaceAll(full, "NAME", "a"),
			"update id-b " + strings.ReplaceAll(full, "NAME", "b"),
			"update id-c " + strings.ReplaceAll(full, "NAME", "c"),
		}
		// Which of the three is first, and in which order the others follow, is open.
		if len(f.calls) != 4 || f.calls[0][len("update id-x "):] == f.calls[1][len("update id-x "):] {
			t.Fatalf("calls: %q, want such as %q", f.calls, want)
		}
		for _, call := range f.calls[1:] {
			if !strings.Contains(call, "enable_chat:false") || !strings.Contains(call, "size:large") || strings.Contains(call, "description") {
				t.Errorf("not a full body without nulls: %s", call)
			}
		}
		if !r.Complete() || len(r.Warnings) != 1 {
			t.Errorf("outcomes %q, warnings %q", outcomes(r), r.Warnings)
		}
	})
}

func TestTheFirstPutGoesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{update: func(_ context.Context, id string, s room.Settings) (room.Live, error) {
			time.Sleep(time.Second)
			return living(strings.TrimPrefix(id, "id-"), s), nil
		}}
		began := time.Now()
		run(planned(0, 5, 0), f, Options{Parallelism: 4})
		if took := time.Since(began); took != 2*time.Second || f.most != 4 {
			t.Errorf("5 updates took %s, %d at a time; want 1 s for the first and 1 s for the others", took, f.most)
		}
	})
}

// Somebody else's edit is reported and left alone.
func TestSomebodyElsesEdit(t *testing.T) {
	f := &fake{update: func(_ context.Context, id string, s room.Settings) (room.Live, error) {
		all := maps.Clone(conferences("a").Operations[0].Live.Settings)
		maps.Copy(all, s)
		all["enable_chat"], all["description"] = room.Bool(true), room.Text("mine")
		return room.Live{Kind: room.Conference, ID: id, Name: "a", Settings: all}, nil
	}}
	r := run(conferences("a"), f, Options{})
	want := []string{`a applied: somebody else changed it, too: description from null to "mine", enable_chat from false to true`}
	if diff := cmp.Diff(want, outcomes(r)); diff != "" || len(f.calls) != 1 {
		t.Errorf("calls %q, outcomes (-want +got):\n%s", f.calls, diff)
	}
}

// What waits for the first PUT does not begin once nothing may.
func TestNothingFollowsTheFirstPutAfterAnInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, interrupt := context.WithCancel(context.Background())
		f := &fake{update: func(_ context.Context, id string, s room.Settings) (room.Live, error) {
			time.Sleep(2 * time.Second)
			return living(strings.TrimPrefix(id, "id-"), s), nil
		}}
		began := time.Now()
		time.AfterFunc(time.Second, interrupt)
		r := Run(ctx, context.Background(), planned(0, 5, 0), f, Options{Parallelism: 4})
		if len(f.calls) != 1 || r.Count(Applied) != 1 || r.Count(Skipped) != 4 || time.Since(began) != 2*time.Second {
			t.Errorf("after %s, calls %q, outcomes %q", time.Since(began), f.calls, outcomes(r))
		}
	})
}

// One 401 is one error, also where sixteen wait for the first answer. What has
// been created meanwhile says that it is not finished.
func TestAFatalFirstPutIsOneFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{
			create: func(name string, s room.Settings) (room.Live, error) {
				time.Sleep(time.Millisecond) // an update is the first PUT
				return room.Live{Kind: room.Conference, ID: "id-" + name, Name: name, Settings: s}, nil
			},
			update: func(context.Context, string, room.Settings) (room.Live, error) {
				time.Sleep(time.Second)
				return room.Live{}, unauthorized{}
			},
		}
		p := planned(0, 20, 0)
		p.Operations = append(p.Operations, plan.Diff([]room.Desired{{Kind: room.Conference, Name: "new", Settings: room.Settings{"user_join_video_off": room.Bool(true)}}}, nil, plan.Options{}).Operations...)
		r := run(p, f, Options{Parallelism: 21})
		if r.Count(Failed) != 2 || r.Count(Skipped) != 19 || len(f.calls) != 2 {
			t.Errorf("calls %q, outcomes %q", f.calls, outcomes(r))
		}
		want := "new failed: create conference new: the room was created, but not all of its settings were set: not begun after update of mod-"
		if last := outcomes(r)[20]; !strings.HasPrefix(last, want) {
			t.Errorf("%s\nwant %s…", last, want)
		}
	})
}

// When what was reset cannot be restored, the report holds what it was.
func TestWhatIsLostIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := replacing().update
		f := &fake{}
		f.update = func(ctx context.Context, id string, s room.Settings) (room.Live, error) {
			if len(f.calls) == 1 {
				return first(ctx, id, s)
			}
			return room.Live{}, errors.New("503 Service Unavailable")
		}
		want := "a failed: update conference a: the server reset the settings that were not sent (size from \"large\" to \"medium\", enable_chat from false to true), and restoring them failed: 503 Service Unavailable"
		if diff := cmp.Diff([]string{want}, outcomes(run(conferences("a"), f, Options{}))); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
	})
}
