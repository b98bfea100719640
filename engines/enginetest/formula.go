package enginetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
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

// Benchmark measures all presets at batch 1 and 8 on a model of about the
// shipped size with random weights, and reports the share of the time that is
// spent in the forward passes.
func Benchmark(b *testing.B, s Subject) {
	cfg := Config(1024, 256)
	cfg.HiddenSize, cfg.IntermediateSize, cfg.Layers, cfg.Heads, cfg.KVHeads, cfg.HeadDim = 128, 352, 4, 4, 4, 32
	m := model.Random(cfg, 1)
	for _, p := range s.Presets {
		for _, size := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/batch=%d", p.Name, size), func(b *testing.B) {
				net := &clocked{Session: model.NewSession(m, 2)}
				defer net.Close()
				e, err := s.New(net, p.Name, nil)
				if err != nil {
					b.Fatal(err)
				}
				batch := make([]engines.Request, size)
				for i := range batch {
					batch[i] = engines.Request{Prompt: []int32{3, 4, 5, 6, 7, 8, 9, 10}, Budget: 128, Seed: uint64(i)}
				}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := e.Generate(context.Background(), batch, nil); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(net.total)/float64(b.Elapsed()), "forward-share")
				b.ReportMetric(float64(128*size*b.N)/b.Elapsed().Seconds(), "tokens/s")
			})
		}
	}
}

// clocked is a session that adds up the time of its passes.
type clocked struct {
	*model.Session
	total time.Duration
}

func (c *clocked) Forward(batch []network.Window) (network.Pass, error) {
	start := time.Now()
	pass, err := c.Session.Forward(batch)
	c.total += time.Since(start)
	return pass, err
}
