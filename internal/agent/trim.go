package agent

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	trimEvery = time.Minute
	trimAfter = 4 << 20 // bytes allocated since the last look
)

// trim gives memory back to the system after busy minutes, until ctx ends: a round's replies are megabytes, and what
// follows is a long time of nothing, in which the collector alone would keep what it once had.
func trim(ctx context.Context) {
	tick := time.NewTicker(trimEvery)
	defer tick.Stop()
	for last := uint64(0); ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if now := allocated(); now-last > trimAfter {
			runtime.GC() // pools let go of what they hold, a megabyte of JSON among it, at the second collection
			debug.FreeOSMemory()
			last = now
		}
	}
}

// allocated returns how many bytes the program has ever allocated.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
