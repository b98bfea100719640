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
	tolerance := map[Products]float64{BFloat16x3: 1e-3, BFloat16: 0.05}
	var grads []*model.Weights
	for _, products := range ProductKinds() {
		opt := DefaultOptions(splitConfig())
		opt.Positions, opt.Products = 1500, products
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
		grads = append(grads, ln.grad)
	}
	for k, products := range ProductKinds()[1:] {
		for i, want := range grads[0].Tensors {
			got, diff, size := grads[k+1].Tensors[i], 0.0, 0.0
			for j, x := range want.Data {
				d := float64(x) - float64(got.Data[j])
				diff += d * d
				size += float64(x) * float64(x)
			}
			if d := math.Sqrt(diff / size); !(d < tolerance[products]) {
				t.Errorf("%s, %s: gradients differ by %.2g of their norm, at most %g allowed", products, want.Name, d, tolerance[products])
			}
		}
	}
}

// TestSplitTrains sees the loss fall as with float32, and lets a run change its
// products on the way.
func TestSplitTrains(t *testing.T) {
	if !kernel.CanSplit() {
		t.Skip("no tile registers for bfloat16 on this machine")
	}
	var last [3]float64
	for i, products := range ProductKinds() {
		opt := DefaultOptions(splitConfig())
		opt.Positions, opt.Warmup, opt.Products = 600, 5, products
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
			t.Errorf("%s: the loss went from %.3f to %.3f", products, first, last[i])
		}
		tr.Options.Products = ProductKinds()[(i+1)%3]
		if _, err := tr.Advance(); err != nil {
			t.Error(err)
		}
	}
	for i := range last {
		if d := math.Abs(last[0] - last[i]); d > 0.02 {
			t.Errorf("%s: after 30 steps the losses differ by %.3g nats", ProductKinds()[i], d)
		}
	}
}

// TestSplitNeedsFit refuses dimensions that do not fit.
func TestSplitNeedsFit(t *testing.T) {
	opt := DefaultOptions(tinyConfig("llama"))
	opt.Products = BFloat16x3
	if tr, err := New(opt, longSource{19}); err == nil {
		tr.Close()
		t.Fatal("a hidden size of 12 was accepted")
	}
}
