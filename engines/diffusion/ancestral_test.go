package diffusion

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// canvas is the state of a sampler over three positions: symbols or -1 for a
// mask, and the probability with which each symbol was drawn.
type canvas struct {
	symbol [3]int
	conf   [3]float64
}

// conditionals are the probabilities of the symbols at a position, given the rest.
func conditionals(j *enginetest.Joint, c canvas, at int) []float64 {
	p, total := make([]float64, j.Symbols), 0.0
	for x, q := range j.P {
		fits := true
		for i, v := range c.symbol {
			fits = fits && (v < 0 || v == j.Digit(x, i))
		}
		if fits {
			p[j.Digit(x, at)] += q
			total += q
		}
	}
	for v := range p {
		p[v] /= total
	}
	return p
}

// exactLaw walks all states of a sampler that writes each mask with one
// probability and erases each token with another, all of them at once and
// seeing the canvas before the step, as the published code does it with
// q = [write·p(x), 1-write]. The most probable tokens fill what is left. rates
// gives write and erase of a position; sharing is the softmax of -conf.
func exactLaw(j *enginetest.Joint, steps int, rates func(i int) (write, erase float64), shared bool) []float64 {
	states := map[canvas]float64{{symbol: [3]int{-1, -1, -1}}: 1}
	for i := range steps {
		write, erase := rates(i)
		next := map[canvas]float64{}
		for c, p := range states {
			var spread func(at int, to canvas, p float64)
			total := 0.0
			for k, v := range c.symbol {
				if v >= 0 {
					total += math.Exp(-c.conf[k])
				}
			}
			spread = func(at int, to canvas, p float64) {
				switch {
				case p == 0:
				case at == 3:
					next[to] += p
				case c.symbol[at] < 0:
					spread(at+1, to, p*(1-write))
					for v, q := range conditionals(j, c, at) {
						written := to
						if written.symbol[at] = v; shared { // otherwise it does not matter
							written.conf[at] = q
						}
						spread(at+1, written, p*write*q)
					}
				default:
					sigma := erase
					if shared {
						sigma *= math.Exp(-c.conf[at]) / total
					}
					spread(at+1, to, p*(1-sigma))
					erased := to
					erased.symbol[at], erased.conf[at] = -1, 0
					spread(at+1, erased, p*sigma)
				}
			}
			spread(0, c, p)
		}
		states = next
	}
	law := make([]float64, len(j.P))
	for c, p := range states {
		x := 0
		for k, v := range c.symbol {
			if v < 0 {
				q := conditionals(j, c, k)
				v = slices.Index(q, slices.Max(q))
			}
			x = x*j.Symbols + v
		}
		law[x] += p
	}
	return law
}

// times are those of a grid from 1 to eps.
func times(i, steps int, eps float64) (t, s float64) {
	dt := (1 - eps) / float64(steps)
	return 1 - dt*float64(i), 1 - dt*float64(i+1)
}

// remdmRates are the published rates of a strategy, from the shares of written
// positions a and b before and behind the step.
func remdmRates(strategy string, eta float64, steps int) func(i int) (write, erase float64) {
	return func(i int) (float64, float64) {
		t, s := times(i, steps, 1e-5)
		a, b := 1-t, 1-s
		limit, sigma := 1.0, eta
		if i > 0 {
			limit = math.Min(1, (1-b)/a)
		}
		switch strategy {
		case "rescale":
			sigma = eta * limit
		case "forward_backward":
			sigma = 1
			if i > 0 {
				sigma = (b - a) / a
			}
		case "conf":
			return (b - a) / (1 - a), limit
		}
		sigma = math.Min(sigma, limit)
		return (b - (1-sigma)*a) / (1 - a), sigma
	}
}

// The samplers follow the laws of their definitions, for few steps, where these
// are far from the joint distribution.
func TestAncestralLaws(t *testing.T) {
	j := enginetest.Toy()
	net := enginetest.NewTable(3, 8, j.Law(1))
	dreamRates := func(steps int, eps float64) func(int) (float64, float64) {
		return func(i int) (float64, float64) {
			t, s := times(i, steps, eps)
			if i == steps-1 {
				return 1, 0
			}
			return 1 - s/t, 0
		}
	}
	for _, c := range []struct {
		preset string
		opts   engines.Options
		want   []float64
	}{
		{"mdlm", engines.Options{"steps": 1}, j.Marginals()},
		{"mdlm", engines.Options{"steps": 2}, exactLaw(j, 2, remdmRates("cap", 0, 2), false)},
		{"mdlm", engines.Options{"steps": 300}, j.P},
		{"dream", engines.Options{"alg": "origin", "steps": 1, "temperature": 1.0}, j.Marginals()},
		{"dream", engines.Options{"alg": "origin", "steps": 3, "temperature": 1.0, "eps": 0.2}, exactLaw(j, 3, dreamRates(3, 0.2), false)},
		{"dream", engines.Options{"alg": "origin", "steps": 300, "temperature": 1.0}, j.P},
		{"remdm", engines.Options{"steps": 4, "eta": 0.3}, exactLaw(j, 4, remdmRates("cap", 0.3, 4), false)},
		{"remdm", engines.Options{"steps": 3, "eta": 0.7, "strategy": "rescale"}, exactLaw(j, 3, remdmRates("rescale", 0.7, 3), false)},
		{"remdm", engines.Options{"steps": 4, "strategy": "conf"}, exactLaw(j, 4, remdmRates("conf", 0, 4), true)},
		{"remdm", engines.Options{"steps": 4, "strategy": "forward_backward"}, exactLaw(j, 4, remdmRates("forward_backward", 0, 4), false)},
		{"remdm", engines.Options{"steps": 300, "eta": 0.01}, j.P},
		{"remdm", engines.Options{"steps": 300, "eta": 0.01, "strategy": "loop"}, j.P},
	} {
		t.Run(fmt.Sprint(c.preset, c.opts), func(t *testing.T) {
			if c.preset == "remdm" {
				c.opts["top_p"] = 1.0
			}
			enginetest.CheckLaw(t, subject.Must(t, net, c.preset, c.opts), j, c.want)
		})
	}
}

// distance is the total variation between two distributions.
func distance(p, q []float64) (d float64) {
	for x := range p {
		d += math.Abs(p[x]-q[x]) / 2
	}
	return d
}

// What the last test takes for granted: by the exact laws, the error of drawing
// several tokens at once falls in proportion to the step, and erasing tokens at
// random does no harm to the limit.
func TestLimitsOfTheLaws(t *testing.T) {
	j := enginetest.Toy()
	law := func(strategy string, eta float64, steps int) float64 {
		return distance(exactLaw(j, steps, remdmRates(strategy, eta, steps), false), j.P)
	}
	if one := distance(j.Marginals(), j.P); one < 0.1 || math.Abs(law("cap", 0, 1)-one) > 1e-4 {
		t.Fatalf("the toy is %g away from independence, one step %g", one, law("cap", 0, 1))
	}
	for _, c := range []struct {
		strategy string
		eta      float64
	}{{"cap", 0}, {"cap", 0.01}, {"forward_backward", 0}} {
		few, many := law(c.strategy, c.eta, 16), law(c.strategy, c.eta, 64)
		if few > 0.06 || many > few/3 {
			t.Errorf("%s %g: %g away after 16 steps, %g after 64", c.strategy, c.eta, few, many)
		}
	}
}

// Erasing nothing is mdlm, draw for draw. A row of logits is computed for every
// token that is written and for no other.
func TestRemaskingLimits(t *testing.T) {
	s := enginetest.NewSession(t)
	req := engines.Request{Prompt: []int32{5, 6, 7}, Budget: 19, Seed: 4}
	for _, steps := range []int{0, 1, 7, 19, 200} {
		plain := one(t, subject.Must(t, s, "mdlm", engines.Options{"steps": steps}), req, nil)
		for _, strategy := range []string{"cap", "rescale"} {
			zero := one(t, subject.Must(t, s, "remdm", engines.Options{"steps": steps, "eta": 0, "top_p": 1.0, "strategy": strategy}), req, nil)
			if !slices.Equal(plain.Tokens, zero.Tokens) || plain.Usage != zero.Usage {
				t.Errorf("%s in %d steps: %v %+v\nmdlm: %v %+v", strategy, steps, zero.Tokens, zero.Usage, plain.Tokens, plain.Usage)
			}
		}
		if u := plain.Usage; u.N(usage.NFE) > 19 || u.N(usage.LogitRows) != 19 || u.N(usage.SampledLogits) != 19*40 || u.N(usage.RevisedTokens) != 0 || u.N(usage.QueryTokens) != u.N(usage.NFE)*22 {
			t.Errorf("mdlm in %d steps: %+v", steps, u)
		}
	}
	for _, o := range []engines.Options{{"eta": 0.2}, {"eta": 0.9, "strategy": "rescale"}, {"strategy": "conf"}, {"strategy": "loop", "eta": 0.1}, {"strategy": "forward_backward"}} {
		o["steps"] = 60
		r := one(t, subject.Must(t, s, "remdm", o), req, nil)
		enginetest.CheckResult(t, req, r)
		if r.Usage.N(usage.RevisedTokens) == 0 || slices.Contains(r.Tokens, enginetest.Mask) || r.Usage.N(usage.LogitRows) != 19+r.Usage.N(usage.RevisedTokens) {
			t.Errorf("%v: %v %+v", o, r.Tokens, r.Usage)
		}
	}
}

// With cap and eta 1, three steps, all that the first step wrote is erased in
// the second, while the rest is written seeing it, and the third writes it anew
// seeing the rest. Every token says how many others its row saw.
func TestRemaskingByHand(t *testing.T) {
	const p, n = 1, 7
	net := enginetest.NewTable(n, 16, func(row []float32, visible []int32, _ int) {
		seen := 0
		for _, id := range visible[p:] {
			if id != enginetest.Mask {
				seen++
			}
		}
		row[int(enginetest.First)+min(seen, n-1)] = 60
	})
	e := subject.Must(t, net, "remdm", engines.Options{"steps": 3, "eta": 1.0, "temperature": 0})
	for seed := range uint64(20) {
		type pass struct{ written, erased []int }
		var passes []pass
		r := one(t, e, engines.Request{Prompt: []int32{3}, Budget: n, Seed: seed}, engines.SinkFunc(func(e *engines.Event) {
			var now pass
			for _, k := range e.Committed {
				now.written = append(now.written, k.Pos)
			}
			for _, k := range e.Revised {
				now.erased = append(now.erased, k.Pos)
			}
			passes = append(passes, now)
		}))
		if len(passes) != 3 {
			continue // nobody was written in the first step, or everybody
		}
		first := passes[0].written
		if len(passes[0].erased) > 0 || !slices.Equal(passes[1].erased, first) || len(passes[1].written) != n-len(first) ||
			!slices.Equal(passes[2].written, first) || len(passes[2].erased) > 0 {
			t.Fatalf("seed %d: %+v", seed, passes)
		}
		for i, id := range r.Tokens {
			want := len(first)
			if slices.Contains(first, i) {
				want = n - len(first)
			}
			if id != enginetest.First+int32(want) {
				t.Errorf("seed %d: %v, first were %v", seed, r.Tokens, first)
			}
		}
	}
}

func TestRemaskingRefusals(t *testing.T) {
	refused(t, "remdm", map[string]engines.Options{
		"eta (-0.5) is a probability":                {"eta": -0.5},
		"eta (0.1) has no meaning for strategy conf": {"eta": 0.1, "strategy": "conf"},
		"t_off (0.5) is above t_on (0.4)":            {"strategy": "loop", "t_on": 0.4, "t_off": 0.5},
		"eta (0.5) is above 0.111":                   {"strategy": "loop", "eta": 0.5},
		"give eta at most 0.01,":                     {"strategy": "loop", "alpha_on": 0.99},
	})
}
