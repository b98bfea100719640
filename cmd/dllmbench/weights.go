package main

import (
	"fmt"
	"io/fs"
	"os"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/harness/scenario"
)

// weights are a model and, unless its numbers are random, its tokenizer.
type weights struct {
	model *model.Model
	codec engines.Codec // nil for random weights
}

// randomSeed is the seed of the random weights of cost-only models.
const randomSeed = 1

// parseWeights reads the value of a --weights flag: "builtin:NAME",
// "shape:NAME" or a checkpoint folder; "" is the default model.
func parseWeights(value string) scenario.Weights {
	if value == "" {
		if names := builtinNames(); len(names) > 0 {
			return scenario.Weights{Kind: "builtin", Name: names[0]}
		}
	}
	kind, name, found := strings.Cut(value, ":")
	if found && (kind == "builtin" || kind == "shape") {
		return scenario.Weights{Kind: kind, Name: name}
	}
	return scenario.Weights{Kind: "path", Name: value}
}

// openWeights loads a model. Every error of it is one of the set-up.
func openWeights(w scenario.Weights) (weights, error) {
	switch w.Kind {
	case "shape":
		config, err := model.Shape(w.Name)
		if err != nil {
			return weights{}, err
		}
		return weights{model: model.Random(config, randomSeed)}, nil
	case "builtin":
		files, err := openBuiltin(w.Name)
		if err != nil {
			return weights{}, err
		}
		return loadCheckpoint(w, files)
	}
	return loadCheckpoint(w, os.DirFS(w.Name))
}

// loadCheckpoint reads config.json, model.safetensors and tokenizer.json.
func loadCheckpoint(w scenario.Weights, files fs.FS) (weights, error) {
	m, err := model.LoadFS(files)
	if err != nil {
		return weights{}, fmt.Errorf("%s: %w", w, err)
	}
	text, err := fs.ReadFile(files, model.TokenizerFile)
	if err != nil {
		return weights{}, fmt.Errorf("%s: %w", w, err)
	}
	codec, err := tokenizer.Parse(text)
	if err != nil {
		return weights{}, fmt.Errorf("%s: %s: %w", w, model.TokenizerFile, err)
	}
	config := m.Config()
	if n := codec.VocabSize(); n > config.VocabSize {
		return weights{}, fmt.Errorf("%s: the tokenizer has %d tokens, the model only %d", w, n, config.VocabSize)
	}
	for _, id := range []struct {
		name       string
		have, want int32
	}{{"mask", codec.MaskID(), config.MaskToken}, {"end", codec.EndID(), config.EOS}, {"pad", codec.PadID(), config.Pad}} {
		if id.have != id.want {
			return weights{}, fmt.Errorf("%s: the %s token is %d in %s and %d in %s", w, id.name, id.have, model.TokenizerFile, id.want, model.ConfigFile)
		}
	}
	return weights{m, codec}, nil
}

// library keeps the models of a run in memory, of the random ones only the
// last, since they can be large. The zero value is empty.
type library struct {
	loaded map[scenario.Weights]weights
}

// open returns a model, loading it the first time.
func (l *library) open(w scenario.Weights) (weights, error) {
	w = scenario.Weights{Kind: w.Kind, Name: w.Name}
	if got, ok := l.loaded[w]; ok {
		return got, nil
	}
	for other := range l.loaded {
		if w.Kind == "shape" && other.Kind == "shape" {
			delete(l.loaded, other)
		}
	}
	got, err := openWeights(w)
	if err == nil {
		if l.loaded == nil {
			l.loaded = map[scenario.Weights]weights{}
		}
		l.loaded[w] = got
	}
	return got, err
}

// config is the shape of a model. Random weights are not made for it.
func (l *library) config(w scenario.Weights) (model.Config, error) {
	if w.Kind == "shape" {
		return model.Shape(w.Name)
	}
	got, err := l.open(w)
	if err != nil {
		return model.Config{}, err
	}
	return got.model.Config(), nil
}

// info tells a plan what it has to know of a model.
func (l *library) info(w scenario.Weights) (scenario.WeightsInfo, error) {
	var info scenario.WeightsInfo
	config, err := l.config(w)
	if err != nil {
		return info, err
	}
	if w.Kind != "shape" {
		got, err := l.open(w)
		if err != nil {
			return info, err
		}
		info.Codec, info.Digest = got.codec, got.model.Digest()
	}
	info.Params, info.Context, info.Vocab = config.Params(), config.MaxPositions, config.VocabSize
	info.Special = []int32{config.MaskToken, config.EOS, config.Pad}
	info.Check = func(engine, preset string, o engines.Options, budget int) (engines.Info, error) {
		return fits(config, engine, preset, o, budget)
	}
	return info, nil
}
