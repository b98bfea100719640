//go:build unix

package cluster_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dllmbench/harness/cluster"
)

// TestMany queues, does and collects many units that are nothing but a file of 4 KiB, by four
// workers: DLLMBENCH_CLUSTER_UNITS of them, or 150. It says what the coordination of a unit costs, server,
// workers and collector together, and fails above a hundredth of ten seconds.
func TestMany(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("DLLMBENCH_CLUSTER_UNITS"))
	if err != nil || n < 1 {
		n = 150
	}
	_, c := start(t, time.Minute)
	before, began := spent(t), time.Now()
	r := submit(t, c, "r1", n)
	queued := time.Since(began)
	text := strings.Repeat("0123456789abcdef", 256)
	var list []*cluster.Worker
	for i := range 4 {
		w := worker(t, c, fmt.Sprintf("w%d", i), fmt.Sprintf("h%d", i))
		path := filepath.Join(t.TempDir(), "out")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		w.Do = func(context.Context, cluster.Task) (map[string]string, error) {
			return map[string]string{"out": path}, nil
		}
		list = append(list, w)
	}
	work(t, list...)
	taken := 0
	tally, err := c.Collect(t.Context(), r, true, func(l cluster.Landed) error {
		taken++
		return c.Fetch(t.Context(), r.ID, l, l.Files[0], io.Discard)
	}, func(cluster.Tally) {})
	if err != nil || tally.Done != n || taken != n {
		t.Fatalf("%+v, %d taken, %v", tally, taken, err)
	}
	wall, cpu := time.Since(began), spent(t)-before
	t.Logf("%d units: %v to queue them, %v in all; a unit takes %v of one worker and %v of processor; at most %s resident", n, queued.Round(time.Millisecond),
		wall.Round(time.Millisecond), (wall * 4 / time.Duration(n)).Round(time.Microsecond), (cpu / time.Duration(n)).Round(time.Microsecond), peak())
	if cpu/time.Duration(n) > 100*time.Millisecond {
		t.Errorf("the coordination of a unit takes %v of processor, more than a hundredth of ten seconds", cpu/time.Duration(n))
	}
}

// spent is the processor time of this process.
func spent(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peak is the most memory that this process had, in words.
func peak() string {
	text, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := bytes.Cut(text, []byte("VmHWM:"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(bytes.TrimSpace(line))
}
