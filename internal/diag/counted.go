package diag

import "strconv"

// Counted writes "1 room" and "2 rooms".
func Counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}
