package model

import (
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// formula is the cost of a pass in FLOPs as the shapes of the network give it;
// a multiply-add is 2.
type formula struct {
	layers []int64 // a row through the matrices of each layer that it is computed with
	row    int64   // through all of them
	key    int64   // a key that a row sees, in all layers: the score and the weighted value
	logit  int64   // a row of logits
}

func (c *Config) formula() formula {
	f := formula{key: 4 * int64(c.Layers) * int64(c.Heads) * int64(c.HeadDim), logit: 2 * int64(c.VocabSize) * int64(c.HiddenSize)}
	for i := range c.Layers {
		var numbers int64
		form(c.block(i, c.ExpertsPerRow), func(part) (none struct{}) { return }, func(p part) (none struct{}) { numbers += p.size(); return })
		f.layers, f.row = append(f.layers, 2*numbers), f.row+2*numbers
	}
	return f
}

func (f *formula) flops(rows, keys, logits int64) int64 {
	return f.row*rows + f.key*keys + f.logit*logits
}

// FLOPs is what rows through the network cost, together with the keys that they
// see (summed over the rows) and the rows of logits.
func (c *Config) FLOPs(rows, keys, logits int64) int64 {
	f := c.formula()
	return f.flops(rows, keys, logits)
}

// work is that of rows [from, to) of a window, as if it were not partial.
// Cache reads are those of the row that sees most.
func (m *Model) work(w *network.Window, from, to int) usage.Pass {
	rows, keys, longest, logits := int64(to-from), int64(0), 0, int64(0)
	for _, v := range w.Visible[from:to] {
		keys += int64(v)
		longest = max(longest, v)
	}
	for _, r := range w.Logits {
		if r >= from && r < to {
			logits++
		}
	}
	return usage.Pass{
		usage.QueryTokens: rows, usage.AttendedKeys: keys, usage.LogitRows: logits, usage.FLOPs: m.formula.flops(rows, keys, logits),
		usage.CacheReadBytes: int64(longest) * m.cfg.positionBytes(), usage.CacheWriteBytes: rows * m.cfg.positionBytes(),
	}
}

// Cost is the work of a window that is computed in full, in a pass that reads so
// many bytes of weights.
func (m *Model) Cost(w *network.Window, weights int64) network.Cost {
	return m.split(w, m.work(w, 0, len(w.Tokens)), weights)
}

// split shares the work of a window out among the kinds of its rows.
func (m *Model) split(w *network.Window, rest usage.Pass, weights int64) (c network.Cost) {
	rest[usage.NFE], rest[usage.WeightBytes] = 1, weights
	stored := w.PromptRows + w.StoredRows
	ends := [len(c)]int{usage.Prefill: w.PromptRows, usage.Commit: stored, usage.Denoise: len(w.Tokens)}
	from := 0
	for kind, to := range ends {
		switch {
		case from == to:
		case to == len(w.Tokens): // the last kind of the pass has all that is left
			c[kind] = rest
		default:
			c[kind] = m.work(w, from, to)
			c[kind][usage.CacheReadBytes] = 0 // once per pass
			for i, n := range c[kind] {
				rest[i] -= n
			}
		}
		from = to
	}
	return c
}
