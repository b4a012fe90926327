package room_test

import (
	"math"
	"testing"

	"roomsync/internal/room"
)

func TestContrast(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"#000000", "#FFFFFF", 21},
		{"#FFFFFF", "#ffffff", 1},
		{"#777777", "#FFFFFF", 4.478}, // the grey that just fails
		{"#767676", "#FFFFFF", 4.542}, // and the one that just passes
		{"#044EF4", "#FFFFFF", 6.174}, // the API's defaults
		{"#FF0000", "#0000FF", 2.149},
	} {
		got, ok := room.Contrast(c.a, c.b)
		if !ok || math.Abs(got-c.want) > 0.001 {
			t.Errorf("%s on %s: %.3f, %t; want %.3f", c.a, c.b, got, ok, c.want)
		}
		if back, _ := room.Contrast(c.b, c.a); back != got {
			t.Errorf("%s on %s is %.3f, the other way round %.3f", c.a, c.b, got, back)
		}
	}
	for _, bad := range []string{"", "red", "#FFF", "#12345G", "FFFFFF#", "#+12345", "#FFFFFFFF", "#1_2345"} {
		if got, ok := room.Contrast(bad, "#FFFFFF"); ok {
			t.Errorf("%q has a contrast of %f", bad, got)
		}
	}
}
