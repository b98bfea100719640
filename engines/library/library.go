// Package library opens weights by their names: a network and its tokenizer from
// a checkpoint, which is a folder or a GGUF file, or random numbers of a shape. A [Shelf] keeps those of a run.
package library

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/model/builtin"
	"dllmbench/engines/published"
	"dllmbench/engines/tokenizer"
	"dllmbench/engines/userfile"
	"dllmbench/engines/weights"
)

// Weights are a model and, unless its numbers are random, its tokenizer.
type Weights struct {
	Model *model.Model
	Codec engines.Codec // nil for random weights
	// Config is that of the model, also where Model is nil: see [Shelf].
	Config model.Config
	// Stored counts the tensors of a GGUF file by their types; "" for other weights.
	Stored string
	// Bytes is what the numbers of a checkpoint are going to take up, where Model is nil.
	Bytes int64
}

// RandomSeed is the seed of the random weights of cost-only models.
const RandomSeed = 1

// Missing says of public checkpoints that are not where they are expected how to get
// them; nil if all are there.
func Missing(list ...weights.Name) error {
	var absent []string
	for _, w := range list {
		m, public := published.Called(w.Name)
		if _, err := os.Stat(w.Name); public && w.Kind == weights.Path && errors.Is(err, fs.ErrNotExist) {
			absent = append(absent, fmt.Sprintf("there is no %s: get it with %s", w.Name, m.Download(w.Name)))
		}
	}
	if absent == nil {
		return nil
	}
	return errors.New(strings.Join(absent, "\n"))
}

// Open loads weights.
func Open(w weights.Name) (Weights, error) {
	got, err := open(w, math.MaxInt64)
	if got.Model != nil {
		collect(got.Model.Bytes())
	}
	return got, err
}

// open loads weights, without the numbers of more parameters than most.
func open(w weights.Name, most int64) (Weights, error) {
	if err := model.CheckPrecision(w); err != nil {
		return Weights{}, err
	}
	if err := w.Trained.Check(); err != nil {
		return Weights{}, fmt.Errorf("%s: %w", w, err)
	}
	if w.Random() {
		config, err := model.Shape(w.Name)
		if err != nil {
			return Weights{}, err
		}
		config.Precision, config.KV = w.Precision, w.KV
		return Weights{Model: model.Random(config, RandomSeed), Config: config}, nil
	}
	files, err := folder(w)
	if err != nil {
		return Weights{}, err
	}
	if err := Missing(w); err != nil {
		return Weights{}, err
	}
	var got Weights
	if files == nil {
		got, err = readGGUF(w, most)
	} else {
		got, err = readCheckpoint(files, w, most)
	}
	if err != nil {
		if w.Kind == weights.Path {
			err = explain(w.Name, err)
		}
		return Weights{}, fmt.Errorf("%s: %w", w, err)
	}
	return got, nil
}

// folder is that of a checkpoint; nil for weights of another kind.
func folder(w weights.Name) (fs.FS, error) {
	switch w.Kind {
	case weights.Shape:
		return nil, nil
	case weights.Builtin:
		files, err := builtin.Open(w.Name)
		if err != nil {
			return nil, engines.UnknownName("built-in model", w.Name, builtin.Names())
		}
		return files, nil
	}
	if info, err := os.Stat(w.Name); err == nil && !info.IsDir() {
		return nil, nil
	}
	return userfile.Dir(w.Name), nil
}

// readCheckpoint reads config.json, model.safetensors and tokenizer.json. The built-in
// networks are small, and faster as float32.
func readCheckpoint(files fs.FS, w weights.Name, most int64) (Weights, error) {
	c, err := model.OpenCheckpoint(files)
	if err != nil {
		return Weights{}, err
	}
	defer c.Close()
	if c.Config.Precision, c.Config.KV = w.Precision, w.KV; w.Kind != weights.Builtin {
		remember(c, w.Name, minRemembered)
	} else if w.Precision == "" {
		c.Config.Precision = "f32"
	}
	codec, err := readTokenizer(files)
	if kind := c.Config.ModelType; errors.Is(err, fs.ErrNotExist) && (kind == "mdlm" || kind == "bd3lm") {
		err = fmt.Errorf("%w; public weights of %s come without a tokenizer: put the tokenizer.json of GPT-2 beside them", err, kind)
	}
	if err != nil {
		return Weights{}, err
	}
	named, err := maskName(files)
	if err == nil {
		err = settle(&c.Config, w.Trained, codec, named)
	}
	if err != nil {
		return Weights{}, err
	}
	return join(c, codec, model.ConfigFile, model.ConfigFile+" and "+model.TokenizerFile, most)
}

// join makes weights of a checkpoint and its tokenizer; config and both say where
// the special tokens are named.
func join(c *model.Checkpoint, codec *tokenizer.Tokenizer, config, both string, most int64) (Weights, error) {
	ids := codec.JSON()
	spec := c.Config.Spec()
	if n := codec.VocabSize(); n > spec.Vocab {
		return Weights{}, fmt.Errorf("the tokenizer has %d tokens, the embedding only %d (vocab_size of %s): it belongs to another model, take both from one folder", n, spec.Vocab, config)
	}
	if len(spec.End) == 0 {
		return Weights{}, fmt.Errorf("%s names no token that ends a text (eos_token_id)", config)
	}
	if err := codec.Mark(tokenizer.Special{Mask: spec.Mask, Pad: spec.Pad, End: spec.End, Borrowed: spec.Mask == c.Config.UsualMask()}); err != nil {
		return Weights{}, fmt.Errorf("%s: %w", both, err)
	}
	got := Weights{Codec: codec, Config: c.Config}
	if c.Config.Params() > most {
		got.Bytes = c.Kept()
		return got, nil
	}
	var err error
	if got.Model, err = c.Model(ids); err == nil {
		got.Config = got.Model.Config()
	}
	return got, err
}

// readTokenizer reads tokenizer.json or, without one, the files that older
// checkpoints have.
func readTokenizer(files fs.FS) (*tokenizer.Tokenizer, error) {
	text, err := userfile.ReadIn(files, model.TokenizerFile, model.MaxTokenizer)
	if err == nil {
		codec, err := tokenizer.Parse(text)
		if err != nil {
			return nil, err
		}
		return codec, frame(files, codec)
	}
	vocab, absent := userfile.ReadIn(files, "vocab.json", model.MaxTokenizer)
	if !errors.Is(err, fs.ErrNotExist) || errors.Is(absent, fs.ErrNotExist) {
		return nil, err
	}
	merges, err := userfile.ReadIn(files, "merges.txt", model.MaxTokenizer)
	config, errConfig := userfile.ReadIn(files, model.ClassFile, model.MaxTokenizer)
	if err := errors.Join(absent, err, errConfig); err != nil {
		return nil, err
	}
	return tokenizer.ParseSlow(vocab, merges, config)
}

// Shelf keeps the weights of a run in memory: of random ones only the last, since
// they can be large, and of a planned run those that are still needed. Before there is
// a plan, of checkpoints on disk it keeps only the last. The zero value is empty.
type Shelf struct {
	// Heads, if set, is the number of parameters from which on the numbers of weights
	// are not read: files are checked but for them, and Model is nil.
	Heads int64

	loaded map[weights.Name]Weights
	config map[weights.Name]model.Config // of all that were ever loaded
	// dropped is true when weights were let go since the last ones were loaded.
	dropped bool
	order   []weights.Name // of the plan
	turn    int            // the place in order of the last ones that were opened
}

// Plan says in which order weights are going to be used. When the next ones are
// opened, those whose last turn is over are let go. Checkpoints on disk that are not
// used first are let go at once.
func (l *Shelf) Plan(order []weights.Name) {
	l.order, l.turn = order, 0
	for w := range l.loaded {
		if w.Kind == weights.Path && len(order) > 0 && w != order[0] {
			l.drop(w)
		}
	}
}

// drop lets weights go. Their memory is given back before others are loaded: a heap
// that is collected when it has doubled would hold both.
func (l *Shelf) drop(w weights.Name) {
	delete(l.loaded, w)
	l.dropped = true
}

// Open returns weights, loading them the first time.
func (l *Shelf) Open(w weights.Name) (Weights, error) {
	before := l.bytes()
	l.tidy(w)
	l.settle(before)
	if got, ok := l.loaded[w]; ok {
		return got, nil
	}
	if l.dropped {
		debug.FreeOSMemory()
		l.dropped = false
	}
	got, err := open(w, cmp.Or(l.Heads, math.MaxInt64))
	if err == nil {
		if l.loaded == nil {
			l.loaded, l.config = map[weights.Name]Weights{}, map[weights.Name]model.Config{}
		}
		l.loaded[w], l.config[w] = got, got.Config
		l.settle(0)
	}
	return got, err
}

// tidy lets go what is not needed any more once it is the turn of w.
func (l *Shelf) tidy(w weights.Name) {
	next := slices.Index(l.order[l.turn:], w) + l.turn
	if next < l.turn { // a new round through the plan, or weights outside of it
		next = max(0, slices.Index(l.order, w))
	}
	l.turn = next
	for other := range l.loaded {
		over := l.order != nil && !slices.Contains(l.order[next:], other)
		passed := l.order == nil && w.Kind == weights.Path && other.Kind == weights.Path
		if other != w && (over || passed || w.Random() && other.Random()) {
			l.drop(other)
		}
	}
}

// Config is the shape of a model. Random weights are not made for it.
func (l *Shelf) Config(w weights.Name) (model.Config, error) {
	if w.Random() {
		config, err := model.Shape(w.Name)
		config.Precision, config.KV = w.Precision, w.KV
		return config, err
	}
	if config, known := l.config[w]; known {
		return config, nil
	}
	_, err := l.Open(w)
	return l.config[w], err
}

// Tiny is a config of the same kind with the smallest possible layers and
// as small a vocabulary as its special tokens allow.
func Tiny(c model.Config) model.Config {
	c.HiddenSize, c.IntermediateSize, c.Layers, c.Heads, c.KVHeads, c.HeadDim, c.Precision, c.KV = 2, 2, 1, 1, 1, 2, "", ""
	c.TieEmbeddings, c.AttentionBias, c.Mixture, c.Types = true, false, model.Mixture{}, nil
	spec := c.Spec()
	const enough = 64
	c.VocabSize = min(c.VocabSize, max(enough, int(slices.Max(append(spec.Special(), 0)))+1))
	return c
}
