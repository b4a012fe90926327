package cli

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roomsync/internal/room"
)

const testSecret = "PT0123456789abcdef0123456789abcdef0123456789abcdef"

// hiding is an app with a secret and what it prints.
func hiding() (*redactor, *bytes.Buffer) {
	var out bytes.Buffer
	a := &app{}
	a.hide(testSecret, "API token")
	return &redactor{w: &out, a: a}, &out
}

// However a text is cut into pieces, the secret is not in what is printed, and
// all else is.
func TestSecretsAreNotPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, out := hiding()
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"a", "P", "PT", "PT0", "PT01234567", testSecret, testSecret[:49], testSecret[1:], "…", "\n", "é"})).Draw(t, "parts")
		text := strings.Join(parts, "")
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			if _, err := r.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := r.flush(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), testSecret) {
			t.Fatalf("%q is printed as %q", text, out)
		}
		if !strings.Contains(text, testSecret) && !strings.Contains(text, "…") && out.String() != text {
			t.Fatalf("%q is printed as %q", text, out)
		}
	})
}

func TestWhatIsLeftOfSecrets(t *testing.T) {
	r, _ := hiding()
	for text, want := range map[string]string{
		"a " + testSecret + " b":                    "a [API token] b",
		`"` + testSecret[:40] + `…", `:              `"[API token]…", `,
		testSecret[:8] + "…" + testSecret[:9] + "…": "[API token]…[API token]…",
		testSecret[:7] + "…":                        testSecret[:7] + "…",
		testSecret[:30] + " and …":                  testSecret[:30] + " and …",
		"nothing…":                                  "nothing…",
	} {
		if got := r.a.redacted(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// The same holds of the key of a stream, and of addresses all else is.
func TestAddressesAreNotPrinted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, out := hiding()
		r.a.broadcasts.add([]room.StreamURL{"rtmp://h", "rtmp://h.example.com"})
		parts := rapid.SliceOf(rapid.SampledFrom([]string{"r", "rt", "rtmp", "rtmps:", "url=", "to ", "RTMP://h.example.com", "/", "rtmps://h.example.com/app/k3yk3y", `rtmp:\/\/u:k3y@h\/k3y`, "k3y", " ", "\n", `"`, "é", "…"})).Draw(t, "parts")
		text := strings.Join(parts, "")
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			if _, err := r.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := r.flush(); err != nil {
			t.Fatal(err)
		}
		if want := room.HideAddresses(text, r.a.broadcasts.has); out.String() != want {
			t.Fatalf("%q is printed as %q, want %q", text, out, want)
		}
	})
}
