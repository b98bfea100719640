package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/engines/train/job"
	"dllmbench/harness/exit"
	"dllmbench/harness/lock"
)

// TestFolderIsWrittenByOne has every command that writes into a folder refuse one that a
// living process writes into.
func TestFolderIsWrittenByOne(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	out := filepath.Join(dir, "out")
	if err := errors.Join(
		writeCheckpoint("tiny"),
		os.WriteFile("scenarios.yaml", []byte(interrupted), 0o644),
		os.Mkdir(out, 0o755),
		os.WriteFile(filepath.Join(out, job.StateFile), nil, 0o644),
	); err != nil {
		t.Fatal(err)
	}
	_, l, err := lock.Take(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	for command, code := range map[string]int{
		"run --out out":              exit.Usage,
		"run --resume --out out":     exit.Usage,
		"report out":                 exit.Usage,
		"merge out --out whole":      exit.Insufficient,
		"train --resume --out out":   exit.Usage,
		"report nowhere":             exit.Setup,
		"run --resume --out nowhere": exit.Setup,
	} {
		var stdout, stderr bytes.Buffer
		got := run(t.Context(), strings.Fields(command), nil, &stdout, &stderr)
		held := strings.Contains(stderr.String(), "out is being written by process")
		if got != code || held == strings.Contains(command, "nowhere") {
			t.Errorf("%s: exit code %d, want %d\n%s", command, got, code, &stderr)
		}
	}
	l.Release()
	if err := os.Remove(filepath.Join(out, job.StateFile)); err != nil { // results are not written beside weights
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	if got := run(t.Context(), []string{"run", "--out", "out", "--quick", "scenarios.yaml", "--progress", "none", "--format", "json"}, nil, new(bytes.Buffer), &stderr); got != exit.OK {
		t.Errorf("exit code %d after the release\n%s", got, &stderr)
	}
	if _, err := os.Stat(filepath.Join(out, lock.Name)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the lock is left behind: %v", err)
	}
}
