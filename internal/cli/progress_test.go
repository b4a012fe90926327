package cli

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"roomsync/internal/diag"
)

// drawn is what a terminal shows of what was written to it, a line an entry.
func drawn(text string) []string {
	lines := []string{""}
	at := 0
	for _, r := range text {
		last := []rune(lines[len(lines)-1])
		switch {
		case r == '\n':
			lines, at = append(lines, ""), 0
			continue
		case r == '\r':
			at = 0
			continue
		case at < len(last):
			last[at] = r
		default:
			last = append(last, r)
		}
		at++
		lines[len(lines)-1] = string(last)
	}
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return lines
}

func TestProgressOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out lockedBuffer
		a := &app{screen: &screen{w: &out, terminal: true, width: func() int { return 80 }}}
		p := a.progress("applying", "operations", 400)
		time.Sleep(barAfter / 2)
		if out.String() != "" {
			t.Errorf("told of too early: %q", out.String())
		}
		p.step(100, "team-a", false)
		p.step(1, "team-b", true)
		time.Sleep(2*time.Second - barAfter/2)
		synctest.Wait()
		want := "applying  [=====                 ]  101/400 operations, 1 failed  50/s  6s left"
		if got := drawn(out.String()); len(got) != 1 || got[0] != want {
			t.Errorf("it shows %q", got)
		}
		if _, err := a.screen.Write([]byte("a note\n")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(barEvery)
		synctest.Wait()
		if got := drawn(out.String()); len(got) != 2 || got[0] != "a note" || !strings.HasPrefix(got[1], "applying  [") {
			t.Errorf("with a note it shows %q", got)
		}
		p.end()
		if got := drawn(out.String()); len(got) != 2 || got[1] != "" {
			t.Errorf("at the end it shows %q", got)
		}
	})
}

func TestProgressInALog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out lockedBuffer
		a := &app{screen: &screen{w: &out}}
		p := a.progress("applying", "operations", 100)
		p.step(40, "a\x1b[31m", false)
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if out.String() != "" {
			t.Errorf("said after 4 s: %q", out.String())
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		p.end()
		if got, want := out.String(), "applying: 40/100 operations, 8.0/s, 8s left\napplying: 40/100 operations, 4.0/s, 15s left\n"; got != want {
			t.Errorf("it says\n%s\nwant\n%s", got, want)
		}
	})
}

func TestQuietProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out lockedBuffer
		a := &app{screen: &screen{w: &out}, globals: globals{Quiet: true}}
		p := a.progress("applying", "operations", 100)
		p.step(40, "", false)
		time.Sleep(time.Minute)
		p.end()
		if out.String() != "" {
			t.Errorf("it says %q", out.String())
		}
	})
}

// The line is never wider than the terminal, whatever rooms are called, and says
// at least what is being done and how much of it is.
func TestProgressFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(39, 200).Draw(t, "width")
		p := &progress{doing: "applying", noun: "operations", total: rapid.IntRange(0, 1000000).Draw(t, "total"), began: time.Now().Add(-time.Minute)}
		p.step(rapid.IntRange(0, p.total).Draw(t, "done"), rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"部屋部屋部屋部屋部屋部屋部屋", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "é́é́é́é́é́", "\x1b[2J"})).Draw(t, "last"), false)
		line := p.line(width)
		if w := diag.Width(line); w > width {
			t.Fatalf("%d columns of %d: %q", w, width, line)
		}
		if !strings.HasPrefix(line, "applying") || !strings.Contains(line, "operations") || strings.ContainsAny(line, "\x1b\n\r") {
			t.Fatalf("%q", line)
		}
	})
}
