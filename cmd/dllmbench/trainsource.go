package main

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"

	"dllmbench/engines"
	"dllmbench/engines/train"
	"dllmbench/workloads"
)

// trainSource draws training samples from the workloads: a workload by weight,
// a rung that leans towards the easy end (less so as training goes on), and an
// instance of the training split.
type trainSource struct {
	codec engines.Codec
	tasks []trainTask
	total float64
}

type trainTask struct {
	workload workloads.Workload
	weight   float64
	rungs    int // the easiest rungs, all of whose texts fit the context
}

// Training mixture: share of samples per workload.
var trainWeights = map[string]float64{"lists": 0.28, "arithmetic": 0.26, "sudoku": 0.22, "stories": 0.24}

// The rung is drawn with probability ∝ exp(-rung/ease), where ease grows from
// easeStart to easeEnd as a share of the ladder over easeSteps steps.
const (
	easeStart, easeEnd = 0.15, 0.6
	easeSteps          = 6000
)

// newTrainSource keeps the rungs whose longest sample fits into maxTokens.
func newTrainSource(list []workloads.Workload, codec engines.Codec, maxTokens int) (*trainSource, error) {
	s := &trainSource{codec: codec}
	for _, w := range list {
		task := trainTask{workload: w, weight: trainWeights[w.Name()]}
		for r := range w.Rungs() {
			if longestSample(w, r, codec) <= maxTokens {
				task.rungs = r + 1
			} else {
				break
			}
		}
		if task.weight == 0 || task.rungs == 0 {
			return nil, fmt.Errorf("workload %s has no training weight or no rung that fits into %d tokens", w.Name(), maxTokens)
		}
		s.total += task.weight
		s.tasks = append(s.tasks, task)
	}
	return s, nil
}

// longestSample is the length in tokens, end token included, of the longest of
// some samples of a rung.
func longestSample(w workloads.Workload, rung int, codec engines.Codec) int {
	longest := 0
	for i := range 64 {
		inst := w.Generate(workloads.Train, rung, i)
		longest = max(longest, len(codec.Encode(inst.Prompt))+len(codec.Encode(inst.Answer))+1)
	}
	return longest
}

// Next implements train.Source.
func (s *trainSource) Next(rng *rand.Rand, step int) train.Sample {
	x := rng.Float64() * s.total
	task := s.tasks[len(s.tasks)-1]
	for _, t := range s.tasks {
		if x -= t.weight; x < 0 {
			task = t
			break
		}
	}
	inst := task.workload.Generate(workloads.Train, drawRung(rng, task.rungs, step), int(rng.Uint32()))
	return train.Sample{Prompt: s.codec.Encode(inst.Prompt), Answer: s.codec.Encode(inst.Answer)}
}

// drawRung inverts the cumulative distribution of exp(-rung/ease) on 0…n-1.
func drawRung(rng *rand.Rand, n, step int) int {
	ease := float64(n) * (easeStart + (easeEnd-easeStart)*min(1, float64(step)/easeSteps))
	u := rng.Float64() * (1 - math.Exp(-float64(n)/ease))
	return min(n-1, int(-ease*math.Log(1-u)))
}

// corpus yields texts for training the tokenizer: count instances of each rung
// of each workload, from the training split.
func corpus(list []workloads.Workload, count int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, w := range list {
			for r := range w.Rungs() {
				for i := range count {
					inst := w.Generate(workloads.Train, r, i)
					if !yield(inst.Prompt) || !yield(inst.Answer) {
						return
					}
				}
			}
		}
	}
}
