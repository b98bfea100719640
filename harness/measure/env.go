// Package measure reads what surrounds a measurement: the machine, the limits
// set on the process, the binary and the memory it uses. It measures nothing by
// the clock; timing belongs to the runner.
//
// A fact that the system does not tell is recorded as unknown ("" or -1, as the
// field says), never as a guess.
package measure

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"runtime/debug"
	"strings"

	"dllmbench/harness/result"

	"github.com/klauspost/cpuid/v2"
	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/mem"
)

// Environment describes this machine and this binary. kernel is the variant of
// the compute kernels in use, for example "avx2" or "generic".
func Environment(kernel string) result.Env {
	root := os.DirFS("/")
	env := result.Env{
		CPU:         cpuName(),
		CPUFeatures: features(),
		Cores:       runtime.NumCPU(),
		L3Bytes:     int64(cpuid.CPU.Cache.L3),
		MemBytes:    -1,
		Governor:    firstLine(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
		OS:          runtime.GOOS,
		Arch:        runtime.GOARCH,
		Container:   Limits(root),
		Go:          runtime.Version(),
		GOMAXPROCS:  runtime.GOMAXPROCS(0),
		Kernel:      kernel,
	}
	if env.L3Bytes <= 0 {
		env.L3Bytes = -1
	}
	if m, err := mem.VirtualMemory(); err == nil {
		env.MemBytes = int64(m.Total)
	}
	if v, err := host.KernelVersion(); err == nil {
		env.KernelOS = v
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		env.GitSHA, env.Dirty = revision(info.Settings)
	}
	env.BinarySHA256 = ownHash()
	return env
}

func cpuName() string {
	if name := strings.TrimSpace(cpuid.CPU.BrandName); name != "" {
		return name
	}
	if list, err := cpu.Info(); err == nil && len(list) > 0 {
		return list[0].ModelName
	}
	return ""
}

// features lists the instruction sets that matter for float32 kernels and that
// this CPU has.
func features() []string {
	found := []string{}
	for _, id := range []cpuid.FeatureID{
		cpuid.SSE42, cpuid.AVX, cpuid.F16C, cpuid.FMA3, cpuid.AVX2, cpuid.AVXVNNI,
		cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512VNNI, cpuid.AVX512BF16, cpuid.AMXBF16,
		cpuid.ASIMD, cpuid.ASIMDDP, cpuid.SVE,
	} {
		if cpuid.CPU.Supports(id) {
			found = append(found, id.String())
		}
	}
	return found
}

// revision reads the commit that the Go tool wrote into the binary.
func revision(settings []debug.BuildSetting) (sha string, dirty bool) {
	for _, s := range settings {
		switch s.Key {
		case "vcs.revision":
			sha = s.Value
		case "vcs.modified":
			dirty = s.Value == "true"
		}
	}
	return sha, dirty
}

// ownHash is the SHA-256 of the running binary in hex, "" when it cannot be read.
func ownHash() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// firstLine reads the first line of a small file; "" when there is none.
func firstLine(root fs.FS, name string) string {
	data, err := fs.ReadFile(root, path.Clean(name))
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSpace(line)
}
