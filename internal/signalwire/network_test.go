package signalwire

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"roomsync/internal/room"
)

func TestTimeout(t *testing.T) {
	for want, transport := range map[string]wire{
		"no answer from example.signalwire.com within 5s": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"the answer broke off: the rest of it did not come within 5s": func(r *http.Request) (*http.Response, error) {
			resp, err := say(r, 200, "")
			resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader([]byte(`{"id":`)), stalled{r.Context()}))
			return resp, err
		},
	} {
		t.Run(want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := client(t, Options{Space: "example.signalwire.com", Transport: transport, Timeout: 5 * time.Second})
				start := time.Now()
				_, err := c.Get(t.Context(), room.Room, "a")
				wantText(t, err, want)
				if took := time.Since(start); took != 5*time.Second {
					t.Errorf("it took %v", took)
				}
				if timeout := (interface{ Timeout() bool })(nil); !errors.As(err, &timeout) || !timeout.Timeout() {
					t.Errorf("%v does not say that it is a timeout", err)
				}
			})
		})
	}
}

// The caller's own deadline is not taken for the request's.
func TestDeadlineOfTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Get(ctx, room.Room, "a")
		if asError(t, err).Err != context.DeadlineExceeded {
			t.Errorf("the reason is not the caller's deadline: %v", err)
		}
	})
}

// stalled is the rest of a body that never comes.
type stalled struct{ ctx context.Context }

func (s stalled) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func TestGzip(t *testing.T) {
	packed := pack(t, []byte(named("a", "team")))
	c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "gzip" {
			t.Errorf("Accept-Encoding is %q", got)
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed)
	}), Options{})
	if l, err := c.Get(t.Context(), room.Room, "a"); err != nil || l.Name != "team" {
		t.Errorf("got %v, %v", l, err)
	}
}

func TestBombIsCapped(t *testing.T) {
	// Gzip may be joined: packing a MiB once is faster than packing them all.
	bomb := bytes.Repeat(pack(t, bytes.Repeat([]byte(" "), 1<<20)), maxBody>>20+1)
	c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb)
	}), Options{})
	_, err := c.Get(t.Context(), room.Room, "a")
	wantText(t, err, "larger than 64 MiB")
}

func TestEndlessAnswer(t *testing.T) {
	for status, most := range map[int]int{200: maxBody, 500: maxErrorBody} {
		body := &endless{most: 2 * most}
		c := client(t, Options{Space: "example.signalwire.com", Transport: wire(func(r *http.Request) (*http.Response, error) {
			resp, err := say(r, status, "")
			resp.Body = io.NopCloser(body)
			return resp, err
		})})
		_, err := c.Get(t.Context(), room.Room, "a")
		if err == nil || body.read > most+1 {
			t.Errorf("%d: read %d bytes, error %v", status, body.read, err)
		}
	}
}

// endless is a body that goes on, if not to the end of the test's memory.
type endless struct{ read, most int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read > e.most {
		return 0, io.ErrNoProgress
	}
	e.read += len(p)
	return len(p), nil
}

func pack(t *testing.T, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnknownAuthority(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the request was sent")
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	c := client(t, Options{Space: s.URL})
	_, _, err := c.Create(t.Context(), room.Room, "team", nil)
	wantText(t, err, "POST /api/video/rooms: ", "certificate")
	if !errors.As(err, new(*tls.CertificateVerificationError)) || !errors.As(err, new(x509.UnknownAuthorityError)) {
		t.Errorf("the kind of error is lost: %#v", errors.Unwrap(err))
	}
	if asError(t, err).Ambiguous() {
		t.Error("ambiguous, although nothing was sent")
	}
}

func TestKnownAuthority(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, named("a", "team"))
	}))
	defer s.Close()
	c := client(t, Options{Space: s.URL, Transport: s.Client().Transport})
	if _, err := c.Get(t.Context(), room.Room, "a"); err != nil {
		t.Error(err)
	}
}

func TestSent(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	closed.Close()
	hangsUp := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer hangsUp.Close()
	cutShort := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, `{"id":"a",`)
	}))
	defer cutShort.Close()
	for _, c := range []struct {
		name, space, want string
		ambiguous         bool
	}{
		{"nobody listens", nobody, "connection refused", false},
		{"server hangs up", hangsUp.URL, " hung up without an answer (EOF)", true},
		{"server breaks off", cutShort.URL, " hung up before its end (EOF)", true},
	} {
		_, _, err := client(t, Options{Space: c.space}).Create(t.Context(), room.Room, "team", nil)
		wantText(t, err, c.want)
		if got := asError(t, err).Ambiguous(); got != c.ambiguous {
			t.Errorf("%s: ambiguous %v, want %v", c.name, got, c.ambiguous)
		}
	}
}
