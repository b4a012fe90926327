package room

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	// maxZeros is how many zeros may fill up a number that is written without
	// an exponent; encoding/json changes over at about the same place.
	maxZeros      = 20
	maxZerosSmall = 5
	// maxExponent keeps the arithmetic on exponents far from overflow.
	maxExponent = 1 << 30
)

// number spells a decimal number in the one way that all numbers equal to it
// are spelled: 20, 20.0 and 2e1 as 20. It computes on the digits and not in
// floating point, so none gets lost, however many there are.
func number(text string) (string, error) {
	unsigned, negative := strings.CutPrefix(text, "-")
	mantissa, exponent := unsigned, ""
	if at := strings.IndexAny(unsigned, "eE"); at >= 0 {
		mantissa, exponent = unsigned[:at], unsigned[at+1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "", fmt.Errorf("%s is not a number that JSON can hold", text)
	}
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "0", nil // -0 and 0e9 too
	}
	power := 0
	if exponent != "" {
		var err error
		if power, err = strconv.Atoi(exponent); err != nil || power > maxExponent || power < -maxExponent {
			return "", fmt.Errorf("%s is out of range", text)
		}
	}
	power -= len(fraction)
	significant := strings.TrimRight(digits, "0")
	power += len(digits) - len(significant)
	spelled := decimal(significant, power)
	if negative {
		spelled = "-" + spelled
	}
	return spelled, nil
}

// decimal writes digits × 10^power; digits neither begin nor end in a zero.
func decimal(digits string, power int) string {
	point := len(digits) + power // how many digits stand before the point
	switch {
	case power >= 0 && power <= maxZeros:
		return digits + strings.Repeat("0", power)
	case power < 0 && point > 0:
		return digits[:point] + "." + digits[point:]
	case point <= 0 && point >= -maxZerosSmall:
		return "0." + strings.Repeat("0", -point) + digits
	}
	mantissa := digits[:1]
	if len(digits) > 1 {
		mantissa += "." + digits[1:]
	}
	return fmt.Sprintf("%se%+d", mantissa, point-1)
}
