package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"roomsync/internal/diag"
)

const (
	// barEvery is how often the line on a terminal is drawn anew, and barAfter how
	// long something takes before there is one.
	barEvery = 100 * time.Millisecond
	barAfter = 400 * time.Millisecond
	// lineEvery is how often a line is written where there is no terminal: a log
	// is read later.
	lineEvery = 5 * time.Second
)

// screen is standard error: what is written to it, and on a terminal a last line
// that says how far the work is and makes room for everything else.
type screen struct {
	w        io.Writer
	terminal bool
	width    func() int // columns of the terminal

	mu    sync.Mutex
	shown int // columns of the last line; 0: there is none
}

// Write writes commentary, in the place of the last line.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
	return s.w.Write(p)
}

// erase takes the last line away. Blanks do that on every terminal.
func (s *screen) erase() {
	if s.shown > 0 {
		fmt.Fprintf(s.w, "\r%s\r", strings.Repeat(" ", s.shown))
		s.shown = 0
	}
}

func (s *screen) draw(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
	_, _ = io.WriteString(s.w, diag.Isolate(line))
	s.shown = diag.Width(line)
}

// progress tells how far a piece of work is.
type progress struct {
	screen *screen
	doing  string // such as "applying"
	noun   string // of what is counted
	total  int    // 0: not known
	began  time.Time
	stop   chan struct{}
	over   sync.WaitGroup

	mu           sync.Mutex
	done, failed int
	last         string // what was done last
}

// progress begins to tell of some work. It is to be ended. With --quiet nothing
// is told.
func (a *app) progress(doing, noun string, total int) *progress {
	p := &progress{screen: a.screen, doing: doing, noun: noun, total: total, began: time.Now(), stop: make(chan struct{})}
	if a.Quiet || a.screen == nil {
		p.screen = nil
		return p
	}
	p.over.Go(p.run)
	return p
}

// step counts what has been done, and what was done last.
func (p *progress) step(n int, last string, failed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	p.last = last
	if failed {
		p.failed++
	}
}

// end takes the line away.
func (p *progress) end() {
	if p.screen == nil {
		return
	}
	close(p.stop)
	p.over.Wait()
	p.screen.mu.Lock()
	defer p.screen.mu.Unlock()
	p.screen.erase()
}

func (p *progress) run() {
	first, every := lineEvery, lineEvery
	if p.screen.terminal {
		first, every = barAfter, barEvery
	}
	timer := time.NewTimer(first)
	defer timer.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-timer.C:
		}
		if p.screen.terminal {
			p.screen.draw(p.line(p.screen.width() - 1)) // the last column makes some terminals wrap
		} else {
			fmt.Fprintln(p.screen, p.line(0))
		}
		timer.Reset(every)
	}
}

// line is what there is to say, in so many columns; 0: as many as it takes, and
// without a bar.
func (p *progress) line(width int) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	count := fmt.Sprintf("%d %s", p.done, p.noun)
	var pace, left string
	if took := time.Since(p.began); took > 0 && p.done > 0 {
		rate := float64(p.done) / took.Seconds()
		pace = fmt.Sprintf("%.0f/s", rate)
		if rate < 10 {
			pace = fmt.Sprintf("%.1f/s", rate)
		}
		if p.total > p.done {
			left = (time.Duration(float64(p.total-p.done) / rate * float64(time.Second))).Round(time.Second).String() + " left"
		}
	}
	if p.total > 0 {
		count = fmt.Sprintf("%d/%d %s", p.done, p.total, p.noun)
	}
	if p.failed > 0 {
		count += fmt.Sprintf(", %d failed", p.failed)
	}
	last := diag.Printable(p.last)
	if width == 0 {
		return p.doing + ": " + strings.Join(present(count, pace, left), ", ")
	}
	const shortest, longest = 8, 24 // of the bar
	parts := present(p.doing, count, pace, left)
	for len(parts) > 2 && diag.Width(strings.Join(parts, "  ")) > width {
		parts = parts[:len(parts)-1]
	}
	text := strings.Join(parts, "  ")
	free := width - diag.Width(text)
	if bar := min(longest, free-4); p.total > 0 && bar >= shortest {
		full := min(bar, bar*p.done/p.total)
		text = parts[0] + "  [" + strings.Repeat("=", full) + strings.Repeat(" ", bar-full) + "]  " + strings.Join(parts[1:], "  ")
		free -= bar + 4
	}
	if free > shortest && last != "" {
		text += "  " + diag.Cut(last, free-2)
	}
	return diag.Cut(text, width)
}

// present are the texts that are not empty.
func present(texts ...string) (some []string) {
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return some
}
