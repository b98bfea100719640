package denoise

import (
	"math"
	"math/rand/v2"
	"testing"

	"dllmbench/engines/internal/decode"
)

// Credit against the definition with a whole matrix of credits, over several
// passes in which candidates drop out, for two requests of a batch, each
// with its own, and a second run that must not remember the first.
func TestCreditEqualsItsTwin(t *testing.T) {
	const vocab, canvas, prompt, passes = 7, 5, 2, 6
	c := []*Credit{{Alpha: 0.7, Beta: 0.8, Gamma: 0.2}, {Alpha: 0.7, Beta: 0.8, Gamma: 0.2}}
	rng := rand.New(rand.NewPCG(1, 1))
	for run := range 2 {
		var steps []*Step
		var credits [][canvas][vocab]float64
		for index := range 2 {
			steps = append(steps, &Step{Job: &decode.Job{Index: index, P: prompt, Seq: make([]int32, prompt+canvas)}})
			credits = append(credits, [canvas][vocab]float64{})
		}
		for pass := range passes {
			for index, s := range steps {
				s.Candidates = s.Candidates[:0]
				for at := range canvas - pass/2 {
					s.Candidates = append(s.Candidates, prompt+at)
				}
				for i, pos := range s.Candidates {
					row, top, sum := make([]float32, vocab), 0, 0.0
					for v := range row {
						row[v] = float32(rng.IntN(3))
						sum += math.Exp(float64(row[v]))
						if row[v] > row[top] {
							top = v
						}
					}
					credit := &credits[index][pos-prompt]
					for v := range credit {
						credit[v] *= 0.8
					}
					credit[top] += math.Pow(math.Exp(float64(row[top]))/sum, 0.2)
					want := make([]float64, vocab)
					for v := range want {
						want[v] = float64(row[v]) + 0.7*math.Log(credit[v]+1)
					}
					c[index].Adjust(s, i, row)
					for v := range want {
						if math.Abs(float64(row[v])-want[v]) > 1e-5 {
							t.Fatalf("run %d, pass %d, request %d, position %d: %v, want %v", run, pass, index, pos, row, want)
						}
					}
				}
				s.Job.Step++
				s.Index++
				s.Passes++
			}
		}
	}
}
