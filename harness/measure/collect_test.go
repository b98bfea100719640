package measure

import (
	"runtime"
	"testing"
)

var sink []byte

// TestCollect: the first call collects what the start of the program left, then
// only what is worth it.
func TestCollect(t *testing.T) {
	collections := func() uint32 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.NumGC
	}
	var c Collector
	sink = make([]byte, collectBytes)
	if before := collections(); !c.Collect() || collections() == before {
		t.Error("nothing was collected")
	}
	if before := collections(); c.Collect() || collections() != before {
		t.Error("collected without garbage")
	}
	sink = make([]byte, collectBytes)
	if !c.Collect() {
		t.Error("not collected after much was allocated")
	}
}
