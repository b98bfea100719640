package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"dllmbench/harness/exit"
	"dllmbench/harness/result"
	"dllmbench/reports/folder"
)

// interrupted is a scenario of 600 timed requests.
const interrupted = `version: 1
name: interrupted
weights: {path: tiny}
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {name: diffusion, engine: diffusion, preset: llada}
workloads:
  - {workload: lists, rungs: [copy-24], instances: 150}
measurement: {warmup: 1, repeats: 1, threads: 1}
`

// TestInterrupt sends a real signal to a real process in the middle of a run,
// and continues the run afterwards.
func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no interrupt signal to send")
	}
	dir := t.TempDir()
	if err := errors.Join(
		writeCheckpoint(filepath.Join(dir, "tiny")),
		os.WriteFile(filepath.Join(dir, "scenarios.yaml"), []byte(interrupted), 0o644),
	); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) (*exec.Cmd, *bytes.Buffer) {
		cmd := exec.CommandContext(t.Context(), "dllmbench", args...) // the test binary, put into PATH by testscript
		var stderr bytes.Buffer
		cmd.Dir, cmd.Stderr = dir, &stderr
		return cmd, &stderr
	}
	first, stderr := command("run", "--out", "out")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "out", folder.Results)
	for requests := 0; requests < 3; {
		time.Sleep(2 * time.Millisecond)
		text, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		requests = strings.Count(string(text), `"type":"request"`)
	}
	if err := first.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var ended *exec.ExitError
	if err := first.Wait(); !errors.As(err, &ended) || ended.ExitCode() != exit.Interrupted {
		t.Fatalf("ended with %v, want exit code %d\n%s", err, exit.Interrupted, stderr)
	}
	if want := "To continue: dllmbench run --resume --out"; !strings.Contains(stderr.String(), want) {
		t.Errorf("no %q in\n%s", want, stderr)
	}
	kept, err := result.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(kept.Requests); n < 3 || n >= 600 {
		t.Fatalf("%d requests are kept, want some of 600", n)
	}
	second, stderr := command("run", "--resume", "--out", "out", "--progress", "none")
	if err := second.Run(); err != nil {
		t.Fatalf("resume: %v\n%s", err, stderr)
	}
	whole, err := result.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(whole.Requests); n != 600 {
		t.Errorf("%d requests after the resumed run, want 600", n)
	}
	if whole.Header.RunID != kept.Header.RunID {
		t.Errorf("the resumed run has another id: %s, then %s", kept.Header.RunID, whole.Header.RunID)
	}
}
