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
	"strconv"
	"strings"

	"dllmbench/harness/result"

	"github.com/klauspost/cpuid/v2"
	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/mem"
)

// Environment describes this machine and this binary. kernel is the variant of
// the compute kernels in use, for example "avx2" or "generic", productBits
// the width of the registers of their matrix products (0 in plain Go), and quantLoops
// the loops for quantised weights.
func Environment(kernel string, productBits int, quantLoops string) result.Env {
	root := os.DirFS("/")
	env := result.Env{
		CPU:         cpuName(),
		CPUFeatures: features(),
		Cores:       runtime.NumCPU(),
		L3Bytes:     int64(max(0, cpuid.CPU.Cache.L3)),
		Governor:    firstLine(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
		OS:          runtime.GOOS,
		Arch:        runtime.GOARCH,
		Container:   Limits(root),
		Go:          runtime.Version(),
		GOMAXPROCS:  runtime.GOMAXPROCS(0),
		Kernel:      kernel,
		ProductBits: productBits,
		QuantLoops:  quantLoops,
	}
	env.L1DataBytes, env.L2Bytes = int64(max(0, cpuid.CPU.Cache.L1D)), int64(max(0, cpuid.CPU.Cache.L2))
	env.CoresReal, env.CPUsUsable = physicalCores(root), len(allowed(root))
	env.MHz = int(cpuid.CPU.Hz / 1e6)
	env.MaxMHz = int(max(0, number(firstLine(root, "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"))/1000))
	env.Virtual, env.Host = virtualisation(), hostID(root)
	if m, err := mem.VirtualMemory(); err == nil {
		env.MemBytes = int64(m.Total)
	}
	if v, err := host.KernelVersion(); err == nil {
		env.KernelOS = v
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		env.GitSHA, env.GitTime, env.Dirty = revision(info.Settings)
	}
	if name, err := os.Executable(); err == nil {
		env.BinarySHA256 = FileHash(name)
	}
	return env
}

// physicalCores counts the different cores of /proc/cpuinfo, 0 when unknown.
func physicalCores(root fs.FS) int {
	data, _ := fs.ReadFile(root, "proc/cpuinfo")
	seen, socket := map[string]bool{}, ""
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(name) {
		case "physical id":
			socket = strings.TrimSpace(value)
		case "core id":
			seen[socket+"/"+strings.TrimSpace(value)] = true
		}
	}
	return len(seen)
}

// UsableProcessors are the numbers of those that this process may run on; where the system does
// not say, as many as the runtime counts.
func UsableProcessors() []string {
	list := allowed(os.DirFS("/"))
	if list == nil {
		for n := range runtime.NumCPU() {
			list = append(list, strconv.Itoa(n))
		}
	}
	return list
}

// allowed are the processors of the affinity mask of this process, a list such as "0-3,8"; nil if unknown.
func allowed(root fs.FS) (list []string) {
	for part := range strings.SplitSeq(field(root, "proc/self/status", "Cpus_allowed_list:"), ",") {
		first, last, ranged := strings.Cut(part, "-")
		if !ranged {
			last = first
		}
		a, errA := strconv.Atoi(first)
		b, errB := strconv.Atoi(last)
		if errA != nil || errB != nil || b < a || b-a >= 1<<16 {
			return nil
		}
		for n := a; n <= b; n++ {
			list = append(list, strconv.Itoa(n))
		}
	}
	return list
}

// virtualisation names the hypervisor or container, "" when none is known.
func virtualisation() string {
	name, role, err := host.Virtualization()
	if err != nil || role != "guest" {
		return ""
	}
	return name
}

// hostID tells machines apart without naming them.
func hostID(root fs.FS) string {
	name := os.Getenv("DLLMBENCH_HOST") // of the machine, where containers have host names of their own
	if name == "" {
		name, _ = os.Hostname()
	}
	id := firstLine(root, "etc/machine-id")
	if name == "" && id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("dllmbench host " + name + "/" + id + "/" + cpuName()))
	return hex.EncodeToString(sum[:6])
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
		cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512VNNI, cpuid.AVX512BF16, cpuid.AMXBF16, cpuid.AMXINT8,
		cpuid.ASIMD, cpuid.ASIMDDP, cpuid.I8MM, cpuid.BF16, cpuid.SVE,
	} {
		if cpuid.CPU.Supports(id) {
			found = append(found, id.String())
		}
	}
	return found
}

// revision reads the commit that the Go tool wrote into the binary.
func revision(settings []debug.BuildSetting) (sha, date string, dirty bool) {
	for _, s := range settings {
		switch s.Key {
		case "vcs.revision":
			sha = s.Value
		case "vcs.time":
			date = s.Value
		case "vcs.modified":
			dirty = s.Value == "true"
		}
	}
	return sha, date, dirty
}

// FileHash is the SHA-256 of a file in hex, "" when it cannot be read.
func FileHash(name string) string {
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
func firstLine(root fs.FS, file string) string { return field(root, file, "") }

// field is the rest of the first line of a small file that begins with a name; ""
// when there is none.
func field(root fs.FS, file, name string) string {
	data, _ := fs.ReadFile(root, path.Clean(file))
	for line := range strings.Lines(string(data)) {
		if value, ok := strings.CutPrefix(line, name); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
