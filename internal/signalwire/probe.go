package signalwire

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"

	"roomsync/internal/room"
)

// Probe is what two small requests tell of the way to a space.
type Probe struct {
	Address  string        // host and port that was connected to; empty if none was
	TLS      string        // such as TLS 1.3; empty over plain HTTP
	Expires  time.Time     // of the server's certificate; zero over plain HTTP
	Duration time.Duration // of the last request, answer included
	Clock    time.Duration // by how much the server's clock is ahead of ours, to about a second
	HasClock bool          // false: the server does not tell the time
	Paging   Paging
}

// Paging is what came of asking for pages of one room each.
type Paging string

// What can come of it.
const (
	PagesFollow  Paging = "follow"  // the second page has another room
	PagesRepeat  Paging = "repeat"  // it has the same one
	PagesTooFew  Paging = "too-few" // there are not enough rooms for two pages
	PagesIgnored Paging = "ignored" // the server sent more than one room
)

// Probe lists the first one or two rooms of a kind, each on a page of its own.
// Nothing is sent twice. What it found out on the way comes with an error, too.
func (c *Client) Probe(ctx context.Context, kind room.Kind) (Probe, error) {
	hasty := *c
	hasty.trouble = nil
	var p Probe
	var mu sync.Mutex // the trace's functions may be called after the request has ended
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) {
			mu.Lock()
			defer mu.Unlock()
			p.Address = i.Conn.RemoteAddr().String()
		},
		TLSHandshakeDone: func(s tls.ConnectionState, err error) {
			mu.Lock()
			defer mu.Unlock()
			if p.TLS = tls.VersionName(s.Version); err == nil && len(s.PeerCertificates) > 0 {
				p.Expires = s.PeerCertificates[0].NotAfter
			}
		},
	})
	ask := func(query string) (page, error) {
		began := time.Now()
		a, err := hasty.do(ctx, "GET", collection(kind), query, nil)
		mu.Lock()
		defer mu.Unlock()
		p.Duration = time.Since(began)
		if at, e := http.ParseTime(a.header.Get("Date")); e == nil {
			p.Clock, p.HasClock = at.Sub(began.Add(p.Duration/2)), true
		}
		if err != nil {
			return page{}, err
		}
		found, err := hasty.readPage(a)
		if err != nil {
			return page{}, hasty.unusable(a, err)
		}
		return found, nil
	}
	first, err := ask("page_size=1")
	switch {
	case err != nil:
	case len(first.objects) > 1:
		p.Paging = PagesIgnored
	case first.next == "" || len(first.objects) == 0:
		p.Paging = PagesTooFew
	default:
		var second page
		if second, err = ask(first.next); err == nil {
			p.Paging = follows(first, second)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	return p, err
}

// follows compares two pages of one room each.
func follows(first, second page) Paging {
	id := func(p page) (id string) {
		var o map[string]json.RawMessage
		if len(p.objects) > 0 && json.Unmarshal(p.objects[0], &o) == nil {
			_ = json.Unmarshal(orNull(o["id"]), &id)
		}
		return id
	}
	switch a, b := id(first), id(second); {
	case b == "":
		return PagesTooFew // an empty page may follow the last room
	case a == b:
		return PagesRepeat
	}
	return PagesFollow
}
