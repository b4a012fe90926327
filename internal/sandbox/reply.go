package sandbox

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// A reply is an answer before it is sent. An empty body sends none.
type reply struct {
	status     int
	body       []byte
	kind       string // of the body; empty: JSON
	retryAfter string
	cut, reset bool // the connection ends with what is in body
}

func jsonReply(status int, v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		return plainError(http.StatusInternalServerError)
	}
	return reply{status: status, body: body}
}

// gzipFrom is the size below which compressing costs more than it saves.
const gzipFrom = 1 << 10

// packers are used again, because each is a megabyte, far more than most
// answers.
var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // a valid level
	return z
}}

func (a reply) write(w http.ResponseWriter, r *http.Request) {
	if a.cut {
		a.abort(w)
		return
	}
	header := w.Header()
	header.Set("X-Request-Id", newUUID())
	header.Set("Vary", "Accept-Encoding")
	if a.status == http.StatusUnauthorized {
		// HTTP asks for it with every 401, whatever the API.
		header.Set("WWW-Authenticate", `Basic realm="SignalWire sandbox"`)
	}
	if a.retryAfter != "" {
		header.Set("Retry-After", a.retryAfter)
	}
	body := a.body
	if len(body) > gzipFrom && takesGzip(r.Header.Get("Accept-Encoding")) {
		var packed bytes.Buffer
		z := packers.Get().(*gzip.Writer)
		z.Reset(&packed)
		// A bytes.Buffer takes every write.
		_, _ = z.Write(body)
		_ = z.Close()
		packers.Put(z)
		header.Set("Content-Encoding", "gzip")
		body = packed.Bytes()
	}
	if len(body) > 0 {
		header.Set("Content-Type", cmp.Or(a.kind, "application/json"))
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	// A client that has gone cannot be told.
	_, _ = w.Write(body)
}

// abort ends the connection after a part of an answer, or before any of it.
func (a reply) abort(w http.ResponseWriter) {
	if len(a.body) > 0 {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(2*len(a.body)+1))
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
		_ = http.NewResponseController(w).Flush() // fails where there is no connection to cut
	}
	if a.reset {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // a reset instead of an orderly end
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// takesGzip reads an Accept-Encoding header; gzip;q=0 is a refusal.
func takesGzip(accept string) bool {
	for coding := range strings.SplitSeq(accept, ",") {
		name, parameter, _ := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		weight, weighted := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !weighted || err == nil && q > 0
	}
	return false
}

// newUUID makes a random (version 4) UUID.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program first
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
