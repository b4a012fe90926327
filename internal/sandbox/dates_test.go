package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDatesInAnswers(t *testing.T) {
	tests := []struct{ sent, want string }{ // an empty want: refused
		{"2022-01-01", "2022-01-01T00:00:00Z"},
		{"2022-01-01T23:59:60Z", "2022-01-02T00:00:00Z"}, // the document's example
		{"2022-01-02T01:59:60+02:00", "2022-01-02T00:00:00Z"},
		{"2022-01-01T23:00:60Z", ""}, // a minute that has no sixty-first second
		{"2022-01-01T12:59:60Z", ""},
		{"2022-01-01t10:00:00z", "2022-01-01T10:00:00Z"},
		{"2022-01-01T10:00:00.120Z", "2022-01-01T10:00:00.12Z"},
		{"2022-01-01T10:00:00-05:30", "2022-01-01T15:30:00Z"},
		{"2022-01-01T10:00:00,5Z", ""},
		{"2022-01-01T10:00:00", ""},
		{"2022-01-01 10:00:00Z", ""},
		{"2022-01-01T9:00:00Z", ""},
		{"2022-01-01T24:00:00Z", ""},
		{"2022-01-01T10:00:00+24:00", ""},
		{"2022-1-1", ""},
		{"2022-02-30", ""},
		{"2022-02-30T00:00:00Z", ""},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
		{"9999-12-31T23:59:60Z", ""},
		{"9999-12-31T23:59:59-01:00", ""},
		{"0000-01-01T00:00:00+01:00", ""},
		{" 2022-01-01", ""},
	}
	c := fresh(t)
	self := rooms + "/" + c.create(rooms, `{"name": "a"}`)["id"].(string)
	for _, test := range tests {
		t.Run(test.sent, func(t *testing.T) {
			a := c.send("PUT", self, `{"remove_at": "`+test.sent+`"}`)
			if test.want == "" {
				if diff := cmp.Diff([]string{"remove_at: " + noInstant}, a.violations()); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			} else if got := a.want(http.StatusOK).object()["remove_at"]; got != test.want {
				t.Errorf("%v, want %s", got, test.want)
			}
		})
	}
}
