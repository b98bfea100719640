package train

import (
	"math/rand/v2"
	"slices"

	"dllmbench/engines/model"
)

// Objective is the training mixture. The zero value is not useful; see
// DefaultObjective.
type Objective struct {
	// FullShare is the share of samples trained as one fully bidirectional
	// noised copy (LLaDA); the rest is tri-mode. In [0, 1].
	FullShare float64 `json:"full_share"`
	// MaskAnywhere is the share of the full samples whose prompt may be masked
	// too; the others mask the answer only, as in supervised fine-tuning.
	MaskAnywhere float64 `json:"mask_anywhere"`
	// BlockLengths are drawn from uniformly; 0 is one block over the whole canvas.
	BlockLengths []int `json:"block_lengths"`
	// Corrupt is the share of visible answer tokens replaced by another token of
	// the same sample, so that the model has seen wrong but plausible neighbours.
	Corrupt float64 `json:"corrupt"`
	// CorruptLoss adds a loss on corrupted tokens of noised copies (predict the
	// true token in place), with this weight per token. 0 leaves it out.
	CorruptLoss float64 `json:"corrupt_loss"`
	// Lambda weighs the block-diffusion loss and LambdaFull the bidirectional
	// one against the autoregressive loss of weight Alpha.
	Alpha      float64 `json:"alpha"`
	Lambda     float64 `json:"lambda"`
	LambdaFull float64 `json:"lambda_full"`
	// MaxStretch bounds the random canvas length: answer and end token times a
	// factor drawn from [1, MaxStretch].
	MaxStretch float64 `json:"max_stretch"`
	// TailWeight bounds the summed loss weight of the pads after the end token.
	TailWeight float64 `json:"tail_weight"`
	// MaxWeight caps the weight B/k of a masked token; 0 means no cap.
	MaxWeight float64 `json:"max_weight"`
}

// DefaultObjective is the mixture the shipped weights were trained on.
func DefaultObjective() Objective {
	return Objective{
		FullShare: 0.35, MaskAnywhere: 0.25, BlockLengths: []int{1, 2, 4, 8, 16, 32, 0},
		Corrupt: 0.03, Alpha: 1, Lambda: 0.5, LambdaFull: 0.5, MaxStretch: 2, TailWeight: 2,
	}
}

// Part tells which loss a row counts towards.
type Part uint8

// The parts of the loss.
const (
	PartAR Part = iota
	PartBlock
	PartFull
	parts
)

// PartNames are the names of the parts in logs and CSV headers.
var PartNames = [parts]string{"ar", "block", "full"}

// noTarget marks rows without a loss.
const noTarget = -1

// row is one position pushed through the network in training. It attends to
// the keys [0, prefix) and [from, to) of its segment.
type row struct {
	token    int32
	pos      int32 // rotary position
	prefix   int32
	from, to int32
	target   int32 // token to predict, or noTarget
	part     Part
	weight   float32 // weight of the row's cross-entropy within its part
}

// segment is one sample laid out for the network. The rows before split are
// the clean copy (none in the full layout).
type segment struct {
	rows  []row
	split int
	count [parts]int // positions each part's loss is averaged over
}

// layout turns a sample into a segment. All randomness comes from rng.
func (o *Objective) layout(s Sample, cfg *model.Config, rng *rand.Rand) segment {
	switch {
	case s.Gap != nil && o.FullShare > 0:
		return o.infill(s, cfg, rng)
	case rng.Float64() < o.FullShare:
		return o.full(s, cfg, rng)
	default:
		return o.triMode(s, cfg, rng)
	}
}

// infill lays out the whole text as one bidirectional copy in which the exact
// number of masks, k ~ U{1..n}, falls on the n tokens of the gap alone, as in
// decoding into a template, whose last token is the end token.
func (o *Objective) infill(s Sample, cfg *model.Config, rng *rand.Rand) segment {
	tokens := canvas(s, len(s.Answer)+1, cfg)
	seg := segment{rows: bidirectional(tokens)}
	var gap []row
	var ids []int32
	var at []int
	for i, open := range s.Gap {
		if n := len(s.Prompt) + i; open {
			gap, ids, at = append(gap, seg.rows[n]), append(ids, tokens[n]), append(at, n)
		}
	}
	if len(gap) > 0 {
		o.noise(gap, ids, PartFull, len(gap), 1, 0, cfg, rng)
	}
	for i, n := range at {
		seg.rows[n] = gap[i]
	}
	seg.count[PartFull] = len(gap)
	return seg
}

// bidirectional are rows of which each sees all.
func bidirectional(tokens []int32) []row {
	rows := make([]row, len(tokens))
	for i, id := range tokens {
		rows[i] = row{token: id, pos: int32(i), prefix: int32(len(tokens)), target: noTarget}
	}
	return rows
}

// canvas is prompt, answer, end token and pads: length tokens behind the prompt.
func canvas(s Sample, length int, cfg *model.Config) []int32 {
	pads := slices.Repeat([]int32{cfg.Pad}, max(0, length-len(s.Answer)-1))
	return slices.Concat(s.Prompt, s.Answer, cfg.EOS[:1], pads)
}

// stretched draws a canvas length between 1 and MaxStretch times the answer
// with its end token, within the context.
func (o *Objective) stretched(s Sample, cfg *model.Config, rng *rand.Rand) int {
	text := len(s.Answer) + 1
	length := text + int(float64(text)*(o.MaxStretch-1)*rng.Float64()+0.5)
	return max(text, min(length, cfg.MaxPositions-len(s.Prompt)))
}

// full lays out one bidirectional noised copy (LLaDA, section 2.1) with an
// exact number of masks k ~ U{1..n}, weight n/k.
func (o *Objective) full(s Sample, cfg *model.Config, rng *rand.Rand) segment {
	length := o.stretched(s, cfg, rng)
	tokens := canvas(s, length, cfg)
	lo := len(s.Prompt)
	if rng.Float64() < o.MaskAnywhere {
		lo = 0
	}
	seg := segment{rows: bidirectional(tokens)}
	seg.count[PartFull] = len(s.Answer) + 1 + len(tokens[:len(s.Prompt)]) - lo
	tail := o.tailWeight(length - len(s.Answer) - 1)
	o.noise(seg.rows[lo:], tokens[lo:], PartFull, len(s.Prompt)+len(s.Answer)+1-lo, tail, max(len(s.Prompt)-lo, 0), cfg, rng)
	return seg
}

// triMode lays out [x0 | x_t] (block diffusion, arXiv 2503.09573 section 5,
// with a token-causal clean half): per-block mask counts k ~ U{1..B}, weight B/k.
func (o *Objective) triMode(s Sample, cfg *model.Config, rng *rand.Rand) segment {
	prompt, text := len(s.Prompt), len(s.Answer)+1
	block := o.BlockLengths[rng.IntN(len(o.BlockLengths))]
	length := text
	if block == 0 || block >= text {
		length = o.stretched(s, cfg, rng)
		block = length
	} else {
		length = min((text+block-1)/block*block, cfg.MaxPositions-prompt)
	}
	tokens := canvas(s, length, cfg)
	// The last clean token that anything attends to is the one before the last
	// block; the end token itself predicts nothing.
	clean := prompt + text - 1
	seg := segment{rows: make([]row, 0, clean+length), split: clean}
	for i, id := range tokens[:clean] {
		r := row{token: id, pos: int32(i), prefix: int32(i + 1), target: noTarget}
		if i >= prompt && rng.Float64() < o.Corrupt {
			r.token = tokens[rng.IntN(len(tokens))]
		}
		if i >= prompt-1 && o.Alpha > 0 { // logits without a loss would only cost time
			r.target, r.part, r.weight = tokens[i+1], PartAR, 1
			seg.count[PartAR]++
		}
		seg.rows = append(seg.rows, r)
	}
	if o.Lambda == 0 { // a noised copy without a loss would only cost time
		return seg
	}
	tail := o.tailWeight(length - text)
	for b := 0; b < length; b += block {
		end := min(b+block, length)
		first := len(seg.rows)
		for i := b; i < end; i++ {
			seg.rows = append(seg.rows, row{
				token: tokens[prompt+i], pos: int32(prompt + i), prefix: int32(min(prompt+b, clean)),
				from: int32(clean + b), to: int32(clean + end), target: noTarget,
			})
		}
		o.noise(seg.rows[first:], tokens[prompt+b:prompt+end], PartBlock, text-b, tail, 0, cfg, rng)
	}
	seg.count[PartBlock] = text
	return seg
}

// noise masks an exact number of rows, corrupts a few of the others, and sets
// targets and weights. Rows from index text on are pads, whose weight is scaled
// by tail; rows before clean are prompt and are not corrupted.
func (o *Objective) noise(rows []row, tokens []int32, part Part, text int, tail float64, clean int, cfg *model.Config, rng *rand.Rand) {
	n := len(rows)
	k := 1 + rng.IntN(n)
	weight := float64(n) / float64(k)
	if o.MaxWeight > 0 {
		weight = min(weight, o.MaxWeight)
	}
	left := k // sequential sampling without replacement (Knuth, TAOCP 2, 3.4.2, algorithm S)
	for i := range rows {
		r := &rows[i]
		scale := 1.0
		if i >= text {
			scale = tail
		}
		switch {
		case rng.IntN(n-i) < left:
			left--
			r.token, r.target, r.part, r.weight = cfg.MaskToken, tokens[i], part, float32(weight*scale)
		case i >= clean && i < text && rng.Float64() < o.Corrupt:
			r.token = tokens[rng.IntN(len(tokens))]
			if o.CorruptLoss > 0 {
				r.target, r.part, r.weight = tokens[i], part, float32(o.CorruptLoss)
			}
		}
	}
}

// tailWeight is the weight of one of n pads after the end.
func (o *Objective) tailWeight(n int) float64 {
	if n <= 0 {
		return 1
	}
	return min(1, o.TailWeight/float64(n))
}

// AROnly returns the objective of the autoregressive control: clean causal
// text, no noised copy.
func (o Objective) AROnly() Objective {
	o.FullShare, o.Lambda, o.LambdaFull = 0, 0, 0
	return o
}
