package measure

import (
	"io"
	"os"
	"strconv"
	"strings"
)

// PeakRSS is the largest resident memory of this process since its start, or
// since the last [ResetPeakRSS], in bytes. It is nil where the system does not
// tell (anything but Linux).
func PeakRSS() *int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil
	}
	return highWater(string(data))
}

// highWater reads the VmHWM line of /proc/self/status.
func highWater(status string) *int64 { return kibOf(status, "VmHWM:") }

// kibOf reads a line of such a file that counts in KiB; the result is in bytes,
// nil when there is no such line.
func kibOf(status, name string) *int64 {
	for line := range strings.Lines(status) {
		value, ok := strings.CutPrefix(line, name)
		if !ok {
			continue
		}
		kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil || kib < 0 || kib > 1<<50 {
			return nil
		}
		bytes := kib << 10
		return &bytes
	}
	return nil
}

// ResetPeakRSS makes [PeakRSS] start again from the memory in use now. It tells
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
