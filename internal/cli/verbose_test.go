package cli

import (
	"encoding/base64"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"roomsync/internal/sandbox"
)

// Over TLS, -vv tells of the certificate, of HTTP/2 and of connections that are used
// again, and of no secret: neither the credentials nor what a link leads to.
func TestVeryVerbose(t *testing.T) {
	w := inSpace(t, nil)
	s := sandbox.New(sandbox.Options{})
	s.Seed()
	web := httptest.NewUnstartedServer(s)
	web.EnableHTTP2 = true
	web.StartTLS()
	t.Cleanup(web.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	if err := os.WriteFile("ca.pem", ca, 0o600); err != nil {
		t.Fatal(err)
	}
	w.env["SIGNALWIRE_SPACE"], w.env["SIGNALWIRE_CA_FILE"] = web.URL, "ca.pem"
	for _, args := range [][]string{{"apply", "--yes", "-vv"}, {"-v", "doctor", "--verbose"}} {
		w.out, w.err = lockedBuffer{}, lockedBuffer{}
		if code := Main(args, w.system()); code != exitOK {
			t.Fatalf("%v exits %d: %s", args, code, w.err.String())
		}
		log := w.err.String()
		for _, want := range []string{
			`level=TRACE msg=connection n=\d+ method=GET path=/api/video/(conferences|rooms) reused=false address=127\.0\.0\.1:\d+ tls_version="TLS 1\.3" cipher=TLS_\S+ alpn=h2 issuer="O=Acme Co" certificate_ends="20[^"]+Z" .*first_byte=\S+ .*window=16 under_way=\d\n`,
			// A request may get the connection that another one has made.
			`level=TRACE msg=connection .* connect=\S+ tls=\S+ `,
			`level=TRACE msg=connection n=\d+ .*reused=true idle=\S+ address=`,
			`level=DEBUG msg=request n=\d+ method=GET path=/api/video/rooms duration=\S+ status=200 bytes=\d+ request_id=\S+\n`,
		} {
			if !regexp.MustCompile(want).MatchString(log) {
				t.Errorf("%v: no %s in\n%s", args, want, log)
			}
		}
		basic := base64.StdEncoding.EncodeToString([]byte(sandbox.DemoProject + ":" + sandbox.DemoToken))
		for _, secret := range []string{sandbox.DemoToken, basic, "Basic", "Authorization", "page_"} {
			if strings.Contains(log, secret) {
				t.Errorf("%v: %s is in\n%s", args, secret, log)
			}
		}
	}
}
