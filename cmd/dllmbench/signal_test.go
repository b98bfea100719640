//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"dllmbench/harness/exit"
)

// slow is a scenario whose planning, forecast and run take long.
const slow = `version: 1
weights: {builtin: v1}
engines:
  - {name: ar, engine: autoregressive, preset: greedy}
  - {name: diffusion, engine: diffusion, preset: llada, generation: {steps: 256}}
workloads: [{workload: lists, rungs: [sort-48], instances: 2000}]
cost: [{shape: 20m, prompt: 2048, budget: 256, repeats: 9}]
`

// TestSignals sends a signal to each command that takes long, in the middle of it. It
// ends soon with 130, whether what it does looks at a context or not.
func TestSignals(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process for each command")
	}
	dir := t.TempDir()
	if err := prepare(dir); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "large"), 0o755), os.WriteFile(filepath.Join(dir, "slow.yaml"), []byte(slow), 0o644)); err != nil {
		t.Fatal(err)
	}
	if _, err := (largeRun{points: 80, decoders: 25, instances: 25, repeats: 2}).write(filepath.Join(dir, "large", "results.jsonl")); err != nil {
		t.Fatal(err)
	}
	records := contents(t, filepath.Join(dir, "large"))
	for i, line := range []string{
		"run slow.yaml --out o --progress none", "expand slow.yaml --time", "check slow.yaml --against-binary dllmbench", "baseline save x slow.yaml",
		"generate --weights shape:20m --prompt a", "likelihood --instances 1000", "train --out t --threads 1",
		"report large", "merge large --out m", "recommend large --length 16", "coherence large", "compare large large", "compare large --by engine --html c.html",
		"history large --out h.html", "export large --out e.csv", "baseline save x large",
	} {
		t.Run(line, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "dllmbench", strings.Fields(line)...)
			var stderr bytes.Buffer
			cmd.Dir, cmd.Stderr = dir, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(300+30*i) * time.Millisecond)
			for range 2 { // as the program timeout does
				if err := cmd.Process.Signal([]os.Signal{syscall.SIGINT, syscall.SIGTERM}[i%2]); err != nil {
					t.Skip("it has ended by itself:", err)
				}
			}
			sent := time.Now()
			err := cmd.Wait()
			took, code := time.Since(sent), cmd.ProcessState.ExitCode()
			if code == exit.OK || code == exit.Usage || code == exit.Setup {
				t.Skipf("it has ended by itself: %s", stderr.String())
			}
			limit := 5 * time.Second // one, on a machine without other work
			if strings.HasPrefix(line, "train") {
				limit = saving + 5*time.Second
			}
			if code != exit.Interrupted || took > limit {
				t.Errorf("%v after the signal: %v, %s", took, err, stderr.String())
			}
		})
	}
	for name, text := range records {
		if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, text) {
			t.Errorf("%s has changed: %v", name, err)
		}
	}
	for name := range contents(t, dir) {
		if strings.Contains(name, ".tmp-") {
			t.Errorf("%s is left", name)
		}
	}
}

// TestReadersThatStop: a reader who closes both streams early loses what it does not
// read, and nothing else: the run ends, with all of its files, and with 4.
func TestReadersThatStop(t *testing.T) {
	dir := t.TempDir()
	if err := prepare(dir); err != nil {
		t.Fatal(err)
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "dllmbench", "run", "--out", "o", "--progress", "plain", "--set", "outputs=[html,md,png]")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, writer, writer
	if err := errors.Join(cmd.Start(), writer.Close(), reader.Close()); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != exit.Execution {
		t.Errorf("ended with %v, want exit code %d", err, exit.Execution)
	}
	for _, name := range []string{"results.jsonl", "report.html", "summary.md", "plots"} {
		if _, err := os.Stat(filepath.Join(dir, "o", name)); err != nil {
			t.Error(err)
		}
	}
}
