package model_test

import (
	"testing"

	"dllmbench/engines/model"
	"dllmbench/engines/network"
)

// TestMemoryNeed: what is stated is what a session takes, up to its small parts.
func TestMemoryNeed(t *testing.T) {
	config, err := model.Shape("5m")
	if err != nil {
		t.Fatal(err)
	}
	mixture := config
	mixture.ModelType, mixture.Mixture = "lladamoe", model.Mixture{Experts: 12, ExpertsPerRow: 3, ExpertSize: 128}
	half := config
	half.KV, half.VocabSize, half.Layers = "bf16", 4096, 1
	for _, config := range []model.Config{config, mixture, half} {
		memoryNeed(t, config)
	}
}

func memoryNeed(t *testing.T, config model.Config) {
	t.Helper()
	const length, batch = 384, 3
	before := liveHeap()
	m := model.Random(config, 1)
	weights := liveHeap() - before
	s := model.NewSession(m, 1)
	defer s.Close()
	var windows []network.Window
	for range batch {
		w := network.Window{Tokens: make([]int32, length), Visible: network.CausalVisible(nil, 0, length), Cache: s.NewCache(length)}
		for i := range length {
			w.Logits = append(w.Logits, i)
		}
		windows = append(windows, w)
	}
	need := m.Memory(length, batch)
	if need.Given < need.Logits {
		if _, err := s.ForwardEach(windows, func(int, int, []float32) {}); err != nil {
			t.Fatal(err)
		}
		if stated, live := uint64(need.Total()-need.Logits+need.Given), liveHeap()-before; live < stated*98/100 || live > stated*11/10 {
			t.Errorf("with rows given away %d bytes are live, %d were stated", live, stated)
		}
	}
	if _, err := s.Forward(windows); err != nil {
		t.Fatal(err)
	}
	total := liveHeap() - before
	for what, c := range map[string][2]uint64{"weights": {uint64(need.Weights), weights}, "all": {uint64(need.Total()), total}} {
		if ratio := float64(c[1]) / float64(c[0]); ratio < 0.98 || ratio > 1.1 {
			t.Errorf("%s: %d bytes are live, %d were stated", what, c[1], c[0])
		}
	}
}
