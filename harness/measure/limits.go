package measure

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Limits puts the CPU and memory limits that control groups set on this process
// into words, for example "2 CPUs, 4096 MiB"; "" when there is none. root is the
// root of the file system. Both cgroup versions are read; with version 2 the
// tightest limit on the way from the process's group to the root counts.
func Limits(root fs.FS) string {
	cpus, bytes := -1.0, -1.0
	tighter := func(old *float64, v float64) {
		if v > 0 && (*old < 0 || v < *old) {
			*old = v
		}
	}
	// The group of this process in the hierarchy of version 2, the root when unknown.
	for dir := path.Join("/", field(root, "proc/self/cgroup", "0::")); ; dir = path.Dir(dir) {
		at := path.Join("sys/fs/cgroup", dir)
		if quota, period, ok := strings.Cut(firstLine(root, at+"/cpu.max"), " "); ok {
			if p := number(period); p > 0 {
				tighter(&cpus, number(quota)/p)
			}
		}
		tighter(&bytes, number(firstLine(root, at+"/memory.max")))
		if dir == "/" {
			break
		}
	}
	const v1 = "sys/fs/cgroup/"
	if period := number(firstLine(root, v1+"cpu/cpu.cfs_period_us")); period > 0 {
		tighter(&cpus, number(firstLine(root, v1+"cpu/cpu.cfs_quota_us"))/period)
	}
	if v := number(firstLine(root, v1+"memory/memory.limit_in_bytes")); v < 1<<60 { // a larger one means no limit
		tighter(&bytes, v)
	}
	var words []string
	if cpus > 0 {
		words = append(words, fmt.Sprintf("%g CPUs", cpus))
	}
	if bytes > 0 {
		words = append(words, fmt.Sprintf("%.0f MiB", bytes/(1<<20)))
	}
	return strings.Join(words, ", ")
}

// number parses a count; anything else ("max", "") is -1.
func number(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return -1
	}
	return n
}
