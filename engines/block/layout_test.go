package block

import (
	"context"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/internal/kernel"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// trained is a tiny transformer for weights trained in another way than ours.
func trained(t testing.TB, change func(*model.Config)) *model.Session {
	cfg := enginetest.Config(40, 64)
	change(&cfg)
	s := model.NewSession(model.Random(cfg, 3), 2)
	t.Cleanup(s.Close)
	return s
}

func blockCausal(size int) func(*model.Config) {
	return func(c *model.Config) { c.Context, c.BlockSize = "block", size }
}

func shifted(c *model.Config) { c.Shift = true }

// prompt is n tokens.
func prompt(n int) []int32 {
	var ids []int32
	for i := range n {
		ids = append(ids, int32(5+7*i%31))
	}
	return ids
}

// The cache is exact for every way of training, every preset and every block
// length, also where a trained block, or the prompt, ends inside a block at
// work. The audit of the trace sees every key and every logit.
func TestCachedEqualsRecomputedForAllContexts(t *testing.T) {
	for name, change := range map[string]func(*model.Config){
		"block of 4": blockCausal(4), "block of 3": blockCausal(3), "block of 64": blockCausal(64), "shift": shifted,
		"block of 4, shift": func(c *model.Config) { blockCausal(4)(c); shifted(c) },
	} {
		s := trained(t, change)
		for _, p := range Presets() {
			for _, length := range []int{1, 3, 4, 5, 8, 0} {
				cached := subject.Must(t, s, p.Name, engines.Options{"block_length": length})
				plain := subject.Must(t, s, p.Name, engines.Options{"block_length": length, "cache": "none"})
				for _, n := range []int{1, 4, 6} {
					req := engines.Request{Prompt: prompt(n), Budget: 13, Seed: uint64(n)}
					var got, want commits
					a, b := one(t, cached, req, &got), one(t, plain, req, &want)
					if !slices.Equal(a.Tokens, b.Tokens) || !slices.EqualFunc(got.all, want.all, slices.Equal[[]engines.Commit]) {
						t.Errorf("%s, %s, blocks of %d, prompt of %d:\ncached     %v\nrecomputed %v", name, p.Name, length, n, a.Tokens, b.Tokens)
					}
					if a.Usage.N(usage.NFE) != b.Usage.N(usage.NFE) || a.Usage.N(usage.QueryTokens) > b.Usage.N(usage.QueryTokens) {
						t.Errorf("%s, %s, blocks of %d: cached %+v, recomputed %+v", name, p.Name, length, a.Usage, b.Usage)
					}
				}
			}
			one(t, subject.Must(t, s, p.Name, engines.Options{"block_length": 4}), engines.Request{Prompt: prompt(6), Budget: 13}, exactly{t})
		}
	}
}

// commits keeps the commits and revisions of each pass.
type commits struct{ all [][]engines.Commit }

func (c *commits) Event(e *engines.Event) {
	pass := slices.Clone(e.Committed)
	for _, k := range e.Revised {
		pass = append(pass, engines.Commit{Pos: k.Pos, ID: k.ID})
	}
	c.all = append(c.all, pass)
}

// exactly checks that nothing cached differs from what is computed anew.
type exactly struct{ t *testing.T }

func (exactly) Trace() engines.Tracing { return engines.Tracing{Audit: true} }
func (x exactly) Event(e *engines.Event) {
	a := e.Probe.Audit
	if a.Agree != a.Rows || a.Rows > 0 && a.KL > 1e-12 || a.Stale > 0 && (slices.Max(a.DriftK) != 0 || slices.Max(a.DriftV) != 0) {
		x.t.Errorf("pass %d: %+v", e.Pass, a)
	}
}

// SDAR's mask and its blocks, written down anew: a query sees a key if the
// key's block is not behind its own, blocks count from position 0, and the last
// one ends with the budget. One token per step, the surest first.
func TestBlockCausalTwin(t *testing.T) {
	const size = 4
	s := trained(t, blockCausal(size))
	for _, n := range []int{1, 3, 4, 6, 9} {
		const budget = 11
		mask := s.Model().Config().MaskToken
		x := prompt(n)
		for range budget {
			x = append(x, mask)
		}
		for slices.Contains(x, mask) {
			at := slices.Index(x, mask)
			end := min(at-at%size+size, len(x))
			w := network.Window{Tokens: x[:end], Cache: s.NewCache(end)}
			for q := range end {
				w.Visible, w.Logits = append(w.Visible, min(q-q%size+size, end)), append(w.Logits, q)
			}
			pass, err := s.Forward([]network.Window{w})
			if err != nil {
				t.Fatal(err)
			}
			best, token, surest := 0, 0, 0.0
			for q, row := range pass.Logits {
				row[mask] = -1e30
				id, top := kernel.Argmax(row)
				if p := float64(top) - kernel.LogSumExp(row); x[q] == mask && (token == 0 || p > surest) {
					best, token, surest = q, id, p
				}
			}
			x[best] = int32(token)
		}
		e := subject.Must(t, s, "sdar-static", engines.Options{"block_length": size})
		if r := one(t, e, engines.Request{Prompt: prompt(n), Budget: budget}, nil); !slices.Equal(r.Tokens, x[n:]) {
			t.Errorf("prompt of %d: %v, want %v", n, r.Tokens, x[n:])
		}
		if e.Info().Untrained != nil {
			t.Errorf("blocks as trained are called untrained: %v", e.Info().Untrained)
		}
	}
	for _, c := range []struct {
		length int
		want   string
	}{{3, "blocks of 3, the weights were trained with blocks of 4"}, {0, "blocks of the whole answer, the weights were trained with blocks of 4"}} {
		if got := subject.Must(t, s, "sdar-static", engines.Options{"block_length": c.length}).Info().Untrained; !slices.Equal(got, []string{c.want}) {
			t.Errorf("block length %d: untrained use is %v", c.length, got)
		}
	}
}

// With shift and blocks of one token, block diffusion is greedy autoregressive
// decoding, row by row: the mask itself is never fed.
func TestShiftedBlocksOfOneAreAutoregressive(t *testing.T) {
	s := trained(t, shifted)
	const n, budget = 5, 14
	x := prompt(n)
	for range budget {
		w := network.Window{Tokens: x, Visible: network.CausalVisible(nil, 0, len(x)), Cache: s.NewCache(len(x)), Logits: []int{len(x) - 1}}
		pass, err := s.Forward([]network.Window{w})
		if err != nil {
			t.Fatal(err)
		}
		pass.Logits[0][enginetest.Mask] = -1e30
		id, _ := kernel.Argmax(pass.Logits[0])
		x = append(x, int32(id))
	}
	r := one(t, subject.Must(t, s, "sdar-static", engines.Options{"block_length": 1}), engines.Request{Prompt: prompt(n), Budget: budget}, nil)
	if !slices.Equal(r.Tokens, x[n:]) {
		t.Errorf("%v, want %v", r.Tokens, x[n:])
	}
	bill := Bill{Config: s.Model().Config()}
	bill.Pass(Rows{Kind: engines.PhasePrefill, N: n, Keys: 1, Causal: true, Logits: 1})
	for i := range budget - 1 {
		bill.Pass(Rows{Kind: engines.PhaseCommit, N: 1, Keys: n + i + 1, Logits: 1})
	}
	bill.Check(t, r.Usage)
}

// The sums of workloads.md section C by kind of row, to the digit, for every
// cache and context of this engine. One token per step.
func TestBills(t *testing.T) {
	const p, g = 5, 10
	const prefill, commit, denoise = engines.PhasePrefill, engines.PhaseCommit, engines.PhaseDenoise
	for _, c := range []struct {
		name   string
		change func(*model.Config)
		opts   engines.Options
		pass   func(bill *Bill, start, end, masks int)
		blocks []int // ends
	}{
		{"token-causal, cached", func(*model.Config) {}, engines.Options{"block_length": 4}, func(b *Bill, start, end, masks int) {
			work := Rows{Kind: denoise, N: end - start, Keys: end, Logits: masks}
			switch {
			case masks < end-start:
				b.Pass(work)
			case start == p:
				b.Pass(Rows{Kind: prefill, N: p, Keys: 1, Causal: true}, work)
			default:
				b.Pass(Rows{Kind: commit, N: 4, Keys: start - 3, Causal: true}, work)
			}
		}, []int{9, 13, 15}},
		{"token-causal, not cached", func(*model.Config) {}, engines.Options{"block_length": 4, "cache": "none"}, func(b *Bill, start, end, masks int) {
			b.Pass(Rows{Kind: denoise, N: start, Keys: 1, Causal: true}, Rows{Kind: denoise, N: end - start, Keys: end, Logits: masks})
		}, []int{9, 13, 15}},
		// The prompt's last token shares the first block at work.
		{"block-causal, cached", blockCausal(4), engines.Options{"block_length": 4}, func(b *Bill, start, end, masks int) {
			from := start / 4 * 4
			work := Rows{Kind: denoise, N: end - from, Keys: end, Logits: masks}
			switch {
			case masks < end-start:
				b.Pass(work)
			case start == p:
				b.Pass(Rows{Kind: prefill, N: 4, Keys: 4}, work)
			case start == 8:
				b.Pass(Rows{Kind: prefill, N: 1, Keys: 8}, Rows{Kind: commit, N: 3, Keys: 8}, work)
			default:
				b.Pass(Rows{Kind: commit, N: 4, Keys: 12}, work)
			}
		}, []int{8, 12, 15}},
		// Blocks at work of 6 end inside those of training: [5,6) [6,12) [12,15).
		{"block-causal, other blocks", blockCausal(4), engines.Options{"block_length": 6}, func(b *Bill, start, end, masks int) {
			switch {
			case start == p: // one pass; the prompt's last row sees one mask
				b.Pass(Rows{Kind: prefill, N: 4, Keys: 4}, Rows{Kind: denoise, N: 2, Keys: 6, Logits: 1})
			case start == 6: // rows 4 and 5 are of a block that is not full
				b.Pass(Rows{Kind: denoise, N: 2, Keys: 8}, Rows{Kind: denoise, N: 6, Keys: 12, Logits: masks})
			case masks < end-start:
				b.Pass(Rows{Kind: denoise, N: 3, Keys: 15, Logits: masks})
			default:
				b.Pass(Rows{Kind: prefill, N: 1, Keys: 8}, Rows{Kind: commit, N: 3, Keys: 8}, Rows{Kind: commit, N: 4, Keys: 12},
					Rows{Kind: denoise, N: 3, Keys: 15, Logits: masks})
			}
		}, []int{6, 12, 15}},
		// The first mask of a block is predicted by the last row in front of it,
		// which is fed for as long as that mask is there: here until the block is
		// full but for it, since the law below is surest at the end.
		{"shift, cached", shifted, engines.Options{"block_length": 4}, func(b *Bill, start, end, masks int) {
			work := Rows{Kind: denoise, N: end - start, Keys: end, Logits: masks - 1}
			front := Rows{Kind: denoise, N: 1, Keys: start, Logits: 1}
			switch {
			case masks == 1: // the block is not fed
				b.Pass(front)
			case masks < end-start:
				b.Pass(front, work)
			case start == p:
				b.Pass(Rows{Kind: prefill, N: p, Keys: 1, Causal: true, Logits: 1}, work)
			default:
				b.Pass(Rows{Kind: commit, N: 4, Keys: start - 3, Causal: true, Logits: 1}, work)
			}
		}, []int{9, 13, 15}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := enginetest.Config(40, 32)
			c.change(&cfg)
			net := enginetest.NewTableOf(cfg, fromTheEnd)
			r := one(t, subject.Must(t, net, "sdar-static", c.opts), engines.Request{Prompt: prompt(p), Budget: g}, nil)
			bill := Bill{Config: cfg, Table: true}
			start := p
			for _, end := range c.blocks {
				for masks := end - start; masks > 0; masks-- {
					c.pass(&bill, start, end, masks)
				}
				start = end
			}
			bill.Check(t, r.Usage)
		})
	}
}

// fromTheEnd is surer of a row the further it is to the right.
func fromTheEnd(row []float32, _ []int32, pos int) { row[enginetest.First] = float32(1+pos) / 4 }

// On the transformer the weights are read too.
func TestBillOfATransformer(t *testing.T) {
	s := enginetest.NewSession(t)
	const p, g, length = 5, 11, 4
	for _, cache := range []string{"exact", "none"} {
		t.Run(cache, func(t *testing.T) {
			results, err := subject.Must(t, s, "sdar-static", engines.Options{"block_length": length, "cache": cache}).
				Generate(context.Background(), []engines.Request{{Prompt: prompt(p), Budget: g}}, nil)
			if err != nil {
				t.Fatal(err)
			}
			bill := Bill{Config: s.Model().Config()}
			for start := p; start < p+g; start += length {
				end := min(start+length, p+g)
				for masks := end - start; masks > 0; masks-- {
					work := Rows{Kind: engines.PhaseDenoise, N: end - start, Keys: end, Logits: masks}
					switch {
					case cache == "none":
						bill.Pass(Rows{Kind: engines.PhaseDenoise, N: start, Keys: 1, Causal: true}, work)
					case masks < end-start:
						bill.Pass(work)
					case start == p:
						bill.Pass(Rows{Kind: engines.PhasePrefill, N: p, Keys: 1, Causal: true}, work)
					default:
						bill.Pass(Rows{Kind: engines.PhaseCommit, N: length, Keys: start - length + 1, Causal: true}, work)
					}
				}
			}
			bill.Check(t, results[0].Usage)
		})
	}
}
