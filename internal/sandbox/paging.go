package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"iter"
	"math"
	"net/http"
	"net/url"
	"strconv"
)

// A page is the part of a listing that a request asks for: what comes after
// an anchor, which is the sequence of an object that may be gone by now. A
// page number cannot be an anchor, since deleting an object would move all
// that follow it to other pages; it is only counted along.
type page struct {
	listing string // what is listed; tokens are good for one listing
	anchor  uint64
	number  int
	size    int // as asked
	carried url.Values
}

// page reads the paging parameters.
func (q *query) page(listing string) page {
	p := page{
		listing: listing,
		number:  q.whole("page_number", 0, math.MaxInt32, 0),
		size:    q.whole("page_size", 1, 1000, 50),
		carried: q.carried,
	}
	if q.values.Has("page_token") {
		anchor, ok := readCursor(listing, q.values.Get("page_token"))
		if !ok {
			q.report("page_token", "is not one of this listing")
		}
		p.anchor = anchor
	} else if p.number > 0 {
		q.report("page_token", "must be present when page_number is above 0")
	}
	return p
}

// A walk goes from a sequence through objects and their sequences.
type walk[T any] = func(sequence uint64) iter.Seq2[uint64, T]

// ends are the anchors of the neighbouring pages.
type ends struct {
	more     bool   // there is a next page
	next     uint64 // its anchor
	previous uint64 // 0: the previous page is the first
}

// A cut is what a page holds.
type cut[T any] struct {
	items []T
	ends
}

// cutPage takes one page out of a listing. Looking one item further tells
// whether another follows: a next that leads to an empty page would be legal
// but pointless.
func cutPage[T any](p page, limit int, forward, back walk[T]) cut[T] {
	size := p.size
	if limit > 0 {
		size = min(size, limit)
	}
	var c cut[T]
	c.next = p.anchor
	for sequence, item := range forward(p.anchor) {
		if len(c.items) == size {
			c.more = true
			break
		}
		c.items = append(c.items, item)
		c.next = sequence
	}
	if p.anchor > 0 {
		passed := 0
		for sequence := range back(p.anchor) {
			if passed == size {
				c.previous = sequence
				break
			}
			passed++
		}
	}
	return c
}

// reply wraps the items, which are JSON values with commas between.
func (p page) reply(r *http.Request, e ends, items []byte) reply {
	type links struct {
		Self  string `json:"self"`
		First string `json:"first"`
		Next  string `json:"next,omitempty"`
		Prev  string `json:"prev,omitempty"`
	}
	l := links{Self: p.link(r, p.number, p.anchor), First: p.link(r, 0, 0)}
	if e.more {
		l.Next = p.link(r, p.number+1, e.next)
	}
	if p.anchor > 0 {
		number := 0
		if e.previous > 0 {
			number = max(p.number-1, 0)
		}
		l.Prev = p.link(r, number, e.previous)
	}
	var b bytes.Buffer
	b.WriteString(`{"links":`)
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // links are read by people, and full of &
	if err := encoder.Encode(l); err != nil {
		return plainError(http.StatusInternalServerError)
	}
	b.Truncate(b.Len() - 1) // the encoder's newline
	b.WriteString(`,"data":[`)
	b.Write(items)
	b.WriteString(`]}`)
	return reply{status: http.StatusOK, body: b.Bytes()}
}

// link is absolute and made from what the client sent, so that it works
// wherever the sandbox listens.
func (p page) link(r *http.Request, number int, anchor uint64) string {
	values := url.Values{}
	for name, value := range p.carried {
		values[name] = value
	}
	values.Set("page_number", strconv.Itoa(number))
	values.Set("page_size", strconv.Itoa(p.size))
	if anchor > 0 {
		values.Set("page_token", cursor(p.listing, anchor))
	}
	u := url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: values.Encode()}
	if r.TLS != nil {
		u.Scheme = "https"
	}
	return u.String()
}

// cursor makes a page token: the anchor and a checksum over it and the
// listing. The checksum is no secret. It makes a mangled token, or one of
// another listing, an error instead of a wrong page.
func cursor(listing string, anchor uint64) string {
	b := binary.BigEndian.AppendUint64(nil, anchor)
	sum := sha256.Sum256(append(b, listing...))
	return base64.RawURLEncoding.EncodeToString(append(b, sum[:8]...))
}

func readCursor(listing, token string) (uint64, bool) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 16 {
		return 0, false
	}
	anchor := binary.BigEndian.Uint64(b)
	return anchor, anchor > 0 && token == cursor(listing, anchor)
}
