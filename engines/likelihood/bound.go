package likelihood

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/combin"

	"dllmbench/engines/internal/denoise"
	"dllmbench/engines/network"
)

// Options say how a bound is estimated.
type Options struct {
	Repeats int // independent estimates of which the mean is taken, 2 to MaxRepeats; not with Draws
	// Draws, if more than 0, is the number of draws of masks for each block instead, as
	// evaluations of checkpoints state it; 1 to MaxRepeats. Equal draws are computed once, and
	// where there are no more sets of masks than draws each set is, which is the bound itself.
	Draws int
	Pads  int    // padding tokens behind the answer that are rated too, ≥ 0
	Seed  uint64 // of the draws of masks
}

// MaxRepeats is the most repeats that are allowed.
const MaxRepeats = 10000

// strata is the most numbers of masks that one estimate tries. Up to this
// length every number is tried once.
const strata = 256

// region is a run of positions that are masked and predicted together.
type region struct {
	start, end int
	full       bool // everything in front sees the region too; otherwise it is causal
}

// Full returns the bound of full diffusion: all positions see each other, those
// of the prompt too.
func (s *Scorer) Full(t Text, o Options) (Result, error) {
	return s.bound(t, o, func(p, end int) []region { return []region{{p, end, true}} })
}

// Block returns the bound of block diffusion with blocks of a length (0 is the
// whole answer): the sum of the bounds of the blocks, each given the clean text
// in front of it. Blocks are counted from the end of the prompt, or from
// position 0 for weights whose context is block-causal.
//
// Where a mask is predicted by the row in front of it (Shift), a length of 1 is
// the exact autoregressive likelihood. With other weights it is that of a
// network which predicts one mask from a causal prefix.
func (s *Scorer) Block(t Text, length int, o Options) (Result, error) {
	if length < 0 {
		return Result{}, fmt.Errorf("the block length is %d, allowed is 0 (the whole answer) or more", length)
	}
	return s.bound(t, o, func(p, end int) []region { return s.blocks(p, end, length) })
}

// blocks are the regions of block diffusion in [p, end).
func (s *Scorer) blocks(p, end, length int) []region {
	var list []region
	for start := p; start < end; start = list[len(list)-1].end {
		stop := end
		if length > 0 {
			stop = start + length
			if s.spec.ContextBlock > 0 {
				stop -= start % length
			}
		}
		list = append(list, region{start: start, end: min(stop, end)})
	}
	return list
}

// bound sums the bounds of regions.
func (s *Scorer) bound(t Text, o Options, split func(p, end int) []region) (Result, error) {
	if o.Draws != 0 {
		if o.Draws < 1 || o.Draws > MaxRepeats {
			return Result{}, fmt.Errorf("the number of draws is %d, allowed is 1 to %d", o.Draws, MaxRepeats)
		}
		o.Repeats = o.Draws
	} else if o.Repeats < 2 || o.Repeats > MaxRepeats {
		return Result{}, fmt.Errorf("the number of repeats is %d, allowed is 2 to %d", o.Repeats, MaxRepeats)
	}
	if o.Pads < 0 {
		return Result{}, fmt.Errorf("the number of padding tokens is %d, allowed is 0 or more", o.Pads)
	}
	t.Answer = append(slices.Clone(t.Answer), slices.Repeat([]int32{s.spec.Pad}, min(o.Pads, s.spec.Context))...)
	if err := s.check(t, s.spec.Shift); err != nil {
		return Result{}, err
	}
	seq := append(slices.Clone(t.Prompt), t.Answer...)
	s.begin(len(seq), len(s.lanes))
	e := estimate{nats: make([]float64, len(t.Answer)), totals: make([]float64, o.Repeats), prompt: len(t.Prompt)}
	rng, random := rand.New(rand.NewPCG(o.Seed, 0)), false
	for _, g := range split(len(t.Prompt), len(seq)) {
		make := draw
		if o.Draws > 0 {
			make = sets
		}
		draws := make(rng, g.end-g.start, o.Repeats)
		random = random || slices.ContainsFunc(draws, func(d masks) bool { return d.repeats != nil })
		for chunk := range slices.Chunk(draws, len(s.lanes)) {
			if err := s.ask(seq, g, chunk, &e); err != nil {
				return Result{}, err
			}
		}
		e.passes += len(draws)
	}
	r := Result{Nats: e.nats, Passes: e.passes}
	if random {
		r.SE = standardError(e.totals)
	}
	return r, nil
}

// estimate adds up what the draws say.
type estimate struct {
	prompt, passes int
	nats           []float64 // by position of the answer, mean over repeats
	totals         []float64 // by repeat
}

// add counts the surprise of one position in one draw.
func (e *estimate) add(d *masks, pos int, nats float64) {
	nats *= d.weight
	if d.repeats == nil { // the same in all repeats
		e.nats[pos-e.prompt] += nats
		for r := range e.totals {
			e.totals[r] += nats
		}
		return
	}
	for _, r := range d.repeats {
		e.nats[pos-e.prompt] += nats / float64(len(e.totals))
		e.totals[r] += nats
	}
}

// ask runs one pass over draws of a region, each in a lane of its own.
func (s *Scorer) ask(seq []int32, g region, draws []masks, e *estimate) error {
	batch := s.batch[:0]
	for i := range draws {
		batch = append(batch, s.lay(&s.lanes[i], seq, g, draws[i].at))
	}
	s.batch = batch
	pass, err := s.net.Forward(batch)
	if err != nil {
		return err
	}
	row := 0
	for i := range draws {
		for _, at := range draws[i].at {
			pos := g.start + at
			if s.spec.MaskNever {
				pass.Logits[row][s.spec.Mask] = float32(math.Inf(-1))
			}
			nats, err := surprise(pass.Logits[row], seq[pos])
			if err != nil {
				return fmt.Errorf("token %d of the answer: %w", pos-e.prompt, err)
			}
			e.add(&draws[i], pos, nats)
			row++
		}
	}
	return nil
}

// lay sets the window of a draw, as the decoders lay theirs: what the cache of
// the lane holds for good is not fed again.
func (s *Scorer) lay(l *lane, seq []int32, g region, masked []int) network.Window {
	l.seq = append(l.seq[:0], seq[:g.end]...)
	for _, at := range masked {
		l.seq[g.start+at] = s.spec.Mask
	}
	shift := 0
	if s.spec.Shift {
		shift = 1
	}
	from := 0
	if !g.full {
		from = min(l.stored, g.start-shift)
		l.stored = g.start
		if s.spec.ContextBlock > 0 { // rows of a block that is not full change with it
			l.stored -= g.start % s.spec.ContextBlock
		}
	}
	w := &l.window
	w.Pos, w.Tokens, w.Cache, w.PromptRows = from, l.seq[from:], l.cache, 0
	w.Visible, w.Logits = w.Visible[:0], w.Logits[:0]
	for p := from; p < g.end; p++ {
		keys := g.end
		if p < g.start && !g.full {
			keys = min(denoise.Sees(&s.spec, p), g.end)
		}
		w.Visible = append(w.Visible, keys)
	}
	for _, at := range masked {
		w.Logits = append(w.Logits, g.start+at-shift-from)
	}
	return *w
}

// masks is one draw: what is masked in a pass, and how much its surprise counts.
type masks struct {
	repeats []int // of which it is a part; nil for all of them
	at      []int // positions of the region, ascending
	weight  float64
}

// draw makes the draws of a region of n positions: for every repeat each number
// of masks from 1 to n once, or strata of them, evenly spread from a random
// start, where there are more. All positions masked is one draw, the same for
// all repeats, and made once.
func draw(rng *rand.Rand, n, repeats int) []masks {
	tries := min(n, strata)
	var list []masks
	for r := range repeats {
		u := rng.Float64()
		for j := range tries {
			k := j + 1
			if n > strata {
				k = min(int((float64(j)+u)/strata*float64(n)), n-1) + 1
			}
			m := masks{repeats: []int{r}, weight: float64(n) / float64(k) / float64(tries)}
			if tries == n && k == n {
				if r > 0 {
					continue
				}
				m.repeats = nil
			}
			m.at = rng.Perm(n)[:k]
			slices.Sort(m.at)
			list = append(list, m)
		}
	}
	return list
}

// sets makes draws of a region of n positions, each a repeat of its own: numbers of masks
// evenly spread over 1 to n from a random start (as get_log_likelihood of LLaDA has them in
// a batch), at random places. Where there are no more sets than draws it makes all of them.
func sets(rng *rand.Rand, n, draws int) []masks {
	if n < 30 && 1<<n-1 <= draws {
		list := make([]masks, 0, 1<<n-1)
		for set := uint(1); set < 1<<n; set++ {
			m := masks{weight: 1 / float64(bits.OnesCount(set)) / float64(combin.Binomial(n, bits.OnesCount(set)))}
			for i := range n {
				if set>>i&1 == 1 {
					m.at = append(m.at, i)
				}
			}
			list = append(list, m)
		}
		return list
	}
	var list []masks
	known := map[string]int{}
	u := rng.Float64()
	for j := range draws {
		_, part := math.Modf(u + float64(j)/float64(draws))
		k := min(int(part*float64(n)), n-1) + 1
		at := rng.Perm(n)[:k]
		slices.Sort(at)
		key := fmt.Sprint(at)
		if i, again := known[key]; again {
			list[i].repeats = append(list[i].repeats, j)
			continue
		}
		known[key], list = len(list), append(list, masks{[]int{j}, at, float64(n) / float64(k)})
	}
	return list
}

// standardError is that of the mean of values; NaN where there is only one.
func standardError(values []float64) float64 {
	n := float64(len(values))
	mean, square := 0.0, 0.0
	for _, v := range values {
		mean += v / n
	}
	for _, v := range values {
		square += (v - mean) * (v - mean)
	}
	return math.Sqrt(square / (n - 1) / n)
}
