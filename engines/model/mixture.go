package model

import (
	"cmp"
	"math"

	"dllmbench/engines/internal/kernel"
)

// Mixture are the keys of networks in whose layers a router gives each row to a few
// of many feed-forward networks, its experts. They have the names of LLaDA2.
type Mixture struct {
	Experts       int     `json:"num_experts,omitempty"`           // of a layer; 0 for none
	ExpertsPerRow int     `json:"num_experts_per_tok,omitempty"`   // that compute a row
	ExpertSize    int     `json:"moe_intermediate_size,omitempty"` // width of an expert
	SharedExperts int     `json:"num_shared_experts,omitempty"`    // that compute every row: one network, this many times as wide
	DenseLayers   int     `json:"first_k_dense_replace,omitempty"` // at the bottom, without experts
	Groups        int     `json:"n_group,omitempty"`               // of experts; 0 or 1 for no such division
	TopGroups     int     `json:"topk_group,omitempty"`            // from which the experts of a row come
	Scale         float64 `json:"routed_scaling_factor,omitempty"` // of the weights of experts; 0 is 1
	RotaryShare   float64 `json:"partial_rotary_factor,omitempty"` // of each head that is rotated, from its beginning; 0 is 1
}

const maxExperts = 1 << 16 // in all layers

func (x *Mixture) rules(c *Config, rule func(key string, ok bool, format string, args ...any), inRange func(key string, v, limit int)) {
	d := c.rotaryDim()
	rule("partial_rotary_factor", x.RotaryShare >= 0 && x.RotaryShare <= 1 && d%2 == 0 && (d > 0 || c.HeadDim < 1),
		"is %g, which has to leave an even number of the %d numbers of a head", x.RotaryShare, c.HeadDim)
	if c.architecture().router.pick == nil {
		return
	}
	inRange("num_experts", x.Experts, maxExperts/max(1, c.Layers))
	inRange("num_experts_per_tok", x.ExpertsPerRow, x.Experts)
	inRange("moe_intermediate_size", x.ExpertSize, maxWidth)
	rule("num_shared_experts", x.SharedExperts >= 0 && x.SharedExperts <= maxWidth/max(1, x.ExpertSize),
		"is %d, allowed is 0 to %d beside a moe_intermediate_size of %d", x.SharedExperts, maxWidth/max(1, x.ExpertSize), x.ExpertSize)
	rule("first_k_dense_replace", x.DenseLayers >= 0 && x.DenseLayers <= c.Layers, "is %d, allowed is 0 to the number of layers, %d", x.DenseLayers, c.Layers)
	rule("routed_scaling_factor", x.Scale >= 0 && x.Scale <= math.MaxFloat32, "is %g and must be positive", x.Scale)
	if x.Groups == 0 && x.TopGroups == 0 {
		return
	}
	rule("n_group", x.Groups >= 1 && x.Experts%x.Groups == 0 && x.Experts >= 2*x.Groups,
		"is %d, which has to divide num_experts (%d) into groups of at least 2", x.Groups, x.Experts)
	rule("topk_group", x.TopGroups >= 1 && x.TopGroups <= x.Groups && x.TopGroups*(x.Experts/max(1, x.Groups)) >= x.ExpertsPerRow,
		"is %d, allowed is 1 to n_group (%d), with room for %d experts", x.TopGroups, x.Groups, x.ExpertsPerRow)
}

// rotaryDim is how many numbers of each head are rotated.
func (c *Config) rotaryDim() int {
	if c.RotaryShare == 0 {
		return c.HeadDim
	}
	return int(float64(c.HeadDim) * c.RotaryShare)
}

// idle is the number of parameters that a row is not computed with.
func (c *Config) idle() int64 {
	return int64(c.Experts-c.ExpertsPerRow) * int64(c.Layers-c.DenseLayers) * 3 * int64(c.ExpertSize) * int64(c.HiddenSize)
}

// inner is the width of the widest feed-forward network.
func (c *Config) inner() int {
	if c.Experts == 0 {
		return c.IntermediateSize
	}
	width := c.ExpertSize * max(1, c.SharedExperts)
	if c.DenseLayers > 0 {
		width = max(width, c.IntermediateSize)
	}
	return width
}

// A router chooses the experts of a row. What it chooses depends on the row alone.
type router struct {
	biased bool // it has a bias of its own
	pick   picker
}

// A picker turns the scores of all experts for a row, which it may change, into the
// best ones, best first, and their weights. Of equal ones the first is better. It may
// use twice as much memory as there are scores.
type picker func(x *Mixture, scores, bias, work []float32, best []int32, weights []float32)

// softmaxRouter weighs experts by their probability among all of them.
func softmaxRouter(_ *Mixture, scores, _, _ []float32, best []int32, weights []float32) {
	kernel.Softmax(scores, 1)
	for i := range best {
		e, p := kernel.Argmax(scores)
		best[i], weights[i], scores[e] = int32(e), p, -1
	}
}

// groupRouter gives every expert a score of its own between 0 and 1. It chooses by
// score plus bias, among the groups whose best two experts have the largest sum, and
// weighs by the scores of those chosen, in proportion (DeepSeek-V3, arXiv 2412.19437,
// section 2.1.2).
func groupRouter(x *Mixture, scores, bias, work []float32, best []int32, weights []float32) {
	biased := work[:len(scores)]
	for e, v := range scores {
		scores[e] = float32(1 / (1 + math.Exp(-float64(v))))
		biased[e] = scores[e] + bias[e]
	}
	low := float32(math.Inf(-1))
	if size := len(scores) / max(1, x.Groups); x.TopGroups < x.Groups {
		sums := work[len(scores):][:x.Groups]
		for g := range sums {
			group := biased[g*size : (g+1)*size]
			i, first := kernel.Argmax(group)
			group[i] = low
			_, second := kernel.Argmax(group)
			group[i], sums[g] = first, first+second
		}
		for range x.TopGroups {
			g, _ := kernel.Argmax(sums)
			sums[g] = low
		}
		for g, sum := range sums {
			if sum != low {
				for e := range size {
					biased[g*size+e] = low
				}
			}
		}
	}
	sum := float32(0)
	for i := range best {
		e, _ := kernel.Argmax(biased)
		best[i], weights[i], biased[e] = int32(e), scores[e], low
		sum += scores[e]
	}
	if len(best) == 1 {
		sum = 1
	}
	for i := range weights {
		weights[i] = weights[i] / (sum + 1e-20) * float32(cmp.Or(x.Scale, 1))
	}
}
