package export

import "reflect"

// mostPairs is how many pairs of items are compared with each other, at most.
const mostPairs = 1 << 16

// aligned tells which item of a list each item of another comes from, or -1 if
// it is new. Both keep their order. As many items in the place of as many others
// come from those.
func aligned(have, want []any) []int {
	from := make([]int, len(want))
	for j := range from {
		from[j] = -1
	}
	head := 0
	for head < min(len(have), len(want)) && reflect.DeepEqual(have[head], want[head]) {
		from[head] = head
		head++
	}
	tail := 0
	for tail < min(len(have), len(want))-head && reflect.DeepEqual(have[len(have)-1-tail], want[len(want)-1-tail]) {
		tail++
		from[len(want)-tail] = len(have) - tail
	}
	for j, i := range matched(have[head:len(have)-tail], want[head:len(want)-tail]) {
		if i >= 0 {
			from[head+j] = head + i
		}
	}
	i := 0 // the first item after the last that stays
	for j := 0; j < len(from); {
		next, at := len(have), j // what comes after the gap, in both
		for at < len(from) && from[at] < 0 {
			at++
		}
		if at < len(from) {
			next = from[at]
		}
		if next-i == at-j {
			for ; j < at; i, j = i+1, j+1 {
				from[j] = i
			}
		}
		i, j = next+1, at+1
	}
	return from
}

// matched pairs the items of two lists that are most like each other.
func matched(have, want []any) []int {
	from := make([]int, len(want))
	for j := range from {
		from[j] = -1
	}
	if len(have)*len(want) > mostPairs {
		return from
	}
	alike := make([][]int, len(have)+1) // the best sum of what is behind two places
	like := make([][]int, len(have))
	for i := range alike {
		alike[i] = make([]int, len(want)+1)
	}
	for i := len(have) - 1; i >= 0; i-- {
		like[i] = make([]int, len(want))
		for j := len(want) - 1; j >= 0; j-- {
			like[i][j] = likeness(have[i], want[j])
			alike[i][j] = max(alike[i+1][j], alike[i][j+1])
			if like[i][j] > 0 {
				alike[i][j] = max(alike[i][j], like[i][j]+alike[i+1][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(have) && j < len(want); {
		switch {
		case like[i][j] > 0 && alike[i][j] == like[i][j]+alike[i+1][j+1]:
			from[j] = i
			i, j = i+1, j+1
		case alike[i][j] == alike[i+1][j]:
			i++
		default:
			j++
		}
	}
	return from
}

// likeness is how much two items are alike, from 0 to 100. Mappings that go by
// different names are not.
func likeness(a, b any) int {
	if reflect.DeepEqual(a, b) {
		return 100
	}
	x, isMap := a.(map[string]any)
	y, both := b.(map[string]any)
	if !isMap || !both {
		return 0
	}
	for _, k := range []string{"id", "name"} {
		if x[k] != nil && y[k] != nil && !reflect.DeepEqual(x[k], y[k]) {
			return 0
		}
	}
	same := 0
	for k, v := range x {
		if w, has := y[k]; has && reflect.DeepEqual(v, w) {
			same++
		}
	}
	return 99 * 2 * same / (len(x) + len(y))
}
