package render

import (
	"fmt"
	"slices"
	"strings"
)

// contextLines is how many lines around a change a diff shows.
const contextLines = 3

// Unified is the difference between two texts of a file as a unified diff, which
// git and patch -p0 can carry out, or empty if there is none. It takes no longer
// for files that differ in every line. Lines that are secret are left out, which
// git and patch then stumble over; secret tells of each line of a text.
func Unified(name, before, after string, secret func(text string) []bool) string {
	a, b := splitLines(before), splitLines(after)
	shownA, shownB := shownLines(a, secret(before)), shownLines(b, secret(after))
	var text strings.Builder
	for _, h := range hunks(a, b) {
		if text.Len() == 0 {
			fmt.Fprintf(&text, "--- %s\n+++ %s\n", name, name)
		}
		h.write(&text, shownA, shownB)
	}
	return text.String()
}

// splitLines cuts a text into lines with their ends.
func splitLines(text string) []string { return slices.Collect(strings.Lines(text)) }

// secretLine stands for a line that is not shown.
const secretLine = "# not shown: it may hold the address of a stream\n"

// shownLines are lines as a diff shows them.
func shownLines(lines []string, secret []bool) []string {
	if !slices.Contains(secret, true) {
		return lines
	}
	shown := slices.Clone(lines)
	for i, line := range lines {
		if secret[i] {
			shown[i] = line[:len(line)-len(strings.TrimLeft(line, " "))] + secretLine
		}
	}
	return shown
}

// stretch is a part of one text and the part of the other that is in its place.
type stretch struct{ a, aEnd, b, bEnd int }

// hunk is a part of two texts in which stretches differ.
type hunk struct {
	stretch
	changes []stretch
}

// hunks are the differences with the lines around them. Those that would touch
// are one.
func hunks(a, b []string) []hunk {
	var all []hunk
	for _, c := range differing(a, b) {
		around := stretch{max(0, c.a-contextLines), min(len(a), c.aEnd+contextLines), max(0, c.b-contextLines), min(len(b), c.bEnd+contextLines)}
		if n := len(all) - 1; n >= 0 && all[n].aEnd >= around.a {
			all[n].aEnd, all[n].bEnd = around.aEnd, around.bEnd
			all[n].changes = append(all[n].changes, c)
			continue
		}
		all = append(all, hunk{around, []stretch{c}})
	}
	return all
}

func (h hunk) write(w *strings.Builder, a, b []string) {
	fmt.Fprintf(w, "@@ -%s +%s @@\n", lineRange(h.a, h.aEnd), lineRange(h.b, h.bEnd))
	lines := func(mark string, lines []string) {
		for _, l := range lines {
			w.WriteString(mark + l)
			if !strings.HasSuffix(l, "\n") {
				w.WriteString("\n\\ No newline at end of file\n")
			}
		}
	}
	at := h.a
	for _, c := range h.changes {
		lines(" ", a[at:c.a])
		lines("-", a[c.a:c.aEnd])
		lines("+", b[c.b:c.bEnd])
		at = c.aEnd
	}
	lines(" ", a[at:h.aEnd])
}

// lineRange is how diffs write lines: the first, counted from 1, and how many.
// None are written by the line before them.
func lineRange(from, to int) string {
	if from == to {
		return fmt.Sprintf("%d,0", from)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

// differing are the stretches in which two texts differ, in order. It is a
// patience diff: lines that each text has once hold the two together.
func differing(a, b []string) []stretch {
	var all []stretch
	var compare func(s stretch)
	compare = func(s stretch) {
		for s.a < s.aEnd && s.b < s.bEnd && a[s.a] == b[s.b] {
			s.a, s.b = s.a+1, s.b+1
		}
		for s.a < s.aEnd && s.b < s.bEnd && a[s.aEnd-1] == b[s.bEnd-1] {
			s.aEnd, s.bEnd = s.aEnd-1, s.bEnd-1
		}
		held := anchors(a, b, s)
		if len(held) == 0 {
			if s.a < s.aEnd || s.b < s.bEnd {
				all = append(all, s)
			}
			return
		}
		for _, h := range held {
			compare(stretch{s.a, h.a, s.b, h.b})
			s.a, s.b = h.aEnd, h.bEnd
		}
		compare(s)
	}
	compare(stretch{0, len(a), 0, len(b)})
	return all
}

// anchors are lines that both parts of a stretch have exactly once, as many as
// are in one order in both.
func anchors(a, b []string, s stretch) []stretch {
	type places struct{ inA, inB, a, b int }
	seen := make(map[string]*places)
	for i := s.a; i < s.aEnd; i++ {
		p := seen[a[i]]
		if p == nil {
			p = new(places)
			seen[a[i]] = p
		}
		p.inA, p.a = p.inA+1, i
	}
	for i := s.b; i < s.bEnd; i++ {
		if p := seen[b[i]]; p != nil {
			p.inB, p.b = p.inB+1, i
		}
	}
	// The longest run of places that rise in b as they do in a: ends[n] is the
	// least end of a run of n+1, before leads back along it.
	var pairs, ends []*places
	before := make(map[*places]*places)
	for i := s.a; i < s.aEnd; i++ {
		if p := seen[a[i]]; p.inA == 1 && p.inB == 1 {
			pairs = append(pairs, p)
		}
	}
	for _, p := range pairs {
		n, _ := slices.BinarySearchFunc(ends, p.b, func(e *places, b int) int { return e.b - b })
		if n > 0 {
			before[p] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, p)
		} else {
			ends[n] = p
		}
	}
	if len(ends) == 0 {
		return nil
	}
	var held []stretch
	for p := ends[len(ends)-1]; p != nil; p = before[p] {
		held = append(held, stretch{p.a, p.a + 1, p.b, p.b + 1})
	}
	slices.Reverse(held)
	return held
}
