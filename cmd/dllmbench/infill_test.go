package main

import (
	"path/filepath"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/decoders"
	"dllmbench/engines/library"
	"dllmbench/engines/middle"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/train/corpus"
	"dllmbench/engines/usage"
	"dllmbench/engines/weights"
	"dllmbench/harness"
	"dllmbench/workloads"
	"dllmbench/workloads/infill"
)

// TestEveryPresetFillsTemplates gives an infilling task to every decoder that
// takes it: fixed text stays, every gap is written, and nothing but gaps counts.
func TestEveryPresetFillsTemplates(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tiny")
	if err := writeCheckpoint(dir); err != nil {
		t.Fatal(err)
	}
	w, err := library.Open(weights.Name{Kind: weights.Path, Name: dir})
	if err != nil {
		t.Fatal(err)
	}
	task := infill.New()
	inst := task.Generate(workloads.Test, 2, 0) // steps-7
	template, err := workloads.TemplateTokens(w.Codec, inst)
	if err != nil {
		t.Fatal(err)
	}
	request := engines.Request{Prompt: w.Codec.Encode(inst.Prompt), Template: template, Budget: len(template), Seed: 1,
		Stop: w.Codec.EndIDs(), Oracle: func([]int32) bool { return false }}
	filled := 0
	for _, p := range decoders.Presets() {
		engine, err := decoders.Open(w.Model, 1, p.Engine, p.Name, nil)
		if err != nil {
			continue // weights of another kind are needed
		}
		if err := engine.Check([]engines.Request{request}); err != nil {
			t.Logf("%s/%s: %v", p.Engine, p.Name, err)
			engine.Close()
			continue
		}
		results, err := engine.Generate(t.Context(), []engines.Request{request}, nil)
		engine.Close()
		if err != nil {
			t.Errorf("%s/%s: %v", p.Engine, p.Name, err)
			continue
		}
		filled++
		r := results[0]
		if r.Finish != engines.FinishStop || r.Useful != len(template)-1 || r.Usage.N(usage.CanvasPositions) > harness.Written(template, len(template)) {
			t.Errorf("%s/%s: ended by %s with %d useful tokens of %d on a canvas of %d", p.Engine, p.Name, r.Finish, r.Useful, len(template)-1, r.Usage.N(usage.CanvasPositions))
		}
		for i, id := range template {
			if id != engines.Gap && r.Tokens[i] != id || slices.Contains([]int32{w.Codec.MaskID(), w.Codec.PadID()}, r.Tokens[i]) {
				t.Errorf("%s/%s: position %d of the template is %d and became %d", p.Engine, p.Name, i, id, r.Tokens[i])
			}
		}
	}
	if filled < 20 {
		t.Errorf("only %d of %d presets took a template", filled, len(decoders.Presets()))
	}
}

// spy writes down which token stands at which position.
type spy struct {
	*model.Session
	seen []int32
}

func (s *spy) Forward(batch []network.Window) (network.Pass, error) {
	for i, id := range batch[0].Tokens {
		for pos := batch[0].Position(i); len(s.seen) <= pos; {
			s.seen = append(s.seen, -1)
		}
		s.seen[batch[0].Position(i)] = id
	}
	return s.Session.Forward(batch)
}

// TestDecoderReadsWhatTrainingTaught compares the text that the autoregressive
// decoder reads while it fills gaps with the layout of training samples.
func TestDecoderReadsWhatTrainingTaught(t *testing.T) {
	for _, counted := range []bool{false, true} {
		decoderReadsWhatTrainingTaught(t, &network.FIM{Prefix: 3, Gap: 4, Middle: 5, Counted: counted})
	}
}

func decoderReadsWhatTrainingTaught(t *testing.T, fim *network.FIM) {
	session := model.NewSession(model.Random(model.Config{
		ModelType: "llama", HiddenSize: 8, IntermediateSize: 8, Layers: 1, Heads: 1, KVHeads: 1, HeadDim: 8, VocabSize: 40,
		MaxPositions: 64, RopeTheta: 10000, NormEps: 1e-6, TieEmbeddings: true, Pad: 0, EOS: model.TokenIDs{1}, MaskToken: 2, FIM: fim,
	}, library.RandomSeed), 1)
	defer session.Close()
	net := &spy{Session: session}
	open := func(net network.Network, preset string, o engines.Options) (engines.Engine, error) {
		return autoregressive.New(net, preset, o)
	}
	engine, err := middle.Wrap(open)(net, "greedy", engines.Options{"infill": "fim"})
	if err != nil {
		t.Fatal(err)
	}
	g := engines.Gap
	for _, template := range [][]int32{{10, g, g, 11, 12, g, 13, 1}, {g, 10, g, g, g, 1}, {10, 11, g, 1}} {
		net.seen = nil
		prompt := []int32{20, 21}
		results, err := engine.Generate(t.Context(), []engines.Request{{Prompt: prompt, Template: template, Budget: len(template), Stop: []int32{1}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		sample := corpus.FillInTheMiddle(*fim, slices.Clone(prompt), template, results[0].Tokens)
		taught := slices.Concat(sample.Prompt, sample.Answer)
		// The last token is never fed.
		if !slices.Equal(net.seen, taught[:len(taught)-1]) {
			t.Errorf("%v: the decoder read %v, training taught %v", template, net.seen, taught)
		}
		marks, missing := 0, 0
		for _, id := range sample.Prompt {
			if id == fim.Gap {
				marks++
			}
		}
		for i, id := range template {
			if id == g && (fim.Counted || i == 0 || template[i-1] != g) {
				missing++
			}
		}
		if marks != missing {
			t.Errorf("%v, gaps counted %v: %d marks in front, want %d", template, fim.Counted, marks, missing)
		}
	}
}
