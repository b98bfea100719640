package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

func tinyConfig(variant string) model.Config {
	c := model.Config{
		ModelType: "llama", HiddenSize: 12, IntermediateSize: 20, Layers: 2, Heads: 2, KVHeads: 2, HeadDim: 6,
		VocabSize: 19, MaxPositions: 128, RopeTheta: 10000, NormEps: 1e-5, TieEmbeddings: true,
		Pad: 0, EOS: model.TokenIDs{1}, MaskToken: 2,
	}
	switch variant {
	case "qwen3":
		c.ModelType, c.KVHeads, c.TieEmbeddings = "qwen3", 1, false
	case "bias":
		c.AttentionBias, c.HeadDim = true, 8
	}
	return c
}

func tinyWeights(cfg model.Config) *model.Weights {
	w := model.NewWeights(cfg)
	rng := rand.New(rand.NewPCG(11, 12))
	w.Init(rng)
	for i := range w.Flat {
		w.Flat[i] += float32(0.2 * rng.NormFloat64())
	}
	return w
}

// segmentLoss is the total loss of one segment in float64, by the reference network.
func segmentLoss(net *reference, seg segment, unit [parts]float32) float64 {
	tokens, pos := make([]int32, len(seg.rows)), make([]int, len(seg.rows))
	for i, r := range seg.rows {
		tokens[i], pos[i] = r.token, int(r.pos)
	}
	logits := net.Logits(tokens, pos, func(i, j int) bool {
		r := seg.rows[i]
		return j < int(r.prefix) || (j >= int(r.from) && j < int(r.to))
	})
	loss := 0.0
	for i, r := range seg.rows {
		if r.target == noTarget {
			continue
		}
		top, sum := math.Inf(-1), 0.0
		for _, x := range logits[i] {
			top = max(top, x)
		}
		for _, x := range logits[i] {
			sum += math.Exp(x - top)
		}
		loss += float64(unit[r.part]) * float64(r.weight) * (top + math.Log(sum) - logits[i][r.target])
	}
	return loss
}

// TestGradients compares every kind of parameter's gradient with central
// differences of the float64 reference loss, for the tri-mode and the full
// layout, with tiles and key ranges that do not fit whole panels.
func TestGradients(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	unit := [parts]float32{0.7, 0.4, 0.3}
	for _, variant := range []string{"llama", "qwen3", "bias"} {
		cfg := tinyConfig(variant)
		w := tinyWeights(cfg)
		obj := DefaultObjective()
		obj.Corrupt, obj.CorruptLoss = 0.2, 0.5
		var segs []segment
		for i, share := range []float64{0, 1, 0, 0} {
			obj.FullShare, obj.MaskAnywhere = share, 1
			obj.BlockLengths = []int{[]int{3, 8, 0, 1}[i]}
			s := Sample{Prompt: randomIDs(rng, 5+i, cfg.VocabSize), Answer: randomIDs(rng, 19+7*i, cfg.VocabSize)}
			segs = append(segs, obj.layout(s, &cfg, rng))
		}
		ln := newLane(w, newPacked(&cfg, Float32))
		pool := kernel.NewPool(1)
		ln.p.pack(w, pool)
		pool.Close()
		ln.step(segs, unit)

		net := newReference(w)
		total := func() float64 {
			sum := 0.0
			for _, s := range segs {
				sum += segmentLoss(net, s, unit)
			}
			return sum
		}
		got := 0.0
		for p, l := range ln.loss {
			got += l * float64(unit[p])
		}
		if want := total(); math.Abs(got-want) > 1e-4*want {
			t.Errorf("%s: loss %g, the float64 reference says %g", variant, got, want)
		}
		for _, tensor := range ln.grad.Tensors {
			t.Run(fmt.Sprintf("%s/%s", variant, tensor.Name), func(t *testing.T) {
				param := net.Param[tensor.Name]
				scale := 0.0
				for _, g := range tensor.Data {
					scale = max(scale, math.Abs(float64(g)))
				}
				if scale == 0 {
					t.Fatal("gradient is all zero")
				}
				const h = 1e-4
				for range 4 {
					i := rng.IntN(len(param))
					keep := param[i]
					param[i] = keep + h
					up := total()
					param[i] = keep - h
					down := total()
					param[i] = keep
					want, got := (up-down)/(2*h), float64(tensor.Data[i])
					if math.Abs(got-want) > 2e-3*scale { // float32 sums of about 200 terms
						t.Errorf("entry %d: gradient %g, central difference %g (largest gradient %g)", i, got, want, scale)
					}
				}
			})
		}
	}
}

func randomIDs(rng *rand.Rand, n, vocab int) []int32 {
	ids := make([]int32, n)
	for i := range ids {
		ids[i] = int32(3 + rng.IntN(vocab-3))
	}
	return ids
}
