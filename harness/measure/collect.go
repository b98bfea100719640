package measure

import (
	"runtime"
	"runtime/metrics"
)

// Collector collects garbage when enough of it has come together, so that timed
// sections neither pay for garbage of earlier ones nor follow a collection that
// was not needed.
type Collector struct{ last uint64 }

// collectBytes is how much is allocated between two collections: less than what
// makes the runtime collect by itself with weights in memory, and the garbage of
// some dozen requests.
const collectBytes = 8 << 20

// allocated is in bytes since the start of the process.
const allocated = "/gc/heap/allocs:bytes"

// Collect collects garbage if there is enough, and tells whether it did. It stops
// nothing if it did not.
func (c *Collector) Collect() bool {
	now := []metrics.Sample{{Name: allocated}}
	metrics.Read(now)
	if now[0].Value.Uint64()-c.last < collectBytes {
		return false
	}
	runtime.GC()
	metrics.Read(now)
	c.last = now[0].Value.Uint64()
	return true
}
