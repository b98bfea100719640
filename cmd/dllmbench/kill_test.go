package main

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"dllmbench/harness/result"

	gocmp "github.com/google/go-cmp/cmp"
)

// killed is a scenario of 480 timed requests.
const killed = `version: 1
name: killed
seed: 3
weights: {path: tiny}
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {name: diffusion, engine: diffusion, preset: llada, generation: {steps: 2}}
workloads:
  - {workload: lists, rungs: [copy-3, sort-4], instances: 60}
measurement: {warmup: 0, repeats: 1, threads: 1}
`

// kills is how often the run is killed: DLLMBENCH_KILLS, or 50.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("DLLMBENCH_KILLS")); err == nil && n > 0 {
		return n
	}
	return 50
}

// TestKill kills a run again and again at random points, with no chance to
// clean up, and continues it. After some of the kills the end of the file is
// lost too, as when the power fails. In the end the file holds what a run that
// nothing disturbed holds.
func TestKill(t *testing.T) {
	if testing.Short() || runtime.GOOS == "windows" {
		t.Skip("takes about ten seconds of processor time; on Windows a killed process keeps its file locked for a while")
	}
	t.Parallel()
	dir := t.TempDir()
	if err := errors.Join(
		writeCheckpoint(filepath.Join(dir, "tiny")),
		os.WriteFile(filepath.Join(dir, "scenarios.yaml"), []byte(killed), 0o644),
	); err != nil {
		t.Fatal(err)
	}
	start := func(args ...string) (*exec.Cmd, *bytes.Buffer) {
		cmd := exec.CommandContext(t.Context(), "dllmbench", append([]string{"run", "--progress", "none", "--out"}, args...)...)
		var stderr bytes.Buffer
		cmd.Dir, cmd.Stderr = dir, &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, &stderr
	}
	finish := func(args ...string) *result.File {
		cmd, stderr := start(args...)
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, stderr)
		}
		f, err := result.ReadFile(filepath.Join(dir, args[0], resultsFile))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	want := finish("calm")

	draw := rand.New(rand.NewPCG(9, 11))
	path := filepath.Join(dir, "out", resultsFile)
	torn := 0
	for n := range kills() {
		args := []string{"out"}
		if _, err := os.Stat(path); err == nil {
			args = append(args, "--resume")
		}
		cmd, stderr := start(args...)
		before, goal := sizeAt(path), int64(draw.IntN(9000)) // some records further
		if n%7 == 0 {
			time.Sleep(time.Duration(draw.IntN(60)) * time.Millisecond) // wherever it is then
		} else {
			for limit := time.Now().Add(10 * time.Second); sizeAt(path) < before+goal && time.Now().Before(limit) && sizeAt(path) < sizeAt(filepath.Join(dir, "calm", resultsFile))*9/10; {
				time.Sleep(200 * time.Microsecond)
			}
		}
		cmd.Process.Kill()
		if err := cmd.Wait(); err != nil && cmd.ProcessState.Exited() { // it left by itself, with an error
			t.Fatalf("kill %d: %v\n%s", n, err, stderr)
		}
		if size := sizeAt(path); n%3 == 0 && size > 20_000 {
			torn++
			if err := os.Truncate(path, size-1-int64(draw.IntN(1500))); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := finish("out", "--resume")
	if torn == 0 || len(got.Sessions) < kills()/4 {
		t.Errorf("%d torn files, %d sessions: the test does not kill in the middle of runs", torn, len(got.Sessions))
	}
	if diff := gocmp.Diff(timeless(want), timeless(got)); diff != "" {
		t.Errorf("the run that was killed holds other records (-calm +killed):\n%.2000s", diff)
	}
	if diff := gocmp.Diff(want.Instances, got.Instances); diff != "" {
		t.Errorf("instances: %.1000s", diff)
	}
}

func sizeAt(path string) int64 {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err != nil {
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
