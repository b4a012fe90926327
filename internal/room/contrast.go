package room

import (
	"math"
	"strconv"
)

// Contrast is the contrast ratio of two colours written #RRGGBB, between 1 and
// 21, as WCAG 2.2 defines it. It is not ok for anything else.
func Contrast(a, b string) (ratio float64, ok bool) {
	x, okA := luminance(a)
	y, okB := luminance(b)
	if !okA || !okB {
		return 0, false
	}
	return (max(x, y) + 0.05) / (min(x, y) + 0.05), true
}

// luminance is WCAG's relative luminance: 0 for black, 1 for white.
func luminance(colour string) (float64, bool) {
	if len(colour) != len("#RRGGBB") || colour[0] != '#' {
		return 0, false
	}
	n, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		return 0, false
	}
	linear := func(shift uint) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0), true
}
