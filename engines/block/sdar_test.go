package block

import (
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/usage"
)

// Entropies are 0.011 nats for a logit of 9, 0.153 for 6, 0.345 for 5 and over
// 2 for 1. Within 0.35 there is room for one 9 and two 6; the sum of the earlier
// ones, which is EB-Sampler's measure, would let the 5 in too.
func TestEntropyBoundByHand(t *testing.T) {
	net := sure([]int32{3, 4, 5, 6, 7}, 9, 6, 6, 5, 5, 5)
	opts := engines.Options{"block_length": 4}
	traced(t, subject.Must(t, net, "sdar-entropy-bound", opts), engines.Request{Prompt: []int32{3}, Budget: 6}, "0: 0 1 2, 0: 3, 1: 4, 1: 5")
	for bound, want := range map[float64]string{
		0:    "0: 0, 0: 1, 0: 2, 0: 3, 1: 4, 1: 5",
		0.16: "0: 0, 0: 1, 0: 2, 0: 3, 1: 4, 1: 5",
		0.17: "0: 0 1, 0: 2, 0: 3, 1: 4, 1: 5",
		0.7:  "0: 0 1 2 3, 1: 4 5",
	} {
		opts["eb_threshold"] = bound
		traced(t, subject.Must(t, net, "sdar-entropy-bound", opts), engines.Request{Prompt: []int32{3}, Budget: 6}, want)
	}
}

// From left to right whatever the network is sure of, and no row of logits that
// is not written from.
func TestSequentialByHand(t *testing.T) {
	net := sure([]int32{3, 4, 5, 6, 7}, 1, 2, 9, 1, 3, 9, 1, 1, 1, 1)
	const gap = engines.Gap
	req := engines.Request{Prompt: []int32{3}, Budget: 10, Template: []int32{gap, 4, gap, gap, gap, gap, gap, 4, gap, gap}}
	for steps, want := range map[int]string{
		0: "0: 0, 0: 2, 0: 3, 0: 4, 1: 5, 1: 6, 1: 8, 1: 9",
		3: "0: 0 2, 0: 3, 0: 4, 1: 5 6, 1: 8, 1: 9",
		2: "0: 0 2, 0: 3 4, 1: 5 6, 1: 8 9",
		1: "0: 0 2 3 4, 1: 5 6 8 9",
	} {
		r := traced(t, subject.Must(t, net, "sdar-sequential", engines.Options{"block_length": 5, "steps_per_block": steps}), req, want)
		if r.Usage.N(usage.LogitRows) != 8 || r.Usage.N(usage.SampledLogits) != 8*11 {
			t.Errorf("%d rows of logits, %d logits read, want 8 and 88", r.Usage.N(usage.LogitRows), r.Usage.N(usage.SampledLogits))
		}
	}
}

// One token per step from the left is the law of the joint distribution.
func TestSequentialLaw(t *testing.T) {
	j := enginetest.Toy()
	net := enginetest.NewTable(3, 8, j.Law(1))
	enginetest.CheckLaw(t, subject.Must(t, net, "sdar-sequential", engines.Options{"block_length": 2, "temperature": 1.0}), j, j.P)
}
