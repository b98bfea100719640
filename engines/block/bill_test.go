package block

import (
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/usage"
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
	Config model.Config
	// Table says that the network is a [enginetest.Table], whose bytes of weights are no measure.
	Table bool
	parts [3]usage.Pass
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
	last := usage.Prefill
	for _, p := range parts {
		if p.N == 0 {
			continue
		}
		n, keys, longest := int64(p.N), int64(p.N)*int64(p.Keys), int64(p.Keys)
		if p.Causal {
			keys, longest = keys+n*(n-1)/2, longest+n-1
		}
		kind := kindOf(p.Kind)
		into := &b.parts[kind]
		into[usage.QueryTokens] += n
		into[usage.AttendedKeys] += keys
		into[usage.LogitRows] += int64(p.Logits)
		into[usage.FLOPs] += 2*matrices*n + 4*layers*width*keys + 2*head*int64(p.Logits)
		into[usage.CacheWriteBytes] += n * position
		rows, logits, most = rows+n, logits+int64(p.Logits), max(most, longest)
		last = max(last, kind)
	}
	once := &b.parts[last]
	once[usage.NFE]++
	once[usage.WeightBytes] += 4 * (matrices + d*rows)
	if logits > 0 {
		once[usage.WeightBytes] += 4 * head
	}
	once[usage.CacheReadBytes] += most * position
}

func kindOf(phase engines.Phase) usage.Kind {
	switch phase {
	case engines.PhasePrefill:
		return usage.Prefill
	case engines.PhaseCommit:
		return usage.Commit
	}
	return usage.Denoise
}

// Check compares the bill with what was counted, to the digit.
func (b *Bill) Check(t *testing.T, u engines.Usage) {
	t.Helper()
	var sum usage.Tally
	for _, k := range usage.Kinds() {
		sum.Add(k, &b.parts[k])
	}
	want := sum.Usage()
	for _, c := range usage.Counters() {
		if c.Entry().Part == "" { // the bill does not tell
			want[c] = u[c]
		}
	}
	if b.Table {
		want[usage.WeightBytes] = u[usage.WeightBytes]
		for _, k := range usage.Kinds() {
			want[usage.WeightBytes.In(k)] = u[usage.WeightBytes.In(k)]
		}
	}
	if diff := u.Diff(want); diff != "" {
		t.Errorf("counted against what the formulas give: %s", diff)
	}
}
