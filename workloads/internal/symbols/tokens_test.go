package symbols_test

import (
	"strings"
	"testing"

	"dllmbench/engines/tokenizer"
	"dllmbench/workloads"
	"dllmbench/workloads/brackets"
	"dllmbench/workloads/markov"
	"dllmbench/workloads/paths"
	"dllmbench/workloads/reversal"
)

// TestOneTokenPerSymbol trains a vocabulary on the workloads that write their
// symbols apart: every answer then has one token per word, so that places follow
// from the prompt.
func TestOneTokenPerSymbol(t *testing.T) {
	all := []workloads.Workload{paths.New(), brackets.New(), reversal.New(), markov.New()}
	texts := func(yield func(string) bool) {
		for _, w := range all {
			for r := range w.Rungs() {
				for i := range 60 {
					inst := w.Generate(workloads.Train, r, i)
					if !yield(inst.Prompt) || !yield(inst.Answer) {
						return
					}
				}
			}
		}
	}
	tok, err := tokenizer.Train(texts, tokenizer.TrainOptions{VocabSize: 512, MinFrequency: 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		for r, rung := range w.Rungs() {
			prompt := 0
			for i := range 20 {
				inst := w.Generate(workloads.Test, r, i)
				if got, want := len(tok.Encode(inst.Answer)), len(strings.Fields(inst.Answer)); got != want {
					t.Fatalf("%s: %d tokens for the %d words of %q", inst.ID, got, want, inst.Answer)
				}
				// Edges and questions about paths have a fixed width.
				n := len(tok.Encode(inst.Prompt))
				if w.Name() == "paths" && i > 0 && n != prompt {
					t.Errorf("%s/%s: prompts of %d and %d tokens", w.Name(), rung.Name, prompt, n)
				}
				prompt = n
			}
		}
	}
}
