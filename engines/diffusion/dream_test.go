package diffusion

import (
	"math"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/internal/sample"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// By hand: four steps and eps 1e-3 give times 1, 0.75025, 0.5005, 0.25075, so a
// step takes the shares 0.24975, 0.33289 and 0.499 of the masks, rounded down:
// of eight masks 1, of seven 2, of five 2, and the last step the other three.
func TestDreamByHand(t *testing.T) {
	net := enginetest.NewTable(9, 16, ladder(2, []float32{5, 3, 7, 1, 4, 4, 2, 6}))
	for _, alg := range []string{"maskgit_plus", "topk_margin", "entropy"} {
		var order commits
		r := one(t, subject.Must(t, net, "dream", engines.Options{"alg": alg, "steps": 4}), engines.Request{Prompt: []int32{3, 3}, Budget: 8}, &order)
		if want := (commits{{2}, {0, 7}, {4, 5}, {1, 3, 6}}); !slices.EqualFunc(order, want, slices.Equal[[]int]) {
			t.Errorf("%s: commits per step %v, want %v", alg, order, want)
		}
		if u := r.Usage; u.N(usage.NFE) != 4 || u.N(usage.DenoisingSteps) != 4 || u.N(usage.LogitRows) != 8+7+5+3 {
			t.Errorf("%s: %+v", alg, u)
		}
		// Position 5 sees a mask at 4, which is written in the same step; 3 and 6
		// have written neighbours on the left.
		const a = enginetest.First
		if want := []int32{a, a + 2, a + 2, a + 4, a + 4, a + 5, a + 7, a + 7}; !slices.Equal(r.Tokens, want) {
			t.Errorf("%s: tokens %v, want %v", alg, r.Tokens, want)
		}
	}
}

// Three masks in 100 steps: the share of a step is a little less than one over
// the steps that are left, so the first step that writes is the last but one,
// and the last writes two. The others take no pass.
func TestDreamSkipsIdleSteps(t *testing.T) {
	net := enginetest.NewTable(3, 16, ladder(1, []float32{2, 1, 3}))
	var order commits
	r := one(t, subject.Must(t, net, "dream", engines.Options{"steps": 100}), engines.Request{Prompt: []int32{3}, Budget: 3}, &order)
	if want := (commits{{2}, {0, 1}}); !slices.EqualFunc(order, want, slices.Equal[[]int]) || r.Usage.N(usage.NFE) != 2 || r.Usage.N(usage.LogitRows) != 5 {
		t.Errorf("commits per pass %v in %d passes", order, r.Usage.N(usage.NFE))
	}
}

// Three positions of which each measure prefers another one: the largest
// probability is at 0, the largest lead at 1, the least entropy at 2.
func TestDreamMeasures(t *testing.T) {
	rows := [][]float64{{0.62, 0.3, 0.08}, {0.55, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05}, {0.5, 0.5}}
	net := enginetest.NewTable(10, 8, func(row []float32, visible []int32, pos int) {
		for i := range row {
			row[i] = float32(math.Inf(-1))
		}
		for v, p := range rows[enginetest.Target(visible, pos)-1] {
			row[int(enginetest.First)+v] = float32(math.Log(p))
		}
	})
	for _, c := range []struct {
		opts  engines.Options
		first int
	}{
		{engines.Options{"alg": "maskgit_plus"}, 0},
		{engines.Options{"alg": "topk_margin"}, 1},
		{engines.Options{"alg": "entropy"}, 2},
		// What is cut is not counted: top-p 0.55 leaves one token at 0 and two at
		// 2; top-p 0.4 one everywhere; top-k 2 leaves leads of 0.35, 0.83 and 0.
		{engines.Options{"alg": "maskgit_plus", "top_p": 0.55}, 0},
		{engines.Options{"alg": "entropy", "top_p": 0.4}, 0},
		{engines.Options{"alg": "maskgit_plus", "top_k": 2}, 1},
		{engines.Options{"alg": "topk_margin", "top_k": 2}, 1},
		{engines.Options{"alg": "entropy", "top_k": 2}, 1},
		{engines.Options{"alg": "topk_margin", "top_k": 1}, 0},
	} {
		c.opts["steps"] = 6
		var order commits
		one(t, subject.Must(t, net, "dream", c.opts), engines.Request{Prompt: []int32{3}, Budget: 3}, &order)
		if order[0][0] != c.first || len(order[0]) != 1 {
			t.Errorf("%v: commits %v, want %d first", c.opts, order, c.first)
		}
	}
}

// twin is Dream in plain words: whole passes in every step, full sorts, numbers
// kept apart. It knows no shortcut and no skipped step.
func twin(t *testing.T, s *model.Session, prompt []int32, budget, steps int, eps, topP float64, alg string) []int32 {
	cfg := s.Model().Config()
	x := append([]int32(nil), prompt...)
	for range budget {
		x = append(x, cfg.MaskToken)
	}
	for i := range steps {
		cache := s.NewCache(len(x))
		w := network.Window{Tokens: x, Visible: network.ConstVisible(nil, len(x), len(x)), Cache: cache}
		for r := range x {
			w.Logits = append(w.Logits, r)
		}
		out, err := s.Forward([]network.Window{w})
		if err != nil {
			t.Fatal(err)
		}
		type candidate struct {
			pos  int
			id   int32
			conf float64
		}
		var all []candidate
		for pos := range x {
			if x[pos] != cfg.MaskToken {
				continue
			}
			row := slices.Clone(out.Logits[pos])
			if cfg.Shift {
				row = slices.Clone(out.Logits[pos-1])
			}
			sample.Ban(row, cfg.MaskToken)
			c := sample.Categorical{Temperature: 1, TopP: topP, NucleusFirst: true}
			law := c.Law(nil, row)
			best := slices.Index(law, slices.Max(law))
			conf := 0.0
			switch alg {
			case "maskgit_plus":
				conf = law[best]
			case "topk_margin":
				sorted := slices.Sorted(slices.Values(law))
				conf = sorted[len(sorted)-1] - sorted[len(sorted)-2]
			case "entropy":
				for _, p := range law {
					if p > 0 {
						conf += p * math.Log(p)
					}
				}
			}
			all = append(all, candidate{pos, int32(best), conf})
		}
		now, next := 1-(1-eps)*float64(i)/float64(steps), 1-(1-eps)*float64(i+1)/float64(steps)
		k := int(float64(len(all)) * (1 - next/now))
		if i == steps-1 {
			k = len(all)
		}
		slices.SortStableFunc(all, func(a, b candidate) int {
			if a.conf > b.conf {
				return -1
			} else if a.conf < b.conf {
				return 1
			}
			return 0
		})
		for _, c := range all[:k] {
			x[c.pos] = c.id
		}
	}
	return x[len(prompt):]
}

// Weights that predict through their own row or through the row in front, at
// odd sizes: always the tokens of the slow twin.
func TestDreamEqualsItsTwin(t *testing.T) {
	for _, shift := range []bool{false, true} {
		cfg := enginetest.Config(40, 64)
		cfg.Shift = shift
		s := model.NewSession(model.Random(cfg, 5), 2)
		defer s.Close()
		for _, alg := range []string{"maskgit_plus", "topk_margin", "entropy"} {
			for _, c := range []struct {
				prompt, budget, steps int
				eps, topP             float64
			}{{1, 1, 1, 1e-3, 1}, {3, 17, 5, 1e-3, 1}, {1, 13, 13, 0.1, 0.8}, {5, 9, 40, 1e-3, 0.5}} {
				prompt := make([]int32, c.prompt)
				for i := range prompt {
					prompt[i] = int32(5 + i)
				}
				o := engines.Options{"alg": alg, "steps": c.steps, "eps": c.eps, "top_p": c.topP}
				got := one(t, subject.Must(t, s, "dream", o), engines.Request{Prompt: prompt, Budget: c.budget}, nil)
				if want := twin(t, s, prompt, c.budget, c.steps, c.eps, c.topP, alg); !slices.Equal(got.Tokens, want) {
					t.Errorf("shift %v, %v, %+v:\ngot  %v\nwant %v", shift, o, c, got.Tokens, want)
				}
			}
		}
	}
}

// firstThenTwo is the law of writing first one of three positions, chosen with
// these weights by what the empty canvas predicts, and then the other two at once.
func firstThenTwo(j *enginetest.Joint, weight func(p []float64) float64) []float64 {
	law, empty := make([]float64, len(j.P)), canvas{symbol: [3]int{-1, -1, -1}}
	w, total := make([]float64, 3), 0.0
	for f := range w {
		w[f] = weight(conditionals(j, empty, f))
		total += w[f]
	}
	for x := range law {
		for f := range w {
			c := empty
			c.symbol[f] = j.Digit(x, f)
			p := w[f] / total * conditionals(j, empty, f)[j.Digit(x, f)]
			for k := range w {
				if k != f {
					p *= conditionals(j, c, k)[j.Digit(x, k)]
				}
			}
			law[x] += p
		}
	}
	return law
}

// The laws at temperature 1, where many steps write one token and then two.
func TestDreamLaws(t *testing.T) {
	j := enginetest.Toy()
	net := enginetest.NewTable(3, 8, j.Law(1))
	entropy := func(p []float64) (h float64) {
		for _, q := range p {
			h -= q * math.Log(q)
		}
		return h
	}
	least := math.Inf(1)
	for k := range 3 {
		least = min(least, entropy(conditionals(j, canvas{symbol: [3]int{-1, -1, -1}}, k)))
	}
	for _, c := range []struct {
		name string
		opts engines.Options
		want []float64
	}{
		{"surest first", engines.Options{"alg": "entropy"}, firstThenTwo(j, func(p []float64) float64 {
			if entropy(p) > least+1e-9 {
				return 0
			}
			return 1
		})},
		{"drawn by margin", engines.Options{"alg": "topk_margin", "alg_temp": 0.1}, firstThenTwo(j, func(p []float64) float64 {
			q := slices.Sorted(slices.Values(p))
			return math.Exp((q[2] - q[1]) / 0.1)
		})},
		{"drawn at random", engines.Options{"alg": "entropy", "alg_temp": 1e6}, firstThenTwo(j, func([]float64) float64 { return 1 })},
		{"one step", engines.Options{"alg": "maskgit_plus", "steps": 1}, j.Marginals()},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.opts["temperature"] = 1.0
			if c.opts["steps"] == nil {
				c.opts["steps"] = 300
			}
			enginetest.CheckLaw(t, subject.Must(t, net, "dream", c.opts), j, c.want)
		})
	}
}
