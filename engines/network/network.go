// Package network is the contract between a network and the decoders that run
// on it. A decoder knows a [Spec], lays [Window]s over [Cache]s, and gets logits
// and the cost of the work back. Whether a transformer computes them, a table
// looks them up or another process does, is nobody's business but the
// network's; so is how attention, experts or quantised matrices are counted.
//
// engines/model implements it with the built-in transformer.
package network

import "dllmbench/engines/usage"

// Network runs forward passes. It is not safe for concurrent use.
type Network interface {
	Spec() Spec
	// Threads is the number of threads that a pass uses.
	Threads() int
	// NewCache makes an empty cache for up to capacity positions.
	NewCache(capacity int) Cache
	// Forward runs one pass over all windows of the batch; the windows may differ
	// in length, position and mask. A row's logits do not depend on what else is
	// in the batch. The error is non-nil when a window breaks a rule stated at
	// Window; nothing is computed then.
	Forward(batch []Window) (Pass, error)
}

// ManyLogits is from how many logits in a pass on decoders ask a [Streamer] to give them
// away.
const ManyLogits = 1 << 22

// A Streamer is a network that can hand out rows of logits while it computes others, so
// that those of a long text in a huge vocabulary never exist at once.
type Streamer interface {
	Network
	// ForwardEach is Forward, but gives each row of logits to a function instead of
	// returning it, with its window and its place in Window.Logits. Rows come on the
	// threads of the pass, several at once and in any order. A row may be written into,
	// and is gone afterwards.
	ForwardEach(batch []Window, each func(window, i int, row []float32)) (Pass, error)
}

// Cache holds the keys and values of one sequence. Positions [0, Len) are
// filled. A forward pass appends, or overwrites a window of positions when
// Window.Pos is smaller than Len.
type Cache interface {
	// Len is the number of leading positions that hold keys and values.
	Len() int
	// Capacity is the number of positions there is room for.
	Capacity() int
	// Truncate forgets every position ≥ n.
	Truncate(n int)
	// Assume makes n the length of an empty cache, as if a text had been read: for times, not
	// for texts.
	Assume(n int)
	// Bytes is the size of what is stored for the filled positions.
	Bytes() int64
	// Drift is how far the keys and values of one position and layer are from
	// those of another cache of the same network: |c - fresh| / |fresh|, with
	// Euclidean norms over all heads.
	Drift(fresh Cache, layer, pos int) (k, v float64)
}

// Pass is the outcome of one forward pass. Its slices are valid until the next
// pass of the same network.
type Pass struct {
	// Logits has one row of Spec.Vocab values per row asked for, in the order of
	// the batch and then of Window.Logits.
	Logits [][]float32
	Cost   []Cost // per window
}

// Cost is the work that one window's part of a pass took, as the network counts
// it, by [usage.Kind] of its rows.
type Cost [3]usage.Pass

// AddTo adds the cost to the counters of a request that keeps so many bytes in
// its cache after the pass.
func (c *Cost) AddTo(t *usage.Tally, held int64) {
	for kind := range c {
		t.Add(usage.Kind(kind), &c[kind])
	}
	t[usage.PeakCacheBytes] = max(t[usage.PeakCacheBytes], held)
}

// Total is the work of all kinds of rows.
func (c *Cost) Total() (sum usage.Pass) {
	for kind := range c {
		for i, n := range c[kind] {
			sum[i] += n
		}
	}
	return sum
}
