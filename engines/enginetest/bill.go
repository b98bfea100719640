package enginetest

import (
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
)

// Bill is what a request must have cost, made up pass by pass from the shapes
// that a decoder's description gives, for a batch of one. It uses the formulas
// of workloads.md section C and none of the code that counts:
//
//	FLOPs         2·P·rows + 4·layers·width·keys + 2·hidden·vocabulary·logits
//	weight bytes  4·(P + hidden·rows + hidden·vocabulary if there are logits), per pass
//	cache bytes   8·layers·kv for each row written and, per pass, for each key of the row that sees most
//
// where P counts the matrices of the layers, width is that of the queries and
// kv that of the keys.
type Bill struct {
	Config                   model.Config
	Prefill, Commit, Denoise engines.Work
}

// Rows are rows of one kind in a pass.
type Rows struct {
	Kind   engines.Phase // PhasePrefill, PhaseCommit, or PhaseDenoise for all others
	N      int
	Keys   int  // keys that the first row sees
	Causal bool // each further row sees one more
	Logits int
}

// Pass adds a forward pass.
func (b *Bill) Pass(parts ...Rows) {
	c := &b.Config
	d, width, kv, layers := int64(c.HiddenSize), int64(c.Heads*c.HeadDim), int64(c.KVHeads*c.HeadDim), int64(c.Layers)
	matrices := layers * (d*(width+2*kv) + width*d + 3*d*int64(c.IntermediateSize))
	head, position := d*int64(c.VocabSize), 8*layers*kv
	var rows, most, logits int64
	last := &b.Prefill
	for _, p := range parts {
		if p.N == 0 {
			continue
		}
		n, keys, longest := int64(p.N), int64(p.N)*int64(p.Keys), int64(p.Keys)
		if p.Causal {
			keys, longest = keys+n*(n-1)/2, longest+n-1
		}
		into := b.of(p.Kind)
		into.QueryTokens += n
		into.AttendedKeys += keys
		into.LogitRows += int64(p.Logits)
		into.FLOPs += 2*matrices*n + 4*layers*width*keys + 2*head*int64(p.Logits)
		into.CacheWriteBytes += n * position
		rows, logits, most = rows+n, logits+int64(p.Logits), max(most, longest)
		if into == &b.Denoise || into == &b.Commit && last != &b.Denoise {
			last = into
		}
	}
	last.Passes++
	last.WeightBytes += 4 * (matrices + d*rows)
	if logits > 0 {
		last.WeightBytes += 4 * head
	}
	last.CacheReadBytes += most * position
}

func (b *Bill) of(kind engines.Phase) *engines.Work {
	switch kind {
	case engines.PhasePrefill:
		return &b.Prefill
	case engines.PhaseCommit:
		return &b.Commit
	}
	return &b.Denoise
}

// Check compares the bill with what was counted, to the digit.
func (b *Bill) Check(t *testing.T, u engines.Usage) {
	t.Helper()
	for _, x := range []struct {
		name      string
		got, want engines.Work
	}{{"prefill", u.Prefill, b.Prefill}, {"commit", u.Commit, b.Commit}, {"denoise", u.Denoise, b.Denoise}} {
		if x.got != x.want {
			t.Errorf("%s: counted\n%+v, the formulas give\n%+v", x.name, x.got, x.want)
		}
	}
	total := b.Prefill
	total.Add(b.Commit)
	total.Add(b.Denoise)
	if got := (engines.Work{Passes: u.NFE, QueryTokens: u.QueryTokens, AttendedKeys: u.AttendedKeys, LogitRows: u.LogitRows, FLOPs: u.FLOPs,
		WeightBytes: u.WeightBytes, CacheReadBytes: u.CacheReadBytes, CacheWriteBytes: u.CacheWriteBytes}); got != total {
		t.Errorf("in total: counted\n%+v, the formulas give\n%+v", got, total)
	}
}
