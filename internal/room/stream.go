package room

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Streams is the setting that says where a room is broadcast to. The API keeps
// it apart from the room's object, and its values are secrets: in Settings it
// only stands as a list of marks (see StreamURL.Mark), put there by MarkStreams.
const Streams = "streams"

// StreamURL is the RTMP or RTMPS address that a room is broadcast to. What comes
// after its host is a key: whoever has it can broadcast in its owner's name. As
// with Secret, only a conversion to string gives it away.
type StreamURL string

// Stream is a broadcast of a room, as the API has it.
type Stream struct {
	ID  string
	URL StreamURL // empty: the API has none
}

// streamParts are what stands before a host, the host with its port, and the
// rest of an address.
var streamParts = regexp.MustCompile(`^([A-Za-z]+://)([^\s/?#@]*@)?([^\s/?#@…]+)(\S*)$`)

// String is the address up to its host: rtmps://live.example.com/…
func (u StreamURL) String() string {
	if u == "" {
		return ""
	}
	m := streamParts.FindStringSubmatch(string(u))
	if m == nil {
		return "…"
	}
	shown := strings.ToLower(m[1])
	if m[2] != "" {
		shown += "…@"
	}
	shown += strings.ToLower(m[3])
	if strings.Trim(m[4], "/") == "" {
		return shown
	}
	return shown + "/…"
}

// GoString is what %#v prints.
func (u StreamURL) GoString() string { return fmt.Sprintf("room.StreamURL(%q)", u.String()) }

// MarshalText is what JSON has of it.
func (u StreamURL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// Mark is what String shows and a hash by which addresses can be told apart. The
// salt keeps the same address from having the same mark in different spaces.
func (u StreamURL) Mark(salt string) string {
	if u == "" {
		return "no address"
	}
	sum := sha256.Sum256([]byte("stream\x00" + salt + "\x00" + u.canonical()))
	return u.String() + "#" + hex.EncodeToString(sum[:6])
}

// canonical spells what is not told apart by case in one way.
func (u StreamURL) canonical() string {
	m := streamParts.FindStringSubmatch(string(u))
	if m == nil {
		return string(u)
	}
	return strings.ToLower(m[1]) + m[2] + strings.ToLower(m[3]) + m[4]
}

// Same tells whether two addresses are one.
func (u StreamURL) Same(other StreamURL) bool {
	return u == other || u.canonical() == other.canonical()
}

// addresses finds what looks like the address of a stream, in a text or in JSON
// that spells a slash with a backslash: scheme, user, host, and the rest.
var addresses = regexp.MustCompile("((?i:rtmps?):\\\\?/\\\\?/)([^\\s/?#@\"<>`\\\\…]*@)?([^\\s/?#@\"<>`\\\\…]*)([^\\s\"<>`]*)")

// ExampleStream is the address that stands for others in what roomsync says.
const ExampleStream = "rtmps://live.example.com/app/${STREAM_KEY}"

// HideAddresses leaves of every address of a stream that a text holds only what
// StreamURL.String shows. Marks stay, and so does the example.
func HideAddresses(text string) string {
	if !strings.Contains(text, "/") || !strings.Contains(text, ":") {
		return text
	}
	return addresses.ReplaceAllStringFunc(text, func(found string) string {
		m := addresses.FindStringSubmatch(found)
		if rest, is := strings.CutPrefix(found, ExampleStream); is && strings.Trim(rest, `)]},.;'`) == "" {
			return found
		}
		if m[2] == "" && (strings.HasPrefix(m[4], "/…") || strings.Trim(m[4], "/") == "") {
			return found
		}
		if m[2] != "" && m[2] != "…@" {
			m[2] = "…@"
		}
		if rest := m[4]; strings.Trim(rest, "/") != "" && !strings.HasPrefix(rest, "/…") {
			m[4] = "/…"
		}
		return m[1] + m[2] + m[3] + m[4]
	})
}

// place is the server that an address leads to.
func (u StreamURL) place() string {
	m := streamParts.FindStringSubmatch(string(u))
	if m == nil {
		return ""
	}
	return strings.ToLower(m[1] + m[3])
}

// StreamChanges are what is between the streams that a room has and those that
// it should have.
type StreamChanges struct {
	Replace []StreamReplacement
	Add     []StreamURL
	Extra   []Stream // to be ended, or to be left: that is not a matter of comparing
}

// StreamReplacement is a stream that gets another address.
type StreamReplacement struct {
	Old Stream
	New StreamURL
}

// CompareStreams matches live streams and wanted addresses. One of each that
// has no match is one stream whose address changes, as when its key has been
// rotated: first looked for on each server, then in the whole room. Nothing is
// guessed where there are several.
func CompareStreams(live []Stream, want []StreamURL) StreamChanges {
	live = slices.SortedFunc(slices.Values(live), func(a, b Stream) int {
		return cmp.Or(cmp.Compare(a.URL, b.URL), cmp.Compare(a.ID, b.ID))
	})
	var c StreamChanges
	matched := make(map[string]bool, len(want)) // addresses that are live
	for _, s := range live {
		address := s.URL.canonical()
		if !matched[address] && slices.ContainsFunc(want, s.URL.Same) {
			matched[address] = true
			continue
		}
		c.Extra = append(c.Extra, s)
	}
	for _, u := range want {
		if !matched[u.canonical()] {
			matched[u.canonical()] = true
			c.Add = append(c.Add, u)
		}
	}
	for _, u := range slices.Clone(c.Add) {
		c.pair(u.place())
	}
	c.pair("")
	return c
}

// pair makes a replacement of the one stream too many and the one too few that
// there are on a server, or in the room for no server.
func (c *StreamChanges) pair(server string) {
	on := func(u StreamURL) bool { return server == "" || u.place() == server }
	add := slices.IndexFunc(c.Add, on)
	extra := slices.IndexFunc(c.Extra, func(s Stream) bool { return on(s.URL) })
	if add < 0 || extra < 0 || slices.ContainsFunc(c.Add[add+1:], on) || slices.ContainsFunc(c.Extra[extra+1:], func(s Stream) bool { return on(s.URL) }) {
		return
	}
	c.Replace = append(c.Replace, StreamReplacement{c.Extra[extra], c.Add[add]})
	c.Add, c.Extra = slices.Delete(c.Add, add, add+1), slices.Delete(c.Extra, extra, extra+1)
}

// MarkStreams puts the streams of a room on both sides into the settings, as
// marks: what is live, and what will be live once what is wanted is carried
// out. Without prune, that includes the streams that are not wanted; left is how
// many. Where the file says nothing, or nobody has listed, nothing is compared.
func MarkStreams(live Live, want Desired, salt string, prune bool) (l Live, d Desired, left int) {
	if want.Streams == nil || live.Streams == nil {
		return live, want, 0
	}
	c := CompareStreams(live.Streams, want.Streams)
	after := slices.Clone(want.Streams)
	if !prune {
		left = len(c.Extra)
		for _, s := range c.Extra {
			after = append(after, s.URL)
		}
	}
	live.Settings = live.Settings.with(Streams, marks(live.addresses(), salt))
	want.Settings = want.Settings.with(Streams, marks(after, salt))
	return live, want, left
}

// MarkNewStreams does it for a room that is not there yet.
func MarkNewStreams(want Desired, salt string) Desired {
	if len(want.Streams) > 0 {
		want.Settings = want.Settings.with(Streams, marks(want.Streams, salt))
	}
	return want
}

// MarkLiveStreams does it for a room that is only looked at.
func MarkLiveStreams(live Live, salt string) Live {
	if live.Streams != nil {
		live.Settings = live.Settings.with(Streams, marks(live.addresses(), salt))
	}
	return live
}

// Ended are those of the streams that nobody wants of which a list of marks has
// no place left, once what is wanted has its own.
func Ended(extra []Stream, want []StreamURL, after Value, salt string) []Stream {
	var places []string
	if json.Unmarshal([]byte(after.JSON()), &places) != nil {
		return nil // no list of marks: nothing says that anything is to end
	}
	take := func(u StreamURL) bool {
		at := slices.Index(places, u.Mark(salt))
		if at >= 0 {
			places = slices.Delete(places, at, at+1)
		}
		return at >= 0
	}
	for _, u := range want {
		take(u)
	}
	return slices.DeleteFunc(slices.Clone(extra), func(s Stream) bool { return take(s.URL) })
}

// Marked tells whether wanted addresses are those that a value has the marks of,
// but for marks of streams that are live and may stay.
func Marked(v Value, want []StreamURL, live []Stream, salt string) bool {
	after := slices.Clone(want)
	if marks(after, salt) == v {
		return true
	}
	for _, s := range CompareStreams(live, want).Extra {
		after = append(after, s.URL)
	}
	return marks(after, salt) == v
}

func (l Live) addresses() []StreamURL {
	all := make([]StreamURL, len(l.Streams))
	for i, s := range l.Streams {
		all[i] = s.URL
	}
	return all
}

// marks is a list of marks, in order.
func marks(urls []StreamURL, salt string) Value {
	all := make([]string, len(urls))
	for i, u := range urls {
		all[i] = u.Mark(salt)
	}
	slices.Sort(all)
	list := make([]any, len(all))
	for i, mark := range all {
		list[i] = mark
	}
	v, err := Of(list)
	if err != nil {
		panic(err) // a list of texts
	}
	return v
}
