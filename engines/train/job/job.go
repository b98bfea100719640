// Package job trains in a folder. The folder holds a checkpoint that every command
// accepts, the state and the recipe from which a [Job] is resumed, a log of losses
// and a count of the samples that were drawn.
package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"dllmbench/engines/atomicfile"
	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/train"
	"dllmbench/engines/train/corpus"
	"dllmbench/engines/userfile"
	"dllmbench/workloads"
)

// Files of a training run beside those of its checkpoint.
const (
	StateFile   = "state.safetensors"
	recipeFile  = "recipe.json"
	samplesFile = "samples.csv"
	lossesFile  = "losses.csv"
)

// Job is a training run in a folder.
type Job struct {
	Trainer *train.Trainer

	dir    string
	codec  *tokenizer.Tokenizer
	source *corpus.Source
	log    *lossLog
}

// Exists reports whether a folder holds a run.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, StateFile))
	return err == nil
}

// New begins a run that follows a recipe. options are asked for once the
// vocabulary, and with it the network, is known.
func New(dir string, r corpus.Recipe, tasks []workloads.Workload, options func(model.Config) train.Options) (*Job, error) {
	whole, err := r.Lexicon() // the vocabulary does not depend on which workloads were chosen
	if err != nil {
		return nil, err
	}
	j := &Job{dir: dir}
	if j.codec, err = whole.Vocabulary(tasks, r.Vocab); err != nil {
		return nil, err
	}
	if j.source, err = corpus.NewSource(r, tasks, j.codec, r.Context); err != nil {
		return nil, err
	}
	j.Trainer, err = train.New(options(config(r, j.codec)), j.source)
	return j, err
}

// config is the network that a recipe describes.
func config(r corpus.Recipe, tok *tokenizer.Tokenizer) model.Config {
	return model.Config{
		ModelType: "llama", HiddenSize: r.Width, IntermediateSize: r.Ffn, Layers: r.Layers, Heads: r.Heads, KVHeads: r.Heads,
		HeadDim: r.Width / max(1, r.Heads), VocabSize: tok.VocabSize(), MaxPositions: r.Context, RopeTheta: 10000, NormEps: 1e-6,
		TieEmbeddings: true, EOS: tok.EndIDs(), Pad: tok.PadID(), MaskToken: tok.MaskID(), FIM: r.FIMTokens(), Delimiters: corpus.Delimiters(tok),
	}
}

// Resume loads the run in a folder.
func Resume(dir string, tasks []workloads.Workload, threads int) (*Job, error) {
	r, err := corpus.Read(filepath.Join(dir, recipeFile))
	if err != nil {
		return nil, fmt.Errorf("nothing to resume in %s: %w", dir, err)
	}
	j := &Job{dir: dir}
	if err := j.load(dir, r, tasks, threads); err != nil {
		return nil, err
	}
	if err := j.source.ReadCounts(filepath.Join(dir, samplesFile)); err != nil {
		j.Trainer.Close()
		return nil, err
	}
	return j, nil
}

// ErrVocabulary says that a run cannot go on with the data of a recipe.
var ErrVocabulary = errors.New("name a recipe of the same vocabulary (--recipe)")

// From begins a run in a folder with the weights and the optimiser of the one in
// another folder, and the data of a recipe. The error is [ErrVocabulary] if the two
// do not have the same one.
func From(dir, other string, r corpus.Recipe, tasks []workloads.Workload, threads int) (*Job, error) {
	was, err := corpus.Read(filepath.Join(other, recipeFile))
	if err != nil {
		return nil, fmt.Errorf("no run to start from in %s: %w", other, err)
	}
	mine, err := r.Lexicon()
	if err != nil {
		return nil, err
	}
	if theirs, err := was.Lexicon(); err != nil || theirs.Name != mine.Name {
		return nil, fmt.Errorf("recipe %s has the vocabulary of recipe %s, and the run in %s that of %s; %w", r.Name, mine.Name, other, theirs.Name, ErrVocabulary)
	}
	r.Context = min(r.Context, was.Context)
	j := &Job{dir: dir}
	if err := j.load(other, r, tasks, threads); err != nil {
		return nil, err
	}
	j.Trainer.LayOut(r.FIMTokens())
	return j, nil
}

// load loads the run in a folder, with the data of a recipe.
func (j *Job) load(dir string, r corpus.Recipe, tasks []workloads.Workload, threads int) error {
	path := filepath.Join(dir, model.TokenizerFile)
	text, err := userfile.Read(path, model.MaxTokenizer)
	if err != nil {
		return err
	}
	if j.codec, err = tokenizer.Parse(text); err == nil {
		err = j.codec.MarkOwn()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if j.source, err = corpus.NewSource(r, tasks, j.codec, r.Context); err != nil {
		return err
	}
	j.Trainer, err = train.LoadState(filepath.Join(dir, StateFile), threads, j.source)
	return err
}

// OpenLog opens the log of losses, which has to be done before [Job.Run].
func (j *Job) OpenLog() (err error) {
	j.log, err = openLossLog(filepath.Join(j.dir, lossesFile), j.Trainer.Step)
	return err
}

// Close ends the threads and closes the log.
func (j *Job) Close() error {
	j.Trainer.Close()
	if j.log == nil {
		return nil
	}
	return j.log.Close()
}

// Run trains until a limit, the end of the cool-down or the end of ctx, and
// saves; none of these is an error.
func (j *Job) Run(ctx context.Context, l Limits, w Watch) error {
	t := j.Trainer
	fmt.Fprintf(w.Out, "training %d parameters, vocabulary %d, from step %d; Ctrl-C saves and stops\n",
		t.Options.Config.Params(), t.Options.Config.VocabSize, t.Step)
	if l.Time > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, l.Time)
		defer cancel()
	}
	progress := newProgress(l, w, t)
	err := t.Run(ctx, l.Steps, func(s train.StepStats) error {
		if err := j.log.add(s); err != nil {
			return err
		}
		progress.line(s, t)
		if progress.saveNow() {
			return j.save(w)
		}
		return nil
	})
	if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	if err := j.save(w); err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "step %d, %d samples (%d longer ones left out), %d positions in %.0f min; saved in %s\n",
		t.Step, t.Samples, j.source.Skipped(), t.Positions, t.Seconds/60, j.dir)
	return nil
}

// save writes the folder; the state last, so that it is never newer than the rest.
func (j *Job) save(w Watch) error {
	t := j.Trainer
	in := func(name string) string { return filepath.Join(j.dir, name) }
	meta := map[string]string{"format": "pt", "step": strconv.Itoa(t.Step), "positions": strconv.FormatInt(t.Positions, 10), "samples": strconv.FormatInt(t.Samples, 10)}
	for _, step := range []func() error{
		func() error { return model.Save(j.dir, t.EMA, "BF16", meta) },
		func() error { return atomicfile.Write(in(model.TokenizerFile), j.codec.JSON()) },
		func() error {
			return atomicfile.Write(in(model.ClassFile), j.codec.Class(t.Options.Config.MaxPositions))
		},
		j.log.flush,
		func() error { return w.draw(in(lossesFile)) },
		func() error { return j.source.Recipe.Write(in(recipeFile)) },
		func() error { return j.source.WriteCounts(in(samplesFile)) },
		func() error { return t.SaveState(in(StateFile)) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
