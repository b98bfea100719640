// Package corpus is what weights are trained on: a [Recipe] says which workloads in
// which shares, with which vocabulary and shape of the network, and a [Source] draws
// samples by it.
package corpus

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"dllmbench/engines"
	"dllmbench/engines/middle"
	"dllmbench/engines/network"
	"dllmbench/engines/train"
	"dllmbench/workloads"
)

// Source draws training samples from the workloads of a recipe: a workload
// by its share, a rung that leans towards the easy end (less so as training goes
// on), and an instance of the training split.
//
// An infilling task becomes one of three samples: the text in place, of which
// anything may be masked; the text in place, of which only the gaps are, as in
// decoding; and the layout of fill-in-the-middle, from which left-to-right decoding
// learns. All are equally likely, unless the recipe wants more of the last.
type Source struct {
	Recipe Recipe
	codec  engines.Codec
	fim    *network.FIM // nil without fill-in-the-middle
	limit  int          // longer samples are left out
	tasks  []*task
}

// task is a workload of the mixture.
type task struct {
	name  string
	rungs []rungOf
	mean  []float64 // tokens of a sample of each rung
	flat  bool

	drawn [columns]atomic.Int64 // what was drawn so far, in the whole run
}

// NewSource makes the source of a recipe. Samples that are longer than the
// recipe's longest or the context are not trained on. Where shares count samples,
// as for v0, a ladder ends instead before the first rung that has too long ones.
func NewSource(r Recipe, all []workloads.Workload, codec engines.Codec, context int) (*Source, error) {
	ladders, err := r.ladders(all)
	if err != nil {
		return nil, err
	}
	s := &Source{Recipe: r, codec: codec, fim: r.FIMTokens(), limit: context}
	if r.byTokens {
		s.limit = min(context, r.MaxSample)
	}
	for n, ladder := range ladders {
		task := &task{name: r.phases[0].share[n].workload}
		task.flat = slices.Contains(r.flat, task.name)
		for _, rung := range ladder {
			shortest, longest, mean := s.lengths(rung)
			if shortest <= s.limit && (r.byTokens || longest <= r.MaxSample) {
				task.rungs, task.mean = append(task.rungs, rung), append(task.mean, mean)
			} else if !r.byTokens {
				break
			}
		}
		if len(task.rungs) == 0 {
			return nil, fmt.Errorf("no rung of workload %s fits into %d tokens", task.name, min(r.MaxSample, s.limit))
		}
		s.tasks = append(s.tasks, task)
	}
	return s, nil
}

// lengths are the shortest, the longest and the mean length in tokens, end token
// included, of some samples of a rung.
func (s *Source) lengths(t rungOf) (shortest, longest int, mean float64) {
	const tries = 64
	shortest = math.MaxInt
	rng := rand.New(rand.NewPCG(0, uint64(t.rung)))
	for i := range tries {
		sample, ok := s.sample(t.workload.Generate(workloads.Train, t.rung, i), rng)
		if !ok {
			continue
		}
		n := length(sample)
		shortest, longest = min(shortest, n), max(longest, n)
		mean += float64(n) / tries
	}
	return shortest, longest, mean
}

// length is that of prompt, answer and end token.
func length(s train.Sample) int { return len(s.Prompt) + len(s.Answer) + 1 }

// Next implements train.Source.
func (s *Source) Next(rng *rand.Rand, step int) train.Sample {
	for {
		task := s.task(rng, step)
		rung := task.rungs[s.drawRung(rng, task, step)]
		inst := rung.workload.Generate(workloads.Train, rung.rung, int(rng.Uint32()))
		sample, ok := s.sample(inst, rng)
		if n := length(sample); ok && n <= s.limit {
			task.drawn[samples].Add(1)
			task.drawn[tokens].Add(int64(n))
			return sample
		}
		task.drawn[skipped].Add(1)
	}
}

// sample is the text that an instance teaches; ok is false for an infilling task
// whose gaps do not have the tokens of the answer.
func (s *Source) sample(inst workloads.Instance, rng *rand.Rand) (train.Sample, bool) {
	prompt, answer := s.codec.Encode(inst.Prompt), s.codec.Encode(inst.Answer)
	inPlace := train.Sample{Prompt: prompt, Answer: answer}
	if inst.Template == nil || s.fim == nil {
		return inPlace, true
	}
	way := rng.IntN(2 + s.Recipe.middles)
	if way == 0 {
		return inPlace, true
	}
	template, err := workloads.TemplateTokens(s.codec, inst)
	if err != nil {
		return train.Sample{}, false
	}
	if way == 1 {
		inPlace.Gap = make([]bool, len(answer))
		for i := range answer {
			inPlace.Gap[i] = template[i] == engines.Gap
		}
		return inPlace, true
	}
	return FillInTheMiddle(*s.fim, prompt, template, answer), true
}

// FillInTheMiddle lays an infilling task out for left-to-right decoding:
//
//	prompt Prefix text Gap text Middle | fill Gap fill
//
// with one Gap for each missing token in the text where gaps are counted.
func FillInTheMiddle(fim network.FIM, prompt, template, answer []int32) train.Sample {
	head, fills, at := middle.Lay(fim, prompt, template)
	for i, pos := range at {
		if pos >= 0 {
			fills[i] = answer[pos]
		}
	}
	return train.Sample{Prompt: head, Answer: fills}
}

// task draws a workload by its share at a step. Where shares count tokens, a
// workload with long samples is drawn less often.
func (s *Source) task(rng *rand.Rand, step int) *task {
	mix := s.Recipe.phases[0].share
	for _, p := range s.Recipe.phases {
		if step >= p.from {
			mix = p.share
		}
	}
	weight := make([]float64, len(s.tasks))
	total := 0.0
	for i, t := range s.tasks {
		weight[i] = mix[i].part
		if s.Recipe.byTokens {
			weight[i] /= s.meanLength(t, step)
		}
		total += weight[i]
	}
	x := rng.Float64() * total
	for i, t := range s.tasks {
		if x -= weight[i]; x < 0 {
			return t
		}
	}
	return s.tasks[len(s.tasks)-1]
}

// meanLength is the mean length of a workload's samples at a step.
func (s *Source) meanLength(t *task, step int) float64 {
	ease := s.ease(t, step)
	sum, total := 0.0, 0.0
	for r, mean := range t.mean {
		p := math.Exp(-float64(r) / ease)
		sum, total = sum+p*mean, total+p
	}
	return sum / total
}

// ease is the scale on which the probability of a rung falls.
func (s *Source) ease(t *task, step int) float64 {
	if t.flat {
		return math.Inf(1)
	}
	e := s.Recipe.ease
	return float64(len(t.rungs)) * (e.start + (e.end-e.start)*min(1, float64(step)/float64(e.steps)))
}

// drawRung inverts the cumulative distribution of exp(-rung/ease) on the rungs.
func (s *Source) drawRung(rng *rand.Rand, t *task, step int) int {
	n := len(t.rungs)
	if t.flat {
		return rng.IntN(n)
	}
	ease := s.ease(t, step)
	u := rng.Float64() * (1 - math.Exp(-float64(n)/ease))
	return min(n-1, int(-ease*math.Log(1-u)))
}
