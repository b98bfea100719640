package model

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// TestExperts: rows grouped by expert give what each row alone gives, computed step
// by step in float64, and the same bits however many rows there are.
func TestExperts(t *testing.T) {
	shape := Config{HiddenSize: 19, IntermediateSize: 5, Layers: 1, Heads: 1, KVHeads: 1, HeadDim: 4, VocabSize: 9, MaxPositions: 64, RopeTheta: 1e4, NormEps: 1e-6}
	softmax, grouped := shape, shape
	softmax.ModelType, softmax.Mixture = "lladamoe", Mixture{Experts: 13, ExpertsPerRow: 5, ExpertSize: 7}
	grouped.ModelType, grouped.Mixture = "llada2_moe", Mixture{Experts: 15, ExpertsPerRow: 4, ExpertSize: 17, SharedExperts: 1, Groups: 5, TopGroups: 2, Scale: 2.5}
	one := grouped
	one.ExpertsPerRow, one.Groups, one.TopGroups = 1, 0, 0
	for _, cfg := range []Config{softmax, grouped, one} {
		w := NewWeights(cfg)
		rng := rand.New(rand.NewPCG(1, 7))
		normal(w.Flat, 1, rng)
		m, err := New(cfg, w, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		s := NewSession(m, 2)
		defer s.Close()
		d := cfg.HiddenSize
		rows := make([]float32, 50*d)
		normal(rows, 0.5, rng)
		run := func(rows []float32) []float32 {
			n := len(rows) / d
			s.begin([]network.Window{{Tokens: make([]int32, n), Visible: network.CausalVisible(nil, 0, n), Cache: s.NewCache(n)}})
			copy(s.h, rows)
			dst := make([]float32, n*d)
			s.experts(dst)
			return dst
		}
		together := run(rows)
		touched := map[int]bool{}
		for r := range len(rows) / d {
			row := rows[r*d : (r+1)*d]
			want, best := plainExperts(&cfg, &w.Layers[0], row)
			for i, v := range want {
				if got := float64(together[r*d+i]); !(math.Abs(got-v) <= 1e-4*(1+math.Abs(v))) {
					t.Fatalf("%s: row %d has %g at %d, wanted is %g", cfg.ModelType, r, got, i, v)
				}
			}
			if alone := run(row); !slices.Equal(alone, together[r*d:(r+1)*d]) {
				t.Fatalf("%s: row %d alone has other bits", cfg.ModelType, r)
			}
			if one := int64(3*d*cfg.ExpertSize) * 4; s.mix.bytes != one*int64(cfg.ExpertsPerRow) {
				t.Errorf("%s: a row reads %d bytes, experts have %d each", cfg.ModelType, s.mix.bytes, one)
			}
			for _, e := range best {
				touched[e] = true
			}
		}
		run(rows)
		if want := int64(len(touched)*3*d*cfg.ExpertSize) * 4; s.mix.bytes != want {
			t.Errorf("%s: %d bytes are read of %d experts, wanted are %d", cfg.ModelType, s.mix.bytes, len(touched), want)
		}
	}
}

// plainExperts is what the experts of a layer make of a row, and which they are.
func plainExperts(c *Config, l *Layer, row []float32) (sum []float64, best []int) {
	d := c.HiddenSize
	times := func(w []float32, x []float64) (y []float64) {
		for ; len(w) > 0; w = w[len(x):] {
			v := 0.0
			for i := range x {
				v += float64(w[i]) * x[i]
			}
			y = append(y, v)
		}
		return y
	}
	x := make([]float64, d)
	for i, v := range row {
		x[i] = float64(v)
	}
	score, total := times(l.Router, x), 0.0
	chosen := make([]float64, len(score)) // by what experts are chosen
	for e, v := range score {
		if l.RouterBias != nil {
			score[e] = 1 / (1 + math.Exp(-v))
			chosen[e] = score[e] + float64(l.RouterBias[e])
		} else {
			score[e] = math.Exp(v)
			chosen[e], total = score[e], total+score[e]
		}
	}
	order := func(list []float64) (at []int) {
		for i := range list {
			at = append(at, i)
		}
		slices.SortFunc(at, func(a, b int) int { return cmp.Compare(list[b], list[a]) })
		return at
	}
	if c.Groups > 1 {
		size := len(chosen) / c.Groups
		var groups []float64
		for group := range slices.Chunk(chosen, size) {
			at := order(group)
			groups = append(groups, group[at[0]]+group[at[1]])
		}
		for _, g := range order(groups)[c.TopGroups:] {
			for e := range size {
				chosen[g*size+e] = math.Inf(-1)
			}
		}
	}
	best = order(chosen)[:c.ExpertsPerRow]
	if l.RouterBias != nil {
		for _, e := range best {
			total += score[e]
		}
		if len(best) == 1 {
			total = 1
		}
		total /= c.Scale
	}
	sum = make([]float64, d)
	for _, e := range best {
		gu := times(l.Experts[e].GateUp, x)
		f := len(gu) / 2
		act := make([]float64, f)
		for i := range act {
			act[i] = gu[i] / (1 + math.Exp(-gu[i])) * gu[f+i]
		}
		for i, v := range times(l.Experts[e].Down, act) {
			sum[i] += score[e] / total * v
		}
	}
	return sum, best
}

// TestMixtureCost: a pass counts the parameters that its rows were computed with, and
// the bytes of the experts that it read.
func TestMixtureCost(t *testing.T) {
	cfg := Config{ModelType: "llada2_moe", HiddenSize: 6, IntermediateSize: 10, Layers: 3, Heads: 2, KVHeads: 1, HeadDim: 4, VocabSize: 9, MaxPositions: 64,
		RopeTheta: 1e4, NormEps: 1e-6, Mixture: Mixture{Experts: 8, ExpertsPerRow: 2, ExpertSize: 5, SharedExperts: 1, DenseLayers: 1, Scale: 1}}
	m := Random(cfg, 1)
	s := NewSession(m, 1)
	defer s.Close()
	attention, dense, expert, router := 6*(8+2*4)+8*6, 3*6*10, 3*6*5, 6*8
	norms := 3*(2*6+2*4) + 6
	if total, active := cfg.Params(), cfg.ActiveParams(); total-active != int64(2*6*expert) || active != int64(3*attention+dense+2*(router+8+3*expert)+norms+2*9*6) {
		t.Errorf("%d parameters, %d of them for a row", total, active)
	}
	pass, err := s.Forward([]network.Window{{Tokens: []int32{3}, Visible: []int{1}, Cache: s.NewCache(1), Logits: []int{0}}})
	if err != nil {
		t.Fatal(err)
	}
	c := pass.Cost[0].Total()
	matrices := 3*attention + dense + 2*(router+3*expert)
	if flops := int64(2*matrices + 4*3*8 + 2*9*6); c[usage.FLOPs] != flops || cfg.FLOPs(1, 1, 1) != flops {
		t.Errorf("a row takes %d FLOPs, %d by the formula, wanted are %d", c[usage.FLOPs], cfg.FLOPs(1, 1, 1), flops)
	}
	if want := int64(4 * (matrices + 6 + 9*6)); c[usage.WeightBytes] != want {
		t.Errorf("a row reads %d bytes, wanted are %d", c[usage.WeightBytes], want)
	}
	if bits := m.Spec().BitsPerWeight; bits != 32 {
		t.Errorf("%g bits for each weight", bits)
	}
}

// TestPublicMixture: beside the embedding, 1.4 billion parameters of LLaDA-MoE compute a
// row, as its makers say.
func TestPublicMixture(t *testing.T) {
	cfg, err := Shape("llada-moe-7b-a1b")
	if err != nil {
		t.Fatal(err)
	}
	if active := cfg.ActiveParams() - int64(cfg.VocabSize*cfg.HiddenSize); math.Abs(float64(active)/1.4e9-1) > 0.01 {
		t.Errorf("%d parameters compute a row", active)
	}
}
