package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
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
// grows by half between collections, where Go's default is to double it. Whoever
// sets GOGC or GOMEMLIMIT knows better. (A memory limit would do the same, but
// near it the runtime gives pages back, only to fetch them again.)
func collectSparingly() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(freeMemory / smallestGoal * 100)
	runtime.SetFinalizer(&collected{new(int)}, (*collected).next)
}

// collected is found to be garbage by each collection, and made anew.
type collected struct{ *int }

// next sets when the next collection is by what the last has left.
func (c *collected) next() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() == metrics.KindUint64 {
		left := max(int64(live[0].Value.Uint64()), smallestGoal)
		debug.SetGCPercent(max(growth, int((freeMemory-left)*100/left)))
	}
	runtime.SetFinalizer(c, (*collected).next)
}
