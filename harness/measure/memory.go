package measure

import (
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// PeakRSS is the largest resident memory of this process since its start, or
// since the last [ResetPeakRSS], in bytes. It is nil where the system does not
// tell (anything but Linux).
func PeakRSS() *int64 { return memoryOf(os.DirFS("/"), "self", "VmHWM:") }

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
