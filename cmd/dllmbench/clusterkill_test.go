//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dllmbench/engines/model"
	"dllmbench/engines/usage"
	"dllmbench/harness/cluster"
	"dllmbench/harness/result"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// clusterKills is how often the processes of a cluster are killed or stopped, and how often a
// run repeats what it decodes: DLLMBENCH_CLUSTER_KILLS times in units that take longer, or 8.
func clusterKills() (n, repeats int) {
	n, err := strconv.Atoi(os.Getenv("DLLMBENCH_CLUSTER_KILLS"))
	if err != nil || n < 1 {
		return 8, 1
	}
	return n, 12
}

// silence is how long a worker of the test may be silent.
const silence = 400 * time.Millisecond

// TestClusterKill kills workers, server and collector of a cluster of real processes at random,
// and stops workers that wake up late. Each run then holds what one process records of
// it, but for times: nothing is lost, nothing there twice.
func TestClusterKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts dozens of processes")
	}
	if model.KernelVariant() == "generic" && os.Getenv("DLLMBENCH_CLUSTER_KILLS") == "" {
		t.Skip("queue, processes and records are the same in plain Go")
	}
	t.Parallel()
	dir := t.TempDir()
	kills, repeats := clusterKills()
	text := strings.Replace(killed, "repeats: 1", "repeats: "+strconv.Itoa(repeats), 1)
	if err := errors.Join(
		writeCheckpoint(filepath.Join(dir, "tiny")),
		os.WriteFile(filepath.Join(dir, "scenarios.yaml"), []byte(text), 0o644),
	); err != nil {
		t.Fatal(err)
	}
	v := &victim{dir: dir}
	want := v.finish(t, "calm")
	c := &clusterVictims{t: t, dir: dir, draw: rand.New(rand.NewPCG(5, 6)), url: "nats://" + freeAddress(t), count: map[string]int{}, left: kills}
	defer c.end()
	c.keep("server")
	runs := 0
	for ; runs == 0 || c.left > 0; runs++ {
		id := "run" + strconv.Itoa(runs)
		c.until(10*time.Second, "submit", func() bool {
			return c.command("cluster", "submit", "--run", id, "--machines", "12", "--ack-wait", silence.String()) == nil
		})
		if runs == 0 { // there are no workers yet
			c.until(10*time.Second, "status", func() bool { return c.command("cluster", "status") == nil })
		}
		c.torment(id)
		got, err := result.ReadFile(filepath.Join(dir, id, "results.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(timeless(want), timeless(got), cmpopts.EquateComparable(usage.Count{})); diff != "" {
			t.Errorf("%s holds other records (-one process +cluster):\n%.2000s", id, diff)
		}
		if diff := gocmp.Diff(want.Instances, got.Instances); diff != "" {
			t.Errorf("instances: %.1000s", diff)
		}
		c.until(10*time.Second, "status", func() bool { return c.done(id) })
		c.until(10*time.Second, "remove", func() bool {
			return c.command("cluster", "remove", id, "--yes") == nil && c.command("cluster", "status", id) != nil
		})
	}
	t.Logf("%d kills in %d runs of %d units: %v; %d times units were tried again by hand, %d attempts came too late", kills, runs, c.units, c.count, c.retried, c.late)
}

// clusterVictims are the processes of a cluster.
type clusterVictims struct {
	t       *testing.T
	dir     string
	url     string
	draw    *rand.Rand
	alive   map[string]*exec.Cmd
	count   map[string]int // kills by what was killed
	left    int            // kills to be made
	units   int
	retried int
	late    int
}

// freeAddress is one of this machine that is free.
func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start starts a command.
func (c *clusterVictims) start(args ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.Command("dllmbench", args...)
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = c.dir, &out, &out, append(os.Environ(), "NATS_URL="+c.url)
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	return cmd, &out
}

func (c *clusterVictims) command(args ...string) error {
	cmd, out := c.start(args...)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// keep starts what is to be alive under a name.
func (c *clusterVictims) keep(name string) {
	args := []string{"cluster", "worker", "--allow-dir", c.dir, "--dir", "work-" + name}
	if name == "server" {
		args = []string{"cluster", "server", "--dir", "queue", "--listen", c.url[len("nats://"):]}
	}
	cmd, _ := c.start(args...)
	if c.alive == nil {
		c.alive = map[string]*exec.Cmd{}
	}
	c.alive[name] = cmd
}

// kill ends a process at once.
func kill(cmd *exec.Cmd) {
	cmd.Process.Kill()
	cmd.Wait()
}

func (c *clusterVictims) end() {
	for _, cmd := range c.alive {
		kill(cmd)
	}
}

// until tries something again until it works.
func (c *clusterVictims) until(limit time.Duration, what string, works func() bool) {
	for end := time.Now().Add(limit); !works(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("%s does not work within %v", what, limit)
		}
	}
}

// torment has a run done and collected while its processes are killed.
func (c *clusterVictims) torment(id string) {
	collect := []string{"cluster", "collect", id, "--out", id}
	collector, said := c.start(collect...)
	ended := make(chan error, 1)
	go func() { ended <- collector.Wait() }()
	again := func() {
		cmd, out := c.start(collect...)
		ended = make(chan error, 1)
		collector, said = cmd, out
		go func(to chan error) { to <- cmd.Wait() }(ended)
	}
	for limit := time.Now().Add(5 * time.Minute); ; {
		for _, name := range []string{"server", "one", "two"} {
			if c.alive[name] == nil {
				c.keep(name)
			}
		}
		select {
		case err := <-ended:
			if err == nil {
				return
			}
			if collector.ProcessState.ExitCode() == 4 { // workers died too often with a unit
				c.until(10*time.Second, "retry", func() bool { return c.command("cluster", "retry", id) == nil })
				c.retried++
			} else if collector.ProcessState.Exited() && collector.ProcessState.ExitCode() != 3 { // 3: the server was away
				c.t.Fatalf("collect: %v\n%s", err, said)
			}
			again()
		case <-time.After(time.Duration(c.draw.IntN(400)) * time.Millisecond):
			if time.Now().After(limit) {
				c.t.Fatalf("%s is not done\n%s", id, said)
			}
			if c.left > 0 {
				c.strike(collector)
			}
		}
	}
}

// strike kills or stops one of the processes.
func (c *clusterVictims) strike(collector *exec.Cmd) {
	c.left--
	name := []string{"one", "two"}[c.draw.IntN(2)]
	switch n := c.draw.IntN(10); {
	case n < 2:
		c.count["server"]++
		kill(c.alive["server"])
		c.alive["server"] = nil
	case n < 4:
		c.count["collector"]++
		collector.Process.Kill() // torment starts another one
	case n < 6: // it goes on when its unit has been given to another one
		c.count["stopped"]++
		p := c.alive[name].Process
		p.Signal(syscall.SIGSTOP)
		time.AfterFunc(time.Duration(c.draw.Int64N(int64(3*silence))), func() { p.Signal(syscall.SIGCONT) })
	default:
		c.count["worker"]++
		kill(c.alive[name])
		c.alive[name] = nil
	}
}

// done reports whether the server says that a run is done, and counts what came too late.
func (c *clusterVictims) done(id string) bool {
	cmd, out := c.start("cluster", "status", id, "--json")
	var s cluster.Status
	if cmd.Wait() != nil || json.Unmarshal(out.Bytes(), &s) != nil {
		return false
	}
	if s.Done == s.Run.Units && len(s.Failed) == 0 && s.Queued == 0 {
		c.units, c.late = s.Run.Units, c.late+len(s.Losers)
		return true
	}
	return false
}
