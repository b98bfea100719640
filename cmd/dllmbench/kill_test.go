package main

import (
	"bytes"
	"cmp"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"dllmbench/engines/model"
	"dllmbench/engines/usage"
	"dllmbench/harness/result"
	"dllmbench/reports/folder"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// killed is a scenario of 160 timed requests.
const killed = `version: 1
name: killed
seed: 3
weights: {path: tiny}
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {name: diffusion, engine: diffusion, preset: llada, generation: {steps: 2}}
workloads:
  - {workload: lists, rungs: [sort-4], instances: 40}
measurement: {warmup: 0, repeats: 1, threads: 1}
outputs: jsonl
`

// killedRuns is how many runs are killed, beside each other.
const killedRuns = 4

// kills is how often one of them is killed: altogether DLLMBENCH_KILLS times, or 52; 28
// without assembly, where processes start slowly and files are written alike.
func kills() int {
	n, err := strconv.Atoi(os.Getenv("DLLMBENCH_KILLS"))
	if err != nil || n < 1 {
		n = 52
		if model.KernelVariant() == "generic" {
			n = 28
		}
	}
	return (n + killedRuns - 1) / killedRuns
}

// TestKill kills runs again and again at random points, with no chance to
// clean up, and continues them. After some of the kills the end of the file is
// lost too, as when the power fails. In the end each file holds what that of a
// run that nothing disturbed holds.
func TestKill(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("starts more than fifty processes; on Windows a killed process keeps its file locked for a while")
	}
	t.Parallel()
	dir := t.TempDir()
	if err := errors.Join(
		writeCheckpoint(filepath.Join(dir, "tiny")),
		os.WriteFile(filepath.Join(dir, "scenarios.yaml"), []byte(killed), 0o644),
	); err != nil {
		t.Fatal(err)
	}
	v := &victim{dir: dir}
	want, calm := v.finish(t, "calm"), v.size("calm")
	for run := range killedRuns {
		t.Run(strconv.Itoa(run), func(t *testing.T) {
			t.Parallel()
			out := "out" + strconv.Itoa(run)
			torn := v.torment(t, out, calm, rand.New(rand.NewPCG(9, uint64(run))))
			got := v.finish(t, out, "--resume")
			if torn == 0 || len(got.Sessions) < kills()/4 {
				t.Errorf("%d torn files, %d sessions: the test does not kill in the middle of runs", torn, len(got.Sessions))
			}
			if diff := gocmp.Diff(timeless(want), timeless(got), cmpopts.EquateComparable(usage.Count{})); diff != "" {
				t.Errorf("the run that was killed holds other records (-calm +killed):\n%.2000s", diff)
			}
			if diff := gocmp.Diff(want.Instances, got.Instances); diff != "" {
				t.Errorf("instances: %.1000s", diff)
			}
		})
	}
}

// victim starts runs in folders below dir.
type victim struct{ dir string }

func (v *victim) start(t *testing.T, out string, flags ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "dllmbench", append([]string{"run", "--progress", "none", "--out", out}, flags...)...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = v.dir, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, &stderr
}

// finish lets a run come to its end and reads its records.
func (v *victim) finish(t *testing.T, out string, flags ...string) *result.File {
	t.Helper()
	cmd, stderr := v.start(t, out, flags...)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%s: %v\n%s", out, err, stderr)
	}
	f, err := result.ReadFile(v.path(out))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// torment kills a run as often as wanted and tells how often the end of its file
// was cut off; calm is the size of the whole file.
func (v *victim) torment(t *testing.T, out string, calm int64, draw *rand.Rand) (torn int) {
	for n := range kills() {
		var flags []string
		if _, err := os.Stat(v.path(out)); err == nil {
			flags = []string{"--resume"}
		}
		cmd, stderr := v.start(t, out, flags...)
		before, goal := v.size(out), int64(draw.IntN(9000)) // some records further
		if n%7 == 0 {
			time.Sleep(time.Duration(draw.IntN(60)) * time.Millisecond) // wherever it is then
		} else {
			for limit := time.Now().Add(10 * time.Second); v.size(out) < min(before+goal, calm*9/10) && time.Now().Before(limit); {
				time.Sleep(500 * time.Microsecond)
			}
		}
		cmd.Process.Kill()
		if err := cmd.Wait(); err != nil && cmd.ProcessState.Exited() { // it left by itself, with an error
			t.Fatalf("kill %d: %v\n%s", n, err, stderr)
		}
		if size := v.size(out); n%3 == 0 && size > 20_000 {
			torn++
			if err := os.Truncate(v.path(out), size-1-int64(draw.IntN(1500))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return torn
}

func (v *victim) path(out string) string { return filepath.Join(v.dir, out, folder.Results) }

// size is that of the records of a run; 0 while there are none.
func (v *victim) size(out string) int64 {
	info, err := os.Stat(v.path(out))
	if err != nil {
		return 0
	}
	return info.Size()
}

// timeless are the records of a run in order, without what differs from run to
// run: times, memory and sessions.
func timeless(f *result.File) []result.Request {
	list := slices.Clone(f.Requests)
	for i := range list {
		r := &list[i]
		r.VoidTimes("")
		r.PeakBytes, r.Session = nil, 0
	}
	slices.SortFunc(list, func(a, b result.Request) int {
		return cmp.Or(cmp.Compare(a.Cell, b.Cell), cmp.Compare(a.Instance, b.Instance), cmp.Compare(a.Repetition, b.Repetition))
	})
	return list
}
