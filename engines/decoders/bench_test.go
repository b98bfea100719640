package decoders

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// BenchmarkGenerate measures all presets at batch 1 and 8 on a model of about the
// shipped size with random weights, and reports the share of the time that is
// spent in the forward passes.
func BenchmarkGenerate(b *testing.B) {
	cfg := enginetest.Config(1024, 256)
	cfg.HiddenSize, cfg.IntermediateSize, cfg.Layers, cfg.Heads, cfg.KVHeads, cfg.HeadDim = 128, 352, 4, 4, 4, 32
	m := model.Random(cfg, 1)
	for _, p := range Presets() {
		for _, size := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/%s/batch=%d", p.Engine, p.Name, size), func(b *testing.B) {
				net := &clocked{Session: model.NewSession(m, 2)}
				defer net.Close()
				e, err := on(net, p.Engine, p.Name, nil)
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
