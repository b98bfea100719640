package brackets

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"dllmbench/workloads"
)

// TestCountExact compares with whole numbers of any size, by a recursion over
// the last symbol instead of the first.
func TestCountExact(t *testing.T) {
	for _, depth := range []int{1, 4, 8} {
		const most = 128
		s := countShapes(depth, most)
		// row[h] counts sequences from height start that have reached height h.
		for start := range depth + 1 {
			row := make([]*big.Int, depth+1)
			for h := range row {
				row[h] = new(big.Int)
			}
			row[start].SetInt64(1)
			for m := range most + 1 {
				want, _ := new(big.Float).SetInt(row[0]).Float64()
				if got := s.from(start, m); math.Abs(got-want) > 1e-13*want {
					t.Fatalf("depth %d, %d open, %d to go: %g, want %g", depth, start, m, got, want)
				}
				next := make([]*big.Int, depth+1)
				for h := range next {
					next[h] = new(big.Int)
					if h > 0 {
						next[h].Add(next[h], row[h-1])
					}
					if h < depth {
						next[h].Add(next[h], row[h+1])
					}
				}
				row = next
			}
		}
	}
	if got := countShapes(8, 16).from(0, 16); got != 1430 {
		t.Errorf("%g shapes of 16 brackets, want the Catalan number 1430", got)
	}
}

// TestLogProb enumerates all strings of brackets of the right length: those that
// the second judge accepts, and no others, have a probability, and these add up
// to one.
func TestLogProb(t *testing.T) {
	w := New()
	done, unique := 0, 0
	for i := range 60 {
		inst := w.Generate(workloads.Test, i%2, i)
		signs := 2 * w.rungs[inst.Rung].kinds
		words := make([]string, len(strings.Fields(inst.Answer)))
		total := 1
		for range words {
			total *= signs
		}
		if total > 8000 {
			continue
		}
		sum, count := 0.0, 0
		for code := range total {
			for k, c := 0, code; k < len(words); k, c = k+1, c/signs {
				words[k] = brackets[c%signs:][:1]
			}
			text := strings.Join(words, " ")
			p := math.Exp(w.LogProb(inst, text))
			if valid(inst.Prompt, text) != (p > 0) {
				t.Fatalf("%s: %q has probability %g", inst.ID, text, p)
			}
			if p > 0 {
				count++
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-9 || inst.Unique != (count == 1) {
			t.Fatalf("%s: %d answers, probabilities add up to %g, unique %v", inst.ID, count, sum, inst.Unique)
		}
		done++
		if inst.Unique {
			unique++
		}
	}
	if done < 20 || unique == 0 || unique == done {
		t.Errorf("%d instances enumerated, %d with one answer", done, unique)
	}
	inst := w.Generate(workloads.Test, 0, 0)
	for _, text := range []string{"", inst.Answer + " (", "x"} {
		if p := w.LogProb(inst, text); !math.IsInf(p, -1) {
			t.Errorf("%q has log-probability %g", text, p)
		}
	}
	var _ workloads.Prober = w
}

// TestAnswersAreUniform groups training instances by prompt and compares the
// answers of the commonest prompts with the claimed law by a chi-square test.
func TestAnswersAreUniform(t *testing.T) {
	w := New()
	answers, claimed := map[string]map[string]int{}, map[string]float64{}
	for i := range 40000 {
		inst := w.Generate(workloads.Train, 0, i)
		if answers[inst.Prompt] == nil {
			answers[inst.Prompt] = map[string]int{}
		}
		answers[inst.Prompt][inst.Answer]++
		claimed[inst.Prompt] = math.Exp(w.LogProb(inst, inst.Answer))
	}
	tested := 0
	for prompt, counts := range answers {
		n := 0
		for _, c := range counts {
			n += c
		}
		expected := float64(n) * claimed[prompt]
		if expected < 8 {
			continue
		}
		tested++
		cells := math.Round(1 / claimed[prompt])
		chi := (cells - float64(len(counts))) * expected
		for _, c := range counts {
			chi += (float64(c) - expected) * (float64(c) - expected) / expected
		}
		// A generous bound, about five standard deviations above the mean.
		if dof := cells - 1; chi > dof+5*math.Sqrt(2*dof)+5 {
			t.Errorf("%q: chi-square %.1f with %g degrees of freedom", prompt, chi, dof)
		}
	}
	if tested < 50 {
		t.Errorf("only %d prompts are frequent enough", tested)
	}
}

// TestDrawIsUniform draws the 14 shapes of eight brackets.
func TestDrawIsUniform(t *testing.T) {
	s := countShapes(4, 8)
	rng := rand.New(rand.NewPCG(7, 8))
	count := map[[8]bool]int{}
	const n = 28000
	for range n {
		count[[8]bool(s.draw(rng, 8))]++
	}
	chi := 0.0
	for _, c := range count {
		d := float64(c) - n/14
		chi += d * d / (n / 14)
	}
	if len(count) != 14 || chi > 34.5 { // 99.9% point for 13 degrees of freedom
		t.Errorf("%d shapes, chi-square %.1f", len(count), chi)
	}
}
