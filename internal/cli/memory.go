package cli

import (
	"os"
	"runtime"
	"runtime/debug"
)

const (
	// freeMemory is what the heap may grow to before anything is collected: no
	// machine misses it, and most runs end within it.
	freeMemory = 76 << 20
	// smallestGoal is the heap at which Go first collects at GOGC=100; what it
	// is at others is in proportion.
	smallestGoal = 4 << 20
	// growth is by how many percent a larger heap grows between collections.
	growth = 60
)

// collectSparingly makes a short run pay little for memory that is its until it
// ends: nothing is collected within freeMemory, and from there on the heap
// grows by three fifths between collections, where Go's default is to double it. Whoever
// sets GOGC or GOMEMLIMIT knows better. (A memory limit would do the same, but
// near it the runtime gives pages back, only to fetch them again.)
func collectSparingly() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	const first = freeMemory / smallestGoal * 100
	debug.SetGCPercent(first)
	runtime.SetFinalizer(&collected{percent: first}, (*collected).next)
}

// collected is found to be garbage by each collection, and made anew.
type collected struct {
	percent int64
	_       *int // what holds no pointers may share its memory, and is not found
}

// next sets when the next collection is by what the last has left.
func (c *collected) next() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	// The goal of the heap is what was left and the percentage that was set.
	left := max(int64(m.NextGC)*100/(100+c.percent), smallestGoal)
	c.percent = max(growth, (freeMemory-left)*100/left)
	debug.SetGCPercent(int(c.percent))
	runtime.SetFinalizer(c, (*collected).next)
}
