package denoise

import (
	"dllmbench/engines"
	"dllmbench/engines/internal/sample"
)

// Pipeline decodes several blocks at once, the next one long before the last is
// full (Discrete Diffusion Forcing, Wang et al. 2025, arXiv 2508.09192; d3LLM, Qian et
// al. 2026, arXiv 2601.07568). A block is opened when a share Add of
// the one in front of it is written, one at a time, and is awake when a share
// Wake of it is. Every pass predicts all masks of the open blocks and writes those
// that are at least Theta sure; of a block that is awake it writes the surest in
// any case.
//
// The decoder's own block must be the whole answer. Blocks are counted from the end
// of the prompt, and from position 0 where the weights' context is block-causal.
type Pipeline struct {
	Pick             // without a selector; its confidence must not be random
	Length   int     // positions of a block; 0 is the whole answer
	Add      float64 // in (0, 1]; with 1, and Wake 1, blocks are finished one by one
	Wake     float64 // in [0, 1]
	Theta    float64 // on the scale of the confidence
	Together bool    // of all open blocks the surest position is written, and of the first block awake that has masks (d3LLM)

	ends  []int // of the open blocks
	awake []bool
}

// WholeAnswer is a block length that no answer reaches.
const WholeAnswer = 1 << 30

// Parameters of pipelines.
var (
	BlockAdd  = engines.Float("block_add", 0.1, 1e-9, 1, "Share of a block that is written when the next one is begun; 1 finishes it first.")
	BlockWake = engines.Float("block_wake", 0.95, 0, 1, "Share of a block that is written when the next one begins to commit its surest token in every pass.")
)

// Pipelined is the rule of the options block_length, block_add and block_wake.
func Pipelined(o engines.Options, pick Pick, theta float64) *Pipeline {
	return &Pipeline{Pick: pick, Length: o["block_length"].(int), Add: o["block_add"].(float64), Wake: o["block_wake"].(float64), Theta: theta}
}

func (r *Pipeline) Plan(s *Step) {
	if s.Fresh() {
		r.ends, r.awake = r.ends[:0], r.awake[:0]
	}
	if n := len(r.ends); n == 0 || r.ends[n-1] < len(s.Seq) && r.written(s, n-1) >= r.Add {
		r.ends, r.awake = append(r.ends, r.after(s, n)), append(r.awake, false)
	}
	for i := range r.ends {
		r.awake[i] = r.awake[i] || i == 0 || r.written(s, i-1) >= r.Wake
	}
	s.MasksIn(s.P, r.Opened())
}

// after is the end of block n, behind the open ones.
func (r *Pipeline) after(s *Step, n int) int {
	from, to := r.start(s, n), len(s.Seq)
	if r.Length > 0 {
		length := r.Length
		if s.Spec().ContextBlock > 0 {
			length -= from % r.Length
		}
		to = min(to, from+length)
	}
	return to
}

// start is where block i begins.
func (r *Pipeline) start(s *Step, i int) int {
	if i == 0 {
		return s.P
	}
	return r.ends[i-1]
}

// written is the share of a block that is written.
func (r *Pipeline) written(s *Step, i int) float64 {
	masks := 0
	for p := r.start(s, i); p < r.ends[i]; p++ {
		if s.Masked(p) {
			masks++
		}
	}
	return 1 - float64(masks)/float64(r.ends[i]-r.start(s, i))
}

func (r *Pipeline) Choose(s *Step) error {
	if err := r.Rate(s); err != nil {
		return err
	}
	s.picked = s.picked[:0]
	top := sample.Surest(s.Conf)
	from, first := 0, true // first: no block that is awake was met yet
	for i, end := range r.ends {
		to := from
		for to < len(s.Candidates) && s.Candidates[to] < end {
			to++
		}
		if from == to {
			continue
		}
		picked := len(s.picked)
		for k := from; k < to; k++ {
			if s.Conf[k] >= r.Theta || r.Together && k == top {
				s.picked = append(s.picked, k)
			}
		}
		if len(s.picked) == picked && r.awake[i] && (first || !r.Together) {
			s.picked = append(s.picked, from+sample.Surest(s.Conf[from:to]))
		}
		first = first && !r.awake[i]
		from = to
	}
	return r.Write(s, s.picked)
}

// Front is where the first block with masks begins: what is in front of it is
// finished.
func (r *Pipeline) Front(s *Step) int {
	i := 0
	for i < len(r.ends)-1 && r.ends[i] <= s.Candidates[0] {
		i++
	}
	return r.start(s, i)
}

// Opened is the end of the last open block.
func (r *Pipeline) Opened() int { return r.ends[len(r.ends)-1] }

// End is the end of the open block that holds a position behind the prompt.
func (r *Pipeline) End(pos int) int {
	for _, end := range r.ends {
		if pos < end {
			return end
		}
	}
	panic("denoise: a position is behind all open blocks")
}
