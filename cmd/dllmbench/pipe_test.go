//go:build unix

package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPipesAreRefused: a pipe without another end, in the place of each file that a
// command reads or writes, is a mistake with its name and no wait without end.
func TestPipesAreRefused(t *testing.T) {
	dir := t.TempDir()
	if err := prepare(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pipe := func(name string) {
		t.Helper()
		os.Remove(name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(name, 0o644); err != nil {
			t.Skip(err)
		}
	}
	pipe("pipe")
	pipe("run/results.jsonl")
	pipe("traced/traces.jsonl")
	for _, name := range []string{"config.json", "model.safetensors", "tokenizer.json"} {
		folder := "no-" + name
		if err := writeCheckpoint(folder); err != nil {
			t.Fatal(err)
		}
		pipe(filepath.Join(folder, name))
	}
	pipe("pb/g/task_config.yaml")
	write("pb/g/t.jsonl", "{}\n")
	pipe("state/recipe.json")
	write("state/state.safetensors", "")
	pipe("baselines/piped.json")
	write("include.yaml", "version: 1\ninclude: pipe\n")
	if code, _, stderr := call(context.Background(), "run", "--out", "done", "--progress", "none"); code != 0 {
		t.Fatal(stderr)
	}
	if err := os.Symlink("../done/results.jsonl", "traced/results.jsonl"); err != nil {
		t.Skip(err)
	}
	for _, line := range []string{
		"validate pipe", "validate include.yaml", "expand pipe", "run pipe", "check pipe", "baseline save x pipe",
		"model no-config.json", "model no-model.safetensors", "model no-tokenizer.json",
		"generate --file pipe --format jsonl", "generate --file pb --format parallelbench",
		"report run", "merge run done --out merged", "recommend run --length 4", "trace traced", "coherence run", "export run", "export pipe", "history run", "history pipe",
		"compare run done", "baseline save x run", "baseline show piped", "baseline list", "check --baseline piped", "run --resume --out run",
		"train --resume --out state", "report done --insert pipe", "export done --out pipe", "init pipe --force", "check --self-test --log pipe --alarms 0 --planted 0",
	} {
		t.Run(line, func(t *testing.T) {
			type outcome struct {
				code   int
				stderr string
			}
			ended := make(chan outcome, 1)
			go func() {
				code, _, stderr := call(context.Background(), strings.Fields(line)...)
				ended <- outcome{code, stderr}
			}()
			select {
			case got := <-ended:
				if got.code != 2 && got.code != 3 || !strings.Contains(got.stderr, "pipe") {
					t.Errorf("exit code %d: %s", got.code, got.stderr)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("it waits for another program")
			}
		})
	}
}
