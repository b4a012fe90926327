package diag

import "strings"

// DidYouMean is the hint "did you mean X?" for the candidate closest to a
// mistyped word, or "" if none is close.
func DidYouMean(word string, candidates []string) string {
	best, bestCost := "", len([]rune(word))/3+2
	for _, c := range candidates {
		cost := distance(strings.ToLower(word), strings.ToLower(c))
		// A word that the candidate begins or ends with is an abbreviation.
		if len(word) > 2 && (strings.HasPrefix(c, word) || strings.HasSuffix(c, word)) {
			cost = min(cost, 2)
		}
		if cost < bestCost {
			best, bestCost = c, cost
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that make b of a.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	before, last, row := make([]int, len(rb)+1), make([]int, len(rb)+1), make([]int, len(rb)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		row[0] = i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(rb)]
}
