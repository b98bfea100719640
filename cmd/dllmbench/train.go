package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/model"
	"dllmbench/engines/train"
	"dllmbench/engines/train/corpus"
	"dllmbench/engines/train/job"
	"dllmbench/harness/exit"
	"dllmbench/harness/lock"
	"dllmbench/reports/plot"
	"dllmbench/workloads/all"

	"github.com/alecthomas/kong"
)

// trainCmd trains the shared weights on the built-in workloads.
type trainCmd struct {
	Out      string        `default:"training" help:"Folder for checkpoint, training state and loss curve."`
	Resume   bool          `help:"Continue the run in --out from its last saved state."`
	Steps    int           `range:"0 to 1000000000" help:"Stop after this many more steps (0: no bound)."`
	Minutes  float64       `range:"0 to 1000000" help:"Stop after this many minutes (0: no bound)."`
	Cooldown int           `range:"0 to 1000000000" help:"Let the learning rate fall to 0 over this many steps from now, then stop."`
	Threads  int           `range:"1 to 1024" default:"${threads}" help:"Threads to use; the result does not depend on it."`
	Products string        `default:"" enum:",float32,bfloat16x3,bfloat16" placeholder:"KIND" help:"Products of weights: float32 (default), or on CPUs with AMX the faster bfloat16x3 (three products of split numbers, nearly float32) and bfloat16; a resumed run keeps its kind unless given."`
	Save     time.Duration `range:"0s to 24h" default:"2m" help:"Time between saved states."`
	given    []string      // the flags of new runs that are there

	From        string   `placeholder:"DIR" help:"Start from the state of the run in this folder, with the data of --recipe." group:"New runs"`
	Recipe      string   `default:"${recipe}" help:"What to train on, with which vocabulary and shape: {recipes}." group:"New runs"`
	Workloads   []string `placeholder:"NAME,…" help:"Only these workloads of the recipe's mixture." group:"New runs"`
	Seed        uint64   `default:"1" help:"Seed of weights and data." group:"New runs"`
	Width       int      `range:"2 to 65536" placeholder:"N" help:"Hidden size; this and the next seven are the recipe's unless given." group:"New runs"`
	Layers      int      `range:"1 to 1024" placeholder:"N" help:"Number of layers." group:"New runs"`
	Heads       int      `range:"1 to 1024" placeholder:"N" help:"Attention heads." group:"New runs"`
	Ffn         int      `range:"1 to 1048576" placeholder:"N" help:"Inner width of the MLP." group:"New runs"`
	Context     int      `range:"1 to 1048576" placeholder:"N" help:"Largest position." group:"New runs"`
	MaxSample   int      `range:"1 to 1048576" placeholder:"N" help:"Longest sample in tokens to train on." group:"New runs"`
	Vocab       int      `range:"1 to 1048576" placeholder:"N" help:"Largest vocabulary." group:"New runs"`
	Lr          float64  `range:"above 0 to 10" placeholder:"RATE" help:"Peak learning rate." group:"New runs"`
	QkNorm      bool     `default:"true" negatable:"" help:"Normalise queries and keys per head, as Qwen3." group:"New runs"`
	Optimizer   string   `default:"muon" enum:"muon,adamw" help:"muon (hidden matrices; AdamW for the rest) or adamw." group:"New runs"`
	Positions   int      `range:"64 to 1048576" default:"4096" help:"Positions per step." group:"New runs"`
	Objective   string   `default:"mixed" enum:"mixed,ar,diffusion" help:"mixed, or a single-objective control: ar, diffusion." group:"New runs"`
	CorruptLoss float64  `range:"0 to 1000" help:"Weight of the loss on corrupted visible tokens." group:"New runs"`
	MaxWeight   float64  `range:"0 to 1000000" help:"Cap on the weight B/k of a masked token, 0 for none." group:"New runs"`
}

func (*trainCmd) Help() string {
	return `Examples:

  dllmbench train --out training --minutes 100
  dllmbench train --out training --resume --minutes 60
  dllmbench train --out training --resume --cooldown 2000
  dllmbench train --out training --resume --products bfloat16x3
  dllmbench train --out gaps --from training --recipe v1-gaps --minutes 40
  dllmbench train --out control --objective ar --minutes 100
  dllmbench train --out sums --workloads arithmetic --steps 500

The folder holds config.json, model.safetensors and tokenizer.json (a checkpoint that every
command accepts), tokenizer_config.json (for the Hugging Face library), state.safetensors and
recipe.json (to resume, here or elsewhere), losses.csv and losses.png, and samples.csv: what was drawn from each workload.`
}

// AfterApply notes which flags of new runs are given, and refuses them with --resume.
func (c *trainCmd) AfterApply(ctx *kong.Context) error {
	for _, p := range ctx.Path {
		if p.Flag != nil && p.Flag.Group != nil {
			c.given = append(c.given, "--"+p.Flag.Name)
		}
	}
	if c.Resume && len(c.given) > 0 {
		return fmt.Errorf("--resume continues the run in %s as it was begun: leave %s out", c.Out, strings.Join(c.given, ", "))
	}
	return nil
}

// Run trains until the bound, the end of the cool-down, or Ctrl-C, and saves.
func (c *trainCmd) Run(con *console) error {
	if c.Resume && job.Exists(c.Out) { // before the state is read
		release, err := con.lock(c.Out)
		if err != nil {
			return err
		}
		defer release()
	}
	j, err := c.open()
	if err != nil {
		return err
	}
	defer j.Close()
	if !c.Resume {
		if err := os.MkdirAll(c.Out, 0o755); err != nil {
			return exit.With(exit.Execution, err)
		}
		release, err := con.lock(c.Out)
		if err != nil {
			return err
		}
		defer release()
	}
	if err := j.OpenLog(); err != nil {
		return exit.With(exit.Execution, err)
	}
	con.keep("what was saved last is kept; continue with --resume", saving)
	t := j.Trainer
	if c.Products != "" {
		t.Options.Products = train.Products(c.Products)
	}
	if c.Cooldown > 0 {
		t.Options.CooldownFrom, t.Options.CooldownSteps = t.Step, c.Cooldown
	}
	if t.Finished() {
		fmt.Fprintln(con.stderr, "the learning rate of the run has fallen to 0, so nothing is left to train; --cooldown goes on, with the full rate at first")
	}
	limits := job.Limits{Steps: c.Steps, Time: time.Duration(c.Minutes * float64(time.Minute)), Save: c.Save}
	err = j.Run(con.ctx, limits, job.Watch{Now: con.now, Out: con.stderr,
		Draw: func(curves []job.Curve) error { return plotLosses(c.Out, curves) }})
	if err != nil {
		return exit.With(exit.Execution, err)
	}
	if lost := context.Cause(con.ctx); errors.Is(lost, lock.ErrLost) {
		return exit.Errorf(exit.Execution, "%s: %w", c.Out, lost)
	}
	if con.ctx.Err() != nil {
		return exit.With(exit.Interrupted, errors.New("interrupted; continue with --resume"))
	}
	return nil
}

// saving is how long training may take, after a signal, to end its step and to save.
const saving = 30 * time.Second

// open begins a run or loads the one in c.Out.
func (c *trainCmd) open() (*job.Job, error) {
	if c.Resume {
		j, err := job.Resume(c.Out, all.Workloads(), c.Threads)
		return j, exit.With(exit.Setup, err)
	}
	if job.Exists(c.Out) {
		return nil, exit.Errorf(exit.Usage, "%s already holds a run; continue it with --resume or choose another --out", c.Out)
	}
	if _, err := os.Stat(filepath.Join(c.Out, model.WeightsFile)); err == nil {
		return nil, exit.Errorf(exit.Usage, "%s holds a checkpoint, and it would be lost; choose another --out", c.Out)
	}
	r, err := c.recipe()
	if err != nil {
		return nil, exit.With(exit.Usage, err)
	}
	if c.From != "" {
		kept := slices.DeleteFunc(c.given, func(flag string) bool {
			return slices.Contains([]string{"--from", "--recipe", "--workloads", "--max-sample"}, flag)
		})
		if len(kept) > 0 {
			return nil, exit.Errorf(exit.Usage, "all but the data stays that of the run in %s (--from): leave %s out", c.From, strings.Join(kept, ", "))
		}
		j, err := job.From(c.Out, c.From, r, all.Workloads(), c.Threads)
		if errors.Is(err, job.ErrVocabulary) {
			return nil, exit.With(exit.Usage, err)
		}
		return j, exit.With(exit.Setup, err)
	}
	j, err := job.New(c.Out, r, all.Workloads(), func(cfg model.Config) train.Options { return c.options(cfg, r.LearningRate) })
	return j, exit.With(exit.Usage, err)
}

// recipe is the recipe with the numbers given as flags.
func (c *trainCmd) recipe() (corpus.Recipe, error) {
	r, err := corpus.Find(c.Recipe)
	if err != nil {
		return r, err
	}
	r.Width, r.Layers, r.Heads, r.Ffn = cmp.Or(c.Width, r.Width), cmp.Or(c.Layers, r.Layers), cmp.Or(c.Heads, r.Heads), cmp.Or(c.Ffn, r.Ffn)
	r.Context, r.MaxSample, r.Vocab = cmp.Or(c.Context, r.Context), cmp.Or(c.MaxSample, r.MaxSample), cmp.Or(c.Vocab, r.Vocab)
	r.LearningRate = cmp.Or(c.Lr, r.LearningRate)
	return r.Only(c.Workloads)
}

// options are the options of the trainer that the flags ask for.
func (c *trainCmd) options(cfg model.Config, rate float64) train.Options {
	if c.QkNorm {
		cfg.ModelType = "qwen3"
	}
	opt := train.DefaultOptions(cfg)
	opt.Seed, opt.Threads, opt.Positions, opt.Products = c.Seed, c.Threads, c.Positions, train.Products(c.Products)
	opt.Optimizer.LearningRate, opt.Optimizer.Muon = rate, c.Optimizer == "muon"
	opt.Objective.CorruptLoss, opt.Objective.MaxWeight = c.CorruptLoss, c.MaxWeight
	switch c.Objective {
	case "ar":
		opt.Objective = opt.Objective.AROnly()
	case "diffusion":
		opt.Objective.Alpha = 0
	}
	return opt
}

// lossCurves names the decoder that each part of the objective trains.
var lossCurves = [len(train.PartNames)]struct{ engine, name string }{
	train.PartAR:    {"autoregressive", "autoregressive (clean, causal)"},
	train.PartBlock: {"block", "block diffusion"},
	train.PartFull:  {"diffusion", "full diffusion"},
}

// plotLosses draws losses as losses.png.
func plotLosses(dir string, curves []job.Curve) error {
	var list []plot.LossCurve
	for _, c := range curves {
		of := lossCurves[c.Part]
		list = append(list, plot.LossCurve{Engine: of.engine, Name: of.name, Step: c.Step, Loss: c.Loss})
	}
	return atomicfile.Render(filepath.Join(dir, "losses.png"), plot.Losses("Training losses", list).PNG)
}
