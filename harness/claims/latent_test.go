package claims

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"dllmbench/harness/result"
	"dllmbench/harness/trace"
)

// emergent is a trace of a right answer: predicted and written hold for each
// token the step (from 1) in which it is first predicted for good and written;
// the last k tokens are the result.
func emergent(cell string, i int, predicted, written []int, k int) trace.Trace {
	n, yes := len(predicted), true
	t := trace.Trace{Cell: cell, Instance: fmt.Sprint(i), Exact: &yes, Unique: true, Budget: n, Mask: 99,
		Spans: []trace.Span{{Name: "reasoning", Start: 0, End: n - k}, {Name: "result", Start: n - k, End: n}}}
	for pos := range n {
		t.Reference, t.Tokens = append(t.Reference, int32(pos)), append(t.Tokens, int32(pos))
	}
	for step := 1; step <= last(written); step++ {
		p := trace.Pass{Step: step - 1}
		for pos := range n {
			token := int32(pos)
			if step < predicted[pos] {
				token = 50
			}
			p.Argmax = append(p.Argmax, token)
			if written[pos] == step {
				p.Committed = append(p.Committed, trace.Commit{Pos: pos, ID: int32(pos)})
			}
		}
		t.Passes = append(t.Passes, p)
	}
	return t
}

// latentRun has the cells of claim 4; direct is what is solved without steps.
func latentRun(direct float64) (*fakeRun, string) {
	r := newFakeRun()
	sums := func(c *result.Cell) { c.Knobs = map[string]float64{"terms": 4, "digits": 2} }
	steps := r.cell("latent", "diffusion", "arithmetic", "sum-4x2", sums)
	r.solve(steps, 100, 90, nil)
	r.solve(r.cell("latent-direct", "diffusion", "arithmetic", "direct-4x2", sums), 100, int(100*direct), nil)
	for label, solved := range inOrder(map[string]int{"greedy": 5, "diffusion": 80}) {
		r.solve(r.cell("latent-first", label, "arithmetic", "first-4x2", sums), 100, solved, nil)
	}
	return r, steps
}

func TestLatent(t *testing.T) {
	one := func(predicted, written []int) func(int) ([]int, []int) {
		return func(int) ([]int, []int) { return predicted, written }
	}
	inOrder := []int{1, 2, 3, 4, 5, 6}
	for _, x := range []struct {
		name   string
		direct float64
		traces int
		course func(i int) (predicted, written []int)
		want   Result
		says   string
	}{
		{"result first", 0.1, 60, one([]int{1, 2, 3, 5, 6, 1}, inOrder), Supported, ""},
		{"all predicted at once, written in order", 0.1, 60, one([]int{1, 1, 1, 1, 1, 1}, inOrder), Conditional, "artefact of the order of writing"},
		{"result last", 0.1, 60, one(inOrder, inOrder), Refuted, ""},
		{"half and half", 0.1, 60, func(i int) ([]int, []int) {
			if i%2 == 0 {
				return inOrder, inOrder
			}
			return []int{1, 2, 3, 5, 6, 1}, inOrder
		}, Inconclusive, ""},
		{"result known without steps", 0.5, 60, one([]int{1, 2, 3, 5, 6, 1}, inOrder), Inconclusive, "50% of the sums without steps"},
		{"too few traces", 0.1, 10, one([]int{1, 2, 3, 5, 6, 1}, inOrder), Inconclusive, "Only 10 right answers"},
		{"no traces", 0.1, 0, nil, Inconclusive, "no traced answer"},
	} {
		t.Run(x.name, func(t *testing.T) {
			r, cell := latentRun(x.direct)
			var traces []trace.Trace
			for i := range x.traces {
				predicted, written := x.course(i)
				traces = append(traces, emergent(cell, i, predicted, written, 1))
			}
			v := judged(t, r.traceEvidence(traces), 4)
			expect(t, v, x.want)
			if !strings.Contains(v.Paragraph, x.says) {
				t.Errorf("the paragraph does not say %q: %s", x.says, v.Paragraph)
			}
		})
	}
	if v := judged(t, newFakeRun().evidence(), 4); v.Result != Inconclusive || v.Primary.P != nil {
		t.Errorf("an empty run: %+v", v)
	}
}

// With 20 tokens of reasoning and one of the result, exchangeable order alone
// has the result before the end of the reasoning in 20 of 21 cases.
func TestChanceOfOrder(t *testing.T) {
	e := emergence{result: []int{7}}
	for step := 1; len(e.reasoning) < 20; step++ {
		if step != 7 {
			e.reasoning = append(e.reasoning, step)
		}
	}
	if c := e.chance(); math.Abs(c-20.0/21) > 1e-12 {
		t.Errorf("chance is %g, want 20/21", c)
	}
	// Three of four come last: only a result with the one that does not is before.
	tied := emergence{reasoning: []int{1, 2, 2}, result: []int{2}}
	if c := tied.chance(); math.Abs(c-0.25) > 1e-12 {
		t.Errorf("chance with ties is %g, want 1/4", c)
	}
	two := emergence{reasoning: []int{1, 2, 3}, result: []int{4, 5}} // the last is none of two: 3/5
	if c := two.chance(); math.Abs(c-0.6) > 1e-12 {
		t.Errorf("chance of two tokens is %g, want 3/5", c)
	}
}

// Dealing the steps out in all ways gives chance() and one half.
func TestChanceByEnumeration(t *testing.T) {
	steps := []int{1, 2, 2, 4, 5, 5}
	var before, matched, n float64
	var chance float64
	for i := range steps {
		for k := range i {
			e := emergence{result: []int{steps[i], steps[k]}}
			for m, s := range steps {
				if m != i && m != k {
					e.reasoning = append(e.reasoning, s)
				}
			}
			n++
			chance = e.chance()
			matched += e.matched()
			if e.beforePredicted() {
				before++
			}
		}
	}
	if math.Abs(before/n-chance) > 1e-12 || math.Abs(matched/n-0.5) > 1e-12 {
		t.Errorf("of all ways %g are before (computed %g), matched %g", before/n, chance, matched/n)
	}
}

func TestPoissonBinomial(t *testing.T) {
	for _, x := range []struct {
		successes int
		chances   []float64
		want      float64
	}{{2, []float64{0.5, 0.5}, 0.5}, {1, []float64{0.5, 0.5}, 1}, {0, []float64{0.9, 0.8}, 0.04}, {2, []float64{0.1, 0.2}, 0.04}, {0, nil, 1}} {
		if p := poissonBinomial(x.successes, x.chances); math.Abs(p-x.want) > 1e-12 {
			t.Errorf("%d of %v: p %g, want %g", x.successes, x.chances, p, x.want)
		}
	}
}

// TestForcedAnswers: what is shown at a share of the steps, what decoders solve of
// forced rungs, with chance; and that all of it is missing without changing a verdict.
func TestForcedAnswers(t *testing.T) {
	build := func(forced bool) Verdict {
		r, cell := latentRun(0.1)
		if forced {
			for steps, solved := range []int{10, 40, 90} {
				c := r.cell("latent-forced", "greedy", "forced", fmt.Sprintf("after-%d-3x3", steps), func(c *result.Cell) {
					chance := 0.001
					c.Engine, c.Chance = "autoregressive", &chance
					c.Knobs = map[string]float64{"terms": 3, "digits": 3, "steps": float64(steps)}
				})
				r.solve(c, 100, solved, nil)
			}
		}
		var traces []trace.Trace
		for i := range 60 { // the result is the last of six tokens, predicted in step 3 of 6
			traces = append(traces, emergent(cell, i, []int{1, 2, 3, 4, 5, 3}, []int{1, 2, 3, 4, 5, 6}, 1))
		}
		return judged(t, r.traceEvidence(traces), 4)
	}
	with, without := build(true), build(false)
	if with.Result != without.Result || *with.Primary.Effect != *without.Primary.Effect {
		t.Errorf("forced answers decide: %s and %s", with.Result, without.Result)
	}
	for name, want := range map[string]float64{
		"diffusion, result read off at 25% of the steps: right": 0, // step 2 of 6
		"diffusion, result read off at 50% of the steps: right": 100,
		"forced after-0-3x3: solved by greedy":                  10,
		"forced after-1-3x3: solved by greedy":                  40,
		"forced after-2-3x3: solved by greedy":                  90,
	} {
		if f := findNamed(t, with.Sensitivity, name); f.Effect == nil || math.Abs(*f.Effect-want) > 1e-9 || !f.known() {
			t.Errorf("%s: %s, want %g", name, f.String(), want)
		}
	}
	if f := findNamed(t, with.Sensitivity, "forced after-0-3x3: solved by greedy"); f.Note != "chance 0.1%" {
		t.Errorf("note %q", f.Note)
	}
	if f := findNamed(t, without.Sensitivity, "result forced after a part of the reasoning"); f.Effect != nil || f.Note != "not measured" {
		t.Errorf("without cells: %+v", f)
	}
	var labels []string
	for _, s := range with.Figure.Series {
		labels = append(labels, s.Label)
	}
	if got := strings.Join(labels, "; "); !strings.Contains(got, "greedy, result forced") || !strings.Contains(got, "chance of the forced result") || !strings.Contains(got, "diffusion, result read off") {
		t.Errorf("curves: %s", got)
	}
}
