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
}

type trainTask struct {
	workload workloads.Workload
	rungs    int // the easiest rungs, all of whose texts fit the context
}

// trainMixtures are the shares of samples per workload, each from a step on:
// once the short tasks are learned, the stories get most of the time.
var trainMixtures = []struct {
	from  int
	share map[string]float64
}{
	{0, map[string]float64{"lists": 0.28, "arithmetic": 0.26, "sudoku": 0.22, "stories": 0.24}},
	{4500, map[string]float64{"lists": 0.18, "arithmetic": 0.26, "sudoku": 0.12, "stories": 0.44}},
	{9500, map[string]float64{"lists": 0.18, "arithmetic": 0.14, "sudoku": 0.08, "stories": 0.60}},
}

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
		task := trainTask{workload: w}
		for r := range w.Rungs() {
			if longestSample(w, r, codec) <= maxTokens {
				task.rungs = r + 1
			} else {
				break
			}
		}
		if task.rungs == 0 {
			return nil, fmt.Errorf("no rung of workload %s fits into %d tokens", w.Name(), maxTokens)
		}
		for _, m := range trainMixtures {
			if m.share[w.Name()] <= 0 {
				return nil, fmt.Errorf("workload %s has no share in the training mixture from step %d on", w.Name(), m.from)
			}
		}
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
	task := s.task(rng, step)
	inst := task.workload.Generate(workloads.Train, drawRung(rng, task.rungs, step), int(rng.Uint32()))
	return train.Sample{Prompt: s.codec.Encode(inst.Prompt), Answer: s.codec.Encode(inst.Answer)}
}

// task draws a workload by its share at a step.
func (s *trainSource) task(rng *rand.Rand, step int) trainTask {
	mix := trainMixtures[0].share
	for _, m := range trainMixtures {
		if step >= m.from {
			mix = m.share
		}
	}
	total := 0.0
	for _, t := range s.tasks {
		total += mix[t.workload.Name()]
	}
	x := rng.Float64() * total
	for _, t := range s.tasks {
		if x -= mix[t.workload.Name()]; x < 0 {
			return t
		}
	}
	return s.tasks[len(s.tasks)-1]
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
