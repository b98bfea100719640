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

	"dllmbench/harness/result"
	"dllmbench/reports/folder"
)

// TestStopped stops a real process in the middle of a run and continues it, as Ctrl-Z and
// fg do: no request keeps the time in which it was stopped.
func TestStopped(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(
		writeCheckpoint(filepath.Join(dir, "tiny")),
		os.WriteFile(filepath.Join(dir, "scenarios.yaml"), []byte(strings.Replace(interrupted, "repeats: 1", "repeats: 2, timeout: 1s", 1)), 0o644),
	); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "dllmbench", "run", "--out", "out", "--progress", "none")
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "out", folder.Results)
	// A stop may fall between two blocks, where no request suffers from it: stop until one does.
	for stops, requests, voids := 1, 0, 0; stops <= 8 && voids == 0; stops++ {
		for before := requests; requests < min(before+3, 1200); {
			time.Sleep(2 * time.Millisecond)
			text, err := os.ReadFile(path)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			requests, voids = strings.Count(string(text), `"type":"request"`), strings.Count(string(text), "the process did not run for")
		}
		if voids > 0 {
			break
		}
		if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatalf("the run ended before a stop met a request: %v", err)
		}
		time.Sleep(2500 * time.Millisecond)
		if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	f, err := result.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	void := 0
	for _, r := range f.Requests {
		if strings.Contains(r.Void, "the process did not run for") {
			void++
		} else if r.E2ENs != nil && *r.E2ENs > 2e9 {
			t.Errorf("a request of %v counts", time.Duration(*r.E2ENs))
		}
	}
	if void == 0 || void > len(f.Requests)/2 {
		t.Errorf("%d of %d requests have no times", void, len(f.Requests))
	}
}
