package folder

import (
	"os"
	"runtime/debug"
)

// The heap while a large run is rendered. It would be collected some hundred
// times at twice of what is in use; it may grow to more, up to a bound that
// leaves a page of 10,000 cells below a gigabyte in all.
const (
	largeHeapPercent = 400
	largeHeapBytes   = 700 << 20
)

// Heap gives rendering more memory if the results file is so large that its
// requests stay on disk, and returns what takes it back. Who sets GOGC or
// GOMEMLIMIT has decided otherwise.
func Heap(results string) (restore func()) {
	info, err := os.Stat(results)
	if err != nil || info.Size() <= maxInMemory || os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	limit := debug.SetMemoryLimit(largeHeapBytes)
	percent := debug.SetGCPercent(largeHeapPercent)
	return func() {
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
	}
}
