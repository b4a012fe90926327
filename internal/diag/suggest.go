package diag

import "strings"

// DidYouMean is the hint "did you mean X?" for the candidate closest to a
// mistyped word, or "" if none is close. Spelling comes before abbreviation,
// and among equals the first candidate wins. A wrong hint is worse than none:
// only one letter in three may differ, and in the shortest words none of them
// may be the first.
func DidYouMean(word string, candidates []string) string {
	typed := letters(word)
	best, bestCost := "", max(1, len(typed)/3)+1
	for _, c := range candidates {
		meant := letters(c)
		if len(typed) <= 3 && !sameStart(typed, meant) {
			continue
		}
		if cost := distance(typed, meant); cost < bestCost {
			best, bestCost = c, cost
		}
	}
	for i := 0; best == "" && i < len(candidates); i++ {
		if abbreviates(typed, letters(candidates[i])) {
			best = candidates[i]
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}

// letters spells a name the way it is compared: prebuiltUI, Prebuilt-UI and
// prebuilt_ui are one word.
func letters(name string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(name)))
}

func sameStart(a, b []rune) bool { return len(a) > 0 && len(b) > 0 && a[0] == b[0] }

// abbreviates tells whether one name is the other cut short: its beginning
// (desc), its end (members), or with letters left out (dark_bg); or the other
// with something added (metadata).
func abbreviates(typed, meant []rune) bool {
	t, m := string(typed), string(meant)
	switch {
	case len(typed) >= 3 && (strings.HasPrefix(m, t) || strings.HasSuffix(m, t)):
		return true
	case len(meant) >= 4 && strings.HasPrefix(t, m):
		return true
	}
	return len(typed) >= 5 && sameStart(typed, meant) && within(typed, meant)
}

// within tells whether all of a's letters come in b, in their order.
func within(a, b []rune) bool {
	for _, r := range b {
		if len(a) > 0 && a[0] == r {
			a = a[1:]
		}
	}
	return len(a) == 0
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that make b of a.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
