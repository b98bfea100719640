package catalog

import (
	"cmp"
	"strconv"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/reports/terminal"
)

// unknown stands for what this machine does not say.
const unknown = "unknown"

// Environment describes a machine and a binary.
func Environment(env result.Env) []terminal.Fact {
	commit := cmp.Or(env.GitSHA, unknown)
	if env.Dirty {
		commit += " with local changes"
	}
	return []terminal.Fact{
		{"processor", cmp.Or(env.CPU, unknown)},
		{"features", strings.Join(env.CPUFeatures, " ")},
		{"cores", strconv.Itoa(env.Cores)},
		{"physical cores", countOf(env.CoresReal)},
		{"cores usable", countOf(env.CPUsUsable)},
		{"level 1 data cache", sizeOf(env.L1DataBytes)},
		{"level 2 cache", sizeOf(env.L2Bytes)},
		{"last-level cache", sizeOf(env.L3Bytes)},
		{"memory", sizeOf(env.MemBytes)},
		{"frequency governor", cmp.Or(env.Governor, unknown)},
		{"nominal MHz", countOf(env.MHz)},
		{"highest MHz", countOf(env.MaxMHz)},
		{"virtualisation", cmp.Or(env.Virtual, unknown)},
		{"energy counter", cmp.Or(env.EnergyFrom, "none")},
		{"clock step", strings.Replace(countOf(int(env.ClockNs))+" ns", unknown+" ns", unknown, 1)},
		{"host", cmp.Or(env.Host, unknown)},
		{"container limits", cmp.Or(env.Container, "none found")},
		{"system", env.OS + "/" + env.Arch + " " + env.KernelOS},
		{"go", env.Go},
		{"GOMAXPROCS", strconv.Itoa(env.GOMAXPROCS)},
		{"compute kernels", env.Kernels()},
		{"quantised weights", cmp.Or(env.QuantLoops, unknown)},
		{"answers that are Python", cmp.Or(env.Python, "not run")},
		{"commit", commit},
		{"binary sha256", cmp.Or(env.BinarySHA256, unknown)},
	}
}

// countOf writes a number, "unknown" for 0.
func countOf(n int) string {
	if n == 0 {
		return unknown
	}
	return strconv.Itoa(n)
}

// sizeOf writes a number of bytes in binary units, "unknown" for 0.
func sizeOf(n int64) string {
	if n <= 0 {
		return unknown
	}
	value, unit := float64(n), "B"
	for _, next := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if value < 1024 {
			break
		}
		value, unit = value/1024, next
	}
	return strconv.FormatFloat(value, 'g', 4, 64) + " " + unit
}
