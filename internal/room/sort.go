package room

import (
	"cmp"
	"slices"
)

// Sort orders a list, and leaves what compares as equal in its order. It is for
// large values such as rooms and operations: only their numbers are moved until
// it is known where each belongs, and the program has one sort for all types.
func Sort[T any](list []T, compare func(a, b *T) int) {
	sorted := true
	for i := 1; i < len(list) && sorted; i++ {
		sorted = compare(&list[i-1], &list[i]) <= 0
	}
	if sorted {
		return
	}
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(compare(&list[i], &list[j]), cmp.Compare(i, j)) })
	// What belongs at i is at order[i]: follow each circle of such moves once.
	for start := range order {
		if order[start] == start {
			continue
		}
		first, i := list[start], start
		for order[i] != start {
			next := order[i]
			list[i], order[i] = list[next], i
			i = next
		}
		list[i], order[i] = first, i
	}
}
