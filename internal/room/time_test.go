package room_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"roomsync/internal/room"
)

func TestParseTime(t *testing.T) {
	for in, want := range map[string]string{
		"2022-01-01T00:00:00Z":               "2022-01-01T00:00:00Z",
		"2022-01-01":                         "2022-01-01T00:00:00Z",
		"2022-01-01T23:59:60Z":               "2022-01-02T00:00:00Z", // the vendor's example
		"2022-01-01t23:59:60z":               "2022-01-02T00:00:00Z",
		"2022-01-01T23:59:60.5Z":             "2022-01-02T00:00:00.5Z",
		"2016-12-31T18:59:60-05:00":          "2017-01-01T00:00:00Z",
		"2022-01-01T12:00:00+02:00":          "2022-01-01T10:00:00Z",
		"2022-01-01T00:30:00+05:30":          "2021-12-31T19:00:00Z",
		"2022-01-01T12:00:00-00:00":          "2022-01-01T12:00:00Z",
		"2022-01-01T12:00:00.000Z":           "2022-01-01T12:00:00Z",
		"2022-01-01T12:00:00.120000Z":        "2022-01-01T12:00:00.12Z",
		"2022-01-01T12:00:00.123456789Z":     "2022-01-01T12:00:00.123456789Z",
		"2022-01-01T12:00:00.1234567891234Z": "2022-01-01T12:00:00.123456789Z",
		"2022-01-01T12:00:00":                "2022-01-01T12:00:00Z",
		"2022-01-01 12:00:00Z":               "2022-01-01T12:00:00Z",
		" 2022-01-01T12:00:00Z\n":            "2022-01-01T12:00:00Z",
		"2024-02-29":                         "2024-02-29T00:00:00Z",
		"0000-01-01":                         "0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z":               "9999-12-31T23:59:59Z",
	} {
		got, err := room.ParseTime(in)
		if err != nil || room.Time(got) != room.Text(want) || got.Location() != time.UTC {
			t.Errorf("ParseTime(%q) = %v, %v; want %s", in, got, err, want)
		}
	}
}

func TestNotTimes(t *testing.T) {
	for _, in := range []string{
		"", "tomorrow", "2022", "2022-01", "2022-1-1", "20220101", "2022-02-30", "2023-02-29", "2022-13-01", "2022-00-10", "2022-01-00",
		"2022-01-01T", "2022-01-01T12", "2022-01-01T12:00", "2022-01-01T12:00Z", "2022-01-01T1:00:00Z", "2022-01-01T24:00:00Z",
		"2022-01-01T12:60:00Z", "2022-01-01T12:00:61Z", "2022-01-01T12:00:60Z", "2022-01-01T23:59:60+01:00",
		"2022-01-01T12:00:00,5Z", "2022-01-01T12:00:00.Z", "2022-01-01T12:00:00+1", "2022-01-01T12:00:00+24:00", "2022-01-01T12:00:00+01:60",
		"2022-01-01T12:00:00+0100", "2022-01-01Z", "2022-01-01T12:00:00ZZ", "2022-01-01T12:00:00Z x", "2022-01-01_12:00:00Z",
		"0000-01-01T00:00:00+05:00", "9999-12-31T23:59:59-01:00", "9999-12-31T23:59:60Z", "12022-01-01", "-022-01-01", "２022-01-01",
	} {
		if got, err := room.ParseTime(in); err == nil {
			t.Errorf("ParseTime(%q) = %v, want an error", in, got)
		}
	}
}

// A moment is sent and kept as one text, whatever offset it was written with.
func TestTimeHasOneSpelling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moment := time.Unix(rapid.Int64Range(0, 250000000000).Draw(t, "seconds"), rapid.Int64Range(0, 999999999).Draw(t, "nanoseconds"))
		offset := rapid.IntRange(-23*60-59, 23*60+59).Draw(t, "offset")
		there := moment.In(time.FixedZone("", offset*60))
		text := there.Format(time.RFC3339Nano)
		got, err := room.ParseTime(text)
		if err != nil || !got.Equal(moment) || room.Time(got) != room.Time(there) {
			t.Fatalf("%s is %v, %v; want %v", text, got, err, moment)
		}
	})
}
