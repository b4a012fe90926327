package signalwire

import (
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

// pageSize is the largest page that SignalWire serves (O: maximum 1000).
const pageSize = 1000

// ListOptions are what a listing includes beside the rooms.
type ListOptions struct {
	Sessions bool // say of each room what session is going on in it
}

// List lists all rooms of both kinds, side by side, ordered by kind, name and
// ID. An object that came twice, because pages shifted, is listed once; so is
// one that the API shows under both kinds, as a conference. An error means that
// the listing is not complete: nothing may be concluded from what came.
func (c *Client) List(ctx context.Context, o ListOptions) ([]room.Live, error) {
	kinds := room.Kinds()
	lists := make([][]room.Live, len(kinds))
	g, ctx := errgroup.WithContext(ctx)
	for i, kind := range kinds {
		g.Go(func() (err error) {
			defer func() {
				if r := recover(); r != nil {
					err = fmt.Errorf("internal error while listing %ss: %v", kind, r)
				}
			}()
			lists[i], err = c.listKind(ctx, kind, o)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	var live []room.Live
	for _, list := range lists { // conferences first, so that they win
		for _, l := range list {
			if !seen[l.ID] {
				seen[l.ID] = true
				live = append(live, l)
			}
		}
	}
	slices.SortFunc(live, func(a, b room.Live) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return live, nil
}

// listKind follows links.next to the end. Only the query of a link is taken:
// the host and path stay ours.
func (c *Client) listKind(ctx context.Context, kind room.Kind, o ListOptions) ([]room.Live, error) {
	q := url.Values{"page_size": {strconv.Itoa(pageSize)}}
	if o.Sessions {
		q.Set("include_active_session", "true")
	}
	query := q.Encode()
	followed := map[string]bool{query: true}
	var live []room.Live
	for {
		var p page
		if err := c.do(ctx, "GET", collection(kind), query, nil, &p); err != nil {
			return nil, fmt.Errorf("list %ss: %w", kind, err)
		}
		if p.Data == nil {
			return nil, fmt.Errorf("list %ss: the answer has no data list", kind)
		}
		for _, raw := range *p.Data {
			l, err := decode(kind, raw)
			if err != nil {
				return nil, fmt.Errorf("list %ss: %w", kind, err)
			}
			live = append(live, l)
		}
		next, err := p.next()
		if err != nil {
			return nil, fmt.Errorf("list %ss: %w", kind, err)
		}
		if next == "" {
			return live, nil
		}
		if followed[next] {
			return nil, fmt.Errorf("list %ss: the server's pages lead in a circle, so the listing has no end", kind)
		}
		followed[next] = true
		query = next
	}
}

// page is a page of a listing as it arrives.
type page struct {
	Links struct {
		Next *string `json:"next"`
	} `json:"links"`
	Data *[]json.RawMessage `json:"data"`
}

// next is the query of the next page, or "" on the last one.
func (p page) next() (string, error) {
	if p.Links.Next == nil || *p.Links.Next == "" {
		return "", nil
	}
	u, err := url.Parse(*p.Links.Next)
	if err != nil {
		return "", errors.New("the link to the next page is not a URL")
	}
	if u.RawQuery == "" {
		return "", errors.New("the link to the next page has no query, so it leads nowhere")
	}
	return u.RawQuery, nil
}
