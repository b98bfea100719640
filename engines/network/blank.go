package network

import "slices"

// Blank is a network that computes nothing: its logits are all equal. It shows
// what a decoder makes of its options, and whether it draws anything at random,
// without any weights.
type Blank struct {
	spec   Spec
	logits []float32
}

// NewBlank is a blank network of the same kind as another one, for requests of up
// to this many tokens.
func NewBlank(spec Spec, budget int) *Blank {
	spec.Context = 2*budget + 4
	return &Blank{spec: spec}
}

func (n *Blank) Spec() Spec { return n.spec }

func (n *Blank) Threads() int { return 1 }

func (n *Blank) NewCache(capacity int) Cache { return &positions{capacity: capacity} }

func (n *Blank) Forward(batch []Window) (Pass, error) {
	pass := Pass{Cost: make([]Cost, len(batch))}
	rows := 0
	for i := range batch {
		w := &batch[i]
		c := w.Cache.(*positions)
		c.length = max(c.length, w.End())
		rows += len(w.Logits)
	}
	n.logits = slices.Grow(n.logits[:0], rows*n.spec.Vocab)[:rows*n.spec.Vocab]
	clear(n.logits) // decoders write into it
	for row := range slices.Chunk(n.logits, n.spec.Vocab) {
		pass.Logits = append(pass.Logits, row)
	}
	return pass, nil
}

// positions is a cache that keeps nothing but its length.
type positions struct{ length, capacity int }

func (p *positions) Len() int { return p.length }

func (p *positions) Capacity() int { return p.capacity }

func (p *positions) Truncate(n int) { p.length = n }

// Assume implements Cache.
func (p *positions) Assume(n int) { p.length = n }

func (p *positions) Bytes() int64 { return 0 }

func (p *positions) Drift(Cache, int, int) (k, v float64) { return 0, 0 }
