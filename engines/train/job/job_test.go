package job

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dllmbench/engines/model"
	"dllmbench/engines/train"
	"dllmbench/engines/train/corpus"
	"dllmbench/workloads/all"
)

// small is a network that trains in a moment.
func small(cfg model.Config) train.Options {
	cfg.HiddenSize, cfg.IntermediateSize, cfg.Layers, cfg.Heads, cfg.KVHeads, cfg.HeadDim, cfg.MaxPositions = 16, 16, 1, 1, 1, 16, 512
	opt := train.DefaultOptions(cfg)
	opt.Seed, opt.Threads, opt.Positions = 1, 1, 256
	return opt
}

// TestResume: a run that was saved and resumed goes on where it was, and its
// folder holds what its package says.
func TestResume(t *testing.T) {
	dir := t.TempDir()
	r, err := corpus.Find("v0")
	if err == nil {
		r, err = r.Only([]string{"lists"})
	}
	if err != nil {
		t.Fatal(err)
	}
	if Exists(dir) {
		t.Error("an empty folder holds a run")
	}
	j, err := New(dir, r, all.Workloads(), small)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var drawn []Curve
	watch := Watch{Now: time.Now, Out: &out, Draw: func(c []Curve) error { drawn = c; return nil }}
	run := func(j *Job, steps int) {
		t.Helper()
		if err := j.OpenLog(); err != nil {
			t.Fatal(err)
		}
		if err := j.Run(t.Context(), Limits{Steps: steps}, watch); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	run(j, 3)
	for _, name := range []string{model.ConfigFile, model.TokenizerFile, model.ClassFile, StateFile, recipeFile, samplesFile, lossesFile} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if j, err = Resume(dir, all.Workloads(), 1); err != nil || j.Trainer.Step != 3 {
		t.Fatalf("resumed: %v", err)
	}
	run(j, 37)
	if j.Trainer.Step != 40 || !strings.Contains(out.String(), "from step 3;") {
		t.Errorf("step %d: %s", j.Trainer.Step, out.String())
	}
	if len(drawn) == 0 || !slices.Equal(drawn[0].Step, []float64{10, 20, 30, 40}) {
		t.Errorf("curves %+v", drawn)
	}
	if _, err := Resume(t.TempDir(), all.Workloads(), 1); err == nil || !strings.Contains(err.Error(), "nothing to resume") {
		t.Errorf("an empty folder: %v", err)
	}

	// A cancelled run is saved as it is.
	if j, err = From(filepath.Join(dir, "other"), dir, r, all.Workloads(), 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.OpenLog(); err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := j.Run(ctx, Limits{}, watch); err != nil || !Exists(filepath.Join(dir, "other")) {
		t.Errorf("cancelled: %v", err)
	}
}
