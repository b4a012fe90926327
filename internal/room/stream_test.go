package room

import "testing"

func TestHideAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"to rtmps://live.example.com/app/KEY now":          "to rtmps://live.example.com/… now",
		`{"url":"rtmps:\/\/a.b:1935\/app\/KEY","x":1}`:     `{"url":"rtmps:\/\/a.b:1935/…","x":1}`,
		"RTMP://user:KEY@host/a rtmp://host?k=KEY":         "RTMP://…@host/… rtmp://host/…",
		"rtmp://h/a,b'KEY]}(KEY) and":                      "rtmp://h/… and",
		"rtmps://h/…#0123456789ab, rtmp://h and rtmp://h/": "rtmps://h/…#0123456789ab, rtmp://h and rtmp://h/",
		"https://h/path stays: a/b":                        "https://h/path stays: a/b",
		"rtmp://h…/KEY":                                    "rtmp://h/…",
		"as (" + ExampleStream + "), not":                  "as (" + ExampleStream + "), not",
		ExampleStream + "KEY":                              "rtmps://live.example.com/…",
		"'rtmp://h/KEY":                                    "'rtmp://h/…",
	} {
		if got := HideAddresses(text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}
