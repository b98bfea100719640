package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"dllmbench/engines/model"
	"dllmbench/engines/tokenizer"
	"dllmbench/workloads"
	"dllmbench/workloads/all"
)

// samples are texts of all workloads.
var samples = sync.OnceValue(func() (list []string) {
	for _, w := range all.Workloads() {
		for i := range 100 {
			inst := w.Generate(workloads.Train, i%3, i)
			list = append(list, inst.Prompt+inst.Answer)
		}
	}
	return list
})

// writeCheckpoint writes a checkpoint of a few thousand untrained numbers with a
// tokenizer that knows the words of the workloads.
func writeCheckpoint(dir string) error { return writeOther(dir, 320) }

// writeOther is writeCheckpoint with a tokenizer of so many tokens.
func writeOther(dir string, vocab int) error {
	codec, err := tokenizer.Train(slices.Values(samples()), tokenizer.TrainOptions{VocabSize: vocab, MinFrequency: 3})
	if err != nil {
		return err
	}
	w := model.NewWeights(model.Config{
		ModelType: "qwen3", HiddenSize: 16, IntermediateSize: 32, Layers: 1, Heads: 2, KVHeads: 1, HeadDim: 8,
		VocabSize: codec.VocabSize(), MaxPositions: 128, RopeTheta: 10000, NormEps: 1e-6, TieEmbeddings: true,
		MaskToken: codec.MaskID(), EOS: codec.EndIDs(), Pad: codec.PadID(),
	})
	w.Init(rand.New(rand.NewPCG(1, 2)))
	if err := model.Save(dir, w, "F32", nil); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, model.TokenizerFile), codec.JSON(), 0o644)
}

// damage changes one file of a checkpoint.
func damage(dir, file string, change func([]byte) []byte) error {
	path := filepath.Join(dir, file)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, change(data), 0o644)
}
