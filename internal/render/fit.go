package render

import (
	"fmt"
	"strconv"
	"strings"
)

// piece is a part of a document that may have to make room for others: what is
// said of one room.
type piece struct {
	full  string // all there is to say, on lines of its own
	brief string // one line with the name and what it is about
	name  string // the name alone, for a list
	group string // what the list is about, such as "create"
}

// fewRooms are shown without a click, if they have not much to show.
const (
	fewRooms = 10
	fewBytes = 8000
)

// fitted puts pieces between a head and a foot so that the whole has at most
// limit bytes (0: no limit). It drops detail before names, the last first, and
// says what it dropped. more says where everything is to be read.
func fitted(head string, pieces []piece, foot, more string, limit int) string {
	var full, brief int
	for _, p := range pieces {
		full += len(p.full)
		brief += len(p.brief)
	}
	room := limit - len(head) - len(foot)
	if limit <= 0 || full <= room {
		open := len(pieces) <= fewRooms && full <= fewBytes && (limit <= 0 || full+len(pieces)*len(" open") <= room)
		var b strings.Builder
		b.WriteString(head)
		for _, p := range pieces {
			if rest, folded := strings.CutPrefix(p.full, "<details>"); folded && open {
				p.full = "<details open>" + rest
			}
			b.WriteString(p.full)
		}
		return b.String() + foot
	}
	left := func(n int, what string) string {
		return fmt.Sprintf("\n*%s of %s are left out here, to fit into %d characters: %s.*\n", what, strconv.Itoa(n), limit, more)
	}
	room -= len(left(len(pieces), "Details"))
	if brief <= room {
		return head + someBrief(pieces, room-brief, left) + foot
	}
	return head + namesOnly(pieces, room, left) + foot
}

// someBrief writes in full what there is room for, and the rest in brief.
func someBrief(pieces []piece, spare int, left func(int, string) string) string {
	var b strings.Builder
	dropped, list := 0, false
	for _, p := range pieces {
		if cost := len(p.full) - len(p.brief) + 1; cost <= spare {
			if list {
				b.WriteByte('\n') // the end of the list
			}
			b.WriteString(p.full)
			spare -= cost
			list = false
			continue
		}
		b.WriteString(p.brief)
		list = true
		dropped++
	}
	return b.String() + left(dropped, "Details")
}

// namesOnly lists names by what is done to the rooms, and says how many names
// there was no room for.
func namesOnly(pieces []piece, room int, left func(int, string) string) string {
	var b strings.Builder
	room -= len(left(len(pieces), "Details, and the names"))
	unnamed, group := 0, ""
	for _, p := range pieces {
		text := ", " + p.name
		if p.group != group {
			text = "\n\n**" + p.group + ":** " + p.name
		}
		if b.Len()+len(text) > room {
			unnamed++
			continue
		}
		b.WriteString(text)
		group = p.group
	}
	b.WriteByte('\n')
	if unnamed > 0 {
		return b.String() + left(unnamed, "Details, and the names")
	}
	return b.String() + left(len(pieces), "Details")
}
