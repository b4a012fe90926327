package cli

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// freeMemory is what a run may take before anything is collected: no machine
	// misses it, and most runs end within it.
	freeMemory = 88 << 20
	// runtimeMemory is about what the runtime takes beside the heap.
	runtimeMemory = 12 << 20
)

// collectSparingly makes a short run pay little for memory that is its until it
// ends: nothing is collected within freeMemory, and from there on the heap
// grows by half between collections, where Go's default is to double it. Whoever
// sets GOGC or GOMEMLIMIT knows better.
func collectSparingly() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(freeMemory)
	debug.SetGCPercent(-1)
	runtime.SetFinalizer(&collected{new(int)}, (*collected).next)
}

// collected is found to be garbage by each collection, and made anew.
type collected struct{ *int }

// next sets the limit for the next collection by what the last has left.
func (c *collected) next() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() == metrics.KindUint64 {
		left := int64(live[0].Value.Uint64())
		debug.SetMemoryLimit(max(freeMemory, runtimeMemory+left+left/2))
	}
	runtime.SetFinalizer(c, (*collected).next)
}
