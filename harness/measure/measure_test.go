package measure

import (
	"runtime"
	"runtime/debug"
	"testing"
	"testing/fstest"
)

func TestLimits(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	tests := []struct {
		name string
		fs   fstest.MapFS
		want string
	}{
		{"nothing", fstest.MapFS{}, ""},
		{"v2 root without limits", fstest.MapFS{
			"sys/fs/cgroup/cpu.max":    file("max 100000\n"),
			"sys/fs/cgroup/memory.max": file("max\n"),
		}, ""},
		{"v2 own group", fstest.MapFS{
			"proc/self/cgroup":             file("0::/a/b\n"),
			"sys/fs/cgroup/a/b/cpu.max":    file("150000 100000\n"),
			"sys/fs/cgroup/a/b/memory.max": file("536870912\n"),
		}, "1.5 CPUs, 512 MiB"},
		{"v2 parent is tighter", fstest.MapFS{
			"proc/self/cgroup":           file("0::/a/b\n"),
			"sys/fs/cgroup/a/b/cpu.max":  file("400000 100000\n"),
			"sys/fs/cgroup/a/cpu.max":    file("200000 100000\n"),
			"sys/fs/cgroup/a/memory.max": file("max\n"),
		}, "2 CPUs"},
		{"v1", fstest.MapFS{
			"proc/self/cgroup":                           file("3:cpu:/\n"),
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":         file("50000\n"),
			"sys/fs/cgroup/cpu/cpu.cfs_period_us":        file("100000\n"),
			"sys/fs/cgroup/memory/memory.limit_in_bytes": file("1073741824\n"),
		}, "0.5 CPUs, 1024 MiB"},
		{"v1 without limits", fstest.MapFS{
			"sys/fs/cgroup/cpu/cpu.cfs_quota_us":         file("-1\n"),
			"sys/fs/cgroup/cpu/cpu.cfs_period_us":        file("100000\n"),
			"sys/fs/cgroup/memory/memory.limit_in_bytes": file("9223372036854771712\n"),
		}, ""},
		{"path that climbs out", fstest.MapFS{"proc/self/cgroup": file("0::/../..\n")}, ""},
	}
	for _, tt := range tests {
		if got := Limits(tt.fs); got != tt.want {
			t.Errorf("%s: Limits = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestHighWater(t *testing.T) {
	tests := []struct {
		status string
		want   int64 // -1: unknown
	}{
		{"Name:\tx\nVmPeak:\t 9000 kB\nVmHWM:\t    1234 kB\nVmRSS:\t 1000 kB\n", 1234 << 10},
		{"VmHWM:\t0 kB\n", 0},
		{"VmHWM:\tmany kB\n", -1},
		{"VmHWM:\t-5 kB\n", -1},
		{"", -1},
	}
	for _, tt := range tests {
		got := highWater(tt.status)
		if (got == nil) != (tt.want < 0) || got != nil && *got != tt.want {
			t.Errorf("highWater(%q) = %v, want %d", tt.status, got, tt.want)
		}
	}
}

func TestPeakRSSFollowsAllocations(t *testing.T) {
	if runtime.GOOS != "linux" {
		if PeakRSS() != nil {
			t.Error("a peak was reported on a system that has no /proc")
		}
		t.Skip("needs Linux")
	}
	if !ResetPeakRSS() {
		t.Skip("the peak cannot be reset here")
	}
	before := PeakRSS()
	block := make([]byte, 64<<20)
	for i := 0; i < len(block); i += 4096 {
		block[i] = 1
	}
	after := PeakRSS()
	if before == nil || after == nil || *after < *before+32<<20 {
		t.Errorf("the peak went from %v to %v after touching 64 MiB", before, after)
	}
	runtime.KeepAlive(block)
	block = nil
	debug.FreeOSMemory()
	ResetPeakRSS()
	if again := PeakRSS(); again == nil || *again > *after-32<<20 {
		t.Errorf("the peak is %v after a reset, was %v", again, *after)
	}
}

func TestRevision(t *testing.T) {
	sha, dirty := revision([]debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}})
	if sha != "abc" || !dirty {
		t.Errorf("revision = %q, %v", sha, dirty)
	}
	if sha, dirty := revision(nil); sha != "" || dirty {
		t.Errorf("revision without settings = %q, %v", sha, dirty)
	}
}

func TestEnvironment(t *testing.T) {
	env := Environment("generic")
	if env.Kernel != "generic" || env.OS != runtime.GOOS || env.Arch != runtime.GOARCH || env.Go != runtime.Version() {
		t.Errorf("wrong facts: %+v", env)
	}
	if env.Cores < 1 || env.GOMAXPROCS < 1 || env.MemBytes == 0 || env.L3Bytes == 0 {
		t.Errorf("impossible facts: %+v", env)
	}
	if len(env.BinarySHA256) != 64 {
		t.Errorf("binary hash %q", env.BinarySHA256)
	}
}
