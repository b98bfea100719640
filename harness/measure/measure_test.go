package measure

import (
	"runtime"
	"runtime/debug"
	"testing"
	"testing/fstest"
	"time"

	"dllmbench/harness/result"
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
		got := memoryOf(fstest.MapFS{"proc/self/status": {Data: []byte(tt.status)}}, "self", "VmHWM:")
		if (got == nil) != (tt.want < 0) || got != nil && *got != tt.want {
			t.Errorf("the peak in %q is %v, want %d", tt.status, got, tt.want)
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
	sha, date, dirty := revision([]debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}, {Key: "vcs.modified", Value: "true"}})
	if sha != "abc" || date != "2026-01-02T03:04:05Z" || !dirty {
		t.Errorf("revision = %q, %v", sha, dirty)
	}
	if sha, date, dirty := revision(nil); sha != "" || date != "" || dirty {
		t.Errorf("revision without settings = %q, %v", sha, dirty)
	}
}

func TestEnvironment(t *testing.T) {
	env := Environment("generic", 0, "neon")
	if env.Kernel != "generic" || env.QuantLoops != "neon" || env.OS != runtime.GOOS || env.Arch != runtime.GOARCH || env.Go != runtime.Version() {
		t.Errorf("wrong facts: %+v", env)
	}
	if env.Cores < 1 || env.GOMAXPROCS < 1 || env.MemBytes == 0 || env.L3Bytes == 0 {
		t.Errorf("impossible facts: %+v", env)
	}
	if len(env.BinarySHA256) != 64 {
		t.Errorf("binary hash %q", env.BinarySHA256)
	}
}

func TestLoadBetweenReadings(t *testing.T) {
	reading := func(uptime, pressure, stat, khz string) Activity {
		file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
		return ReadActivity(fstest.MapFS{
			"proc/uptime": file(uptime), "proc/pressure/cpu": file(pressure), "proc/stat": file(stat),
			"sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq": file(khz),
		})
	}
	before := reading("100.00 5.0\n", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\nfull avg10=0 total=9\n", "cpu  10 0 10 70 0 0 0 10 99 99\ncpu0 1\n", "2000000\n")
	after := reading("110.00 9.0\n", "some avg10=1.00 avg60=0.00 avg300=0.00 total=3500000\n", "cpu  60 0 20 90 0 0 0 30 99 99\n", "1500000\n")
	l := after.Since(before)
	if *l.Pressure != 0.25 || *l.Steal != 0.2 || *l.MHzLow != 1500 || *l.MHzHigh != 2000 {
		t.Errorf("pressure %v, steal %v, %v to %v MHz", *l.Pressure, *l.Steal, *l.MHzLow, *l.MHzHigh)
	}
	unknown := ReadActivity(fstest.MapFS{})
	for _, l := range []interface{ unknown() bool }{told(unknown.Since(unknown)), told(after.Since(unknown)), told(before.Since(after))} {
		if !l.unknown() {
			t.Errorf("something was made of nothing: %+v", l)
		}
	}
}

// told is a load of which pressure and steal are looked at.
type told result.Activity

func (l told) unknown() bool { return l.Pressure == nil && l.Steal == nil }

func TestEnergy(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	const zone = "sys/class/powercap/intel-rapl:0/"
	files := fstest.MapFS{
		zone + "name": file("package-0\n"), zone + "energy_uj": file("900\n"), zone + "max_energy_range_uj": file("1000\n"),
		"sys/class/powercap/intel-rapl:0:0/name": file("core\n"), "sys/class/powercap/intel-rapl:0:0/energy_uj": file("5\n"),
	}
	e := NewEnergy(files)
	if e.Source() == "" || *e.Read() != 0 {
		t.Errorf("source %q", e.Source())
	}
	files[zone+"energy_uj"] = file("950\n")
	if got := *e.Read(); got != 50 {
		t.Errorf("%d µJ, want 50", got)
	}
	files[zone+"energy_uj"] = file("20\n") // it went round
	if got := *e.Read(); got != 120 {
		t.Errorf("%d µJ, want 120", got)
	}
	delete(files, zone+"energy_uj")
	if e.Read() != nil {
		t.Error("a counter that is gone was read")
	}
	if none := NewEnergy(fstest.MapFS{}); none.Source() != "" || none.Read() != nil {
		t.Error("energy without a counter")
	}
}

func TestClockStep(t *testing.T) {
	now, calls := time.Unix(0, 0), 0
	coarse := func() time.Time {
		if calls++; calls%10 == 0 {
			now = now.Add(15 * time.Millisecond)
		}
		return now
	}
	if step := ClockStep(coarse); step != 15*time.Millisecond {
		t.Errorf("a clock that moves by 15 ms has a step of %v", step)
	}
	if step := ClockStep(func() time.Time { return now }); step != 0 {
		t.Errorf("a clock that stands has a step of %v", step)
	}
}

func TestCores(t *testing.T) {
	root := fstest.MapFS{
		"proc/cpuinfo":     {Data: []byte("processor : 0\nphysical id : 0\ncore id : 0\n\nprocessor : 1\nphysical id : 0\ncore id : 0\n\nprocessor : 2\nphysical id : 1\ncore id : 0\n")},
		"proc/self/status": {Data: []byte("Name:\tx\nCpus_allowed_list:\t0-3,8\n")},
	}
	if n := physicalCores(root); n != 2 {
		t.Errorf("%d cores, want 2", n)
	}
	if list := allowed(root); len(list) != 5 {
		t.Errorf("%s processors, want 5", list)
	}
	if physicalCores(fstest.MapFS{}) != 0 {
		t.Error("what is unknown must be 0")
	}
	for _, mask := range []string{"", "3-1", "x", "0-99999999"} {
		if list := allowed(fstest.MapFS{"proc/self/status": {Data: []byte("Cpus_allowed_list:\t" + mask + "\n")}}); list != nil {
			t.Errorf("%q: %d processors", mask, len(list))
		}
	}
}
