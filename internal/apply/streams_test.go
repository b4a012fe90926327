package apply

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// broadcast is a plan for one room: it has streams a1, a2, … and is to have
// others.
func broadcast(prune bool, live []room.StreamURL, want ...room.StreamURL) plan.Plan {
	l := living("stage", nil)
	l.Streams = []room.Stream{}
	for i, u := range live {
		l.Streams = append(l.Streams, room.Stream{ID: "s" + string(rune('1'+i)), URL: u})
	}
	w := wish("stage", nil)
	w.Streams = want
	return plan.Diff([]room.Desired{w}, []room.Live{l}, plan.Options{Prune: prune})
}

const (
	atA, newA room.StreamURL = "rtmp://a/key", "rtmp://a/new"
	atB, atC  room.StreamURL = "rtmp://b/key", "rtmp://c/key"
	atD, atE  room.StreamURL = "rtmp://d/key", "rtmp://e/key"
)

// Addresses change first, then what is new begins, and what nobody wants ends
// last. The room itself is not written.
func TestStreamsInTheirOrder(t *testing.T) {
	for _, c := range []struct {
		name  string
		p     plan.Plan
		calls []string
	}{
		{"all three", broadcast(true, []room.StreamURL{atA, atB, atC}, newA, atD), []string{"move s1 to rtmp://a/new", "stream id-stage to rtmp://d/key", "end s2", "end s3"}},
		{"nothing is ended without prune", broadcast(false, []room.StreamURL{atA, atB, atC}, newA, atD), []string{"move s1 to rtmp://a/new", "stream id-stage to rtmp://d/key"}},
		{"a new one", broadcast(false, nil, atA), []string{"stream id-stage to rtmp://a/key"}},
		{"one of two of one address", broadcast(true, []room.StreamURL{atA, atA}, atA), []string{"end s2"}},
		{"none any more", broadcast(true, []room.StreamURL{atA, atB}, []room.StreamURL{}...), []string{"end s1", "end s2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{}
			r := run(c.p, f, Options{})
			if diff := cmp.Diff(c.calls, f.calls); diff != "" || !r.Complete() || r.Results[0].Attempts != len(c.calls) {
				t.Errorf("%q after %d attempts, calls (-want +got):\n%s", outcomes(r), r.Results[0].Attempts, diff)
			}
		})
	}
}

// What fails does not keep the other new streams from beginning, but nothing is
// ended after it. No key is in what is told.
func TestAStreamThatFails(t *testing.T) {
	p := broadcast(true, []room.StreamURL{atA, atB, atC}, newA, atD)
	all := []string{"move s1 to rtmp://a/new", "stream id-stage to rtmp://d/key", "end s2", "end s3"}
	const before = "stage failed: update room stage: stream "
	const other = "the server accepted the request, and answered with another address"
	const noEnd = "\nnone of its streams is ended after that"
	for _, c := range []struct {
		name   string
		stream func(id string, u room.StreamURL) (room.Stream, error)
		calls  []string
		is     string
	}{
		{"all that comes before an end", func(id string, u room.StreamURL) (room.Stream, error) { return room.Stream{}, errors.New("422") }, all[:2], before + "rtmp://a/…: 422\nstream rtmp://d/…: 422" + noEnd},
		{"the new one", failAt("id-stage", errors.New("422")), all[:2], before + "rtmp://d/…: 422" + noEnd},
		{"the first end", failAt("s2", errors.New("403")), all, before + "rtmp://b/…: 403"},
		{"the last end", failAt("s3", errors.New("403")), all, before + "rtmp://c/…: 403"},
		{"no answer", failAt("s1", noAnswer{}), all[:2], "stage unknown: update room stage: stream rtmp://a/…: connection reset" + noEnd},
		{"what ends is gone", failAt("s2", goneRoom{}), all, "stage applied"},
		{"what moves is gone", failAt("s1", goneRoom{}), all[:2], before + "rtmp://a/…: 404 Not Found" + noEnd},
		{"what begins is gone", failAt("id-stage", goneRoom{}), all[:2], before + "rtmp://d/…: 404 Not Found" + noEnd},
		{"another address", func(id string, u room.StreamURL) (room.Stream, error) {
			if id == "s1" {
				u += "key"
			}
			return room.Stream{ID: id, URL: u}, nil
		}, all[:2], before + "rtmp://a/…: " + other + noEnd},
		{"no address", func(id string, u room.StreamURL) (room.Stream, error) { return room.Stream{ID: id}, nil }, all[:2], before + "rtmp://a/…: " + other + "\nstream rtmp://d/…: " + other + noEnd},
		{"another address of the new one", func(id string, u room.StreamURL) (room.Stream, error) {
			if strings.HasPrefix(id, "s-") && u != "" {
				u = atE
			}
			return room.Stream{ID: id, URL: u}, nil
		}, append(slices.Clone(all[:2]), "end s-id-stage"), before + "rtmp://d/…: " + other + " (rtmp://e/…), so the stream was ended again" + noEnd},
		{"the same in capitals", func(id string, u room.StreamURL) (room.Stream, error) {
			return room.Stream{ID: id, URL: room.StreamURL(strings.Replace(string(u), "rtmp://", "RTMP://", 1))}, nil
		}, all, "stage applied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{stream: c.stream}
			r := run(p, f, Options{})
			if diff := cmp.Diff([]string{c.is}, outcomes(r)); diff != "" {
				t.Errorf("outcomes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.calls, f.calls); diff != "" || r.Results[0].Attempts != len(c.calls) {
				t.Errorf("%d attempts, calls (-want +got):\n%s", r.Results[0].Attempts, diff)
			}
		})
	}
}

// failAt fails with one stream, or with the new ones of a room.
func failAt(id string, err error) func(string, room.StreamURL) (room.Stream, error) {
	return func(of string, u room.StreamURL) (room.Stream, error) {
		if of == id || of == "s-"+id {
			return room.Stream{}, err
		}
		return room.Stream{ID: of, URL: u}, nil
	}
}

// The room comes first, with what changes of it; if that fails, its streams stay
// as they are.
func TestStreamsComeAfterTheirRoom(t *testing.T) {
	live, want := living("stage", room.Settings{"max_members": room.Int(9)}), wish("stage", room.Settings{"max_members": room.Int(5)})
	live.Streams, want.Streams = []room.Stream{}, []room.StreamURL{atA}
	p := plan.Diff([]room.Desired{want}, []room.Live{live}, plan.Options{})
	f := &fake{}
	r := run(p, f, Options{})
	if diff := cmp.Diff([]string{"update id-stage map[max_members:5]", "stream id-stage to rtmp://a/key"}, f.calls); diff != "" || !r.Complete() {
		t.Errorf("%q, calls (-want +got):\n%s", outcomes(r), diff)
	}
	f = &fake{update: func(context.Context, string, room.Settings) (room.Live, error) { return room.Live{}, errors.New("422") }}
	if r := run(p, f, Options{}); r.Count(Failed) != 1 || len(f.calls) != 1 {
		t.Errorf("%q, calls %q", outcomes(r), f.calls)
	}

	want = wish("hall", room.Settings{"max_members": room.Int(9)})
	want.Was, want.Streams = []string{"stage"}, []room.StreamURL{atA}
	f = &fake{}
	r = run(plan.Diff([]room.Desired{want}, []room.Live{live}, plan.Options{}), f, Options{})
	if diff := cmp.Diff([]string{"rename id-stage to hall map[]", "stream id-stage to rtmp://a/key"}, f.calls); diff != "" || !r.Complete() {
		t.Errorf("%q, calls (-want +got):\n%s", outcomes(r), diff)
	}
}

// A new room gets its streams once it is there and as it should be.
func TestANewRoomWithStreams(t *testing.T) {
	want := wish("stage", room.Settings{"max_members": room.Int(5)})
	want.Streams = []room.StreamURL{atA, atB}
	p := plan.Diff([]room.Desired{want}, nil, plan.Options{Prune: true})
	made := []string{"create stage", "stream id-stage to rtmp://a/key", "stream id-stage to rtmp://b/key"}
	for _, c := range []struct {
		name  string
		f     *fake
		calls int
		is    string
	}{
		{"all is well", &fake{}, 3, "stage applied"},
		{"it is not made", &fake{create: func(string, room.Settings) (room.Live, error) { return room.Live{}, errors.New("422") }}, 1, "stage failed: create room stage: 422"},
		{"it is not as it should be", &fake{create: func(name string, _ room.Settings) (room.Live, error) { return living(name, nil), nil }}, 1,
			"stage failed: create room stage: the server accepted the request but did not do all of it: max_members is missing instead of 5"},
		{"a stream fails", &fake{stream: failAt("id-stage", errors.New("422"))}, 3,
			"stage failed: create room stage: the room was created, but not all of its streams were: stream rtmp://a/…: 422\nstream rtmp://b/…: 422"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(p, c.f, Options{})
			if diff := cmp.Diff([]string{c.is}, outcomes(r)); diff != "" {
				t.Errorf("outcomes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(made[:c.calls], c.f.calls); diff != "" || r.Results[0].Attempts != c.calls {
				t.Errorf("%d attempts, calls (-want +got):\n%s", r.Results[0].Attempts, diff)
			}
		})
	}
	want.Streams = []room.StreamURL{}
	f := &fake{}
	if r := run(plan.Diff([]room.Desired{want}, nil, plan.Options{}), f, Options{}); !r.Complete() || !slices.Equal(f.calls, made[:1]) {
		t.Errorf("no streams: %q", f.calls)
	}
}

// An interrupt lets the stream that is under way begin, and no other.
func TestNoStreamBeginsAfterAnInterrupt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	f := &fake{stream: func(id string, u room.StreamURL) (room.Stream, error) {
		interrupt()
		return room.Stream{ID: id, URL: u}, nil
	}}
	r := Run(ctx, context.Background(), broadcast(true, []room.StreamURL{atA, atB, atC}, newA, atD), f, Options{})
	if diff := cmp.Diff([]string{"move s1 to rtmp://a/new"}, f.calls); diff != "" || !r.Interrupted && r.Complete() {
		t.Errorf("interrupted %t, calls (-want +got):\n%s", r.Interrupted, diff)
	}
	if got, want := outcomes(r)[0], "stage failed: update room stage: interrupted before it began: 3 of the changes of its streams"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
