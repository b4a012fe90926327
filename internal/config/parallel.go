package config

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// sideBySide calls do for 0 to n-1, as many at a time as there are processors.
// A panic in it is the caller's.
func sideBySide(n int, do func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	var panicked atomic.Value
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					panicked.CompareAndSwap(nil, fmt.Sprint(r))
				}
			}()
			for panicked.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	workers.Wait()
	if r := panicked.Load(); r != nil {
		panic(r)
	}
}
