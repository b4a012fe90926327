package room

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
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

// streamParts are the scheme, the user, the host with its port, and the rest of an
// address.
var streamParts = regexp.MustCompile(`^([A-Za-z]+)://([^\s/?#@]*@)?([\pL\pN._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?([/?#]\S*)?$`)

// String is the address up to its host: rtmps://live.example.com/…
func (u StreamURL) String() string {
	if u == "" {
		return ""
	}
	m := streamParts.FindStringSubmatch(string(u))
	if m == nil {
		return "…"
	}
	shown := strings.ToLower(m[1]) + "://"
	if m[2] != "" {
		shown += "…@"
	}
	shown += strings.ToLower(m[3]) + m[4]
	if strings.Trim(m[5], "/") == "" {
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
	sum := sha256.Sum256([]byte("stream\x00" + salt + "\x00" + u.Canonical()))
	return u.String() + "#" + hex.EncodeToString(sum[:6])
}

// Canonical spells in one way what servers may spell in several: letters of the
// scheme and the host, the default port, a slash at the end, and characters that
// need not be written as %7E and do not mean anything else.
func (u StreamURL) Canonical() string {
	m := streamParts.FindStringSubmatch(string(u))
	if m == nil {
		return string(u)
	}
	scheme, port := strings.ToLower(m[1]), m[4]
	if defaultPorts[scheme] == port {
		port = ""
	}
	rest := escapes.ReplaceAllStringFunc(m[5], func(escape string) string {
		c, err := strconv.ParseUint(escape[1:], 16, 8)
		if err == nil && unreserved.MatchString(string(rune(c))) {
			return string(rune(c))
		}
		return strings.ToUpper(escape)
	})
	return scheme + "://" + m[2] + strings.ToLower(m[3]) + port + strings.TrimSuffix(rest, "/")
}

var (
	defaultPorts = map[string]string{"rtmp": ":1935", "rtmps": ":443"}
	escapes      = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	unreserved   = regexp.MustCompile(`^[A-Za-z0-9._~-]$`)
)

// Same tells whether two addresses are one.
func (u StreamURL) Same(other StreamURL) bool {
	return u == other || u.Canonical() == other.Canonical()
}

// server is the one that an address leads to.
func (u StreamURL) server() string {
	m := streamParts.FindStringSubmatch(u.Canonical())
	if m == nil {
		return ""
	}
	return m[1] + "://" + m[3] + m[4]
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
	live = slices.Clone(live)
	Sort(live, func(a, b *Stream) int {
		return cmp.Or(cmp.Compare(a.URL, b.URL), cmp.Compare(a.ID, b.ID))
	})
	missing := make(map[string]bool, len(want))
	for _, u := range want {
		missing[u.Canonical()] = true
	}
	var c StreamChanges
	for _, s := range live {
		if address := s.URL.Canonical(); missing[address] {
			missing[address] = false
		} else {
			c.Extra = append(c.Extra, s)
		}
	}
	for _, u := range want {
		if address := u.Canonical(); missing[address] {
			missing[address] = false
			c.Add = append(c.Add, u)
		}
	}
	c.pair(StreamURL.server)
	c.pair(func(StreamURL) string { return "the room" })
	return c
}

// pair makes replacements of the one stream too many and the one too few that
// there are in a place.
func (c *StreamChanges) pair(place func(StreamURL) string) {
	extra, add := make(map[string][]int), make(map[string][]int)
	for i, s := range c.Extra {
		extra[place(s.URL)] = append(extra[place(s.URL)], i)
	}
	for i, u := range c.Add {
		add[place(u)] = append(add[place(u)], i)
	}
	gone, begun := make(map[int]bool), make(map[int]bool)
	for i, u := range c.Add {
		if at := place(u); len(add[at]) == 1 && len(extra[at]) == 1 {
			c.Replace = append(c.Replace, StreamReplacement{c.Extra[extra[at][0]], u})
			gone[extra[at][0]], begun[i] = true, true
		}
	}
	c.Extra, c.Add = without(c.Extra, gone), without(c.Add, begun)
}

// without is a list without the entries at some places.
func without[T any](all []T, gone map[int]bool) []T {
	var rest []T
	for i, v := range all {
		if !gone[i] {
			rest = append(rest, v)
		}
	}
	return rest
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
