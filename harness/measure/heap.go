package measure

import "runtime"

// Heap is what was allocated on the heap since the program began.
type Heap struct {
	Bytes   int64 `json:"bytes"`
	Objects int64 `json:"objects"`
}

// Allocated reads it exactly, for which it stops the program for a moment: never
// within a timed section.
func Allocated() Heap {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return Heap{int64(m.TotalAlloc), int64(m.Mallocs)}
}

// Since is what was allocated since an earlier reading.
func (h Heap) Since(before Heap) Heap {
	return Heap{h.Bytes - before.Bytes, h.Objects - before.Objects}
}
