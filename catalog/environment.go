package catalog

import (
	"strconv"
	"strings"

	"dllmbench/harness/result"
	"dllmbench/reports/terminal"
)

// Environment describe a machine and a binary.
func Environment(env result.Env) []terminal.Fact {
	orUnknown := func(s string) string {
		if s == "" {
			return "unknown"
		}
		return s
	}
	commit := orUnknown(env.GitSHA)
	if env.Dirty {
		commit += " with local changes"
	}
	limits := env.Container
	if limits == "" {
		limits = "none found"
	}
	return []terminal.Fact{
		{"processor", orUnknown(env.CPU)},
		{"features", strings.Join(env.CPUFeatures, " ")},
		{"cores", strconv.Itoa(env.Cores)},
		{"physical cores", countOf(env.CoresReal)},
		{"cores usable", countOf(env.CPUsUsable)},
		{"level 1 data cache", sizeOf(orMinus(env.L1DataBytes))},
		{"level 2 cache", sizeOf(orMinus(env.L2Bytes))},
		{"last-level cache", sizeOf(env.L3Bytes)},
		{"memory", sizeOf(env.MemBytes)},
		{"frequency governor", orUnknown(env.Governor)},
		{"nominal MHz", countOf(env.MHz)},
		{"highest MHz", countOf(env.MaxMHz)},
		{"virtualisation", orUnknown(env.Virtual)},
		{"energy counter", orNone(env.EnergyFrom)},
		{"clock step", strconv.FormatInt(env.ClockNs, 10) + " ns"},
		{"host", orUnknown(env.Host)},
		{"container limits", limits},
		{"system", env.OS + "/" + env.Arch + " " + env.KernelOS},
		{"go", env.Go},
		{"GOMAXPROCS", strconv.Itoa(env.GOMAXPROCS)},
		{"compute kernels", env.Kernels()},
		{"commit", commit},
		{"binary sha256", orUnknown(env.BinarySHA256)},
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// countOf writes a number, "unknown" for 0.
func countOf(n int) string {
	if n == 0 {
		return "unknown"
	}
	return strconv.Itoa(n)
}

// orMinus turns the unknown of newer fields into that of older ones.
func orMinus(n int64) int64 {
	if n == 0 {
		return -1
	}
	return n
}

// sizeOf writes a number of bytes in binary units, "unknown" below 0.
func sizeOf(n int64) string {
	if n < 0 {
		return "unknown"
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
