package train

import (
	"math"
	"testing"

	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
)

func splitConfig() model.Config {
	cfg := tinyConfig("qwen3")
	cfg.HiddenSize, cfg.IntermediateSize, cfg.Heads, cfg.KVHeads, cfg.HeadDim, cfg.VocabSize = 32, 64, 2, 2, 16, 96
	return cfg
}

// TestSplitGradients compares the gradient of a step with split products with that
// of float32 products, by tensor, in relative 2-norm.
func TestSplitGradients(t *testing.T) {
	if !kernel.CanSplit() {
		t.Skip("no tile registers for bfloat16 on this machine")
	}
	const tolerance = 1e-3
	var grads [2]*model.Weights
	for i, split := range []bool{false, true} {
		opt := DefaultOptions(splitConfig())
		opt.Positions, opt.Split = 1500, split
		tr, err := New(opt, longSource{96})
		if err != nil {
			t.Fatal(err)
		}
		defer tr.Close()
		tr.packed.pack(tr.Weights, tr.pool)
		ln := tr.lanes[0]
		for _, segs := range tr.draw() {
			for len(segs) > 0 {
				n := microbatch(segs)
				ln.step(segs[:n], [parts]float32{1, 0.5, 0.5})
				segs = segs[n:]
			}
		}
		grads[i] = ln.grad
	}
	for i, want := range grads[0].Tensors {
		got, diff, size := grads[1].Tensors[i], 0.0, 0.0
		for j, x := range want.Data {
			d := float64(x) - float64(got.Data[j])
			diff += d * d
			size += float64(x) * float64(x)
		}
		if d := math.Sqrt(diff / size); !(d < tolerance) {
			t.Errorf("%s: gradients differ by %.2g of their norm, at most %g allowed", want.Name, d, tolerance)
		}
	}
}

// TestSplitTrains sees the loss fall as with float32, and lets a run change its
// products on the way.
func TestSplitTrains(t *testing.T) {
	if !kernel.CanSplit() {
		t.Skip("no tile registers for bfloat16 on this machine")
	}
	var last [2]float64
	for i, split := range []bool{false, true} {
		opt := DefaultOptions(splitConfig())
		opt.Positions, opt.Warmup, opt.Split = 600, 5, split
		tr, err := New(opt, longSource{96})
		if err != nil {
			t.Fatal(err)
		}
		defer tr.Close()
		first := 0.0
		for step := range 30 {
			s, err := tr.Advance()
			if err != nil {
				t.Fatal(err)
			}
			if last[i] = s.Loss[PartAR]; step == 0 {
				first = last[i]
			}
		}
		if last[i] >= first {
			t.Errorf("split %v: the loss went from %.3f to %.3f", split, first, last[i])
		}
		tr.Options.Split = !split
		if _, err := tr.Advance(); err != nil {
			t.Error(err)
		}
	}
	if d := math.Abs(last[0] - last[1]); d > 0.02 {
		t.Errorf("after 30 steps the losses differ by %.3g nats", d)
	}
}

// TestSplitNeedsFit refuses dimensions that do not fit.
func TestSplitNeedsFit(t *testing.T) {
	opt := DefaultOptions(tinyConfig("llama"))
	opt.Split = true
	if tr, err := New(opt, longSource{19}); err == nil {
		tr.Close()
		t.Fatal("a hidden size of 12 was accepted")
	}
}
