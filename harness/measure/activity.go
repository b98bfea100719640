package measure

import (
	"io/fs"
	"strings"

	"dllmbench/harness/result"
)

// Activity is a reading of counters of the whole machine. Two of them tell what
// went on in between.
type Activity struct {
	uptime   float64 // seconds; -1 when unknown, as all that follow
	pressure float64 // seconds in which some task waited for a processor
	total    float64 // processor time of all kinds, in ticks
	steal    float64 // of it, given to other machines
	mhz      []float64
}

// ReadActivity reads the counters. root is the root of the file system.
func ReadActivity(root fs.FS) Activity {
	l := Activity{uptime: -1, pressure: -1, total: -1, steal: -1}
	if up, _, ok := strings.Cut(firstLine(root, "proc/uptime"), " "); ok {
		l.uptime = number(up)
	}
	// "some avg10=0.00 avg60=0.00 avg300=0.00 total=123": microseconds.
	if _, total, ok := strings.Cut(firstLine(root, "proc/pressure/cpu"), "total="); ok {
		if us := number(total); us >= 0 {
			l.pressure = us / 1e6
		}
	}
	// "cpu user nice system idle iowait irq softirq steal guest guest_nice": guests are in user.
	if fields := strings.Fields(firstLine(root, "proc/stat")); len(fields) >= 9 && fields[0] == "cpu" {
		l.total, l.steal = 0, number(fields[8])
		for _, f := range fields[1:9] {
			l.total += number(f)
		}
	}
	l.mhz = frequencies(root)
	return l
}

// frequencies are the present frequencies of the cores in MHz; nil when unknown.
func frequencies(root fs.FS) []float64 {
	names, _ := fs.Glob(root, "sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_cur_freq")
	var list []float64
	for _, name := range names {
		if khz := number(firstLine(root, name)); khz > 0 {
			list = append(list, khz/1000)
		}
	}
	return list
}

// Since tells what happened between an earlier reading and this one.
func (l Activity) Since(before Activity) result.Activity {
	var r result.Activity
	r.Pressure = share(l.pressure, before.pressure, l.uptime, before.uptime)
	r.Steal = share(l.steal, before.steal, l.total, before.total)
	for _, f := range append(before.mhz, l.mhz...) {
		if r.MHzLow == nil || f < *r.MHzLow {
			r.MHzLow = &f
		}
		if r.MHzHigh == nil || f > *r.MHzHigh {
			r.MHzHigh = &f
		}
	}
	return r
}

// share is the growth of one counter as a share of that of another; nil when a
// counter is unknown or did not move.
func share(part, partBefore, whole, wholeBefore float64) *float64 {
	if partBefore < 0 || wholeBefore < 0 || part < partBefore || whole <= wholeBefore {
		return nil
	}
	x := min(1, (part-partBefore)/(whole-wholeBefore))
	return &x
}
