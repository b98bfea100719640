package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dllmbench/engines/library"
	"dllmbench/engines/train"
	"dllmbench/engines/train/job"
	"dllmbench/engines/weights"
	"dllmbench/harness/exit"
)

// TestTrainFrom starts a run from the state of another one: steps go on, the data
// are those of the new recipe, and so is the layout of infilling. Then it resumes.
func TestTrainFrom(t *testing.T) {
	dir := t.TempDir()
	run := func(args ...string) (code int, stderr string) {
		for i, arg := range args {
			if i > 0 && (args[i-1] == "--out" || args[i-1] == "--from") {
				args[i] = filepath.Join(dir, arg)
			}
		}
		code, _, stderr = call(t.Context(), append([]string{"train", "--threads", "1", "--steps", "1"}, args...)...)
		return code, stderr
	}
	small := []string{"--width", "16", "--layers", "1", "--heads", "1", "--ffn", "16", "--positions", "512"}
	for _, args := range [][]string{
		append(small, "--out", "one", "--workloads", "lists"),
		{"--out", "two", "--from", "one", "--recipe", "v1-gaps", "--workloads", "gaps"},
		{"--out", "two", "--resume"},
	} {
		if code, stderr := run(args...); code != exit.OK {
			t.Fatalf("%v: exit code %d: %s", args, code, stderr)
		}
	}
	r, err := os.ReadFile(filepath.Join(dir, "two", "recipe.json"))
	if want := "\"recipe\": \"v1-gaps\",\n  \"workloads\": [\n    \"gaps\"\n  ],"; err != nil || !strings.Contains(string(r), want) {
		t.Errorf("recipe %s, error %v", r, err)
	}
	for name, counted := range map[string]bool{"one": false, "two": true} {
		w, err := library.Open(weights.Name{Kind: weights.Path, Name: filepath.Join(dir, name)})
		if err != nil {
			t.Fatal(err)
		}
		if fim := w.Model.Config().FIM; fim == nil || fim.Counted != counted {
			t.Errorf("%s lays infilling out by %+v", name, fim)
		}
	}
	trained, err := train.LoadState(filepath.Join(dir, "two", job.StateFile), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer trained.Close()
	if trained.Step != 3 || !trained.Options.Config.FIM.Counted {
		t.Errorf("step %d, %+v", trained.Step, trained.Options.Config.FIM)
	}
	for want, args := range map[string][]string{
		"has the vocabulary of recipe v0": {"--out", "three", "--from", "one", "--recipe", "v0"},
		"no run to start from":            {"--out", "three", "--from", "none"},
		"parameters, allowed are at most": {"--out", "three", "--width", "65536", "--heads", "16"},
		"leave --from, --qk-norm out":     {"--out", "two", "--from", "one", "--resume", "--no-qk-norm"},
		"leave --width, --seed out":       {"--out", "three", "--from", "one", "--width", "32", "--seed", "2"},
	} {
		if code, stderr := run(args...); code == exit.OK || !strings.Contains(stderr, want) {
			t.Errorf("exit code %d, want %q: %s", code, want, stderr)
		}
	}
}
