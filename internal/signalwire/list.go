package signalwire

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"roomsync/internal/room"
)

const (
	// pageSize is the largest page that SignalWire serves (O: maximum 1000).
	pageSize = 1000
	// smallPage is what SignalWire serves unasked (O: default 50). A shorter
	// page is the last one even if it does not say so.
	smallPage = 50
	// maxPages ends a listing that never would: half a million rooms even
	// where a page holds no more than smallPage.
	maxPages = 10_000
)

// ListOptions are what a listing includes beside the rooms.
type ListOptions struct {
	Sessions bool // say of each room what session is going on in it
	// Progress is told of every page how many rooms it has, from several
	// goroutines; may be nil.
	Progress func(rooms int)
}

// List lists all rooms of both kinds, side by side, ordered by kind, name and
// ID. An object that came twice, because pages shifted, is listed once, as it
// came last; one that the API shows under both kinds is listed as a
// conference. An error means that the listing is not complete: nothing may be
// concluded from what came.
func (c *Client) List(ctx context.Context, o ListOptions) ([]room.Live, error) {
	lists, err := c.forListing().list(ctx, o, room.Kinds()...)
	if err != nil {
		return nil, err
	}
	live := lists[0] // conferences first, so that they win
	seen := make(map[string]bool)
	for _, list := range lists[1:] {
		if len(list) == 0 {
			continue
		}
		for _, l := range live {
			seen[l.ID] = true
		}
		live = slices.Concat(live, slices.DeleteFunc(list, func(l room.Live) bool { return seen[l.ID] }))
	}
	room.Sort(live, func(a, b *room.Live) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return live, nil
}

// list lists kinds side by side.
func (c *Client) list(ctx context.Context, o ListOptions, kinds ...room.Kind) ([][]room.Live, error) {
	lists := make([][]room.Live, len(kinds))
	g, ctx := errgroup.WithContext(ctx)
	for i, kind := range kinds {
		// A page is decoded while the next one is on its way.
		pages := make(chan page)
		start(g, kind, func() error {
			defer close(pages)
			return c.fetch(ctx, collection(kind), o, func(p page) error {
				select {
				case pages <- p:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		})
		start(g, kind, func() (err error) {
			lists[i], err = c.collect(kind, o, pages)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return lists, nil
}

// forListing is the client with the patience that a listing has.
func (c *Client) forListing() *Client {
	if c.trouble == nil {
		return c
	}
	impatient := *c
	impatient.trouble = newTrouble(min(c.trouble.budget, listBudget))
	return &impatient
}

// start runs a part of a listing. A panic in a goroutine would end the program
// with Go's own exit code, which here means something else.
func start(g *errgroup.Group, kind room.Kind, part func() error) {
	g.Go(func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("internal error: %v", r)
			}
			if err != nil {
				err = fmt.Errorf("list %ss: %w", kind, err)
			}
		}()
		return part()
	})
}

// fetch follows links.next to the end. Only the query of a link is taken: the
// host and path stay ours.
func (c *Client) fetch(ctx context.Context, path string, o ListOptions, use func(page) error) error {
	q := url.Values{"page_size": {strconv.Itoa(pageSize)}}
	if o.Sessions {
		q.Set("include_active_session", "true")
	}
	query := q.Encode()
	followed := make(map[string]bool)
	for {
		followed[query] = true
		a, err := c.do(ctx, "GET", path, query, nil)
		if err != nil {
			return err
		}
		p, err := c.readPage(a)
		if err != nil {
			return c.unusable(a, err)
		}
		if err := use(p); err != nil {
			return err
		}
		switch {
		case p.next == "":
			return nil
		case followed[p.next]:
			return c.unusable(a, errors.New("the server's pages lead in a circle, so the listing has no end"))
		case len(followed) == maxPages:
			return c.unusable(a, fmt.Errorf("the listing has no end within %d pages", maxPages))
		}
		query = p.next
	}
}

// collect decodes pages as they come.
func (c *Client) collect(kind room.Kind, o ListOptions, pages <-chan page) ([]room.Live, error) {
	var listed [][]room.Live // page by page, so that nothing is moved as it grows
	place := make(map[string]*room.Live)
	var d decoder
	for p := range pages {
		live := make([]room.Live, 0, len(p.objects))
		if o.Progress != nil {
			o.Progress(len(p.objects))
		}
		for _, raw := range p.objects {
			l, err := d.decode(kind, raw, o.Sessions)
			if err != nil {
				return nil, c.unusable(answer{about: p.about}, err)
			}
			if before := place[l.ID]; before != nil {
				*before = l
				continue
			}
			live = append(live, l)
			place[l.ID] = &live[len(live)-1]
		}
		listed = append(listed, live)
		texts.Put(p.text) // nothing of it is kept
	}
	return slices.Concat(listed...), nil
}

// page is a page of a listing, its objects still to be decoded.
type page struct {
	about   Error
	text    *bytes.Buffer // what the objects are parts of
	objects []json.RawMessage
	next    string // the query of the next page; "" on the last one
}

func (c *Client) readPage(a answer) (page, error) {
	if !valid(a.body) {
		return page{}, c.cleanerFor(a.about.Path).strange(a.body)
	}
	var data, links, next json.RawMessage
	if !members(a.body, func(name, value []byte) {
		switch string(name) {
		case "data":
			data = value
		case "links":
			links = value
		}
	}) && !isNull(a.body) {
		return page{}, c.cleanerFor(a.about.Path).strange(a.body)
	}
	p := page{about: a.about, text: a.text}
	if isNull(data) {
		return page{}, errors.New("the answer has no data list")
	}
	var isList bool
	if p.objects, isList = elements(data); !isList {
		return page{}, errors.New("the answer's data is not a list")
	}
	if isNull(links) {
		if len(p.objects) >= smallPage {
			return page{}, errors.New("the answer has no links, so nothing tells whether more pages follow")
		}
		return p, nil
	}
	if !members(links, func(name, value []byte) {
		if string(name) == "next" {
			next = value
		}
	}) {
		return page{}, errors.New("the answer's links are not what the API promises")
	}
	var link string
	if !isNull(next) && json.Unmarshal(next, &link) != nil {
		return page{}, errors.New("the answer's links.next is not what the API promises")
	}
	var err error
	p.next, err = nextQuery(link)
	return p, err
}

// isNull tells whether a member is null or not there.
func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(bytes.TrimSpace(raw)) == "null" }

// orNull lets a missing member read as null.
func orNull(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return json.RawMessage("null")
	}
	return raw
}

// nextQuery is what is taken of a link to the next page.
func nextQuery(link string) (string, error) {
	if link == "" {
		return "", nil
	}
	u, err := url.Parse(link)
	if err != nil {
		return "", errors.New("the link to the next page is not a URL")
	}
	if u.RawQuery == "" {
		return "", errors.New("the link to the next page has no query, so it leads nowhere")
	}
	return u.RawQuery, nil
}
