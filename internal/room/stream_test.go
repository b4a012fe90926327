package room

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestHideAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"to rtmps://live.example.com/app/KEY now":                     "to rtmps://live.example.com/… now",
		`{"url":"rtmps:\/\/a.b:1935\/app\/KEY","x":1}`:                `{"url":"rtmps:\/\/a.b:1935/…","x":1}`,
		"RTMP://user:KEY@host/a rtmp://host?k=KEY":                    "RTMP://…@host/… rtmp://host/…",
		"rtmps://…@h/…#0123456789ab rtmp://…@h rtmp://h#0123456789ab": "rtmps://…@h/…#0123456789ab rtmp://…@h rtmp://h#0123456789ab",
		"rtmp://h#0123456789abKEY":                                    "rtmp://h/…",
		"rtmp://h/a,b'KEY]}(KEY) and":                                 "rtmp://h/… and",
		"rtmps://h/…#0123456789ab, rtmp://h and rtmp://h/":            "rtmps://h/…#0123456789ab, rtmp://h and rtmp://h/",
		"https://h/path stays: a/b":                                   "https://h/path stays: a/b",
		"rtmp://h…/KEY":                                               "rtmp://h/…",
		"as (" + ExampleStream + "), not":                             "as (" + ExampleStream + "), not",
		ExampleStream + "KEY":                                         "rtmps://live.example.com/…",
		"to rtmps://…@h:1/…#0123456789ab: no":                         "to rtmps://…@h:1/…#0123456789ab: no",
		"rtmp://h/…/KEY, rtmp://h/…KEY rtmp://h/…?k=KEY":              "rtmp://h/… rtmp://h/… rtmp://h/…",
		"rtmp://h/…#0123456789abKEY":                                  "rtmp://h/…",
		"'rtmp://h/KEY":                                               "'rtmp://h/…",
	} {
		if got := HideAddresses(text, nil); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// Addresses of hosts that no stream goes to are nobody's secret.
// An address hides its key however it is printed.
func TestAddressesHideThemselves(t *testing.T) {
	const address = StreamURL("rtmps://me:K3Yuser@live.example.com/app/K3Ypath?k=K3Yquery")
	stream := Stream{ID: "1", URL: address}
	printed, err := json.Marshal(map[string]any{"a": stream, "b": []StreamURL{address}})
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		printed = fmt.Appendf(printed, verb+verb+verb+verb, address, []StreamURL{address}, stream, &stream)
	}
	if strings.Contains(string(printed), "K3Y") || !strings.Contains(string(printed), "live.example.com/…") {
		t.Errorf("printed: %s", printed)
	}
	if hex := fmt.Sprintf("%x", address); strings.Contains(hex, fmt.Sprintf("%x", "K3Y")) {
		t.Errorf("in hexadecimal: %s", hex)
	}
}

func TestHideAddressesOfKnownHosts(t *testing.T) {
	text := "rtmp://a.example.com:1935/KEY and rtmp://b.example.com/public and rtmp://[::1]:80/KEY"
	want := "rtmp://a.example.com:1935/… and rtmp://b.example.com/public and rtmp://[::1]:80/…"
	got := HideAddresses(text, func(host string) bool { return host == "a.example.com" || host == "[::1]" })
	if got != want {
		t.Error(got)
	}
	// What follows in JSON, and in a page, stays whole.
	for text, want := range map[string]string{
		`{"a":"x rtmp://h/KEY\nline","b":"say \"rtmp://h/KEY\" and"}`: `{"a":"x rtmp://h/…\nline","b":"say \"rtmp://h/…\" and"}`,
		`rtmp:\/\/h\/a\/KEY?x\u0026KEY"`:                              `rtmp:\/\/h/…"`,
		`{"a":"rtmp://x/public\nrtmp://h/KEY"}`:                       `{"a":"rtmp://x/public\nrtmp://h/…"}`,
		"rtmp://x/public,rtmp://h/KEY":                                "rtmp://x/public,rtmp://h/…",
		"[&#34;rtmp://h/…#0123456789ab&#34;,&#34;rtmp://h/…":          "[&#34;rtmp://h/…#0123456789ab&#34;,&#34;rtmp://h/…",
	} {
		if got := HideAddresses(text, func(host string) bool { return host == "h" }); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	for _, u := range []StreamURL{"RTMP://A.example.com:1935/x", "rtmp://[::1]:80/KEY", "rtmps://u:p@h"} {
		hidden := HideAddresses(string(u), func(host string) bool { return host == u.Host() })
		if hidden == string(u) {
			t.Errorf("%s is shown, with the host %s", string(u), u.Host())
		}
	}
}

// What is shown of an address is shown as it is, however often it is looked at.
func TestMarksStay(t *testing.T) {
	for _, u := range []StreamURL{"rtmp://h", "rtmp://h/", "rtmp://h/k", "rtmps://u:p@h:1/k?x", "RTMP://[::1]:80/a", "rtmp://h?k=KEY", "nonsense", ""} {
		for _, shown := range []string{u.String(), u.Mark("salt")} {
			if got := HideAddresses(shown, nil); got != shown {
				t.Errorf("%q becomes %q", shown, got)
			}
		}
	}
}

func TestSameAddresses(t *testing.T) {
	for _, c := range []struct {
		a, b StreamURL
		same bool
	}{
		{"rtmp://h/a", "RTMP://H/a", true}, {"rtmp://h:1935/a", "rtmp://h/a", true}, {"rtmps://h:443/a", "rtmps://h/a", true},
		{"rtmp://h/a/", "rtmp://h/a", true}, {"rtmp://h/%7ea%2f", "rtmp://h/~a%2F", true}, {"rtmp://h", "rtmp://h/", true},
		{"rtmp://h/a", "rtmp://h/A", false}, {"rtmp://h:443/a", "rtmp://h/a", false}, {"rtmp://h/a", "rtmps://h/a", false},
		{"rtmp://h/a%2Fb", "rtmp://h/a/b", false}, {"rtmp://u@h/a", "rtmp://h/a", false},
	} {
		if got := c.a.Same(c.b); got != c.same || c.b.Same(c.a) != got {
			t.Errorf("%s and %s: %t", string(c.a), string(c.b), got)
		}
	}
}

// What is searched for addresses is what can hold one.
func TestMayHoldAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"rtmp", "RtMp", "rtm", "s", "S", "\u017f", ":", "//", "/", `\/`, `\`, "a.b", "x", " ", `"`})).Draw(t, "parts"), "")
		if addresses.MatchString(text) && !mayHoldAddress(text) {
			t.Fatalf("%q holds an address", text)
		}
	})
	for _, text := range []string{"rtmp://h", `RTMPS:\/\/h`, "rtmp\u017f://h"} {
		if !addresses.MatchString(text) || !mayHoldAddress(text) {
			t.Errorf("%q holds an address", text)
		}
	}
	for _, text := range []string{"", ":", `{"name": "https://example.com/a"}`, "rtmp is a protocol: see /etc"} {
		if mayHoldAddress(text) {
			t.Errorf("%q holds none", text)
		}
	}
}
