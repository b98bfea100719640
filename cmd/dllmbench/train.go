package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/train"
	"dllmbench/internal/atomicfile"
)

// Files of a training run beside those of its checkpoint.
const (
	stateFile   = "state.safetensors"
	recipeFile  = "recipe.json"
	samplesFile = "samples.csv"
)

// trainCmd trains the shared weights on the built-in workloads.
type trainCmd struct {
	Out      string        `default:"training" type:"path" help:"Folder for checkpoint, training state and loss curve."`
	Resume   bool          `help:"Continue the run in --out from its last saved state."`
	Steps    int           `help:"Stop after this many more steps (0: no bound)."`
	Minutes  float64       `help:"Stop after this many minutes (0: no bound)."`
	Cooldown int           `help:"Let the learning rate fall to 0 over this many steps from now, then stop."`
	Threads  int           `default:"${threads}" help:"Threads to use; the result does not depend on it."`
	Products string        `default:"" enum:",float32,bfloat16x3,bfloat16" placeholder:"KIND" help:"Products of weights: float32 (default), or on CPUs with AMX the faster bfloat16x3 (three products of split numbers, nearly float32) and bfloat16; a resumed run keeps its kind unless given."`
	Save     time.Duration `default:"2m" help:"Time between saved states."`

	From        string   `type:"path" placeholder:"DIR" help:"Start from the state of the run in this folder, with the data of --recipe (new runs)."`
	Recipe      string   `default:"${recipe}" help:"What to train on, with which vocabulary and shape: ${recipes} (new runs)."`
	Workloads   []string `placeholder:"NAME,…" help:"Only these workloads of the recipe's mixture (new runs)."`
	Seed        uint64   `default:"1" help:"Seed of weights and data (new runs)."`
	Width       int      `placeholder:"N" help:"Hidden size (new runs); this and the next seven are the recipe's unless given."`
	Layers      int      `placeholder:"N" help:"Number of layers (new runs)."`
	Heads       int      `placeholder:"N" help:"Attention heads (new runs)."`
	Ffn         int      `placeholder:"N" help:"Inner width of the MLP (new runs)."`
	Context     int      `placeholder:"N" help:"Largest position (new runs)."`
	MaxSample   int      `placeholder:"N" help:"Longest sample in tokens to train on (new runs)."`
	Vocab       int      `placeholder:"N" help:"Largest vocabulary (new runs)."`
	Lr          float64  `placeholder:"RATE" help:"Peak learning rate (new runs)."`
	QkNorm      bool     `default:"true" negatable:"" help:"Normalise queries and keys per head, as Qwen3 (new runs)."`
	Optimizer   string   `default:"muon" enum:"muon,adamw" help:"muon (hidden matrices; AdamW for the rest) or adamw (new runs)."`
	Positions   int      `default:"4096" help:"Positions per step (new runs)."`
	Objective   string   `default:"mixed" enum:"mixed,ar,diffusion" help:"mixed, or a single-objective control: ar, diffusion (new runs)."`
	CorruptLoss float64  `help:"Weight of the loss on corrupted visible tokens (new runs)."`
	MaxWeight   float64  `help:"Cap on the weight B/k of a masked token, 0 for none (new runs)."`
}

// Help shows examples.
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
command accepts), state.safetensors and recipe.json (to resume, here or elsewhere), losses.csv
and losses.png, and samples.csv: what was drawn from each workload.`
}

// Run trains until the bound, the end of the cool-down, or Ctrl-C, and saves.
func (c *trainCmd) Run(con *console) error {
	trainer, tok, source, err := c.open()
	if err != nil {
		return err
	}
	defer trainer.Close()
	if c.Products != "" {
		trainer.Options.Products = train.Products(c.Products)
	}
	if c.Cooldown > 0 {
		trainer.Options.CooldownFrom, trainer.Options.CooldownSteps = trainer.Step, c.Cooldown
	}
	log, err := openLossLog(filepath.Join(c.Out, "losses.csv"), trainer.Step)
	if err != nil {
		return withCode(exitSetup, err)
	}
	defer log.Close()
	fmt.Fprintf(con.stderr, "training %d parameters, vocabulary %d, from step %d; Ctrl-C saves and stops\n",
		trainer.Options.Config.Params(), trainer.Options.Config.VocabSize, trainer.Step)

	ctx := con.ctx
	if c.Minutes > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(c.Minutes*float64(time.Minute)))
		defer cancel()
	}
	watch := trainWatch{con: con, cmd: c, start: con.now(), from: trainer.Step, lastLine: con.now(), lastSave: con.now()}
	err = trainer.Run(ctx, c.Steps, func(s train.StepStats) error {
		if err := log.add(s); err != nil {
			return err
		}
		watch.line(s, trainer)
		if con.now().Sub(watch.lastSave) >= c.Save {
			watch.lastSave = con.now()
			return c.save(trainer, tok, source, log)
		}
		return nil
	})
	if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return withCode(exitExecution, err)
	}
	if err := c.save(trainer, tok, source, log); err != nil {
		return withCode(exitExecution, err)
	}
	fmt.Fprintf(con.stderr, "step %d, %d samples (%d longer ones left out), %d positions in %.0f min; saved in %s\n",
		trainer.Step, trainer.Samples, source.skipped(), trainer.Positions, trainer.Seconds/60, c.Out)
	if con.ctx.Err() != nil {
		return withCode(exitInterrupted, errors.New("interrupted; continue with --resume"))
	}
	return nil
}

// open starts a new run or loads the one in c.Out.
func (c *trainCmd) open() (*train.Trainer, *tokenizer.Tokenizer, *trainSource, error) {
	if c.Resume && c.From != "" {
		return nil, nil, nil, withCode(exitUsage, fmt.Errorf("--resume continues the run in %s and --from starts one there from another; give one of them", c.Out))
	}
	if c.Resume {
		return c.resume()
	}
	statePath := filepath.Join(c.Out, stateFile)
	if _, err := os.Stat(statePath); !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil, withCode(exitUsage, fmt.Errorf("%s already holds a run; continue it with --resume or choose another --out", c.Out))
	}
	r, err := c.recipe()
	if err != nil {
		return nil, nil, nil, withCode(exitUsage, err)
	}
	if c.From != "" {
		return c.continued(r)
	}
	whole, err := r.lexicon() // the vocabulary does not depend on --workloads
	if err != nil {
		return nil, nil, nil, withCode(exitUsage, err)
	}
	all := allWorkloads()
	tok, err := whole.vocabulary(all, r.vocab)
	if err != nil {
		return nil, nil, nil, withCode(exitUsage, err)
	}
	source, err := newTrainSource(r, all, tok, r.context)
	if err != nil {
		return nil, nil, nil, withCode(exitUsage, err)
	}
	t, err := train.New(c.options(r, tok), source)
	return t, tok, source, withCode(exitUsage, err)
}

// resume loads the run in c.Out.
func (c *trainCmd) resume() (*train.Trainer, *tokenizer.Tokenizer, *trainSource, error) {
	r, err := readRecipe(filepath.Join(c.Out, recipeFile))
	if err != nil {
		return nil, nil, nil, withCode(exitSetup, fmt.Errorf("nothing to resume in %s: %w", c.Out, err))
	}
	t, tok, source, err := c.load(c.Out, r)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := source.readCounts(filepath.Join(c.Out, samplesFile)); err != nil {
		t.Close()
		return nil, nil, nil, withCode(exitSetup, err)
	}
	return t, tok, source, nil
}

// continued starts a run with the weights and the optimiser of another one, and
// the data of a recipe.
func (c *trainCmd) continued(r recipe) (*train.Trainer, *tokenizer.Tokenizer, *trainSource, error) {
	if c.Width+c.Layers+c.Heads+c.Ffn+c.Context+c.Vocab != 0 || c.Lr+c.CorruptLoss+c.MaxWeight != 0 || c.Objective != "mixed" {
		return nil, nil, nil, withCode(exitUsage, fmt.Errorf("shape, vocabulary, learning rate and objective stay those of the run in %s (--from); leave their flags out", c.From))
	}
	was, err := readRecipe(filepath.Join(c.From, recipeFile))
	if err != nil {
		return nil, nil, nil, withCode(exitSetup, fmt.Errorf("no run to start from in %s: %w", c.From, err))
	}
	mine, err := r.lexicon()
	if err != nil {
		return nil, nil, nil, withCode(exitUsage, err)
	}
	if theirs, err := was.lexicon(); err != nil || theirs.name != mine.name {
		return nil, nil, nil, withCode(exitUsage, fmt.Errorf("recipe %s has the vocabulary of recipe %s, and the run in %s that of %s; name a recipe of the same vocabulary (--recipe)",
			r.name, mine.name, c.From, theirs.name))
	}
	r.context = min(r.context, was.context)
	t, tok, source, err := c.load(c.From, r)
	if err == nil {
		t.LayOut(r.fimTokens())
	}
	return t, tok, source, err
}

// load loads the run in a folder, with the data of a recipe.
func (c *trainCmd) load(dir string, r recipe) (*train.Trainer, *tokenizer.Tokenizer, *trainSource, error) {
	tokPath := filepath.Join(dir, model.TokenizerFile)
	text, err := os.ReadFile(tokPath)
	if err != nil {
		return nil, nil, nil, withCode(exitSetup, err)
	}
	tok, err := tokenizer.Parse(text)
	if err != nil {
		return nil, nil, nil, withCode(exitSetup, fmt.Errorf("%s: %w", tokPath, err))
	}
	source, err := newTrainSource(r, allWorkloads(), tok, r.context)
	if err != nil {
		return nil, nil, nil, withCode(exitSetup, err)
	}
	t, err := train.LoadState(filepath.Join(dir, stateFile), c.Threads, source)
	return t, tok, source, withCode(exitSetup, err)
}

// recipe is the recipe with the numbers given as flags.
func (c *trainCmd) recipe() (recipe, error) {
	r, err := findRecipe(c.Recipe)
	if err != nil {
		return r, err
	}
	for _, n := range []struct {
		to    *int
		given int
	}{{&r.width, c.Width}, {&r.layers, c.Layers}, {&r.heads, c.Heads}, {&r.ffn, c.Ffn}, {&r.context, c.Context}, {&r.maxSample, c.MaxSample}, {&r.vocab, c.Vocab}} {
		if n.given != 0 {
			*n.to = n.given
		}
	}
	if c.Lr != 0 {
		r.learningRate = c.Lr
	}
	return r.only(c.Workloads)
}

func (c *trainCmd) options(r recipe, tok *tokenizer.Tokenizer) train.Options {
	cfg := model.Config{
		ModelType: "llama", HiddenSize: r.width, IntermediateSize: r.ffn, Layers: r.layers, Heads: r.heads, KVHeads: r.heads,
		HeadDim: r.width / max(1, r.heads), VocabSize: tok.VocabSize(), MaxPositions: r.context, RopeTheta: 10000, NormEps: 1e-6,
		TieEmbeddings: true, EOS: tok.EndID(), Pad: tok.PadID(), MaskToken: tok.MaskID(), FIM: r.fimTokens(), Delimiters: delimiters(tok),
	}
	if c.QkNorm {
		cfg.ModelType = "qwen3"
	}
	opt := train.DefaultOptions(cfg)
	opt.Seed, opt.Threads, opt.Positions, opt.Products = c.Seed, c.Threads, c.Positions, train.Products(c.Products)
	opt.Optimizer.LearningRate, opt.Optimizer.Muon = r.learningRate, c.Optimizer == "muon"
	opt.Objective.CorruptLoss, opt.Objective.MaxWeight = c.CorruptLoss, c.MaxWeight
	switch c.Objective {
	case "ar":
		opt.Objective = opt.Objective.AROnly()
	case "diffusion":
		opt.Objective.Alpha = 0
	}
	return opt
}

// save writes the folder; the state last, so that it is never newer than the rest.
func (c *trainCmd) save(t *train.Trainer, tok *tokenizer.Tokenizer, source *trainSource, log *lossLog) error {
	meta := map[string]string{"format": "pt", "step": strconv.Itoa(t.Step), "positions": strconv.FormatInt(t.Positions, 10), "samples": strconv.FormatInt(t.Samples, 10)}
	if err := model.Save(c.Out, t.EMA, "BF16", meta); err != nil {
		return err
	}
	if err := atomicfile.Write(filepath.Join(c.Out, model.TokenizerFile), tok.JSON()); err != nil {
		return err
	}
	if err := log.flush(); err != nil {
		return err
	}
	if err := plotLosses(filepath.Join(c.Out, "losses.csv"), filepath.Join(c.Out, "losses.png")); err != nil {
		return err
	}
	if err := source.recipe.write(filepath.Join(c.Out, recipeFile)); err != nil {
		return err
	}
	if err := source.writeCounts(filepath.Join(c.Out, samplesFile)); err != nil {
		return err
	}
	return t.SaveState(filepath.Join(c.Out, stateFile))
}
