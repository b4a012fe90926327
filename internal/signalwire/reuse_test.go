package signalwire

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"roomsync/internal/room"
)

// counting serves over HTTP/1.1 or HTTP/2 and counts connections, and requests
// by the version of the protocol.
func counting(t *testing.T, h2 bool) (s *httptest.Server, connections *atomic.Int64, versions *[3]atomic.Int64) {
	connections, versions = new(atomic.Int64), new([3]atomic.Int64)
	s = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		versions[r.ProtoMajor].Add(1)
		_, _ = w.Write([]byte(named("a", "a")))
	}))
	s.EnableHTTP2 = h2
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, connections, versions
}

// Many requests need at most as many connections as there are requests at a
// time, and at the rate of writes one where the server speaks HTTP/2, or a few
// on a machine so slow that requests pile up past what one takes (250, mostly).
func TestConnectionsAreReused(t *testing.T) {
	for _, c := range []struct {
		name    string
		h2      bool
		version int
		rate    int // 0: no limit
		most    int64
	}{
		{"HTTP/1.1", false, 1, 0, maxWindow},
		{"HTTP/2", true, 2, MaxRate, maxWindow / 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, connections, versions := counting(t, c.h2)
			client := client(t, Options{Space: s.URL, Rate: c.rate})
			client.http.Transport.(*http.Transport).TLSClientConfig.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			// A run begins with a listing, which shows what the server speaks.
			if _, err := client.Get(t.Context(), room.Room, "a"); err != nil {
				t.Fatal(err)
			}
			const requests = 1500
			sideBySide(requests, func(int) {
				if _, err := client.Update(t.Context(), room.Room, "a", "", nil); err != nil {
					t.Error(err)
				}
			})
			if n := versions[c.version].Load(); n != requests+1 || connections.Load() > c.most {
				t.Errorf("%d requests of version %d over %d connections, want %d over %d at most", n, c.version, connections.Load(), requests+1, c.most)
			}
		})
	}
}
