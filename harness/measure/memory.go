package measure

import (
	"io/fs"
	"math"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"

	"github.com/shirou/gopsutil/v4/mem"
)

// PeakRSS is the largest resident memory of this process since its start, or
// since the last [ResetPeakRSS], in bytes. It is nil where the system does not
// tell (anything but Linux).
func PeakRSS() *int64 { return memoryOf(os.DirFS("/"), "self", "VmHWM:") }

// Available is the memory in bytes that a program can get without pushing others out; 0
// when unknown.
func Available() int64 {
	m, err := mem.VirtualMemory()
	if err != nil {
		return 0
	}
	return int64(min(m.Available, math.MaxInt64))
}

// Resident is the resident memory of a process in bytes, -1 when unknown.
func Resident(root fs.FS, pid int) int64 {
	if n := memoryOf(root, strconv.Itoa(pid), "VmRSS:"); n != nil {
		return *n
	}
	return -1
}

// memoryOf reads a line of the status of a process that counts in KiB; the result
// is in bytes, nil when there is no such line.
func memoryOf(root fs.FS, process, name string) *int64 {
	kib, err := strconv.ParseInt(strings.TrimSuffix(field(root, "proc/"+process+"/status", name), " kB"), 10, 64)
	if err != nil || kib < 0 || kib > 1<<50 {
		return nil
	}
	bytes := kib << 10
	return &bytes
}

// ResetPeakRSS makes [PeakRSS] start again from the memory in use now. It reports
// whether the system can do that; if not, the peak is the one since the start.
func ResetPeakRSS() bool {
	f, err := os.OpenFile("/proc/self/clear_refs", os.O_WRONLY, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	_, err = f.WriteString("5") // see proc(5): reset the high-water mark
	return err == nil
}

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

// Collect collects garbage if there is enough, and reports whether it did. It stops
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
