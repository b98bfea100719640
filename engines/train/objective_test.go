package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func drawSample(t *rapid.T, vocab int) Sample {
	ids := rapid.Int32Range(3, int32(vocab-1))
	return Sample{
		Prompt: rapid.SliceOfN(ids, 1, 12).Draw(t, "prompt"),
		Answer: rapid.SliceOfN(ids, 0, 20).Draw(t, "answer"),
	}
}

// TestFullLayout checks the bidirectional copy: everything sees everything, the
// prompt stays clear unless it may be masked, targets are the true tokens, and
// the weights are n/k for an exact number k of masks.
func TestFullLayout(t *testing.T) {
	cfg := tinyConfig("llama")
	rapid.Check(t, func(t *rapid.T) {
		o := DefaultObjective()
		o.Corrupt, o.FullShare = rapid.Float64Range(0, 0.3).Draw(t, "corrupt"), 1
		o.MaskAnywhere = float64(rapid.IntRange(0, 1).Draw(t, "anywhere"))
		s := drawSample(t, cfg.VocabSize)
		seg := o.layout(s, &cfg, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		p, text := len(s.Prompt), len(s.Answer)+1
		n := len(seg.rows)
		if n < p+text || n > p+2*text+1 {
			t.Fatalf("%d rows for a prompt of %d and a text of %d", n, p, text)
		}
		truth := canvas(s, n-p, &cfg)
		lo := p
		if o.MaskAnywhere == 1 {
			lo = 0
		}
		masks, tail := 0, 0.0
		for i, r := range seg.rows {
			if int(r.prefix) != n || r.from != r.to || int(r.pos) != i {
				t.Fatalf("row %d does not see everything: %+v", i, r)
			}
			if r.target == noTarget {
				if i < lo && r.token != truth[i] {
					t.Fatalf("prompt row %d was changed", i)
				}
				continue
			}
			masks++
			if r.token != cfg.MaskToken || r.target != truth[i] || r.part != PartFull || i < lo {
				t.Fatalf("row %d: %+v, true token %d", i, r, truth[i])
			}
			if i >= p+text {
				tail += float64(r.weight)
			}
		}
		k := float64(masks)
		for i, r := range seg.rows {
			if r.target != noTarget && i < p+text && math.Abs(float64(r.weight)-float64(n-lo)/k) > 1e-4 {
				t.Fatalf("row %d has weight %g with %d of %d masked", i, r.weight, masks, n-lo)
			}
		}
		// With all pads masked (k = n) their weight adds up to TailWeight at most.
		if bound := o.TailWeight * float64(n-lo) / k; tail > bound+1e-3 {
			t.Fatalf("pads weigh %g together, at most %g is allowed", tail, bound)
		}
	})
}

// TestInfillLayout: masks fall on the gaps alone, in every number, and the masked
// tokens are the only targets.
func TestInfillLayout(t *testing.T) {
	cfg := tinyConfig("llama")
	o := DefaultObjective()
	o.Corrupt = 0
	s := Sample{Prompt: []int32{5, 6}, Answer: []int32{7, 8, 9, 10, 11}, Gap: []bool{false, true, true, false, true}}
	text := []int32{5, 6, 7, 8, 9, 10, 11, cfg.EOS[0]}
	rng := rand.New(rand.NewPCG(3, 4))
	count := map[int]int{}
	for range 600 {
		seg := o.layout(s, &cfg, rng)
		if len(seg.rows) != len(text) || seg.split != 0 || seg.count[PartFull] != 3 {
			t.Fatalf("segment %+v", seg)
		}
		masks, weight := 0, float32(0)
		for i, r := range seg.rows {
			open := i >= 2 && i < 7 && s.Gap[i-2]
			switch {
			case r.token == cfg.MaskToken && open && r.target == text[i] && r.part == PartFull:
				masks++
				weight += r.weight
			case r.token != text[i] || r.target != noTarget:
				t.Fatalf("row %d: %+v", i, r)
			}
			if r.pos != int32(i) || r.prefix != int32(len(text)) {
				t.Fatalf("row %d: %+v", i, r)
			}
		}
		if weight != 3 {
			t.Fatalf("%d masks weigh %g", masks, weight)
		}
		count[masks]++
	}
	for k := 1; k <= 3; k++ {
		if count[k] < 154 || count[k] > 246 { // four standard deviations
			t.Errorf("%d masks in %d of 600 layouts", k, count[k])
		}
	}
}

// TestTriModeLayout checks [x0 | x_t]: the clean copy is causal and carries the
// autoregressive targets; a block sees the clean text before it and itself.
func TestTriModeLayout(t *testing.T) {
	cfg := tinyConfig("llama")
	rapid.Check(t, func(t *rapid.T) {
		o := DefaultObjective()
		o.FullShare, o.Corrupt = 0, 0
		block := rapid.IntRange(0, 9).Draw(t, "block length")
		o.BlockLengths = []int{block}
		s := drawSample(t, cfg.VocabSize)
		seg := o.layout(s, &cfg, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		p, text := len(s.Prompt), len(s.Answer)+1
		clean := p + text - 1
		if seg.split != clean || seg.count[PartAR] != text || seg.count[PartBlock] != text {
			t.Fatalf("split %d, counts %v, want %d and %d", seg.split, seg.count, clean, text)
		}
		length := len(seg.rows) - clean
		truth := canvas(s, length, &cfg)
		for i, r := range seg.rows[:clean] {
			wantTarget := int32(noTarget)
			if i >= p-1 {
				wantTarget = truth[i+1]
			}
			if r.token != truth[i] || int(r.prefix) != i+1 || r.from != r.to || r.target != wantTarget {
				t.Fatalf("clean row %d: %+v", i, r)
			}
		}
		size := block
		if block == 0 || block >= text {
			size = length
		} else if length != (text+block-1)/block*block {
			t.Fatalf("canvas of %d for a text of %d in blocks of %d", length, text, block)
		}
		for b := 0; b < length; b += size {
			masks := 0
			for i := b; i < b+size; i++ {
				r := seg.rows[clean+i]
				if int(r.prefix) != p+b || int(r.from) != clean+b || int(r.to) != clean+b+size || int(r.pos) != p+i {
					t.Fatalf("row %d of the block at %d: %+v", i, b, r)
				}
				if r.target != noTarget {
					masks++
					if r.token != cfg.MaskToken || r.target != truth[p+i] {
						t.Fatalf("row %d: %+v", i, r)
					}
				} else if r.token != truth[p+i] {
					t.Fatalf("visible row %d holds %d, want %d", i, r.token, truth[p+i])
				}
			}
			if masks < 1 {
				t.Fatalf("block at %d has no mask", b)
			}
			for i := b; i < min(b+size, text); i++ {
				if r := seg.rows[clean+i]; r.target != noTarget && math.Abs(float64(r.weight)-float64(size)/float64(masks)) > 1e-4 {
					t.Fatalf("weight %g with %d of %d masked", r.weight, masks, size)
				}
			}
		}
	})
}

// TestMaskCountsAreUniform checks that k is uniform on 1…n and that every set of
// positions of size k is equally likely (by the position's share).
func TestMaskCountsAreUniform(t *testing.T) {
	cfg := tinyConfig("llama")
	o := DefaultObjective()
	o.FullShare, o.MaskAnywhere, o.MaxStretch, o.Corrupt = 1, 0, 1, 0
	s := Sample{Prompt: []int32{3}, Answer: []int32{4, 5, 6, 7}}
	rng := rand.New(rand.NewPCG(7, 7))
	const draws, n = 20000, 5
	var count, position [n]float64
	for range draws {
		k := 0
		for i, r := range o.layout(s, &cfg, rng).rows[1:] {
			if r.target != noTarget {
				k++
				position[i]++
			}
		}
		count[k-1]++
	}
	for i := range n {
		// 4 standard errors of a share of 1/5 and of 3/5 (the mean of k/n).
		if got := count[i] / draws; math.Abs(got-0.2) > 4*math.Sqrt(0.16/draws) {
			t.Errorf("%d masks in %.4f of the draws, want 0.2", i+1, got)
		}
		if got := position[i] / draws; math.Abs(got-0.6) > 4*math.Sqrt(0.24/draws) {
			t.Errorf("position %d masked in %.4f of the draws, want 0.6", i, got)
		}
	}
}

// TestCorruption checks the rate of wrong tokens and that they carry no loss
// unless asked for.
func TestCorruption(t *testing.T) {
	cfg := tinyConfig("llama")
	rng := rand.New(rand.NewPCG(8, 8))
	s := Sample{Prompt: randomIDs(rng, 3, cfg.VocabSize), Answer: []int32{3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}
	for _, loss := range []float64{0, 0.5} {
		o := DefaultObjective()
		o.FullShare, o.Corrupt, o.CorruptLoss = 0, 0.2, loss
		wrong, visible := 0, 0
		for range 3000 {
			seg := o.layout(s, &cfg, rng)
			for i, r := range seg.rows[:seg.split] {
				if i >= len(s.Prompt) {
					visible++
					if r.token != s.Answer[i-len(s.Prompt)] {
						wrong++
					}
				}
			}
			for _, r := range seg.rows[seg.split:] {
				if r.token != cfg.MaskToken && r.target != noTarget && loss == 0 {
					t.Fatal("a visible token carries a loss")
				}
			}
		}
		// A replacement is drawn from the sample itself and may hit the same token.
		if rate := float64(wrong) / float64(visible); rate < 0.16 || rate > 0.2 {
			t.Errorf("%.3f of the visible tokens are wrong, want a little less than 0.2", rate)
		}
	}
}

func TestAROnlyHasNoNoisedCopy(t *testing.T) {
	cfg := tinyConfig("llama")
	o := DefaultObjective().AROnly()
	seg := o.layout(Sample{Prompt: []int32{3, 4}, Answer: []int32{5, 6}}, &cfg, rand.New(rand.NewPCG(1, 1)))
	if len(seg.rows) != 4 || seg.split != 4 || seg.count[PartAR] != 3 || seg.count[PartBlock] != 0 {
		t.Errorf("%d rows, split %d, counts %v", len(seg.rows), seg.split, seg.count)
	}
}
