package block

import (
	"slices"
	"strings"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// given is the probability of symbol i of text x given its symbols at the known
// positions.
func given(j *enginetest.Joint, x, i int, known []bool) float64 {
	fits, both := 0.0, 0.0
	for y, p := range j.P {
		ok := true
		for k, is := range known {
			ok = ok && (!is || j.Digit(y, k) == j.Digit(x, k))
		}
		if ok {
			fits += p
			if j.Digit(y, i) == j.Digit(x, i) {
				both += p
			}
		}
	}
	return both / fits
}

// drawn is the probability that the masked positions of x are drawn as they are,
// independently of each other, given the rest.
func drawn(j *enginetest.Joint, x int, masked []bool) float64 {
	known, p := make([]bool, j.N), 1.0
	for i := range known {
		known[i] = !masked[i]
	}
	for i := range masked {
		if masked[i] {
			p *= given(j, x, i, known)
		}
	}
	return p
}

// subsets calls visit with every set of positions.
func subsets(n int, visit func(in, out []bool, size int)) {
	for bits := range 1 << n {
		in, out, size := make([]bool, n), make([]bool, n), 0
		for i := range n {
			if in[i] = bits>>i&1 == 1; in[i] {
				size++
			}
			out[i] = !in[i]
		}
		visit(in, out, size)
	}
}

// twoSteps is the law of an ancestral sampler with two steps: each position is
// written in one of them with probability 1/2.
func twoSteps(j *enginetest.Joint) []float64 {
	law := make([]float64, len(j.P))
	for x := range law {
		subsets(j.N, func(first, second []bool, _ int) {
			p := 1.0 / float64(int(1)<<j.N)
			for i, is := range first {
				if is {
					p *= given(j, x, i, make([]bool, j.N))
				}
			}
			law[x] += p * drawn(j, x, second)
		})
	}
	return law
}

// erasingAll is the law of three steps of ReMDM-cap with eta 1. The first writes
// each position with probability 1/3. In the second, time asks for a share of
// 2/3, and all that is written is erased, so all the rest is written, seeing the
// first. The third writes again what was erased, seeing the rest.
func erasingAll(j *enginetest.Joint) []float64 {
	law := make([]float64, len(j.P))
	for x := range law {
		subsets(j.N, func(first, rest []bool, size int) {
			p := drawn(j, x, first)
			for range j.N {
				p /= 3
			}
			for range j.N - size {
				p *= 2
			}
			// y holds the erased draft at first, and x elsewhere.
			sum := 0.0
			for y := range j.P {
				same, draft := true, 1.0
				for i := range rest {
					same = same && (first[i] || j.Digit(y, i) == j.Digit(x, i))
					if first[i] {
						draft *= given(j, y, i, make([]bool, j.N))
					}
				}
				if same {
					sum += draft * drawn(j, y, rest)
				}
			}
			law[x] += p * sum
		})
	}
	return law
}

// The samplers follow the laws that their definitions give, enumerated. With
// more and more steps ancestral sampling becomes the joint distribution itself,
// as first hitting is; so does re-masking.
func TestAncestralLaws(t *testing.T) {
	j := enginetest.Toy()
	net := enginetest.NewTable(3, 8, j.Law(1))
	for _, c := range []struct {
		name, preset string
		opts         engines.Options
		want         []float64
	}{
		{"one step", "bd3lm", engines.Options{"sampler": "ancestral", "steps_per_block": 1}, j.Marginals()},
		{"two steps", "bd3lm", engines.Options{"sampler": "ancestral", "steps_per_block": 2}, twoSteps(j)},
		{"many steps", "bd3lm", engines.Options{"sampler": "ancestral", "steps_per_block": 300}, j.P},
		{"many steps, two blocks", "bd3lm", engines.Options{"sampler": "ancestral", "steps_per_block": 300, "block_length": 2}, j.P},
		{"two steps, nothing to erase", "block-remdm", engines.Options{"steps_per_block": 2, "eta": 1}, twoSteps(j)},
		{"three steps, all erased", "block-remdm", engines.Options{"steps_per_block": 3, "eta": 1}, erasingAll(j)},
		{"many steps, some erased", "block-remdm", engines.Options{"steps_per_block": 300, "eta": 0.01}, j.P},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.opts["top_p"] = 1.0
			if c.opts["block_length"] == nil {
				c.opts["block_length"] = 3
			}
			enginetest.CheckLaw(t, subject.Must(t, net, c.preset, c.opts), j, c.want)
		})
	}
}

// A step that writes none takes no pass, so there are at most as many passes
// as positions, whatever the number of steps; and the passes of a block of n in
// many steps are n but for the odd coincidence.
func TestIdleStepsAreFree(t *testing.T) {
	s := enginetest.NewSession(t)
	for _, length := range []int{1, 5, 12} {
		e := subject.Must(t, s, "bd3lm", engines.Options{"block_length": length, "sampler": "ancestral"})
		sum := 0
		for seed := range uint64(10) {
			u := one(t, e, engines.Request{Prompt: prompt(3), Budget: 12, Seed: seed}, nil).Usage
			if u.N(usage.NFE) > 12 || u.N(usage.LogitRows) != 12 {
				t.Errorf("blocks of %d: %d passes, %d rows of logits", length, u.N(usage.NFE), u.N(usage.LogitRows))
			}
			sum += u.N(usage.NFE)
		}
		if sum < 117 {
			t.Errorf("blocks of %d: %d passes for ten texts of 12", length, sum)
		}
		e = subject.Must(t, s, "bd3lm", engines.Options{"block_length": length, "sampler": "ancestral", "steps_per_block": 1})
		if u := one(t, e, engines.Request{Prompt: prompt(3), Budget: 12}, nil).Usage; u.N(usage.NFE) != (12+length-1)/length {
			t.Errorf("blocks of %d in one step: %d passes", length, u.N(usage.NFE))
		}
	}
}

// Erasing nothing is BD3-LM's ancestral sampler, draw for draw; erasing changes
// it.
func TestRemaskingLimit(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: prompt(3), Budget: 19, Seed: 5}
	for _, length := range []int{1, 4, 7, 0} {
		run := func(preset string, o engines.Options) engines.Result {
			o["block_length"], o["steps_per_block"] = length, 30
			return one(t, subject.Must(t, s, preset, o), req, nil)
		}
		a, b := run("bd3lm", engines.Options{"sampler": "ancestral"}), run("block-remdm", engines.Options{"eta": 0})
		if !slices.Equal(a.Tokens, b.Tokens) || a.Usage != b.Usage {
			t.Errorf("blocks of %d:\n%v %+v\n%v %+v", length, a.Tokens, a.Usage, b.Tokens, b.Usage)
		}
		for _, o := range []engines.Options{{"eta": 0.5}, {"strategy": "conf"}} {
			r := run("block-remdm", o)
			enginetest.CheckResult(t, req, r)
			if length != 1 && r.Usage.N(usage.RevisedTokens) == 0 {
				t.Errorf("blocks of %d, %v: nothing is masked again", length, o)
			}
		}
	}
}

func TestRemaskingRefusals(t *testing.T) {
	for part, opts := range map[string]engines.Options{
		"eta (-0.5) is a probability":                {"eta": -0.5},
		"eta (0.1) has no meaning for strategy conf": {"eta": 0.1, "strategy": "conf"},
		`strategy is "loop", allowed are cap, conf`:  {"strategy": "loop"},
	} {
		if _, err := New(enginetest.NewSession(t), "block-remdm", opts); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v: the error is %v", opts, err)
		}
	}
}
