package room_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roomsync/internal/room"
)

// someAddress generates addresses of which many are on one server, and some are
// the same but for capitals.
func someAddress() *rapid.Generator[room.StreamURL] {
	return rapid.Custom(func(t *rapid.T) room.StreamURL {
		return room.StreamURL(rapid.SampledFrom([]string{"rtmp", "RTMP"}).Draw(t, "scheme") + "://" +
			rapid.SampledFrom([]string{"a.example.com", "A.example.com", "b.example.com", "u:p@b.example.com", "c"}).Draw(t, "host") + "/" +
			rapid.SampledFrom([]string{"k", "K", "l", "m", ""}).Draw(t, "key"))
	})
}

// wantedAddresses are addresses as a file has them: no two are the same.
func wantedAddresses() *rapid.Generator[[]room.StreamURL] {
	return rapid.Custom(func(t *rapid.T) []room.StreamURL {
		want := []room.StreamURL{}
		for _, u := range rapid.SliceOfN(someAddress(), 0, 5).Draw(t, "want") {
			if !slices.ContainsFunc(want, u.Same) {
				want = append(want, u)
			}
		}
		return want
	})
}

// liveStreams are streams as a room may have them: of one address several, too.
func liveStreams() *rapid.Generator[[]room.Stream] {
	return rapid.Custom(func(t *rapid.T) []room.Stream {
		live := []room.Stream{}
		for i, u := range rapid.SliceOfN(rapid.OneOf(someAddress(), someAddress(), rapid.Just(room.StreamURL(""))), 0, 5).Draw(t, "live") {
			live = append(live, room.Stream{ID: fmt.Sprint(i), URL: u})
		}
		return live
	})
}

// server is what two addresses have in common that may be one whose key changes.
func server(u room.StreamURL) string {
	scheme, rest, _ := strings.Cut(strings.ToLower(string(u)), "://")
	host, _, _ := strings.Cut(rest, "/")
	if _, behind, user := strings.Cut(host, "@"); user {
		host = behind
	}
	return scheme + "://" + host
}

// Each live stream and each wanted address has one place: matched, replaced or
// too many, and matched, new or what another becomes. What is matched stays, and
// nothing is guessed where there are several.
func TestCompareStreams(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		live, want := liveStreams().Draw(t, "live"), wantedAddresses().Draw(t, "want")
		c := room.CompareStreams(live, want)

		place := make(map[string]int) // of live streams, by ID
		for _, s := range c.Extra {
			place[s.ID]++
		}
		var begun []room.StreamURL
		for _, r := range c.Replace {
			place[r.Old.ID]++
			begun = append(begun, r.New)
		}
		begun = append(begun, c.Add...)
		has := func(u room.StreamURL) bool {
			return slices.ContainsFunc(live, func(s room.Stream) bool { return s.URL.Same(u) })
		}
		stays := make(map[room.StreamURL]int) // how many streams stay, by wanted address
		for _, s := range live {
			of := slices.IndexFunc(want, s.URL.Same)
			switch {
			case place[s.ID] > 1:
				t.Fatalf("stream %s has %d places", s.ID, place[s.ID])
			case place[s.ID] == 0 && of < 0:
				t.Fatalf("stream %s (%s) is lost", s.ID, string(s.URL))
			case place[s.ID] == 0:
				stays[want[of]]++
			}
		}
		for _, u := range want {
			n := 0
			for _, b := range begun {
				if b == u {
					n++
				}
			}
			if is := has(u); is && (n != 0 || stays[u] != 1) || !is && n != 1 {
				t.Fatalf("%s is live: %t; %d streams stay, and %d are begun", string(u), is, stays[u], n)
			}
		}
		if len(begun) != len(want)-len(stays) {
			t.Fatalf("%d are begun that nobody wants", len(begun)-len(want)+len(stays))
		}

		// Of what is unmatched, one of each on a server is a replacement; of what is
		// then left, one of each.
		var extra []room.Stream
		extra = append(extra, c.Extra...)
		add := slices.Clone(c.Add)
		for _, r := range c.Replace {
			extra, add = append(extra, r.Old), append(add, r.New)
		}
		count := func(of string) (extras, adds int) {
			for _, s := range extra {
				if server(s.URL) == of {
					extras++
				}
			}
			for _, u := range add {
				if server(u) == of {
					adds++
				}
			}
			return extras, adds
		}
		others := 0
		for _, r := range c.Replace {
			if extras, adds := count(server(r.New)); server(r.Old.URL) != server(r.New) {
				others++
			} else if extras != 1 || adds != 1 {
				// It was the last of each in the whole room.
				others++
			}
		}
		if others > 1 || others == 1 && len(c.Add)+len(c.Extra) > 0 {
			t.Fatalf("%d replacements are guesses: %+v", others, c)
		}
		if len(c.Add) == 1 && len(c.Extra) == 1 {
			t.Fatalf("one of each is left: %+v", c)
		}
		for _, u := range c.Add {
			if extras, adds := count(server(u)); extras == 1 && adds == 1 {
				t.Fatalf("%s is new although one on its server is too many", string(u))
			}
		}

		// The order in which they are listed says nothing.
		shuffled := rapid.Permutation(live).Draw(t, "shuffled")
		if again := room.CompareStreams(shuffled, want); fmt.Sprintf("%q", again) != fmt.Sprintf("%q", c) {
			t.Fatalf("listed as %v it is %q, and before %q", shuffled, again, c)
		}
	})
}

// carriedOut is what a room has once a change of its streams has been carried
// out.
func carriedOut(live []room.Stream, c room.StreamChanges, ended []room.Stream) []room.Stream {
	after := slices.DeleteFunc(slices.Clone(live), func(s room.Stream) bool {
		return slices.ContainsFunc(ended, func(e room.Stream) bool { return e.ID == s.ID })
	})
	for _, r := range c.Replace {
		i := slices.IndexFunc(after, func(s room.Stream) bool { return s.ID == r.Old.ID })
		after[i].URL = r.New
	}
	for i, u := range c.Add {
		after = append(after, room.Stream{ID: fmt.Sprintf("new %d", i), URL: u})
	}
	return after
}

// What a change says that will be is what is once it has been carried out, and
// then there is nothing left to do.
func TestStreamsCarriedOutAreThoseMarked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const salt = "space"
		live := room.Live{Kind: room.Room, ID: "1", Name: "a", Streams: liveStreams().Draw(t, "live")}
		want := room.Desired{Kind: room.Room, Name: "a", Streams: wantedAddresses().Draw(t, "want")}
		prune := rapid.Bool().Draw(t, "prune")
		l, w, left := room.MarkStreams(live, want, salt, prune)
		changes := room.Patch(l, w)
		c := room.CompareStreams(live.Streams, want.Streams)
		if len(changes) == 0 {
			if len(c.Add)+len(c.Replace) > 0 || prune && len(c.Extra) > 0 {
				t.Fatalf("nothing changes, and there is %+v", c)
			}
			return
		}
		change := changes[0]
		if len(changes) > 1 || change.Setting != room.Streams {
			t.Fatalf("changes: %+v", changes)
		}
		if !room.Marked(change.After, want.Streams, live.Streams, salt) {
			t.Fatalf("%s are not the marks of %q", change.After, want.Streams)
		}
		ended := room.Ended(c.Extra, want.Streams, change.After, salt)
		if prune && (len(ended) != len(c.Extra) || left != 0) || !prune && (len(ended) != 0 || left != len(c.Extra)) {
			t.Fatalf("prune %t: of %d extra ones %d are ended, and %d are left", prune, len(c.Extra), len(ended), left)
		}
		live.Streams = carriedOut(live.Streams, c, ended)
		now := room.MarkLiveStreams(live, salt)
		if now.Settings[room.Streams] != change.After {
			t.Fatalf("after it there are %s, and there were to be %s", now.Settings[room.Streams], change.After)
		}
		l, w, _ = room.MarkStreams(live, want, salt, prune)
		if rest := room.Patch(l, w); len(rest) > 0 {
			t.Fatalf("left is %+v", rest)
		}
	})
}

// A saved plan ends what was to end when it was made, however many are extra
// now, and never more of an address than that leaves.
func TestEndedKeepsWhatHasAPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const salt = "space"
		then, now := liveStreams().Draw(t, "then"), liveStreams().Draw(t, "now")
		want := wantedAddresses().Draw(t, "want")
		prune := rapid.Bool().Draw(t, "prune")
		_, w, _ := room.MarkStreams(room.Live{Streams: then}, room.Desired{Streams: want}, salt, prune)
		after := w.Settings[room.Streams]
		c := room.CompareStreams(now, want)
		ended := room.Ended(c.Extra, want, after, salt)
		kept := make(map[string]int) // streams that nobody wants and that stay, by mark
		for _, s := range c.Extra {
			if !slices.Contains(ended, s) {
				kept[s.URL.Mark(salt)]++
			}
		}
		for _, s := range ended {
			if !slices.Contains(c.Extra, s) {
				t.Fatalf("%q is ended, and is none too many", s)
			}
		}
		if prune && len(kept) > 0 {
			t.Fatalf("what was not to stay stays: %v", kept)
		}
		places := make(map[string]int) // for what nobody wants, by mark
		if !prune {
			for _, s := range room.CompareStreams(then, want).Extra {
				places[s.URL.Mark(salt)]++
			}
		}
		extras := make(map[string]int)
		for _, s := range c.Extra {
			extras[s.URL.Mark(salt)]++
		}
		for mark, n := range extras {
			if kept[mark] != min(n, places[mark]) {
				t.Fatalf("of %d streams %s with %d places %d stay", n, mark, places[mark], kept[mark])
			}
		}
	})
}

// Without a word of streams on one side nothing is compared.
func TestStreamsOfWhichNothingIsKnown(t *testing.T) {
	some := []room.Stream{{ID: "1", URL: "rtmp://h/k"}}
	for _, c := range []struct {
		live []room.Stream
		want []room.StreamURL
		is   string
	}{
		{nil, []room.StreamURL{"rtmp://h/k"}, "map[] map[] 0"},
		{some, nil, "map[] map[] 0"},
		{some, []room.StreamURL{}, `map[streams:["rtmp://h/…#727e4cef796f"]] map[streams:["rtmp://h/…#727e4cef796f"]] 1`},
		{[]room.Stream{}, []room.StreamURL{}, "map[streams:[]] map[streams:[]] 0"},
	} {
		l, w, left := room.MarkStreams(room.Live{Streams: c.live}, room.Desired{Streams: c.want}, "", false)
		if got := fmt.Sprint(l.Settings, w.Settings, left); got != c.is {
			t.Errorf("%v, %v: %s, want %s", c.live, c.want, got, c.is)
		}
	}
}

// A mark tells addresses apart and says nothing else of them; in another space
// it is another.
func TestMarks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someAddress().Draw(t, "a"), someAddress().Draw(t, "b")
		if (a.Mark("s") == b.Mark("s")) != a.Same(b) {
			t.Fatalf("%q and %q are the same: %t; their marks: %s, %s", string(a), string(b), a.Same(b), a.Mark("s"), b.Mark("s"))
		}
		if a.Mark("s") == a.Mark("other") || !strings.HasPrefix(a.Mark("s"), a.String()+"#") {
			t.Fatalf("%s, and elsewhere %s", a.Mark("s"), a.Mark("other"))
		}
		for _, shown := range []string{a.String(), a.Mark("s"), "[" + a.Mark("s") + "], " + a.String() + ": no"} {
			if got := room.HideAddresses(shown, nil); got != shown {
				t.Fatalf("%s becomes %s", shown, got)
			}
		}
	})
}

// Whatever stands around the address of a stream, and however it goes on, its
// key does not pass.
func TestNoKeyPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom([]string{"KEY", "/", "…", "?", "#", "&", "=", "@", ":", ",", "'", "(", ")", "[", "]", "{", "}", "%2F", "\\", "\\/", "|", ";", "~", "#0123456789ab", "/…"})
		key := strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "key"), "")
		address := rapid.SampledFrom([]string{"rtmp://", "RTMPS://", `rtmps:\/\/`}).Draw(t, "scheme") + rapid.SampledFrom([]string{"", "u:KEY@"}).Draw(t, "user") + "h.example.com:1935/" + key
		before := rapid.SampledFrom([]string{"", "to ", `{"url":"`, "'", "url=", "(", "rtmp://h/…, "}).Draw(t, "before")
		got := room.HideAddresses(before+address+rapid.SampledFrom([]string{"", " and", "\"}", "`"}).Draw(t, "after"), nil)
		if strings.Contains(got, "KEY") {
			t.Fatalf("%s%s is shown as %s", before, address, got)
		}
		if again := room.HideAddresses(got, nil); again != got {
			t.Fatalf("%s becomes %s", got, again)
		}
	})
}
