package enginetest

import (
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/usage"
)

// Formula adds up the cost that workloads.md section C gives for a decoder,
// row by row: F(m, n, h) = m(2P + 4·layers·width·n) + 2·h·hidden·vocabulary,
// where P counts the matrices of the layers.
type Formula struct {
	Config                               model.Config
	QueryTokens, AttendedKeys, LogitRows int64
}

// Rows adds m query rows that see n keys each.
func (f *Formula) Rows(m, n int, logits bool) {
	f.QueryTokens += int64(m)
	f.AttendedKeys += int64(m) * int64(n)
	if logits {
		f.LogitRows += int64(m)
	}
}

// Logits adds rows of logits.
func (f *Formula) Logits(n int) { f.LogitRows += int64(n) }

// Check compares the sums with a usage.
func (f *Formula) Check(t *testing.T, u engines.Usage) {
	t.Helper()
	c := f.Config
	d, width, kv := int64(c.HiddenSize), int64(c.Heads*c.HeadDim), int64(c.KVHeads*c.HeadDim)
	layers := int64(c.Layers)
	matrices := layers * (d*(width+2*kv) + width*d + 3*d*int64(c.IntermediateSize))
	flops := 2*matrices*f.QueryTokens + 4*layers*width*f.AttendedKeys + 2*d*int64(c.VocabSize)*f.LogitRows
	want := u
	want[usage.QueryTokens], want[usage.AttendedKeys] = usage.Known(f.QueryTokens), usage.Known(f.AttendedKeys)
	want[usage.LogitRows], want[usage.FLOPs] = usage.Known(f.LogitRows), usage.Known(flops)
	want[usage.CacheWriteBytes] = usage.Known(f.QueryTokens * layers * 2 * kv * 4)
	if diff := u.Diff(want); diff != "" {
		t.Errorf("counted against what the formula gives: %s", diff)
	}
}
