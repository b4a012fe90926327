package apply

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"roomsync/internal/plan"
	"roomsync/internal/room"
)

// fake is a Writer that does what a test says, and keeps what it was asked.
type fake struct {
	create func(name string, s room.Settings) (room.Live, error)
	update func(ctx context.Context, id string, s room.Settings) (room.Live, error)
	delete func(id string) error
	found  bool // what create makes was there
	rename func(name string) (room.Live, error)
	look   func(id string) (room.Live, error)
	stream func(id string, u room.StreamURL) (room.Stream, error)

	mu    sync.Mutex
	calls []string
	now   int // calls under way
	most  int // the most there were at a time
}

func (f *fake) call(format string, args ...any) func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
	f.now++
	f.most = max(f.most, f.now)
	return func() { f.mu.Lock(); defer f.mu.Unlock(); f.now-- }
}

func (f *fake) Create(_ context.Context, kind room.Kind, name string, s room.Settings) (l room.Live, found bool, err error) {
	defer f.call("create %s", name)()
	if f.create != nil {
		l, err = f.create(name, s)
		return l, f.found, err
	}
	return room.Live{Kind: kind, ID: "id-" + name, Name: name, Settings: s}, f.found, nil
}

func (f *fake) Update(ctx context.Context, kind room.Kind, id, name string, s room.Settings) (room.Live, error) {
	if name != "" {
		defer f.call("rename %s to %s %v", id, name, s)()
		if f.rename != nil {
			return f.rename(name)
		}
		return room.Live{Kind: kind, ID: id, Name: name, Settings: s}, nil
	}
	defer f.call("update %s %v", id, s)()
	if f.update != nil {
		return f.update(ctx, id, s)
	}
	return room.Live{Kind: kind, ID: id, Settings: s}, nil
}

func (f *fake) Delete(_ context.Context, kind room.Kind, id string) error {
	defer f.call("delete %s", id)()
	if f.delete != nil {
		return f.delete(id)
	}
	return nil
}

func (f *fake) CreateStream(_ context.Context, kind room.Kind, id string, u room.StreamURL) (room.Stream, error) {
	defer f.call("stream %s to %s", id, string(u))()
	return f.streamed("s-"+id, u)
}

func (f *fake) UpdateStream(_ context.Context, id string, u room.StreamURL) (room.Stream, error) {
	defer f.call("move %s to %s", id, string(u))()
	return f.streamed(id, u)
}

func (f *fake) DeleteStream(_ context.Context, id string) error {
	defer f.call("end %s", id)()
	_, err := f.streamed(id, "")
	return err
}

func (f *fake) streamed(id string, u room.StreamURL) (room.Stream, error) {
	if f.stream != nil {
		return f.stream(id, u)
	}
	return room.Stream{ID: id, URL: u}, nil
}

func (f *fake) Look(_ context.Context, kind room.Kind, id string) (room.Live, error) {
	defer f.call("look %s", id)()
	if f.look != nil {
		return f.look(id)
	}
	return room.Live{Kind: kind, ID: id, Name: strings.TrimPrefix(id, "id-")}, nil
}

// noAnswer is what became of a request whose answer never came.
type noAnswer struct{}

func (noAnswer) Error() string   { return "connection reset" }
func (noAnswer) Ambiguous() bool { return true }

// unauthorized is an error that every other request would get, too.
type unauthorized struct{}

func (unauthorized) Error() string { return "401 Unauthorized" }
func (unauthorized) Fatal() bool   { return true }

// goneRoom is an answer that says there is no such room.
type goneRoom struct{}

func (goneRoom) Error() string { return "404 Not Found" }
func (goneRoom) Gone() bool    { return true }

func wish(name string, s room.Settings) room.Desired {
	return room.Desired{Kind: room.Room, Name: name, Settings: s}
}

func living(name string, s room.Settings) room.Live {
	return room.Live{Kind: room.Room, ID: "id-" + name, Name: name, Settings: s}
}

// planned is a plan with the given numbers of creates, updates and deletes.
func planned(creates, updates, deletes int) plan.Plan {
	var want []room.Desired
	var live []room.Live
	for i := range creates {
		want = append(want, wish(fmt.Sprintf("new-%02d", i), room.Settings{"max_members": room.Int(5)}))
	}
	for i := range updates {
		name := fmt.Sprintf("mod-%02d", i)
		want = append(want, wish(name, room.Settings{"max_members": room.Int(5)}))
		live = append(live, living(name, room.Settings{"max_members": room.Int(9)}))
	}
	for i := range deletes {
		live = append(live, living(fmt.Sprintf("old-%02d", i), nil))
	}
	return plan.Diff(want, live, plan.Options{Prune: true, Scope: plan.Scope{Stated: true, Globs: []string{"*"}}})
}

func run(p plan.Plan, w Writer, o Options) Report {
	return Run(context.Background(), context.Background(), p, w, o)
}

// outcomes are a report's results in words.
func outcomes(r Report) []string {
	var all []string
	for _, result := range r.Results {
		text := fmt.Sprintf("%s %s", result.Operation.Name(), result.Outcome)
		if result.Err != nil {
			text += ": " + result.Err.Error()
		}
		if result.Reason != "" {
			text += ": " + result.Reason
		}
		all = append(all, text)
	}
	return all
}

// refusedParameter is a 422 about a parameter.
type refusedParameter string

func (r refusedParameter) Error() string { return "422 " + string(r) }

func (r refusedParameter) About(parameter string) bool { return parameter == string(r) }
